//! What expressions give that is no number: arrays, their channels and shapes, lists, the numbers of channel and frame; and their elements.

use crate::python::kernel::{Known, Lowering, Reason, State};
use remotemedia_ir::kernel::{Const, Scalar};
use remotemedia_ir::script::{Expr, ExprKind, Literal, Target, Ty, Variable};
use remotemedia_runtime_min::py::array::Dtype;

/// What a variable of a chunk stands for that is no number.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::python::kernel) enum Place {
    /// An array of shape (channels, frames), by its cell.
    Array(usize),
    /// One of its channels, or an array of shape (frames,).
    Row(usize),
    /// A list of as many numbers as there are frames.
    List(usize),
    Tuple(Vec<Place>),
    /// The shape of an array and of a row.
    Shape,
    RowShape,
    Rate,
    /// How many frames the chunk has.
    Frames,
    /// The numbers of the present channel and frame.
    Channel,
    Frame,
}

impl Lowering<'_> {
    pub(super) fn place_of(&self, variable: Variable) -> Option<&Place> {
        self.chunk.as_ref()?.variables.places.get(&variable)
    }

    pub(super) fn is_place(&self, expr: &Expr, place: &Place) -> bool {
        matches!(expr.kind, ExprKind::Local(variable) if self.place_of(variable) == Some(place))
    }

    /// The number of the present channel.
    pub(super) fn is_channel(&self, expr: &Expr) -> bool {
        let is_only = matches!(expr.as_literal(), Some(Literal::Int(0 | -1))) && self.channels == 1;
        is_only || self.is_place(expr, &Place::Channel)
    }

    /// The cell of an element of the present frame and channel.
    pub(super) fn cell(&mut self, object: &Expr, index: &Expr, state: &mut State) -> Result<Option<usize>, Reason> {
        let is_frame = |this: &Self, e: &Expr| this.is_place(e, &Place::Frame);
        Ok(match (self.place(object, state)?, &index.kind) {
            (Some(Place::Array(cell)), ExprKind::Tuple(at)) => match at.as_slice() {
                [channel, frame] if self.is_channel(channel) && is_frame(self, frame) => Some(cell),
                _ => None,
            },
            (Some(Place::Row(cell) | Place::List(cell)), _) if is_frame(self, index) => Some(cell),
            _ => None,
        })
    }

    /// An element that is read.
    pub(in crate::python::kernel) fn element(
        &mut self,
        object: &Expr,
        index: &Expr,
        line: u32,
        state: &mut State,
    ) -> Result<Known, Reason> {
        let known = match self.by_channel(object, index) {
            Some(field) => state.fields.get(&field).copied(),
            None => match self.cell(object, index, state)? {
                Some(cell) => {
                    let chunk = self.chunk_mut()?;
                    chunk.has_double |= chunk.cells[cell] == Some(Scalar::F64);
                    state.cells.get(&cell).copied()
                }
                None => None,
            },
        };
        known.ok_or_else(|| format!("line {line}: a value that is not of the present sample"))
    }

    /// An element that is set.
    pub(in crate::python::kernel) fn set_element(
        &mut self,
        object: &Expr,
        index: &Expr,
        known: Known,
        line: u32,
        state: &mut State,
    ) -> Result<(), Reason> {
        if let Some(field) = self.by_channel(object, index) {
            return self.field_gets(field, known, line, state);
        }
        let Some(cell) = self.cell(object, index, state)? else {
            return Err(format!("line {line}: it sets something other than the present sample"));
        };
        let known = match self.chunk_mut()?.cells[cell] {
            Some(scalar) => self.converted(known, scalar, line)?,
            None => known,
        };
        state.cells.insert(cell, known);
        Ok(())
    }

    /// What a target holds.
    pub(in crate::python::kernel) fn current(
        &mut self,
        target: &Target,
        line: u32,
        state: &mut State,
    ) -> Result<Known, Reason> {
        let read = |kind| Expr { kind, ty: Ty::Any, line };
        match target {
            Target::Local(variable) => self.expr(&read(ExprKind::Local(*variable)), state),
            Target::Field(field) => self.expr(&read(ExprKind::Field(*field)), state),
            Target::Index(object, index) if self.chunk.is_some() => self.element(object, index, line, state),
            Target::Index(..) | Target::Attribute(..) | Target::Unpack(..) => {
                Err(format!("line {line}: it sets something other than a number"))
            }
        }
    }

    /// A variable that is no number of `process`, as one.
    pub(in crate::python::kernel) fn number_of_place(
        &mut self,
        variable: Variable,
        line: u32,
    ) -> Result<Known, Reason> {
        match (self.place_of(variable), &self.chunk) {
            (Some(Place::Rate), Some(chunk)) => {
                let rate = i64::from(chunk.rate);
                Ok(self.constant(Const::I64(rate)))
            }
            (Some(Place::Frame | Place::Frames), _) => {
                Err(format!("line {line}: a number that starts again with each chunk"))
            }
            (None, Some(chunk)) if chunk.variables.forgotten.contains_key(&variable) => {
                let name = &self.script.function(self.script.process).locals[variable.0].name;
                Err(format!("line {line}: `{name}` {}", chunk.variables.forgotten[&variable]))
            }
            _ => Err(format!("line {line}: a variable that is no number")),
        }
    }

    /// Gives a name to what is no number; false where the value is one.
    pub(in crate::python::kernel) fn names_place(
        &mut self,
        target: &Target,
        value: &Expr,
        state: &mut State,
    ) -> Result<bool, Reason> {
        if self.chunk.is_none() {
            return Ok(false);
        }
        let Some(place) = self.place(value, state)? else { return Ok(false) };
        let line = value.line;
        match target {
            Target::Local(variable) => self.bind(*variable, place, state)?,
            Target::Unpack(targets, None) => {
                let parts = match place {
                    Place::Tuple(parts) => parts,
                    Place::Shape => vec![Place::Channel, Place::Frames],
                    Place::RowShape => vec![Place::Frames],
                    _ => return Err(format!("line {line}: it takes an array apart")),
                };
                if parts.len() != targets.len() {
                    return Err(format!("line {line}: it takes apart what has other parts"));
                }
                for (target, part) in targets.iter().zip(parts) {
                    let Target::Local(variable) = target else {
                        return Err(format!("line {line}: it keeps something from chunk to chunk"));
                    };
                    // Of a shape this is how many there are.
                    if part == Place::Channel {
                        let channels = self.constant(Const::I64(i64::from(self.channels)));
                        let channels = self.variable_gets(*variable, channels, line, state)?;
                        state.locals.insert(*variable, channels);
                    } else {
                        self.bind(*variable, part, state)?;
                    }
                }
            }
            Target::Index(object, index) => {
                // Within the loop a whole channel is more than the present sample.
                let is_row = !self.chunk_mut()?.in_frame && (self.is_channel(index) || self.is_whole_row(index));
                let (to, from) = match (self.place(object, state)?, place) {
                    (Some(Place::Array(to)), Place::Row(from) | Place::List(from)) if is_row => (to, from),
                    _ => return Err(format!("line {line}: it sets something other than the present sample")),
                };
                let known = held(from, line, state)?;
                let scalar = self.chunk_mut()?.cells[to].unwrap_or(known.scalar);
                let known = self.converted(known, scalar, line)?;
                state.cells.insert(to, known);
            }
            Target::Field(_) | Target::Attribute(..) | Target::Unpack(..) => {
                return Err(format!("line {line}: it keeps something from chunk to chunk"));
            }
        }
        Ok(true)
    }

    pub(super) fn bind(&mut self, variable: Variable, place: Place, state: &mut State) -> Result<(), Reason> {
        self.stays_carried(variable)?;
        state.locals.remove(&variable);
        let chunk = self.chunk_mut()?;
        chunk.variables.begin.remove(&variable);
        chunk.variables.places.insert(variable, place);
        Ok(())
    }

    /// `[c, :]`.
    pub(super) fn is_whole_row(&self, index: &Expr) -> bool {
        matches!(&index.kind, ExprKind::Tuple(at) if at.len() == 2 && self.is_channel(&at[0]) && is_everything(&at[1]))
    }

    /// A number at the end of a list that has one for each frame.
    pub(in crate::python::kernel) fn appends(&mut self, value: &Expr, state: &mut State) -> Result<bool, Reason> {
        let ExprKind::Call(function, args) = &value.kind else { return Ok(false) };
        let (Some(chunk), [list, item]) = (&self.chunk, args.as_slice()) else { return Ok(false) };
        let ExprKind::Local(list) = list.kind else { return Ok(false) };
        let Some(Place::List(cell)) = chunk.variables.places.get(&list).filter(|_| function.to_string() == ".append")
        else {
            return Ok(false);
        };
        let (cell, line) = (*cell, value.line);
        let known = self.expr(item, state)?;
        if state.cells.insert(cell, known).is_some() {
            return Err(format!("line {line}: a list gets more than one number for a frame"));
        }
        Ok(true)
    }

    /// A new array or list, with an element for each frame.
    pub(super) fn new_cell(
        &mut self,
        scalar: Option<Scalar>,
        known: Option<Known>,
        state: &mut State,
    ) -> Result<usize, Reason> {
        let chunk = self.chunk_mut()?;
        let cell = chunk.cells.len();
        chunk.cells.push(scalar);
        if let Some(known) = known {
            state.cells.insert(cell, known);
        }
        Ok(cell)
    }

    /// What an expression gives that is no number; none where it is one, or what a kernel does not have.
    pub(super) fn place(&mut self, expr: &Expr, state: &mut State) -> Result<Option<Place>, Reason> {
        let line = expr.line;
        let Some(chunk) = &self.chunk else { return Ok(None) };
        // Arrays are made around the loop.
        let makes = !chunk.in_frame;
        let dtype = match &expr.ty {
            Ty::Array { dtype: Some(Dtype::F32), .. } => Some(Scalar::F32),
            Ty::Array { dtype: Some(Dtype::F64), .. } => Some(Scalar::F64),
            _ => None,
        };
        Ok(match &expr.kind {
            ExprKind::Local(variable) => self.place_of(*variable).cloned(),
            ExprKind::Tuple(items) | ExprKind::List(items) if !items.is_empty() => {
                let mut parts = Vec::new();
                for item in items {
                    match self.place(item, state)? {
                        Some(part) => parts.push(part),
                        None => return Ok(None),
                    }
                }
                Some(Place::Tuple(parts))
            }
            _ if makes && is_empty_list(expr) => Some(Place::List(self.new_cell(None, None, state)?)),
            ExprKind::Attribute(object, name) if name == "shape" => match self.place(object, state)? {
                Some(Place::Array(_)) => Some(Place::Shape),
                Some(Place::Row(_)) => Some(Place::RowShape),
                _ => None,
            },
            ExprKind::Index(object, index) => match (self.place(object, state)?, index.as_literal()) {
                (Some(Place::Tuple(parts)), Some(Literal::Int(i))) => {
                    let at = if *i < 0 { *i + parts.len() as i64 } else { *i };
                    usize::try_from(at).ok().and_then(|at| parts.get(at).cloned())
                }
                (Some(Place::Shape), Some(Literal::Int(1 | -1))) => Some(Place::Frames),
                (Some(Place::RowShape), Some(Literal::Int(0 | -1))) => Some(Place::Frames),
                (Some(Place::Array(cell)), _) if self.is_channel(index) || self.is_whole_row(index) => {
                    Some(Place::Row(cell))
                }
                (Some(Place::Row(cell)), _) if is_everything(index) => Some(Place::Row(cell)),
                (Some(Place::Row(cell)), _) if self.channels == 1 && is_new_axis(index) => Some(Place::Array(cell)),
                _ => None,
            },
            ExprKind::Binary(op, a, b) if makes && dtype.is_some() => {
                let row = |place: Option<Place>| match place {
                    Some(Place::Array(cell)) => Some((cell, false)),
                    Some(Place::Row(cell)) => Some((cell, true)),
                    _ => None,
                };
                let (x, y) = (row(self.place(a, state)?), row(self.place(b, state)?));
                let is_row = match (x, y) {
                    (Some((_, x)), Some((_, y))) if x == y => x,
                    (Some((_, is_row)), None) | (None, Some((_, is_row))) => is_row,
                    _ => return Ok(None),
                };
                let mut operand = |this: &mut Self, found: Option<(usize, bool)>, e: &Expr| match found {
                    Some((cell, _)) => held(cell, line, state),
                    None if this.is_steady(e, state) => this.expr(e, state),
                    None => Err(format!("line {line}: a number that changes from chunk to chunk")),
                };
                let (a, b) = (operand(self, x, a)?, operand(self, y, b)?);
                let known = self.binary(*op, a, b, line)?;
                if Some(known.scalar) != dtype {
                    return Ok(None);
                }
                let cell = self.new_cell(dtype, Some(known), state)?;
                self.chunk_mut()?.has_double |= dtype == Some(Scalar::F64);
                Some(if is_row { Place::Row(cell) } else { Place::Array(cell) })
            }
            ExprKind::Call(function, args) => {
                let name = function.to_string();
                let first = match args.first() {
                    Some(arg) => self.place(arg, state)?,
                    None => None,
                };
                self.called(&name, first, args, makes, dtype, line, state)?
            }
            _ => None,
        })
    }

    /// What a function of NumPy or a method of arrays gives.
    #[expect(clippy::too_many_arguments, reason = "one place, in a function of its own to be read")]
    pub(super) fn called(
        &mut self,
        name: &str,
        first: Option<Place>,
        args: &[Expr],
        makes: bool,
        dtype: Option<Scalar>,
        line: u32,
        state: &mut State,
    ) -> Result<Option<Place>, Reason> {
        let Some(first) = first else {
            // Shapes in parts.
            return match (name, args.first().map(|arg| &arg.kind), dtype) {
                ("np.zeros" | "np.empty", Some(ExprKind::Tuple(shape)), Some(scalar)) if makes => {
                    let is_shape = match shape.as_slice() {
                        [channels, frames] => {
                            self.is_channels(channels, state) && self.place(frames, state)? == Some(Place::Frames)
                        }
                        _ => false,
                    };
                    if !is_shape {
                        return Ok(None);
                    }
                    self.fresh(name, scalar, state).map(|cell| Some(Place::Array(cell)))
                }
                _ => Ok(None),
            };
        };
        let is_only = self.channels == 1;
        Ok(match (name, &first, dtype) {
            ("len", Place::Row(_) | Place::List(_), _) => Some(Place::Frames),
            ("np.zeros_like" | "np.empty_like", Place::Array(_) | Place::Row(_), Some(scalar)) if makes => {
                let cell = self.fresh(name, scalar, state)?;
                Some(if matches!(first, Place::Row(_)) { Place::Row(cell) } else { Place::Array(cell) })
            }
            ("np.zeros" | "np.empty", Place::Shape, Some(scalar)) if makes => {
                Some(Place::Array(self.fresh(name, scalar, state)?))
            }
            ("np.zeros" | "np.empty", Place::RowShape | Place::Frames, Some(scalar)) if makes => {
                Some(Place::Row(self.fresh(name, scalar, state)?))
            }
            (
                ".astype" | ".copy" | "np.copy" | "np.array" | "np.asarray" | ".flatten",
                Place::Array(cell) | Place::Row(cell) | Place::List(cell),
                Some(scalar),
            ) if makes && is_copied(name, args) => {
                // `asarray` gives another name to what is an array of that type.
                if name == "np.asarray" && self.chunk_mut()?.cells[*cell] == Some(scalar) {
                    return Ok(Some(first));
                }
                let known = held(*cell, line, state)?;
                let known = self.converted(known, scalar, line)?;
                self.chunk_mut()?.has_double |= scalar == Scalar::F64;
                let made = self.new_cell(Some(scalar), Some(known), state)?;
                match first {
                    Place::Array(_) if name == ".flatten" => is_only.then_some(Place::Row(made)),
                    Place::Array(_) => Some(Place::Array(made)),
                    _ => Some(Place::Row(made)),
                }
            }
            ("np.array" | "np.asarray", Place::Tuple(rows), Some(scalar)) if makes && is_only => {
                match rows.as_slice() {
                    [Place::Row(cell) | Place::List(cell)] => {
                        let known = held(*cell, line, state)?;
                        let known = self.converted(known, scalar, line)?;
                        Some(Place::Array(self.new_cell(Some(scalar), Some(known), state)?))
                    }
                    _ => None,
                }
            }
            (".tolist", Place::Row(cell), _) if makes => {
                let known = held(*cell, line, state)?;
                let known = self.float(known)?;
                Some(Place::List(self.new_cell(None, Some(known), state)?))
            }
            (".reshape", Place::Row(cell), _) if is_only => match args.get(1).map(|shape| &shape.kind) {
                Some(ExprKind::Tuple(shape)) => match shape.as_slice() {
                    [one, rest] if self.known_int(one, state) == Some(1) => {
                        let is_rest = rest.as_literal() == Some(&Literal::Int(-1))
                            || self.place(rest, state)? == Some(Place::Frames);
                        is_rest.then_some(Place::Array(*cell))
                    }
                    _ => None,
                },
                _ => None,
            },
            ("np.atleast_2d", Place::Row(cell), _) if is_only => Some(Place::Array(*cell)),
            (".ravel" | "np.ravel", Place::Array(cell), _) if is_only && args.len() < 2 => Some(Place::Row(*cell)),
            _ => None,
        })
    }

    /// An array that nothing was put into.
    pub(super) fn fresh(&mut self, name: &str, scalar: Scalar, state: &mut State) -> Result<usize, Reason> {
        let known = if name.starts_with("np.zeros") { Some(self.constant(Const::zero(scalar))) } else { None };
        self.new_cell(Some(scalar), known, state)
    }

    /// An array of all channels.
    pub(super) fn whole_array(&self, place: &Place) -> Option<usize> {
        match place {
            Place::Array(cell) => Some(*cell),
            Place::Row(cell) if self.channels == 1 => Some(*cell),
            _ => None,
        }
    }
}

