//! The text form reads back to what was printed, says where it cannot be read, and takes any text without a panic.

#[path = "support/random.rs"]
mod random;

use random::Rng;
use remotemedia_ir::graph::{
    Edge, End, ForeignNode, Graph, KernelNode, LibraryNode, Node, NodeId, NodeKind, NodePort, Param, Rate,
};
use remotemedia_ir::kernel::Kernel;
use remotemedia_ir::plan::{
    Actor, ActorId, InputPort, OutputPort, Plan, Reading, Region, Ring, Runtime, Stream, StreamId, Work,
};
use remotemedia_ir::text::{self, parse_graph, parse_kernel, parse_plan, print_graph, print_kernel, print_plan};
use remotemedia_ir::types::{SampleFormat, StreamType};
use remotemedia_ir::{SourceId, Span, verify};

/// Things made at random, valid in their form if not in their meaning.
struct Make(Rng);

impl Make {
    fn list<T>(&mut self, most: usize, mut item: impl FnMut(&mut Make) -> T) -> Vec<T> {
        (0..self.0.below(most + 1)).map(|_| item(self)).collect()
    }

    fn name(&mut self) -> String {
        self.0.name()
    }

    fn path(&mut self) -> Option<String> {
        (self.0.below(2) == 0).then(|| self.name())
    }

    fn param(&mut self, depth: usize) -> Param {
        match self.0.below(if depth < 4 { 6 } else { 4 }) {
            0 => Param::Int(self.0.integer()),
            1 => Param::Float(Some(self.0.float()).filter(|x| !x.is_nan()).unwrap_or(f64::INFINITY)),
            2 => Param::Bool(self.0.below(2) == 0),
            3 => Param::Text(self.name()),
            _ => Param::List(self.list(3, |m| m.param(depth + 1))),
        }
    }

    fn params(&mut self) -> Vec<(String, Param)> {
        self.list(3, |m| (m.name(), m.param(0)))
    }

    fn ty(&mut self) -> StreamType {
        match self.0.below(4) {
            0 => StreamType::Text,
            1 => StreamType::Json,
            2 => StreamType::Tensor { shape: self.list(3, |m| m.0.next() as u32) },
            _ => StreamType::Audio {
                format: self.0.pick(&SampleFormat::ALL),
                rate: self.0.next() as u32,
                channels: self.0.next() as u16,
            },
        }
    }

    fn ports(&mut self) -> Vec<NodePort> {
        self.list(3, |m| NodePort { name: m.name(), ty: if m.0.below(3) == 0 { None } else { Some(m.ty()) } })
    }

    fn count(&mut self) -> u64 {
        self.0.pick(&[0, 1, 255, u64::MAX])
    }

    fn library(&mut self) -> LibraryNode {
        LibraryNode {
            path: self.0.pick(&["resample::Resample", "odd path", "vad::Silero"]).into(),
            features: self.list(2, Make::name),
            args: self.params(),
            rate: if self.0.below(2) == 0 { Rate::Dynamic } else { Rate::Static { consume: 3, produce: 7 } },
            hold: self.count(),
            latency: self.count(),
            same_length: self.0.below(2) == 0,
            python: None,
        }
    }

    fn kernel(&mut self, name: &str) -> Kernel {
        let kernel = random::kernel(self.0.next());
        if self.0.below(2) == 0 { Kernel { name: name.into(), ..kernel } } else { kernel }
    }

    fn node(&mut self) -> Node {
        let name = self.name();
        let kind = match self.0.below(7) {
            0 => NodeKind::Input { default_path: self.path() },
            1 => NodeKind::Output { default_path: self.path() },
            2 => NodeKind::Typed { type_name: self.name(), params: self.params() },
            3 => NodeKind::Kernel(KernelNode { kernel: self.kernel(&name), tail: self.count(), skip: self.count() }),
            4 => NodeKind::Library(self.library()),
            5 => NodeKind::Foreign(ForeignNode { type_name: self.name(), reason: self.name(), candidate: None }),
            _ => NodeKind::Removed,
        };
        Node { name, span: Span::NONE, kind, inputs: self.ports(), outputs: self.ports() }
    }

