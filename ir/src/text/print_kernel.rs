//! Prints kernels.

use super::print::{Float, List, Name, Printer, Quoted};
use crate::kernel::{
    Const, Kernel, Line, LineId, Local, LocalId, Op, Port, Scalar, Section, SectionId, State, StateId, Stmt, Table,
    TableId, Ty, Value, ValueId,
};
use std::fmt::{self, Display, Formatter};

/// Values of a table on one line.
const PER_LINE: usize = 8;

/// Prints a kernel.
pub fn print_kernel(kernel: &Kernel) -> String {
    Printer::block(format_args!("kernel {}", Quoted(&kernel.name)), |p| items(p, kernel))
}

/// Prints what stands between the braces.
pub(super) fn items(p: &mut Printer, kernel: &Kernel) {
    let Kernel { name: _, inputs, outputs, states, locals, lines, tables, sections, values, body } = kernel;
    for (side, ports) in [("in", inputs), ("out", outputs)] {
        for (index, Port { name, format, lanes }) in ports.iter().enumerate() {
            p.line(format_args!("{side} {index} {}: {}", Name(name), Lanes(format.name(), *lanes)));
        }
    }
    for (id, State { name, ty, init, flush }) in (0..).map(StateId).zip(states) {
        let flush = if *flush { " flush" } else { "" };
        p.line(format_args!("state {id} {}: {ty} = {}{flush}", Name(name), Init(init, *ty)));
    }
    for (id, Local { name, ty }) in (0..).map(LocalId).zip(locals) {
        p.line(format_args!("local {id} {}: {ty}", Name(name)));
    }
    for (id, Line { name, ty, length }) in (0..).map(LineId).zip(lines) {
        p.line(format_args!("line {id} {}: {ty} length {length}", Name(name)));
    }
    for (id, Table { name, values }) in (0..).map(TableId).zip(tables) {
        print_table(p, id, name, values);
    }
    for (id, Section { name, lanes, b, a, form }) in (0..).map(SectionId).zip(sections) {
        let (b, a) = (b.map(Float), a.map(Float));
        let form = form.name();
        p.line(format_args!("section {id} {}: lanes {lanes} {form} b [{}] a [{}]", Name(name), List(&b), List(&a)));
    }
    block(p, body, values);
}

fn print_table(p: &mut Printer, id: TableId, name: &str, values: &[Const]) {
    let scalar = values.first().map_or(Scalar::F32, |c| c.scalar());
    let values: Vec<Constant> = values.iter().map(|c| Constant(*c, scalar)).collect();
    let header = format!("table {id} {}: {} = [", Name(name), scalar.name());
    if values.len() <= PER_LINE {
        p.line(format_args!("{header}{}]", List(&values)));
        return;
    }
    p.line(header);
    p.inside(|p| {
        for row in values.chunks(PER_LINE) {
            p.line(format_args!("{},", List(row)));
        }
    });
    p.line("]");
}

fn block(p: &mut Printer, block: &[Stmt], values: &[Value]) {
    for stmt in block {
        match stmt {
            Stmt::Let(id) => define(p, *id, values),
            Stmt::SetState(id, value) => p.line(format_args!("set {id} = {value}")),
            Stmt::SetLocal(id, value) => p.line(format_args!("set {id} = {value}")),
            Stmt::Push(id, value) => p.line(format_args!("push {id}, {value}")),
            Stmt::Output(port, value) => p.line(format_args!("output {port} = {value}")),
            Stmt::If { condition, then, otherwise } => {
                p.line(format_args!("if {condition} {{"));
                p.inside(|p| self::block(p, then, values));
                if !otherwise.is_empty() {
                    p.line("} else {");
                    p.inside(|p| self::block(p, otherwise, values));
                }
                p.line("}");
            }
            Stmt::For { index, count, body } => {
                p.nest(format_args!("for {index} in {count}"), |p| self::block(p, body, values));
            }
        }
    }
}

fn define(p: &mut Printer, id: ValueId, values: &[Value]) {
    let Some(Value { op, ty, name }) = values.get(id.index()) else {
        p.line(format_args!("; {id} does not exist"));
        return;
    };
    let op = Operation(op, *ty);
    match name {
        Some(name) => p.line(format_args!("{id}: {ty} = {op} as {}", Name(name))),
        None => p.line(format_args!("{id}: {ty} = {op}")),
    }
}

/// `f32x2`, or `f32` for one lane.
struct Lanes<'a>(&'a str, u16);

impl Display for Lanes<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)?;
        if self.1 == 1 { Ok(()) } else { write!(f, "x{}", self.1) }
    }
}

/// A constant where one of that type is expected; one of another type says so.
#[derive(Clone, Copy)]
struct Constant(Const, Scalar);

impl Display for Constant {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Constant(constant, expected) = *self;
        if constant.scalar() != expected {
            write!(f, "{} ", constant.scalar().name())?;
        }
        match constant {
            Const::F32(x) if x.is_nan() => f.write_str("nan"),
            Const::F32(x) => write!(f, "{x:?}"),
            Const::F64(x) => Float(x).fmt(f),
            Const::I32(x) => x.fmt(f),
            Const::I64(x) => x.fmt(f),
            Const::Bool(x) => x.fmt(f),
        }
    }
}

/// The start of a state: one constant where all lanes have the same.
struct Init<'a>(&'a [Const], Ty);

impl Display for Init<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Init(init, Ty { scalar, lanes }) = *self;
        match init {
            [first, rest @ ..] if init.len() == usize::from(lanes) && rest.iter().all(|c| c == first) => {
                Constant(*first, scalar).fmt(f)
            }
            list => {
                let list: Vec<Constant> = list.iter().map(|c| Constant(*c, scalar)).collect();
                write!(f, "[{}]", List(&list))
            }
        }
    }
}

/// An operation that gives a value of that type.
struct Operation<'a>(&'a Op, Ty);

impl Display for Operation<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Operation(op, ty) = self;
        match op {
            Op::Const(constant) => write!(f, "const {}", Constant(*constant, ty.scalar)),
            Op::Input(port) => write!(f, "input {port}"),
            Op::State(id) => write!(f, "state {id}"),
            Op::Local(id) => write!(f, "local {id}"),
            Op::Line { line, ago } => write!(f, "line {line} ago {ago}"),
            Op::LineAt { line, ago } => write!(f, "line {line} ago {ago}"),
            Op::Table { table, index } => write!(f, "lookup {table}, {index}"),
            Op::Splat(v) => write!(f, "splat {v}"),
            Op::Lane(v, lane) => write!(f, "lane {v}, {lane}"),
            Op::Compose(list) => write!(f, "compose {}", List(list)),
            Op::Unary(op, v) => write!(f, "{} {v}", op.name()),
            Op::Binary(op, a, b) => write!(f, "{} {a}, {b}", op.name()),
            Op::Compare(op, a, b) => write!(f, "{} {a}, {b}", op.name()),
            Op::Select(condition, a, b) => write!(f, "select {condition}, {a}, {b}"),
            Op::Convert(v) => write!(f, "convert {v}"),
            Op::Math(function, list) => write!(f, "{} {}", function.name(), List(list)),
            Op::Section(id, v) => write!(f, "section {id}, {v}"),
            Op::Fir { line, table, input } => write!(f, "fir {line}, {table}, {input}"),
        }
    }
}
