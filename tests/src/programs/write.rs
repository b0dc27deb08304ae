//! Writes random programs: fills the templates of the grammar.

use super::grammar::{Kind, STATEMENTS, specifications};
use super::{Expr, Part, Program, Stmt};
use crate::random::Rng;
use serde_json::{Value, json};

/// What a program is fed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fed {
    Messages,
    Texts,
    Samples,
    Chunks,
}

/// A name that expressions may use.
#[derive(Clone, Debug)]
struct Name {
    text: String,
    kind: Kind,
    /// It may be assigned to.
    is_variable: bool,
}

struct Writer {
    rng: Rng,
    fed: Fed,
    names: Vec<Name>,
    /// Kinds that this program has.
    kinds: Vec<Kind>,
    /// It sends by `yield`.
    yields: bool,
    /// Names that have been made.
    made: usize,
    /// In `process`: functions may be called, and something may raise.
    calls: bool,
    /// Inside of an f-string.
    in_format: bool,
}

const NUMBERS: [Kind; 4] = [Kind::Int, Kind::Float, Kind::Bool, Kind::Number];
const TEXTS: [Kind; 10] = [
    Kind::Str,
    Kind::Ints,
    Kind::Floats,
    Kind::Strs,
    Kind::Pair,
    Kind::Pairs,
    Kind::Table,
    Kind::Record,
    Kind::Any,
    Kind::Int,
];

/// The fields of a program, as far as it has their kinds.
const FIELDS: [(&str, Kind); 13] = [
    ("n", Kind::Int),
    ("count", Kind::Int),
    ("x", Kind::Float),
    ("gain", Kind::Float),
    ("flag", Kind::Bool),
    ("level", Kind::Number),
    ("title", Kind::Str),
    ("items", Kind::Ints),
    ("history", Kind::Floats),
    ("table", Kind::Table),
    ("pair", Kind::Pair),
    ("point", Kind::Record),
    ("state", Kind::Array),
];

const FIBONACCI: &str = "def fibonacci(n):\n if n < 2:\n  return n\n return fibonacci(n - 1) + fibonacci(n - 2)";

const POINT: &str = "@dataclass\nclass Point:\n x: int\n y: float = 0.5\n def total(self):\n  return self.x + self.y\n \
                     def moved(self, by):\n  return Point(self.x + by, self.y)\n def grow(self, by):\n  self.x += by";

const METHODS: &str = "@property\ndef double(self):\n return self.n * 2\n@staticmethod\ndef scaled(a):\n return a * 10";

/// The program of a seed.
pub fn program(seed: u64) -> Program {
    let mut rng = Rng::new(seed ^ 0x9E1F);
    let fed = match rng.below(20) {
        0..13 => Fed::Messages,
        13 => Fed::Texts,
        14..17 => Fed::Samples,
        _ => Fed::Chunks,
    };
    let mut kinds = NUMBERS.to_vec();
    if fed != Fed::Samples || rng.once_in(4) {
        kinds.extend(TEXTS);
    }
    if fed == Fed::Chunks {
        kinds.push(Kind::Samples);
    }
    if fed != Fed::Samples && rng.once_in(4) {
        kinds.push(Kind::Array);
    }
    let yields = fed != Fed::Samples && rng.once_in(2);
    let mut writer = Writer { rng, fed, names: Vec::new(), kinds, yields, made: 0, calls: false, in_format: false };
    let body = writer.module();
    let about = writer.about();
    Program { seed, body, about }
}

