//! Random Python nodes of the compiled subset, with CPython as the judge.
//!
//! [`write`] fills the templates of [`grammar`], [`judge`] asks CPython. A program is kept as a tree, so that one which fails can be
//! made smaller: statements are dropped, expressions replaced by their parts, messages left out, as long as it still fails.

pub mod grammar;
pub mod judge;
mod samples;
mod write;

pub use samples::samples;
pub use write::program;

use crate::corpus::run::{as_kernel, compare, compiled, evaluate, lowered, stops_beyond_64_bits};
use crate::corpus::{Case, Feed};
use grammar::Kind;
use judge::{Answer, Judge};
use remotemedia_compiler::python::Lowered;
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Text, or an expression in its place.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Text(String),
    Expr(Expr),
}

/// An expression and the kind of value that it gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: Kind,
    pub parts: Vec<Part>,
}

impl Expr {
    fn text(kind: Kind, text: &str) -> Expr {
        Expr { kind, parts: vec![Part::Text(text.to_owned())] }
    }

    fn render(&self, out: &mut String) {
        for part in &self.parts {
            part.render(out);
        }
    }

    /// What stands in it and gives the same kind, then the simplest of that kind.
    fn simpler(&self) -> Vec<Expr> {
        let mut found = Vec::new();
        self.parts.iter().for_each(|part| part.inside(self.kind, &mut found));
        let constant = Expr::text(self.kind, self.kind.constants()[0]);
        if *self != constant && !matches!(self.parts.as_slice(), [Part::Text(_)]) {
            found.push(constant);
        }
        found
    }
}

impl Part {
    fn render(&self, out: &mut String) {
        match self {
            Part::Text(text) => out.push_str(text),
            Part::Expr(expr) => expr.render(out),
        }
    }

    fn inside(&self, kind: Kind, found: &mut Vec<Expr>) {
        if let Part::Expr(expr) = self {
            if expr.kind == kind {
                found.push(expr.clone());
            }
            expr.parts.iter().for_each(|part| part.inside(kind, found));
        }
    }
}

/// A statement, with those that are indented below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    pub head: Vec<Part>,
    pub body: Vec<Stmt>,
}

impl Stmt {
    fn line(text: &str) -> Stmt {
        Stmt { head: vec![Part::Text(text.to_owned())], body: Vec::new() }
    }

    fn render(&self, indent: usize, out: &mut String) {
        out.push_str(&"    ".repeat(indent));
        self.head.iter().for_each(|part| part.render(out));
        out.push('\n');
        self.body.iter().for_each(|stmt| stmt.render(indent + 1, out));
    }
}

/// A random program and what it is fed with.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    pub seed: u64,
    pub body: Vec<Stmt>,
    /// As `tests/python/README.md` describes a case.
    pub about: Value,
}

impl Program {
    /// As a file.
    pub fn source(&self) -> String {
        let mut out = String::new();
        self.body.iter().for_each(|stmt| stmt.render(0, &mut out));
        out
    }

    /// As a case that expects these lines.
    pub fn case(&self, expected: Vec<Value>) -> Case {
        Case::new(&format!("random_{}", self.seed), self.source(), &self.about, expected)
    }

    /// Every program that is smaller by one step, the smallest first.
    pub fn smaller(&self) -> Vec<Program> {
        let mut out = Vec::new();
        if let Some(messages) = self.about["messages"].as_array() {
            for at in 0..messages.len() {
                let mut less = self.clone();
                less.about["messages"].as_array_mut().into_iter().for_each(|list| drop(list.remove(at)));
                out.push(less);
            }
        }
        for body in smaller_bodies(&self.body) {
            out.push(Program { body, ..self.clone() });
        }
        out
    }
}

fn smaller_bodies(body: &[Stmt]) -> Vec<Vec<Stmt>> {
    let mut out = Vec::new();
    for (at, stmt) in body.iter().enumerate() {
        let with = |new: Vec<Stmt>| {
            let mut list = body.to_vec();
            list.splice(at..=at, new);
            list
        };
        out.push(with(Vec::new()));
        if !stmt.body.is_empty() {
            out.push(with(stmt.body.clone()));
        }
        for body in smaller_bodies(&stmt.body) {
            out.push(with(vec![Stmt { body, ..stmt.clone() }]));
        }
        for head in smaller_parts(&stmt.head) {
            out.push(with(vec![Stmt { head, ..stmt.clone() }]));
        }
    }
    out
}

