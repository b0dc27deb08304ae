//! `distribute`: elementary functions leave the loops whose every frame waits for the one before.
//!
//! Requires `vectorize`, whose loops it divides. An elementary function of f32 is made for lanes, but a loop with a recurrence in it
//! goes frame by frame. So what a recurrence waits for is computed in a loop before it, what waits for it in one behind it
//! (Allen and Kennedy, *Optimizing Compilers for Modern Architectures*, 2001, section 5.2); a function that is part of a recurrence
//! stays. Only f32 crosses between loops: what is of another type is computed where it is read, or nothing moves.
//! Every bit stays: the same operations on the same values. Cost: linear in the statements.
//!
//! ```text
//! level -> log10 -> smoother -> exp2 -> out    =>    { level, log10 } { smoother } { exp2, out }
//! ```

use crate::passes::Report;
use crate::passes::dependencies::Dependencies;
use crate::passes::fuse::Group;
use crate::region::{Region, renumber};
use remotemedia_ir::kernel::{Kernel, Math, Op, Scalar, Stmt, ValueId};
use remotemedia_ir::loops::Uses;

/// Costs per lane, in tenths of a nanosecond on a 3 GHz x86-64 with SSE2.
mod cost {
    /// What a function saves at least.
    pub const SAVED: f64 = 20.0;
    /// Written by one loop and read by another.
    pub const KEPT: f64 = 2.5;
}

/// Runs the pass.
pub fn run(groups: &mut [Group]) -> Report {
    let mut report = Report::new("distribute");
    for group in groups {
        if let Group::Region(region) = group {
            distribute(region, &mut report);
        }
    }
    report
}

fn distribute(region: &mut Region, report: &mut Report) {
    let kernel = &region.kernel;
    let ends: Vec<usize> = region.cuts.iter().map(|c| *c as usize).chain([kernel.body.len()]).collect();
    let (mut body, mut cuts) = (Vec::with_capacity(kernel.body.len()), Vec::new());
    let mut from = 0;
    for end in ends {
        if from > 0 {
            cuts.push(from as u32);
        }
        let part = &kernel.body[from..end];
        match Part::new(kernel, part).levels() {
            Some(level) => {
                let mut sorted: Vec<usize> = (0..part.len()).collect();
                sorted.sort_by_key(|i| level[*i]);
                let inside = sorted.windows(2).enumerate().filter(|(_, w)| level[w[0]] != level[w[1]]);
                cuts.extend(inside.map(|(at, _)| (from + at + 1) as u32));
                body.extend(sorted.into_iter().map(|i| part[i].clone()));
            }
            None => body.extend_from_slice(part),
        }
        from = end;
    }
    if cuts.len() == region.cuts.len() {
        return;
    }
    report.say(format!("{}: {} loops, elementary functions apart from recurrences", kernel.name, cuts.len() + 1));
    region.kernel.body = body;
    region.cuts = cuts;
    renumber(&mut region.kernel);
}

/// What a statement is to the distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Touches memory: in loops of odd levels.
    Serial,
    /// An elementary function for lanes: in loops of even levels.
    Function,
    /// Anywhere.
    Plain,
}

/// The statements of one loop.
struct Part<'k> {
    kernel: &'k Kernel,
    body: &'k [Stmt],
    role: Vec<Role>,
    /// Per statement those that define what it reads.
    needs: Vec<Vec<usize>>,
    /// Statements that must stay in one loop, in topological order.
    together: Vec<Vec<usize>>,
}

