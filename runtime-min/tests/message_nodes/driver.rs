//! Runs a message node by its name, over streams of messages that arrive in one go or in any order.

use remotemedia_runtime_min::message::{Message, Value, parse};
use remotemedia_runtime_min::node::{Failure, Input, Node, Out, Slot};
use remotemedia_runtime_min::nodes::registry::{Arg, build};
use remotemedia_runtime_min::stream::Messages;

/// What a node gave, and whether it failed.
pub type Outcome = (Vec<Message>, Option<Failure>);

/// A node by its path, with options as in JSON (a float has a point).
pub fn node(path: &str, options: &Value) -> Box<dyn Node> {
    let Value::Object(members) = options else { panic!("options are an object") };
    let args: Vec<(&str, Arg)> = members.iter().map(|(name, value)| (name.as_str(), arg(value))).collect();
    build(path, &args).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn arg(value: &Value) -> Arg {
    match value {
        Value::Bool(b) => Arg::Bool(*b),
        Value::Int(i) => Arg::Int(*i),
        Value::Float(x) => Arg::Float(*x),
        Value::Text(text) => Arg::Text(text.clone()),
        Value::List(items) => {
            Arg::Texts(items.iter().map(|item| String::from(item.text().expect("a list of texts"))).collect())
        }
        Value::Null | Value::Object(_) => panic!("{value} is no option"),
    }
}

/// JSON as the data files have it.
pub fn json(text: &str) -> Value {
    parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// Messages from `[[time, value], …]`.
pub fn stream(pairs: &Value) -> Vec<Message> {
    let Value::List(pairs) = pairs else { panic!("a list of messages, not {pairs}") };
    let message = |pair: &Value| match pair {
        Value::List(pair) => match &pair[..] {
            [Value::Int(time), value] => Message { time: *time as u64, value: value.clone() },
            _ => panic!("a time and a value, not {pair:?}"),
        },
        _ => panic!("a pair, not {pair}"),
    };
    pairs.iter().map(message).collect()
}

/// All ports get all of their messages and end, at once.
pub fn at_once(node: &mut dyn Node, ports: &[Vec<Message>]) -> Outcome {
    let mut run = Run::new(ports.len());
    for (port, messages) in ports.iter().enumerate() {
        messages.iter().for_each(|message| run.inputs[port].push(message.clone()));
        run.inputs[port].close();
    }
    run.step(node);
    run.outcome()
}

/// Messages, watermarks and ends come in a random order and are fed in random portions.
pub fn scattered(node: &mut dyn Node, ports: &[Vec<Message>], random: &mut Random) -> Outcome {
    let mut run = Run::new(ports.len());
    let mut next = vec![0; ports.len()];
    while run.failure.is_none() && !run.inputs.iter().all(Messages::closed) {
        for _ in 0..=random.below(4) {
            let port = random.below(ports.len());
            match (ports[port].get(next[port]), random.below(4)) {
                (Some(message), 0) => {
                    // A promise that the next message keeps.
                    let from = run.inputs[port].watermark().min(message.time);
                    run.inputs[port].advance(from + random.below((message.time - from) as usize + 1) as u64);
                }
                (Some(message), _) => {
                    run.inputs[port].push(message.clone());
                    next[port] += 1;
                }
                (None, 0) => run.inputs[port].advance(random.below(1 << 40) as u64),
                (None, 1) => run.inputs[port].close(),
                (None, _) => {}
            }
        }
        run.step(node);
    }
    run.outcome()
}

struct Run {
    slot: Slot,
    inputs: Vec<Messages>,
    output: Messages,
    got: Vec<Message>,
    failure: Option<Failure>,
}

impl Run {
    fn new(ports: usize) -> Run {
        let inputs = (0..ports).map(|_| Messages::new(1)).collect();
        Run { slot: Slot::default(), inputs, output: Messages::new(1), got: Vec::new(), failure: None }
    }

    /// Feeds what has arrived, as generated code does.
    fn step(&mut self, node: &mut dyn Node) {
        let before = self.output.watermark();
        let inputs: Vec<Input<'_>> = self.inputs.iter().map(|input| Input::messages(input, 0)).collect();
        let mut out = Out { frames: None, messages: Some(&mut self.output) };
        self.failure = self.slot.run("n", node, &inputs, &mut out).err();
        self.inputs.iter_mut().for_each(|input| input.consume_all(0));
        let new = self.output.unread(0);
        assert!(new.iter().all(|message| message.time >= before), "a message before the watermark {before}: {new:?}");
        self.got.extend_from_slice(new);
        self.output.consume_all(0);
    }

    fn outcome(self) -> Outcome {
        assert!(self.failure.is_some() || self.output.closed(), "the output stays open");
        (self.got, self.failure)
    }
}

/// A linear congruential generator (Knuth's MMIX constants): the same numbers every time.
pub struct Random(pub u64);

impl Random {
    /// A number from 0, less than `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((u128::from(self.0 >> 11) * limit as u128) >> 53) as usize
    }
}
