//! `runtime-min` as an rlib, built once per compiler, target, profile and set of features, and kept.
//!
//! Its sources are part of this crate, so that an installed compiler needs nothing else. It is compiled by straight rustc;
//! what it takes from elsewhere (libm, jaq, pyo3) is built by cargo first, as the dependencies of an empty package.

use super::cache::{Artifact, Cache, Kind, Lease, write_files};
use super::python::Python;
use super::toolchain::Toolchain;
use super::{BuildError, Choice, Effort, Profile, Target, io, run};
use crate::emit::files::Sources;
use crate::hash::hash;
use include_dir::{Dir, include_dir};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

static SOURCES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../runtime-min/src");
static MANIFEST: &str = include_str!("../../../runtime-min/Cargo.toml");
static WORKSPACE: &str = include_str!("../../../Cargo.toml");
static LOCK: &str = include_str!("../../../Cargo.lock");
static THIRD_PARTY: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../third-party");

/// The runtime, compiled.
#[derive(Clone, Debug)]
pub struct Runtime {
    pub rlib: PathBuf,
    /// Folders with the rlibs of its dependencies.
    pub search: Vec<PathBuf>,
    /// What the linker is told of its dependencies.
    pub link_args: Vec<String>,
    /// Holds it and its dependencies in place.
    pub leases: Vec<Lease>,
}

/// What to build: all that the runtime is a function of, and its hash.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Names it, also in the keys of what is linked against it.
    pub key: String,
    about: String,
    features: BTreeSet<String>,
    /// Of the runtime's crates from elsewhere, too.
    flags: Vec<&'static str>,
    pub(super) effort: Effort,
    /// What the runtime has besides, and its name among its versions in one program.
    cpu: Option<&'static str>,
    metadata: &'static str,
    dependencies: Vec<(String, String)>,
    /// The interpreter that runs Python nodes.
    python: Option<Python>,
}

/// The files of the runtime, with paths below its folder.
pub fn sources() -> Vec<(String, &'static [u8])> {
    below("src", &SOURCES)
}

/// The files of a folder, with paths that begin with a name.
fn below(name: &str, dir: &Dir<'static>) -> Vec<(String, &'static [u8])> {
    fn collect(name: &str, dir: &Dir<'static>, out: &mut Vec<(String, &'static [u8])>) {
        for file in dir.files() {
            out.push((format!("{name}/{}", file.path().display()), file.contents()));
        }
        for sub in dir.dirs() {
            collect(name, sub, out);
        }
    }
    let mut files = Vec::new();
    collect(name, dir, &mut files);
    files.sort();
    files
}

