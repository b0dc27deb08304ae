//! Runs one pipeline on every tier, on files, and compares what comes out.

use crate::random::{self, Pipeline};
use remotemedia_codegen::build::{Choice, Cpu, Level, Target, program};
use remotemedia_codegen::emit::files::{Header, emit_crate};
use remotemedia_compiler::{InputFormat, Nowhere, Options, Stage, Threads, compile_text};
use remotemedia_engine::{Interpreter, Tier, with_artifact};
use remotemedia_ir::graph::UNBOUNDED;
use remotemedia_ir::plan::Plan;
use remotemedia_ir::types::StreamType;
use remotemedia_ir::{Diagnostics, SourceMap, diag, text, verify};
use remotemedia_runtime_min::host::{self, Program, execute};
use remotemedia_sandbox::{Access, Command, End, Grant, Grants, Limits, Stdio};
use std::path::{Path, PathBuf};

/// Compiles a pipeline; none if the compiler refuses it.
///
/// # Panics
/// If the compiler has a bug: says it in a diagnostic of its own, makes another plan the second time, or the text form of
/// the plan does not read back.
pub fn compile(pipeline: &Pipeline) -> Option<Plan> {
    let mut sources = SourceMap::default();
    let plan = match plan(pipeline, &mut sources) {
        Ok(plan) => plan?,
        Err(found) => {
            if let Some(bug) = found.iter().find(|d| d.severity == diag::Severity::Bug) {
                panic!("{}\n{}", diag::render(bug, &sources), pipeline.manifest());
            }
            return None;
        }
    };
    let printed = text::print_plan(&plan);
    match text::parse_plan(&printed) {
        Ok(read) => assert!(read == plan, "the plan does not read back:\n{printed}"),
        Err(error) => panic!("the plan does not parse: {error:?}\n{printed}"),
    }
    let again = self::plan(pipeline, &mut SourceMap::default()).ok().flatten();
    assert!(again.as_ref() == Some(&plan), "a second compilation makes another plan of it:\n{printed}");
    Some(plan)
}

/// The plan of a pipeline that [`compile`] takes on so many threads, with rings that are full all the time: `blocks` blocks of at
/// most `tokens` tokens.
///
/// # Panics
/// If the plan is wrong or does not read back.
pub fn on_threads(pipeline: &Pipeline, threads: u16, blocks: u32, tokens: u32) -> Option<Plan> {
    let mut plan = plan_on(pipeline, &mut SourceMap::default(), Threads::Exactly(threads)).ok().flatten()?;
    for ring in &mut plan.rings {
        (ring.blocks, ring.tokens) = (blocks, ring.tokens.min(tokens));
    }
    let printed = text::print_plan(&plan);
    assert!(text::parse_plan(&printed).is_ok_and(|read| read == plan), "the plan does not read back:\n{printed}");
    if let Err(found) = verify::plan(&plan) {
        panic!("{found:?}\n{printed}");
    }
    Some(plan)
}

/// Why a pipeline is rejected, for a person who watches.
pub fn refusal(pipeline: &Pipeline) -> String {
    let mut sources = SourceMap::default();
    match plan(pipeline, &mut sources) {
        Ok(_) => String::new(),
        Err(found) => found.iter().map(|d| diag::render(d, &sources)).collect(),
    }
}

fn plan(pipeline: &Pipeline, sources: &mut SourceMap) -> std::result::Result<Option<Plan>, Diagnostics> {
    plan_on(pipeline, sources, Threads::AtMost(1))
}

fn plan_on(
    pipeline: &Pipeline,
    sources: &mut SourceMap,
    threads: Threads,
) -> std::result::Result<Option<Plan>, Diagnostics> {
    let inputs = vec![InputFormat { port: None, format: None, rate: pipeline.rate, channels: pipeline.channels }];
    let options = Options { inputs, threads, ..Options::default() };
    match compile_text(sources, "random.json", pipeline.manifest().as_bytes(), &Nowhere, &options)?.stage {
        Stage::Plan(plan) => Ok(Some(plan)),
        Stage::Graph(_) => Ok(None),
    }
}

/// Where a run reads and writes.
pub struct Bench {
    pub folder: PathBuf,
    plan: Plan,
    inputs: Vec<String>,
}

/// What a run left: exit code, message, and the bytes of each output.
#[derive(Clone, PartialEq, Eq)]
pub struct Result {
    pub exit: i32,
    pub failed_node: bool,
    pub outputs: Vec<Vec<u8>>,
}

impl std::fmt::Debug for Result {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sizes: Vec<String> =
            self.outputs.iter().map(|o| format!("{} bytes, hash {:016x}", o.len(), hash(o))).collect();
        write!(f, "exit {}: {}", self.exit, sizes.join("; "))
    }
}

fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}