impl Writer {
    fn module(&mut self) -> Vec<Stmt> {
        let mut module = Vec::new();
        for line in [
            "import json",
            "import math",
            "from collections import deque",
            "from dataclasses import dataclass",
            "import numpy as np",
        ] {
            module.push(Stmt::line(line));
        }
        module.extend(self.fill_statements(FIBONACCI, 0));
        if self.has(Kind::Record) {
            module.extend(self.fill_statements(POINT, 0));
        }
        let letters = self.has(Kind::Str);
        for (name, kind) in [("LIMIT", Kind::Int), ("SCALE", Kind::Float), ("LETTERS", Kind::Str)] {
            if kind != Kind::Str || letters {
                let value = *self.rng.pick(kind.constants());
                module.push(Stmt::line(&format!("{name} = {value}")));
                self.names.push(Name { text: name.to_owned(), kind, is_variable: false });
            }
        }
        let globals = self.names.len();
        module.push(self.function("twice(x)", &[("x", Kind::Int)], Kind::Int, 1));
        if self.has(Kind::Ints) {
            let text = "def map_twice(items):\n for item in items:\n  yield twice(item)";
            module.extend(self.fill_statements(text, 0));
        }
        let mut class = Stmt::line("class Random:");
        class.body.push(Stmt::line("FACTOR = 3"));
        self.names.truncate(globals);
        let fields: Vec<(&str, Kind)> = FIELDS.into_iter().filter(|(_, kind)| self.has(*kind)).collect();
        let mut init = Stmt::line("def __init__(self, n=3, x=0.5):");
        for (name, kind) in [("n", Kind::Int), ("x", Kind::Float)] {
            self.names.push(Name { text: name.to_owned(), kind, is_variable: true });
        }
        for (name, kind) in &fields {
            let depth = if self.rng.once_in(3) { 2 } else { 0 };
            let value = match *name {
                "n" | "x" => Expr::text(*kind, name),
                _ => self.expr(*kind, depth),
            };
            init.body
                .push(Stmt { head: vec![Part::Text(format!("self.{name} = ")), Part::Expr(value)], body: Vec::new() });
        }
        class.body.push(init);
        self.names.truncate(globals);
        for (name, kind) in &fields {
            self.names.push(Name { text: format!("self.{name}"), kind: *kind, is_variable: true });
        }
        class.body.push(self.function("add(self, a, b)", &[("a", Kind::Int), ("b", Kind::Int)], Kind::Int, 2));
        class.body.extend(self.fill_statements(METHODS, 0));
        // What changes a field shows in which order operands come.
        let step = "def step(self):\n self.count += 1\n return self.count";
        class.body.extend(self.fill_statements(step, 0));
        class.body.push(self.function("mix(self, a, b)", &[("a", Kind::Float), ("b", Kind::Int)], Kind::Float, 2));
        if letters {
            class.body.push(self.function("label(self, a)", &[("a", Kind::Int)], Kind::Str, 2));
        }
        self.calls = true;
        class.body.push(self.process());
        if self.fed == Fed::Messages && self.rng.once_in(4) {
            let mut flush = Stmt::line("def flush(self):");
            let value = self.expr(Kind::Any, 2);
            flush.body.push(Stmt { head: vec![Part::Text("return ".to_owned()), Part::Expr(value)], body: Vec::new() });
            class.body.push(flush);
        }
        module.push(class);
        module
    }

    fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// A function with some statements that returns an expression.
    fn function(&mut self, signature: &str, parameters: &[(&str, Kind)], gives: Kind, statements: usize) -> Stmt {
        let before = self.names.len();
        for (name, kind) in parameters {
            self.names.push(Name { text: (*name).to_owned(), kind: *kind, is_variable: true });
        }
        let mut function = Stmt::line(&format!("def {signature}:"));
        for _ in 0..self.rng.below(statements + 1) {
            let assigned = self.assignment();
            function.body.push(assigned);
        }
        let value = self.expr(gives, 2);
        function.body.push(Stmt { head: vec![Part::Text("return ".to_owned()), Part::Expr(value)], body: Vec::new() });
        self.names.truncate(before);
        function
    }

    fn process(&mut self) -> Stmt {
        let before = self.names.len();
        let mut name =
            |text: &str, kind: Kind| self.names.push(Name { text: text.to_owned(), kind, is_variable: true });
        let mut process = match self.fed {
            Fed::Messages => {
                for (key, kind) in MEMBERS {
                    name(&format!("message[\"{key}\"]"), kind);
                }
                Stmt::line("def process(self, message):")
            }
            Fed::Texts => {
                name("text", Kind::Str);
                Stmt::line("def process(self, text):")
            }
            Fed::Samples => {
                name("sample", Kind::Float);
                name("sample", Kind::Float);
                Stmt::line("def process(self, sample: float) -> float:")
            }
            Fed::Chunks => {
                name("samples", Kind::Samples);

                let mut process = Stmt::line("def process(self, data):");
                process.body.push(Stmt::line("samples, rate = data"));
                process
            }
        };
        if self.rng.once_in(4) && self.fed != Fed::Samples {
            process.head.insert(0, Part::Text("async ".to_owned()));
        }
        let count = 2 + self.rng.below(7);
        let mut body = self.block(count, 2);
        process.body.append(&mut body);
        let last = self.send(3);
        process.body.extend(last);
        self.names.truncate(before);
        process
    }

