//! The text form of kernels, graphs and plans (`.rmir`): printed and read back.
//!
//! `parse(print(x)) == x` for everything that [`crate::verify`] accepts, with two exceptions: spans are not kept, and a
//! NaN comes back as the canonical one. Printing never fails, whatever is wrong with the IR, since a report of a bug
//! shows it; parsing does not verify. The form is described in `docs/ir.md`.

mod lex;
mod names;
mod parse;
mod parse_graph;
mod parse_kernel;
mod parse_plan;
mod print;
mod print_kernel;

pub use print::{print_graph, print_plan};
pub use print_kernel::print_kernel;

use crate::diag::{Code, Diagnostics};
use crate::graph::Graph;
use crate::kernel::Kernel;
use crate::plan::Plan;

/// The code of texts that cannot be read.
pub const SYNTAX: Code = crate::codes::IR_SYNTAX;

/// Reads a kernel. Errors: one, [`SYNTAX`], with a span in source 0: add the text first to a `SourceMap` to render it.
pub fn parse_kernel(text: &str) -> Result<Kernel, Diagnostics> {
    parse::whole(text, parse::Parser::kernel)
}

/// Reads a graph. Errors: as [`parse_kernel`].
pub fn parse_graph(text: &str) -> Result<Graph, Diagnostics> {
    parse::whole(text, parse::Parser::graph)
}

/// Reads a plan. Errors: as [`parse_kernel`].
pub fn parse_plan(text: &str) -> Result<Plan, Diagnostics> {
    parse::whole(text, parse::Parser::plan)
}
