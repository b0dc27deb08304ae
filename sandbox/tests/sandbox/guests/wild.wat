;; Calls its host with addresses and lengths outside its memory; each call must come back with error 21 (fault), or the
;; exit code is the number of the first call that did not.
(module
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fd_fdstat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir" (func $fd_readdir (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $fault (param $errno i32) (param $number i32)
    (if (i32.ne (local.get $errno) (i32.const 21)) (then (call $proc_exit (local.get $number)))))
  (func (export "_start")
    (call $fault (call $args_get (i32.const -1) (i32.const 0)) (i32.const 1))
    (call $fault (call $args_get (i32.const 0) (i32.const 65536)) (i32.const 2))
    (call $fault (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 65529)) (i32.const 3))
    (call $fault (call $fd_fdstat_get (i32.const 3) (i32.const 65513)) (i32.const 4))
    ;; The list of parts, then a part.
    (call $fault (call $fd_write (i32.const 1) (i32.const -8) (i32.const 2) (i32.const 0)) (i32.const 5))
    (i32.store (i32.const 0) (i32.const 65535))
    (i32.store (i32.const 4) (i32.const -1))
    (call $fault (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (i32.const 6))
    (call $fault (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (i32.const 7))
    (call $fault
      (call $fd_readdir (i32.const 3) (i32.const 65535) (i32.const 2) (i64.const 0) (i32.const 0)) (i32.const 8))
    (call $fault
      (call $path_open (i32.const 3) (i32.const 0) (i32.const -4) (i32.const 8) (i32.const 0) (i64.const 2) (i64.const 0)
        (i32.const 0) (i32.const 16))
      (i32.const 9))
    (call $fault (call $poll_oneoff (i32.const 0) (i32.const 0) (i32.const -1) (i32.const 0)) (i32.const 10))
    (call $fault (call $random_get (i32.const 65535) (i32.const 2)) (i32.const 11))))
