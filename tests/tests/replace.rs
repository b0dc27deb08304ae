//! A plan put in the place of another while it runs: what is the same goes on without a difference in one bit.

use remotemedia_compiler::{InputFormat, Nowhere, Options, Stage, compile_text};
use remotemedia_engine::{Interpreter, Prepared, Tier};
use remotemedia_ir::kernel::{Const, Op, Scalar, Stmt, Ty, Value, ValueId};
use remotemedia_ir::plan::{Plan, Work};
use remotemedia_ir::span::SourceMap;
use remotemedia_ir::verify;
use remotemedia_runtime_min::host::{Program, program::Typed};
use remotemedia_tests::random::{self, Rng};
use remotemedia_tests::tiers;

/// The same plan with every kernel written in another way: all regions count as changed.
fn rewritten(plan: &Plan) -> Plan {
    let mut plan = plan.clone();
    for actor in &mut plan.actors {
        let Work::Region(region) = &mut actor.work else { continue };
        let id = ValueId::new(region.kernel.values.len());
        let op = Op::Const(Const::F32(0.25));
        region.kernel.values.push(Value { op, ty: Ty::scalar(Scalar::F32), name: None });
        region.kernel.body.push(Stmt::Let(id));
        // In one loop, so that sections are computed in another place too.
        if region.kernel.values.len() % 2 == 0 {
            region.cuts.clear();
        }
    }
    plan
}

fn prepared(plan: &Plan) -> Prepared {
    Prepared::new(verify::plan(plan).unwrap_or_else(|e| panic!("{e:?}")), Tier::Jit)
}

/// What the outputs give for noise of so many frames in blocks of random sizes; before each step another of the plans is put
/// in place. None if a port is not of f32 samples or messages, or a node fails.
fn run(plans: &[&Plan], seed: u64, frames: usize) -> Option<Vec<Vec<String>>> {
    let mut rng = Rng::new(seed);
    let mut program = Interpreter::start(prepared(plans[0])).unwrap_or_else(|e| panic!("{e}"));
    let (inputs, outputs) = (plans[0].inputs.len(), plans[0].outputs.len());
    let mut given = vec![0; inputs];
    let mut noise = vec![1u32; inputs];
    let mut out = vec![Vec::new(); outputs];
    for step in 0..20_000 {
        for port in 0..inputs {
            let Typed::F32(input) = program.input(port).typed() else { return None };
            let now = input.room().min(input.at_once()).min(1 + rng.below(300)).min(frames - given[port]);
            for sample in input.append(now) {
                noise[port] = noise[port].wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *sample = (noise[port] >> 8) as f32 / 16_777_216.0 - 0.5;
            }
            given[port] += now;
            if given[port] == frames {
                input.close();
            }
        }
        if plans.len() > 1 {
            program.replace(prepared(plans[step % plans.len()])).unwrap_or_else(|e| panic!("{e}"));
        }
        program.step().ok()?;
        let mut ended = true;
        for (port, out) in out.iter_mut().enumerate() {
            match program.output(port).typed() {
                Typed::F32(stream) => {
                    out.extend(stream.unread(0).iter().map(|x| format!("{x} {:x}", x.to_bits())));
                    stream.consume_all(0);
                }
                Typed::Messages(stream) => {
                    out.extend(stream.unread(0).iter().map(|m| format!("{} {}", m.time, m.value)));
                    stream.consume_all(0);
                }
                Typed::F64(_) | Typed::I16(_) | Typed::I32(_) | Typed::U8(_) => return None,
            }
            ended &= program.output(port).finished();
        }
        // A source without end is cut.
        if ended || out.iter().any(|o| o.len() > 1 << 20) {
            return Some(out);
        }
    }
    panic!("it does not end");
}

#[test]
fn random_pipelines_go_on_as_they_were() {
    let mut compared = 0;
    for seed in 0..400 {
        let Some(plan) = tiers::compile(&random::pipeline(seed)) else { continue };
        if plan.inputs.is_empty() || plan.outputs.is_empty() {
            continue;
        }
        let Some(expected) = run(&[&plan], seed, 3000) else { continue };
        let other = rewritten(&plan);
        for plans in [&[&plan, &plan][..], &[&plan, &other]] {
            let found = run(plans, seed, 3000);
            assert!(found.as_ref() == Some(&expected), "seed {seed}\n{}", remotemedia_ir::text::print_plan(&plan));
        }
        compared += 1;
    }
    assert!(compared > 40, "{compared}");
}