    fn graph(&mut self) -> Graph {
        let nodes = self.list(6, Make::node);
        let end = |m: &mut Make| End { node: NodeId(m.0.below(6) as u32), port: m.0.below(3) as u16 };
        let edges = self.list(6, |m| Edge { from: end(m), to: end(m), span: Span::NONE });
        Graph { name: self.name(), nodes, edges }
    }

    fn reading(&mut self) -> Reading {
        Reading { stream: self.stream(), reader: self.0.below(3) as u16 }
    }

    fn stream(&mut self) -> StreamId {
        StreamId(self.0.below(20) as u32)
    }

    fn actor(&mut self) -> Actor {
        let name = self.name();
        let inputs = self.list(3, Make::reading);
        let work = if self.0.below(2) == 0 {
            let bounded = inputs.iter().map(|_| self.0.below(2) == 0).collect();
            Work::Region(Region {
                kernel: self.kernel(&name),
                tail: self.count(),
                skip: self.count(),
                bounded,
                cuts: self.list(3, |m| m.0.below(9) as u32),
            })
        } else {
            Work::Library(self.library())
        };
        let runtime = self.0.pick(&[
            Runtime::Native,
            Runtime::Wasm,
            Runtime::RustPython,
            Runtime::CPython,
            Runtime::CPythonWasm,
            Runtime::Remote,
        ]);
        Actor {
            name,
            nodes: self.list(3, Make::name),
            runtime,
            gate: self.count(),
            work,
            inputs,
            outputs: self.list(3, Make::stream),
        }
    }

    fn plan(&mut self) -> Plan {
        let stream = |m: &mut Make| Stream { name: m.name(), ty: m.ty(), capacity: m.count(), readers: 2 };
        let input = |m: &mut Make| InputPort { name: m.name(), stream: m.stream(), block: 7, default_path: m.path() };
        let output = |m: &mut Make| {
            let (name, from, default_path) = (m.name(), m.reading(), m.path());
            OutputPort { name, from, default_path, latency: m.count() }
        };
        Plan {
            name: self.name(),
            streams: self.list(4, stream),
            actors: self.list(4, Make::actor),
            order: self.list(4, |m| ActorId(m.0.below(9) as u32)),
            threads: self.list(3, |m| m.list(3, |m| ActorId(m.0.below(9) as u32))),
            rings: self.list(3, |m| Ring { stream: m.stream(), to: m.0.below(3) as u16, blocks: 4, tokens: 512 }),
            inputs: self.list(2, input),
            outputs: self.list(2, output),
        }
    }
}

/// Equal, bit by bit: prints alike as well, for -0.0 and NaN.
fn round_trip<T: PartialEq + std::fmt::Debug>(
    thing: &T,
    print: fn(&T) -> String,
    parse: fn(&str) -> Result<T, remotemedia_ir::Diagnostics>,
) {
    let printed = print(thing);
    let back = parse(&printed).unwrap_or_else(|e| panic!("{e:#?}\n{printed}"));
    assert_eq!(&back, thing, "{printed}");
    assert_eq!(print(&back), printed);
}

#[test]
fn kernels_read_back() {
    let mut seen = String::new();
    for seed in 0..1500 {
        let kernel = random::kernel(seed);
        round_trip(&kernel, print_kernel, parse_kernel);
        seen += &print_kernel(&kernel);
    }
    let ops = "const input state local line lookup splat lane compose neg abs not sqrt floor ceil trunc round add \
    sub mul div \
               rem min max and or xor shl shr eq ne lt le gt ge select convert sin cos tan tanh atan exp exp2 ln \
               log2 log10 \
               pow atan2 section fir";
    for op in ops.split(' ') {
        assert!(seen.contains(&format!(" = {op} ")), "no random kernel has `{op}`");
    }
}

#[test]
fn graphs_read_back() {
    for seed in 0..500 {
        round_trip(&Make(Rng::new(seed)).graph(), print_graph, parse_graph);
    }
}

#[test]
fn plans_read_back() {
    for seed in 0..500 {
        round_trip(&Make(Rng::new(seed)).plan(), print_plan, parse_plan);
    }
}

