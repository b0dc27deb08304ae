//! The verifier accepts what is right, and names what is wrong: one row per way to break an invariant.

#[path = "support/random.rs"]
mod random;

use remotemedia_ir::kernel::{Const, Kernel, Op, Scalar, Stmt, Ty, Value, ValueId};
use remotemedia_ir::verify::{self, MAX_DEPTH, Stage, verify_kernel};
use remotemedia_ir::{Diagnostics, Severity, codes, graph, text};

const KERNEL: &str = r#"
kernel "all" {
  in 0 mic: f32x2
  in 1 side: i16
  out 0 out: f32x2
  out 1 level: i32
  state s0 z: f64 = 0.5 flush
  state s1 n: i32 = 0
  local l0 i: i32
  local l1 acc: f32
  line d0 past: f32x2 length 3
  table t0 taps: f64 = [1.0, 2.0, 3.0]
  table t1 steps: i32 = [1, 2]
  section q0 hp: lanes 2 transposed_f64 b [1.0, 2.0, 1.0] a [0.5, 0.25]
  v0: f32x2 = input 0
  v1: i32 = input 1
  v2: f32 = lane v0, 1
  v3: bool = gt v2, v2
  v4: f32x2 = section q0, v0
  v5: f32x2 = fir d0, t0, v4
  push d0, v5
  v6: i32 = lookup t1, v1
  v7: f32x2 = line d0 ago 3
  if v3 {
    v8: f32x2 = line d0 ago v6
    push d0, v8
  }
  for l0 in 3 {
    v9: i32 = local l0
    set s1 = v9
  }
  v10: f64 = convert v2
  set s0 = v10
  set l1 = v2
  v11: f32x2 = compose v2, v2
  v12: f32x2 = add v11, v7
  v13: i32 = state s1
  output 0 = v12
  output 1 = v13
}"#;

/// Replaces in a text, which must have it once.
fn edit(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "`{from}` in the base text");
    text.replace(from, to)
}

#[test]
fn the_base_kernel_is_right() {
    let kernel = text::parse_kernel(KERNEL).unwrap();
    assert_eq!(verify_kernel(&kernel), Ok(()));
    assert_eq!(verify::kernel(&kernel).unwrap().get(), &kernel);
}

#[test]
fn random_kernels_are_right() {
    for seed in 0..2000 {
        let kernel = random::kernel(seed);
        assert_eq!(verify_kernel(&kernel), Ok(()), "seed {seed}\n{}", text::print_kernel(&kernel));
    }
}

