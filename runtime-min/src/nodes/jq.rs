//! jq programs over JSON messages.
//!
//! The program runs once for each message, which is its input `.`. As a map (`select` false) each output of the program is
//! a message, so there may be none or many. As a filter (`select` true) the message passes unchanged if any output is
//! neither `null` nor `false`; the program runs no further than to the first such.
//!
//! The language is that of the jaq crates, with their standard library, except for what would make the output depend on
//! more than the input: `now`, `localtime`, `strflocaltime`, `env`, `$ENV`, `input`, `inputs`, `halt`, modules, and `%Q` in
//! `strptime`. `debug` and `stderr` are silent. `fromjson` reads what [`parse`](crate::message::parse) reads. Whole numbers
//! and floats are told apart, whole numbers have any size while the program runs and become floats beyond 64 bits when
//! they leave it. `%` binds more tightly than `*` and `/`, unlike in jq.
//!
//! Failures: `jq_error` (the program raised an error), `not_json` (an output that JSON cannot hold: bytes, a key that is no
//! string, nesting deeper than 127), `too_many` (over a million outputs for one message), `bad_program` (see [`check`]).
//! What was sent before stands. A program that recurses or loops without end is not stopped here.
//!
//! Bits are the same on every target but for one thing: where usize has 32 bits, slice bounds beyond 2^31 are an error.

use crate::message::{Message, Value};
use crate::node::{Failure, Node, Out};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::native::{Fun, bome, run, v};
use jaq_core::{Compiler, Ctx, Vars, compile};
use jaq_json::{Error, Map, Num, Val, ValR};

options! {
    /// Options of [`Jq`].
    pub struct JqOptions {
        /// The program.
        pub program: String,
        /// The program only says which messages pass.
        pub select: bool,
    }
}

/// Runs a jq program on each message.
pub struct Jq {
    program: Result<Program, String>,
    select: bool,
}

type Data = jaq_core::data::JustLut<Val>;
type Program = jaq_core::Filter<Data>;

/// Outputs for one message at most.
const MOST_OUTPUTS: usize = 1_000_000;

/// Nesting of an output at most, as in reading JSON.
const DEEPEST: usize = 127;

/// What the standard library has and we do not: native filters, and the last defined with one of them.
const UNAVAILABLE: [&str; 8] = ["now", "env", "localtime", "strflocaltime", "input", "inputs", "halt", "halt_error"];

/// Native filters that are defined anew below, in Rust, because theirs differ between targets or read more than JSON.
const REPLACED: [&str; 5] = ["fromjson", "length", "floor", "ceil", "round"];

/// Native filters that [`DEFINITIONS`] guards, under the names that those give them.
const GUARDED: [(&str, &str); 3] =
    [("strptime", "strptime_utc"), ("strftime", "strftime_utc"), ("gmtime", "gmtime_utc")];

/// Guards for filters that would look up time zones of the system or overflow, and what jq has beyond the jaq crates.
const DEFINITIONS: &str = r#"
def strptime($format):
    if $format | contains("Q") then error("strptime: time zones by name are not available") else strptime_utc($format) end;
def near: if isnumber and (. < -377705116800 or . > 253402207200) then error("\(.) s is beyond the year 9999") end;
def strftime($format): near | strftime_utc($format);
def gmtime: near | gmtime_utc;
def toarray: if isarray then . else [.] end;
def trimstr($s): ltrimstr($s) | rtrimstr($s);
def leaf_paths: paths(scalars);
def IN(s): any(s == .; .);
def IN(src; s): any(src == s; .);
def INDEX(stream; f): reduce stream as $x ({}; .[$x | f | tostring] = $x);
def INDEX(f): INDEX(.[]; f);
def @csv: [.[] | if isstring then "\"" + gsub("\""; "\"\"") + "\"" elif . == null then "" elif . < [] then tostring
    else error("@csv: \(type) in a row") end] | join(",");
def @tsv: [.[] | if isstring then gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r")
    elif . == null then "" elif . < [] then tostring else error("@tsv: \(type) in a row") end] | join("\t");
