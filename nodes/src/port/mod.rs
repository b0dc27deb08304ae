//! Inputs and outputs of a pipeline.