#[test]
fn broken_kernels_are_named() {
    let rows = [
        // 1: ids
        ("v0: f32x2 = input 0", "v0: f32x2 = input 7", "`v0`: `input 7` does not exist"),
        ("state s1\n", "state s9\n", "`v13`: `s9` does not exist"),
        ("local l0\n", "local l9\n", "`v9`: `l9` does not exist"),
        ("line d0 ago 3", "line d9 ago 3", "`v7`: `d9` does not exist"),
        ("line d0 ago v6", "line d9 ago v6", "`v8`: `d9` does not exist"),
        ("lookup t1, v1", "lookup t9, v1", "`v6`: `t9` does not exist"),
        ("section q0, v0", "section q9, v0", "`v4`: `q9` does not exist"),
        ("fir d0, t0, v4", "fir d9, t0, v4", "`v5`: `d9` does not exist"),
        ("fir d0, t0, v4", "fir d0, t9, v4", "`v5`: `t9` does not exist"),
        ("set s0 = v10", "set s9 = v10", "`set` of `s9`, which does not exist"),
        ("set l1 = v2", "set l9 = v2", "`set` of `l9`, which does not exist"),
        ("push d0, v5", "push d9, v5", "`push` to `d9`, which does not exist"),
        ("output 1 = v13", "output 1 = v13 output 2 = v13", "output 2 is written and does not exist"),
        ("for l0 in", "for l9 in", "a loop over `l9`, which does not exist"),
        ("add v11, v7", "add v11, v99", "`v12` uses `v99`, which is not defined there"),
        // 2: definitions and scopes
        ("set l1 = v2", "set l1 = v2 v14: f32 = abs v14", "`v14` uses `v14`, which is not defined there"),
        ("add v11, v7", "add v11, v8", "`v12` uses `v8`, which is not defined there"),
        ("if v3 {", "if v3 {} else { push d0, v8 } if v3 {", "`push d0` uses `v8`, which is not defined there"),
        ("output 0 = v12", "output 0 = v8", "`output 0` uses `v8`, which is not defined there"),
        ("set s1 = v9", "set s1 = v13", "`set s1` uses `v13`, which is not defined there"),
        // 3: types
        ("v0: f32x2 = input 0", "v0: f32x3 = input 0", "`v0`: is of type `f32x3`, its operation gives `f32x2`"),
        ("v2: f32 =", "v2: f64 =", "`v2`: is of type `f64`, its operation gives `f32`"),
        ("lane v0, 1", "lane v0, 2", "`v2`: lane 2 of `v0`, which has 2"),
        ("gt v2, v2", "gt v2, v1", "`v3`: `gt` expects `f32`, found `i32`"),
        ("v3: bool = gt", "v3: boolx2 = gt", "`v3`: is of type `boolx2`, its operation gives `bool`"),
        ("compose v2, v2", "compose v2", "`v11`: `compose` of 1 scalars gives `f32x2`"),
        ("compose v2, v2", "compose v2, v1", "`v11`: `compose` expects `f32`, found `i32`"),
        ("compose v2, v2", "splat v0", "`v11`: `splat` expects `f32`, found `f32x2`"),
        ("add v11, v7", "add v11, v2", "`v12`: `add` expects `f32x2`, found `f32`"),
        ("add v11, v7", "and v11, v7", "`v12`: `and` does not take `f32x2`"),
        ("add v11, v7", "shl v11, v7", "`v12`: `shl` does not take `f32x2`"),
        ("add v11, v7", "not v11", "`v12`: `not` does not take `f32x2`"),
        ("add v11, v7", "sin v11, v7", "`v12`: `sin` of 2 arguments"),
        ("add v11, v7", "pow v11", "`v12`: `pow` of 1 arguments"),
        ("add v11, v7", "pow v11, v2", "`v12`: `pow` expects `f32x2`, found `f32`"),
        ("add v11, v7", "select v3, v11, v7", "`v12`: `select` expects `boolx2`, found `bool`"),
        ("add v11, v7", "select v3, v11, v2", "`v12`: `select` expects `f32x2`, found `f32`"),
        ("add v11, v7", "convert v2", "`v12`: is of type `f32x2`, its operation gives `f32`"),
        ("add v11, v7", "const 1.0", "`v12`: is of type `f32x2`, its operation gives `f32`"),
        ("add v11, v7", "const i32 1", "`v12`: is of type `f32x2`, its operation gives `i32`"),
        ("v13: i32 = state s1", "v13: i32 = state s1 v14: i32 = sqrt v13", "`v14`: `sqrt` does not take `i32`"),
        ("v13: i32 = state s1", "v13: i32 = state s1 v14: i32 = exp v13", "`v14`: `exp` does not take `i32`"),
        ("v13: i32 = state s1", "v13: i32 = state s1 v14: bool = neg v3", "`v14`: `neg` does not take `bool`"),
        ("v13: i32 = state s1", "v13: i32 = state s1 v14: bool = min v3, v3", "`v14`: `min` does not take `bool`"),
        ("v13: i32 = state s1", "v13: i32 = state s1 v14: bool = lt v3, v3", "`v14`: `lt` does not take `bool`"),
        ("v13: i32 = state s1", "v13: i32 = state s1 v14: bool = convert v13", "`v14`: `convert` from `i32` to bool"),
        ("lookup t1, v1", "lookup t1, v2", "`v6`: `lookup` expects `i32`, found `f32`"),
        ("line d0 ago v6", "line d0 ago v2", "`v8`: `line_at` expects `i32`, found `f32`"),
        ("section q0, v0", "section q0, v2", "`v4`: `section` expects `f32x2`, found `f32`"),
        ("section q0, v0", "section q0, v1", "`v4`: `section` does not take `i32`"),
        ("fir d0, t0, v4", "fir d0, t0, v2", "`v5`: `fir` expects `f32x2`, found `f32`"),
        ("fir d0, t0, v4", "fir d0, t1, v4", "`v5`: `fir` does not take `f32x2`"),
        ("set s0 = v10", "set s0 = v2", "`set s0` expects `f64`, found `v2` of type `f32`"),
        ("set l1 = v2", "set l1 = v10", "`set l1` expects `f32`, found `v10` of type `f64`"),
        ("push d0, v5", "push d0, v2", "`push d0` expects `f32x2`, found `v2` of type `f32`"),
        ("if v3", "if v2", "`if` expects `bool`, found `v2` of type `f32`"),
        // 4: outputs
        ("output 0 = v12", "output 0 = v2", "`output 0` expects `f32x2`, found `v2` of type `f32`"),
        ("output 0 = v12", "", "output 0 is written 0 times"),
        ("output 0 = v12", "output 0 = v12 output 0 = v12", "output 0 is written 2 times"),
        ("push d0, v8", "push d0, v8 output 0 = v8", "output 0 is written inside a block"),
        // 5: tables
        ("[1, 2]", "[]", "`t1` is an empty table"),
        ("[1, 2]", "[1, f32 2.0]", "`t1` has values of several types"),
        // 6: states
        ("f64 = 0.5 flush", "f64 = [0.5, 0.5] flush", "`s0` of type `f64` starts with 2 constants"),
        ("f64 = 0.5 flush", "f64 = f32 0.5 flush", "`s0` of type `f64` starts with a constant of another type"),
        ("i32 = 0\n", "i32 = 0 flush\n", "`s1` of type `i32` cannot be flushed"),
        // 7: loops
        ("for l0 in", "for l1 in", "the loop index `l1` is of type `f32`, not `i32`"),
        ("set s1 = v9", "set l0 = v9", "the loop index `l0` is set"),
        ("set s1 = v9", "for l0 in 2 {}", "`l0` is the index of a loop within its own loop"),
        ("v13: i32 = state s1", "v13: i32 = local l0", "the loop index `l0` is read outside of its loop"),
        ("in 3 {", "in 16777217 {", "a loop over `l0` runs more than 16777216 times"),
        // 8: sections
        ("[0.5, 0.25]", "[0.5, inf]", "`q0` has a coefficient that is not finite"),
        ("transposed_f64 b [1.0", "delta_f32 b [1e300", "`q0` has a coefficient that is not finite"),
        (
            "transposed_f64 b [1.0",
            "peak_f32 b [1.5",
            "`q0` in the form `peak_f32` is not 1 at both ends of the spectrum",
        ),
        // 9: lines
        ("line d0 ago 3", "line d0 ago 4", "`v7`: `d0` of length 3 is read 4 pushes back"),
        ("line d0 ago 3", "line d0 ago 0", "`v7`: `d0` of length 3 is read 0 pushes back"),
        ("[1.0, 2.0, 3.0]", "[1.0, 2.0, 3.0, 4.0, 5.0]", "`v5`: `fir` of 5 values over `d0` of length 3"),
        // 10: sizes
        ("in 1 side: i16", "in 1 side: i16x257", "`input 1` has 257 lanes, which is not between 1 and 256"),
        ("out 1 level: i32", "out 1 level: i32x0", "`output 1` has 0 lanes, which is not between 1 and 256"),
        ("v11: f32x2", "v11: f32x300", "`v11` has 300 lanes, which is not between 1 and 256"),
        ("state s1 n: i32", "state s1 n: i32x0", "`s1` has 0 lanes, which is not between 1 and 256"),
        ("local l1 acc: f32", "local l1 acc: f32x0", "`l1` has 0 lanes, which is not between 1 and 256"),
        ("past: f32x2", "past: f32x0", "`d0` has 0 lanes, which is not between 1 and 256"),
        ("hp: lanes 2", "hp: lanes 0", "`q0` has 0 lanes, which is not between 1 and 256"),
        ("length 3", "length 0", "`d0` is a line of length 0"),
        ("length 3", "length 8388609", "`d0` has 16777218 elements, more than 16777216"),
    ];
    for (from, to, expected) in rows {
        let kernel = text::parse_kernel(&edit(KERNEL, from, to)).unwrap_or_else(|e| panic!("{to}: {e:?}"));
        let errors = verify_kernel(&kernel).expect_err(to);
        assert!(errors.iter().any(|e| e == expected), "`{to}`: expected {expected:?}, found {errors:#?}");
        check_bug(verify::kernel(&kernel).err(), expected);
    }
}

