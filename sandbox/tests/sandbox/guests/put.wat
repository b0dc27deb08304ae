;; Writes its second argument into a new or emptied file named by the first; its exit code is the error number of opening
;; the file.
(module
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func $length (param $at i32) (result i32) (local $end i32)
    (local.set $end (local.get $at))
    (loop $next
      (if (i32.load8_u (local.get $end))
        (then (local.set $end (i32.add (local.get $end) (i32.const 1))) (br $next))))
    (i32.sub (local.get $end) (local.get $at)))
  (func (export "_start") (local $name i32) (local $errno i32)
    (drop (call $args_get (i32.const 1024) (i32.const 2048)))
    (local.set $name (i32.load (i32.const 1028)))
    ;; Create and truncate, with the right to write.
    (local.set $errno
      (call $path_open (i32.const 3) (i32.const 1) (local.get $name) (call $length (local.get $name))
        (i32.const 9) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 16)))
    (if (local.get $errno) (then (call $proc_exit (local.get $errno))))
    (i32.store (i32.const 0) (i32.load (i32.const 1032)))
    (i32.store (i32.const 4) (call $length (i32.load (i32.const 1032))))
    (drop (call $fd_write (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 8)))))
