//! The catalog's message nodes, from a manifest to their output: the arguments of their lowering fit the library, text and
//! JSON are converted where they meet, and what cannot be is refused.

use remotemedia_compiler::{InputFormat, Nowhere, Options, Stage, compile_text};
use remotemedia_engine::{Interpreter, Tier};
use remotemedia_ir::span::SourceMap;
use remotemedia_ir::verify;
use remotemedia_runtime_min::host::{Program, program::Typed};
use remotemedia_runtime_min::message::{Message, Value, parse};
use remotemedia_runtime_min::nodes::registry::PATHS;

/// Runs a manifest on lines (JSON or text, as each input asks for) or on noise with pauses, and gives what comes out of
/// each output, in the order of the outputs.
fn run(manifest: &str, lines: &[&str]) -> Vec<Vec<String>> {
    let mut sources = SourceMap::default();
    let format = InputFormat { port: None, format: None, rate: 8000, channels: 2 };
    let options = Options { inputs: vec![format], block: 64, ..Options::default() };
    let compiled = compile_text(&mut sources, "manifest.json", manifest.as_bytes(), &Nowhere, &options);
    let plan = match compiled.map(|c| c.stage) {
        Ok(Stage::Plan(plan)) => plan,
        Ok(Stage::Graph(_)) => panic!("{manifest}: no plan"),
        Err(diagnostics) => panic!("{manifest}: {diagnostics:?}"),
    };
    let verified = verify::plan(&plan).unwrap_or_else(|e| panic!("{manifest}: {e:?}"));
    let mut program = Interpreter::new(verified, Tier::Jit).unwrap_or_else(|e| panic!("{manifest}: {e}"));
    let mut outputs = vec![Vec::new(); plan.outputs.len()];
    let mut given = vec![0; plan.inputs.len()];
    for _ in 0..100_000 {
        for (port, given) in given.iter_mut().enumerate() {
            let json = plan.stream(plan.inputs[port].stream).ty.to_string() == "json";
            match program.input(port).typed() {
                Typed::Messages(input) => match lines.get(*given) {
                    Some(line) => {
                        let value = if json { parse(line).expect("a line of JSON") } else { Value::from(*line) };
                        input.push(Message { time: *given as u64, value });
                        *given += 1;
                    }
                    None => input.close(),
                },
                Typed::F32(input) => {
                    let now = input.room().min(64).min(40_000 - *given);
                    for (i, sample) in input.append(now).iter_mut().enumerate() {
                        let second = (*given + i / 2) / 8000;
                        *sample = [0.0, 0.1, 1.0, 0.0, 0.0][second.min(4)] * if i % 4 < 2 { 1.0 } else { -1.0 };
                    }
                    *given += now;
                    if *given == 40_000 {
                        input.close();
                    }
                }
                Typed::F64(_) | Typed::I16(_) | Typed::I32(_) | Typed::U8(_) => panic!("{manifest}: another format"),
            }
        }
        program.step().unwrap_or_else(|e| panic!("{manifest}: {e}"));
        let mut ended = true;
        for (port, output) in outputs.iter_mut().enumerate() {
            let Typed::Messages(stream) = program.output(port).typed() else { panic!("{manifest}: no messages") };
            output.extend(stream.unread(0).iter().map(|message| message.value.to_string()));
            stream.consume_all(0);
            ended &= program.output(port).finished();
        }
        if ended {
            return outputs;
        }
    }
    panic!("{manifest}: does not end");
}

/// An input of that type, one node behind it.
fn behind(input: &str, node_type: &str, params: &str) -> String {
    format!(
        r#"{{"version": "v1", "nodes": [{{"id": "i", "node_type": "{input}"}},
            {{"id": "n", "node_type": "{node_type}", "params": {params}}}], "connections": [{{"from": "i", "to": "n"}}]}}"#
    )
}

