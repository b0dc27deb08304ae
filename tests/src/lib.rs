//! What the tests that cross rooms share, and what is generated from the catalog.
//!
//! `README.md` beside this crate lists every class of test with its place, command and purpose.

pub mod corpus;
pub mod examples;
pub mod fuzz;
pub mod manual;
pub mod programs;
pub mod random;
pub mod schema;
pub mod tiers;

/// Every generated file of the repository with its text: paths below the root.
pub fn generated() -> Vec<(&'static str, String)> {
    vec![
        ("schemas/manifest.v1.json", schema::text()),
        ("docs/nodes.md", manual::nodes()),
        ("docs/diagnostics.md", manual::diagnostics()),
        ("docs/voice-front-end.svg", manual::picture()),
    ]
}

/// The root of the repository.
pub fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
