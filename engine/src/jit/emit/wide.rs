//! Four frames at a time: loops over frames that remember nothing and compute with f32 alone.
//!
//! Every lane of a value is a vector over four frames. Lane by lane the operations are those of [`super::ops`], so the bits are
//! the same. A round of a short loop takes two such groups of frames, so that counting them costs half; what is left over
//! goes through the loop over single frames behind.

use super::{Body, Frames, Region, flags};
use crate::jit::ops;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Endianness, InstBuilder, MemFlagsData, Value, types};
use cranelift_codegen::isa::TargetIsa;
use remotemedia_ir::kernel::{Binary, Const, Op, Scalar, Stmt, Unary, ValueId};
use remotemedia_ir::loops::{Place, Uses};
use remotemedia_ir::rewrite::is_number;
use remotemedia_ir::types::SampleFormat;

/// Frames at a time.
const WIDTH: i64 = 4;

/// Lanes of a frame, at most: more would be gathered one by one.
const LANES: u16 = 8;

/// Values of a loop of which a round takes two groups, at most.
const SHORT: usize = 64;

/// True if the processor has all operations on four floats.
pub fn is_known(isa: &dyn TargetIsa) -> bool {
    match isa.name() {
        "x64" => isa.isa_flags().iter().any(|flag| flag.name == "has_sse41" && flag.as_bool() == Some(true)),
        name => name == "aarch64",
    }
}

/// True for a loop that can take four frames at a time.
pub fn fits(region: &Region<'_>, Frames { body, again, reads, writes }: Frames<'_>) -> bool {
    let kernel = region.kernel;
    let uses = Uses::of(kernel, body);
    let outputs = body.iter().all(|stmt| match stmt {
        Stmt::Let(_) => true,
        Stmt::Output(port, _) => kernel.outputs[usize::from(*port)].format == SampleFormat::F32,
        Stmt::SetState(..) | Stmt::SetLocal(..) | Stmt::Push(..) | Stmt::If { .. } | Stmt::For { .. } => false,
    });
    let is_float = |v: &ValueId| kernel.ty(*v).scalar == Scalar::F32;
    let narrow = |v: &ValueId| kernel.ty(*v).lanes <= LANES;
    let computed = |v: &ValueId| {
        let known = match &kernel.values[v.index()].op {
            Op::Const(c) => c.scalar() == Scalar::F32,
            Op::Input(port) => kernel.inputs[usize::from(*port)].format == SampleFormat::F32,
            Op::Splat(_) | Op::Lane(..) | Op::Compose(_) | Op::Select(..) => true,
            Op::Unary(op, _) => is_float(v) || *op == Unary::Not,
            Op::Binary(op, ..) => *op != Binary::Rem,
            Op::Compare(_, x, _) => is_float(x),
            Op::State(_)
            | Op::Local(_)
            | Op::Line { .. }
            | Op::LineAt { .. }
            | Op::Table { .. }
            | Op::Convert(_)
            | Op::Math(..)
            | Op::Section(..)
            | Op::Fir { .. } => false,
        };
        known && narrow(v) && (is_float(v) || kernel.ty(*v).scalar == Scalar::Bool)
    };
    uses.memory.is_empty()
        && outputs
        && uses.defines.iter().chain(again).all(computed)
        && reads.iter().chain(writes).all(|v| is_float(v) && narrow(v))
}

/// Floats as a mask's bits or the other way round; lanes stay what they are.
fn cast() -> MemFlagsData {
    MemFlagsData::new().with_endianness(Endianness::Little)
}

impl Body<'_, '_> {
    /// The loop over groups of four frames, as long as there are enough for a round.
    pub(super) fn wide(&mut self, frames: Frames<'_>, count: Value) -> Result<(), String> {
        let groups = if frames.body.len() + frames.again.len() <= SHORT { 2 } else { 1 };
        let step = WIDTH * groups;
        let (top, done) = (self.b.create_block(), self.b.create_block());
        let end = self.b.ins().iadd_imm_s(count, 1 - step);
        let frame = self.b.use_var(self.frame);
        let any = self.b.ins().icmp(IntCC::SignedLessThan, frame, end);
        self.b.ins().brif(any, top, &[], done, &[]);
        self.b.switch_to_block(top);
        for group in 0..groups {
            self.ahead = WIDTH * group;
            self.group(frames)?;
        }
        self.ahead = 0;
        let frame = self.b.use_var(self.frame);
        let next = self.b.ins().iadd_imm_s(frame, step);
        self.b.def_var(self.frame, next);
        let more = self.b.ins().icmp(IntCC::SignedLessThan, next, end);
        self.b.ins().brif(more, top, &[], done, &[]);
        self.b.seal_block(top);
        self.b.switch_to_block(done);
        self.b.seal_block(done);
        self.lanes.iter_mut().for_each(Vec::clear);
        Ok(())
    }

