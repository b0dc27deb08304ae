//! Node types whose runtime is not built yet: placed and explained, not compiled.
