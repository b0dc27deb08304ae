//! A class that computes chunks element by element as a kernel: what it gives of a sample depends on that sample alone, so that chunks
//! do not matter.
//!
//! Requires a script that takes chunks. It becomes a kernel where its arrays are float32 as they arrive, where the numbers that it
//! combines them with are constants, and where it gives one array of as many frames, with the rate. The arithmetic is NumPy's: numbers of
//! Python become float32 first, and every operation is rounded to float32. Nothing of it can raise.

use super::{Reason, comparison};
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::kernel::{self, Math, Scalar, ValueId};
use remotemedia_ir::script::{
    Binary, Compare, Expr, ExprKind, Function, Literal, Script, Stmt, StmtKind, Target, Ty, Unary, Variable,
};
use remotemedia_ir::types::SampleFormat;
use remotemedia_runtime_min::py::array::Dtype;
use remotemedia_runtime_min::py::value::Class;
use std::collections::BTreeMap;

/// The kernel of a script that takes chunks.
///
/// # Errors
/// The first thing that is not elementwise, with its line.
pub fn elementwise(script: &Script, name: &str, channels: u16) -> Result<KernelNode, Reason> {
    if !script.finish.is_empty() {
        return Err("it has a `flush` or `cleanup`".to_owned());
    }
    if script.gives.messages.is_some() {
        return Err("it gives messages".to_owned());
    }
    let mut lowering = Lowering { script, builder: KernelBuilder::new(name), channels, depth: 0 };
    let input = lowering.builder.input("in", SampleFormat::F32, channels);
    let data = Item::Tuple(vec![Item::Array(input), Item::Rate]);
    let process = script.function(script.process);
    match lowering.function(process, vec![data])? {
        Some(Item::Array(out)) => lowering.builder.output("out", SampleFormat::F32, out),
        Some(Item::Tuple(parts)) => match parts.as_slice() {
            [Item::Array(out), Item::Rate] => lowering.builder.output("out", SampleFormat::F32, *out),
            _ => return Err("it gives something other than samples with their rate".to_owned()),
        },
        _ => return Err("it gives something other than samples".to_owned()),
    }
    Ok(KernelNode { kernel: lowering.builder.finish(), tail: 0, skip: 0 })
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
enum Item {
    /// The frame of an array of float32.
    Array(ValueId),
    /// The frame of an array of truth values.
    Mask(ValueId),
    Number(f64),
    None,
    Rate,
    Tuple(Vec<Item>),
}

type Locals = BTreeMap<Variable, Item>;

/// Functions that call one another, at most so deep.
const DEEPEST: usize = 8;

struct Lowering<'s> {
    script: &'s Script,
    builder: KernelBuilder,
    channels: u16,
    depth: usize,
}