"#;

impl Jq {
    /// Compiles the program; where [`check`] finds it wrong, every message fails.
    pub fn new(options: JqOptions) -> Jq {
        Jq { program: compile(&options.program), select: options.select }
    }
}

impl Node for Jq {
    fn message(&mut self, _port: usize, message: &Message, out: &mut Out<'_>) -> Result<(), Failure> {
        let time = message.time;
        let program = self.program.as_ref().map_err(|e| Failure::new("bad_program", e.clone(), time))?;
        let ctx = Ctx::<Data>::new(&program.lut, Vars::new([]));
        for (count, output) in program.id.run((ctx, enter(&message.value))).enumerate() {
            let output = output.map_err(|exception| {
                let error = exception.get_err().map_or_else(|_| String::from("the program stopped"), describe_error);
                Failure::new("jq_error", error, time)
            })?;
            if self.select {
                if !matches!(output, Val::Null | Val::Bool(false)) {
                    out.send(message.clone());
                    return Ok(());
                }
            } else if count == MOST_OUTPUTS {
                return Err(Failure::new("too_many", format!("more than {MOST_OUTPUTS} outputs"), time));
            } else {
                let value = leave(&output, 0).map_err(|e| Failure::new("not_json", e, time))?;
                out.send(Message { time, value });
            }
        }
        Ok(())
    }
}

/// Whether a program compiles; the error says where it does not and why.
pub fn check(program: &str) -> Result<(), String> {
    compile(program).map(drop)
}

fn compile(code: &str) -> Result<Program, String> {
    too_deep(code)?;
    let arena = Arena::default();
    let defs = [jaq_core::defs().collect(), jaq_std::defs().collect(), jaq_json::defs().collect::<Vec<_>>()];
    let defs = defs.into_iter().flatten().filter(|def| !UNAVAILABLE.contains(&def.name));
    let own = load::parse(DEFINITIONS, |p| p.defs()).unwrap_or_default();
    let modules = Loader::new(defs.chain(own)).load(&arena, File { code, path: () }).map_err(|errors| {
        let problems = errors.into_iter().flat_map(|(file, error)| match error {
            load::Error::Io(problems) => locate(file.code, problems, |_, e| e),
            load::Error::Lex(problems) => {
                let problems = problems.into_iter().map(|(expected, at)| (at, expected.as_str()));
                locate(file.code, problems, |at, expected| format!("expected {expected}, found {}", found(at)))
            }
            load::Error::Parse(problems) => {
                let problems = problems.into_iter().map(|(expected, at)| (at, expected.as_str()));
                locate(file.code, problems, |at, expected| format!("expected {expected}, found {}", found(at)))
            }
        });
        problems.collect::<Vec<_>>().join("; ")
    })?;
    Compiler::default().with_funs(natives()).compile(modules).map_err(|errors| {
        let problems = errors.into_iter().flat_map(|(file, problems)| locate(file.code, problems, undefined));
        problems.collect::<Vec<_>>().join("; ")
    })
}

/// The native filters that programs may use.
fn natives() -> impl Iterator<Item = Fun<Data>> {
    let standard = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let standard = standard.filter(|(name, ..)| !UNAVAILABLE.contains(name) && !REPLACED.contains(name));
    let standard = standard.map(|(name, args, native)| {
        let guarded = GUARDED.iter().find(|(old, _)| *old == name);
        (guarded.map_or(name, |(_, new)| new), args, native)
    });
    let own = [
        run(("fromjson", v(0), |cv| bome(from_json(&cv.1)))),
        run(("length", v(0), |cv| bome(length(&cv.1)))),
        run(("floor", v(0), |cv| bome(rounded(cv.1, f64::floor)))),
        run(("ceil", v(0), |cv| bome(rounded(cv.1, f64::ceil)))),
        run(("round", v(0), |cv| bome(rounded(cv.1, f64::round)))),
    ];
    standard.chain(own)
}