/// All are bugs, and one says that.
fn check_bug(errors: Option<Diagnostics>, expected: &str) {
    let errors = errors.unwrap_or_default();
    assert!(errors.iter().all(|d| d.severity == Severity::Bug && d.code == codes::BUG));
    let messages: Vec<&str> = errors.iter().map(|d| d.message.as_str()).collect();
    assert!(messages.iter().any(|m| m.contains(expected)), "expected {expected:?}, found {messages:#?}");
}

#[test]
fn kernels_that_the_text_form_cannot_say_are_named_too() {
    let zero = Value { op: Op::Const(Const::F32(0.0)), ty: Ty::scalar(Scalar::F32), name: None };
    let nested = |depth| {
        (0..depth).fold(Vec::new(), |body, _| vec![Stmt::If { condition: ValueId(0), then: body, otherwise: vec![] }])
    };
    let truth = Value { op: Op::Const(Const::Bool(true)), ty: Ty::scalar(Scalar::Bool), name: None };
    let deep = |depth| {
        let body = [Stmt::Let(ValueId(0))].into_iter().chain(nested(depth)).collect();
        Kernel { values: vec![truth.clone()], body, ..Kernel::default() }
    };
    assert_eq!(verify_kernel(&deep(MAX_DEPTH)), Ok(()));
    let let_0 = Stmt::Let(ValueId(0));
    let twice = Kernel { values: vec![zero.clone()], body: vec![let_0.clone(), let_0], ..Kernel::default() };
    let rows = [
        (Kernel { values: vec![zero], ..Kernel::default() }, "`v0` is never defined"),
        (twice, "`v0` is defined more than once"),
        (Kernel { body: vec![Stmt::Let(ValueId(3))], ..Kernel::default() }, "`v3` is defined and does not exist"),
        (deep(MAX_DEPTH + 1), "blocks nest more than 64 deep"),
    ];
    for (kernel, expected) in rows {
        let errors = verify_kernel(&kernel).expect_err(expected);
        assert!(errors.iter().all(|e| e == expected), "expected {expected:?}, found {errors:#?}");
    }
    let long = vec![Const::F32(0.0); verify::MAX_TABLE + 1];
    let table = remotemedia_ir::kernel::Table { name: "t".into(), values: long };
    let errors = verify_kernel(&Kernel { tables: vec![table], ..Kernel::default() });
    assert_eq!(errors, Err(vec!["`t0` has more than 1048576 values".to_string()]));
}

