//! Rate and format.