    /// Statements; the names that they make are gone behind them.
    fn block(&mut self, count: usize, depth: usize) -> Vec<Stmt> {
        let mut out = Vec::new();
        for _ in 0..count {
            out.extend(self.statement(depth));
        }
        out
    }

    fn statement(&mut self, depth: usize) -> Vec<Stmt> {
        match self.rng.below(12) {
            0..3 => vec![self.assignment()],
            3 | 4 if self.yields => self.send(2),
            3 if depth < 2 => self.send(2),
            _ => loop {
                let Some(template) = self.pick(STATEMENTS) else { continue };
                if depth == 0 && template.contains("...") || !self.fits(template) {
                    continue;
                }
                return self.fill_statements(template, depth);
            },
        }
    }

    /// A new name with a value.
    fn assignment(&mut self) -> Stmt {
        let mut kinds = self.kinds.clone();
        // Samples are known to `process` alone.
        kinds.retain(|kind| *kind != Kind::Samples || self.calls);
        let kind = *self.rng.pick(&kinds);
        let value = self.expr(kind, 3);
        // Sometimes a name gets a value of another kind.
        let old: Vec<usize> = (0..self.names.len()).filter(|i| self.names[*i].text.starts_with('v')).collect();
        let text = if !old.is_empty() && self.rng.once_in(8) {
            let at = *self.rng.pick(&old);
            self.names.remove(at).text
        } else {
            self.made += 1;
            format!("v{}", self.made)
        };
        self.names.push(Name { text: text.clone(), kind, is_variable: true });
        Stmt { head: vec![Part::Text(format!("{text} = ")), Part::Expr(value)], body: Vec::new() }
    }

    /// `yield` or `return` of something.
    fn send(&mut self, depth: usize) -> Vec<Stmt> {
        let word = if self.yields { "yield " } else { "return " };
        let (kind, end) = match self.fed {
            Fed::Messages | Fed::Texts => (Kind::Any, ""),
            Fed::Samples => (if self.rng.once_in(6) { Kind::Number } else { Kind::Float }, ""),
            Fed::Chunks => (Kind::Samples, ", rate"),
        };
        let value = self.expr(kind, depth);
        let mut head = vec![Part::Text(word.to_owned()), Part::Expr(value), Part::Text(end.to_owned())];
        if self.fed == Fed::Chunks {
            head.insert(1, Part::Text("np.clip(np.asarray(".to_owned()));
            head.insert(3, Part::Text(", dtype=np.float32), -9.0, 9.0)".to_owned()));
        }
        vec![Stmt { head, body: Vec::new() }]
    }

    /// Whether a template is of what this program has.
    fn fits(&self, template: &str) -> bool {
        if template.contains("message") && !self.names.iter().any(|n| n.text.starts_with("message")) {
            return false;
        }
        let calls = [
            "self.double",
            "self.FACTOR",
            "Random.",
            "fibonacci(",
            "self.add(",
            "self.mix(",
            "self.label(",
            "self.step(",
            "twice(",
        ];
        if !self.calls && calls.iter().any(|call| template.contains(call)) {
            return false;
        }
        if self.in_format && template.contains(['\'', '\\']) {
            return false;
        }
        for part in parse(template) {
            let kind = match part {
                Piece::Text(_) => continue,
                Piece::Hole { kind, .. } | Piece::Bound { kind, .. } | Piece::Specification(kind) => kind,
                Piece::Known { kind, .. } => {
                    if !self.names.iter().any(|n| n.kind == kind && n.is_variable) {
                        return false;
                    }
                    kind
                }
            };
            if !self.has(kind) {
                return false;
            }
        }
        (self.has(Kind::Array) || self.fed == Fed::Chunks || !template.contains("np."))
            && (self.has(Kind::Str) || !(template.contains('"') || template.contains('[')))
    }

