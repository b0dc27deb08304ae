//! A class that goes through its chunks sample by sample as a kernel: what stands in its loop is done for each frame, whatever the chunks.
//!
//! Requires a script that takes chunks. It becomes a kernel where one loop goes through the frames of a chunk, by number or by value, alone or
//! in or around one through its channels; where it reads and writes the elements of the present frame and channel alone; and where what
//! goes from one frame to the next is kept from one chunk to the next: a field, an element of a list that has one for each channel, or a
//! variable that begins as one of these and is put back there behind the loop. Nothing of it can raise, which is proved as for a class that
//! takes samples.
//!
//! # Numbers of NumPy
//!
//! An element of an array of float32 is a float32, and so is what Python's numbers make with it. A field that begins as `0.0` and gets such
//! numbers is float32 from the second sample on. It is so from the first where that makes no difference: where the kernel of a first
//! sample is the same for both, all constants folded.

mod fields;
mod loops;
mod places;

use super::numbers::cast;
use super::range::{Range, as_f64};
use super::shape::{leaves, returns};
use super::{EXACT, Known, Lowering, Reason, State, settled};
use fields::uniform;
use places::Place;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::kernel::{Const, Kernel, Scalar};
use remotemedia_ir::rewrite::clean;
use remotemedia_ir::script::{Expr, ExprKind, FieldId, Script, Stmt, StmtKind, Target, Variable, visit};
use remotemedia_ir::types::SampleFormat;
use std::collections::BTreeMap;

/// The kernel of a script that takes chunks of so many channels at a rate.
///
/// # Errors
/// The first thing that is not done frame by frame, with its line.
pub fn looped(script: &Script, name: &str, channels: u16, rate: u32) -> Result<KernelNode, Reason> {
    if script.gives.messages.is_some() {
        return Err("it gives messages".to_owned());
    }
    // Fields that soon are of another type than at first.
    let mut becomes: BTreeMap<FieldId, Scalar> = BTreeMap::new();
    loop {
        let mut wanted = None;
        let mut lower = |ranges: &[Range], now: &Constants| -> Result<Lowered, Reason> {
            let mut lowering = Lowering::new(script, name, channels, ranges);
            lowering.chunk = Some(Chunk::new(rate, becomes.clone(), now.clone()));
            let after = lowering.chunks();
            let kernel = lowering.builder.finish();
            let made = lowering.chunk.map(|chunk| {
                wanted = chunk.wanted;
                chunk.made
            });
            Ok(Lowered { kernel, after: after?, made: made.unwrap_or_default() })
        };
        let mut made = Constants::new();
        let result = settled(script, |ranges| {
            let lowered = lower(ranges, &Constants::new())?;
            made = lowered.made;
            Ok((lowered.kernel, lowered.after))
        });
        let result = result.and_then(|node| same_at_first(script, &becomes, &made, &mut lower).map(|()| node));
        match (result, wanted) {
            (Err(_), Some((field, scalar))) if becomes.insert(field, scalar).is_none() => {}
            (result, _) => return result,
        }
    }
}

/// Fields with the numbers that they are at some time.
type Constants = BTreeMap<FieldId, Const>;

/// A kernel, the ranges of the fields behind a sample, and what they are at first.
struct Lowered {
    kernel: Kernel,
    after: Vec<Range>,
    made: Constants,
}

/// Fields that are of another type than at first, at most: all ways in which some still are what they were are compared.
const MIXED: usize = 3;

