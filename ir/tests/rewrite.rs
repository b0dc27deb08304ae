//! Cleaning a kernel changes no bit of what it computes, and finds what it should find.

#[path = "support/feed.rs"]
mod feed;
#[path = "support/random.rs"]
mod random;

use feed::Block;
use remotemedia_ir::kernel::{Binary, Const, Kernel, Op, Port, Scalar, Stmt, Ty, Value, ValueId};
use remotemedia_ir::rewrite::{Cleaned, clean, compact};
use remotemedia_ir::text::{parse_kernel, print_kernel};
use remotemedia_ir::types::SampleFormat;
use remotemedia_ir::verify::verify_kernel;

/// The ports of every kernel here.
const PORTS: &str = "in 0 x: f32 out 0 y: f32";

/// The body that is left of one with [`PORTS`], as one line.
fn cleaned(items: &str) -> String {
    let mut kernel = parse_kernel(&format!("kernel \"k\" {{ {PORTS} {items} }}")).unwrap();
    assert_eq!(verify_kernel(&kernel), Ok(()), "{items}");
    clean(&mut kernel);
    assert_eq!(verify_kernel(&kernel), Ok(()), "{items}");
    let text = print_kernel(&kernel).split_whitespace().collect::<Vec<_>>().join(" ");
    let rest = text.strip_prefix(&format!("kernel \"k\" {{ {PORTS} ")).and_then(|rest| rest.strip_suffix(" }"));
    rest.expect("the ports stay").to_string()
}

