//! The binary as a user runs it: exit codes, formats, limits, the same bytes everywhere.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

/// A folder of this test's own, and the command with a cache that all tests share.
struct Desk {
    folder: PathBuf,
}

impl Desk {
    fn new(name: &str) -> Desk {
        Desk { folder: support::folder(name) }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, bytes).unwrap_or_else(|e| panic!("{e}"));
        path
    }

    fn command(&self, cache: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_remotemedia"));
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join(cache);
        command.args(args).current_dir(&self.folder).env("REMOTEMEDIA_CACHE", cache);
        command
    }

    fn run_in(&self, cache: &str, args: &[&str]) -> Output {
        self.command(cache, args).output().unwrap_or_else(|e| panic!("{e}"))
    }

    #[track_caller]
    fn run(&self, args: &[&str], exit: i32) -> Output {
        let output = self.run_in("cache", args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(exit), "{args:?}: {error}");
        output
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

const GAIN_CLIP: &str = r#"{"version": "v1", "metadata": {"name": "gain-clip"}, "nodes": [
  {"id": "gain", "node_type": "Gain", "params": {"gain_db": 6}}, {"id": "clip", "node_type": "Clip"}],
  "connections": [{"from": "gain", "to": "clip"}]}"#;

/// One second of stereo, 16 bits, 48 kHz.
fn wav() -> Vec<u8> {
    let data: Vec<u8> = (0..96_000u32).flat_map(|i| ((i.wrapping_mul(40_503) >> 3) as i16).to_le_bytes()).collect();
    let mut out = Vec::new();
    out.extend(b"RIFF");
    out.extend((36 + data.len() as u32).to_le_bytes());
    out.extend(b"WAVEfmt ");
    for word in [16u32, 2 << 16 | 1, 48_000, 192_000, 16 << 16 | 4] {
        out.extend(word.to_le_bytes());
    }
    out.extend(b"data");
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
    out
}

#[test]
fn every_tier_gives_the_same_bytes() {
    let desk = Desk::new("tiers");
    desk.write("p.json", GAIN_CLIP);
    desk.write("in.wav", wav());
    for (tier, name) in [("native", "n.wav"), ("wasm", "w.wav"), ("jit", "j.wav"), ("eval", "e.wav")] {
        let output = desk.run(&["run", "p.json", "-i", "in.wav", "-o", name, "--tier", tier, "--profile", "dev"], 0);
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{tier} is not silent: {output:?}");
    }
    for other in ["w.wav", "j.wav", "e.wav"] {
        assert!(desk.bytes("n.wav") == desk.bytes(other), "{other}");
    }
    assert_eq!(desk.bytes("n.wav").len(), 58 + 2 * 48_000 * 4);
}

#[test]
fn run_needs_no_rust_toolchain() {
    let desk = Desk::new("no-toolchain");
    desk.write("p.json", GAIN_CLIP);
    desk.write("in.wav", wav());
    for path in ["", "/nonexistent"] {
        let output = desk
            .command("cache", &["run", "p.json", "-i", "in.wav", "-o", "out.wav"])
            .env("PATH", path)
            .env_remove("CARGO")
            .output()
            .unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    desk.run(&["run", "p.json", "-i", "in.wav", "-o", "e.wav", "--tier", "eval"], 0);
    assert!(desk.bytes("out.wav") == desk.bytes("e.wav"));
}

/// A pipeline that is fed through pipes, a block at a time.
struct Fed {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Fed {
    /// Gives a block of ones, takes a block, and gives its last sample.
    fn block(&mut self) -> f32 {
        let ones: Vec<u8> = [1.0f32; 16].iter().flat_map(|x| x.to_le_bytes()).collect();
        self.input.write_all(&ones).and_then(|()| self.input.flush()).unwrap_or_else(|e| panic!("{e}"));
        let mut block = [0; 64];
        self.output.read_exact(&mut block).unwrap_or_else(|e| panic!("{e}"));
        f32::from_le_bytes([block[60], block[61], block[62], block[63]])
    }

    /// Feeds it until a block ends with that sample.
    fn until(&mut self, sample: f32) {
        for _ in 0..20_000_000 {
            if (self.block() - sample).abs() < 1e-6 {
                return;
            }
        }
        panic!("{sample} never comes");
    }
}

#[test]
fn a_watched_manifest_is_replaced_while_it_runs() {
    let desk = Desk::new("watch");
    let gain = |db: &str| {
        format!(
            r#"{{"version": "v1", "nodes": [{{"id": "gain", "node_type": "Gain", "params": {{"gain_db": {db}}}}}],
            "connections": []}}"#
        )
    };
    desk.write("p.json", gain("0"));
    let args = ["run", "p.json", "--watch", "-i", "raw:-", "-o", "raw:-", "--input", "audio:48000:1"];
    let mut child = desk
        .command("cache", &args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("{e}"));
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (Some(input), Some(output)) = (input, output) else { panic!("no pipes") };
    let mut fed = Fed { child, input, output };
    fed.until(1.0);
    desk.write("p.json", gain("20"));
    fed.until(10.0);
    // One with an error is said, and the version before goes on.
    desk.write("p.json", gain("\"loud\""));
    let mut errors = BufReader::new(fed.child.stderr.take().unwrap_or_else(|| panic!("no pipe"))).lines();
    let mut said = Vec::new();
    while !said.iter().any(|line: &String| line.contains("the version before goes on")) {
        match errors.next() {
            Some(line) => said.push(line.unwrap_or_else(|e| panic!("{e}"))),
            None => panic!("{said:?}"),
        }
    }
    let said = said.join("\n");
    assert!(said.contains("its new version runs") && said.contains("RM"), "{said}");
    assert!((fed.block() - 10.0).abs() < 1e-6);
    desk.write("p.json", gain("-20"));
    fed.until(0.1);
    let Fed { mut child, input, mut output } = fed;
    drop(input);
    let mut rest = Vec::new();
    output.read_to_end(&mut rest).unwrap_or_else(|e| panic!("{e}"));
    assert!(child.wait().is_ok_and(|status| status.success()) && rest.is_empty());
    desk.run(&["run", "p.json", "--watch", "--tier", "wasm", "-i", "in.wav", "-o", "out.wav"], 2);
}