impl Bench {
    /// Writes the inputs of a seed into a folder.
    pub fn new(folder: &Path, plan: Plan, seed: u64) -> std::io::Result<Bench> {
        std::fs::create_dir_all(folder)?;
        let mut inputs = Vec::new();
        for (index, port) in plan.inputs.iter().enumerate() {
            let seed = seed.wrapping_add(index as u64 * 7919);
            let (name, bytes) = match &plan.stream(port.stream).ty {
                StreamType::Audio { rate, channels, .. } => {
                    (format!("in{index}.wav"), wav(*rate, *channels, &random::samples(seed, *channels)))
                }
                StreamType::Text => (format!("in{index}.txt"), random::lines(seed, true).into_bytes()),
                StreamType::Json => (format!("in{index}.jsonl"), random::lines(seed, false).into_bytes()),
                StreamType::Tensor { shape } => {
                    let width: u32 = shape.iter().product();
                    let samples = random::samples(seed, width.min(64) as u16);
                    (format!("in{index}.raw"), samples.iter().flat_map(|s| s.to_le_bytes()).collect())
                }
            };
            let path = folder.join(name);
            std::fs::write(&path, bytes)?;
            inputs.push(format!("{}={}", port.name, path.display()));
        }
        Ok(Bench { folder: folder.to_owned(), plan, inputs })
    }

    /// A bench for a plan with a file for each of its inputs.
    pub fn on_files(folder: &Path, plan: Plan, files: &[PathBuf]) -> std::io::Result<Bench> {
        std::fs::create_dir_all(folder)?;
        let mut inputs = Vec::new();
        for (index, (port, file)) in plan.inputs.iter().zip(files).enumerate() {
            // Copied, so that the sandbox needs no grant but this folder.
            let ending = file.extension().map_or_else(String::new, |e| e.to_string_lossy().into_owned());
            let path = folder.join(format!("in{index}.{ending}"));
            std::fs::copy(file, &path)?;
            inputs.push(format!("{}={}", port.name, path.display()));
        }
        Ok(Bench { folder: folder.to_owned(), plan, inputs })
    }

    /// The name of an output.
    pub fn output(&self, index: usize) -> &str {
        &self.plan.outputs[index].name
    }

    fn outputs(&self, tier: &str) -> Vec<PathBuf> {
        let ending = |ty: &StreamType| match ty {
            StreamType::Audio { .. } => "wav",
            StreamType::Tensor { .. } => "raw",
            StreamType::Text => "txt",
            StreamType::Json => "jsonl",
        };
        let name = |(i, p): (usize, &remotemedia_ir::plan::OutputPort)| {
            self.folder.join(format!("{tier}-{i}.{}", ending(&self.plan.stream(p.from.stream).ty)))
        };
        self.plan.outputs.iter().enumerate().map(name).collect()
    }

    fn bindings(&self, paths: &[PathBuf]) -> Vec<String> {
        self.plan.outputs.iter().zip(paths).map(|(p, path)| format!("{}={}", p.name, path.display())).collect()
    }

    fn collect(&self, exit: i32, paths: &[PathBuf]) -> Result {
        let outputs = paths.iter().map(|p| std::fs::read(p).unwrap_or_default()).collect();
        Result { exit, failed_node: exit == 3, outputs }
    }

    fn header(&self) -> Header {
        Header { name: "random".into(), generator: "test".into(), manifest_hash: "0".into() }
    }

    /// Runs the reference evaluator with chunks of `block` frames.
    pub fn eval(&self, block: usize) -> Result {
        self.here(Tier::Eval, block)
    }

    /// Runs machine code made in memory with chunks of `block` frames.
    pub fn jit(&self, block: usize) -> Result {
        self.here(Tier::Jit, block)
    }

    fn here(&self, tier: Tier, block: usize) -> Result {
        let paths = self.outputs(if tier == Tier::Jit { "jit" } else { "eval" });
        let outputs = self.bindings(&paths);
        let metrics = self.folder.join("metrics.json").display().to_string();
        let verified = verify::plan(&self.plan).unwrap_or_else(|e| panic!("{e:?}"));
        let planned = Interpreter::new(verified, Tier::Eval).unwrap_or_else(|e| panic!("{e}")).bytes();
        let header = self.header();
        let header = remotemedia_engine::Header {
            name: header.name,
            generator: header.generator,
            manifest_hash: header.manifest_hash,
        };
        let options = host::Options {
            inputs: self.inputs.iter().map(String::as_str).collect(),
            outputs: outputs.iter().map(String::as_str).collect(),
            metrics: Some(&metrics),
            block,
        };
        let outcome = with_artifact(&[verified], &header, tier, |artifact| execute(artifact, &options));
        let outcome = outcome.unwrap_or_else(|e| panic!("{e}"));
        assert!(outcome.exit != 2, "{}", outcome.error);
        if outcome.exit == 0 && self.plan.streams.iter().all(|s| s.capacity != UNBOUNDED) {
            let held = figure(&metrics, "buffer_bytes");
            assert_eq!(held, Some(planned as u64), "the streams outgrew the plan's capacities");
        }
        self.collect(outcome.exit, &paths)
    }