#[test]
fn floats_read_back_to_their_bits() {
    let mut rng = Rng::new(7);
    for _ in 0..20_000 {
        for bits in [rng.next(), rng.next() >> 40, 0x8000_0000_0000_0000 | rng.next() >> 50] {
            let (single, double) = (f32::from_bits(bits as u32), f64::from_bits(bits));
            let text = format!("kernel \"\" {{ table t0 a: f32 = [{single:?}] table t1 b: f64 = [{double:?}] }}");
            let kernel = parse_kernel(&text.replace("NaN", "nan")).unwrap();
            let parsed: Vec<_> = kernel.tables.iter().map(|t| t.values[0].key().1).collect();
            assert!(single.is_nan() || parsed[0] == u64::from(single.to_bits()), "{single:?}");
            assert!(double.is_nan() || parsed[1] == double.to_bits(), "{double:?}");
            let back = parse_kernel(&print_kernel(&kernel)).unwrap();
            assert_eq!(back, kernel);
        }
    }
}

#[test]
fn prints_as_documented() {
    let page = include_str!("../../docs/ir.md");
    let blocks: Vec<&str> = page.split("```rmir\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 3, "a kernel, a graph and a plan");
    let kernel = parse_kernel(blocks[0]).unwrap();
    assert_eq!(verify::verify_kernel(&kernel), Ok(()));
    assert_eq!(print_kernel(&kernel), blocks[0]);
    let graph = parse_graph(blocks[1]).unwrap();
    assert!(verify::graph(&graph, verify::Stage::Negotiated).is_ok());
    assert_eq!(print_graph(&graph), blocks[1]);
    let plan = parse_plan(blocks[2]).unwrap();
    assert!(verify::plan(&plan).is_ok());
    assert_eq!(print_plan(&plan), blocks[2]);
}

#[test]
fn what_cannot_be_read_is_shown() {
    // `«` and `»` stand around what the span covers.
    let rows = [
        ("«graph» \"x\" {}", "expected `kernel`, found `graph`"),
        ("kernel «{»}", "expected a string, found `{`"),
        ("kernel \"x\" {«»", "expected a statement, found the end of the text"),
        ("kernel \"x\" {} «kernel»", "expected the end of the text, found `kernel`"),
        ("kernel \"x\" { «#» }", "`#` has no meaning here"),
        ("kernel «\"»x", "this string has no end"),
        ("kernel \"a«\\q»\" {}", "this escape is not known"),
        ("kernel \"a«\\u»{110000}\" {}", "this escape is not known"),
        ("kernel \"x\" { in «1» a: f32 }", "expected `0`, the number of the next port on this side, found `1`"),
        ("kernel \"x\" { in 0 a: «i64» }", "expected a type of samples, found `i64`"),
        ("kernel \"x\" { in 0 a: «f32x70000» }", "expected a type of samples, found `f32x70000`"),
        ("kernel \"x\" { state «s1» a: f32 = 0.0 }", "expected `s0`, the next one, found `s1`"),
        ("kernel \"x\" { state s0 a: f32 = «true» }", "expected a number, found `true`"),
        ("kernel \"x\" { table t0 a: i32 = [«2147483648»] }", "expected an integer of 32 bits, found `2147483648`"),
        ("kernel \"x\" { table t0 a: i32 = [1 «2»] }", "expected `]`, found `2`"),
        ("kernel \"x\" { section q0 a: lanes 1 «direct» }", "expected a form, found `direct`"),
        ("kernel \"x\" { v0: f32 = «fma» v1 }", "expected an operation, found `fma`"),
        ("kernel \"x\" { v0: f32 = add v1«}»", "expected `,`, found `}`"),
        ("kernel \"x\" { set «v0» = v1 }", "expected an id that starts with `l`, found `v0`"),
        ("kernel \"x\" { v1: f32 = const 0.0 }«»", "this kernel defines `v1`, but only 1 values"),
        ("kernel \"x\" { v0: f32 = const 0.0 v0: f32 = const 0.0 }«»", "`v0` is defined more than once in this kernel"),
    ];
    for (marked, expected) in rows {
        let text = marked.replace(['«', '»'], "");
        let errors = parse_kernel(&text).expect_err(marked);
        let error = errors.iter().next().expect("one");
        let start = marked.find('«').unwrap();
        let end = marked.find('»').unwrap() - '«'.len_utf8();
        assert_eq!(error.message, expected, "{marked}");
        assert_eq!((error.code, error.primary.span), (text::SYNTAX, Span::new(SourceId(0), start, end)), "{marked}");
    }
    let graph = parse_graph("graph \"g\" { n0 = source \"x\" }").unwrap_err();
    assert!(graph.iter().any(|d| d.message == "expected a kind of node, found `source`"));
    let plan = parse_plan("plan \"p\" { a0 = region \"x\" on mars }").unwrap_err();
    assert!(plan.iter().any(|d| d.message == "expected a runtime, found `mars`"));
}

#[test]
fn nesting_is_bounded() {
    let blocks = |n: usize| format!("kernel \"x\" {{ {}{} }}", "if v0 { ".repeat(n), "}".repeat(n));
    assert!(parse_kernel(&blocks(verify::MAX_DEPTH)).is_ok());
    let errors = parse_kernel(&blocks(100_000)).unwrap_err();
    assert!(errors.iter().any(|d| d.message == "blocks nest more than 64 deep"));
    let lists = |n: usize| format!("graph \"x\" {{ n0 = typed \"x\" X(a: {}{}) : -> }}", "[".repeat(n), "]".repeat(n));
    let graph = parse_graph(&lists(verify::MAX_DEPTH)).unwrap();
    assert!(verify::graph(&graph, verify::Stage::Typed).is_ok());
    let errors = parse_graph(&lists(100_000)).unwrap_err();
    assert!(errors.iter().any(|d| d.message == "lists nest more than 64 deep"));
}

/// One random change of a text.
fn mutate(text: &mut String, rng: &mut Rng) {
    const PIECES: [&str; 28] = [
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        ":",
        ",",
        "=",
        "->",
        "-",
        ".",
        "\"",
        "\\u{",
        ";",
        "\n",
        "é",
        "v4294967295",
        "x",
        "18446744073709551616",
        "1e999",
        "-inf",
        "1",
        " ",
        "; c\n",
        "0",
    ];
    let at = |rng: &mut Rng, text: &str| text.floor_char_boundary(rng.below(text.len() + 1));
    let (a, b) = (at(rng, text), at(rng, text));
    let near = text.floor_char_boundary(a + rng.below(12));
    match rng.below(5) {
        0 => text.truncate(a),
        1 => text.replace_range(a..near.max(a), ""),
        2 => text.replace_range(a..near.max(a), rng.pick(&PIECES)),
        3 => text.insert_str(a, rng.pick(&PIECES)),
        _ => {
            let copy = text[b..text.floor_char_boundary(b + 20)].to_string();
            text.insert_str(a, &copy);
        }
    }
}

#[test]
fn any_text_is_taken_without_a_panic() {
    let (mut read, mut rejected) = (0, 0);
    for seed in 0..3000 {
        let mut rng = Rng::new(seed);
        let mut make = Make(rng.clone());
        let base = match seed % 3 {
            0 => print_kernel(&random::kernel(seed)),
            1 => print_graph(&make.graph()),
            _ => print_plan(&make.plan()),
        };
        for round in 0..4 {
            let mut text = base.clone();
            for _ in 0..=round / 2 {
                mutate(&mut text, &mut rng);
            }
            let kernel = parse_kernel(&text).map(|k| verify::verify_kernel(&k).is_ok() && !print_kernel(&k).is_empty());
            let graph = parse_graph(&text).map(|g| {
                let stages = [verify::Stage::Resolved, verify::Stage::Lowered];
                stages.map(|stage| verify::graph(&g, stage).is_ok()).len() == 2 && !print_graph(&g).is_empty()
            });
            let plan = parse_plan(&text).map(|p| verify::plan(&p).is_ok() && !print_plan(&p).is_empty());
            let any = kernel.is_ok() || graph.is_ok() || plan.is_ok();
            *if any { &mut read } else { &mut rejected } += 1;
        }
    }
    assert!(read > 300 && rejected > 300, "mutations are neither harmless nor fatal: {read} read, {rejected} rejected");
}
