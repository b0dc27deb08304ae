//! Bytes of a file to text of a source: UTF-8, without byte order mark, of a sensible size.
//!
//! What is plainly something else (a recording, a program) is named as what it is.

use remotemedia_ir::diag::quote;
use remotemedia_ir::{Diagnostic, SourceId, SourceMap, Span, codes};

/// How large a manifest may be, in bytes.
pub const MAX_BYTES: usize = 64 << 20;

/// First bytes of files that are not manifests, and what those are.
const KNOWN: [(&[u8], &str); 10] = [
    (b"RIFF", "a WAV recording"),
    (b"fLaC", "a FLAC recording"),
    (b"OggS", "an Ogg recording"),
    (b"ID3", "an MP3 recording"),
    (b"\0asm", "a WebAssembly module"),
    (b"\x7fELF", "a compiled program"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
];

/// Adds the text of a file to the sources.
///
/// # Errors
/// RM0101 where the bytes are not text, RM0102 where there are none, RM0107 where they are too many.
pub fn decode(sources: &mut SourceMap, name: &str, bytes: &[u8]) -> Result<SourceId, Box<Diagnostic>> {
    if bytes.len() > MAX_BYTES {
        let message = format!("{} is too large for a manifest: {} MiB", quote(name), bytes.len() >> 20);
        return Err(Box::new(
            Diagnostic::error(codes::TOO_LARGE, Span::NONE, message)
                .with_note(format!("at most {} MiB are read", MAX_BYTES >> 20)),
        ));
    }
    if let Some((_, what)) = KNOWN.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(Box::new(not_text(name, what)));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let source = sources.add(name, text);
            if let Some(at) = text.find('\0') {
                let message = "a zero byte, which no text has";
                return Err(Box::new(
                    Diagnostic::error(codes::NOT_TEXT, Span::new(source, at, at + 1), message)
                        .with_help("save the file as UTF-8 text"),
                ));
            }
            if text.trim().is_empty() {
                return Err(Box::new(empty(Span::new(source, 0, 0))));
            }
            Ok(source)
        }
        Err(_) if bytes.contains(&0) => Err(Box::new(not_text(name, "binary data"))),
        Err(error) => {
            let at = error.valid_up_to();
            let line_end = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |i| at + i);
            let source = sources.add(name, String::from_utf8_lossy(&bytes[..line_end.min(at + 200)]));
            let message = format!("byte 0x{:02X} is not UTF-8 text", bytes[at]);
            let span = Span::new(source, at, at + char::REPLACEMENT_CHARACTER.len_utf8());
            let mut diagnostic =
                Diagnostic::error(codes::NOT_TEXT, span, message).with_help("save the file as UTF-8 text");
            if bytes[at] >= 0xa0 {
                let latin = char::from(bytes[at]);
                diagnostic = diagnostic.with_note(format!("in Latin-1, the byte is {}", quote(&latin.to_string())));
            }
            Err(Box::new(diagnostic))
        }
    }
}

/// The error for a file that says nothing.
pub fn empty(span: Span) -> Diagnostic {
    Diagnostic::error(codes::EMPTY_SOURCE, span, "the file is empty")
        .label("expected a manifest")
        .with_help("a pipeline begins with `version: v1` and a list of `nodes`")
}

fn not_text(name: &str, what: &str) -> Diagnostic {
    Diagnostic::error(codes::NOT_TEXT, Span::NONE, format!("{} is not a manifest but {what}", quote(name)))
        .with_help("a manifest is a JSON or YAML file, saved as UTF-8 text")
}
