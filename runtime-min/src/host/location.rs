//! What kind of file a name stands for, by its prefix and its extension.
//!
//! `wav:` and `raw:` before a name decide; then the extension: `.raw` and `.pcm` are samples in the port's own format,
//! `.u8 .i16 .s16 .i24 .s24 .i32 .s32 .f32 .f64` samples in that one, always little-endian and interleaved; `.npy` is
//! NumPy's format, `.json .jsonl .ndjson .txt` are lines. `-` is standard input or output. A file whose name begins like a prefix is written `./raw:name`.

use super::buffered::{ByteWrite, Reader};
use super::sample::Sample;
use super::sys::{self, Error};
use alloc::boxed::Box;

/// A name taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// The path, or `-`.
    pub path: &'a str,
    pub kind: Kind,
}

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The name does not say.
    Open,
    Wav,
    /// Samples without a header, in the port's format where none is given.
    Raw(Option<Sample>),
    Npy,
    /// Messages, one a line.
    Lines,
    /// Audio that this program can neither read nor write.
    Compressed,
    /// There is no file.
    Nowhere,
}

impl<'a> Location<'a> {
    /// No file.
    pub const NOWHERE: Location<'static> = Location { path: "", kind: Kind::Nowhere };

    /// Takes a name apart.
    pub fn new(name: &'a str) -> Self {
        if let Some(path) = name.strip_prefix("wav:") {
            return Location { path, kind: Kind::Wav };
        }
        if let Some(path) = name.strip_prefix("raw:") {
            let format = if let Kind::Raw(format) = by_extension(path) { format } else { None };
            return Location { path, kind: Kind::Raw(format) };
        }
        Location { path: name, kind: by_extension(name) }
    }

    /// Whether there is a file.
    pub fn is_bound(&self) -> bool {
        self.kind != Kind::Nowhere
    }

    /// Opens it for reading.
    pub fn open(&self) -> Result<Reader<'static>, Error> {
        let file = if self.is_standard() { sys::stdin() } else { sys::open(self.path) };
        Ok(Reader::new(Box::new(file?)))
    }

    /// Makes it.
    pub fn create(&self) -> Result<Box<dyn ByteWrite>, Error> {
        let file = if self.is_standard() { sys::stdout() } else { sys::create(self.path) };
        Ok(Box::new(file?))
    }

    /// An error where the name is that of a file of samples.
    pub fn check_lines(&self) -> Result<(), Error> {
        match self.kind {
            Kind::Open | Kind::Lines | Kind::Nowhere => Ok(()),
            Kind::Wav | Kind::Raw(_) | Kind::Npy | Kind::Compressed => {
                Err(Error::from("messages are lines, as in `.jsonl` and `.txt` files"))
            }
        }
    }

    /// Whether this is standard input or output.
    pub fn is_standard(&self) -> bool {
        self.path == "-"
    }
}

fn by_extension(path: &str) -> Kind {
    static KINDS: [(&str, Kind); 23] = [
        ("wav", Kind::Wav),
        ("raw", Kind::Raw(None)),
        ("pcm", Kind::Raw(None)),
        ("u8", Kind::Raw(Some(Sample::U8))),
        ("i16", Kind::Raw(Some(Sample::I16))),
        ("s16", Kind::Raw(Some(Sample::I16))),
        ("i24", Kind::Raw(Some(Sample::I24))),
        ("s24", Kind::Raw(Some(Sample::I24))),
        ("i32", Kind::Raw(Some(Sample::I32))),
        ("s32", Kind::Raw(Some(Sample::I32))),
        ("f32", Kind::Raw(Some(Sample::F32))),
        ("f64", Kind::Raw(Some(Sample::F64))),
        ("npy", Kind::Npy),
        ("json", Kind::Lines),
        ("jsonl", Kind::Lines),
        ("ndjson", Kind::Lines),
        ("txt", Kind::Lines),
        ("mp3", Kind::Compressed),
        ("flac", Kind::Compressed),
        ("ogg", Kind::Compressed),
        ("opus", Kind::Compressed),
        ("m4a", Kind::Compressed),
        ("aac", Kind::Compressed),
    ];
    let dot = path.bytes().rposition(|b| b == b'.');
    let extension = dot.and_then(|dot| path.get(dot + 1..)).unwrap_or_default();
    KINDS.iter().find(|(name, _)| *name == extension).map_or(Kind::Open, |(_, kind)| *kind)
}
