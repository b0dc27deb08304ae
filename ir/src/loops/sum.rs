//! Who reads a value, and what is added up of the outputs of sections.

use super::Uses;
use crate::kernel::{Binary, Const, Kernel, Op, Stmt, ValueId};
use std::collections::HashMap;

/// How often each value is read, and by what if once.
#[derive(Clone, Debug, Default)]
pub struct Readers {
    count: HashMap<ValueId, usize>,
    by: HashMap<ValueId, ValueId>,
}

impl Readers {
    /// Of all values of a kernel.
    pub fn of(kernel: &Kernel) -> Readers {
        let mut readers = Readers::default();
        for v in Uses::of(kernel, &kernel.body).reads {
            *readers.count.entry(v).or_insert(0) += 1;
        }
        for stmt in &kernel.body {
            if let Stmt::Let(v) = stmt {
                kernel.values[v.index()].op.operands(|x| {
                    readers.by.insert(x, *v);
                });
            }
        }
        readers
    }

    /// True for a value that nothing reads.
    pub fn are_none(&self, value: ValueId) -> bool {
        self.count(value) == 0
    }

    /// True for a value that is read once.
    pub fn are_one(&self, value: ValueId) -> bool {
        self.count(value) == 1
    }

    /// How often a value is read.
    pub fn count(&self, value: ValueId) -> usize {
        self.count.get(&value).copied().unwrap_or(0)
    }

    /// The value that is computed from this one, at the top level of the body, where nothing else reads it.
    pub fn sole(&self, value: ValueId) -> Option<ValueId> {
        self.by.get(&value).copied().filter(|_| self.are_one(value))
    }
}

/// Values that are added from the first on, and read by nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct Sum {
    /// What is added, in this order.
    pub terms: Vec<ValueId>,
    /// What is computed on the way; the last one is the sum, or that within its limits.
    pub steps: Vec<ValueId>,
    /// What is below the first is that, as is what is no number; what is then above the second is this.
    pub limits: Option<[f32; 2]>,
}

impl Sum {
    /// The sum of two or more f32 scalars, in any order, if there is one; its steps are among those that are `allowed`.
    pub fn of(kernel: &Kernel, readers: &Readers, terms: &[ValueId], allowed: impl Fn(ValueId) -> bool) -> Option<Sum> {
        let reader = |v: ValueId| readers.sole(v).filter(|r| allowed(*r));
        let added = |v: ValueId| match kernel.values[v.index()].op {
            Op::Binary(Binary::Add, a, b) => Some((a, b)),
            _ => None,
        };
        let is_term = |v: ValueId| terms.contains(&v);
        let (first, (a, b)) = terms.iter().find_map(|v| {
            let sum = reader(*v)?;
            Some((sum, added(sum).filter(|(a, b)| is_term(*a) && is_term(*b) && a != b)?))
        })?;
        let (mut steps, mut order) = (vec![first], vec![a, b]);
        let mut last = first;
        while order.len() < terms.len() {
            let next = reader(last)?;
            let (_, term) = added(next).filter(|(sum, term)| *sum == last && is_term(*term))?;
            order.push(term);
            steps.push(next);
            last = next;
        }
        if order.iter().any(|v| reader(*v).is_none_or(|r| !steps.contains(&r))) {
            return None;
        }
        // Both limits or none.
        let limit = |of: ValueId, op: Binary| {
            let value = reader(of)?;
            match kernel.values[value.index()].op {
                Op::Binary(found, x, k) if found == op && x == of => match kernel.values[k.index()].op {
                    Op::Const(Const::F32(k)) => Some((value, k)),
                    _ => None,
                },
                _ => None,
            }
        };
        let limits = limit(last, Binary::Max).and_then(|(raised, low)| {
            let (lowered, high) = limit(raised, Binary::Min)?;
            steps.extend([raised, lowered]);
            Some([low, high])
        });
        Some(Sum { terms: order, steps, limits })
    }
}