const GRAPH: &str = r#"
graph "voice" {
  n0 = input "mic" : -> out: audio<f32, 48000, 2>
  n1 = kernel "gain" tail 0 skip 0 : in: audio<f32, 48000, 2> -> out: audio<f32, 48000, 2> {
    in 0 in: f32x2
    out 0 out: f32x2
    v0: f32x2 = input 0
    output 0 = v0
  }
  n2 = library "rate" resample::Resample(to: 16000) rate 3 -> 1 hold 0 latency 12 same_length false features []
    : in: audio<f32, 48000, 2> -> out: audio<f32, 16000, 2>
  n3 = removed "old" : in: ? -> out: ?
  n4 = output "speaker" : in: audio<f32, 16000, 2> ->
  n0.0 -> n1.0
  n1.0 -> n2.0
  n2.0 -> n4.0
}"#;

#[test]
fn broken_graphs_are_named() {
    use Stage::{Lowered, Negotiated, Resolved, Typed};
    for stage in [Resolved, Typed, Negotiated, Lowered] {
        let graph = text::parse_graph(GRAPH).unwrap();
        let verified = verify::graph(&graph, stage).unwrap();
        assert_eq!(verified.kernel(graph::NodeId(1)).map(|k| k.name.clone()), Some("gain".into()));
        assert!(verified.kernel(graph::NodeId(2)).is_none() && verified.kernel(graph::NodeId(9)).is_none());
    }
    let deep = format!("to: {}1{}", "[".repeat(65), "]".repeat(65));
    let rows = [
        // 1: ends
        ("n0.0 -> n1.0", "n0.1 -> n1.0", Resolved, "`e0`: `n0` (`mic`) has no port 1 on that side"),
        ("n0.0 -> n1.0", "n0.0 -> n1.1", Resolved, "`e0`: `n1` (`gain`) has no port 1 on that side"),
        ("n0.0 -> n1.0", "n9.0 -> n1.0", Resolved, "`e0`: `n9` does not exist"),
        ("n0.0 -> n1.0", "n4.0 -> n1.0", Resolved, "`e0`: `n4` (`speaker`) has no port 0 on that side"),
        // 2: removed nodes
        ("n0.0 -> n1.0", "n3.0 -> n1.0", Resolved, "`e0`: `n3` (`old`) was removed"),
        ("n2.0 -> n4.0", "n2.0 -> n3.0", Resolved, "`e2`: `n3` (`old`) was removed"),
        // 3: pipeline ports
        (
            "\"mic\" : ->",
            "\"mic\" : in: ? ->",
            Resolved,
            "`n0` (`mic`): a pipeline input with 1 input and 1 output ports",
        ),
        ("16000, 2> ->\n", "16000, 2> -> out: ?\n", Resolved, "a pipeline output with 1 input and 1 output ports"),
        // 4: kernels
        ("output 0 = v0", "", Resolved, "`n1` (`gain`): output 0 is written 0 times"),
        ("skip 0 : in:", "skip 0 : side: ?, in:", Resolved, "`n1` (`gain`): 2 input ports, its kernel has 1"),
        (
            ": in: audio<f32, 48000, 2> -> out: audio<f32, 48000, 2> {",
            ": in: ? -> out: text {",
            Resolved,
            "output port 0 is `text`, its kernel has f32 x 2",
        ),
        (
            "in 0 in: f32x2",
            "in 0 in: f64x2",
            Resolved,
            "input port 0 is `audio<f32, 48000, 2>`, its kernel has f64 x 2",
        ),
        (
            "-> out: audio<f32, 48000, 2> {",
            "-> out: tensor<f32, 3> {",
            Resolved,
            "output port 0 is `tensor<f32, 3>`, its kernel has f32 x 2",
        ),
        // 5: types
        (
            "\"mic\" : -> out: audio<f32, 48000, 2>",
            "\"mic\" : -> out: audio<f32, 0, 2>",
            Resolved,
            "`audio<f32, 0, 2>` is a stream of nothing",
        ),
        (
            "\"mic\" : -> out: audio<f32, 48000, 2>",
            "\"mic\" : -> out: audio<f32, 8000, 0>",
            Resolved,
            "`audio<f32, 8000, 0>` is a stream of nothing",
        ),
        (
            "\"mic\" : -> out: audio<f32, 48000, 2>",
            "\"mic\" : -> out: tensor<f32, 3, 0>",
            Resolved,
            "`tensor<f32, 3, 0>` is a stream of nothing",
        ),
        (
            "\"mic\" : -> out: audio<f32, 48000, 2>",
            "\"mic\" : -> out: tensor<f32, 65536, 65536>",
            Resolved,
            "has more than 16777216 elements",
        ),
        // 6: library nodes and parameters
        (
            "rate 3 -> 1",
            "rate 0 -> 1",
            Resolved,
            "`n2` (`rate`): `resample::Resample` has a static rate that consumes nothing",
        ),
        ("to: 16000", &deep, Resolved, "`n2` (`rate`): the parameter `to` nests more than 64 deep"),
        // 7: one edge per input
        ("n2.0 -> n4.0", "n2.0 -> n4.0 n2.0 -> n4.0", Typed, "`n4` (`speaker`): input port 0 is fed by 2 edges"),
        // 8: types of edges
        (
            "in: audio<f32, 16000, 2>",
            "in: audio<f32, 44100, 2>",
            Negotiated,
            "`e2`: `audio<f32, 16000, 2>` is joined to `audio<f32, 44100, 2>`",
        ),
        ("in: audio<f32, 16000, 2>", "in: ?", Negotiated, "`e2`: `audio<f32, 16000, 2>` is joined to `?`"),
        // 9: lowered
        (
            "removed \"old\"",
            "typed \"old\" Gain()",
            Lowered,
            "`n3` (`old`): a node of type `Gain` that was not lowered",
        ),
        ("in: audio<f32, 16000, 2>", "in: ?", Lowered, "`n4` (`speaker`): the port `in` has no type"),
        ("n1.0 -> n2.0", "", Lowered, "`n2` (`rate`): input port 0 is fed by 0 edges"),
    ];
    for (from, to, stage, expected) in rows {
        let graph = text::parse_graph(&edit(GRAPH, from, to)).unwrap_or_else(|e| panic!("{to}: {e:?}"));
        check_bug(verify::graph(&graph, stage).err(), expected);
        let earlier =
            [(Typed, Resolved), (Negotiated, Typed), (Lowered, Negotiated)].into_iter().find(|(s, _)| *s == stage);
        let accepted = earlier.is_none_or(|(_, earlier)| match verify::graph(&graph, earlier) {
            Ok(_) => true,
            Err(errors) => errors.iter().all(|d| !d.message.contains(expected)),
        });
        assert!(accepted, "`{to}` is said before {stage:?}");
    }
}

