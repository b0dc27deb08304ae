//! The front end for manifests: what it accepts, and what it refuses with which words.
//!
//! `manifest/accept/` holds manifests in the dialects of people; the `.txt` beside each says what was understood and
//! which tolerances were noted. `manifest/reject/` holds broken ones with the diagnostics as they are drawn. `BLESS=1`
//! rewrites the `.txt` files.

#[path = "manifest/corpus.rs"]
mod corpus;
#[path = "manifest/describe.rs"]
mod describe;

use corpus::{cases, folder, read};
use describe::describe;
use remotemedia_compiler::manifest::{self, Manifest, Node, Origin, Value};
use remotemedia_compiler::{Compiled, Options, Stage, compile_text};
use remotemedia_ir::diag::{Severity, render};
use remotemedia_ir::{Diagnostics, SourceMap, codes, verify};
use std::fmt::Write;
use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "tests read their data from files")]
fn bless_or_compare(case: &str, path: &Path, found: &str, failures: &mut Vec<String>) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, found).expect("the folder can be written");
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    if expected != found {
        failures.push(format!("{case}: expected\n{expected}\nfound\n{found}"));
    }
}

/// The tolerances, one a line.
fn notes(found: &Diagnostics, sources: &SourceMap) -> String {
    let mut out = String::new();
    for d in found {
        let at = sources.locate(d.primary.span).map_or_else(String::new, |at| format!("{}:{}", at.line, at.column));
        let _ = writeln!(out, "{} {} {at} {}", d.severity, d.code, d.message);
    }
    out
}