/// What stands in for crates from elsewhere: lines of a manifest, and the files that they name. Nothing where RustPython is not wanted,
/// since cargo warns of what is not used.
pub fn patches(has_rustpython: bool) -> (String, Vec<(String, &'static [u8])>) {
    if !has_rustpython {
        return (String::new(), Vec::new());
    }
    let body = WORKSPACE.split("[patch.crates-io]").nth(1).and_then(|s| s.split("\n[").next()).unwrap_or("");
    (format!("\n[patch.crates-io]{body}\n"), below("third-party", &THIRD_PARTY))
}

/// All features that these features turn on, themselves included.
pub fn closure(features: &BTreeSet<String>) -> BTreeSet<String> {
    let mut all = features.clone();
    let mut work: Vec<String> = features.iter().cloned().collect();
    while let Some(feature) = work.pop() {
        for implied in feature_line(&feature) {
            if !implied.starts_with("dep:") && all.insert(implied.clone()) {
                work.push(implied);
            }
        }
    }
    all
}

/// What the manifest says behind `feature = `.
fn feature_line(feature: &str) -> Vec<String> {
    let section = MANIFEST.split("[features]").nth(1).and_then(|s| s.split("\n[").next()).unwrap_or("");
    let prefix = format!("{feature} = ");
    let line = section.lines().find(|l| l.starts_with(&prefix)).unwrap_or("");
    line.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The lines of the runtime's dependencies that these features need, as a manifest has them outside a workspace.
pub fn dependencies(features: &BTreeSet<String>) -> Vec<(String, String)> {
    let wanted: BTreeSet<String> = features
        .iter()
        .flat_map(|f| feature_line(f))
        .filter_map(|f| f.strip_prefix("dep:").map(str::to_owned))
        .collect();
    let find = |text: &str, section: &str, name: &str| -> Option<String> {
        let body = text.split(&format!("[{section}]")).nth(1)?.split("\n[").next()?;
        body.lines()
            .find(|l| l.starts_with(&format!("{name} = ")))
            .map(|l| l.split_once('=').map_or("", |p| p.1).trim().to_owned())
    };
    wanted
        .into_iter()
        .filter_map(|name| {
            let own = find(MANIFEST, "dependencies", &name)?;
            let spec = if own.contains("workspace") {
                with_features(find(WORKSPACE, "workspace.dependencies", &name)?, listed(&own))
            } else {
                own
            };
            Some((name, spec.replace(", optional = true", "")))
        })
        .collect()
}

/// The features that a line of a manifest lists, as it spells them.
fn listed(spec: &str) -> &str {
    spec.split_once("features = [").and_then(|(_, rest)| rest.split_once(']')).map_or("", |(list, _)| list)
}

/// A line of the workspace's manifest, and the features that a member asks for besides.
fn with_features(spec: String, more: &str) -> String {
    if more.is_empty() {
        spec
    } else if spec.contains("features = [") {
        spec.replacen("features = [", &format!("features = [{more}, "), 1)
    } else if let Some(table) = spec.strip_suffix('}') {
        format!("{}, features = [{more}] }}", table.trim_end())
    } else {
        format!("{{ version = {spec}, features = [{more}] }}")
    }
}

/// The lock file of the workspace, for a package that takes some of its dependencies: cargo drops what is not needed.
pub fn lock() -> &'static str {
    LOCK
}

/// What a runtime is built with: exactly what a program needs where its size matters; elsewhere all of NumPy or nothing of it, so that few
/// runtimes serve all programs.
fn worth_it(features: &BTreeSet<String>, choice: Choice) -> BTreeSet<String> {
    match (choice.target, choice.profile) {
        (Target::Wasi, Profile::Release | Profile::Size) => features.clone(),
        (Target::Wasi, Profile::Dev) | (Target::Native, _) => {
            let is_part = |feature: &String| feature.starts_with("py-");
            let numpy = features.iter().any(is_part).then(|| "numpy".to_owned());
            features.iter().filter(|f| !is_part(f)).cloned().chain(numpy).collect()
        }
    }
}

impl Recipe {
    /// For a compiler, one version of what is to be built, and a program that needs it.
    ///
    /// # Errors
    /// Where a feature needs a Python that is not there.
    pub fn new(cache: &Cache, toolchain: &Toolchain, choice: Choice, program: &Sources) -> Result<Recipe, BuildError> {
        let features = closure(&worth_it(&program.features, choice));
        let python = if features.contains("cpython") { Some(Python::find(cache)?) } else { None };
        let files = sources();
        let effort = choice.profile.effort(toolchain.target, &features, program.has_vectors);
        let flags = effort.flags(toolchain.target);
        let (cpu, metadata, machine) = (choice.cpu.flag(), choice.cpu.name(), choice.cpu.machine());
        let dependencies = dependencies(&features);
        let list = features.iter().cloned().collect::<Vec<_>>().join(",");
        let mut parts: Vec<&[u8]> =
            vec![toolchain.version.as_bytes(), toolchain.target.name().as_bytes(), list.as_bytes()];
        parts.extend(flags.iter().map(|f| f.as_bytes()));
        parts.extend([metadata.as_bytes(), machine.as_bytes()]);
        parts.extend(files.iter().flat_map(|(name, bytes)| [name.as_bytes(), *bytes]));
        parts.extend(dependencies.iter().map(|(_, spec)| spec.as_bytes()));
        parts.extend(python.iter().flat_map(Python::identity));
        let key = hash(parts);
        Ok(Recipe { key, about: choice.about(), features, flags, effort, cpu, metadata, dependencies, python })
    }
}

/// Builds the runtime, or finds it.
pub fn build(cache: &Cache, toolchain: &Toolchain, recipe: &Recipe) -> Result<Runtime, BuildError> {
    let Recipe { key, about, features, flags, effort, cpu, metadata, dependencies, python } = recipe;
    let mut search = Vec::new();
    let mut externs = Vec::new();
    let mut leases = Vec::new();
    // Some crates are others each time they are built.
    let mut made_of = vec![key.clone()];
    for group in groups(dependencies) {
        let (artifact, list) = build_dependencies(cache, toolchain, recipe, &group)?;
        made_of.push(artifact.content()?);
        search.push(artifact.folder.join("rlibs"));
        leases.push(artifact.lease);
        externs.extend(list);
    }
    let key = hash(made_of.iter().map(String::as_bytes));
    let artifact = cache.ensure(Kind::Runtime, &key, about, |scratch| {
        write_files(scratch, sources().iter().map(|(name, bytes)| (name.as_str(), *bytes)))?;
        let mut command = Command::new(&toolchain.rustc);
        command
            .current_dir(scratch)
            .args(["--crate-name=remotemedia_runtime_min", "--crate-type=rlib", "--edition=2024", "--cap-lints=allow"])
            .args(["src/lib.rs", "-o", RLIB])
            .arg(format!("-Cmetadata=remotemedia_{metadata}"))
            .args(*cpu)
            .arg(format!("--remap-path-prefix={}=runtime-min", scratch.display()))
            .args(toolchain.target_args())
            .args(flags);
        if effort.is_whole() {
            // Machine code would be made for nothing.
            command.arg("-Clinker-plugin-lto");
        }
        for feature in features {
            command.arg("--cfg").arg(format!("feature=\"{feature}\""));
        }
        for (name, path) in &externs {
            command.arg("--extern").arg(format!("{name}={}", path.display()));
        }
        for folder in &search {
            command.arg("-L").arg(format!("dependency={}", folder.display()));
        }
        if let Some(python) = python {
            command.env("REMOTEMEDIA_PYTHON_VERSION", &python.version);
        }
        run("rustc of the runtime", &mut command)?;
        let sources = scratch.join("src");
        io(&sources, std::fs::remove_dir_all(&sources))
    })?;
    leases.push(artifact.lease);
    let mut link_args = Vec::new();
    if let Some(Python { libraries, .. }) = python {
        // The rlibs name the libraries. A program without an rpath takes the first of that name, which may be of another installation.
        link_args.push(format!("-Lnative={}", libraries.display()));
        link_args.push(format!("-Clink-arg=-Wl,-rpath,{}", libraries.display()));
    }
    if features.contains("rustpython") && toolchain.target == Target::Wasi {
        // As much as a native thread has. The linker's own default overflows without a word.
        link_args.push("-Clink-arg=-zstack-size=8388608".to_owned());
    }
    Ok(Runtime { rlib: artifact.folder.join(RLIB), search, link_args, leases })
}

const RLIB: &str = "libremotemedia_runtime_min.rlib";

/// Lines of dependencies.
type Lines = Vec<(String, String)>;

/// Dependencies that are built apart: each interpreter, which takes minutes and is the same whatever else a program needs.
fn groups(dependencies: &[(String, String)]) -> Vec<Lines> {
    let group = |name: &str| match name {
        "numpy" | "pyo3" => 1,
        name if name.starts_with("rustpython") => 2,
        _ => 0,
    };
    let of = |wanted: i32| dependencies.iter().filter(|(name, _)| group(name) == wanted).cloned().collect::<Lines>();
    (0..3).map(of).filter(|lines| !lines.is_empty()).collect()
}

/// Builds crates from elsewhere. Gives them all, and those that the runtime names.
///
/// Groups have crates in common: same versions, features and flags make the same crate, of which rustc takes one.
fn build_dependencies(
    cache: &Cache,
    toolchain: &Toolchain,
    recipe: &Recipe,
    dependencies: &[(String, String)],
) -> Result<(Artifact, Vec<(String, PathBuf)>), BuildError> {
    let Recipe { flags, about, python, .. } = recipe;
    let names = |name: &str| dependencies.iter().any(|(n, _)| n == name);
    let python = python.as_ref().filter(|_| names("pyo3"));
    let mut manifest = String::from(
        "[package]\nname = \"dependencies\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n[workspace]\n\n[dependencies]\n",
    );
    for (name, spec) in dependencies {
        manifest.push_str(&format!("{name} = {spec}\n"));
    }
    let (patch, patched) = patches(names("rustpython-vm"));
    manifest.push_str(&patch);
    let mut parts =
        vec![toolchain.version.as_bytes(), manifest.as_bytes(), LOCK.as_bytes(), toolchain.target.name().as_bytes()];
    parts.extend(flags.iter().map(|f| f.as_bytes()));
    parts.extend(python.iter().flat_map(|p| p.identity()));
    parts.extend(patched.iter().flat_map(|(name, bytes)| [name.as_bytes(), *bytes]));
    let key = hash(parts);
    let artifact = cache.ensure(Kind::Dependencies, &key, about, |scratch| {
        let files = [
            ("Cargo.toml", manifest.as_bytes()),
            ("Cargo.lock", LOCK.as_bytes()),
            ("lib.rs", b"//! Nothing.\n".as_slice()),
        ];
        write_files(scratch, files)?;
        write_files(scratch, patched.iter().map(|(name, bytes)| (name.as_str(), *bytes)))?;
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let mut encoded: Vec<String> = flags.iter().map(|f| (*f).to_owned()).collect();
        if let Some(home) = std::env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|h| Path::new(&h).join(".cargo")))
        {
            encoded.push(format!("--remap-path-prefix={}=cargo", home.display()));
        }
        command
            .current_dir(scratch)
            .args(["build", "--release", "--message-format=json-render-diagnostics"])
            .args(toolchain.target_args())
            .env("RUSTC", &toolchain.rustc)
            .env("CARGO_ENCODED_RUSTFLAGS", encoded.join("\u{1f}"))
            .env("CARGO_TARGET_DIR", scratch.join("target"))
            .env_remove("RUSTC_WRAPPER")
            .env_remove("RUSTFLAGS");
        if names("rustpython-vm") {
            // Its parser says that it needs Rust 1.96: for debug assertions, which are not built here.
            command.arg("--ignore-rust-version");
        }
        if let Some(python) = python {
            command.env("PYO3_PYTHON", &python.executable);
        }
        let messages = run("cargo build of the runtime's dependencies", &mut command)?;
        collect(scratch, &messages)?;
        let target = scratch.join("target");
        io(&target, std::fs::remove_dir_all(&target))
    })?;
    let folder = &artifact.folder;
    let externs = dependencies
        .iter()
        .map(|(name, _)| {
            let name = name.replace('-', "_");
            let index = folder.join("rlibs").join(format!("{name}.path"));
            let file = io(&index, std::fs::read_to_string(&index))?;
            Ok((name, folder.join("rlibs").join(file)))
        })
        .collect::<Result<Vec<_>, BuildError>>()?;
    Ok((artifact, externs))
}