    /// A template; none where it is one that often raises, and not the time for it.
    fn pick(&mut self, templates: &'static [&'static str]) -> Option<&'static str> {
        let template = *self.rng.pick(templates);
        match template.strip_prefix('!') {
            Some(risky) => (self.calls && self.rng.once_in(12)).then_some(risky),
            None => Some(template),
        }
    }

    /// A statement of a template.
    fn fill_statements(&mut self, template: &str, depth: usize) -> Vec<Stmt> {
        let before = self.names.len();
        let mut bound = Bound::default();
        let lines: Vec<(usize, &str)> =
            template.lines().map(|l| (l.len() - l.trim_start().len(), l.trim_start())).collect();
        let mut at = 0;
        let out = self.lines(&lines, &mut at, 0, depth, &mut bound);
        self.names.truncate(before);
        out
    }

    fn lines(
        &mut self,
        lines: &[(usize, &str)],
        at: &mut usize,
        indent: usize,
        depth: usize,
        bound: &mut Bound,
    ) -> Vec<Stmt> {
        let mut out = Vec::new();
        while let Some((own, line)) = lines.get(*at) {
            if *own < indent {
                break;
            }
            if *own > indent {
                let body = self.lines(lines, at, *own, depth, bound);
                if let Some(last) = out.last_mut() {
                    let last: &mut Stmt = last;
                    last.body = body;
                }
                continue;
            }
            *at += 1;
            if *line == "..." {
                let before = self.names.clone();
                for (name, kind) in &bound.names {
                    self.names.push(Name { text: name.clone(), kind: *kind, is_variable: false });
                }
                let count = 1 + self.rng.below(3);
                out.extend(self.block(count, depth.saturating_sub(1)));
                self.names = before;
            } else {
                let head = self.fill(line, 2, bound);
                out.push(Stmt { head, body: Vec::new() });
            }
        }
        out
    }

    /// An expression.
    fn expr(&mut self, kind: Kind, depth: usize) -> Expr {
        // Now and then what arrives is of another kind than one would think.
        if self.rng.once_in(250) && !self.in_format {
            let foreign: Vec<String> =
                self.names.iter().filter(|n| n.text.starts_with("message")).map(|n| n.text.clone()).collect();
            if !foreign.is_empty() {
                return Expr::text(kind, self.rng.pick::<String>(&foreign));
            }
        }
        if depth == 0 || self.rng.once_in(4) {
            return self.leaf(kind);
        }
        for _ in 0..20 {
            if let Some(template) = self.pick(kind.templates()).filter(|t| self.fits(t)) {
                let parts = self.fill(template, depth - 1, &mut Bound::default());
                return Expr { kind, parts };
            }
        }
        self.leaf(kind)
    }

    /// A name or a constant.
    fn leaf(&mut self, kind: Kind) -> Expr {
        let names: Vec<String> = self
            .names
            .iter()
            .filter(|n| n.kind == kind || kind == Kind::Number && NUMBERS.contains(&n.kind))
            .map(|n| n.text.clone())
            .collect();
        if !names.is_empty() && (kind == Kind::Samples || !self.rng.once_in(4)) {
            return Expr::text(kind, self.rng.pick::<String>(&names));
        }
        let constants = kind.constants();
        let text = *self.rng.pick(constants);
        if text.contains('"') && !self.has(Kind::Str) {
            return Expr::text(kind, constants[0]);
        }
        Expr::text(kind, text)
    }

    /// The parts of a template.
    fn fill(&mut self, template: &str, depth: usize, bound: &mut Bound) -> Vec<Part> {
        let pieces = parse(template);
        for piece in &pieces {
            if let Piece::Bound { kind, mark } = piece
                && !bound.marks.iter().any(|m| m == mark)
            {
                self.made += 1;
                let mut name = format!("b{}", self.made);
                // Sometimes it hides another; not where a loop counts by it.
                let old: Vec<String> =
                    self.names.iter().filter(|n| n.text.starts_with('v')).map(|n| n.text.clone()).collect();
                if self.rng.once_in(10) && !old.is_empty() && !template.starts_with('$') {
                    let other = self.rng.pick::<String>(&old);
                    if bound.names.iter().all(|(known, _)| known != other) {
                        name.clone_from(other);
                    }
                }
                bound.marks.push((*mark).to_owned());
                bound.names.push((name, *kind));
            }
        }
        let is_format = template.contains("f'");
        let outer = self.in_format;
        let mut known: Vec<(&str, String)> = Vec::new();
        let mut parts = Vec::new();
        for piece in pieces {
            let part = match piece {
                Piece::Text(text) => Part::Text(text.to_owned()),
                Piece::Specification(kind) => Part::Text((*self.rng.pick(specifications(kind))).to_owned()),
                Piece::Bound { mark, .. } => {
                    let at = bound.marks.iter().position(|m| m == mark).unwrap_or(0);
                    Part::Text(bound.names[at].0.clone())
                }
                Piece::Known { kind, mark } => {
                    let text = match known.iter().find(|(m, _)| *m == mark) {
                        Some((_, text)) => text.clone(),
                        None => {
                            let names: Vec<String> = self
                                .names
                                .iter()
                                .filter(|n| n.kind == kind && n.is_variable)
                                .map(|n| n.text.clone())
                                .collect();
                            if names.is_empty() { "None".to_owned() } else { self.rng.pick(&names).clone() }
                        }
                    };
                    known.push((mark, text.clone()));
                    Part::Text(text)
                }
                Piece::Hole { kind, how } => {
                    self.in_format |= is_format;
                    let before = self.names.len();
                    if how == How::Bound {
                        for (name, kind) in &bound.names {
                            // Twice, so that it is used.
                            for _ in 0..2 {
                                self.names.push(Name { text: name.clone(), kind: *kind, is_variable: false });
                            }
                        }
                    }
                    let value = if how == How::Leaf { self.leaf(kind) } else { self.expr(kind, depth) };
                    self.names.truncate(before);
                    self.in_format = outer;
                    Part::Expr(value)
                }
            };
            parts.push(part);
        }
        parts
    }

    /// What the program is fed with.
    fn about(&mut self) -> Value {
        let mut about = json!({"class": "Random", "params": {}, "subset": true});
        if self.rng.once_in(2) {
            about["params"] = json!({"n": self.rng.below(20) as i64 - 5});
        }
        match self.fed {
            Fed::Messages => {
                about["input"] = json!("json");
                about["messages"] = (0..6).map(|_| self.message()).collect();
            }
            Fed::Texts => {
                about["input"] = json!("text");
                about["messages"] = (0..8).map(|_| json!(self.word())).collect();
            }
            Fed::Samples | Fed::Chunks => {
                let frames = 20 + self.rng.below(60);
                let signal = *self.rng.pick(&["noise", "sine", "speechlike", "silence_then_noise"]);
                about["audio"] = json!({"rate": 48000, "channels": 1 + self.rng.below(2), "frames": frames, "signal": signal,
                    "seed": self.rng.below(1000), "amplitude": 0.9});
                about["input"] = json!("sample");
                if self.fed == Fed::Chunks {
                    about["input"] = json!("chunk");
                    about["audio"]["chunk"] = json!(8 + self.rng.below(30));
                }
            }
        }
        about
    }

    fn message(&mut self) -> Value {
        let mut message = json!({});
        for (key, kind) in MEMBERS {
            // Now and then a member is missing.
            if !self.rng.once_in(300) {
                message[key] = self.value(kind);
            }
        }
        message
    }

    fn value(&mut self, kind: Kind) -> Value {
        let count = self.rng.below(5);
        match kind {
            Kind::Int => match self.rng.below(12) {
                0 => json!(i64::MAX - self.rng.below(3) as i64),
                1 => json!(self.rng.below(1 << 40) as i64 - (1 << 39)),
                2..5 => json!(self.rng.below(200) as i64 - 100),
                _ => json!(self.rng.below(12) as i64 - 3),
            },
            Kind::Float => match self.rng.below(10) {
                0 => json!(self.rng.below(10) as f64),
                1 => json!((self.rng.unit() - 0.5) * 1e18),
                2 => json!(self.rng.unit() * 1e-9),
                3..6 => json!((self.rng.below(64) as f64 - 32.0) / 8.0),
                _ => json!((self.rng.unit() - 0.5) * 20.0),
            },
            Kind::Bool => json!(self.rng.once_in(2)),
            Kind::Str => json!(self.word()),
            Kind::Ints => (0..count).map(|_| self.value(Kind::Int)).collect(),
            Kind::Floats => (0..count).map(|_| self.value(Kind::Float)).collect(),
            Kind::Strs => (0..count).map(|_| self.value(Kind::Str)).collect(),
            Kind::Table => {
                let mut table = json!({});
                for _ in 0..count {
                    let key = self.word();
                    table[key] = self.value(Kind::Int);
                }
                table
            }
            Kind::Number | Kind::Any | Kind::Record | Kind::Pair | Kind::Pairs | Kind::Array | Kind::Samples => {
                let kinds = [Kind::Int, Kind::Float, Kind::Bool, Kind::Str, Kind::Ints, Kind::Strs, Kind::Table];
                let upto = if kind == Kind::Number { 3 } else { kinds.len() };
                match self.rng.below(upto + 1) {
                    0 if kind == Kind::Any => Value::Null,
                    other => self.value(kinds[other.min(upto - 1)]),
                }
            }
        }
    }

    fn word(&mut self) -> String {
        let words = [
            "",
            "a",
            "k",
            "b",
            "Hello World",
            "the quick  brown fox",
            "12",
            "-3.5",
            "äöü ß",
            "ÇA va",
            "x,y,,z",
            "0x1f",
            "tab\tend",
            "😀 ok",
            "ABC",
            "  pad ",
            "1e5",
            "a-b_c",
            "ǆ ﬁ",
            "nan",
            "٣",
            "q",
        ];
        (*self.rng.pick(&words)).to_owned()
    }
}

