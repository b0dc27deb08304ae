//! Choices that a recurrence waits for.

use remotemedia_ir::kernel::{Compare, Kernel, Op, Stmt, ValueId};
use std::collections::HashSet;

/// More channels than these go in lanes, which single choices would keep them from.
const CHANNELS: u16 = 2;

/// A choice by order: the first value where `less < more`, or where they are equal if `or_equal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The comparison as a value of its own.
    pub condition: ValueId,
    pub less: ValueId,
    pub more: ValueId,
    pub or_equal: bool,
}

/// Choices between floating numbers that depend on state and go back into it.
#[derive(Debug)]
pub struct Choices(Vec<Option<Choice>>);

impl Choices {
    pub fn new(kernel: &Kernel) -> Choices {
        let mut of_state = vec![false; kernel.values.len()];
        for (index, value) in kernel.values.iter().enumerate() {
            let mut depends = matches!(value.op, Op::State(_));
            value.op.operands(|v| depends |= of_state[v.index()]);
            of_state[index] = depends;
        }
        let mut choices = vec![None; kernel.values.len()];
        let mut work = Vec::new();
        stored(&kernel.body, &mut work);
        let mut seen: HashSet<ValueId> = work.iter().copied().collect();
        while let Some(v) = work.pop() {
            choices[v.index()] = choice(kernel, v);
            kernel.values[v.index()].op.operands(|operand| {
                if of_state[operand.index()] && seen.insert(operand) {
                    work.push(operand);
                }
            });
        }
        Choices(choices)
    }

    /// The choice that a value is. None where the comparison comes from another loop, as one of `arriving`.
    pub fn of(&self, v: ValueId, arriving: &[ValueId]) -> Option<Choice> {
        self.0[v.index()].filter(|choice| !arriving.contains(&choice.condition))
    }
}

fn choice(kernel: &Kernel, v: ValueId) -> Option<Choice> {
    let value = &kernel.values[v.index()];
    let Op::Select(condition, ..) = value.op else { return None };
    let Op::Compare(order, a, b) = kernel.values[condition.index()].op else { return None };
    if value.ty.lanes > CHANNELS || !value.ty.scalar.is_float() || kernel.ty(a).scalar != value.ty.scalar {
        return None;
    }
    let (less, more, or_equal) = match order {
        Compare::Lt => (a, b, false),
        Compare::Le => (a, b, true),
        Compare::Gt => (b, a, false),
        Compare::Ge => (b, a, true),
        Compare::Eq | Compare::Ne => return None,
    };
    Some(Choice { condition, less, more, or_equal })
}

/// Values that go into state.
fn stored(body: &[Stmt], out: &mut Vec<ValueId>) {
    for stmt in body {
        match stmt {
            Stmt::SetState(_, v) => out.push(*v),
            Stmt::If { condition: _, then, otherwise } => {
                stored(then, out);
                stored(otherwise, out);
            }
            Stmt::For { index: _, count: _, body } => stored(body, out),
            Stmt::Let(_) | Stmt::SetLocal(..) | Stmt::Push(..) | Stmt::Output(..) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use remotemedia_ir::build::KernelBuilder;
    use remotemedia_ir::kernel::{Const, Scalar, Ty};
    use remotemedia_ir::types::SampleFormat;

    #[test]
    fn only_what_state_waits_for_is_a_choice() {
        let mut k = KernelBuilder::new("follower");
        let x = k.input("x", SampleFormat::F32, 1);
        let state = k.state("level", Ty::scalar(Scalar::F32), Const::F32(0.0), false);
        let level = k.get(state);
        let limit = k.f32(0.5);
        // Before the state: many frames may be computed at once.
        let is_above = k.compare(Compare::Gt, x, limit);
        let limited = k.select(is_above, limit, x);
        let rises = k.compare(Compare::Ge, limited, level);
        let half = k.mul(level, limit);
        let next = k.select(rises, limited, half);
        k.set(state, next);
        // Behind it likewise.
        let is_low = k.compare(Compare::Lt, next, limit);
        let out = k.select(is_low, level, next);
        k.output("out", SampleFormat::F32, out);
        let choices = Choices::new(&k.finish());
        let expected = Choice { condition: rises, less: level, more: limited, or_equal: true };
        assert_eq!(choices.of(next, &[]), Some(expected));
        assert_eq!(choices.of(next, &[rises]), None);
        assert_eq!([limited, out].map(|v| choices.of(v, &[])), [None, None]);
    }
}
