//! Values on their way into Python and out of it.

use crate::support::{Start, failure, probe, process};
use remotemedia_runtime_min::py::Value;
use remotemedia_runtime_min::py::containers::{Deque, Dict, Set};
use remotemedia_runtime_min::py::value::Range;

const ECHO: &str = "
class Probe:
    def process(self, data):
        return data
";

const TYPES: &str = "
class Probe:
    def process(self, data):
        return [type(data).__name__, data]
";

fn of(code: &str) -> String {
    format!("from dataclasses import dataclass, field\nimport collections, enum\n{code}")
}

pub fn plain_values_go_in_and_come_out(start: Start) {
    let mut node = probe(start, TYPES);
    for (value, shown) in [
        (Value::None, "['NoneType',None]"),
        (true.into(), "['bool',True]"),
        (i64::MAX.into(), "['int',9223372036854775807]"),
        (i64::MIN.into(), "['int',-9223372036854775808]"),
        (0.1.into(), "['float',0.1]"),
        (f64::NAN.into(), "['float',NaN]"),
        (Value::from("grüße"), "['str','grüße']"),
    ] {
        assert_eq!(process(&mut *node, value), shown);
    }
    let mut node = probe(start, ECHO);
    assert_eq!(process(&mut *node, -0.0), "-0.0");
    assert_eq!(process(&mut *node, Value::None), "");
}

pub fn containers_keep_their_types(start: Start) {
    let mut node = probe(start, TYPES);
    let list = Value::list(vec![1.into(), Value::tuple([2.5.into(), Value::None])]);
    let dict = Dict::from_pairs([("b".into(), list), (3.into(), Value::list(vec![]))]).unwrap();
    assert_eq!(process(&mut *node, Value::Dict(dict)), "['dict',{'b':[1,(2.5,None)],3:[]}]");
    let set = Set::from_items([1.into(), 1.into()]).unwrap();
    assert_eq!(process(&mut *node, Value::Set(set)), "['set',set(1)]");
    let deque = Deque::new(vec![1.into(), 2.into()], Some(2));
    assert_eq!(process(&mut *node, Value::Deque(deque)), "['deque',deque(1,2;Some(2))]");
    let range = Range::new(1, 9, 3);
    assert_eq!(process(&mut *node, Value::Range(range)), "['range',range(1,9,3)]");
}

pub fn dataclasses_come_out_as_records(start: Start) {
    let source = of("
@dataclass
class Level:
    peak: float
    tags: list = field(default_factory=list)

class Probe:
    def process(self, data):
        return Level(data)
");
    assert_eq!(process(&mut *probe(start, &source), 0.5), "Level(peak=0.5,tags=[])");
}

pub fn subclasses_count_as_what_they_are(start: Start) {
    let source = of("
class Colour(enum.IntEnum):
    RED = 1

class Name(str):
    pass

Pair = collections.namedtuple('Pair', 'a b')

class Probe:
    def process(self, data):
        counts = collections.defaultdict(int)
        counts['x'] += 1
        return [Colour.RED, Name('n'), Pair(1, 2), counts, frozenset([5])]
");
    assert_eq!(process(&mut *probe(start, &source), 0), "[1,'n',(1,2),{'x':1},set(5)]");
}

pub fn large_whole_numbers_are_refused(start: Start) {
    let mut node = probe(start, "class Probe:\n    def process(self, data):\n        return [data ** 7]\n");
    let error = failure(&mut *node, 1000);
    assert_eq!((error.kind(), error.message()), ("OverflowError", "a whole number is beyond 64 bits"));
    assert_eq!(process(&mut *node, 10), "[10000000]");
}

pub fn what_has_no_meaning_elsewhere_is_refused(start: Start) {
    let mut node =
        probe(start, "class Probe:\n    def process(self, data):\n        return [self] if data else self\n");
    for data in [0, 1] {
        let message = "TypeError: an object of type 'Probe' cannot be sent to another node";
        assert_eq!(failure(&mut *node, data).to_string(), message);
    }
    // It goes on afterwards.
    assert_eq!(process(&mut *probe(start, ECHO), 1), "1");
    let class = Value::Type(remotemedia_runtime_min::py::value::Class::Int);
    assert_eq!(failure(&mut *probe(start, ECHO), class).kind(), "TypeError");
}

pub fn what_holds_itself_is_refused(start: Start) {
    let source =
        "class Probe:\n    def process(self, data):\n        a = [data]\n        a.append(a)\n        return a\n";
    assert_eq!(failure(&mut *probe(start, source), 1).kind(), "RecursionError");
    let list = Value::list(vec![]);
    if let Value::List(items) = &list {
        items.0.borrow_mut().push(list.clone());
    }
    assert_eq!(failure(&mut *probe(start, ECHO), list).kind(), "RecursionError");
}
