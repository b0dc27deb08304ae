//! The cache under concurrent use, sudden death and damage, and how large it grows.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A folder of this test's own, with a cache of its own in it.
struct Desk {
    folder: PathBuf,
}

impl Desk {
    fn new(name: &str) -> Desk {
        let desk = Desk { folder: support::folder(name) };
        for gain in 0..3 {
            let manifest = format!(
                r#"{{"version": "v1", "nodes": [{{"id": "g", "node_type": "Gain", "params": {{"gain_db": {gain}.5}}}}]}}"#
            );
            std::fs::write(desk.folder.join(format!("{gain}.json")), manifest).unwrap_or_else(|e| panic!("{e}"));
        }
        desk
    }

    fn cache(&self) -> PathBuf {
        self.folder.join("cache")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_remotemedia"));
        command.args(args).current_dir(&self.folder).env("REMOTEMEDIA_CACHE", self.cache()).stdin(Stdio::null());
        command
    }

    #[track_caller]
    fn run(&self, args: &[&str], exit: i32) -> Output {
        let output = self.command(args).output().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(output.status.code(), Some(exit), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    fn stdout(&self, args: &[&str]) -> String {
        String::from_utf8_lossy(&self.run(args, 0).stdout).into_owned()
    }

    /// Starts to compile manifest `gain` to a file.
    fn start(&self, gain: usize, output: &str) -> Child {
        let manifest = format!("{gain}.json");
        let args = ["compile", &manifest, "--input", "audio:48000:1", "--profile", "dev", "-o", output];
        self.command(&args).stderr(Stdio::null()).spawn().unwrap_or_else(|e| panic!("{e}"))
    }

    #[track_caller]
    fn compile(&self, gain: usize, output: &str) -> Vec<u8> {
        let status = self.start(gain, output).wait().unwrap_or_else(|e| panic!("{e}"));
        assert!(status.success(), "{status}");
        self.bytes(output)
    }

    #[track_caller]
    fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Names in the folder of a kind.
    fn kept(&self, kind: &str) -> Vec<String> {
        let list = std::fs::read_dir(self.cache().join(kind));
        let mut names: Vec<String> =
            list.into_iter().flatten().flatten().filter_map(|e| e.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    /// The one file of that name in a kind's artifacts.
    #[track_caller]
    fn find(&self, kind: &str, file: &str) -> PathBuf {
        let paths = self.kept(kind).into_iter().map(|name| self.cache().join(kind).join(name).join(file));
        let paths: Vec<PathBuf> = paths.filter(|p| p.is_file()).collect();
        assert_eq!(paths.len(), 1, "{paths:?}");
        paths.into_iter().next().unwrap_or_default()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

#[test]
fn many_compile_at_once() {
    let desk = Desk::new("at-once");
    let started: Vec<(usize, Child)> = (0..9).map(|i| (i, desk.start(i % 3, &format!("p{i}")))).collect();
    for (i, mut child) in started {
        assert!(child.wait().is_ok_and(|s| s.success()), "{i}");
    }
    assert_eq!(
        (desk.kept("runtime").len(), desk.kept("programs").len()),
        (1, 3),
        "each was built once, nothing is left over"
    );
    let outputs: Vec<Vec<u8>> = (0..9).map(|i| desk.bytes(&format!("p{i}"))).collect();
    for (i, output) in outputs.iter().enumerate() {
        assert!(*output == outputs[i % 3], "{i}: not the program of its manifest");
    }
    assert!(outputs[0] != outputs[1] && outputs[1] != outputs[2]);
}

#[test]
fn a_killed_compile_leaves_nothing_that_is_used() {
    let desk = Desk::new("killed");
    // Moments are counted in changes of what is in the cache, from none at all to the finished program.
    for moment in [0, 1, 2, 3, 5, 8, 12, 17] {
        let mut child = desk.start(0, "killed");
        let (mut before, mut changes) = (census(&desk.cache()), 0);
        while changes < moment && child.try_wait().is_ok_and(|s| s.is_none()) {
            let now = census(&desk.cache());
            changes += usize::from(now != before);
            before = now;
            std::thread::yield_now();
        }
        // One that has ended by itself cannot be killed any more.
        let _ = child.kill();
        assert!(child.wait().is_ok());
        drop(std::fs::remove_dir_all(desk.cache().join("programs")));
    }
    let first = desk.compile(0, "first");
    desk.compile(1, "other");
    assert!(first == desk.compile(0, "second"));
    let other = Desk::new("alive");
    assert!(first == other.compile(0, "alive"), "not what a compile gives that was never killed");
    for kind in ["programs", "runtime", "dependencies"] {
        assert!(!desk.kept(kind).iter().any(|name| name.starts_with('.')), "{:?} was not swept", desk.kept(kind));
    }
}

/// Files below a folder and their bytes.
fn census(folder: &Path) -> (u64, u64) {
    let Ok(list) = std::fs::read_dir(folder) else { return (0, 0) };
    list.flatten().fold((0, 0), |(files, bytes), entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => {
            let (f, b) = census(&entry.path());
            (files + f + 1, bytes + b)
        }
        Ok(meta) => (files + 1, bytes + meta.len()),
        Err(_) => (files, bytes),
    })
}

#[test]
fn a_damaged_artifact_is_made_again() {
    let desk = Desk::new("damaged");
    let whole = desk.compile(0, "p");
    let damage = |kind: &str, file: &str, how: &dyn Fn(&mut Vec<u8>)| {
        let path = desk.find(kind, file);
        let mut bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{e}"));
        how(&mut bytes);
        std::fs::write(&path, bytes).unwrap_or_else(|e| panic!("{e}"));
    };
    let half = |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 2);
    damage("programs", "pipeline", &half);
    assert!(desk.compile(0, "p") == whole, "a program cut short was used");
    damage("programs", "pipeline", &|bytes| *bytes.last_mut().unwrap_or(&mut 0) ^= 1);
    assert!(desk.compile(0, "p") == whole, "a program with a wrong bit was used");
    damage("programs", "seal", &half);
    damage("runtime", "libremotemedia_runtime_min.rlib", &half);
    assert!(desk.compile(0, "p") == whole, "a runtime cut short was used");
    assert!(std::fs::read(desk.find("programs", "pipeline")).is_ok_and(|b| b == whole));
}

#[test]
fn the_cache_is_listed_limited_and_cleared() {
    let desk = Desk::new("limited");
    assert_eq!(desk.stdout(&["cache", "size-limit"]), "4.0 GiB\n");
    assert_eq!(desk.stdout(&["cache", "list"]), "0 artifacts, 0 B of 4.0 GiB\n");
    desk.compile(0, "p");
    let list = desk.stdout(&["cache", "list"]);
    let lines: Vec<Vec<&str>> = list.lines().map(|l| l.split_whitespace().collect()).collect();
    assert_eq!(lines[0][..3], ["kind", "hash", "target/profile"], "{list}");
    let program = desk.kept("programs");
    let line = lines.iter().find(|l| l[0] == "program").unwrap_or_else(|| panic!("{list}"));
    assert!(program[0].starts_with(line[1]) && line[2] == "native/dev" && line[5..] == ["just", "now"], "{list}");
    assert!(lines.iter().any(|l| l[0] == "runtime"), "{list}");
    for (text, bytes) in [("1GiB", 1u64 << 30), ("700K", 700 << 10), ("1", 1)] {
        desk.run(&["cache", "size-limit", text], 0);
        assert!(std::fs::read_to_string(desk.cache().join("size-limit")).is_ok_and(|t| t.trim() == bytes.to_string()));
    }
    assert_eq!(desk.stdout(&["cache", "list"]), "0 artifacts, 0 B of 1 B\n");
    // Whatever the limit, what was just built is there: the runtime until the program is linked, then the program.
    desk.compile(0, "p");
    assert_eq!((desk.kept("runtime").len(), desk.kept("programs").len()), (1, 1));
    desk.compile(1, "p");
    assert_eq!(desk.kept("programs").len(), 1, "the older one went");
    for wrong in ["much", "2GiBs", "1e9", ""] {
        let output = desk.run(&["cache", "size-limit", wrong], 2);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains(&format!("`cache size-limit {wrong}`")) && error.contains("`2GiB`"), "{error}");
    }
    assert!(desk.stdout(&["cache", "clear"]).starts_with("removed 2 artifacts, "));
    assert_eq!(desk.stdout(&["cache", "clear"]), "");
    assert!(desk.kept("programs").is_empty() && desk.kept("runtime").is_empty());
}
