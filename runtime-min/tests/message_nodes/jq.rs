//! jq programs: what they give, how they fail, and that nothing but the message decides.

use crate::driver::{Outcome, at_once, json, node};
use remotemedia_runtime_min::message::{Message, Value};
use remotemedia_runtime_min::nodes::jq::check;

/// Program, input, outputs: what jq 1.7 gives, but for floats that are whole, which keep their point here.
const TABLE: &str = include_str!("jq.txt");

/// Runs a program on one message at time 3.
fn run(program: &str, select: bool, input: &str) -> Outcome {
    let options = Value::Object(vec![
        (String::from("program"), Value::from(program)),
        (String::from("select"), Value::Bool(select)),
    ]);
    at_once(&mut *node("jq::Jq", &options), &[vec![Message { time: 3, value: json(input) }]])
}

fn outputs(program: &str, input: &str) -> String {
    let (got, failed) = run(program, false, input);
    assert!(got.iter().all(|message| message.time == 3), "{program}");
    let failed = failed.map(|f| format!("! {}: {}", f.kind, f.message));
    let values: Vec<String> = got.iter().map(|m| m.value.to_string()).chain(failed).collect();
    values.join(" ")
}

#[test]
fn programs_give_what_the_table_says() {
    let mut wrong = Vec::new();
    for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let parts: Vec<&str> = line.split("  ").map(str::trim).filter(|part| !part.is_empty()).collect();
        let [program, input, expected] = parts[..] else { panic!("a program, an input and its outputs: {line}") };
        let got = outputs(program, input);
        if got != if expected == "-" { "" } else { expected } {
            wrong.push(format!("{program}  {input}  {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_message_passes_if_any_output_is_true() {
    let passes = |program: &str, input: &str| {
        let (got, failed) = run(program, true, input);
        assert_eq!(failed, None, "{program}");
        match &got[..] {
            [] => false,
            [message] => message.value == json(input),
            more => panic!("{program} let {} pass", more.len()),
        }
    };
    assert!(passes(".a > 1", "{\"a\":2,\"b\":1e2}"));
    assert!(!passes(".a > 1", "{\"a\":1}"));
    assert!(passes("0, \"\"", "1"));
    assert!(passes("false, null, 5, error", "1"), "the rest is not run");
    for program in ["false", "null", "empty", "false, null", ".missing"] {
        assert!(!passes(program, "{}"), "{program}");
    }
}

#[test]
fn failures_say_what_and_when_and_keep_what_came_before() {
    for (program, kind) in [
        ("1, error(\"boom\")", "jq_error"),
        ("1, .a", "jq_error"),
        ("1, tobytes", "not_json"),
        ("1, ([-128] | implode)", "not_json"),
        ("1, {(1): 2}", "not_json"),
        ("1, reduce range(200) as $i (0; [.])", "not_json"),
        ("1 +", "bad_program"),
        ("1, now", "bad_program"),
    ] {
        let (got, failed) = run(program, false, "\"x\"");
        let failed = failed.unwrap_or_else(|| panic!("{program} did not fail"));
        assert_eq!((failed.kind, failed.position), (kind, 3), "{program}: {}", failed.message);
        assert_eq!(got.first().map(|m| m.value.clone()), (kind != "bad_program").then_some(Value::Int(1)), "{program}");
    }
    let (got, failed) = run("repeat(1)", false, "0");
    assert_eq!((got.len(), failed.map(|f| f.kind)), (1_000_000, Some("too_many")));
}

#[test]
fn what_depends_on_more_than_the_message_is_not_there() {
    for program in [
        "now",
        "env",
        "$ENV",
        "$ENV.PATH",
        "input",
        "[inputs]",
        "localtime",
        "strflocaltime(\"%H\")",
        "halt",
        "halt_error",
        "halt_error(1)",
    ] {
        let error = check(program).expect_err(program);
        assert!(error.contains("not available"), "{program}: {error}");
    }
    for program in ["import \"a\" as a; .", "include \"a\"; .", "input_filename", "$__prog_args", "get_search_list"] {
        assert!(check(program).is_err(), "{program}");
    }
    assert_eq!(outputs("[strptime(\"%Q\")]", "\"UTC\""), "! jq_error: strptime: time zones by name are not available");
    assert_eq!(outputs("debug, stderr, debug(\"m\")", "1"), "1 1 1");
}

#[test]
fn a_wrong_program_is_told_with_its_place() {
    for (program, error) in [
        (".a | foo", "line 1, column 6: there is no filter `foo/0`"),
        ("\n  .a |\n  bar(1; 2)", "line 3, column 3: there is no filter `bar/2`"),
        ("$x + $y", "line 1, column 1: there is no variable `$x`; line 1, column 6: there is no variable `$y`"),
        ("(1", "line 1, column 3: expected closing parenthesis, found the end"),
        (".a }", "line 1, column 4: expected token, found `}`"),
        ("", "line 1, column 1: expected term, found the end"),
        ("\"é\" + ", "line 1, column 7: expected term, found the end"),
    ] {
        assert_eq!(check(program), Err(String::from(error)), "{program}");
    }
}

/// Shapes whose tree grows with their length, in the compiler and as they run.
#[test]
fn a_program_too_deep_for_the_stack_is_refused() {
    let shapes: [fn(usize) -> String; 12] = [
        |n| format!("{}.{}", "(".repeat(n), ")".repeat(n)),
        |n| vec!["."; n].join("|"),
        |n| vec!["."; n].join(","),
        |n| vec!["1"; n].join("+"),
        |n| vec!["."; n].join(" // "),
        |n| format!("{}1", "-".repeat(n)),
        |n| format!("{}1{}", "if . then ".repeat(n), " else . end".repeat(n)),
        |n| format!("{}1{}", "def f: ".repeat(n), "; f".repeat(n)),
        |n| format!("{}.", ". as $x | ".repeat(n)),
        |n| format!("{}.", "try ".repeat(n)),
        |n| format!("{}1{}", "\"\\(".repeat(n), ")\"".repeat(n)),
        |n| format!("{}.{}", "reduce . as $x (0; ".repeat(n), ")".repeat(n)),
    ];
    for shape in shapes {
        assert!(check(&shape(50)).is_ok(), "{}", shape(3));
        assert!(check(&shape(20_000)).is_err(), "{}", shape(3));
        let limit = (50..400).find(|n| check(&shape(*n)).is_err()).unwrap_or(400);
        let (got, failed) = run(&shape(limit - 1), false, "1");
        assert!(failed.is_none() && !got.is_empty(), "{} of {}: {failed:?}", shape(3), limit - 1);
    }
    // Neither strings nor comments nor what stands side by side make a program deep.
    let flat = [
        format!("\"{}\"", "-|(".repeat(1000)),
        format!("# {}\n.", "((".repeat(1000)),
        format!("{{{}}}", (0..1000).map(|i| format!("k{i}: {i}")).collect::<Vec<_>>().join(", ")),
        format!("{} f0", (0..500).map(|i| format!("def f{i}: . + 1;")).collect::<Vec<_>>().join(" ")),
        vec!["f(1; 2; 3)"; 100]
            .join(" | ")
            .replace('f', "limit(1; [1, 2]) | test(\"a\"; \"g\")")
            .replace("(1; 2; 3)", ""),
    ];
    for program in &flat[..4] {
        assert_eq!(check(program), Ok(()), "{}…", &program[..20]);
    }
}
