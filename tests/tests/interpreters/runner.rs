//! Runs cases of the corpus in an interpreter: the program that the test `interpreters` compiles for each of them.
//!
//! A case is a line of JSON on standard input; what the class sends is as many lines on standard output, then one that says `end`.

mod host;

use remotemedia_runtime_min::message::{Message, Value, parse};
use remotemedia_runtime_min::node::{Node, Out};
use remotemedia_runtime_min::py::interpreter::Setup;
use remotemedia_runtime_min::py::node::{Adapter, Form, Gives, PyNode, Takes};
use remotemedia_runtime_min::py::{convert, hosted::Hosted};
use remotemedia_runtime_min::stream::{Frames, Messages};
use std::io::BufRead;

fn main() {
    for line in std::io::stdin().lock().lines() {
        let case = line.map_err(|e| e.to_string()).and_then(|line| parse(&line)).unwrap_or_else(|e| panic!("{e}"));
        run(&case);
        println!("{{\"end\":true}}");
    }
}

fn text(case: &Value, key: &str) -> &'static str {
    let text = case.get(key).and_then(Value::text).unwrap_or_default();
    Box::leak(text.to_owned().into_boxed_str())
}

fn number(case: &Value, key: &str) -> Option<f64> {
    case.get(key).and_then(Value::number)
}

fn list<'a>(case: &'a Value, key: &str) -> &'a [Value] {
    match case.get(key) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

fn run(case: &Value) {
    let count = |key: &str| number(case, key).unwrap_or(0.0) as usize;
    let (channels, rate, width) = (count("channels"), count("rate") as u32, count("width"));
    let takes = match text(case, "takes") {
        "samples" => Takes::Samples { channels },
        "chunks" => Takes::Chunks { channels, rate, frames: count("frames") },
        _ => Takes::Messages,
    };
    let form = match text(case, "messages") {
        "json" => Some(Form::Json),
        "text" => Some(Form::Text),
        _ => None,
    };
    let gives = Gives { audio: (width > 0).then_some((width, rate)), messages: form };
    let params = case.get("params").map(convert::from_message);
    let make = || {
        let setup = Setup {
            params: params.clone().unwrap_or(remotemedia_runtime_min::py::Value::None),
            log: |_, _, _| {},
            ..Setup::new("node", text(case, "source"), text(case, "file"), text(case, "class"))
        };
        Hosted::new(setup, host::start)
    };
    let mut node = PyNode::new(Adapter::new(takes, gives), make);
    let mut frames: Frames<f32> = Frames::new(width.max(1), 1 << 20, 1);
    let mut messages = Messages::new(1);
    let mut out = Out { frames: Some(&mut frames), messages: Some(&mut messages) };
    let result = feed(&mut node, case, channels, &mut out);
    for message in messages.unread(0) {
        println!("{{\"value\":{}}}", message.value);
    }
    if width > 0 {
        let samples: Vec<String> = frames.unread(0).iter().map(|x| Value::Float(f64::from(*x)).to_string()).collect();
        println!("{{\"audio\":[{}]}}", samples.join(","));
    }
    if let Err(failure) = result {
        println!("{{\"error\":{}}}", Value::Text(failure.message));
    }
}

fn feed(
    node: &mut dyn Node,
    case: &Value,
    channels: usize,
    out: &mut Out<'_>,
) -> Result<(), remotemedia_runtime_min::node::Failure> {
    for (time, value) in list(case, "feed").iter().enumerate() {
        node.message(0, &Message { time: time as u64, value: value.clone() }, out)?;
    }
    let samples: Vec<f32> = list(case, "audio").iter().filter_map(Value::number).map(|x| x as f32).collect();
    // In odd portions: how the input is cut must not matter.
    for part in samples.chunks(channels.max(1) * 333) {
        node.frames(0, part, out)?;
    }
    node.flush(out)
}