    /// Four frames.
    fn group(&mut self, Frames { body, again, reads, writes }: Frames<'_>) -> Result<(), String> {
        let kernel = self.region.kernel;
        for v in reads {
            let Some(place) = self.region.loops.place(*v) else { return Err(format!("`{v}` is not kept")) };
            self.lanes[v.index()] = self.read_wide(self.region.number(place), usize::from(kernel.ty(*v).lanes));
        }
        for v in again {
            self.compute_wide(*v)?;
        }
        for stmt in body {
            match stmt {
                Stmt::Let(v) => self.compute_wide(*v)?,
                Stmt::Output(port, v) if self.region.loops.place(*v) != Some(Place::Output(*port)) => {
                    let mut lanes: Vec<Value> = self.lanes[v.index()].clone();
                    if !is_number(kernel, *v) {
                        lanes = lanes.into_iter().map(|x| self.canonical_wide(x)).collect();
                    }
                    self.write_wide(self.region.number(Place::Output(*port)), &lanes);
                }
                Stmt::Output(..) => {}
                Stmt::SetState(..) | Stmt::SetLocal(..) | Stmt::Push(..) | Stmt::If { .. } | Stmt::For { .. } => {
                    return Err("a loop that remembers something".into());
                }
            }
        }
        for v in writes {
            let Some(place) = self.region.loops.place(*v) else { return Err(format!("`{v}` is not kept")) };
            let lanes = self.lanes[v.index()].clone();
            self.write_wide(self.region.number(place), &lanes);
        }
        Ok(())
    }

    /// Frames that lie one behind the other, as a vector for each of their lanes.
    fn read_wide(&mut self, number: usize, lanes: usize) -> Vec<Value> {
        let (frame, ahead) = (self.at_frame(number, 4 * lanes), self.bytes_ahead(lanes));
        let mut load = |at: usize| self.b.ins().load(types::F32X4, flags(), frame, ahead + 16 * at as i32);
        match lanes {
            1 => vec![load(0)],
            2 => {
                let (a, b) = (load(0), load(1));
                vec![self.shuffle(a, b, [0, 2, 4, 6]), self.shuffle(a, b, [1, 3, 5, 7])]
            }
            lanes => {
                let mut list = Vec::with_capacity(lanes);
                for lane in 0..lanes {
                    let at = |k: usize| ahead + 4 * (k * lanes + lane) as i32;
                    let first = self.b.ins().load(types::F32, flags(), frame, at(0));
                    let mut vector = self.b.ins().splat(types::F32X4, first);
                    for k in 1..4 {
                        let x = self.b.ins().load(types::F32, flags(), frame, at(k));
                        vector = self.b.ins().insertlane(vector, x, k as u8);
                    }
                    list.push(vector);
                }
                list
            }
        }
    }

    fn write_wide(&mut self, number: usize, lanes: &[Value]) {
        let (frame, ahead) = (self.at_frame(number, 4 * lanes.len()), self.bytes_ahead(lanes.len()));
        match *lanes {
            [one] => {
                self.b.ins().store(flags(), one, frame, ahead);
            }
            [left, right] => {
                for (half, order) in [(0, [0, 4, 1, 5]), (1, [2, 6, 3, 7])] {
                    let x = self.shuffle(left, right, order);
                    self.b.ins().store(flags(), x, frame, ahead + 16 * half);
                }
            }
            ref several => {
                for (lane, vector) in several.iter().enumerate() {
                    for k in 0..4 {
                        let x = self.b.ins().extractlane(*vector, k as u8);
                        self.b.ins().store(flags(), x, frame, ahead + 4 * (k * several.len() + lane) as i32);
                    }
                }
            }
        }
    }

    /// Where the group being made begins in a block of so many lanes, from the frame on that the round begins with.
    fn bytes_ahead(&self, lanes: usize) -> i32 {
        4 * lanes as i32 * self.ahead as i32
    }

    /// Four of the eight floats of two vectors.
    fn shuffle(&mut self, x: Value, y: Value, order: [u8; 4]) -> Value {
        let bytes: Vec<u8> = order.iter().flat_map(|lane| (0..4).map(move |byte| 4 * lane + byte)).collect();
        let mask = self.b.func.dfg.immediates.push(bytes.as_slice().into());
        let (x, y) = (self.b.ins().bitcast(types::I8X16, cast(), x), self.b.ins().bitcast(types::I8X16, cast(), y));
        let shuffled = self.b.ins().shuffle(x, y, mask);
        self.b.ins().bitcast(types::F32X4, cast(), shuffled)
    }

