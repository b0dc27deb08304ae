;; Does what must not be done, two functions deep.
(module
  (memory (export "memory") 1)
  (func $inner unreachable)
  (func $outer (call $inner))
  (func $start (export "_start") (call $outer)))