impl<'k> Part<'k> {
    fn new(kernel: &'k Kernel, body: &'k [Stmt]) -> Part<'k> {
        let Dependencies { needs, together } = Dependencies::new(kernel, body);
        let mut role: Vec<Role> = body
            .iter()
            .map(|s| role(kernel, s, !Uses::of(kernel, std::slice::from_ref(s)).memory.is_empty()))
            .collect();
        for members in together.iter().filter(|m| m.len() > 1) {
            members.iter().for_each(|i| role[*i] = Role::Serial);
        }
        Part { kernel, body, role, needs, together }
    }

    /// The loop of each statement; none if all stay in one.
    fn levels(&self) -> Option<Vec<u32>> {
        let has = |role: Role| self.role.contains(&role);
        if !has(Role::Serial) || !has(Role::Function) {
            return None;
        }
        let mut level = self.earliest();
        self.sink(&mut level);
        // The first loop is there for functions only.
        if !level.iter().zip(&self.role).any(|(level, role)| *level == 0 && *role == Role::Function) {
            level.iter_mut().for_each(|l| *l = (*l).max(1));
        }
        let kept = self.kept(&level)?;
        let functions: Vec<usize> = (0..level.len()).filter(|i| self.role[*i] == Role::Function).collect();
        let lanes: u32 = functions.iter().map(|i| self.lanes(*i)).sum();
        let several = level.iter().any(|l| *l != level[0]);
        (several && cost::KEPT * f64::from(kept) < cost::SAVED * f64::from(lanes)).then_some(level)
    }

    /// The first loop that the operands of each statement allow.
    fn earliest(&self) -> Vec<u32> {
        let mut level = vec![0u32; self.body.len()];
        for members in &self.together {
            let role = self.role[members[0]];
            let mut own = u32::from(role == Role::Serial);
            for needed in members.iter().flat_map(|i| &self.needs[*i]).filter(|n| !members.contains(n)) {
                let from = level[*needed];
                let fits = match role {
                    Role::Serial => !from.is_multiple_of(2),
                    Role::Function => from.is_multiple_of(2),
                    Role::Plain => true,
                };
                own = own.max(if fits { from } else { from + 1 });
            }
            members.iter().for_each(|i| level[*i] = own);
        }
        level
    }

    /// Moves statements to the first loop that reads them where they cannot cross, or one f32 crosses instead.
    fn sink(&self, level: &mut [u32]) {
        let mut readers: Vec<Vec<usize>> = vec![Vec::new(); self.body.len()];
        for (i, needs) in self.needs.iter().enumerate() {
            needs.iter().for_each(|n| readers[*n].push(i));
        }
        for members in self.together.iter().rev() {
            let &[i] = members.as_slice() else { continue };
            let (Role::Plain, Stmt::Let(v)) = (self.role[i], &self.body[i]) else { continue };
            let Some(latest) = readers[i].iter().map(|r| level[*r]).min() else { continue };
            if is_free(self.kernel, *v) {
                continue;
            }
            let mut operands: Vec<usize> = self.needs[i].clone();
            operands.retain(|n| !matches!(self.body[*n], Stmt::Let(v) if is_free(self.kernel, v)));
            let one = matches!(operands.as_slice(), [n] if self.crosses(*n));
            if one || !self.crosses(i) {
                level[i] = latest.max(level[i]);
            }
        }
    }

    /// How many lanes go from one loop to another; none if one of them cannot.
    fn kept(&self, level: &[u32]) -> Option<u32> {
        let mut kept = vec![false; self.body.len()];
        for (i, needs) in self.needs.iter().enumerate() {
            let crossing = |n: &&usize| level[**n] != level[i];
            needs.iter().filter(crossing).for_each(|n| kept[*n] = true);
        }
        let mut lanes = 0;
        for i in (0..kept.len()).filter(|i| kept[*i]) {
            match &self.body[i] {
                Stmt::Let(v) if is_free(self.kernel, *v) => {}
                _ if self.crosses(i) => lanes += self.lanes(i),
                _ => return None,
            }
        }
        Some(lanes)
    }

    /// True for a statement whose value can be kept between loops.
    fn crosses(&self, i: usize) -> bool {
        matches!(self.body[i], Stmt::Let(v) if self.kernel.values[v.index()].ty.scalar == Scalar::F32)
    }

    fn lanes(&self, i: usize) -> u32 {
        match self.body[i] {
            Stmt::Let(v) => u32::from(self.kernel.values[v.index()].ty.lanes),
            _ => 0,
        }
    }
}

fn role(kernel: &Kernel, stmt: &Stmt, memory: bool) -> Role {
    match stmt {
        _ if memory => Role::Serial,
        Stmt::Let(v) => {
            let value = &kernel.values[v.index()];
            match value.op {
                Op::Math(function, _) if value.ty.scalar == Scalar::F32 && is_for_lanes(function) => Role::Function,
                _ => Role::Plain,
            }
        }
        Stmt::Output(..) => Role::Plain,
        Stmt::SetState(..) | Stmt::SetLocal(..) | Stmt::Push(..) | Stmt::If { .. } | Stmt::For { .. } => Role::Serial,
    }
}

/// True for what every loop can have again.
fn is_free(kernel: &Kernel, v: ValueId) -> bool {
    matches!(kernel.values[v.index()].op, Op::Const(_) | Op::Input(_))
}

/// True for the functions of `runtime-min/src/math/single.rs`.
fn is_for_lanes(function: Math) -> bool {
    match function {
        Math::Exp | Math::Exp2 | Math::Ln | Math::Log2 | Math::Log10 | Math::Tanh | Math::Pow => true,
        Math::Sin | Math::Cos | Math::Tan | Math::Atan | Math::Atan2 => false,
    }
}
