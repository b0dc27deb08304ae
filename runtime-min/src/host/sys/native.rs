//! The system through std.

use super::{Error, Standard};
use alloc::string::ToString;
use alloc::vec::Vec;
use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::sync::OnceLock;
use std::time::Instant;

/// An open file or standard stream; closed when dropped.
#[derive(Debug)]
pub struct File {
    file: fs::File,
    seekable: bool,
}

impl File {
    /// Reads what is there, at most the length of `into`; 0 at the end.
    pub fn read(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        loop {
            match self.file.read(into) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                other => return other.map_err(error),
            }
        }
    }

    /// Writes all of `bytes`.
    pub fn write_all(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(error)
    }

    /// Whether [`File::seek`] can work. Standard streams never do, whatever they are redirected to: their bytes are the
    /// same into a file as into a pipe.
    pub fn seekable(&self) -> bool {
        self.seekable
    }

    /// Goes to a position in bytes from the start.
    pub fn seek(&mut self, position: u64) -> Result<(), Error> {
        self.file.seek(SeekFrom::Start(position)).map(|_| ()).map_err(error)
    }
}

/// The arguments, the program's own name first. They stay for the rest of the program.
pub fn args() -> Result<Vec<&'static str>, Error> {
    let own = |arg: OsString| match arg.into_string() {
        Ok(arg) => Ok(&*arg.leak()),
        Err(_) => Err(Error::from("an argument is not valid UTF-8")),
    };
    std::env::args_os().map(own).collect()
}

/// Opens a file for reading.
pub fn open(path: &str) -> Result<File, Error> {
    let file = fs::File::open(path).map_err(error)?;
    if file.metadata().is_ok_and(|m| m.is_dir()) {
        return Err(Error::from("is a directory"));
    }
    Ok(File { file, seekable: false })
}

/// Makes a file, or empties the one that is there.
pub fn create(path: &str) -> Result<File, Error> {
    let mut file = fs::File::create(path).map_err(error)?;
    let seekable = file.stream_position().is_ok();
    Ok(File { file, seekable })
}

/// Standard input.
pub fn stdin() -> Result<File, Error> {
    standard(io::stdin())
}

/// Standard output, unbuffered.
pub fn stdout() -> Result<File, Error> {
    standard(io::stdout())
}

/// A second handle to a standard stream, past the buffer and the lock that std keeps for text.
#[cfg(unix)]
fn standard(stream: impl std::os::fd::AsFd) -> Result<File, Error> {
    let file = stream.as_fd().try_clone_to_owned().map_err(error)?;
    Ok(File { file: fs::File::from(file), seekable: false })
}

/// A second handle to a standard stream, past the buffer and the lock that std keeps for text.
#[cfg(windows)]
fn standard(stream: impl std::os::windows::io::AsHandle) -> Result<File, Error> {
    let file = stream.as_handle().try_clone_to_owned().map_err(error)?;
    Ok(File { file: fs::File::from(file), seekable: false })
}

/// Writes text to a standard stream; a stream that is gone is no error.
pub fn print(stream: Standard, text: &str) {
    let _ = match stream {
        Standard::Out => io::stdout().write_all(text.as_bytes()),
        Standard::Err => io::stderr().write_all(text.as_bytes()),
    };
}

/// Nanoseconds of a clock that never goes back.
pub fn now_ns() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

/// Most bytes of memory that this process has held, where the system tells.
pub fn peak_memory() -> Option<u64> {
    let mut status = [0; 4096];
    let length = open("/proc/self/status").ok()?.read(&mut status).ok()?;
    let line = status[..length].split(|b| *b == b'\n').find(|line| line.starts_with(b"VmHWM:"))?;
    let kib = line.iter().filter(|b| b.is_ascii_digit()).fold(0u64, |n, b| n * 10 + u64::from(b - b'0'));
    Some(kib * 1024)
}

fn error(e: io::Error) -> Error {
    match e.kind() {
        ErrorKind::BrokenPipe => Error::broken_pipe(),
        ErrorKind::NotFound => Error::from("no such file or directory"),
        ErrorKind::PermissionDenied => Error::from("permission denied"),
        ErrorKind::IsADirectory => Error::from("is a directory"),
        ErrorKind::NotADirectory => Error::from("a part of the path is not a directory"),
        ErrorKind::StorageFull => Error::from("no space left"),
        _ => Error::new(e.to_string()),
    }
}