/// Proves that a sample gives the same whether fields still are the numbers of Python that they were at first, or the same numbers in
/// their later types.
///
/// # Errors
/// Where that is not so, or too much to look at.
fn same_at_first(
    script: &Script,
    becomes: &BTreeMap<FieldId, Scalar>,
    made: &Constants,
    lower: &mut impl FnMut(&[Range], &Constants) -> Result<Lowered, Reason>,
) -> Result<(), Reason> {
    let names: Vec<&str> = becomes.keys().map(|f| script.fields[f.0].name.as_str()).collect();
    let differ = || format!("`self.{}` is of one type at first and of another later", names.join("`, `self."));
    if becomes.len() > MIXED {
        return Err(differ());
    }
    // Each way: what it is and what it would be, of the fields that are as at first.
    let mut ways: Vec<[Constants; 2]> = vec![Default::default()];
    for (field, scalar) in becomes {
        let Some(init) = made.get(field).copied() else { return Err(differ()) };
        let x = as_f64(init);
        let mut kinds = vec![Const::F64(x)];
        if x.fract() == 0.0 && x.abs() <= EXACT && (x != 0.0 || x.is_sign_positive()) {
            kinds.push(Const::I64(x as i64));
        }
        let mut more = Vec::new();
        for way in &ways {
            for kind in &kinds {
                let mut way = way.clone();
                way[0].insert(*field, *kind);
                way[1].insert(*field, cast(init, *scalar));
                more.push(way);
            }
        }
        ways.extend(more);
    }
    let ranges = vec![Range::ANY; script.fields.len()];
    for [before, after] in ways.iter().skip(1) {
        let (mut a, mut b) = (lower(&ranges, before)?.kernel, lower(&ranges, after)?.kernel);
        for kernel in [&mut a, &mut b] {
            while !clean(kernel).is_nothing() {}
        }
        if a != b {
            return Err(differ());
        }
    }
    Ok(())
}

/// The variables of a function, where they are not numbers alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    places: BTreeMap<Variable, Place>,
    /// Variables that begin as a field does.
    begin: BTreeMap<Variable, FieldId>,
    /// Those of them that go from frame to frame, and have to be put back behind the loop.
    carried: BTreeMap<Variable, FieldId>,
    /// Variables that were numbers before a loop that sets them, and why they cannot be read in it.
    forgotten: BTreeMap<Variable, &'static str>,
}

/// What surrounds the loop over the frames of a chunk.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    rate: u32,
    variables: Variables,
    /// The types of the elements of the arrays; none of lists, which have any.
    cells: Vec<Option<Scalar>>,
    /// Fields with one element for each channel, and those of them that are arrays.
    by_channel: BTreeMap<FieldId, Option<Scalar>>,
    in_channel: bool,
    in_frame: bool,
    /// The frames have been gone through.
    is_through: bool,
    /// A float64 of NumPy is among the numbers; one of Python met a float32. Both together are not told apart.
    has_double: bool,
    pub(super) has_single: bool,
    /// Fields that are of another type than at first, and those of them that still are what they were then, with what they are taken to be.
    becomes: BTreeMap<FieldId, Scalar>,
    now: Constants,
    /// What fields are at first.
    made: Constants,
    /// A field that gets a number of another type than it begins with.
    wanted: Option<(FieldId, Scalar)>,
}

impl Chunk {
    fn new(rate: u32, becomes: BTreeMap<FieldId, Scalar>, now: Constants) -> Chunk {
        Chunk {
            rate,
            variables: Variables::default(),
            cells: vec![Some(Scalar::F32)],
            by_channel: BTreeMap::new(),
            in_channel: false,
            in_frame: false,
            is_through: false,
            has_double: false,
            has_single: false,
            becomes,
            now,
            made: Constants::new(),
            wanted: None,
        }
    }

    /// True if variables stand for the same places.
    pub(super) fn has_names_of(&self, other: &Chunk) -> bool {
        self.variables.places == other.variables.places
    }

    /// Into a function of the class, which has variables of its own; gives those around it.
    pub(super) fn enter(&mut self) -> Variables {
        std::mem::take(&mut self.variables)
    }

    /// Back from it.
    pub(super) fn leave(&mut self, around: Variables) {
        self.variables = around;
    }
}

/// The input.
const INPUT: usize = 0;

