//! Runs a node over messages and shows values as Python writes them.

pub use remotemedia_runtime_min::py::interpreter::Setup;
use remotemedia_runtime_min::py::{Exception, Program, Result, Value};

/// A node, or why there is none.
pub type Started = Result<Box<dyn Program>>;
/// What makes a node.
pub type Start = fn(Setup<'_>) -> Started;

/// A node `Probe` of some source.
pub fn probe(start: Start, source: &str) -> Box<dyn Program> {
    started(start, Setup::new("probe", source, "probe.py", "Probe"))
}

/// A node that must start.
pub fn started(start: Start, setup: Setup<'_>) -> Box<dyn Program> {
    start(setup).unwrap_or_else(|error| panic!("{error}"))
}

/// Why a node does not start.
pub fn refused(start: Start, setup: Setup<'_>) -> Exception {
    start(setup).err().expect("it starts")
}

/// What a message gives before `process` ends or fails.
pub fn outputs(node: &mut dyn Program, message: impl Into<Value>) -> (Vec<Value>, Result<()>) {
    let mut outputs = Vec::new();
    let result = node.process(message.into(), &mut |value| {
        outputs.push(value);
        Ok(())
    });
    (outputs, result)
}

/// What a message gives, separated by spaces.
pub fn process(node: &mut dyn Program, message: impl Into<Value>) -> String {
    let (outputs, result) = outputs(node, message);
    result.unwrap_or_else(|error| panic!("{error}"));
    outputs.iter().map(show).collect::<Vec<_>>().join(" ")
}

/// What comes at the end.
pub fn finish(node: &mut dyn Program) -> String {
    let mut outputs = Vec::new();
    let result = node.finish(&mut |value| {
        outputs.push(show(&value));
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    outputs.join(" ")
}

/// The error that a message gives.
pub fn failure(node: &mut dyn Program, message: impl Into<Value>) -> Exception {
    node.process(message.into(), &mut |_| Ok(())).expect_err("it fails")
}

/// A value without spaces.
pub fn show(value: &Value) -> String {
    let several = |items: Vec<Value>| items.iter().map(show).collect::<Vec<_>>().join(",");
    match value {
        Value::None => "None".into(),
        Value::Bool(b) => if *b { "True" } else { "False" }.into(),
        Value::Int(i) => i.to_string(),
        Value::Float(x) => format!("{x:?}"),
        Value::Scalar(x) => format!("{x:?}").replace(' ', ""),
        Value::Str(text) => format!("'{text}'"),
        Value::List(items) => format!("[{}]", several(items.snapshot())),
        Value::Tuple(items) => format!("({})", several(items.to_vec())),
        Value::Set(set) => format!("set({})", several(set.snapshot())),
        Value::Deque(deque) => format!("deque({};{:?})", several(deque.snapshot()), deque.limit),
        Value::Range(range) => format!("range({},{},{})", range.start, range.stop, range.step),
        Value::Dict(dict) => {
            let pairs: Vec<String> = dict.items().iter().map(|(k, v)| format!("{}:{}", show(k), show(v))).collect();
            format!("{{{}}}", pairs.join(","))
        }
        Value::Record(record) => {
            let fields = record.class.fields.iter().zip(record.snapshot());
            let fields: Vec<String> = fields.map(|(name, value)| format!("{name}={}", show(&value))).collect();
            format!("{}({})", record.class.name, fields.join(","))
        }
        Value::Array(array) => format!("{:?}{:?}", array.dtype(), array.shape()).replace(' ', ""),
        Value::Slice(_) | Value::Ellipsis | Value::Type(_) => format!("{value:?}"),
    }
}