#[test]
fn what_is_not_built_yet_is_said() {
    let desk = Desk::new("not-yet");
    desk.write("p.json", GAIN_CLIP);
    let flags: [&[&str]; 6] = [
        &["--emit", "lib"],
        &["--emit", "cdylib"],
        &["--target", "browser"],
        &["--executors", "e.json"],
        &["--policy", "greedy"],
        &["--fast-math"],
    ];
    for flag in flags {
        let output = desk.run(&[&["compile", "p.json", "--input", "audio:48000:2", "-o", "p"], flag].concat(), 2);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(
            error.contains(&flag.join(" ")) && error.contains("not built yet") && error.contains("help"),
            "{error}"
        );
    }
}

#[test]
fn programs_are_compiled_for_processors() {
    let desk = Desk::new("cpu");
    desk.write("p.json", GAIN_CLIP);
    let compile = ["compile", "p.json", "--input", "audio:48000:2", "-o", "p"];
    for (flags, help) in [
        (["--cpu", "v9", "--emit", "bin"], "`multi`"),
        (["--cpu", "v3", "--emit", "crate"], "RUSTFLAGS"),
        (["--cpu", "native", "--target", "wasi"], "any processor"),
    ] {
        let output = desk.run(&[&compile, flags.as_slice()].concat(), 2);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains(&flags[..2].join(" ")) && error.contains(help), "{error}");
    }
    for cpu in ["baseline", "native", "multi"] {
        desk.run(&[&compile, ["--cpu", cpu].as_slice()].concat(), 0);
    }
}

#[test]
fn an_option_without_effect_is_a_note() {
    let desk = Desk::new("options");
    desk.write(
        "p.json",
        r#"{"version": "v1", "nodes": [{"id": "gain", "node_type": "Clip", "host": "gpu-1:50051",
            "execution": {"placement": "anywhere"}, "capabilities": {"memory_gb": 4}}]}"#,
    );
    let quiet = desk.run(&["check", "p.json", "--input", "audio:48000:2"], 0);
    assert!(quiet.stderr.is_empty(), "{quiet:?}");
    let strict = desk.run(&["check", "p.json", "--input", "audio:48000:2", "--strict"], 0);
    let error = String::from_utf8_lossy(&strict.stderr);
    for name in ["`host`", "`execution`", "`capabilities`"] {
        assert!(error.contains(name) && error.contains("RM0154"), "{error}");
    }
}

#[test]
fn a_wrong_jq_program_is_found_at_its_node() {
    let desk = Desk::new("jq");
    desk.write(
        "p.json",
        r#"{"version": "v1", "nodes": [{"id": "map", "node_type": "JsonMap", "params": {"program": ".["}}]}"#,
    );
    let output = desk.run(&["check", "p.json"], 1);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("RM0205") && error.contains("p.json:1:") && error.contains("closing bracket"), "{error}");
}

