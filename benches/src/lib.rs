//! Benchmarks of the passes and of generated code