impl Lowering<'_> {
    /// Lowers `process`; gives the ranges of the fields behind it.
    fn chunks(&mut self) -> Result<Vec<Range>, Reason> {
        let script = self.script;
        let input = self.builder.input("in", SampleFormat::F32, self.channels);
        let mut state = State::default();
        let sample = Known { value: input, scalar: Scalar::F32, range: Range::ANY, constant: None };
        state.cells.insert(INPUT, sample);
        let data = Place::Tuple(vec![Place::Array(INPUT), Place::Rate]);
        self.chunk_mut()?.variables.places.insert(Variable(0), data);
        self.fields(&mut state);
        for (index, field) in script.fields.iter().enumerate() {
            if let Some((init, array)) = uniform(&field.init, self.channels) {
                self.list_field(FieldId(index), init, array, &mut state);
            }
        }
        let process = script.function(script.process);
        let given = self.chunk_block(&process.body, &mut state)?;
        let cell = match given {
            Some(Place::Tuple(parts)) if parts.len() == 2 && parts[1] == Place::Rate => self.whole_array(&parts[0]),
            Some(place) => self.whole_array(&place),
            None => None,
        };
        let cell = cell.ok_or("it gives something other than samples with their rate")?;
        let chunk = self.chunk_mut()?;
        if let Some(field) = chunk.variables.carried.values().next() {
            let name = &script.fields[field.0].name;
            return Err(format!("what becomes of `self.{name}` in the loop is not kept for the next chunk"));
        }
        if !chunk.is_through {
            return Err("it has no loop over samples".to_owned());
        }
        if chunk.has_double && chunk.has_single {
            return Err("it has numbers of NumPy in float64 and in float32".to_owned());
        }
        let is_first = !chunk.now.is_empty();
        let out = state.cells.get(&cell).copied().ok_or("an element of the result is not set on some way")?;
        let wide = self.wide(out);
        let out = if out.scalar == Scalar::F32 { wide } else { self.builder.convert(wide, Scalar::F32) };
        self.builder.output("out", SampleFormat::F32, out);
        let after = self.keep(&state);
        if is_first {
            // What becomes of the fields is compared, too.
            let fields: Vec<FieldId> = self.chunk_mut()?.becomes.keys().copied().collect();
            for field in fields {
                let known = state.fields.get(&field).copied().ok_or("a field is lost")?;
                let known = self.later(field, known);
                let wide = self.wide(known);
                let kept = if known.scalar == Scalar::F32 { wide } else { self.builder.convert(wide, Scalar::F32) };
                self.builder.output(&script.fields[field.0].name, SampleFormat::F32, kept);
            }
        }
        Ok(after)
    }

    fn chunk_mut(&mut self) -> Result<&mut Chunk, Reason> {
        self.chunk.as_mut().ok_or_else(|| "no chunk".to_owned())
    }

    /// Statements around the loop; what the function gives.
    fn chunk_block(&mut self, body: &[Stmt], state: &mut State) -> Result<Option<Place>, Reason> {
        for stmt in body {
            let line = stmt.line;
            self.operations += 1;
            let other = || format!("line {line}: a statement around the loop over samples that a kernel does not have");
            match &stmt.kind {
                StmtKind::Assign(target, value) => self.chunk_assign(target, value, line, state)?,
                StmtKind::If { condition, then, otherwise } => {
                    let chosen = self.chosen(condition, then, otherwise, state).ok_or_else(other)?;
                    let given = self.chunk_block(chosen, state)?;
                    if given.is_some() || returns(chosen) {
                        return Ok(given);
                    }
                }
                StmtKind::For { target, iterable, body, otherwise } => {
                    if returns(body) || leaves(body) || !otherwise.is_empty() {
                        return Err(format!("line {line}: a loop that is left early"));
                    }
                    if self.is_over_channels(iterable, state) {
                        let before = std::mem::take(state);
                        *state = self.over_channels(target, iterable, body, before, |this, body, mut state| {
                            this.chunk_block(body, &mut state)?;
                            Ok(state)
                        })?;
                    } else {
                        let before = std::mem::take(state);
                        *state = self.over_frames(target, iterable, body, before, line)?;
                    }
                }
                StmtKind::Yield(value) | StmtKind::Return(Some(value)) => {
                    return self.place(value, state)?.ok_or_else(other).map(Some);
                }
                _ => return Err(other()),
            }
        }
        Ok(None)
    }

    /// An assignment around the loop.
    fn chunk_assign(&mut self, target: &Target, value: &Expr, line: u32, state: &mut State) -> Result<(), Reason> {
        if let (Target::Unpack(targets, None), ExprKind::Tuple(values)) = (target, &value.kind)
            && targets.len() == values.len()
            && are_apart(targets, values)
        {
            return targets.iter().zip(values).try_for_each(|(t, v)| self.chunk_assign(t, v, line, state));
        }
        if self.names_place(target, value, state)? {
            return Ok(());
        }
        match target {
            Target::Local(variable) => {
                if let Some(field) = self.field_of(value) {
                    if !self.is_by_channel(field) {
                        self.shared_by_channels(field, line)?;
                    }
                    let known = state.fields.get(&field).copied().ok_or("a field is lost")?;
                    self.stays_carried(*variable)?;
                    self.chunk_mut()?.variables.begin.insert(*variable, field);
                    state.locals.insert(*variable, known);
                    return Ok(());
                }
                if !self.is_steady(value, state) {
                    return Err(format!("line {line}: a number that changes from chunk to chunk"));
                }
                let known = self.expr(value, state)?;
                self.stays_carried(*variable)?;
                self.chunk_mut()?.variables.begin.remove(variable);
                state.locals.insert(*variable, known);
                Ok(())
            }
            Target::Field(_) | Target::Index(..) => {
                let field = match target {
                    Target::Field(field) => Some(*field),
                    Target::Index(object, index) => self.by_channel(object, index),
                    _ => None,
                };
                let ExprKind::Local(variable) = value.kind else {
                    return Err(format!("line {line}: it keeps something from chunk to chunk"));
                };
                let chunk = self.chunk_mut()?;
                match field {
                    Some(field) if chunk.variables.carried.get(&variable) == Some(&field) => {
                        chunk.variables.carried.remove(&variable);
                        Ok(())
                    }
                    _ => Err(format!("line {line}: it keeps something from chunk to chunk")),
                }
            }
            Target::Attribute(..) | Target::Unpack(..) => Err(format!("line {line}: it takes something apart")),
        }
    }

    /// True for numbers that are the same for all chunks.
    fn is_steady(&self, value: &Expr, state: &State) -> bool {
        struct Steady<'a, 'b>(&'a Lowering<'b>, &'a State, bool);
        impl visit::Visit for Steady<'_, '_> {
            fn expr(&mut self, expr: &Expr) {
                let Steady(lowering, state, is_steady) = self;
                let begins = |v: &Variable| lowering.chunk.as_ref().is_some_and(|c| c.variables.begin.contains_key(v));
                *is_steady &= match &expr.kind {
                    ExprKind::Local(variable) => {
                        let is_rate = lowering.place_of(*variable) == Some(&Place::Rate);
                        is_rate || state.locals.contains_key(variable) && !begins(variable)
                    }
                    ExprKind::Field(field) => {
                        !lowering.states.contains_key(field)
                            && !lowering.is_first_of(*field)
                            && !lowering.is_by_channel(*field)
                    }
                    ExprKind::Index(..) | ExprKind::Invoke(..) | ExprKind::Block(..) => false,
                    _ => true,
                };
            }
        }
        let mut steady = Steady(self, state, true);
        visit::expr(value, &mut steady);
        steady.2
    }
}

/// True if no value reads what a target sets.
fn are_apart(targets: &[Target], values: &[Expr]) -> bool {
    struct Reads<'a>(&'a [Target], bool);
    impl visit::Visit for Reads<'_> {
        fn expr(&mut self, expr: &Expr) {
            self.1 |= self.0.iter().any(|target| match (target, &expr.kind) {
                (Target::Local(a), ExprKind::Local(b)) => a == b,
                (Target::Field(a), ExprKind::Field(b)) => a == b,
                (Target::Index(a, _), _) => a.kind == expr.kind,
                (_, ExprKind::Invoke(..)) => true,
                (Target::Unpack(..) | Target::Attribute(..), _) => true,
                _ => false,
            });
        }
    }
    let mut reads = Reads(targets, false);
    values.iter().for_each(|value| visit::expr(value, &mut reads));
    !reads.1
}