#[test]
fn limits_stop_a_module() {
    let desk = Desk::new("limits");
    desk.write("p.json", GAIN_CLIP);
    desk.write("in.wav", wav());
    desk.run(
        &["compile", "p.json", "--input", "audio:48000:2", "--target", "wasi", "--profile", "dev", "-o", "p.wasm"],
        0,
    );
    desk.run(&["run", "p.wasm", "-i", "in.wav", "-o", "out.wav", "--max-memory", "64MiB", "--max-time", "60s"], 0);
    for (flag, value) in [("--fuel", "1000"), ("--max-memory", "64KiB")] {
        let output = desk.run(&["run", "p.wasm", "-i", "in.wav", "-o", "out.wav", flag, value], 4);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains("limit") && error.contains(flag), "{error}");
    }
    desk.run(&["run", "p.wasm", "-i", "in.wav", "-o", "out.wav", "--max-memory", "much"], 2);
}

#[test]
fn artifacts_are_small_and_reproducible() {
    let desk = Desk::new("artifacts");
    desk.write("p.json", GAIN_CLIP);
    for (target, profile, name, most) in [("wasi", "size", "p.wasm", 32 * 1024), ("native", "release", "p", 450 * 1024)]
    {
        let args =
            ["compile", "p.json", "--input", "audio:48000:2", "--target", target, "--profile", profile, "-o", name];
        desk.run(&args, 0);
        let first = desk.bytes(name);
        assert!(first.len() <= most, "{target}: {} bytes", first.len());
        let other = format!("other-cache-{}", std::process::id());
        let output = desk.run_in(&other, &args);
        assert!(output.status.success(), "{output:?}");
        assert!(first == desk.bytes(name), "{target}: built in another folder, the bytes differ");
        drop(std::fs::remove_dir_all(Path::new(env!("CARGO_TARGET_TMPDIR")).join(other)));
    }
}

/// What a run holds does not grow with its input, native and in the sandbox, also while one input is longer than another and
/// while a long tail is played out.
#[test]
fn memory_does_not_grow_with_the_input() {
    let desk = Desk::new("memory");
    let manifest = r#"{"version": "v1", "nodes": [
        {"id": "in", "node_type": "AudioInput"}, {"id": "short", "node_type": "AudioInput"},
        {"id": "late", "node_type": "Delay", "params": {"delay_ms": 500}}, {"id": "tone", "node_type": "Tone"},
        {"id": "rate", "node_type": "FastResampleNode", "params": {"target_rate": 16000}}, {"id": "mix", "node_type": "Mix"},
        {"id": "out", "node_type": "Clip"}],
        "connections": [{"from": "in", "to": "late"}, {"from": "late", "to": "rate"}, {"from": "rate", "to": "mix"},
            {"from": "short", "to": "mix"}, {"from": "tone", "to": "mix"}, {"from": "mix", "to": "out"}]}"#;
    desk.write("p.json", manifest);
    let second = wav();
    desk.write("short.wav", &second);
    // Sixty seconds: the samples of one second again and again, with lengths to match.
    let mut long = second[..44].to_vec();
    (0..60).for_each(|_| long.extend(&second[44..]));
    long[4..8].copy_from_slice(&(36 + 60 * 192_000u32).to_le_bytes());
    long[40..44].copy_from_slice(&(60 * 192_000u32).to_le_bytes());
    desk.write("long.wav", long);
    let run = |input: &str, tier: &[&str]| {
        let input = format!("in={input}");
        let args = ["run", "p.json", "-i", &input, "-i", "short=short.wav", "-o", "out.wav", "--profile", "dev"];
        desk.run(&[&args[..], &["--metrics", "m.json", "--tier"], tier].concat(), 0);
        let metrics = String::from_utf8_lossy(&desk.bytes("m.json")).into_owned();
        let after = metrics.split("\"peak_memory_bytes\": ").nth(1);
        after.and_then(|s| s.split(',').next()?.parse::<u64>().ok()).unwrap_or_else(|| panic!("{metrics}"))
    };
    let (short, long) = (run("short.wav", &["native"]), run("long.wav", &["native"]));
    assert!(short > 0 && long < short + 512 * 1024, "{short} bytes for one second, {long} for sixty");
    run("long.wav", &["wasm", "--max-memory", "4MiB"]);
}

#[test]
fn text_and_programs_go_to_standard_output_or_to_one_file() {
    let desk = Desk::new("emit");
    desk.write("p.json", GAIN_CLIP);
    let compile =
        |rest: &[&str]| desk.run(&[&["compile", "p.json", "--input", "audio:48000:2"], rest].concat(), 0).stdout;
    let printed = compile(&["--emit", "rust"]);
    let text = String::from_utf8_lossy(&printed);
    assert!(text.contains("// src/main.rs\n") && text.contains("// src/pipeline.rs\n"), "{text}");
    assert_eq!(compile(&["--emit", "rust", "-o", "-"]), printed);
    compile(&["--emit", "rust", "-o", "p.rs"]);
    assert_eq!(desk.bytes("p.rs"), printed);
    assert!(compile(&["--emit", "plan", "-o", "-"]).starts_with(b"plan"));
    let program = compile(&["-o", "-"]);
    compile(&["-o", "p"]);
    assert!(program == desk.bytes("p"));
    desk.run(&["compile", "p.json", "--input", "audio:48000:2", "--emit", "crate", "-o", "-"], 2);
    assert!(!desk.folder.join("-").exists());
}

