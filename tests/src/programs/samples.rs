//! Writes random classes that go through their chunks sample by sample, most of which are kernels.

use super::{Part, Program, Stmt};
use crate::random::Rng;
use serde_json::json;

/// What is kept from sample to sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// A field.
    Field,
    /// A variable that begins as a field, or as an element of a list.
    Variable,
    /// An element of a list or an array with one for each channel.
    Element,
}

/// How the loops stand in one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nest {
    Frames,
    FramesInChannels,
    ChannelsInFrames,
}

const MADE: [&str; 2] = ["out = np.zeros_like(x)", "out = x.copy()"];
const GIVEN: [&str; 3] = ["return out, rate", "return out, rate", "return out * 0.5, rate"];

struct Writer {
    rng: Rng,
    /// Expressions that are read, and places that are set.
    reads: Vec<String>,
    sets: Vec<String>,
    /// Whole numbers that count down.
    counters: Vec<String>,
    made: usize,
}

/// The class of a seed.
pub fn samples(seed: u64) -> Program {
    let mut rng = Rng::new(seed ^ 0x5A4D_504C);
    let nest = *rng.pick(&[Nest::Frames, Nest::FramesInChannels, Nest::FramesInChannels, Nest::ChannelsInFrames]);
    let channels = if nest == Nest::Frames { 1 } else { 1 + rng.below(2) };
    let mut writer = Writer { rng, reads: Vec::new(), sets: Vec::new(), counters: Vec::new(), made: 0 };
    let body = writer.class(nest, channels);
    let rng = &mut writer.rng;
    let about = json!({
        "class": "Loop", "params": {}, "input": "chunk", "subset": true,
        "audio": {
            "rate": 16000, "channels": channels, "frames": 40 + rng.below(100),
            "signal": *rng.pick(&["noise", "noise", "silence_then_noise", "sine"]),
            "seed": seed % 1000, "amplitude": *rng.pick(&[1.0, 0.5, 3.0]), "chunk": 7 + rng.below(40),
        },
    });
    Program { seed, body, about }
}

fn block(head: &str, body: Vec<Stmt>) -> Stmt {
    Stmt { head: vec![Part::Text(head.to_owned())], body }
}

impl Writer {
    fn class(&mut self, nest: Nest, channels: usize) -> Vec<Stmt> {
        let in_channel = nest != Nest::Frames;
        let channel = if in_channel { "c" } else { "0" };
        let (mut start, mut first, mut before, mut after) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for at in 0..1 + self.rng.below(3) {
            let (field, variable) = (format!("self.s{at}"), format!("s{at}"));
            let init = *self.rng.pick(&["0.0", "0.0", "0.0", "0", "1.0", "0.1", "-0.25"]);
            let is_counter = self.rng.once_in(5);
            let init = if is_counter { "0" } else { init };
            // A field is shared by the channels.
            let is_list = if in_channel { !self.rng.once_in(6) } else { self.rng.once_in(3) };
            let place = if is_list { format!("{field}[{channel}]") } else { field.clone() };
            if is_list {
                let size = if self.rng.once_in(2) { "channels".to_owned() } else { channels.to_string() };
                let list = match self.rng.below(6) {
                    0 if !is_counter => format!("np.zeros({size})"),
                    1 => format!("[{init} for _ in range({size})]"),
                    _ => format!("[{init}] * {size}"),
                };
                if size == "channels" {
                    let empty = *self.rng.pick(&["None", "None", "[]"]);
                    let test = match empty {
                        "[]" => format!("len({field}) != channels"),
                        _ => format!("{field} is None"),
                    };
                    start.push(Stmt::line(&format!("{field} = {empty}")));
                    first.push(block(&format!("if {test}:"), vec![Stmt::line(&format!("{field} = {list}"))]));
                } else {
                    start.push(Stmt::line(&format!("{field} = {list}")));
                }
            } else {
                start.push(Stmt::line(&format!("{field} = {init}")));
            }
            let kept = match self.rng.below(3) {
                0 => Kept::Variable,
                _ if is_list => Kept::Element,
                _ => Kept::Field,
            };
            let name = if kept == Kept::Variable {
                before.push(Stmt::line(&format!("{variable} = {place}")));
                after.push(Stmt::line(&format!("{place} = {variable}")));
                variable
            } else {
                place
            };
            self.reads.push(name.clone());
            if is_counter { self.counters.push(name) } else { self.sets.push(name) }
        }
        let (out, by_value) = (format!("out[{channel}, i]"), self.rng.once_in(2));
        let sample = match (nest, by_value) {
            (Nest::ChannelsInFrames, _) | (_, false) => format!("x[{channel}, i]"),
            _ => "v".to_owned(),
        };
        let sample = if self.rng.once_in(3) { sample } else { format!("float({sample})") };
        self.reads.push(sample.clone());
        let is_list = nest == Nest::Frames && self.rng.once_in(4);
        let mut inner = self.statements(2 + self.made % 2, 2);
        let result = self.expr(2);
        if is_list {
            inner.push(Stmt::line(&format!("out.append({result})")));
        } else {
            inner.push(Stmt::line(&format!("{out} = {result}")));
            if self.rng.once_in(4) {
                let factor = self.expr(1);
                inner.push(Stmt::line(&format!("{out} *= {factor}")));
            }
        }
        let frames = match (nest, by_value) {
            (Nest::ChannelsInFrames, _) | (_, false) => "for i in range(frames):".to_owned(),
            _ => format!("for i, v in enumerate(x[{channel}]):"),
        };
        let through = "for c in range(channels):";
        let mut process = vec![Stmt::line("x, rate = data"), Stmt::line("channels, frames = x.shape")];
        process.extend(first);
        let made = *self.rng.pick(&MADE);
        process.push(Stmt::line(if is_list { "out = []" } else { made }));
        match nest {
            Nest::Frames => {
                process.extend(before);
                process.push(block(&frames, inner));
                process.extend(after);
            }
            Nest::FramesInChannels => {
                before.push(block(&frames, inner));
                before.extend(after);
                process.push(block(through, before));
            }
            // What a variable holds meanwhile is kept within a frame.
            Nest::ChannelsInFrames => {
                before.extend(inner);
                before.extend(after);
                process.push(block(&frames, vec![block(through, before)]));
            }
        }
        let given = *self.rng.pick(&GIVEN);
        process.push(Stmt::line(match is_list {
            true => "return np.array(out, dtype=np.float32).reshape(1, -1), rate",
            false => given,
        }));
        vec![
            Stmt::line("import numpy as np"),
            block("class Loop:", vec![block("def __init__(self):", start), block("def process(self, data):", process)]),
        ]
    }