#[test]
fn accepted() {
    let mut failures = Vec::new();
    let cases = cases("accept");
    assert!(cases.len() >= 30, "{} manifests", cases.len());
    for (name, bytes) in &cases {
        let (sources, result) = read(name, bytes);
        match result {
            Ok((manifest, found)) => {
                assert!(found.iter().all(|d| d.tolerance), "{name}: only tolerances are noted");
                let text = describe(&manifest) + &notes(&found, &sources);
                bless_or_compare(name, &folder("accept").join(format!("{name}.txt")), &text, &mut failures);
            }
            Err(found) => {
                let drawn: String = found.iter().map(|d| render(d, &sources)).collect();
                failures.push(format!("{name} is refused:\n{drawn}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn refused() {
    let mut failures = Vec::new();
    let cases = cases("reject");
    assert!(cases.len() >= 25, "{} manifests", cases.len());
    for (name, bytes) in &cases {
        let (sources, result) = read(name, bytes);
        match result {
            Ok((manifest, _)) => failures.push(format!("{name} is accepted:\n{}", describe(&manifest))),
            Err(found) => {
                assert!(found.has_errors(), "{name}");
                let drawn: Vec<String> = found.iter().filter(|d| !d.tolerance).map(|d| render(d, &sources)).collect();
                let path = folder("reject").join(format!("{name}.txt"));
                bless_or_compare(name, &path, &drawn.join("\n"), &mut failures);
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The manifests of people go the whole way, as `check` takes them: to a plan, or to findings, never to a bug. One line for
/// each in `manifest/outcomes.txt`.
#[test]
fn every_manifest_is_compiled_or_explained() {
    let mut lines = String::new();
    for case in ["accept", "reject"] {
        for (name, bytes) in cases(case) {
            let mut sources = SourceMap::default();
            let options = Options { assume: true, ..Options::default() };
            let compiled = compile_text(&mut sources, &name, &bytes, &corpus::lookup, &options);
            let (what, found) = match compiled {
                Ok(Compiled { stage: Stage::Plan(plan), notes, .. }) => {
                    verify::plan(&plan).unwrap_or_else(|e| panic!("{name}: {e:?}"));
                    (format!("a plan of {} actors", plan.actors.len()), notes)
                }
                Ok(Compiled { stage: Stage::Graph(_), notes, .. }) => ("placed".to_owned(), notes),
                Err(found) => ("refused".to_owned(), found),
            };
            assert!(found.iter().all(|d| d.severity != Severity::Bug), "{name}: {found:?}");
            let mut codes: Vec<String> =
                found.iter().filter(|d| d.severity == Severity::Error).map(|d| d.code.to_string()).collect();
            assert_eq!(codes.is_empty(), what.contains("plan"), "{name}: {what}, {codes:?}");
            codes.dedup();
            let _ = writeln!(lines, "{case}/{name}: {what} {}", codes.join(" "));
        }
    }
    let mut failures = Vec::new();
    let lines = lines.replace(" \n", "\n");
    bless_or_compare("outcomes", &folder("outcomes.txt"), &lines, &mut failures);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Bytes that are no text have no place in a folder of texts.
#[test]
fn bytes_that_are_no_manifest() {
    let long = vec![b' '; 65 << 20];
    for (bytes, expected) in [
        (&b""[..], "error[RM0102]: the file is empty\n --> m.json:1:1\n  |\n1 | \n  | ^ expected a manifest\n"),
        (b" \n\t\n", "error[RM0102]: the file is empty"),
        (b"\xef\xbb\xbf", "error[RM0102]: the file is empty"),
        (b"RIFF\x24\0\0\0WAVE", "error[RM0101]: `m.json` is not a manifest but a WAV recording"),
        (b"\0asm\x01\0\0\0", "error[RM0101]: `m.json` is not a manifest but a WebAssembly module"),
        (b"\xff\xfe{\0}\0", "error[RM0101]: `m.json` is not a manifest but text in UTF-16"),
        (b"ab\0\xff", "error[RM0101]: `m.json` is not a manifest but binary data"),
        (b"{\"a\": \0}", "error[RM0101]: a zero byte, which no text has\n --> m.json:1:7"),
        (b"{\n\"a\": \"gr\xf6\xdfe\"}", "error[RM0101]: byte 0xF6 is not UTF-8 text\n --> m.json:2:9\n"),
        (b"\xff", "error[RM0101]: byte 0xFF is not UTF-8 text\n --> m.json:1:1\n"),
        (&long, "error[RM0107]: `m.json` is too large for a manifest: 65 MiB"),
    ] {
        let (sources, result) = read("m.json", bytes);
        let found = result.expect_err("it is refused");
        let drawn: String = found.iter().map(|d| render(d, &sources)).collect();
        assert!(drawn.starts_with(expected), "expected\n{expected}\nfound\n{drawn}");
    }
}

#[test]
fn a_byte_order_mark_and_other_line_ends_change_nothing() {
    for (name, bytes) in cases("accept") {
        let (_, plain) = read(&name, &bytes);
        let plain = describe(&plain.expect("it is accepted").0);
        let crlf: Vec<u8> =
            bytes.iter().flat_map(|b| if *b == b'\n' { vec![b'\r', b'\n'] } else { vec![*b] }).collect();
        for other in [crlf, [b"\xef\xbb\xbf", &bytes[..]].concat()] {
            let (sources, result) = read(&name, &other);
            let manifest = result.unwrap_or_else(|found| panic!("{name}: {}", notes(&found, &sources))).0;
            assert_eq!(describe(&manifest), plain, "{name}");
            each_place(&manifest, &sources, &name);
        }
    }
}

#[test]
fn places_are_where_the_text_is() {
    for (name, bytes) in cases("accept") {
        let (sources, result) = read(&name, &bytes);
        each_place(&result.expect("it is accepted").0, &sources, &name);
    }
}

fn each_place(manifest: &Manifest, sources: &SourceMap, name: &str) {
    fn walk(node: &Node, sources: &SourceMap, name: &str) {
        let text = sources.text(node.span);
        match &node.value {
            Value::Number(_) | Value::Bool(_) if node.origin == Origin::Plain && !text.starts_with(['!', '*']) => {
                assert!(text.eq_ignore_ascii_case(node.as_text().unwrap_or("")), "{name}: {text}");
            }
            Value::String(value) if node.origin == Origin::Plain && !value.contains(' ') => {
                assert_eq!(text, value, "{name}")
            }
            Value::String(value) if node.origin == Origin::Quoted => {
                let begins = |value: &str| value.lines().next().is_some_and(|line| text.starts_with(line.trim()));
                assert!(
                    text.starts_with(['"', '\'', '*']) || begins(value) || value.contains("eins"),
                    "{name}: {text}"
                );
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            Value::List(elements) => elements.iter().for_each(|node| walk(node, sources, name)),
            Value::Map(entries) => entries.iter().for_each(|(key, node)| {
                let written = sources.text(key.span);
                assert!(written.trim_matches(['"', '\'']) == key.value, "{name}: {written} for {}", key.value);
                walk(node, sources, name);
            }),
        }
    }
    for node in &manifest.nodes {
        let written = sources.text(node.id.span).trim_matches(['"', '\'']);
        assert!(written == node.id.value || written.starts_with("${"), "{name}: {written} for {}", node.id);
        walk(&Node::new(Value::Map(node.params.clone()), node.params_span), sources, name);
    }
    walk(&Node::new(Value::Map(manifest.metadata.clone()), manifest.span), sources, name);
    for end in manifest.edges.iter().flat_map(|edge| [&edge.from, &edge.to]) {
        let written = sources.text(end.node.span).trim_matches('"');
        assert!(written == end.node.value || written.starts_with("${"), "{name}: {written} for {}", end.node);
    }
}

/// The examples of the pages of the codes that reading gives: the wrong one gives the code, the right one is accepted.
#[test]
fn pages_of_codes_tell_the_truth() {
    for (code, _, page) in codes::ALL {
        let examples: Vec<(&str, &str)> = page
            .split("```")
            .skip(1)
            .step_by(2)
            .map(|block| block.split_once('\n').expect("a block has a language"))
            .collect();
        let [wrong, right] = examples[..] else { panic!("the page of {code} has two examples") };
        if !["json", "yaml"].contains(&right.0) {
            continue;
        }
        let (sources, result) = read(&format!("right.{}", right.0), right.1.as_bytes());
        let (_, found) = result.unwrap_or_else(|found| panic!("{code}: {}", notes(&found, &sources)));
        assert!(found.is_empty(), "the right example of {code}: {}", notes(&found, &sources));
        let abridged = [codes::TOO_DEEP, codes::TOO_LARGE].contains(code);
        let ours = code.0 < 200 || [codes::DUPLICATE_NODE, codes::UNKNOWN_NODE, codes::EMPTY_GRAPH].contains(code);
        let (sources, result) = read(&format!("wrong.{}", wrong.0), wrong.1.as_bytes());
        let found = result.map_or_else(|found| found, |(_, found)| found);
        if ours && !abridged {
            assert!(found.iter().any(|d| d.code == *code), "the wrong example of {code}: {}", notes(&found, &sources));
        }
        let surprising = found.iter().find(|d| !d.tolerance && d.code != *code && !abridged);
        assert!(surprising.is_none(), "the wrong example of {code}: {}", notes(&found, &sources));
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests read their data from files")]
fn every_page_has_a_code() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ir/pages");
    for entry in std::fs::read_dir(pages).expect("the folder is there") {
        let name = entry.expect("the folder can be read").file_name();
        let code = name.to_str().and_then(|name| name.strip_suffix(".md")).and_then(codes::parse);
        assert!(code.and_then(codes::page).is_some(), "{name:?}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests read their data from files")]
fn a_nested_manifest_is_read_from_its_tree() {
    let bytes = std::fs::read(folder("accept").join("remote_pipeline.json")).expect("the file is there");
    let (sources, result) = read("remote_pipeline.json", &bytes);
    let (manifest, _) = result.expect("it is accepted");
    let params = &manifest.node("remote_tts").expect("the node is there").params;
    let tree = params.iter().find(|(key, _)| key.value == "manifest").map(|(_, node)| node.clone());
    let (nested, found) = manifest::read_tree(tree.expect("it nests one"), &sources).expect("it is accepted");
    assert_eq!((nested.nodes[0].id.value.as_str(), found.len()), ("tts", 0));
    assert_eq!(sources.text(nested.nodes[0].id.span), "\"tts\"");
}

#[test]
fn depth_and_size_are_limited() {
    let deep = |open: &str, close: &str, levels: usize| {
        format!(
            "{{\"version\": \"v1\", \"x-deep\": {}1{}, \"nodes\": [{{\"id\": \"a\", \"node_type\": \"b\"}}]}}",
            open.repeat(levels),
            close.repeat(levels)
        )
    };
    for extension in ["json", "yaml"] {
        let name = format!("m.{extension}");
        for (open, close) in [("[", "]"), ("{\"a\": ", "}")] {
            assert!(read(&name, deep(open, close, 120).as_bytes()).1.is_ok(), "{name} {open}");
            for levels in [130, 300, 100_000] {
                let found = read(&name, deep(open, close, levels).as_bytes()).1.expect_err("too deep");
                assert!(found.iter().any(|d| d.code == codes::TOO_DEEP), "{name} {open} {levels}");
            }
        }
    }
    let steps: String = (0..500).map(|level| format!("{}- \n", " ".repeat(level))).collect();
    let found = read("m.yaml", steps.as_bytes()).1.expect_err("too deep");
    assert!(found.iter().any(|d| d.code == codes::TOO_DEEP));

    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{aliases}]");
    }
    let found = read("m.yaml", bomb.as_bytes()).1.expect_err("too large");
    assert!(found.iter().any(|d| d.code == codes::TOO_LARGE));
    let chain: String = (1..300).map(|level| format!("a{level}: &a{level} [*a{}]\n", level - 1)).collect();
    let found = read("m.yaml", format!("a0: &a0 [1]\n{chain}").as_bytes()).1.expect_err("too deep");
    assert!(found.iter().any(|d| d.code == codes::TOO_DEEP));
}

/// A manifest of ten thousand nodes, right and with every edge wrong.
#[test]
fn many_nodes() {
    let nodes: Vec<String> = (0..10_000)
        .map(|i| format!(r#"{{"id": "n{i}", "node_type": "Gain", "params": {{"gain_db": {i}}}}}"#))
        .collect();
    for (prefix, fits) in [("n", true), ("node_", false)] {
        let edges: Vec<String> =
            (1..10_000).map(|i| format!(r#"{{"from": "{prefix}{}", "to": "n{i}"}}"#, i - 1)).collect();
        let text =
            format!(r#"{{"version": "v1", "nodes": [{}], "connections": [{}]}}"#, nodes.join(",\n"), edges.join(",\n"));
        let (_, result) = read("m.json", text.as_bytes());
        match result {
            Ok((manifest, _)) => assert!(fits && manifest.nodes.len() == 10_000 && manifest.edges.len() == 9_999),
            Err(found) => assert!(!fits && found.len() == 9_999),
        }
    }
}