#[test]
fn a_crate_builds_offline_without_a_warning() {
    let desk = Desk::new("crate");
    desk.write("p.json", GAIN_CLIP);
    desk.run(&["compile", "p.json", "--input", "audio:48000:2", "--emit", "crate", "-o", "c"], 0);
    build_crate(&desk);
}

#[test]
fn a_crate_with_a_class_in_python_builds_too() {
    let desk = Desk::new("python-crate");
    let source = "import math\nclass Loud:\n    def process(self, message):\n        return {'loud': math.log10(message['level'])}\n";
    let node = serde_json::json!({"id": "n", "node_type": "PythonNode", "params": {"source": source, "class": "Loud"}});
    let input = serde_json::json!({"id": "in", "node_type": "JsonInput"});
    let edges = serde_json::json!([{"from": "in", "to": "n"}]);
    desk.write(
        "p.json",
        serde_json::json!({"version": "v1", "nodes": [input, node], "connections": edges}).to_string(),
    );
    desk.run(&["compile", "p.json", "--emit", "crate", "-o", "c"], 0);
    build_crate(&desk);
}

/// Builds the crate in `c`, whose dependencies this workspace has too.
#[track_caller]
fn build_crate(desk: &Desk) {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--offline"])
        .current_dir(desk.folder.join("c"))
        .env("RUSTFLAGS", "--deny=warnings")
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .unwrap_or_else(|e| panic!("{e}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn wrong_manifests_are_explained() {
    let desk = Desk::new("wrong");
    desk.write("p.json", r#"{"version": "v1", "nodes": [{"id": "a", "node_type": "Gian", "params": {}}, {"id": "b", "node_type": "Gain", "params": {"gain_bd": 3}}]}"#);
    let output = desk.run(&["check", "p.json"], 1);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("RM0201") && error.contains("did you mean `Gain`"), "{error}");
    assert!(error.contains("RM0202") && error.contains("gain_db"), "{error}");
    let output = desk.run(&["check", "p.json", "--message-format", "json"], 1);
    let text = String::from_utf8_lossy(&output.stdout);
    for line in text.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert!(value["code"].as_str().is_some_and(|c| c.starts_with("RM")), "{line}");
    }
    assert_eq!(text.lines().count(), 2, "{text}");
    desk.run(&["check", "missing.json"], 2);
    desk.run(&["compile", "p.json", "--after", "nothing"], 2);
    let open = desk.write("open.json", GAIN_CLIP);
    let output = desk.run(&["compile", &open.display().to_string()], 1);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--input"));
}

#[test]
fn nodes_of_other_runtimes_are_placed_and_not_compiled() {
    let desk = Desk::new("foreign");
    desk.write("p.json", r#"{"version": "v1", "nodes": [{"id": "w", "node_type": "WhisperNode", "params": {"model": "base"}}, {"id": "m", "node_type": "my.Module", "params": {}}]}"#);
    let output = desk.run(&["check", "p.json"], 0);
    assert!(String::from_utf8_lossy(&output.stderr).contains("RM0403"));
    desk.run(&["compile", "p.json"], 1);
}

#[test]
fn the_rest_of_the_command_line_answers() {
    let desk = Desk::new("rest");
    let stdout = |args: &[&str], exit| String::from_utf8_lossy(&desk.run(args, exit).stdout).into_owned();
    assert!(stdout(&["explain", "RM0201"], 0).starts_with("# RM0201"));
    assert!(stdout(&["nodes"], 0).contains("FastResampleNode"));
    assert!(stdout(&["nodes", "show", "gain"], 0).contains("gain_db"));
    assert!(serde_json::from_str::<serde_json::Value>(&stdout(&["nodes", "--format", "json"], 0)).is_ok());
    desk.run(&["nodes", "show", "nothing-like-it"], 2);
    assert!(stdout(&["completions", "bash"], 0).contains("remotemedia"));
    stdout(&["new", "mine"], 0);
    desk.run(&["new", "mine"], 2);
    desk.run(&["check", "mine/pipeline.json"], 0);
    assert!(stdout(&["explain", "mine/pipeline.json"], 0).contains("one loop"));
    for format in ["dot", "mermaid", "svg"] {
        assert!(stdout(&["explain", "mine/pipeline.json", "--format", format], 0).contains("level"));
    }
    stdout(&["doctor"], 0);
    desk.run(&["no-such-command"], 2);
}
