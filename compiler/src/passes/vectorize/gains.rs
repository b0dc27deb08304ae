//! Constant gains behind sections, taken into their coefficients.

use remotemedia_ir::kernel::{Binary, Const, Kernel, Op, SectionId, Stmt, ValueId};
use remotemedia_ir::loops::Readers;
use remotemedia_ir::rewrite::constant;
use std::collections::{HashMap, HashSet};

/// The kernel with gains taken into sections but for those `apart`, and the sections that have taken one. A section takes what alone
/// reads it and multiplies it by a finite f32 constant other than zero.
pub fn taken_in(kernel: &Kernel, apart: &HashSet<SectionId>) -> (Kernel, Vec<SectionId>) {
    let readers = Readers::of(kernel);
    let mut out = kernel.clone();
    // What computes the product now, by the section's own value, and what was the gain.
    let (mut products, mut gone, mut gains) = (HashMap::new(), HashSet::new(), Vec::new());
    let mut taken = Vec::new();
    for stmt in &kernel.body {
        let Stmt::Let(v) = stmt else { continue };
        let Op::Section(q, _) = kernel.values[v.index()].op else { continue };
        let Some(product) = readers.sole(*v) else { continue };
        let Some((gain, value)) = gain(kernel, *v, product) else { continue };
        if apart.contains(&q) {
            continue;
        }
        out.sections[q.index()].b.iter_mut().for_each(|b| *b *= f64::from(value));
        out.values[product.index()].op = kernel.values[v.index()].op.clone();
        products.insert(*v, product);
        gone.insert(product);
        gains.push(gain);
        taken.push(q);
    }
    if taken.is_empty() {
        return (out, taken);
    }
    out.body = kernel
        .body
        .iter()
        .filter_map(|stmt| match stmt {
            Stmt::Let(v) if gone.contains(v) => None,
            Stmt::Let(v) => Some(Stmt::Let(products.get(v).copied().unwrap_or(*v))),
            _ => Some(stmt.clone()),
        })
        .collect();
    drop_unread(&mut out, gains);
    (out, taken)
}

/// The constant that a section's output is multiplied by, and what it is; none where that is not all that is done.
fn gain(kernel: &Kernel, output: ValueId, product: ValueId) -> Option<(ValueId, f32)> {
    let Op::Binary(Binary::Mul, a, b) = kernel.values[product.index()].op else { return None };
    let gain = if a == output { b } else { a };
    match constant(kernel, gain)? {
        Const::F32(value) if value.is_finite() && value != 0.0 => Some((gain, value)),
        _ => None,
    }
}

/// Takes constants, and vectors of them, out of a body where nothing reads them any more.
pub fn drop_unread(kernel: &mut Kernel, gains: Vec<ValueId>) {
    let mut constants = HashSet::new();
    for v in gains {
        constants.insert(v);
        kernel.values[v.index()].op.operands(|x| {
            constants.insert(x);
        });
    }
    // Vectors first, then what they were made of.
    for _ in 0..2 {
        let readers = Readers::of(kernel);
        kernel.body.retain(|stmt| !matches!(stmt, Stmt::Let(v) if constants.contains(v) && readers.are_none(*v)));
    }
}
