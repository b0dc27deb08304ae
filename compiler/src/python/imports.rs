//! What the imports of a file say about where it can run.

use super::source::{Global, Globals, Module};
use super::{Need, Outside};
use remotemedia_ir::Span;
use rustpython_parser::ast::{self, Ranged};
use std::collections::BTreeSet;

/// Modules whose functions the subset has, or whose names matter to type checkers alone.
const KNOWN: &[&str] = &[
    "math",
    "numpy",
    "typing",
    "typing_extensions",
    "dataclasses",
    "collections",
    "collections.abc",
    "json",
    "abc",
    "enum",
    "logging",
    "__future__",
    "remotemedia",
];

/// Packages with compiled extensions: RustPython cannot load them.
const COMPILED: &[&str] = &[
    "numpy",
    "scipy",
    "librosa",
    "torch",
    "torchaudio",
    "torchvision",
    "tensorflow",
    "jax",
    "numba",
    "pandas",
    "sklearn",
    "cv2",
    "PIL",
    "soundfile",
    "sounddevice",
    "av",
    "onnxruntime",
    "transformers",
    "whisper",
    "whisperx",
    "faster_whisper",
    "pyannote",
    "webrtcvad",
    "pyaudio",
    "cffi",
    "cython",
    "lxml",
    "cryptography",
    "ctypes",
    "multiprocessing",
    "sqlite3",
    "resampy",
    "pywt",
    "soxr",
    "silero_vad",
    "kokoro",
    "spacy",
    "nltk",
    "aiohttp",
    "pydantic",
    "orjson",
    "zmq",
    "grpc",
    "matplotlib",
    "h5py",
    "pyarrow",
    "kornia",
    "accelerate",
];

/// Imports that the subset does not have, and that a class makes use of.
///
/// A file may also hold what runs the pipeline: what only that imports is nothing to the class.
pub fn outside(module: &Module<'_>, globals: &Globals<'_>, class: &ast::StmtClassDef) -> Vec<Outside> {
    let reach = Reach::of(module, globals, class);
    module
        .all_imports()
        .into_iter()
        .filter_map(|(name, span)| {
            let first = name.split('.').next().unwrap_or_default();
            if KNOWN.contains(&first) || KNOWN.contains(&name.as_str()) || !reach.uses(globals, &name, span) {
                return None;
            }
            let (reason, need) = match need(first) {
                Need::CPython => (format!("`import {name}` is a compiled extension"), Need::CPython),
                Need::Python => (format!("`import {name}` is outside the compiled subset"), Need::Python),
            };
            Some(Outside { span, reason, need })
        })
        .collect()
}

/// What a class can reach: its words, and those of what these words name at the top level. Words in comments and texts count too, so
/// that it is rather too much than too little.
struct Reach<'m> {
    words: BTreeSet<&'m str>,
    spans: Vec<Span>,
}

impl<'m> Reach<'m> {
    fn of(module: &'m Module<'_>, globals: &Globals<'_>, class: &ast::StmtClassDef) -> Reach<'m> {
        let mut reach = Reach { words: BTreeSet::new(), spans: Vec::new() };
        let mut work = vec![class.range];
        while let Some(range) = work.pop() {
            reach.spans.push(module.span(range));
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            for word in module.text(range).split(|c| !is_word(c)) {
                if !reach.words.insert(word) {
                    continue;
                }
                match globals.names.get(word) {
                    Some(Global::Class(class)) => work.push(class.range),
                    Some(Global::Function(function)) => work.push(function.range),
                    Some(Global::Value(value)) => work.push(value.range()),
                    None => {}
                }
            }
        }
        reach
    }

    /// True if an import gives one of the words, or stands inside.
    fn uses(&self, globals: &Globals<'_>, module: &str, span: Span) -> bool {
        let first = module.split('.').next().unwrap_or_default();
        let mut of_it = globals.imports.iter().filter(|(_, (whole, at))| {
            let rest = whole.strip_prefix(module);
            *at == span && (whole == first || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
        });
        let inside = |outer: &Span| outer.start <= span.start && span.end <= outer.end;
        self.spans.iter().any(inside) || of_it.any(|(local, _)| local == "*" || self.words.contains(local.as_str()))
    }
}

/// Which interpreter a package needs.
pub fn need(package: &str) -> Need {
    if COMPILED.contains(&package) { Need::CPython } else { Need::Python }
}
