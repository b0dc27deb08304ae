//! A crate to take away: generated sources, `runtime-min` beside them, a manifest, a lock file. It builds with no registry as long as
//! its nodes need no third-party crate; otherwise `--vendor` brings those along.

use super::cache::write_files;
use super::{BuildError, run, runtime};
use crate::emit::files::Sources;
use crate::names;
use std::path::Path;
use std::process::Command;

/// The files of the crate, with paths below its folder.
pub fn files(sources: &Sources, name: &str) -> Vec<(String, Vec<u8>)> {
    let package = names::snake(name).replace('_', "-");
    let features = runtime::closure(&sources.features);
    let list: Vec<String> = features.iter().map(|f| format!("\"{f}\"")).collect();
    let manifest = format!(
        "# Generated: change the pipeline's manifest, not this.\n[package]\nname = \"{package}\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\
         publish = false\n\n[workspace]\n\n[dependencies]\nremotemedia-runtime-min = {{ path = \"runtime-min\", features = [{}] }}\n\n\
         [profile.dev]\npanic = \"abort\"\nopt-level = 1\n\n[profile.release]\npanic = \"abort\"\nopt-level = 3\nstrip = \"symbols\"\ncodegen-units = 1\n",
        list.join(", ")
    );
    let (patch, patched) = runtime::patches(features.contains("rustpython"));
    let mut runtime_manifest = String::from(
        "[package]\nname = \"remotemedia-runtime-min\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[features]\n",
    );
    let dependencies = runtime::dependencies(&features);
    for feature in &features {
        runtime_manifest.push_str(&format!("{feature} = []\n"));
    }
    runtime_manifest
        .push_str("\n[lints.rust]\nunexpected_cfgs = { level = \"allow\", priority = 1 }\n\n[dependencies]\n");
    for (name, spec) in &dependencies {
        runtime_manifest.push_str(&format!("{name} = {spec}\n"));
    }
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("Cargo.toml".into(), (manifest + &patch).into_bytes()),
        ("runtime-min/Cargo.toml".into(), runtime_manifest.into_bytes()),
    ];
    if !dependencies.is_empty() {
        files.push(("Cargo.lock".into(), runtime::lock().as_bytes().to_vec()));
    }
    files.extend(patched.into_iter().map(|(name, bytes)| (name, bytes.to_vec())));
    files.extend(sources.files.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())));
    files.extend(runtime::sources().into_iter().map(|(name, bytes)| (format!("runtime-min/{name}"), bytes.to_vec())));
    files
}

/// Writes the crate into a folder; with `vendor` the sources of third-party crates too.
pub fn write(sources: &Sources, name: &str, folder: &Path, vendor: bool) -> Result<(), BuildError> {
    let files = files(sources, name);
    write_files(folder, files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))?;
    if vendor {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let config = run("cargo vendor", command.current_dir(folder).args(["vendor", "--versioned-dirs", "vendor"]))?;
        write_files(folder, [(".cargo/config.toml", config.as_bytes())])?;
    }
    Ok(())
}