#[test]
fn every_node_runs_with_its_parameters() {
    let cases: &[(&str, &str, &str, &[&str])] = &[
        ("MultiplyNode", "{}", "[1, 2.5]", &["[2,5.0]"]),
        ("Multiply", r#"{"factor": 3}"#, r#"{"value": 2}"#, &[r#"{"value":6}"#]),
        ("AddNode", r#"{"addend": -0.5}"#, "1", &["0.5"]),
        (
            "CalculatorNode",
            "{}",
            r#"{"operation": "modulo", "operands": [-7, 3]}"#,
            &[r#"{"result":2,"operation":"modulo","operands":[-7,3]}"#],
        ),
        ("Calculator", r#"{"operation": "power", "operand": 2}"#, "5", &["25"]),
        ("FilterNode", "{}", "-1", &[]),
        ("FilterNode", r#"{"max_value": 0}"#, "-1", &["-1"]),
        ("FilterNode", r#"{"minValue": 1, "field": "db"}"#, r#"{"db": 1}"#, &[r#"{"db":1}"#]),
        (
            "ExpanderNode",
            r#"{"expansion_factor": 2}"#,
            r#"{"value": 1}"#,
            &[r#"{"value":1,"index":0}"#, r#"{"value":2,"index":1}"#],
        ),
        ("ConditionalExpanderNode", "{}", "1", &[r#"{"original":1,"index":0,"count":1}"#]),
        ("BatcherNode", r#"{"batch_size": 2}"#, "5", &["[5]"]),
        ("CounterNode", r#"{"initial_count": 4}"#, "true", &[r#"{"count":5,"input":true}"#]),
        ("RangeGeneratorNode", "{}", "2", &[r#"{"value":0}"#, r#"{"value":1}"#]),
        (
            "TransformAndExpandNode",
            r#"{"transforms": ["double"]}"#,
            r#""a""#,
            &[r#"{"text":"aa","transform":"double"}"#],
        ),
        ("ChainedTransformNode", r#"{"emitIntermediates": false}"#, "1", &[r#"{"stage":3,"value":144,"final":true}"#]),
        (
            "TextProcessorNode",
            "{}",
            r#""ß""#,
            &[r#"{"original_text":"ß","operations":["uppercase"],"results":{"uppercase":"SS"}}"#],
        ),
        ("JsonSelect", r#"{"filter": ".a > 1"}"#, r#"{"a": 2}"#, &[r#"{"a":2}"#]),
        ("JsonSelect", r#"{"condition": ".a > 2"}"#, r#"{"a": 2}"#, &[]),
        ("JsonMap", r#"{"program": ".[], length"}"#, "[7]", &["7", "1"]),
        ("JsonToText", "{}", "[1, \"x\"]", &[r#""[1,\"x\"]""#]),
        (
            "SrtOutput",
            r#"{"include_numbers": false}"#,
            r#"{"start": 1, "end": 2.5, "text": "hi"}"#,
            &[r#""00:00:01,000 --> 00:00:02,500\nhi\n""#],
        ),
        ("MessageMerge", "{}", "1", &["1"]),
        (
            "EventCorrelatorNode",
            r#"{"min_events_for_incident": 5}"#,
            r#"{"is_clipping": true}"#,
            &[r#"{"is_clipping":true}"#],
        ),
        (
            "HealthEmitterNode",
            "{}",
            r#"{"health": 0.5}"#,
            &[r#"{"type":"health","timestamp_ms":0,"score":0.5,"alerts":["HEALTH_LOW"]}"#],
        ),
    ];
    for (node_type, params, line, expected) in cases {
        assert_eq!(run(&behind("JsonInput", node_type, params), &[*line]), [*expected], "{node_type} {params}");
    }
}

#[test]
fn text_goes_to_nodes_as_it_is_or_as_json() {
    let cases: &[(&str, &str, &[&str], &[&str])] = &[
        ("TextCollectorNode", "{}", &["Hi the", "re. You", "?"], &[r#""Hi there.""#, r#""You?""#]),
        (
            "TextCollectorNode",
            r#"{"splitPattern": "[,]+", "minSentenceLength": 1}"#,
            &["a,b", ",c"],
            &[r#""a,""#, r#""b,""#, r#""c""#],
        ),
        (
            "TextProcessorNode",
            r#"{"operations": ["word_count"]}"#,
            &["a b"],
            &[r#"{"original_text":"a b","operations":["word_count"],"results":{"word_count":2}}"#],
        ),
        ("TextToJson", "{}", &["[1,", "2"], &[]),
        ("MultiplyNode", "{}", &["4", " [1.5] "], &["8", "[3.0]"]),
        ("CounterNode", "{}", &["x"], &[r#"{"count":1,"input":"x"}"#]),
    ];
    for (node_type, params, lines, expected) in cases {
        let manifest = behind("TextInput", node_type, params);
        match std::panic::catch_unwind(|| run(&manifest, lines)) {
            Ok(got) => assert_eq!(got, [*expected], "{node_type} {params}"),
            Err(panic) => {
                let message = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                assert!(*node_type == "TextToJson" && message.contains("not_json"), "{node_type} {params}: {message}");
            }
        }
    }
}

#[test]
fn detectors_feed_the_correlator_and_the_health_emitter() {
    let manifest = r#"{"version": "v1", "nodes": [
        {"id": "level", "node_type": "AudioLevelNode"},
        {"id": "silence", "node_type": "SilenceDetectorNode"},
        {"id": "clipping", "node_type": "ClippingDetectorNode"},
        {"id": "health", "node_type": "HealthEmitterNode"},
        {"id": "incidents", "node_type": "EventCorrelatorNode", "params": {"emit_raw_events": false, "correlation_window_ms": 600}}],
        "connections": [
            {"from": "level", "to": "health"}, {"from": "silence", "to": "health"}, {"from": "clipping", "to": "health"},
            {"from": "silence", "to": "incidents"}, {"from": "clipping", "to": "incidents"}]}"#;
    let outputs = run(manifest, &[]);
    let [health, incidents] = outputs.as_slice() else { panic!("{} outputs", outputs.len()) };
    assert_eq!(health.len(), 5, "{health:#?}");
    assert!(health.iter().all(|event| event.starts_with(r#"{"type":"health","timestamp_ms":"#)), "{health:#?}");
    assert!(incidents.iter().any(|event| event.contains(r#""incident_id":"incident-1""#)), "{incidents:#?}");
    assert_eq!(outputs, run(manifest, &[]), "a second run differs");
}

#[test]
fn what_cannot_be_is_refused() {
    for (node_type, params, fragment) in [
        ("CalculatorNode", r#"{"operation": "divide", "operand": 0}"#, "division by zero"),
        ("CalculatorNode", r#"{"operation": "add"}"#, "without `operand`"),
        ("CalculatorNode", r#"{"operation": "root", "operand": 2}"#, "root"),
        ("FilterNode", r#"{"min_value": 2, "max_value": 1}"#, "nothing is at least 2"),
        ("TextProcessorNode", r#"{"operations": ["shout"]}"#, "`shout`"),
        ("TransformAndExpandNode", r#"{"transforms": ["upper", "x"]}"#, "`x`"),
        ("TextCollectorNode", r#"{"split_pattern": "\\s+"}"#, "class of characters"),
        ("TextCollectorNode", r#"{"split_pattern": "[.]", "boundaries": "."}"#, "both given"),
        ("JsonMap", "{}", "`program` is missing"),
        ("JsonSelect", r#"{"filter": " "}"#, "is empty"),
        ("BatcherNode", r#"{"batch_size": 0}"#, "batch_size"),
    ] {
        let manifest = behind("JsonInput", node_type, params);
        let result =
            compile_text(&mut SourceMap::default(), "m.json", manifest.as_bytes(), &Nowhere, &Options::default());
        let found = result.err().map(|d| format!("{d:?}")).unwrap_or_default();
        assert!(found.contains(fragment), "{node_type} {params}: {found}");
    }
}

/// A library node that no node type leads to would never be used.
#[test]
fn the_registry_knows_what_the_catalog_lowers_to() {
    use remotemedia_nodes::catalog::CATALOG;
    use remotemedia_nodes::{Category, Default, LowerCx, Lowered, Params};
    let mut seen = 0;
    for node_type in CATALOG.iter().filter(|t| t.category == Category::Message) {
        let known = |default: Default| match default {
            Default::Int(i) => Some(remotemedia_ir::graph::Param::Int(i)),
            Default::Float(x) => Some(remotemedia_ir::graph::Param::Float(x)),
            Default::Bool(b) => Some(remotemedia_ir::graph::Param::Bool(b)),
            Default::Text(_) | Default::Floats(_) | Default::Texts(_) | Default::Required | Default::Absent => None,
        };
        let list = node_type.params.iter().filter_map(|p| Some((p.name.to_owned(), known(p.default)?))).collect();
        let params = Params { list };
        let cx = LowerCx { node: "n", params: &params, inputs: &[], outputs: &[], connected: &[] };
        let Ok(Lowered::Library(library)) = (node_type.lower)(&cx) else {
            panic!("{} is no library node", node_type.name)
        };
        assert!(PATHS.contains(&library.path.as_str()), "{} leads to {}", node_type.name, library.path);
        seen += 1;
    }
    assert_eq!(seen, 21);
}