fn smaller_parts(parts: &[Part]) -> Vec<Vec<Part>> {
    let mut out = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let Part::Expr(expr) = part else { continue };
        let inside = smaller_parts(&expr.parts).into_iter().map(|parts| Expr { kind: expr.kind, parts });
        for new in expr.simpler().into_iter().chain(inside) {
            let mut list = parts.to_vec();
            list[at] = Part::Expr(new);
            out.push(list);
        }
    }
    out
}

/// What became of a program.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// CPython says what is said here: all of it, or up to where its whole numbers leave 64 bits. With the lines, and whether loops were
    /// machine code.
    Same(Vec<Value>, bool),
    /// It is outside the subset, or refused, for a reason.
    Outside(String),
    /// CPython has nothing to compare with.
    NoAnswer(String),
    /// A sentence.
    Differs(String),
}

/// What became of a batch.
#[derive(Debug, Default)]
pub struct Sweep {
    /// Those that agree, with what CPython says.
    pub same: Vec<Case>,
    /// Of these, how many raise.
    pub raising: usize,
    /// And how many have loops that were entered as machine code.
    pub entering: usize,
    pub outside: Vec<(u64, String)>,
    pub unanswered: Vec<(u64, String)>,
    /// Texts for a person: what differs, the program made small.
    pub different: Vec<String>,
}

/// Runs the programs of so many seeds, as one of the writers makes them.
pub fn sweep(judge: &mut Judge, first: u64, count: u64, write: fn(u64) -> Program) -> Sweep {
    let programs: Vec<Program> = (first..first + count).map(write).collect();
    let answers = judge.ask(&programs);
    let mut sweep = Sweep::default();
    for (program, answer) in programs.iter().zip(&answers) {
        match outcome(program, answer, judge) {
            Outcome::Same(lines, entered) => {
                sweep.entering += usize::from(entered);
                let case = program.case(lines);
                sweep.raising += usize::from(case.expected.iter().any(|line| line.get("error").is_some()));
                sweep.same.push(case);
            }
            Outcome::Outside(why) => sweep.outside.push((program.seed, why)),
            Outcome::NoAnswer(why) => sweep.unanswered.push((program.seed, why)),
            Outcome::Differs(_) => sweep.different.push(report(&shrink(program.clone(), judge), judge)),
        }
    }
    sweep
}

/// Compares what is made of a program with what CPython answers.
pub fn outcome(program: &Program, answer: &Answer, judge: &mut Judge) -> Outcome {
    let expected = match answer {
        Answer::Lines(lines) => lines.clone(),
        Answer::None(why) => return Outcome::NoAnswer(why.clone()),
    };
    let case = program.case(expected);
    let run = AssertUnwindSafe(|| match lowered(&case) {
        Ok(Lowered::Script(script)) => {
            let (lines, (machine, entered)) = (evaluate(&case, &script), compiled(&case, &script));
            assert!(machine == lines, "machine code gives {machine:?}, not {lines:?}");
            let kernel = as_kernel(&case, &script);
            if let Some(kernel) = kernel.as_ref().filter(|kernel| **kernel != lines) {
                let samples = |lines: &[Value]| lines[0]["audio"]["samples"].as_array().cloned().unwrap_or_default();
                let (ours, theirs) = (samples(kernel), samples(&lines));
                let at = ours.iter().zip(&theirs).position(|(a, b)| a != b).unwrap_or(ours.len().min(theirs.len()));
                let (ours, theirs, last) = (ours.get(at), theirs.get(at), lines.last().map(|l| &l["error"]));
                return Err(Outcome::Differs(format!(
                    "sample {at} of the kernel is {ours:?}, not {theirs:?}; {last:?}"
                )));
            }
            Ok((lines, entered > 0))
        }
        Ok(Lowered::Outside(why)) => {
            Err(Outcome::Outside(why.iter().map(|o| o.reason.clone()).collect::<Vec<_>>().join("; ")))
        }
        // What `__init__` raises is told when the node is compiled.
        Err(found) => match case.expected.as_slice() {
            [only] if found.contains("RM0225") && is_told(&found, only) => Ok((vec![only.clone()], false)),
            _ => Err(Outcome::Outside(found)),
        },
    });
    let (got, entered) = match catch_unwind(run) {
        Ok(Ok(got)) => got,
        Ok(Err(other)) => return other,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            return Outcome::Differs(format!("panic: {}", text.unwrap_or_default()));
        }
    };
    if got == case.expected {
        return Outcome::Same(case.expected, entered);
    }
    let Err(why) = compare(&case, &got) else { return Outcome::Same(case.expected, entered) };
    if stops_beyond_64_bits(&got) {
        let narrow = match judge.ask_narrow(program) {
            Answer::Lines(lines) => program.case(lines),
            Answer::None(why) => return Outcome::NoAnswer(why),
        };
        return match compare(&narrow, &got) {
            Ok(()) => Outcome::Same(narrow.expected, entered),
            Err(why) => Outcome::Differs(why),
        };
    }
    // Arrays of texts and objects are outside; and a program that was made smaller may name what is no longer there.
    let beside = |line: &Value| {
        let text = |key: &str| line["error"][key].as_str().unwrap_or_default();
        text("message").contains("ufunc '")
            || text("message").starts_with("'Random' object has no attribute")
            || matches!(text("type"), "NameError" | "UnboundLocalError")
    };
    if case.expected.last().is_some_and(beside) {
        return Outcome::NoAnswer("an error that is none of the subset's".to_owned());
    }
    // An array is compared with a text as an array of texts.
    let of_texts =
        |line: &Value| line["error"].as_str().is_some_and(|e| e.contains("could not convert string to float"));
    let of_arrays = |line: &Value| {
        let message = line["error"]["message"].as_str().unwrap_or_default();
        message.contains("truth value of an array") || message.contains("could not be broadcast")
    };
    if got.last().is_some_and(of_texts) && case.expected.last().is_some_and(of_arrays) {
        return Outcome::NoAnswer("an array of texts".to_owned());
    }
    let complex =
        |line: &Value| line["error"].as_str().is_some_and(|e| e.contains("cannot be raised to a fractional power"));
    if got.last().is_some_and(complex) {
        return Outcome::NoAnswer("complex numbers".to_owned());
    }
    Outcome::Differs(why)
}

