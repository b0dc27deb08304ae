//! Parses kernels.

use super::lex::Token;
use super::names;
use super::parse::{Parsed, Parser, id_number};
use crate::kernel::{
    Binary, Compare, Const, Form, Kernel, Line, LineId, Local, LocalId, Math, Op, Port, Scalar, Section, SectionId,
    State, StateId, Stmt, Table, TableId, Ty, Unary, Value, ValueId,
};
use crate::types::SampleFormat;
use crate::verify::{MAX_DEPTH, MAX_LANES};

/// Values in the order in which they were read, until all are known.
type Values = Vec<(ValueId, Value)>;

impl Parser<'_> {
    /// A kernel with its keyword and name.
    pub(super) fn kernel(&mut self) -> Parsed<Kernel> {
        self.keyword("kernel")?;
        let name = self.quoted()?;
        self.kernel_body(&name)
    }

    /// `named "other name"` or nothing, and a body in braces.
    pub(super) fn kernel_body(&mut self, name: &str) -> Parsed<Kernel> {
        let name = if self.eat_word("named") { self.quoted()? } else { name.into() };
        let mut kernel = Kernel { name, ..Kernel::default() };
        self.mark('{')?;
        while self.declaration(&mut kernel)? {}
        let mut values = Values::new();
        kernel.body = self.stmts(&mut values, 0)?;
        kernel.values = self.arrange(values)?;
        Ok(kernel)
    }

    /// Puts values in the place that their ids say.
    fn arrange(&self, values: Values) -> Parsed<Vec<Value>> {
        let count = values.len();
        let mut places: Vec<Option<Value>> = vec![None; count];
        for (id, value) in values {
            match places.get_mut(id.index()) {
                Some(place @ None) => *place = Some(value),
                Some(Some(_)) => return self.fail(format!("`{id}` is defined more than once in this kernel")),
                None => return self.fail(format!("this kernel defines `{id}`, but only {count} values")),
            }
        }
        Ok(places.into_iter().flatten().collect())
    }

    /// One port or memory; false if there is no more.
    fn declaration(&mut self, kernel: &mut Kernel) -> Parsed<bool> {
        let Token::Word(word) = *self.peek(0) else { return Ok(false) };
        match word {
            "in" => self.port(&mut kernel.inputs)?,
            "out" => self.port(&mut kernel.outputs)?,
            "state" => {
                let name = self.declare(StateId::PREFIX, kernel.states.len())?;
                let ty = self.ty()?;
                self.mark('=')?;
                let init = self.init(ty)?;
                kernel.states.push(State { name, ty, init, flush: self.eat_word("flush") });
            }
            "local" => {
                let name = self.declare(LocalId::PREFIX, kernel.locals.len())?;
                kernel.locals.push(Local { name, ty: self.ty()? });
            }
            "line" => {
                let name = self.declare(LineId::PREFIX, kernel.lines.len())?;
                let ty = self.ty()?;
                self.keyword("length")?;
                kernel.lines.push(Line { name, ty, length: self.number("a length")? });
            }
            "table" => {
                let name = self.declare(TableId::PREFIX, kernel.tables.len())?;
                let scalar = self.choice("a scalar type", names::scalar)?;
                self.mark('=')?;
                kernel.tables.push(Table { name, values: self.list(|p| p.constant(scalar))? });
            }
            "section" => {
                let name = self.declare(SectionId::PREFIX, kernel.sections.len())?;
                self.keyword("lanes")?;
                let lanes = self.number("a number of lanes")?;
                let form = self.choice("a form", Form::parse)?;
                self.keyword("b")?;
                let b = self.coefficients()?;
                self.keyword("a")?;
                let a = self.coefficients()?;
                kernel.sections.push(Section { name, lanes, b, a, form });
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn port(&mut self, ports: &mut Vec<Port>) -> Parsed<()> {
        self.name()?;
        let expected = ports.len().to_string();
        if !self.eat(Token::Number(&expected)) {
            return self.unexpected(&format!("`{expected}`, the number of the next port on this side"));
        }
        let name = self.name()?;
        self.mark(':')?;
        let format = |word: &str| SampleFormat::ALL.into_iter().find(|f| f.name() == word);
        let (format, lanes) = self.choice("a type of samples", |word| with_lanes(word, format))?;
        ports.push(Port { name, format, lanes });
        Ok(())
    }

    /// Keyword, id, name and colon of a declaration.
    fn declare(&mut self, prefix: &str, count: usize) -> Parsed<String> {
        self.name()?;
        self.next_id(prefix, count)?;
        let name = self.name()?;
        self.mark(':')?;
        Ok(name)
    }

    fn ty(&mut self) -> Parsed<Ty> {
        let (scalar, lanes) = self.choice("a type", |word| with_lanes(word, names::scalar))?;
        Ok(Ty { scalar, lanes })
    }

    fn init(&mut self, ty: Ty) -> Parsed<Vec<Const>> {
        if *self.peek(0) == Token::Mark('[') {
            return self.list(|p| p.constant(ty.scalar));
        }
        let constant = self.constant(ty.scalar)?;
        if ty.lanes > MAX_LANES {
            return self.fail(format!("more than {MAX_LANES} lanes"));
        }
        Ok(vec![constant; usize::from(ty.lanes)])
    }

    /// A constant of that type, unless another type stands before it.
    fn constant(&mut self, expected: Scalar) -> Parsed<Const> {
        let named = match self.peek(0) {
            Token::Word(word) => names::scalar(word),
            Token::Number(_) | Token::Text(_) | Token::Mark(_) | Token::Arrow | Token::End => None,
        };
        if named.is_some() {
            self.name()?;
        }
        Ok(match named.unwrap_or(expected) {
            Scalar::F32 => Const::F32(self.float()?),
            Scalar::F64 => Const::F64(self.float()?),
            Scalar::I32 => Const::I32(self.number("an integer of 32 bits")?),
            Scalar::I64 => Const::I64(self.number("an integer of 64 bits")?),
            Scalar::Bool => Const::Bool(self.bool()?),
        })
    }

    fn coefficients<const N: usize>(&mut self) -> Parsed<[f64; N]> {
        let list = self.list(Parser::float)?;
        list.try_into().or_else(|_| self.fail(format!("expected {N} coefficients before this")))
    }

    /// Statements up to the closing brace, within `depth` blocks.
    fn stmts(&mut self, values: &mut Values, depth: usize) -> Parsed<Vec<Stmt>> {
        if depth > MAX_DEPTH {
            return self.fail(format!("blocks nest more than {MAX_DEPTH} deep"));
        }
        let mut out = Vec::new();
        while !self.eat_mark('}') {
            out.push(self.stmt(values, depth)?);
        }
        Ok(out)
    }

    fn stmt(&mut self, values: &mut Values, depth: usize) -> Parsed<Stmt> {
        if self.at_id(ValueId::PREFIX) {
            let id = self.value()?;
            self.mark(':')?;
            let ty = self.ty()?;
            self.mark('=')?;
            let op = self.op(ty)?;
            let name = if self.eat_word("as") { Some(self.name()?) } else { None };
            values.push((id, Value { op, ty, name }));
            return Ok(Stmt::Let(id));
        }
        if self.eat_word("set") {
            if self.at_id(StateId::PREFIX) {
                let id = self.id(StateId::PREFIX, StateId)?;
                self.mark('=')?;
                return Ok(Stmt::SetState(id, self.value()?));
            }
            let id = self.id(LocalId::PREFIX, LocalId)?;
            self.mark('=')?;
            return Ok(Stmt::SetLocal(id, self.value()?));
        }
        if self.eat_word("push") {
            let id = self.id(LineId::PREFIX, LineId)?;
            self.mark(',')?;
            return Ok(Stmt::Push(id, self.value()?));
        }
        if self.eat_word("output") {
            let port = self.number("the number of a port")?;
            self.mark('=')?;
            return Ok(Stmt::Output(port, self.value()?));
        }
        if self.eat_word("if") {
            let condition = self.value()?;
            self.mark('{')?;
            let then = self.stmts(values, depth + 1)?;
            let otherwise = if self.eat_word("else") {
                self.mark('{')?;
                self.stmts(values, depth + 1)?
            } else {
                Vec::new()
            };
            return Ok(Stmt::If { condition, then, otherwise });
        }
        if self.eat_word("for") {
            let index = self.id(LocalId::PREFIX, LocalId)?;
            self.keyword("in")?;
            let count = self.number("a number of rounds")?;
            self.mark('{')?;
            return Ok(Stmt::For { index, count, body: self.stmts(values, depth + 1)? });
        }
        self.unexpected("a statement")
    }

    fn value(&mut self) -> Parsed<ValueId> {
        self.id(ValueId::PREFIX, ValueId)
    }

    /// A comma and a value.
    fn and_value(&mut self) -> Parsed<ValueId> {
        self.mark(',')?;
        self.value()
    }

    /// Values with commas between them, at least one.
    fn values(&mut self) -> Parsed<Vec<ValueId>> {
        let mut list = vec![self.value()?];
        while *self.peek(0) == Token::Mark(',') {
            list.push(self.and_value()?);
        }
        Ok(list)
    }

    fn op(&mut self, ty: Ty) -> Parsed<Op> {
        let word = match *self.peek(0) {
            Token::Word(word) => word,
            Token::Number(_) | Token::Text(_) | Token::Mark(_) | Token::Arrow | Token::End => "",
        };
        if let Some(op) = Unary::parse(word) {
            self.name()?;
            return Ok(Op::Unary(op, self.value()?));
        }
        if let Some(op) = Binary::parse(word) {
            self.name()?;
            return Ok(Op::Binary(op, self.value()?, self.and_value()?));
        }
        if let Some(op) = Compare::parse(word) {
            self.name()?;
            return Ok(Op::Compare(op, self.value()?, self.and_value()?));
        }
        if let Some(function) = Math::parse(word) {
            self.name()?;
            return Ok(Op::Math(function, self.values()?));
        }
        if !matches!(
            word,
            "const"
                | "input"
                | "state"
                | "local"
                | "line"
                | "lookup"
                | "splat"
                | "lane"
                | "compose"
                | "select"
                | "convert"
                | "section"
                | "fir"
        ) {
            return self.unexpected("an operation");
        }
        self.name()?;
        Ok(match word {
            "const" => Op::Const(self.constant(ty.scalar)?),
            "input" => Op::Input(self.number("the number of a port")?),
            "state" => Op::State(self.id(StateId::PREFIX, StateId)?),
            "local" => Op::Local(self.id(LocalId::PREFIX, LocalId)?),
            "line" => {
                let line = self.id(LineId::PREFIX, LineId)?;
                self.keyword("ago")?;
                if self.at_id(ValueId::PREFIX) {
                    Op::LineAt { line, ago: self.value()? }
                } else {
                    Op::Line { line, ago: self.number("a number of pushes or a value")? }
                }
            }
            "lookup" => Op::Table { table: self.id(TableId::PREFIX, TableId)?, index: self.and_value()? },
            "splat" => Op::Splat(self.value()?),
            "lane" => {
                let value = self.value()?;
                self.mark(',')?;
                Op::Lane(value, self.number("the number of a lane")?)
            }
            "compose" => Op::Compose(self.values()?),
            "select" => Op::Select(self.value()?, self.and_value()?, self.and_value()?),
            "convert" => Op::Convert(self.value()?),
            "section" => Op::Section(self.id(SectionId::PREFIX, SectionId)?, self.and_value()?),
            _ => {
                let line = self.id(LineId::PREFIX, LineId)?;
                self.mark(',')?;
                Op::Fir { line, table: self.id(TableId::PREFIX, TableId)?, input: self.and_value()? }
            }
        })
    }
}

/// `f32x2` as `f32` and 2, `f32` with 1.
fn with_lanes<T>(word: &str, read: impl Fn(&str) -> Option<T>) -> Option<(T, u16)> {
    if let Some(found) = read(word) {
        return Some((found, 1));
    }
    let (name, _) = word.split_once('x')?;
    let lanes = id_number(word, &format!("{name}x"))?;
    Some((read(name)?, u16::try_from(lanes).ok()?))
}
