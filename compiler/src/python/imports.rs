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
    "bisect",
    "contextlib",
    "enum",
    "functools",
    "heapq",
    "itertools",
    "logging",
    "operator",
    "re",
    "string",
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
    "ctypes",
    "cython",
    "lxml",
    "multiprocessing",
    "cryptography",
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

/// The modules of the standard library that RustPython has, as a test finds by importing them.
pub const RUSTPYTHON: &str = "\
    abc annotationlib argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 calendar cmath cmd \
    code codecs codeop collections colorsys compileall compression concurrent configparser contextlib contextvars \
    copy copyreg csv ctypes dataclasses datetime dbm decimal difflib dis doctest email encodings ensurepip enum \
    errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass \
    gettext glob graphlib grp gzip hashlib heapq hmac html http imaplib importlib inspect io ipaddress itertools \
    json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder multiprocessing \
    netrc ntpath nturl2path numbers opcode operator optparse os pathlib pdb pickle pickletools pkgutil platform \
    plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue \
    quopri random re reprlib resource runpy sched secrets select selectors shelve shlex shutil signal site smtplib \
    socket socketserver sre_compile sre_constants sre_parse stat statistics string stringprep struct subprocess \
    symtable sys sysconfig syslog tabnanny tarfile tempfile termios textwrap threading time timeit token tokenize \
    tomllib trace traceback tty types typing unicodedata unittest urllib uuid venv warnings wave weakref \
    webbrowser wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo";

/// Those that it lacks.
pub const LACKING: &str = "\
    aifc asynchat asyncore audioop cProfile cgi cgitb chunk crypt curses distutils imghdr imp lib2to3 mailcap nis \
    nntplib ossaudiodev pipes readline rlcompleter smtpd sndhdr spwd sqlite3 ssl sunau telnetlib tkinter \
    tracemalloc turtle uu xdrlib";

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
            Some(outside_import(&name, span))
        })
        .collect()
}

/// Imports that a class makes use of and that RustPython lacks.
pub fn cpython_only(module: &Module<'_>, globals: &Globals<'_>, class: &ast::StmtClassDef) -> Vec<Outside> {
    let reach = Reach::of(module, globals, class);
    let imports = module.all_imports().into_iter().filter(|(name, span)| reach.uses(globals, name, *span));
    imports.map(|(name, span)| outside_import(&name, span)).filter(|o| o.need == Need::CPython).collect()
}

fn outside_import(name: &str, span: Span) -> Outside {
    let first = name.split('.').next().unwrap_or_default();
    let listed = |list: &str| list.split_whitespace().any(|module| module == first);
    let (what, need) = match first {
        _ if COMPILED.contains(&first) => ("a compiled extension", Need::CPython),
        // What these are for is built into every interpreter.
        "remotemedia" | "__future__" => ("outside the compiled subset", Need::Python),
        _ if listed(RUSTPYTHON) => ("outside the compiled subset", Need::Python),
        _ if listed(LACKING) => ("a module that RustPython lacks", Need::CPython),
        _ => ("a package", Need::CPython),
    };
    Outside { span, reason: format!("`import {name}` is {what}"), need }
}

/// The words of a class, and of what these name at the top level.
pub(super) fn words<'m>(module: &'m Module<'_>, globals: &Globals<'_>, class: &ast::StmtClassDef) -> BTreeSet<&'m str> {
    Reach::of(module, globals, class).words
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
                    Some(Global::Value(value) | Global::Part(value, ..)) => work.push(value.range()),
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