/// Whether a finding has the exception of a line of the reference.
fn is_told(found: &str, line: &Value) -> bool {
    let text = |key: &str| line["error"][key].as_str().unwrap_or_default();
    found.contains(&format!("{}: {} (line {}, in ", text("type"), text("message"), line["error"]["line"]))
}

fn differs(program: &Program, answer: &Answer, judge: &mut Judge) -> bool {
    matches!(outcome(program, answer, judge), Outcome::Differs(_))
}

/// Makes a failing program as small as it gets.
pub fn shrink(mut program: Program, judge: &mut Judge) -> Program {
    let mut tries = 6000;
    let mut from = 0;
    'again: while tries > 0 {
        let smaller = program.smaller();
        // Where the last step was found the next one is likely.
        let count = smaller.len();
        let order: Vec<usize> = (from.min(count)..count).chain(0..from.min(count)).collect();
        for batch in order.chunks(32) {
            let programs: Vec<Program> = batch.iter().map(|i| smaller[*i].clone()).collect();
            let answers = judge.ask(&programs);
            for ((at, small), answer) in batch.iter().zip(programs).zip(&answers) {
                tries -= 1;
                if differs(&small, answer, judge) {
                    program = small;
                    from = *at;
                    continue 'again;
                }
            }
            if tries <= 0 {
                break;
            }
        }
        break;
    }
    program
}

/// A failing program whole: its source, what it is fed with, what CPython says and what is said here.
pub fn report(program: &Program, judge: &mut Judge) -> String {
    let answer = judge.ask(std::slice::from_ref(program)).remove(0);
    let why = match outcome(program, &answer, judge) {
        Outcome::Differs(why) => why,
        other => format!("{other:?}"),
    };
    let expected = match answer {
        Answer::Lines(lines) => lines,
        Answer::None(why) => vec![json!({"none": why})],
    };
    let case = program.case(expected.clone());
    let got = catch_unwind(AssertUnwindSafe(|| match lowered(&case) {
        Ok(Lowered::Script(script)) => evaluate(&case, &script),
        _ => Vec::new(),
    }));
    let text = |lines: &[Value]| lines.iter().map(|line| format!("    {line}\n")).collect::<String>();
    let feed = match &case.feed {
        Feed::Messages(list) => list.iter().map(|m| format!("    {m}\n")).collect(),
        Feed::Audio { .. } => format!("    {}\n", program.about["audio"]),
    };
    format!(
        "seed {}: {why}\n{}parameters {}\nfed with\n{feed}CPython\n{}here\n{}",
        program.seed,
        program.source(),
        program.about["params"],
        text(&expected),
        text(&got.unwrap_or_default())
    )
}