    fn statements(&mut self, count: usize, depth: usize) -> Vec<Stmt> {
        (0..count.max(1)).flat_map(|_| self.statement(depth)).collect()
    }

    fn statement(&mut self, depth: usize) -> Vec<Stmt> {
        let counter = self.counters.first().cloned();
        match (self.rng.below(7), counter) {
            (0, Some(counter)) => {
                let set = vec![Stmt::line(&format!("{counter} = {}", 1 + self.rng.below(9)))];
                let down = vec![Stmt::line(&format!("{counter} -= 1"))];
                vec![block(&format!("if {}:", self.condition(1)), set), block(&format!("elif {counter} > 0:"), down)]
            }
            (0 | 1, _) => {
                self.made += 1;
                let name = format!("t{}", self.made);
                let value = self.expr(depth);
                self.reads.push(name.clone());
                vec![Stmt::line(&format!("{name} = {value}"))]
            }
            (2, _) if depth > 0 => {
                // What one way alone sets is not read behind it.
                let known = self.reads.len();
                let condition = self.condition(2);
                let mut out = vec![block(&format!("if {condition}:"), self.statements(1, depth - 1))];
                self.reads.truncate(known);
                if self.rng.once_in(2) {
                    out.push(block("else:", self.statements(1, depth - 1)));
                    self.reads.truncate(known);
                }
                out
            }
            (kind, _) => {
                let Some(target) = (!self.sets.is_empty()).then(|| self.rng.pick(&self.sets).clone()) else {
                    return vec![Stmt::line("pass")];
                };
                let value = self.expr(depth);
                vec![Stmt::line(&match kind {
                    3 => format!("{target} = 0.5 * {target} + 0.5 * ({value})"),
                    4 => format!("{target} += 0.25 * ({value} - {target})"),
                    _ => format!("{target} = {value}"),
                })]
            }
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        if depth > 1 && self.rng.once_in(4) {
            let (a, b) = (self.condition(1), self.condition(1));
            return format!("{a} {} {b}", self.rng.pick(&["and", "or"]));
        }
        let (a, b) = (self.expr(1), self.expr(0));
        let not = if self.rng.once_in(6) { "not " } else { "" };
        format!("{not}{a} {} {b}", self.rng.pick(&["<", ">", "<=", ">=", "==", "!="]))
    }

    fn expr(&mut self, depth: usize) -> String {
        if depth == 0 || self.rng.once_in(4) {
            return if self.rng.once_in(3) {
                (*self.rng.pick(&["0.5", "0.1", "2", "-1.5", "0.75", "1"])).to_owned()
            } else {
                self.rng.pick(&self.reads).clone()
            };
        }
        let depth = depth - 1;
        let a = self.expr(depth);
        match self.rng.below(11) {
            0..4 => {
                let b = self.expr(depth);
                format!("({a} {} {b})", self.rng.pick(&["+", "-", "*"]))
            }
            4 => format!("{a} * {}", self.rng.pick(&["0.5", "0.9", "-0.25"])),
            5 => format!("abs({a})"),
            6 if self.rng.once_in(12) => format!("({} * ({}))", self.rng.pick(&["1", "0.3"]), self.condition(1)),
            6 => format!("({a} / (abs({}) + 0.5))", self.expr(depth)),
            7 => format!("({a} if {} else {})", self.condition(1), self.expr(depth)),
            8 => format!("max(-1.0, min(1.0, float({a})))"),
            9 if !self.sets.is_empty() => {
                let by = self.rng.pick(&self.sets).clone();
                let (bound, b) = (*self.rng.pick(&["0.25", "0", "-0.5"]), self.expr(depth));
                format!("({a} / {by} if {by} > {bound} else {b})")
            }
            _ => format!("-({a})"),
        }
    }
}
