//! Runs a plan in this process: kernels as machine code in memory or by the reference evaluator, library nodes by
//! `runtime-min`.
//!
//! It executes the same plan that codegen prints and has no semantics of its own: [`interpreter`] steps the actors as generated
//! code does, [`jit`] compiles their kernels, [`live`] replaces a plan while it
//! runs, [`artifact`] shows a plan to the host as generated code shows itself.
#![deny(unsafe_code)]

pub mod artifact;
pub mod interpreter;
pub mod jit;
pub mod live;

use remotemedia_ir::graph::Param;
use remotemedia_ir::plan::{Plan, Work};
use remotemedia_runtime_min::nodes::jq;

/// What the programs inside a plan's nodes (jq) have wrong: the node and the message.
///
/// The compiler's passes do not link the engines that read them, so whoever compiles for a user asks here.
pub fn check(plan: &Plan) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    for actor in &plan.actors {
        let Work::Library(library) = &actor.work else { continue };
        let program = library.args.iter().find(|(name, _)| name == "program");
        if let ("jq::Jq", Some((_, Param::Text(program)))) = (library.path.as_str(), program)
            && let Err(message) = jq::check(program)
        {
            wrong.push((actor.name.clone(), message));
        }
    }
    wrong
}

pub use artifact::{Header, with_artifact, with_live};
pub use interpreter::{Interpreter, Prepared, Tier, check_ports};
pub use live::Changes;
