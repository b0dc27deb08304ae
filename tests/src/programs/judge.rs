//! CPython as a process that answers: `tests/python/judge.py`.

use super::Program;
use crate::corpus;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What CPython says of a program.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The lines of `tests/python/reference.py`.
    Lines(Vec<Value>),
    /// Why it says nothing.
    None(String),
}

/// A CPython that waits for programs.
#[derive(Debug)]
pub struct Judge {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Judge {
    /// The interpreter that `REMOTEMEDIA_PYTHON` names; none where it names none.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start() -> Option<Judge> {
        let python = std::env::var_os("REMOTEMEDIA_PYTHON").filter(|p| !p.is_empty())?;
        let mut child = Command::new(python)
            .arg(corpus::folder().join("judge.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Some(Judge { child, input, output })
    }

    /// What it says of each of them.
    pub fn ask(&mut self, programs: &[Program]) -> Vec<Answer> {
        self.of(programs, false)
    }

    /// What it says of a node with what `tests/python/README.md` states about it.
    pub fn ask_about(&mut self, source: &str, about: &Value) -> Answer {
        self.requests(&[json!({"source": source, "case": about, "narrow": false})]).remove(0)
    }

    /// What it says of one where each whole number beyond 64 bits is an error.
    pub fn ask_narrow(&mut self, program: &Program) -> Answer {
        self.of(std::slice::from_ref(program), true).remove(0)
    }

    fn of(&mut self, programs: &[Program], narrow: bool) -> Vec<Answer> {
        let request = |program: &Program| json!({"source": program.source(), "case": program.about, "narrow": narrow});
        self.requests(&programs.iter().map(request).collect::<Vec<_>>())
    }

    fn requests(&mut self, requests: &[Value]) -> Vec<Answer> {
        let lines: String = requests.iter().map(|request| format!("{request}\n")).collect();
        let (input, output) = (self.input.as_mut().expect("a pipe"), &mut self.output);
        // Written beside the reading, as either pipe may be full.
        std::thread::scope(|scope| {
            scope.spawn(move || input.write_all(lines.as_bytes()).and_then(|()| input.flush()).expect("Python reads"));
            requests.iter().map(|_| answer(output)).collect()
        })
    }
}

fn answer(output: &mut BufReader<ChildStdout>) -> Answer {
    let mut line = String::new();
    output.read_line(&mut line).expect("Python answers");
    let answer: Value = match serde_json::from_str(&line) {
        Ok(answer) => answer,
        // Whole numbers of hundreds of digits.
        Err(e) if e.to_string().contains("number out of range") => return Answer::None(e.to_string()),
        Err(e) => panic!("Python answers `{line}`: {e}"),
    };
    match answer["lines"].as_array() {
        Some(lines) => Answer::Lines(lines.clone()),
        None => Answer::None(answer["none"].as_str().unwrap_or_default().to_owned()),
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.input.take());
        drop(self.child.wait());
    }
}
