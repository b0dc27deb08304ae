//! Scripts as Rust: compiled without warnings, they give what the reference evaluator gives, errors and their lines included.

mod script {
    pub mod build;
}

use remotemedia_codegen::build::program;
use remotemedia_codegen::build::{Choice, Cpu, Profile, Target};
use remotemedia_codegen::emit::files::Sources;
use remotemedia_codegen::emit::{format, script::emit_script};
use remotemedia_ir::eval;
use remotemedia_ir::script::{Binary, Class, Compare, Dim, Form, Gives, Literal, Script, Takes, Ty, Unary};
use remotemedia_runtime_min::py::array::{Array, Dtype};
use remotemedia_runtime_min::py::containers::Dict;
use remotemedia_runtime_min::py::node::Program;
use remotemedia_runtime_min::py::{Value, format};
use script::build::*;
use std::collections::BTreeSet;

/// A script and what it is given: values, and the text of the same values in Rust.
struct Case {
    script: Script,
    inputs: Vec<(Value, &'static str)>,
}

macro_rules! case {
    ($script:expr, $($input:expr),* $(,)?) => {
        Case { script: $script, inputs: vec![$(($input, stringify!($input))),*] }
    };
}

/// What a run prints for one input: what it gives, then how it ends.
fn run(program: &mut dyn Program, is_sampled: bool, inputs: impl Iterator<Item = Value>) -> String {
    let mut text = String::new();
    for input in inputs {
        if let (Value::Float(x), true) = (&input, is_sampled) {
            text += &program.sample(*x).map_or_else(|e| format!("{e}\n"), |y| format!("{y:?}\n"));
            continue;
        }
        let mut given = String::new();
        let end = program.process(input, &mut |value| {
            given += &format!("{}\n", format::repr(&value));
            Ok(())
        });
        text += &given;
        text += &end.map_or_else(|e| format!("{e}\n"), |()| "ok\n".to_owned());
    }
    let mut given = String::new();
    let end = program.finish(&mut |value| {
        given += &format!("{}\n", format::repr(&value));
        Ok(())
    });
    text + &given + &end.map_or_else(|e| format!("{e}\n"), |()| "end\n".to_owned())
}

/// The same in the compiled program.
const RUN: &str = r#"
fn run(program: &mut dyn Program, is_sampled: bool, inputs: Vec<Value>) {
    for input in inputs {
        if let (Value::Float(x), true) = (&input, is_sampled) {
            match program.sample(*x) {
                Ok(y) => println!("{y:?}"),
                Err(e) => println!("{e}"),
            }
            continue;
        }
        match program.process(input, &mut |value| { println!("{}", format::repr(&value)); Ok(()) }) {
            Ok(()) => println!("ok"),
            Err(e) => println!("{e}"),
        }
    }
    match program.finish(&mut |value| { println!("{}", format::repr(&value)); Ok(()) }) {
        Ok(()) => println!("end"),
        Err(e) => println!("{e}"),
    }
}
"#;

/// Compiles all cases into one program and compares what it prints.
fn check(cases: &[Case]) {
    let mut main = String::from(
        "#![forbid(unsafe_code)]\nextern crate alloc;\nuse remotemedia_runtime_min::py::{Program, Value, format};\n\
         #[allow(unused_imports)]\nuse remotemedia_runtime_min::py::{array::Array, containers::Dict};\n",
    );
    main += RUN;
    let mut calls = String::new();
    let mut expected = String::new();
    for (i, case) in cases.iter().enumerate() {
        let module = quote::format_ident!("case_{i}");
        let name = quote::format_ident!("Case");
        let text = format(emit_script(&case.script, &module, &name)).unwrap_or_else(|e| panic!("{e}"));
        if std::env::var_os("SHOW_SCRIPTS").is_some() {
            println!("{text}");
        }
        main += &text;
        let is_sampled = case.script.takes == Takes::Sample;
        let inputs: Vec<&str> = case.inputs.iter().map(|(_, text)| *text).collect();
        calls += &format!(
            "println!(\"{0}\"); run(&mut case_{i}::Case::new(), {is_sampled}, vec![{1}]);\n",
            case.script.name,
            inputs.join(", ")
        );
        expected += &format!("{}\n", case.script.name);
        let mut program = eval::script::Program::new(&case.script);
        expected += &run(&mut program, is_sampled, case.inputs.iter().map(|(value, _)| value.clone()));
    }
    main += &format!("fn main() {{\n{calls}}}\n");
    let features = BTreeSet::from(["numpy".to_owned(), "std".to_owned()]);
    let sources =
        Sources { files: vec![("src/main.rs".to_owned(), main)], features, needs_std: true, has_vectors: false };
    let choice = Choice { target: Target::Native, profile: Profile::Dev, cpu: Cpu::Baseline };
    let program = program::build(&sources, choice, &|_| {}).unwrap_or_else(|e| panic!("{e}"));
    assert!(program.warnings.is_empty(), "{}", program.warnings);
    let output = std::process::Command::new(&program.path).output().unwrap_or_else(|e| panic!("{e}"));
    let printed = String::from_utf8_lossy(&output.stdout);
    for (line, (printed, expected)) in printed.lines().zip(expected.lines()).enumerate() {
        assert_eq!(printed, expected, "line {} of\n{}", line + 1, self::numbered(&expected_text(cases)));
    }
    assert_eq!(printed, expected);
}

fn expected_text(cases: &[Case]) -> String {
    cases.iter().map(|c| c.script.name.clone() + " ").collect()
}

fn numbered(text: &str) -> String {
    text.lines().enumerate().map(|(i, line)| format!("{}: {line}\n", i + 1)).collect()
}

fn f(x: f64) -> Value {
    Value::Float(x)
}

/// A filter with one pole.
fn one_pole() -> Script {
    let y = || field(1, Ty::Float);
    let change =
        bin(Binary::Mul, field(0, Ty::Float), bin(Binary::Sub, local(0, Ty::Float), y(), Ty::Float), Ty::Float);
    let main = function(
        "process",
        1,
        &[("x", Ty::Float)],
        Ty::None,
        vec![augment(Binary::Add, to_field(1), change), yields(y()), returns(None)],
    );
    script("OnePole", &[("a", Ty::Float, Literal::Float(0.25)), ("y", Ty::Float, Literal::Float(0.0))], vec![main])
        .with(Takes::Sample, Gives { audio: Some(None), messages: None })
}

/// Both sides of an `if` give a sample, a third path none.
fn gate() -> Script {
    let x = || local(0, Ty::Float);
    let main = function(
        "process",
        1,
        &[("x", Ty::Float), ("level", Ty::Float)],
        Ty::None,
        vec![
            branch(
                cmp(Compare::Gt, call("abs", vec![x()], Ty::Float), float(0.5)),
                vec![assign(to_local(1), call("math.sqrt", vec![x()], Ty::Float))],
                vec![assign(to_local(1), bin(Binary::Div, x(), field(0, Ty::Int), Ty::Float))],
            ),
            augment(Binary::Add, to_field(0), int(1)),
            branch(cmp(Compare::Eq, field(0, Ty::Int), int(4)), vec![returns(None)], vec![]),
            branch(
                cmp(Compare::Lt, local(1, Ty::Float), int(0)),
                vec![yields(neg(local(1, Ty::Float))), returns(None)],
                vec![yields(local(1, Ty::Float))],
            ),
        ],
    );
    script("Gate", &[("n", Ty::Int, Literal::Int(0))], vec![main])
        .with(Takes::Sample, Gives { audio: Some(None), messages: None })
}

#[test]
fn samples_are_given_one_by_one() {
    check(&[
        case!(one_pole(), Value::Float(1.0), Value::Float(-0.5), Value::Float(3.0)),
        case!(
            gate(),
            Value::Float(0.25),
            Value::Float(0.25),
            Value::Float(0.81),
            Value::Float(0.1),
            Value::Float(-0.3),
            Value::Float(-0.9),
            Value::Float(f64::NAN)
        ),
    ]);
    let _ = f(0.0);
}

/// Loops of all kinds over a list of numbers.
fn loops() -> Script {
    let (m, i, j, sum, found, item, last) = (0, 1, 2, 3, 4, 5, 6);
    let any = |v| local(v, Ty::Any);
    let whole = |v| local(v, Ty::Int);
    let main = function(
        "process",
        1,
        &[
            ("m", Ty::Any),
            ("i", Ty::Int),
            ("j", Ty::Int),
            ("total", Ty::Int),
            ("found", Ty::Any),
            ("item", Ty::Any),
            ("last", Ty::Int),
        ],
        Ty::None,
        vec![
            assign(to_local(sum), int(0)),
            assign(to_local(last), int(0)),
            for_range(
                to_local(i),
                int(0),
                call("len", vec![any(m)], Ty::Int),
                int(1),
                vec![
                    branch(cmp(Compare::Eq, whole(i), int(2)), vec![stmt_continue()], vec![]),
                    for_range(
                        to_local(j),
                        whole(i),
                        int(-5),
                        int(-2),
                        vec![
                            augment(Binary::Add, to_local(sum), bin(Binary::Mul, whole(j), int(3), Ty::Int)),
                            branch(cmp(Compare::Gt, whole(sum), int(1000)), vec![stmt_break()], vec![]),
                        ],
                        vec![],
                    ),
                    assign(to_local(last), whole(i)),
                ],
                vec![yields(string("all"))],
            ),
            yields(whole(sum)),
            yields(whole(last)),
            for_each(
                to_local(item),
                any(m),
                vec![branch(
                    truth(bin(Binary::Mod, any(item), int(2), Ty::Any)),
                    vec![assign(to_local(found), any(item)), stmt_break()],
                    vec![],
                )],
                vec![assign(to_local(found), none())],
            ),
            yields(any(found)),
            while_loop(
                cmp(Compare::Lt, whole(sum), int(100)),
                vec![
                    augment(Binary::Add, to_local(sum), int(7)),
                    branch(
                        cmp(Compare::Eq, bin(Binary::Mod, whole(sum), int(11), Ty::Int), int(0)),
                        vec![stmt_break()],
                        vec![],
                    ),
                ],
                vec![yields(string("no break"))],
            ),
            yields(whole(sum)),
            for_range(to_local(i), int(0), int(3), field(0, Ty::Any), vec![yields(whole(i))], vec![]),
            augment(Binary::Sub, to_field(0), int(1)),
            while_loop(
                boolean(true),
                vec![
                    augment(Binary::FloorDiv, to_local(sum), int(2)),
                    branch(cmp(Compare::Lt, whole(sum), int(5)), vec![returns(None)], vec![]),
                ],
                vec![],
            ),
        ],
    );
    script("Loops", &[("step", Ty::Any, Literal::Int(2))], vec![main])
}

/// Strings, dicts, lists, unpacking and the like.
fn objects() -> Script {
    let d = || local(0, Ty::Any);
    let parts = |v: usize| local(v, Ty::Any);
    let main = function(
        "process",
        1,
        &[
            ("m", Ty::Any),
            ("a", Ty::Any),
            ("b", Ty::Any),
            ("rest", Ty::List),
            ("out", Ty::List),
            ("x", Ty::Any),
            ("n", Ty::Int),
            ("unused", Ty::Any),
        ],
        Ty::None,
        vec![
            assign(unpack(vec![to_local(1), to_local(2)], None), index(d(), string("pair"), Ty::Any)),
            assign(unpack(vec![to_local(1), to_local(2)], None), tuple(vec![parts(2), parts(1)])),
            yields(format_text(vec![
                text("a="),
                piece(parts(1), None, ""),
                text(" b="),
                piece(parts(2), Some('r'), ""),
                text(" "),
                piece(field(0, Ty::Int), None, ">4"),
            ])),
            assign(unpack(vec![to_local(1), to_local(3)], Some(1)), index(d(), string("list"), Ty::Any)),
            yields(tuple(vec![parts(1), local(3, Ty::List)])),
            // [x * 2 for x in m["list"] if x]
            assign(to_local(4), list(vec![])),
            yields(block(
                vec![
                    assign(to_local(4), list(vec![])),
                    for_each(
                        to_local(5),
                        index(d(), string("list"), Ty::Any),
                        vec![branch(
                            truth(parts(5)),
                            vec![expr(call(
                                ".append",
                                vec![local(4, Ty::List), bin(Binary::Mul, parts(5), int(2), Ty::Any)],
                                Ty::None,
                            ))],
                            vec![],
                        )],
                        vec![],
                    ),
                ],
                local(4, Ty::List),
            )),
            augment(Binary::Add, to_index(local(4, Ty::List), int(0)), string("!")),
            yields(local(4, Ty::List)),
            assign(to_index(local(4, Ty::List), int(0)), dict(vec![(string("k"), int(1)), (int(2), none())])),
            delete(index_of(local(4, Ty::List)), int(-1)),
            yields(slice(local(4, Ty::List), none(), none(), int(-1))),
            augment(Binary::Add, to_field(0), int(1)),
            augment(Binary::Add, to_field(1), list(vec![field(0, Ty::Int)])),
            yields(field(1, Ty::List)),
            yields(and(parts(1), string("yes"), Ty::Any)),
            yields(or(parts(1), string("no"), Ty::Any)),
            yields(if_else(not(parts(1)), int(1), float(2.0), Ty::Any)),
            yields(is_instance(parts(1), vec![Class::Int, Class::Str])),
            yields(is_instance(field(0, Ty::Int), vec![Class::Int])),
            yields(cmp(Compare::Is, parts(1), none())),
            yields(cmp(Compare::In, string("pair"), d())),
            assign(to_local(7), parts(1)),
            assign(to_field(2), invoke(1, vec![parts(1), invoke(1, vec![parts(2), int(1)], Ty::Any)], Ty::Any)),
            yields(field(2, Ty::Any)),
            branch(
                cmp_as(Compare::Eq, parts(1), int(0), Ty::Any),
                vec![raises("KeyError", Some(parts(1)))],
                vec![branch(
                    cmp_as(Compare::Eq, parts(1), string("v"), Ty::Any),
                    vec![raises("ValueError", Some(string("v!")))],
                    vec![],
                )],
            ),
        ],
    );
    let helper = function(
        "join",
        2,
        &[("a", Ty::Any), ("b", Ty::Any)],
        Ty::Any,
        vec![
            branch(cmp(Compare::Is, local(1, Ty::Any), none()), vec![returns(Some(local(0, Ty::Any)))], vec![]),
            returns(Some(bin(Binary::Add, local(0, Ty::Any), local(1, Ty::Any), Ty::Any))),
        ],
    );
    script(
        "Objects",
        &[
            ("count", Ty::Int, Literal::Int(0)),
            ("seen", Ty::List, Literal::List(vec![Literal::Str("first".into())])),
            ("last", Ty::Any, Literal::None),
        ],
        vec![main, helper],
    )
}

/// A function that calls itself, and one that ends with what `flush` gives.
fn recursion() -> Script {
    let n = || local(0, Ty::Int);
    let main = function(
        "process",
        1,
        &[("m", Ty::Int)],
        Ty::None,
        vec![yields(invoke(1, vec![n()], Ty::Int)), yields(invoke(2, vec![n()], Ty::Int))],
    );
    let fib = function(
        "fib",
        1,
        &[("n", Ty::Int)],
        Ty::Int,
        vec![
            branch(cmp(Compare::Lt, n(), int(2)), vec![returns(Some(n()))], vec![]),
            returns(Some(bin(
                Binary::Add,
                invoke(1, vec![bin(Binary::Sub, n(), int(1), Ty::Int)], Ty::Int),
                invoke(1, vec![bin(Binary::Sub, n(), int(2), Ty::Int)], Ty::Int),
                Ty::Int,
            ))),
        ],
    );
    let deep = function(
        "deep",
        1,
        &[("n", Ty::Int)],
        Ty::Int,
        vec![
            branch(cmp(Compare::Eq, n(), int(5)), vec![returns(Some(int(0)))], vec![]),
            returns(Some(invoke(2, vec![bin(Binary::Add, n(), int(1), Ty::Int)], Ty::Int))),
        ],
    );
    let flush = function("flush", 0, &[], Ty::None, vec![yields(string("flushed")), returns(None)]);
    let mut script = script("Recursion", &[], vec![main, fib, deep, flush]);
    script.finish = vec![remotemedia_ir::script::FunctionId(3)];
    script
}

/// Numbers of all kinds.
fn numbers() -> Script {
    let (i, x, s, d) = (1, 2, 3, 4);
    let (f32t, f64t) = (Ty::Scalar(Dtype::F32), Ty::Scalar(Dtype::F64));
    let mut body = vec![
        assign(to_local(i), call("int", vec![index(local(0, Ty::Any), int(0), Ty::Any), ellipsis()], Ty::Int)),
        assign(to_local(x), call("float", vec![index(local(0, Ty::Any), int(1), Ty::Any)], Ty::Float)),
        assign(to_local(s), call("np.float32", vec![local(x, Ty::Float)], f32t.clone())),
        assign(to_local(d), call("np.float64", vec![local(x, Ty::Float)], f64t.clone())),
    ];
    let i = || local(i, Ty::Int);
    let x = || local(x, Ty::Float);
    let s = || local(s, Ty::Scalar(Dtype::F32));
    let d = || local(d, Ty::Scalar(Dtype::F64));
    for op in [Binary::Add, Binary::Sub, Binary::Mul, Binary::And, Binary::Or, Binary::Xor] {
        body.push(yields(bin(op, i(), int(7), Ty::Int)));
        body.push(yields(bin(op, boolean(true), cmp(Compare::Gt, i(), int(1)), Ty::Any)));
    }
    for op in [Binary::Add, Binary::Sub, Binary::Mul, Binary::Div, Binary::FloorDiv, Binary::Mod, Binary::Pow] {
        body.push(yields(bin(op, x(), float(1.5), Ty::Float)));
        body.push(yields(bin(op, i(), float(2.0), Ty::Float)));
        body.push(yields(bin(op, s(), float(0.3), Ty::Scalar(Dtype::F32))));
        body.push(yields(bin(op, int(3), s(), Ty::Scalar(Dtype::F32))));
        body.push(yields(bin(op, s(), d(), Ty::Scalar(Dtype::F64))));
        body.push(yields(bin(op, d(), i(), Ty::Scalar(Dtype::F64))));
    }
    for op in [Compare::Eq, Compare::Ne, Compare::Lt, Compare::Le, Compare::Gt, Compare::Ge] {
        body.push(yields(cmp(op, i(), int(3))));
        body.push(yields(cmp(op, i(), x())));
        body.push(yields(cmp(op, x(), int(3))));
        body.push(yields(cmp_as(op, s(), x(), Ty::Scalar(Dtype::Bool))));
        body.push(yields(cmp_as(op, d(), i(), Ty::Scalar(Dtype::Bool))));
        body.push(yields(cmp_as(op, i(), boolean(true), Ty::Bool)));
    }
    body.extend([
        yields(bin(Binary::Pow, s(), int(2), f32t)),
        yields(bin(Binary::Pow, i(), int(2), Ty::Int)),
        yields(bin(Binary::Shl, i(), int(3), Ty::Int)),
        yields(bin(Binary::Shr, i(), int(1), Ty::Int)),
        yields(unary(Unary::Invert, i(), Ty::Int)),
        yields(unary(Unary::Neg, s(), Ty::Scalar(Dtype::F32))),
        yields(unary(Unary::Pos, boolean(true), Ty::Int)),
        yields(call("abs", vec![i()], Ty::Int)),
        yields(call("abs", vec![s()], Ty::Scalar(Dtype::F32))),
        yields(call("round", vec![x(), none()], Ty::Int)),
        yields(call("round", vec![x(), int(1)], Ty::Float)),
        yields(call("round", vec![i(), int(-1)], Ty::Int)),
        yields(call("int", vec![x(), ellipsis()], Ty::Int)),
        yields(call("int", vec![s(), ellipsis()], Ty::Int)),
        yields(call("float", vec![s()], Ty::Float)),
        yields(call("bool", vec![s()], Ty::Bool)),
        yields(call("min", vec![tuple(vec![x(), float(0.5), float(-0.25)]), ellipsis()], Ty::Float)),
        yields(call("max", vec![tuple(vec![i(), int(2)]), ellipsis()], Ty::Int)),
        yields(call("max", vec![tuple(vec![i(), x()]), ellipsis()], Ty::Any)),
        yields(call("math.floor", vec![x()], Ty::Int)),
        yields(call("math.ceil", vec![i()], Ty::Int)),
        yields(call("math.isnan", vec![x()], Ty::Bool)),
        yields(call("math.atan2", vec![x(), i()], Ty::Float)),
        yields(call(
            "math.log",
            vec![bin(Binary::Add, call("abs", vec![x()], Ty::Float), int(1), Ty::Float), ellipsis()],
            Ty::Float,
        )),
        yields(and(
            cmp(Compare::Gt, i(), int(0)),
            or(cmp(Compare::Lt, x(), int(1)), boolean(false), Ty::Bool),
            Ty::Bool,
        )),
        yields(and(i(), x(), Ty::Any)),
        yields(or(i(), int(5), Ty::Int)),
        yields(call("math.log10", vec![bin(Binary::Mul, x(), i(), Ty::Float)], Ty::Float)),
        yields(bin(Binary::Mod, i(), bin(Binary::Sub, i(), int(1), Ty::Int), Ty::Int)),
        yields(bin(Binary::Mul, bin(Binary::Mul, i(), int(i64::MAX), Ty::Int), int(2), Ty::Int)),
    ]);
    let locals = [("m", Ty::Any), ("i", Ty::Int), ("x", Ty::Float), ("s", Ty::Scalar(Dtype::F32)), ("d", f64t)];
    script("Numbers", &[], vec![function("process", 1, &locals, Ty::None, body)])
}

#[test]
fn messages_are_computed_as_by_the_evaluator() {
    check(&[
        case!(
            loops(),
            Value::list(vec![Value::Int(4), Value::Int(8), Value::Int(2), Value::Int(10)]),
            Value::list(vec![]),
            Value::tuple([Value::Int(1), Value::Float(f64::NAN), Value::from("x")]),
            Value::list(vec![Value::from("no format")]),
            Value::Int(3)
        ),
        case!(
            objects(),
            Value::Dict(
                Dict::from_pairs([
                    (Value::from("pair"), Value::tuple([Value::Int(1), Value::from("two")])),
                    (
                        Value::from("list"),
                        Value::list(vec![Value::from("a"), Value::Int(2), Value::Int(0), Value::Float(1.5)])
                    ),
                ])
                .unwrap()
            ),
            Value::Dict(Dict::from_pairs([(Value::from("pair"), Value::list(vec![Value::Int(1)])),]).unwrap()),
            Value::Dict(
                Dict::from_pairs([
                    (Value::from("pair"), Value::from("xy")),
                    (Value::from("list"), Value::list(vec![Value::from("v"), Value::from("w")])),
                ])
                .unwrap()
            ),
            Value::Dict(Dict::new())
        ),
        case!(recursion(), Value::Int(10), Value::Int(-3), Value::Int(4)),
        case!(
            numbers(),
            Value::tuple([Value::Int(5), Value::Float(0.7)]),
            Value::tuple([Value::Int(-3), Value::Float(-2.5)]),
            Value::tuple([Value::Int(0), Value::Float(0.25)]),
            Value::tuple([Value::Int(1), Value::Float(9.75)]),
            Value::tuple([Value::Int(2), Value::from("1e3")]),
            Value::tuple([Value::Int(2), Value::from("x")])
        ),
    ]);
}

/// Chunks of audio, sample by sample.
fn chunks() -> Script {
    let array = |axes: usize| Ty::Array { dtype: Some(Dtype::F32), shape: Some(vec![Dim::Unknown; axes]) };
    let sample = || Ty::Scalar(Dtype::F32);
    let (chunk, samples, rate, out, i, y, row) = (0, 1, 2, 3, 4, 5, 6);
    let whole = |v| local(v, Ty::Int);
    let at = |v: usize, axes: usize, place| index(local(v, array(axes)), place, sample());
    let main = function(
        "process",
        1,
        &[
            ("chunk", Ty::Tuple(vec![array(2), Ty::Int])),
            ("samples", array(2)),
            ("rate", Ty::Int),
            ("out", array(2)),
            ("i", Ty::Int),
            ("y", sample()),
            ("row", array(1)),
        ],
        Ty::None,
        vec![
            assign(
                unpack(vec![to_local(samples), to_local(rate)], None),
                local(chunk, Ty::Tuple(vec![array(2), Ty::Int])),
            ),
            assign(
                to_local(out),
                call(
                    "np.zeros_like",
                    vec![local(samples, array(2)), none(), string("K"), boolean(true), none()],
                    array(2),
                ),
            ),
            assign(to_local(row), index(local(samples, array(2)), int(0), array(1))),
            assign(to_local(y), call("np.float32", vec![float(0.0)], sample())),
            for_range(
                to_local(i),
                int(0),
                index(attribute(local(samples, array(2)), "shape", Ty::Tuple(vec![Ty::Int, Ty::Int])), int(1), Ty::Int),
                int(1),
                vec![
                    augment(
                        Binary::Add,
                        to_local(y),
                        bin(
                            Binary::Mul,
                            bin(Binary::Sub, at(row, 1, whole(i)), local(y, sample()), sample()),
                            float(0.1),
                            sample(),
                        ),
                    ),
                    assign(to_index(local(out, array(2)), tuple(vec![int(0), whole(i)])), local(y, sample())),
                    augment(Binary::Mul, to_index(local(row, array(1)), whole(i)), float(0.5)),
                    assign(
                        to_index(local(out, array(2)), tuple(vec![int(-1), whole(i)])),
                        bin(
                            Binary::Add,
                            at(samples, 2, tuple(vec![int(1), whole(i)])),
                            bin(Binary::Div, whole(i), whole(rate), Ty::Float),
                            sample(),
                        ),
                    ),
                ],
                vec![],
            ),
            yields(tuple(vec![local(out, array(2)), whole(rate)])),
            yields(at(row, 1, int(9))),
        ],
    );
    script(
        "Chunks",
        &[(
            "window",
            array(1),
            Literal::Array { dtype: Dtype::F32, shape: vec![40], values: (0..40).map(f64::from).collect() },
        )],
        vec![main],
    )
    .with(Takes::Chunk { frames: 4 }, Gives { audio: Some(None), messages: Some(Form::Json) })
}

#[test]
fn elements_of_arrays_are_read_and_written() {
    check(&[case!(
        chunks(),
        Value::tuple([Value::Array(Array::from_frames(&[0.5f32, 1.0, -0.25, 0.75, 1.0, -1.0], 2)), Value::Int(48_000)]),
        Value::tuple([Value::Array(Array::from_frames(&[0.5f32, 1.0], 1)), Value::Int(8_000)])
    )]);
}