fn from_json(value: &Val) -> ValR {
    let bytes = value.try_as_utf8_bytes_owned()?;
    let text = core::str::from_utf8(&bytes).map_err(Error::str)?;
    let value = crate::message::parse(text).map_err(|e| Error::str(format!("cannot read {value} as JSON: {e}")))?;
    Ok(enter(&value))
}

fn length(value: &Val) -> ValR {
    Ok(match value {
        Val::Null => Val::from(0_usize),
        Val::Num(number) if *number < Num::Int(0) => Val::Num(-number.clone()),
        Val::Num(Num::Float(x)) => Val::from(x.abs()),
        Val::Num(number) => Val::Num(number.clone()),
        Val::TStr(bytes) => Val::from(String::from_utf8_lossy(bytes).chars().count()),
        Val::BStr(bytes) => Val::from(bytes.len()),
        Val::Arr(items) => Val::from(items.len()),
        Val::Obj(members) => Val::from(members.len()),
        Val::Bool(_) => return Err(Error::str(format!("{value} has no length"))),
    })
}

/// A number without its fraction: a whole one, of any size.
fn rounded(value: Val, how: fn(f64) -> f64) -> ValR {
    let x = match &value {
        Val::Num(Num::Int(_) | Num::BigInt(_)) => return Ok(value),
        Val::Num(Num::Float(x)) => how(*x),
        Val::Num(Num::Dec(digits)) => how(digits.parse().unwrap_or(f64::NAN)),
        other => return Err(Error::typ(other.clone(), "number")),
    };
    let whole = if x.is_finite() { Num::from_str_radix(&format!("{x:.0}"), 10) } else { None };
    Ok(Val::Num(whole.unwrap_or(Num::Float(x))))
}

/// A program is compiled and run by recursion: one that could exhaust its stack is refused.
///
/// How deep its tree is, is estimated from above: brackets that are open, and operators and keywords since they were opened.
fn too_deep(code: &str) -> Result<(), String> {
    const DEEPEST_PROGRAM: usize = 300;
    const OPERATORS: &str = "|,+-*/%<>=?!:";
    const KEYWORDS: [&str; 12] =
        ["if", "elif", "then", "else", "try", "as", "reduce", "foreach", "label", "and", "or", "catch"];
    // What is open, with its operators so far: a bracket, a string (`"`), a definition (`d`), the program itself.
    let mut open = Vec::from([(' ', 0_usize)]);
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let (kind, count) = open.last().copied().unwrap_or((' ', 0));
        let mut pop = 0;
        match c {
            '\\' if kind == '"' => {
                if rest.starts_with('(') {
                    open.push(('(', 0));
                }
                rest = rest.chars().next().map_or("", |escaped| &rest[escaped.len_utf8()..]);
            }
            '"' if kind == '"' => pop = 1,
            _ if kind == '"' => {}
            '"' | '(' | '[' | '{' => open.push((c, 0)),
            ')' | ']' | '}' => pop = 1 + open.iter().rev().take_while(|(kind, _)| *kind == 'd').count(),
            ';' if kind == 'd' => pop = 1,
            '#' => rest = rest.find('\n').map_or("", |end| &rest[end..]),
            _ if c.is_alphabetic() || c == '_' || c == '$' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                let word = &code[code.len() - rest.len() - c.len_utf8()..][..end + c.len_utf8()];
                rest = &rest[end..];
                match word {
                    "def" => open.push(('d', 0)),
                    word if KEYWORDS.contains(&word) => open.last_mut().into_iter().for_each(|(_, count)| *count += 1),
                    _ => {}
                }
            }
            // Arguments stand beside one another, as the entries of an object do.
            ';' => open.last_mut().into_iter().for_each(|(_, count)| *count = 0),
            ',' if kind == '{' => open.last_mut().into_iter().for_each(|(_, count)| *count = 0),
            _ if OPERATORS.contains(c) => open.last_mut().into_iter().for_each(|(_, of)| *of = count + 1),
            _ => {}
        }
        open.truncate(open.len().saturating_sub(pop).max(1));
        if open.len() + open.iter().map(|(_, count)| count).sum::<usize>() > DEEPEST_PROGRAM {
            return Err(format!("the program nests deeper than {DEEPEST_PROGRAM}"));
        }
    }
    Ok(())
}

