;; Renames the file named by its first argument to the second, then empties the file named by the third; its exit code is
;; the first error number.
(module
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename" (func $path_rename (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func $length (param $at i32) (result i32) (local $end i32)
    (local.set $end (local.get $at))
    (loop $next
      (if (i32.load8_u (local.get $end))
        (then (local.set $end (i32.add (local.get $end) (i32.const 1))) (br $next))))
    (i32.sub (local.get $end) (local.get $at)))
  (func $check (param $errno i32)
    (if (local.get $errno) (then (call $proc_exit (local.get $errno)))))
  (func (export "_start") (local $from i32) (local $to i32) (local $name i32)
    (drop (call $args_get (i32.const 1024) (i32.const 2048)))
    (local.set $from (i32.load (i32.const 1028)))
    (local.set $to (i32.load (i32.const 1032)))
    (local.set $name (i32.load (i32.const 1036)))
    (call $check
      (call $path_rename
        (i32.const 3) (local.get $from) (call $length (local.get $from))
        (i32.const 3) (local.get $to) (call $length (local.get $to))))
    ;; Create and truncate, with the right to write.
    (call $check
      (call $path_open (i32.const 3) (i32.const 1) (local.get $name) (call $length (local.get $name))
        (i32.const 9) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 16)))))
