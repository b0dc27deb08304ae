//! The program around a pipeline: headers, conversions, arguments, files, the loop.

mod arguments;
mod driving;
mod files;
mod lines;
mod samples;
mod support;
mod wav;
