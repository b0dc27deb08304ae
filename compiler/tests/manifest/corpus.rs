//! The manifests that tests read, and how they read them.

use remotemedia_compiler::manifest::{self, Manifest};
use remotemedia_ir::{Diagnostics, SourceMap};
use std::path::{Path, PathBuf};

/// What reading gives.
pub type Outcome = Result<(Manifest, Diagnostics), Diagnostics>;

/// A folder of manifests.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifest").join(name)
}

/// Names and bytes of the manifests in a folder, by name.
#[expect(clippy::disallowed_methods, reason = "tests read their data from files")]
pub fn cases(name: &str) -> Vec<(String, Vec<u8>)> {
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder(name)).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("names are UTF-8").to_owned();
        if !name.ends_with(".txt") {
            cases.push((name, std::fs::read(&path).expect("the file can be read")));
        }
    }
    cases.sort();
    cases
}

/// The variables of the tests.
pub fn lookup(name: &str) -> Option<String> {
    match name {
        "RATE" => Some("16000".to_owned()),
        "TOKEN" => Some("t0ken".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    }
}

/// Reads a manifest into sources of its own, with the variables of the tests.
pub fn read(name: &str, bytes: &[u8]) -> (SourceMap, Outcome) {
    let mut sources = SourceMap::default();
    let result = manifest::read(&mut sources, name, bytes, &lookup);
    (sources, result)
}
