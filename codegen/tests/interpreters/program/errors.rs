//! What goes wrong is told as Python tells it, with the lines of the node.

use crate::support::{Setup, Start, failure, probe, process, refused, started};
use remotemedia_runtime_min::py::containers::Dict;
use remotemedia_runtime_min::py::{Exception, Value};
use std::cell::RefCell;

fn lines(error: &Exception) -> Vec<(&str, u32)> {
    error.trace().iter().map(|(function, line)| (&**function, *line)).collect()
}

pub fn lines_of_the_node_come_innermost_first(start: Start) {
    let mut node = probe(
        start,
        "
import json

class TooLoud(ValueError):
    pass

def check(data):
    if data > 1:
        raise TooLoud(f'{data} is too loud')
    return json.loads('x')

class Probe:
    def process(self, data):
        return check(data)
",
    );
    let error = failure(&mut *node, 2);
    assert_eq!((error.kind(), error.message()), ("TooLoud", "2 is too loud"));
    assert_eq!(lines(&error), [("check", 9), ("process", 14)]);
    assert_eq!(error.to_string(), "TooLoud: 2 is too loud (line 14, in process; line 9, in check)");
    // Lines of other files are left out.
    let error = failure(&mut *node, 0);
    assert_eq!(
        (error.kind(), lines(&error).as_slice()),
        ("JSONDecodeError", [("check", 10), ("process", 14)].as_slice())
    );
    let mut node = probe(start, "class Probe:\n    def process(self, data):\n        return {}[data]\n");
    assert_eq!(failure(&mut *node, "a").to_string(), "KeyError: 'a' (line 3, in process)");
}

pub fn errors_of_coroutines_have_their_lines(start: Start) {
    let source = "
import asyncio
class Probe:
    async def process(self, data):
        WAIT
        yield 1 // data
";
    for wait in ["await asyncio.sleep(0)", "pass"] {
        let error = failure(&mut *probe(start, &source.replace("WAIT", wait)), 0);
        assert_eq!((error.kind(), lines(&error).as_slice()), ("ZeroDivisionError", [("process", 6)].as_slice()));
    }
    let source = source
        .replace("process(self, data)", "process(self, stream)")
        .replace("WAIT", "async for data in stream:")
        .replace("        yield", "            yield");
    let mut setup = Setup::new("probe", &source, "probe.py", "Probe");
    setup.streaming = true;
    let mut node = started(start, setup);
    assert_eq!(process(&mut *node, 1), "1");
    let error = failure(&mut *node, 0);
    assert_eq!((error.kind(), lines(&error).as_slice()), ("ZeroDivisionError", [("process", 6)].as_slice()));
}

pub fn text_that_is_no_python_is_named_with_its_line(start: Start) {
    let error = refused(start, Setup::new("probe", "x = 1\nclass Probe\n", "probe.py", "Probe"));
    assert_eq!((error.kind(), lines(&error).as_slice()), ("SyntaxError", [("<module>", 2)].as_slice()));
    let error = refused(start, Setup::new("probe", "import there_is_no_such_module\n", "probe.py", "Probe"));
    assert_eq!(
        error.to_string(),
        "ModuleNotFoundError: No module named 'there_is_no_such_module' (line 1, in <module>)"
    );
}

pub fn constructors_and_classes_that_do_not_fit_are_named(start: Start) {
    let source =
        "class Other:\n    def __init__(self, factor):\n        pass\n    def process(self, data):\n        pass\n";
    let error = refused(start, Setup::new("probe", source, "nodes/probe.py", "Probe"));
    assert_eq!(error.to_string(), "AttributeError: `nodes/probe.py` has no class `Probe`");
    let mut setup = Setup::new("probe", source, "probe.py", "Other");
    setup.params = Value::Dict(Dict::from_pairs([("factor".into(), 1.into()), ("unknown".into(), 1.into())]).unwrap());
    let error = refused(start, setup);
    assert_eq!(error.kind(), "TypeError");
    assert!(error.message().contains("unexpected keyword argument 'unknown'"), "{error}");
    let error = refused(start, Setup::new("probe", "class Probe:\n    pass\n", "probe.py", "Probe"));
    assert_eq!(error.to_string(), "AttributeError: the class `Probe` has no method `process`");
}

pub fn requirements_that_are_not_met_are_all_named(start: Start) {
    let source = "class Probe:\n    def process(self, data):\n        pass\n";
    let mut setup = Setup::new("probe", source, "probe.py", "Probe");
    setup.requirements = &["there-is-none>=1.2", "nor_this[extra]", "left-out; python_version < '3'"];
    let error = refused(start, setup);
    assert_eq!(error.kind(), "ImportError");
    let text = "Python packages are missing: `there-is-none>=1.2` (not installed), `nor_this[extra]` (not installed); Python is ";
    assert!(error.message().starts_with(text), "{error}");
}

thread_local! {
    static LOGGED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

pub fn log_lines_name_their_node(start: Start) {
    let source = "
import logging
from remotemedia import Node

class Probe(Node):
    def process(self, data):
        self.logger.debug('not shown')
        self.logger.info('got %d', data)
        logging.getLogger('library').info('not shown')
        logging.getLogger('library').warning('careful')
        try:
            1 / data
        except ZeroDivisionError:
            self.logger.exception('cannot')
";
    let take = || LOGGED.with(|l| l.take());
    let setup = |name| Setup {
        log: |node, level, text| LOGGED.with(|l| l.borrow_mut().push(format!("{node}: {level}: {text}"))),
        ..Setup::new(name, source, "probe.py", "Probe")
    };
    let (mut first, mut second) = (started(start, setup("first")), started(start, setup("second")));
    process(&mut *first, 3);
    process(&mut *second, 0);
    let lines = take();
    assert_eq!(lines[..2], ["first: info: got 3", "first: warning: careful"]);
    assert_eq!(lines[2..4], ["second: info: got 0", "second: warning: careful"]);
    assert!(lines[4].starts_with("second: error: cannot\nTraceback"), "{}", lines[4]);
    assert!(lines[4].contains("\n    1 / data\n"), "{}", lines[4]);
}
