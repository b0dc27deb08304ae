//! Every kind of `process`, and what surrounds it.

use crate::support::{Setup, Start, failure, finish, outputs, probe, process, show, started};
use remotemedia_runtime_min::py::Exception;

pub fn plain_methods_give_one_output_or_none(start: Start) {
    let mut node = probe(
        start,
        "
class Probe:
    def process(self, data):
        return data * 2 if data > 0 else None
",
    );
    assert_eq!(process(&mut *node, 4), "8");
    assert_eq!(process(&mut *node, -4), "");
    assert_eq!(process(&mut *node, 0.5), "1.0");
    assert_eq!(finish(&mut *node), "");
}

pub fn generators_give_as_many_outputs_as_they_yield(start: Start) {
    let mut node = probe(
        start,
        "
class Probe:
    def process(self, data):
        for i in range(data):
            yield i
            yield None
",
    );
    assert_eq!(process(&mut *node, 3), "0 1 2");
    assert_eq!(process(&mut *node, 0), "");
    let mut node = probe(
        start,
        "
class Probe:
    def process(self, data):
        return map(str, range(data))
",
    );
    assert_eq!(process(&mut *node, 2), "'0' '1'");
}

pub fn coroutines_are_awaited(start: Start) {
    let mut node = probe(
        start,
        "
import asyncio

class Probe:
    async def initialize(self):
        await asyncio.sleep(0)
        self.factor = 3

    async def process(self, data):
        await asyncio.sleep(0.001)
        assert asyncio.current_task() is not None
        return data * self.factor
",
    );
    assert_eq!(process(&mut *node, 4), "12");
    let mut node = probe(
        start,
        "
import asyncio

class Probe:
    async def process(self, data):
        asyncio.get_running_loop()
        return data + 1
",
    );
    assert_eq!(process(&mut *node, 4), "5");
    let mut node = probe(
        start,
        "
class Probe:
    def process(self, data):
        return self.later(data)

    async def later(self, data):
        return [data]
",
    );
    assert_eq!(process(&mut *node, 4), "[4]");
}

pub fn asynchronous_generators_are_iterated(start: Start) {
    let source = "
import asyncio

class Probe:
    async def process(self, data):
        for i in range(data):
            WAIT
            yield i
";
    for wait in ["await asyncio.sleep(0)", "pass"] {
        let mut node = probe(start, &source.replace("WAIT", wait));
        assert_eq!(process(&mut *node, 3), "0 1 2");
        assert_eq!(process(&mut *node, 0), "");
    }
}

/// What a node has yielded before it fails is delivered, and no more is asked for where nobody takes it.
pub fn outputs_come_before_the_method_ends(start: Start) {
    let mut node = probe(
        start,
        "
class Probe:
    def process(self, data):
        yield 1
        raise ValueError('afterwards')
",
    );
    let (delivered, result) = outputs(&mut *node, 0);
    let error = result.expect_err("it fails");
    assert_eq!((show(&delivered[0]).as_str(), error.kind(), error.message()), ("1", "ValueError", "afterwards"));
    let refused = node.process(0.into(), &mut |_| Err(Exception::value_error("full"))).expect_err("it fails");
    assert_eq!(refused.message(), "full");
}

const STREAMING: &str = "
from remotemedia.core.node import Node

class Probe(Node):
    is_streaming = True

    async def process(self, stream):
        total = 0
        yield 'begin'
        async for data in stream:
            total += data
            if data > 0:
                yield total
                yield -total
        yield 'end'
";

pub fn whole_streams_are_fed_message_by_message(start: Start) {
    let mut node = probe(start, STREAMING);
    assert_eq!(process(&mut *node, 1), "'begin' 1 -1");
    assert_eq!(process(&mut *node, 0), "");
    assert_eq!(process(&mut *node, 5), "6 -6");
    assert_eq!(finish(&mut *node), "'end'");
    let source = STREAMING.replace("    is_streaming = True\n", "");
    let mut setup = Setup::new("probe", &source, "probe.py", "Probe");
    setup.streaming = true;
    let mut node = started(start, setup);
    assert_eq!(finish(&mut *node), "'begin' 'end'");
}

pub fn streams_may_wait_for_other_things(start: Start) {
    let mut node = probe(
        start,
        "
import asyncio

class Probe:
    is_streaming = True

    async def process(self, stream):
        queue = asyncio.Queue()

        async def read():
            async for data in stream:
                await queue.put(data)
            await queue.put(None)

        reader = asyncio.create_task(read())
        while (data := await queue.get()) is not None:
            await asyncio.sleep(0)
            yield data
            if data == 9:
                return
        await reader
",
    );
    assert_eq!(process(&mut *node, 1), "1");
    assert_eq!(process(&mut *node, 2), "2");
    assert_eq!(process(&mut *node, 9), "9");
    // It has returned: nobody reads this.
    assert_eq!(process(&mut *node, 3), "");
    assert_eq!(finish(&mut *node), "");
}

pub fn what_is_left_comes_at_the_end(start: Start) {
    for (kind, body) in [("def", "return self.kept"), ("async def", "return self.kept"), ("def", "yield self.kept")] {
        let source = format!(
            "
class Probe:
    def __init__(self, kept):
        self.kept = [kept]

    def process(self, data):
        self.kept.append(data)

    {kind} flush(self):
        {body}

    async def cleanup(self):
        return 'not an output'
"
        );
        let mut setup = Setup::new("probe", &source, "probe.py", "Probe");
        let params = remotemedia_runtime_min::py::containers::Dict::from_pairs([("kept".into(), 7.into())]).unwrap();
        setup.params = remotemedia_runtime_min::py::Value::Dict(params);
        let mut node = started(start, setup);
        assert_eq!(process(&mut *node, 1), "");
        assert_eq!(finish(&mut *node), "[7,1]");
    }
}

pub fn cleanup_runs_after_a_failure(start: Start) {
    let flag = std::env::temp_dir().join(format!("probe-{}", std::process::id()));
    let source = format!(
        "
class Probe:
    def process(self, data):
        raise RuntimeError('no')

    async def cleanup(self):
        open({:?}, 'w').close()
",
        flag.display().to_string()
    );
    let mut node = probe(start, &source);
    assert_eq!(failure(&mut *node, 1).kind(), "RuntimeError");
    drop(node);
    assert!(flag.exists());
    std::fs::remove_file(flag).unwrap();
}

pub fn the_base_class_is_there_without_the_package(start: Start) {
    let mut node = probe(
        start,
        "
from remotemedia import Node
from remotemedia.core.node import Node as Same
from remotemedia.core.exceptions import NodeError

class Probe(Node):
    def __init__(self, factor=2, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    async def initialize(self):
        await super().initialize()
        self.ready = Same is Node

    def process(self, data):
        return [self.name, self.config, self.ready, self.factor * data]
",
    );
    assert_eq!(process(&mut *node, 4), "['Probe',{},True,8]");
    let mut node = probe(start, "from remotemedia import Node\nclass Probe(Node):\n    pass\n");
    assert_eq!(failure(&mut *node, 4).to_string(), "NotImplementedError: Probe has no process()");
}
