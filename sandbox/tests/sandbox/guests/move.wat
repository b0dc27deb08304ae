;; Renames the file named by its first argument to the second; its exit code is the error number.
(module
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename" (func $path_rename (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func $length (param $at i32) (result i32) (local $end i32)
    (local.set $end (local.get $at))
    (loop $next
      (if (i32.load8_u (local.get $end))
        (then (local.set $end (i32.add (local.get $end) (i32.const 1))) (br $next))))
    (i32.sub (local.get $end) (local.get $at)))
  (func (export "_start") (local $from i32) (local $to i32)
    (drop (call $args_get (i32.const 1024) (i32.const 2048)))
    (local.set $from (i32.load (i32.const 1028)))
    (local.set $to (i32.load (i32.const 1032)))
    (call $proc_exit
      (call $path_rename
        (i32.const 3) (local.get $from) (call $length (local.get $from))
        (i32.const 3) (local.get $to) (call $length (local.get $to))))))
