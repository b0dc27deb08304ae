//! Runs a program that was compiled: a native one as a process, a module in the sandbox.

use crate::args::Run;
use crate::frontend::Usage;
use crate::size;
use remotemedia_codegen::build::cache;
use remotemedia_sandbox::{Command, End, Grants, Limits};
use std::path::Path;
use std::time::Duration;

/// The arguments of the program itself.
fn arguments(args: &Run) -> Vec<String> {
    let mut list = Vec::new();
    for input in &args.inputs {
        list.extend(["-i".to_owned(), input.clone()]);
    }
    for output in &args.outputs {
        list.extend(["-o".to_owned(), output.clone()]);
    }
    if let Some(metrics) = &args.metrics {
        list.extend(["--metrics".to_owned(), metrics.clone()]);
    }
    list
}

/// True if a flag asks for what only the sandbox can do.
pub fn wants_sandbox(args: &Run) -> bool {
    args.max_memory.is_some()
        || args.max_time.is_some()
        || args.fuel.is_some()
        || !args.allow_read.is_empty()
        || !args.allow_write.is_empty()
}

/// Runs a native program; gives its exit code.
pub fn native(path: &Path, args: &Run) -> Result<u8, Usage> {
    if wants_sandbox(args) {
        return Err(Usage("limits and grants hold in the sandbox only\nhelp: compile with `--target wasi`, or run the manifest with `--tier wasm`".into()));
    }
    let path = std::path::absolute(path).map_err(|e| Usage(e.to_string()))?;
    let status = std::process::Command::new(&path).args(arguments(args)).status();
    let status = status.map_err(|e| Usage(format!("cannot run `{}`: {e}", path.display())))?;
    Ok(status.code().map_or(3, |c| c as u8))
}

/// Runs a module under the limits and grants of the command line; gives the exit code.
pub fn wasm(module: &[u8], args: &Run) -> Result<u8, Usage> {
    let limits = Limits {
        memory: args.max_memory.as_deref().map(memory).transpose()?,
        time: args.max_time.as_deref().map(duration).transpose()?,
        fuel: args.fuel,
    };
    let mut grants = Grants::none();
    for input in &args.inputs {
        if let Some(path) = file(input) {
            grants = grants.read(path, path);
        }
    }
    for output in args.outputs.iter().map(String::as_str).chain(args.metrics.as_deref()) {
        if let Some(path) = file(output) {
            grants = grants.write(path, path);
        }
    }
    for folder in &args.allow_read {
        grants = grants.read(folder, folder.display().to_string());
    }
    for folder in &args.allow_write {
        grants = grants.write(folder, folder.display().to_string());
    }
    let mut list = vec!["pipeline".to_owned()];
    list.extend(arguments(args));
    let cache = cache::folder();
    let outcome = remotemedia_sandbox::run(module, Command::new(list), &limits, &grants, Some(&cache));
    let outcome = outcome.map_err(|e| Usage(e.to_string()))?;
    match &outcome.end {
        End::Limit(hit) => {
            let flag = match hit {
                remotemedia_sandbox::LimitHit::Memory { .. } => "--max-memory",
                remotemedia_sandbox::LimitHit::Time { .. } => "--max-time",
                remotemedia_sandbox::LimitHit::Fuel { .. } => "--fuel",
            };
            eprintln!("error: {}", hit.sentence(flag));
            Ok(4)
        }
        End::Trap(trap) => {
            eprintln!("error: the module failed: {trap:?}");
            Ok(3)
        }
        End::Exit(code) => {
            if let Some(denied) = outcome.missing_grant() {
                eprintln!("error: {denied}\nhelp: `--allow-read DIR` or `--allow-write DIR` grants a folder");
                return Ok(4);
            }
            Ok(*code as u8)
        }
    }
}

/// The file of `[PORT=][wav:|raw:]FILE`; none for the standard streams.
pub fn file(binding: &str) -> Option<&str> {
    let path = match binding.split_once('=') {
        Some((port, path)) if !port.contains('/') => path,
        Some(_) | None => binding,
    };
    let path = path.strip_prefix("wav:").or_else(|| path.strip_prefix("raw:")).unwrap_or(path);
    (path != "-").then_some(path)
}

/// Reads `64MiB`, `64MB`, `65536`.
fn memory(text: &str) -> Result<u64, Usage> {
    size::parse(text).ok_or_else(|| Usage(format!("`--max-memory {text}`: expected a size such as 64MiB")))
}

/// Reads `5s`, `500ms`, `2m`.
fn duration(text: &str) -> Result<Duration, Usage> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0)];
    let found = units.iter().find_map(|(unit, factor)| text.strip_suffix(unit).map(|n| (n.trim(), *factor)));
    let seconds = found.and_then(|(n, factor)| n.parse::<f64>().ok().map(|x| x * factor));
    let seconds = seconds.filter(|s| s.is_finite() && (0.0..1e9).contains(s));
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| Usage(format!("`--max-time {text}`: expected a time such as 5s or 500ms")))
}