    fn constant_wide(&mut self, x: f32) -> Value {
        let bytes: Vec<u8> = std::iter::repeat_n(x.to_le_bytes(), 4).flatten().collect();
        let constant = self.b.func.dfg.constants.insert(bytes.into());
        self.b.ins().vconst(types::F32X4, constant)
    }

    /// Where the mask is set the first, else the second.
    fn select_wide(&mut self, mask: Value, x: Value, y: Value) -> Value {
        let mask = self.b.ins().bitcast(types::F32X4, cast(), mask);
        self.b.ins().bitselect(mask, x, y)
    }

    fn canonical_wide(&mut self, x: Value) -> Value {
        let nan = self.constant_wide(f32::NAN);
        let is_nan = self.b.ins().fcmp(FloatCC::Unordered, x, x);
        self.select_wide(is_nan, nan, x)
    }

    fn compute_wide(&mut self, id: ValueId) -> Result<(), String> {
        let kernel = self.region.kernel;
        let value = &kernel.values[id.index()];
        let count = usize::from(value.ty.lanes);
        let float = value.ty.scalar == Scalar::F32;
        let mut lanes = Vec::with_capacity(count);
        match &value.op {
            Op::Const(Const::F32(x)) => lanes.push(self.constant_wide(*x)),
            Op::Input(port) => lanes = self.read_wide(self.region.number(Place::Input(*port)), count),
            Op::Splat(v) => lanes = vec![self.scalar(*v)?; count],
            Op::Lane(v, lane) => lanes.push(self.lane(*v, usize::from(*lane))?),
            Op::Compose(list) => {
                for v in list {
                    lanes.push(self.scalar(*v)?);
                }
            }
            op => {
                for lane in 0..count {
                    lanes.push(match op {
                        Op::Unary(op, x) => {
                            let x = self.lane(*x, lane)?;
                            self.unary_wide(*op, x)
                        }
                        Op::Binary(op, x, y) => {
                            let (x, y) = (self.lane(*x, lane)?, self.lane(*y, lane)?);
                            self.binary_wide(*op, x, y).ok_or_else(|| format!("`{id}` takes other types"))?
                        }
                        Op::Compare(op, x, y) => {
                            let (x, y) = (self.lane(*x, lane)?, self.lane(*y, lane)?);
                            ops::compare_floats(&mut self.b, *op, x, y)
                        }
                        Op::Select(c, x, y) => {
                            let (c, x, y) = (self.lane(*c, lane)?, self.lane(*x, lane)?, self.lane(*y, lane)?);
                            if float { self.select_wide(c, x, y) } else { self.b.ins().bitselect(c, x, y) }
                        }
                        _ => return Err(format!("`{id}` is not computed four frames at a time")),
                    });
                }
            }
        }
        self.lanes[id.index()] = lanes;
        Ok(())
    }

    fn unary_wide(&mut self, op: Unary, x: Value) -> Value {
        match op {
            Unary::Neg => self.b.ins().fneg(x),
            Unary::Abs => self.b.ins().fabs(x),
            Unary::Not => self.b.ins().bnot(x),
            Unary::Sqrt => self.b.ins().sqrt(x),
            Unary::Floor => self.b.ins().floor(x),
            Unary::Ceil => self.b.ins().ceil(x),
            Unary::Trunc => self.b.ins().trunc(x),
            Unary::Round => self.b.ins().nearest(x),
        }
    }

    fn binary_wide(&mut self, op: Binary, x: Value, y: Value) -> Option<Value> {
        Some(match op {
            Binary::Add => self.b.ins().fadd(x, y),
            Binary::Sub => self.b.ins().fsub(x, y),
            Binary::Mul => self.b.ins().fmul(x, y),
            Binary::Div => self.b.ins().fdiv(x, y),
            // In the shapes that processors have an instruction for.
            Binary::Min => {
                let first = self.b.ins().fcmp(FloatCC::LessThan, x, y);
                self.select_wide(first, x, y)
            }
            Binary::Max => {
                let first = self.b.ins().fcmp(FloatCC::LessThan, y, x);
                self.select_wide(first, x, y)
            }
            Binary::And => self.b.ins().band(x, y),
            Binary::Or => self.b.ins().bor(x, y),
            Binary::Xor => self.b.ins().bxor(x, y),
            Binary::Rem | Binary::Shl | Binary::Shr => return None,
        })
    }
}