fn plan(manifest: &str) -> Plan {
    let format = InputFormat { port: None, format: None, rate: 48_000, channels: 1 };
    let options = Options { inputs: vec![format], ..Options::default() };
    let compiled = compile_text(&mut SourceMap::default(), "m.json", manifest.as_bytes(), &Nowhere, &options);
    match compiled.map(|c| c.stage) {
        Ok(Stage::Plan(plan)) => plan,
        Ok(Stage::Graph(_)) => panic!("{manifest}: no plan"),
        Err(diagnostics) => panic!("{manifest}: {diagnostics:?}"),
    }
}

/// What a pipeline gives for four blocks of a hundred samples that rise by 1/512, with another version in its place from the second
/// block on.
fn filtered(first: &str, second: Option<&str>) -> Vec<f32> {
    let mut program = Interpreter::start(prepared(&plan(first))).unwrap_or_else(|e| panic!("{e}"));
    let mut out = Vec::new();
    for block in 0..4 {
        if let (1, Some(second)) = (block, second) {
            program.replace(prepared(&plan(second))).unwrap_or_else(|e| panic!("{e}"));
        }
        let Typed::F32(input) = program.input(0).typed() else { panic!("another format") };
        let ramp = (100 * block..).map(|i| i as f32 / 512.0);
        input.append(100).iter_mut().zip(ramp).for_each(|(to, x)| *to = x);
        program.step().unwrap_or_else(|e| panic!("{e}"));
        let Typed::F32(output) = program.output(0).typed() else { panic!("another format") };
        out.extend_from_slice(output.unread(0));
        output.consume_all(0);
    }
    out
}

fn manifest(nodes: &str, connections: &str) -> String {
    format!(r#"{{"version": "v1", "nodes": [{nodes}], "connections": [{connections}]}}"#)
}

const FILTER: &str = r#"{"id": "hp", "node_type": "HighPass", "params": {"frequency_hz": 200}}"#;

#[test]
fn a_filter_keeps_its_state_while_the_gain_behind_it_changes() {
    let gain = |db: &str| {
        let gain = format!(r#"{{"id": "gain", "node_type": "Gain", "params": {{"gain_db": {db}}}}}"#);
        manifest(&format!("{FILTER}, {gain}"), r#"{"from": "hp", "to": "gain"}"#)
    };
    let loud = filtered(&gain("0"), None);
    let changed = filtered(&gain("0"), Some(&gain("-6")));
    assert_eq!((loud.len(), changed.len()), (400, 400));
    assert_eq!(loud[..100], changed[..100]);
    let by = 10f32.powf(-6.0 / 20.0);
    for (loud, changed) in loud[100..].iter().zip(&changed[100..]) {
        assert!((loud * by - changed).abs() < 1e-6, "{loud} {changed}");
    }
}

#[test]
fn a_delay_that_becomes_shorter_or_longer_keeps_what_it_has() {
    let delay = |frames: u32| {
        manifest(&format!(r#"{{"id": "d", "node_type": "Delay", "params": {{"delay_frames": {frames}}}}}"#), "")
    };
    let shorter = filtered(&delay(100), Some(&delay(40)));
    let longer = filtered(&delay(40), Some(&delay(100)));
    for n in 0..300i32 {
        let at = |n: i32| n.max(0) as f32 / 512.0;
        let (shorter, longer) = (shorter[n as usize + 100], longer[n as usize + 100]);
        assert_eq!(shorter, at(n + 60), "{n}");
        // Of what lies further back than it had to remember there is silence.
        assert_eq!(longer, if n < 60 { 0.0 } else { at(n) }, "{n}");
    }
}

#[test]
fn a_node_that_is_new_starts_behind_those_that_go_on() {
    let alone = manifest(FILTER, "");
    let clip = r#"{"id": "clip", "node_type": "Clip"}"#;
    let two = manifest(&format!("{FILTER}, {clip}"), r#"{"from": "hp", "to": "clip"}"#);
    assert_eq!(filtered(&alone, None), filtered(&alone, Some(&two)));
    assert_eq!(filtered(&alone, None), filtered(&two, Some(&alone)));
}

#[test]
fn ports_must_stay() {
    let mut program = Interpreter::start(prepared(&plan(&manifest(FILTER, "")))).unwrap_or_else(|e| panic!("{e}"));
    let two = manifest(&format!(r#"{FILTER}, {{"id": "other", "node_type": "Clip"}}"#), "");
    let error = program.replace(prepared(&plan(&two))).expect_err("it has other ports");
    assert!(error.contains("outputs were `hp`"), "{error}");
}