const PLAN: &str = r#"
plan "voice" {
  b0 = stream "mic.out" : audio<f32, 48000, 2> capacity 4096 readers 2
  b1 = stream "gain.out" : audio<f32, 48000, 2> capacity 4096 readers 1
  b2 = stream "rate.out" : audio<f32, 16000, 2> capacity 4096 readers 1
  input "mic" to b0 block 1024
  a0 = library "rate" on native of [rate] resample::Resample() rate 3 -> 1 hold 0 latency 12 same_length false features []
    : b1/0 -> b2
  a1 = region "gain" on native of [gain] tail 0 skip 0 : b0/0 -> b1 {
    in 0 in: f32x2
    out 0 out: f32x2
    v0: f32x2 = input 0
    output 0 = v0
  }
  output "speaker" from b2/0 latency 12
  output "copy" from b0/1 latency 0
  order a1, a0
}"#;

#[test]
fn broken_plans_are_named() {
    let plan = text::parse_plan(PLAN).unwrap();
    let verified = verify::plan(&plan).unwrap();
    assert!(verified.kernel(remotemedia_ir::plan::ActorId(1)).is_some());
    assert!(verified.kernel(remotemedia_ir::plan::ActorId(0)).is_none());
    let rows = [
        // 1: ids and order
        ("order a1, a0", "order a1, a0, a7", "`a7` is ordered and does not exist"),
        ("order a1, a0", "order a1, a0, a0", "`a0` is ordered twice"),
        ("order a1, a0", "order a1", "`a0` is not ordered"),
        ("to b0 block", "to b9 block", "pipeline input `mic` writes `b9`, which does not exist"),
        (": b0/0 -> b1 {", ": b9/0 -> b1 {", "`a1` (`gain`) reads `b9`, which does not exist"),
        (": b0/0 -> b1 {", ": b0/0 -> b9 {", "`a1` (`gain`) writes `b9`, which does not exist"),
        ("from b2/0", "from b9/0", "pipeline output `speaker` reads `b9`, which does not exist"),
        // 2: writers
        (": b0/0 -> b1 {", ": b0/0 -> b2 {", "`b1` has 0 writers"),
        (": b0/0 -> b1 {", ": b0/0 -> b2 {", "`b2` has 2 writers"),
        ("input \"mic\" to b0 block 1024", "", "`b0` has 0 writers"),
        // 3: readers
        ("from b2/0", "from b2/1", "pipeline output `speaker` is reader 1 of `b2`, which has fewer"),
        ("from b0/1", "from b0/0", "reader 0 of `b0` is used 2 times"),
        ("from b0/1", "from b0/0", "reader 1 of `b0` is used 0 times"),
        // 4: order
        ("order a1, a0", "order a0, a1", "`a0` is not ordered after `a1`, which writes `b1`"),
        (": b0/0 -> b1 {", ": b1/0 -> b1 {", "`a1` is not ordered after `a1`, which writes `b1`"),
        // 5: regions
        ("output 0 = v0", "", "`a1` (`gain`): output 0 is written 0 times"),
        (": b0/0 -> b1 {", ": -> b1 {", "`a1` (`gain`): 0 inputs, its kernel has 1"),
        (": b0/0 -> b1 {", ": b0/0 -> b1, b1 {", "`a1` (`gain`): 2 outputs, its kernel has 1"),
        ("in 0 in: f32x2", "in 0 in: i16x2", "input 0 is `b0` of type `audio<f32, 48000, 2>`, its kernel has i16 x 2"),
        (
            "\"gain.out\" : audio<f32, 48000, 2>",
            "\"gain.out\" : json",
            "output 0 is `b1` of type `json`, its kernel has f32 x 2",
        ),
        // 6: streams
        ("48000, 2> capacity 4096 readers 1", "48000, 2> capacity 0 readers 1", "`b1` has no room"),
        ("audio<f32, 16000, 2>", "audio<f32, 16000, 0>", "`b2`: `audio<f32, 16000, 0>` is a stream of nothing"),
        (
            "capacity 4096 readers 2",
            "capacity 18446744073709551614 readers 2",
            "the bytes of all streams do not fit in 64 bits",
        ),
        // 7: blocks
        ("block 1024", "block 4097", "a block of 4097 tokens of pipeline input `mic` does not fit `b0`"),
        ("block 1024", "block 0", "a block of 0 tokens of pipeline input `mic` does not fit `b0`"),
        // 8: names
        ("output \"copy\"", "output \"speaker\"", "two pipeline outputs are named `speaker`"),
        ("block 1024", "block 1024 input \"mic\" to b0 block 1", "two pipeline inputs are named `mic`"),
        // 9: library nodes
        ("rate 3 -> 1", "rate 0 -> 1", "`a0` (`rate`): `resample::Resample` has a static rate that consumes nothing"),
        // 10: threads
        ("order a1, a0", "order a1, a0 ring b1 to 1 blocks 4 of 512", "rings between threads that there are not"),
        ("order a1, a0", "order a1, a0 thread [a1] thread [a0, a7]", "`a7` has a thread and does not exist"),
        ("order a1, a0", "order a1, a0 thread [a1] thread [a0, a1]", "`a1` is on 2 threads"),
        ("order a1, a0", "order a1, a0 thread [a1] thread []", "`a0` is on 0 threads"),
        ("order a1, a0", "order a1, a0 thread [a0] thread [a1]", "`a0` reads `b1` of a later thread"),
        ("order a1, a0", "order a1, a0 thread [a1] thread [a0]", "no ring brings `b1` to 1"),
        ("order a1, a0", "order a1, a0 thread [a1] thread [a0] ring b1 to 1 blocks 4 of 8", "no ring brings `b2` to 0"),
        ("order a1, a0", "order a1, a0 thread [a1, a0] ring b0 to 1 blocks 4 of 8", "no ring is to bring `b0` to 1"),
        (
            "order a1, a0",
            "order a1, a0 thread [a1] thread [a0] ring b1 to 1 blocks 4 of 8 ring b1 to 1 blocks 4 of 8",
            "two rings bring `b1` to 1",
        ),
        (
            "order a1, a0",
            "order a1, a0 thread [a1] thread [a0] ring b1 to 1 blocks 0 of 8",
            "the ring of `b1` to 1 has no room",
        ),
    ];
    let threads = "order a1, a0 thread [a1] thread [a0] ring b1 to 1 blocks 4 of 512 ring b2 to 0 blocks 4 of 171";
    let plan = text::parse_plan(&edit(PLAN, "order a1, a0", threads)).unwrap();
    assert!(verify::plan(&plan).is_ok());
    for (from, to, expected) in rows {
        let plan = text::parse_plan(&edit(PLAN, from, to)).unwrap_or_else(|e| panic!("{to}: {e:?}"));
        check_bug(verify::plan(&plan).err(), expected);
    }
    let mut plan = text::parse_plan(PLAN).unwrap();
    if let remotemedia_ir::plan::Work::Region(region) = &mut plan.actors[1].work {
        region.bounded.clear();
    }
    check_bug(verify::plan(&plan).err(), "`a1` (`gain`): `bounded` has 0 entries for 1 inputs");
}

#[test]
fn a_large_kernel_is_verified_in_linear_time() {
    let add = |i: u32| Value {
        op: if i == 0 { Op::Const(Const::F32(1.0)) } else { Op::Compose(vec![ValueId(i - 1)]) },
        ty: Ty::scalar(Scalar::F32),
        name: None,
    };
    let count = 300_000;
    let kernel = Kernel {
        values: (0..count).map(add).collect(),
        body: (0..count).map(|i| Stmt::Let(ValueId(i))).collect(),
        ..Kernel::default()
    };
    assert_eq!(verify_kernel(&kernel), Ok(()));
}
