//! Rewrites kernels without changing a bit of what they compute: what passes call after they have changed one.
//!
//! [`clean`] walks down a body once to simplify it, then removes what is dead as [`compact`] does. An invalid kernel is
//! left as it is, for the verifier to report.
//!
//! # What is changed
//!
//! - An operation whose operands are known, all lanes alike, becomes a constant, computed as [`crate::eval`] computes
//!   it. A state, local or line that nothing writes is known too; a conditional with a known condition is replaced by
//!   its branch.
//! - Operations that give one of their operands back are removed: `x * 1`, `x / 1`, `x - 0`, `x + 0` (for floats
//!   `x + -0.0`, since `-0.0 + 0.0` is `0.0`), the bit operations and shifts likewise, `neg neg x`, `not not x`,
//!   `convert` to the same type, `select` of equal or with a known condition, lanes of a vector just made of scalars.
//! - A pure operation that was already computed in a block around it is not computed again (global value numbering over
//!   the dominator tree, which in structured code is the tree of blocks; Briggs, Cooper, Simpson: Value Numbering,
//!   1997).
//! - A limit (`min` or `max` with a constant) that a later one makes superfluous goes: in `clip(1.2 * clip(x))` the inner clip.
//! - What no output depends on is removed: values, states, locals, lines, tables, sections, conditionals, loops.
//! - Values are renumbered densely in the order of the body; memory keeps its order.
//!
//! # What is never changed
//!
//! Ports; the order and the type of any operation on a value that an output depends on; `x + 0.0`, `x * 0.0`,
//! reassociation and everything else that is right only for some inputs; the state of a section that is still read,
//! even where one of its outputs is not. Vector constants whose lanes differ are not folded. Loops are not unrolled.
//!
//! The cost is linear in the size of the kernel, with hashing. One call need not find everything: what a removal makes
//! possible is found by the next one.

mod compact;
mod limits;
mod simplify;

pub use limits::{constant, is_number};

use crate::kernel::Kernel;
use crate::verify::verify_kernel;

/// What [`clean`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Values that became constants or cheaper operations, and limits that make no difference.
    pub folded: usize,
    /// Values replaced by one that was there: computed before, or an operand given back.
    pub shared: usize,
    /// Values that went, those included.
    pub removed: usize,
}

impl Cleaned {
    /// True if the kernel was clean already.
    pub fn is_nothing(self) -> bool {
        self == Cleaned::default()
    }
}

/// Simplifies a kernel, shares what is computed twice, removes what is dead and renumbers.
pub fn clean(kernel: &mut Kernel) -> Cleaned {
    if verify_kernel(kernel).is_err() {
        return Cleaned::default();
    }
    let (folded, shared) = simplify::run(kernel);
    let limits = limits::run(kernel);
    Cleaned { folded: folded + limits, shared, removed: compact::run(kernel) }
}

/// Removes what no output depends on and renumbers: the number of values that went.
pub fn compact(kernel: &mut Kernel) -> usize {
    if verify_kernel(kernel).is_err() { 0 } else { compact::run(kernel) }
}