impl Lowering<'_> {
    /// What a function gives: its one `yield`, or what it returns.
    fn function(&mut self, function: &Function, args: Vec<Item>) -> Result<Option<Item>, Reason> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("`{}` calls itself", function.name));
        }
        let mut locals: Locals = args.into_iter().enumerate().map(|(v, item)| (Variable(v), item)).collect();
        let mut given = None;
        for stmt in &function.body {
            let line = stmt.line;
            match &stmt.kind {
                StmtKind::Assign(Target::Field(_), _) | StmtKind::Augment(_, Target::Field(_), _) => {
                    return Err(format!("line {line}: it keeps something from chunk to chunk"));
                }
                StmtKind::Assign(target, value) => {
                    let item = self.expr(value, &mut locals)?;
                    assign(target, item, &mut locals).ok_or_else(|| other(stmt))?;
                }
                StmtKind::Yield(value) if given.is_none() => given = Some(self.expr(value, &mut locals)?),
                StmtKind::Return(None) => break,
                StmtKind::Return(Some(value)) => {
                    given = Some(self.expr(value, &mut locals)?);
                    break;
                }
                StmtKind::Augment(op, target @ Target::Local(v), value) => {
                    let old = locals.get(v).cloned().ok_or_else(|| other(stmt))?;
                    // The array is changed in place: only where it has no other name is that a new one.
                    if locals.values().filter(|item| holds(item, &old)).count() > 1 {
                        return Err(format!("line {line}: it changes an array that has another name"));
                    }
                    let value = self.expr(value, &mut locals)?;
                    let new = self.binary(*op, old, value, line)?;
                    assign(target, new, &mut locals).ok_or_else(|| other(stmt))?;
                }
                _ => return Err(other(stmt)),
            }
        }
        self.depth -= 1;
        Ok(given)
    }

    fn expr(&mut self, expr: &Expr, locals: &mut Locals) -> Result<Item, Reason> {
        let line = expr.line;
        let item = match &expr.kind {
            ExprKind::Literal(literal) => constant(literal).ok_or_else(|| not_elementwise(line))?,
            ExprKind::Field(field) => {
                constant(&self.script.fields[field.0].init).ok_or_else(|| not_elementwise(line))?
            }
            ExprKind::Local(v) => locals.get(v).cloned().ok_or_else(|| not_elementwise(line))?,
            ExprKind::Tuple(items) => {
                let items = items.iter().map(|i| self.expr(i, locals)).collect::<Result<_, _>>()?;
                Item::Tuple(items)
            }
            ExprKind::Index(object, index) => match (self.expr(object, locals)?, index.as_literal()) {
                (Item::Tuple(items), Some(Literal::Int(i))) => {
                    let at = if *i < 0 { *i + items.len() as i64 } else { *i };
                    let found = usize::try_from(at).ok().and_then(|at| items.get(at).cloned());
                    found.ok_or_else(|| not_elementwise(line))?
                }
                _ => return Err(format!("line {line}: it takes an array apart")),
            },
            ExprKind::Unary(op, a) => {
                let a = self.expr(a, locals)?;
                match (op, a) {
                    (Unary::Neg, Item::Array(a)) => Item::Array(self.builder.unary(kernel::Unary::Neg, a)),
                    (Unary::Neg, Item::Number(x)) => Item::Number(-x),
                    (Unary::Pos, item @ (Item::Array(_) | Item::Number(_))) => item,
                    (Unary::Invert, Item::Mask(a)) => Item::Mask(self.builder.unary(kernel::Unary::Not, a)),
                    _ => return Err(not_elementwise(line)),
                }
            }
            ExprKind::Binary(op, a, b) => {
                let (a, b) = (self.expr(a, locals)?, self.expr(b, locals)?);
                self.binary(*op, a, b, line)?
            }
            ExprKind::Compare(op, a, b) => {
                let (a, b) = (self.expr(a, locals)?, self.expr(b, locals)?);
                self.compare(*op, a, b, line)?
            }
            ExprKind::Call(function, args) => self.call(&function.to_string(), args, line, locals)?,
            ExprKind::Invoke(id, args) => {
                let args = args.iter().map(|a| self.expr(a, locals)).collect::<Result<_, _>>()?;
                let function = self.script.function(*id);
                self.function(function, args)?.ok_or_else(|| not_elementwise(line))?
            }
            _ => return Err(not_elementwise(line)),
        };
        // What the types say must be what is computed here.
        let dtype = if let Ty::Array { dtype, .. } = &expr.ty { *dtype } else { None };
        match &item {
            Item::Array(_) if dtype != Some(Dtype::F32) => Err(format!("line {line}: an array that is not float32")),
            Item::Mask(_) if dtype != Some(Dtype::Bool) => Err(not_elementwise(line)),
            _ => Ok(item),
        }
    }

    /// Two operands of which at least one is an array, as arrays of float32.
    fn pair(&mut self, a: &Item, b: &Item) -> Option<(ValueId, ValueId)> {
        if !matches!((a, b), (Item::Array(_), _) | (_, Item::Array(_))) {
            return None;
        }
        Some((self.array(a)?, self.array(b)?))
    }

    fn array(&mut self, item: &Item) -> Option<ValueId> {
        match item {
            Item::Array(value) => Some(*value),
            Item::Number(x) => {
                let x = self.builder.f32(*x as f32);
                Some(self.builder.splat(x, self.channels))
            }
            Item::Mask(_) | Item::None | Item::Rate | Item::Tuple(_) => None,
        }
    }

    fn binary(&mut self, op: Binary, a: Item, b: Item, line: u32) -> Result<Item, Reason> {
        if let (Item::Mask(a), Item::Mask(b)) = (&a, &b) {
            let op = match op {
                Binary::And => kernel::Binary::And,
                Binary::Or => kernel::Binary::Or,
                Binary::Xor => kernel::Binary::Xor,
                _ => return Err(not_elementwise(line)),
            };
            return Ok(Item::Mask(self.builder.binary(op, *a, *b)));
        }
        if let (Binary::Pow, Item::Array(a), Item::Number(2.0)) = (op, &a, &b) {
            return Ok(Item::Array(self.builder.mul(*a, *a)));
        }
        if let (Item::Number(x), Item::Number(y)) = (&a, &b) {
            let number = match op {
                Binary::Add => x + y,
                Binary::Sub => x - y,
                Binary::Mul => x * y,
                Binary::Div if *y != 0.0 => x / y,
                _ => return Err(not_elementwise(line)),
            };
            return Ok(Item::Number(number));
        }
        let (a, b) = self.pair(&a, &b).ok_or_else(|| not_elementwise(line))?;
        let value = match op {
            Binary::Add => self.builder.add(a, b),
            Binary::Sub => self.builder.sub(a, b),
            Binary::Mul => self.builder.mul(a, b),
            Binary::Div => self.builder.div(a, b),
            _ => return Err(not_elementwise(line)),
        };
        Ok(Item::Array(value))
    }

    fn compare(&mut self, op: Compare, a: Item, b: Item, line: u32) -> Result<Item, Reason> {
        let op = comparison(op).ok_or_else(|| not_elementwise(line))?;
        let (a, b) = self.pair(&a, &b).ok_or_else(|| not_elementwise(line))?;
        Ok(Item::Mask(self.builder.compare(op, a, b)))
    }

    /// The first where a comparison with the second holds, or where it is a NaN; else the second.
    fn bounded(&mut self, op: kernel::Compare, x: &Item, bound: &Item) -> Option<ValueId> {
        let (a, b) = self.pair(x, bound)?;
        // With a number, one comparison and one choice say it, which processors have as an instruction for maxima and minima.
        Some(match (x, bound) {
            (_, Item::Number(limit)) if !limit.is_nan() => {
                // Of equals the bound is taken. That can be told of zeros alone, and costs the one instruction.
                let beyond = match op {
                    kernel::Compare::Gt if *limit as f32 == 0.0 => kernel::Compare::Ge,
                    kernel::Compare::Lt if *limit as f32 == 0.0 => kernel::Compare::Le,
                    op => op,
                };
                let beyond = self.builder.compare(beyond, b, a);
                self.builder.select(beyond, b, a)
            }
            (Item::Number(x), _) if !x.is_nan() => {
                let holds = self.builder.compare(op, a, b);
                self.builder.select(holds, a, b)
            }
            _ => {
                let holds = self.builder.compare(op, a, b);
                let nan = self.builder.compare(kernel::Compare::Ne, a, a);
                let kept = self.builder.binary(kernel::Binary::Or, holds, nan);
                self.builder.select(kept, a, b)
            }
        })
    }

    fn call(&mut self, name: &str, args: &[Expr], line: u32, locals: &mut Locals) -> Result<Item, Reason> {
        let fail = || format!("line {line}: `{name}` of more than one element, or into another array");
        // A type as an argument has been checked by what it gives.
        let mut items = Vec::with_capacity(args.len());
        for arg in args {
            items.push(match arg.as_literal() {
                Some(Literal::Type(Class::Scalar(_) | Class::Dtype(_)) | Literal::Str(_) | Literal::Bool(_)) => {
                    Item::None
                }
                _ => self.expr(arg, locals)?,
            });
        }
        match (name, items.as_slice()) {
            ("np.float32", [Item::Number(x), ..]) => return Ok(Item::Number(f64::from(*x as f32))),
            ("float", [Item::Number(x), ..]) => return Ok(Item::Number(*x)),
            _ => {}
        }
        let are_omitted = |from: usize| items.iter().skip(from).all(|item| *item == Item::None);
        let Some(Item::Array(x)) = items.iter().find(|item| matches!(item, Item::Array(_))).cloned() else {
            return Err(fail());
        };
        let unary = match name {
            "np.abs" | "np.absolute" | "np.fabs" | "abs" => Some(kernel::Unary::Abs),
            "np.sqrt" => Some(kernel::Unary::Sqrt),
            "np.negative" => Some(kernel::Unary::Neg),
            "np.floor" => Some(kernel::Unary::Floor),
            "np.ceil" => Some(kernel::Unary::Ceil),
            "np.trunc" => Some(kernel::Unary::Trunc),
            "np.rint" => Some(kernel::Unary::Round),
            _ => None,
        };
        let math = match name {
            "np.exp" => Some(Math::Exp),
            "np.exp2" => Some(Math::Exp2),
            "np.log" => Some(Math::Ln),
            "np.log2" => Some(Math::Log2),
            "np.log10" => Some(Math::Log10),
            "np.sin" => Some(Math::Sin),
            "np.cos" => Some(Math::Cos),
            "np.tanh" => Some(Math::Tanh),
            _ => None,
        };
        let operator = match name {
            "np.add" => Some(Binary::Add),
            "np.subtract" => Some(Binary::Sub),
            "np.multiply" => Some(Binary::Mul),
            "np.divide" | "np.true_divide" => Some(Binary::Div),
            _ => None,
        };
        let value = match (name, items.as_slice()) {
            (_, [Item::Array(_), ..]) if unary.is_some() && are_omitted(1) => {
                unary.map(|op| self.builder.unary(op, x)).ok_or_else(fail)?
            }
            (_, [Item::Array(_), ..]) if math.is_some() && are_omitted(1) => {
                math.map(|function| self.builder.math(function, vec![x])).ok_or_else(fail)?
            }
            (_, [a, b, ..]) if operator.is_some() && are_omitted(2) => {
                let (a, b) = (a.clone(), b.clone());
                return self.binary(operator.ok_or_else(fail)?, a, b, line);
            }
            ("np.square", [Item::Array(_), ..]) if are_omitted(1) => self.builder.mul(x, x),
            // It stays what it is; arrays of other types are refused where their type is looked at.
            (".astype" | ".copy" | "np.copy" | "np.asarray" | "np.ascontiguousarray", [Item::Array(_), ..])
                if are_omitted(1) =>
            {
                x
            }
            ("np.sign", [Item::Array(_), ..]) if are_omitted(1) => {
                let [zero, one, less] = [0.0, 1.0, -1.0].map(Item::Number);
                let [zero, one, less] =
                    [self.array(&zero), self.array(&one), self.array(&less)].map(|v| v.unwrap_or(x));
                let is_nan = self.builder.compare(kernel::Compare::Ne, x, x);
                let below = self.builder.compare(kernel::Compare::Lt, x, zero);
                let above = self.builder.compare(kernel::Compare::Gt, x, zero);
                let rest = self.builder.select(is_nan, x, zero);
                let rest = self.builder.select(below, less, rest);
                self.builder.select(above, one, rest)
            }
            ("np.clip" | ".clip", [Item::Array(_), low, high, ..]) => {
                let bound = |first: &Item, named: usize| match (first, items.get(named)) {
                    (Item::None, Some(named)) => named.clone(),
                    (first, _) => first.clone(),
                };
                let is_whole = matches!(name, "np.clip");
                let (low, high) = if is_whole { (bound(low, 4), bound(high, 5)) } else { (low.clone(), high.clone()) };
                if items.get(3).is_some_and(|out| *out != Item::None) {
                    return Err(fail());
                }
                let mut x = x;
                for (bound, op) in [(low, kernel::Compare::Gt), (high, kernel::Compare::Lt)] {
                    match bound {
                        Item::None => {}
                        Item::Number(_) => x = self.bounded(op, &Item::Array(x), &bound).ok_or_else(fail)?,
                        _ => return Err(fail()),
                    }
                }
                x
            }
            ("np.maximum" | "np.minimum", [a, b, ..]) if are_omitted(2) => {
                let op = if name == "np.maximum" { kernel::Compare::Gt } else { kernel::Compare::Lt };
                self.bounded(op, a, b).ok_or_else(fail)?
            }
            ("np.where", [Item::Mask(mask), a, b]) => {
                let (mask, a, b) = (*mask, a.clone(), b.clone());
                let (a, b) = self.pair(&a, &b).ok_or_else(fail)?;
                self.builder.select(mask, a, b)
            }
            _ => return Err(format!("line {line}: `{name}` is no function of kernels")),
        };
        debug_assert_eq!(self.builder.ty(value).scalar, Scalar::F32, "{name}");
        Ok(Item::Array(value))
    }
}

