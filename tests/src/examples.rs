//! The examples of the repository: their manifests and inputs.

use std::path::PathBuf;

/// An example, the file that feeds it, and the format of its audio.
pub struct Example {
    pub name: &'static str,
    pub manifest: &'static str,
    /// Below `examples`; none for a source.
    pub input: Option<&'static str>,
    pub rate: u32,
    pub channels: u16,
}

const fn audio(name: &'static str, manifest: &'static str) -> Example {
    Example { name, manifest, input: Some("audio/speech.wav"), rate: 48_000, channels: 2 }
}

/// All examples.
pub const ALL: &[Example] = &[
    audio("voice-front-end", "pipeline.json"),
    audio("stream-health", "pipeline.yaml"),
    audio("equaliser", "pipeline.json"),
    audio("log-mel", "pipeline.json"),
    audio("echo", "pipeline.json"),
    Example { input: Some("text-json/tokens.txt"), ..audio("text-json", "pipeline.json") },
    Example { input: None, ..audio("tone", "pipeline.yaml") },
    audio("python-node", "pipeline.json"),
];

/// The folder of the examples.
pub fn folder() -> PathBuf {
    crate::root().join("examples")
}