    /// Compiles a program.
    fn build(&self, choice: Choice) -> program::Program {
        let verified = verify::plan(&self.plan).unwrap_or_else(|e| panic!("{e:?}"));
        let sources = emit_crate(&[verified], &self.header()).unwrap_or_else(|e| panic!("{e}"));
        let program = program::build(&sources, choice, &|_| {}).unwrap_or_else(|e| panic!("{e}"));
        assert!(program.warnings.is_empty(), "{}", program.warnings);
        program
    }

    /// How many bytes a program has.
    pub fn size(&self, choice: Choice) -> u64 {
        std::fs::metadata(self.build(choice).path).map_or(0, |file| file.len())
    }

    /// Compiles a program and runs it with chunks of `block` frames.
    pub fn program(&self, choice: Choice, block: usize) -> Result {
        let target = choice.target;
        let program = self.build(choice);
        let paths = self.outputs(target.name());
        let mut args = vec!["random".to_owned(), "--block".to_owned(), block.to_string()];
        for input in &self.inputs {
            args.extend(["-i".to_owned(), input.clone()]);
        }
        for output in self.bindings(&paths) {
            args.extend(["-o".to_owned(), output]);
        }
        let exit = match target {
            Target::Native => {
                let mut command = std::process::Command::new(&program.path);
                if let Some(environment) = environment() {
                    command.env("VIRTUAL_ENV", environment);
                }
                let status = command.args(&args[1..]).stderr(std::process::Stdio::null()).status();
                status.ok().and_then(|s| s.code()).unwrap_or(-1)
            }
            Target::Wasi => self.sandbox(&program.path, args),
        };
        self.collect(exit, &paths)
    }

    fn sandbox(&self, module: &Path, args: Vec<String>) -> i32 {
        let wasm = std::fs::read(module).unwrap_or_default();
        let guest = self.folder.display().to_string();
        let grant = |access| Grant { host: self.folder.clone(), guest: guest.clone(), access };
        let grants = Grants { list: vec![grant(Access::Read), grant(Access::Write)] };
        let command = Command { stdin: Stdio::Null, stderr: Stdio::Null, ..Command::new(args) };
        match remotemedia_sandbox::run(&wasm, command, &Limits::default(), &grants, None) {
            Ok(outcome) => match outcome.end {
                End::Exit(code) => code,
                End::Limit(_) => 4,
                End::Trap(trap) => panic!("trap: {trap:?}"),
            },
            Err(error) => panic!("{error}"),
        }
    }
}

/// The folder of the Python environment with NumPy, where the tests have one.
pub fn environment() -> Option<PathBuf> {
    let python = PathBuf::from(std::env::var_os("REMOTEMEDIA_PYTHON")?);
    python.ancestors().nth(2).map(Path::to_owned)
}

/// A figure of a metrics file.
fn figure(path: &str, name: &str) -> Option<u64> {
    let metrics: serde_json::Value = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    metrics[name].as_u64()
}

/// A WAV file of f32 samples.
pub fn wav(rate: u32, channels: u16, samples: &[f32]) -> Vec<u8> {
    let bytes = samples.len() as u32 * 4;
    let mut out = Vec::with_capacity(44 + samples.len() * 4);
    out.extend(b"RIFF");
    out.extend((36 + bytes).to_le_bytes());
    out.extend(b"WAVEfmt ");
    out.extend(16u32.to_le_bytes());
    out.extend(3u16.to_le_bytes());
    out.extend(channels.to_le_bytes());
    out.extend(rate.to_le_bytes());
    out.extend((rate * u32::from(channels) * 4).to_le_bytes());
    out.extend((channels * 4).to_le_bytes());
    out.extend(32u16.to_le_bytes());
    out.extend(b"data");
    out.extend(bytes.to_le_bytes());
    samples.iter().for_each(|s| out.extend(s.to_le_bytes()));
    out
}

/// Makes a failing pipeline as small as it gets.
pub fn shrink(mut pipeline: Pipeline, fails: impl Fn(&Pipeline) -> bool) -> Pipeline {
    let mut tries = 200;
    'again: while tries > 0 {
        for smaller in pipeline.smaller() {
            tries -= 1;
            if tries == 0 {
                break;
            }
            if fails(&smaller) {
                pipeline = smaller;
                continue 'again;
            }
        }
        break;
    }
    pipeline
}

/// The choices of `--cpu` whose programs this machine can run.
pub fn cpus() -> Vec<Cpu> {
    let mut cpus = vec![Cpu::Baseline];
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            cpus.push(Cpu::Level(Level::V3));
        }
        if is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vl") {
            cpus.push(Cpu::Level(Level::V4));
        }
        cpus.push(Cpu::Multi);
    }
    cpus
}
