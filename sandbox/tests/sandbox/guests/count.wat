;; Counts to a thousand.
(module
  (memory (export "memory") 1)
  (func (export "_start") (local $n i32)
    (loop $next
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $n) (i32.const 1000))))))