/// The members of a message.
const MEMBERS: [(&str, Kind); 13] = [
    ("i", Kind::Int),
    ("j", Kind::Int),
    ("f", Kind::Float),
    ("g", Kind::Float),
    ("b", Kind::Bool),
    ("n", Kind::Number),
    ("s", Kind::Str),
    ("t", Kind::Str),
    ("l", Kind::Ints),
    ("k", Kind::Floats),
    ("w", Kind::Strs),
    ("d", Kind::Table),
    ("m", Kind::Any),
];

/// The names that a template has bound, and the marks for which they stand.
#[derive(Default)]
struct Bound {
    marks: Vec<String>,
    names: Vec<(String, Kind)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Any,
    Leaf,
    Bound,
}

/// A piece of a template.
enum Piece<'t> {
    Text(&'t str),
    Hole { kind: Kind, how: How },
    Bound { kind: Kind, mark: &'t str },
    Known { kind: Kind, mark: &'t str },
    Specification(Kind),
}

fn parse(template: &str) -> Vec<Piece<'_>> {
    let bytes = template.as_bytes();
    let letter = |at: usize| bytes.get(at).map(|b| char::from(*b)).filter(char::is_ascii_alphabetic);
    let is = |at: usize, c: u8| bytes.get(at) == Some(&c);
    let (mut out, mut from, mut at) = (Vec::new(), 0, 0);
    while at < bytes.len() {
        let (piece, len) = match bytes[at] {
            b'{' => match letter(at + 1) {
                Some(c) if is(at + 2, b'}') => (Piece::Hole { kind: Kind::of(c), how: How::Any }, 3),
                Some(c) if is(at + 2, b'.') && is(at + 3, b'}') => {
                    (Piece::Hole { kind: Kind::of(c), how: How::Leaf }, 4)
                }
                Some(c) if is(at + 2, b'+') && is(at + 3, b'}') => {
                    (Piece::Hole { kind: Kind::of(c), how: How::Bound }, 4)
                }
                None if is(at + 1, b':') && is(at + 3, b'}') && letter(at + 2).is_some() => {
                    (Piece::Specification(Kind::of(char::from(bytes[at + 2]))), 4)
                }
                _ => {
                    at += 1;
                    continue;
                }
            },
            sign @ (b'$' | b'@') => {
                // `@dataclass` is no name.
                let Some(c) = letter(at + 1).filter(|_| letter(at + 2).is_none()) else {
                    at += 1;
                    continue;
                };
                let len = if is(at + 2, b'2') { 3 } else { 2 };
                let (kind, mark) = (Kind::of(c), &template[at..at + len]);
                (if sign == b'$' { Piece::Bound { kind, mark } } else { Piece::Known { kind, mark } }, len)
            }
            _ => {
                at += 1;
                continue;
            }
        };
        if from < at {
            out.push(Piece::Text(&template[from..at]));
        }
        out.push(piece);
        at += len;
        from = at;
    }
    if from < bytes.len() {
        out.push(Piece::Text(&template[from..]));
    }
    out
}