fn constant(literal: &Literal) -> Option<Item> {
    match literal {
        Literal::None => Some(Item::None),
        Literal::Float(x) => Some(Item::Number(*x)),
        // float32 holds these, and no chunk is so long that what they come to does not fit.
        Literal::Int(i) if i.unsigned_abs() <= 1 << 24 => Some(Item::Number(*i as f64)),
        Literal::Scalar(Dtype::F32, x) => Some(Item::Number(*x)),
        _ => None,
    }
}

fn assign(target: &Target, item: Item, locals: &mut Locals) -> Option<()> {
    match (target, item) {
        (Target::Local(v), item) => {
            locals.insert(*v, item);
            Some(())
        }
        (Target::Unpack(targets, None), Item::Tuple(items)) if targets.len() == items.len() => {
            targets.iter().zip(items).try_for_each(|(target, item)| assign(target, item, locals))
        }
        _ => None,
    }
}

/// Whether an array is part of something.
fn holds(item: &Item, array: &Item) -> bool {
    match item {
        Item::Tuple(items) => items.iter().any(|item| holds(item, array)),
        item => item == array,
    }
}

fn other(stmt: &Stmt) -> Reason {
    format!("line {}: a statement that is not elementwise", stmt.line)
}

fn not_elementwise(line: u32) -> Reason {
    format!("line {line}: a value that is not of single samples")
}