/// Copies the rlibs that cargo made into `rlibs`, each with a file `NAME.path` that says which one is the crate of that name.
fn collect(folder: &Path, messages: &str) -> Result<(), BuildError> {
    let rlibs = folder.join("rlibs");
    io(&rlibs, std::fs::create_dir_all(&rlibs))?;
    for line in messages.lines() {
        let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let Some(name) = message.pointer("/target/name").and_then(|n| n.as_str()) else { continue };
        let Some(files) = message.get("filenames").and_then(|f| f.as_array()) else { continue };
        for file in files.iter().filter_map(|f| f.as_str()) {
            let path = Path::new(file);
            let is_library = [".rlib", ".so"].iter().any(|end| file.ends_with(end));
            let Some(base) = path.file_name().filter(|_| is_library) else { continue };
            let to = rlibs.join(base);
            io(path, std::fs::copy(path, &to))?;
            if file.ends_with(".rlib") {
                let index = rlibs.join(format!("{}.path", name.replace('-', "_")));
                io(&index, std::fs::write(&index, base.to_string_lossy().as_bytes()))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{dependencies, patches, with_features};

    #[test]
    fn dependencies_have_the_features_of_the_workspace_and_of_the_runtime() {
        let list = dependencies(&["math".to_owned()].into());
        let (_, spec) = list.iter().find(|(name, _)| name == "libm").unwrap();
        assert!(spec.starts_with("\"0.2"), "{spec}");
        assert_eq!(patches(false), (String::new(), Vec::new()));
        let (lines, files) = patches(true);
        for line in lines.lines().filter(|l| l.contains("path = ")) {
            let folder = line.split('"').nth(1).unwrap();
            assert!(files.iter().any(|(name, _)| *name == format!("{folder}/Cargo.toml")), "{line}");
        }
        assert_eq!(lines.matches("path = ").count(), 3);
        assert_eq!(with_features("\"1\"".into(), "\"a\""), "{ version = \"1\", features = [\"a\"] }");
        assert_eq!(with_features("{ version = \"1\" }".into(), "\"a\""), "{ version = \"1\", features = [\"a\"] }");
    }
}
