//! Inputs and outputs of a pipeline: files, devices, standard streams, nothing.
//!
//! The front end makes pipeline ports of them; what they fix of the format holds for the stream.

pub mod input;
pub mod output;
