;; Has 1 page of memory and asks for 1,535 more (96 MiB in all); ends with exit code 9 if it is told no.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (if (i32.eq (memory.grow (i32.const 1535)) (i32.const -1)) (then (call $proc_exit (i32.const 9))))))