/// Says where each problem is: line and column, in characters, from 1.
fn locate<'c, P>(
    code: &'c str,
    problems: impl IntoIterator<Item = (&'c str, P)>,
    say: impl Fn(&str, P) -> String,
) -> Vec<String> {
    let line_and_column = |at: &str| {
        let before = &code[..load::span(code, at).start.min(code.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("line {line}, column {column}")
    };
    problems.into_iter().map(|(at, problem)| format!("{}: {}", line_and_column(at), say(at, problem))).collect()
}

fn found(at: &str) -> String {
    let token: String = at.chars().take_while(|c| *c != '\n').take(20).collect();
    if token.is_empty() { String::from("the end") } else { format!("`{token}`") }
}

fn undefined(name: &str, what: compile::Undefined) -> String {
    let kind = what.as_str();
    let shown = match what {
        compile::Undefined::Filter(arity) => format!("{name}/{arity}"),
        _ => String::from(name),
    };
    if UNAVAILABLE.contains(&name) || name == "$ENV" {
        format!("`{shown}` is not available, since output must follow from the message alone")
    } else {
        format!("there is no {kind} `{shown}`")
    }
}

/// The text of an error that is a string, the JSON of another, neither at great length.
fn describe_error(error: Error) -> String {
    const LONGEST: usize = 300;
    let text = match error.into_val() {
        Val::TStr(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        other => other.to_string(),
    };
    text.char_indices().nth(LONGEST).map_or_else(|| text.clone(), |(end, _)| format!("{}…", &text[..end]))
}

/// A value as the program sees it.
fn enter(value: &Value) -> Val {
    match value {
        Value::Null => Val::Null,
        Value::Bool(b) => Val::Bool(*b),
        Value::Int(i) => Val::Num(Num::from_integral(*i)),
        Value::Float(x) => Val::Num(Num::Float(*x)),
        Value::Text(text) => Val::from(text.clone()),
        Value::List(items) => items.iter().map(enter).collect(),
        Value::Object(members) => {
            Val::obj(members.iter().map(|(key, value)| (Val::from(key.clone()), enter(value))).collect::<Map>())
        }
    }
}

/// A value as the program left it; the error says why JSON cannot hold it.
fn leave(value: &Val, depth: usize) -> Result<Value, String> {
    let text = |bytes: &[u8]| {
        let text =
            core::str::from_utf8(bytes).map_err(|_| String::from("an output holds a string that is not UTF-8"))?;
        Ok::<_, String>(String::from(text))
    };
    if depth > DEEPEST {
        return Err(format!("an output nests deeper than {DEEPEST}"));
    }
    Ok(match value {
        Val::Null => Value::Null,
        Val::Bool(b) => Value::Bool(*b),
        Val::Num(Num::Int(i)) => Value::Int(*i as i64),
        Val::Num(Num::Float(x)) => Value::Float(*x),
        Val::Num(big @ (Num::BigInt(_) | Num::Dec(_))) => {
            let digits = big.to_string();
            digits
                .parse()
                .map(Value::Int)
                .or_else(|_| digits.parse().map(Value::Float))
                .map_err(|_| format!("an output holds the number {digits}"))?
        }
        Val::TStr(bytes) => Value::Text(text(bytes)?),
        Val::BStr(_) => return Err(String::from("an output holds bytes")),
        Val::Arr(items) => Value::List(items.iter().map(|item| leave(item, depth + 1)).collect::<Result<_, _>>()?),
        Val::Obj(members) => {
            let member = |(key, value): (&Val, &Val)| match key {
                Val::TStr(key) => Ok((text(key)?, leave(value, depth + 1)?)),
                _ => Err(format!("an output has the key {key}, which is no string")),
            };
            Value::Object(members.iter().map(member).collect::<Result<_, _>>()?)
        }
    })
}