#[test]
fn finds_what_it_should_find() {
    let same = "v0: f32 = input 0 output 0 = v0";
    // `v0` is the input in both.
    let rows = [
        // Constants.
        (
            "v1: f32 = const 0.1 v2: f32 = const 0.2 v3: f32 = add v1, v2 v4: f32 = mul v0, v3 output 0 = v4",
            "v0: f32 = input 0 v1: f32 = const 0.3 v2: f32 = mul v0, v1 output 0 = v2",
        ),
        (
            "v1: f64 = const -1.0 v2: f64 = sqrt v1 v3: f32 = convert v2 output 0 = v3",
            "v0: f32 = const nan output 0 = v0",
        ),
        (
            "v1: f64 = const 1.5 v2: f64 = const 2.5 v3: bool = lt v1, v2 v4: f64 = select v3, v1, v2 v5: f32 = \
             convert v4 output 0 = v5",
            "v0: f32 = const 1.5 output 0 = v0",
        ),
        ("v1: f32 = const 0.0 v2: f32 = exp v1 output 0 = v2", "v0: f32 = const 1.0 output 0 = v0"),
        (
            "table t0 a: f32 = [7.0, 8.0] v1: i32 = const 9 v2: f32 = lookup t0, v1 output 0 = v2",
            "v0: f32 = const 8.0 output 0 = v0",
        ),
        (
            "v1: f32 = const 3.0 v2: f32x2 = splat v1 v3: f32x2 = add v2, v2 v4: f32 = lane v3, 1 output 0 = v4",
            "v0: f32 = const 6.0 output 0 = v0",
        ),
        (
            "v1: f32 = const 3.0 v2: f32x2 = splat v1 v3: f32x2 = neg v2 v4: f32x2 = compose v0, v0 v5: f32x2 = mul \
             v3, v4 v6: f32 = lane v5, 0 output 0 = v6",
            "v0: f32 = input 0 v1: f32 = const -3.0 v2: f32x2 = splat v1 v3: f32x2 = splat v0 v4: f32x2 = mul v2, \
             v3 v5: f32 = lane v4, 0 output 0 = v5",
        ),
        ("state s0 a: f32 = 2.0 v1: f32 = state s0 output 0 = v1", "v0: f32 = const 2.0 output 0 = v0"),
        (
            "local l0 a: f32 line d0 b: f32 length 2 v1: f32 = local l0 v2: f32 = line d0 ago 1 v3: f32 = sub v1, \
             v2 output 0 = v3",
            "v0: f32 = const 0.0 output 0 = v0",
        ),
        (
            "line d0 b: f32 length 2 v1: i32 = const 7 v2: f32 = line d0 ago v1 push d0, v0 output 0 = v2",
            "line d0 b: f32 length 2 v0: f32 = input 0 v1: f32 = line d0 ago 2 push d0, v0 output 0 = v1",
        ),
        (
            "local l0 a: f32 v1: bool = const true if v1 { v2: f32 = neg v0 set l0 = v2 } else { set l0 = v0 } v3: \
             f32 = local l0 output 0 = v3",
            "local l0 a: f32 v0: f32 = input 0 v1: f32 = neg v0 set l0 = v1 v2: f32 = local l0 output 0 = v2",
        ),
        (
            "local l0 i: i32 state s0 a: f32 = 0.0 v1: f32 = state s0 for l0 in 0 { set s0 = v0 } output 0 = v1",
            "state s0 a: f32 = 0.0 v0: f32 = state s0 output 0 = v0",
        ),
        // Operands given back.
        ("v1: f32 = const 1.0 v2: f32 = mul v0, v1 v3: f32 = mul v1, v2 v4: f32 = div v3, v1 output 0 = v4", same),
        (
            "v1: f32 = const 0.0 v2: f32 = sub v0, v1 v3: f32 = const -0.0 v4: f32 = add v2, v3 v5: f32 = add v3, \
             v4 output 0 = v5",
            same,
        ),
        (
            "v1: f32 = neg v0 v2: f32 = neg v1 v3: f32 = convert v2 v4: bool = ne v0, v0 v5: f32 = select v4, v3, \
             v0 output 0 = v5",
            same,
        ),
        (
            "v1: f32x2 = compose v0, v0 v2: f32 = lane v1, 1 v3: f32 = splat v2 v4: f32 = lane v3, 0 v5: f32 = \
             compose v4 output 0 = v5",
            same,
        ),
        ("v1: bool = const false v2: f32 = neg v0 v3: f32 = select v1, v2, v0 output 0 = v3", same),
        (
            "v1: f32 = const 1.0 v2: f32x2 = splat v1 v3: f32x2 = splat v0 v4: f32x2 = div v3, v2 v5: f32 = lane \
             v4, 1 output 0 = v5",
            same,
        ),
        // Shared.
        (
            "v1: f32 = sin v0 v2: f32 = input 0 v3: f32 = sin v2 as s v4: f32 = add v1, v3 output 0 = v4",
            "v0: f32 = input 0 v1: f32 = sin v0 as s v2: f32 = add v1, v1 output 0 = v2",
        ),
        (
            "v1: f32 = abs v0 v2: f32 = add v0, v1 v3: f32 = add v1, v0 v4: f32 = div v2, v3 output 0 = v4",
            "v0: f32 = input 0 v1: f32 = abs v0 v2: f32 = add v0, v1 v3: f32 = div v2, v2 output 0 = v3",
        ),
        // Dead.
        ("state s0 a: f32 = 0.0 v1: f32 = state s0 v2: f32 = add v1, v0 set s0 = v2 output 0 = v0", same),
        (
            "line d0 a: f32 length 9 table t0 b: f32 = [1.0] section q0 c: lanes 1 transposed_f64 b [1.0, 0.0, 0.0] \
            a [0.0, 0.0] \
          v1: f32 = section q0, v0 v2: f32 = fir d0, t0, v1 push d0, v2 output 0 = v0",
            same,
        ),
        (
            "local l0 i: i32 local l1 a: f32 v1: bool = gt v0, v0 if v1 { for l0 in 9 { set l1 = v0 } } output 0 = v0",
            same,
        ),
        (
            "state s0 a: f32 = 0.0 state s1 b: f32 = 0.5 v1: f32 = state s1 set s1 = v0 v2: f32 = neg v0 set s0 = \
             v2 output 0 = v1",
            "state s0 b: f32 = 0.5 v0: f32 = input 0 v1: f32 = state s0 set s0 = v0 output 0 = v1",
        ),
    ];
    for (before, after) in rows {
        // The declarations of `before` come first, its statements after the input.
        let at = before.find("v1:").unwrap();
        let items = format!("{}v0: f32 = input 0 {}", &before[..at], &before[at..]);
        assert_eq!(cleaned(&items), after, "{before}");
    }
}