/// False where `copy=` says something else than `True`.
fn is_copied(name: &str, args: &[Expr]) -> bool {
    let copy = match name {
        ".astype" => args.get(5),
        "np.array" => args.get(2),
        _ => None,
    };
    copy.is_none_or(|copy| copy.as_literal() == Some(&Literal::Bool(true)))
}

/// The present element of an array or a list.
fn held(cell: usize, line: u32, state: &State) -> Result<Known, Reason> {
    let known = state.cells.get(&cell).copied();
    known.ok_or_else(|| format!("line {line}: an element is not set on some way"))
}

/// `:`.
pub(super) fn is_everything(index: &Expr) -> bool {
    matches!(&index.kind, ExprKind::Slice(parts) if parts.iter().all(|p| p.as_literal() == Some(&Literal::None)))
}

/// `[np.newaxis, :]`.
pub(super) fn is_new_axis(index: &Expr) -> bool {
    match &index.kind {
        ExprKind::Literal(Literal::None) => true,
        ExprKind::Tuple(at) => at.len() == 2 && at[0].as_literal() == Some(&Literal::None) && is_everything(&at[1]),
        _ => false,
    }
}

pub(super) fn is_empty_list(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::List(items) if items.is_empty())
        || matches!(expr.as_literal(), Some(Literal::List(items)) if items.is_empty())
}
