;; Writes its arguments as they lie in memory, a zero after each.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    ;; The size lands in the length of the one part that is written.
    (drop (call $args_sizes_get (i32.const 12) (i32.const 4)))
    (drop (call $args_get (i32.const 1024) (i32.const 2048)))
    (i32.store (i32.const 0) (i32.const 2048))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