#[test]
fn leaves_what_it_must_not_touch() {
    let rows = [
        // Right only for some inputs.
        "v0: f32 = input 0 v1: f32 = const 0.0 v2: f32 = add v0, v1 output 0 = v2",
        "v0: f32 = input 0 v1: f32 = const 0.0 v2: f32 = mul v0, v1 output 0 = v2",
        "v0: f32 = input 0 v1: f32 = const 0.0 v2: f32 = sub v1, v0 output 0 = v2",
        "v0: f32 = input 0 v1: f32 = sub v0, v0 output 0 = v1",
        "v0: f32 = input 0 v1: f32 = const 2.0 v2: f32 = mul v0, v1 v3: f32 = div v2, v1 output 0 = v3",
        "v0: f32 = input 0 v1: f32 = const 0.5 v2: f32 = min v0, v1 v3: f32 = min v1, v0 v4: f32 = div v2, v3 \
         output 0 = v4",
        // A flush changes it later.
        "state s0 a: f32 = 1e-20 flush v0: f32 = state s0 output 0 = v0",
        "state s0 a: f32 = -0.0 flush v0: f32 = state s0 output 0 = v0",
        // Two reads with a write between.
        "state s0 a: f32 = 0.0 v0: f32 = input 0 v1: f32 = state s0 set s0 = v0 v2: f32 = state s0 v3: f32 = sub \
         v1, v2 output 0 = v3",
        // A section that is read once and fed twice.
        "section q0 c: lanes 1 transposed_f64 b [1.0, 0.0, 0.0] a [0.0, 0.0] v0: f32 = input 0 v1: f32 = section \
        q0, v0 \
         v2: f32 = abs v0 v3: f32 = section q0, v2 output 0 = v3",
        // What was computed in one branch is not there in the other.
        "local l0 a: f32 v0: f32 = input 0 v1: bool = gt v0, v0 if v1 { v2: f32 = neg v0 set l0 = v2 } else { v3: \
        f32 = neg v0 \
         v4: f32 = abs v3 set l0 = v4 } v5: f32 = neg v0 v6: f32 = local l0 v7: f32 = add v5, v6 output 0 = v7",
    ];
    for row in rows {
        assert_eq!(cleaned(row), row.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}

/// The input, and limits at -1 and 1.
const LIMITS: &str = "v0: f32 = input 0 v1: f32 = const -1.0 v2: f32 = const 1.0";

#[test]
fn limits_that_a_later_one_makes_superfluous_go() {
    let twice = |gain: &str, low: &str, high: &str| {
        let (first, second) = ("v3: f32 = max v0, v1 v4: f32 = min v3, v2", "v6: f32 = mul v4, v5");
        let last = format!("v7: f32 = const {low} v8: f32 = const {high} v9: f32 = max v6, v7 v10: f32 = min v9, v8");
        let left = cleaned(&format!("{LIMITS} {first} v5: f32 = const {gain} {second} {last} output 0 = v10"));
        (left.matches("max ").count(), left.matches("min ").count())
    };
    assert_eq!(twice("1.25", "-1.0", "1.0"), (1, 1));
    assert_eq!(twice("1.0", "-1.0", "1.0"), (1, 1));
    assert_eq!(twice("-1.5", "-1.0", "1.0"), (2, 1), "a NaN ended at 1.0, and would end at -1.0");
    assert_eq!(twice("0.99", "-1.0", "1.0"), (2, 2));
    assert_eq!(twice("0.99", "-0.5", "0.999"), (2, 2), "without the first limit a NaN would end at the second");
    assert_eq!(twice("2.0", "0.0", "1.0"), (2, 1), "a zero may have either sign");
    // Read by another as well; turned round by a sign.
    let rows = [
        ("v3: f32 = min v0, v2 v4: f32 = max v3, v1 v5: f32 = min v4, v2 v6: f32 = add v3, v5 output 0 = v6", 2),
        ("v3: f32 = max v0, v1 v4: f32 = min v3, v2 v5: f32 = neg v4 v6: f32 = max v5, v1 output 0 = v6", 0),
    ];
    for (row, minima) in rows {
        assert_eq!(cleaned(&format!("{LIMITS} {row}")).matches("min ").count(), minima, "{row}");
    }
}

#[test]
fn chains_of_limits_keep_their_bits() {
    let special = [0.0, 1e-40, 0.5, 0.999_999_94, 1.0, 1.000_000_1, 3.0e38, f32::INFINITY];
    let mut samples: Vec<f32> = special.into_iter().flat_map(|x| [x, -x]).chain([f32::NAN]).collect();
    samples.extend((-2000..2000).map(|i| i as f32 / 700.0));
    let (frames, samples) = (samples.len(), [Block::F32(samples)]);
    let (mut before, mut after) = (0, 0);
    for seed in 0..3000 {
        let mut rng = random::Rng::new(seed);
        let mut text = format!("kernel \"k\" {{ {PORTS} v0: f32 = input 0");
        for step in 0..2 + rng.below(7) {
            let (x, k, y) = (2 * step, 2 * step + 1, 2 * step + 2);
            let constant = rng.pick(&["-1.0", "1.0", "0.0", "0.5", "-0.5", "1.25", "0.8", "inf", "nan", "1e38", "2.0"]);
            let operation = rng.pick(&["max", "min", "max", "min", "mul", "add", "sub", "div"]);
            let (a, b) = if rng.below(5) == 0 { (k, x) } else { (x, k) };
            text.push_str(&format!(" v{k}: f32 = const {constant} v{y}: f32 = {operation} v{a}, v{b}"));
            before += usize::from(operation.starts_with('m') && operation != "mul");
        }
        let last = text.matches("const").count() * 2;
        let kernel = parse_kernel(&format!("{text} output 0 = v{last} }}")).unwrap();
        let mut smaller = kernel.clone();
        clean(&mut smaller);
        let is_limit = |v: &&Value| matches!(v.op, Op::Binary(Binary::Min | Binary::Max, ..));
        after += smaller.values.iter().filter(is_limit).count();
        let run = |kernel| feed::run(kernel, &samples, frames, &[frames]);
        assert_eq!(run(&smaller), run(&kernel), "{}", print_kernel(&kernel));
    }
    assert!(after > 1000 && after + 1000 < before, "{after} of {before} limits left");
}

#[test]
fn bits_are_preserved() {
    let mut total = Cleaned::default();
    for seed in 0..1500 {
        let before = random::kernel(seed);
        let inputs = feed::inputs(&before, 270, seed + 1);
        let expected = feed::run(&before, &inputs, 270, &[270]);
        let mut after = before.clone();
        let Cleaned { folded, shared, removed } = clean(&mut after);
        total =
            Cleaned { folded: total.folded + folded, shared: total.shared + shared, removed: total.removed + removed };
        assert_eq!((&after.inputs, &after.outputs), (&before.inputs, &before.outputs));
        assert_eq!(parse_kernel(&print_kernel(&after)).as_ref(), Ok(&after), "seed {seed}");
        let found = feed::run(&after, &inputs, 270, &[270]);
        assert_eq!(found, expected, "seed {seed}\n{}\n{}", print_kernel(&before), print_kernel(&after));
        let dense: Vec<ValueId> = lets(&after.body);
        assert_eq!(dense, (0..after.values.len()).map(ValueId::new).collect::<Vec<_>>());
        let mut compacted = before.clone();
        assert_eq!(compact(&mut compacted), before.values.len() - compacted.values.len());
        assert_eq!(feed::run(&compacted, &inputs, 270, &[270]), expected, "seed {seed}");
    }
    assert!(total.folded > 1000 && total.shared > 1000 && total.removed > 1000, "{total:?}");
}

/// The values of a body in its order.
fn lets(body: &[Stmt]) -> Vec<ValueId> {
    body.iter()
        .flat_map(|stmt| match stmt {
            Stmt::Let(id) => vec![*id],
            Stmt::If { condition: _, then, otherwise } => [lets(then), lets(otherwise)].concat(),
            Stmt::For { index: _, count: _, body } => lets(body),
            Stmt::SetState(..) | Stmt::SetLocal(..) | Stmt::Push(..) | Stmt::Output(..) => vec![],
        })
        .collect()
}

#[test]
fn cleaning_ends() {
    for seed in 0..500 {
        let mut kernel = random::kernel(seed);
        let rounds = (0..20).take_while(|_| !clean(&mut kernel).is_nothing()).count();
        assert!(rounds < 10, "seed {seed} took {rounds} rounds");
    }
}

#[test]
fn an_invalid_kernel_is_left_as_it_is() {
    let text = "kernel \"k\" { out 0 y: f32 v0: f32 = const 1.0 v1: f32 = add v0, v7 output 0 = v1 }";
    let before = parse_kernel(text).unwrap();
    let mut after = before.clone();
    assert!(clean(&mut after).is_nothing());
    assert_eq!((compact(&mut after), after), (0, before));
}

#[test]
fn a_large_kernel_is_cleaned_in_near_linear_time() {
    let count = 200_000u32;
    let ty = Ty::scalar(Scalar::F32);
    let value = |i: u32| Value {
        op: match i {
            0 => Op::Input(0),
            1 => Op::Const(Const::F32(1.0)),
            i if i % 3 == 0 => Op::Binary(Binary::Mul, ValueId(i - 1), ValueId(1)),
            i => Op::Binary(Binary::Add, ValueId(i - 1), ValueId(i % 2)),
        },
        ty,
        name: None,
    };
    let port = |name: &str| Port { name: name.into(), format: SampleFormat::F32, lanes: 1 };
    let lets = (0..count).map(|i| Stmt::Let(ValueId(i)));
    let mut kernel = Kernel {
        inputs: vec![port("x")],
        outputs: vec![port("y")],
        values: (0..count).map(value).collect(),
        body: lets.chain([Stmt::Output(0, ValueId(count - 1))]).collect(),
        ..Kernel::default()
    };
    assert_eq!(verify_kernel(&kernel), Ok(()));
    let cleaned = clean(&mut kernel);
    assert_eq!(cleaned.removed, count as usize - kernel.values.len());
    assert_eq!(cleaned.shared, count as usize / 3);
}
