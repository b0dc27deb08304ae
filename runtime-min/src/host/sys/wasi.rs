//! The system through the raw calls of WASI preview 1.
//!
//! A path is looked up in the preopened directory whose name is its longest prefix. As in wasi-libc `/` and `./` at the
//! start of either count for nothing, so that `/data/a.wav` is found under a directory granted as `/data`, `data` or `/`;
//! but where both are granted, an absolute path prefers an absolute name and a relative path a relative one.

use super::{Error, Standard};
use crate::text::{split, text};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

mod raw {
    /// Where bytes are read to or written from (`iovec`, `ciovec`).
    #[repr(C)]
    pub struct Vector {
        pub start: *const u8,
        pub length: usize,
    }

    #[link(wasm_import_module = "wasi_snapshot_preview1")]
    unsafe extern "C" {
        pub fn args_sizes_get(count: *mut usize, bytes: *mut usize) -> i32;
        pub fn args_get(pointers: *mut *mut u8, bytes: *mut u8) -> i32;
        pub fn fd_prestat_get(fd: i32, prestat: *mut [u32; 2]) -> i32;
        pub fn fd_prestat_dir_name(fd: i32, name: *mut u8, length: usize) -> i32;
        pub fn path_open(
            dir: i32,
            lookup: i32,
            path: *const u8,
            length: usize,
            open: i32,
            rights: i64,
            inheriting: i64,
            flags: i32,
            fd: *mut i32,
        ) -> i32;
        pub fn fd_read(fd: i32, vectors: *const Vector, count: usize, done: *mut usize) -> i32;
        pub fn fd_write(fd: i32, vectors: *const Vector, count: usize, done: *mut usize) -> i32;
        pub fn fd_seek(fd: i32, offset: i64, whence: i32, position: *mut u64) -> i32;
        pub fn fd_close(fd: i32) -> i32;
        pub fn clock_time_get(clock: i32, precision: i64, time: *mut u64) -> i32;
        #[cfg(not(feature = "std"))]
        pub fn proc_exit(code: i32) -> !;
    }
}

const FOLLOW_LINKS: i32 = 1;
const CREATE_AND_TRUNCATE: i32 = 1 | 8;
const READ_RIGHTS: i64 = 1 << 1 | 1 << 2 | 1 << 5;
const WRITE_RIGHTS: i64 = 1 << 2 | 1 << 5 | 1 << 6;
const FROM_START: i32 = 0;
const FROM_HERE: i32 = 1;
const MONOTONIC: i32 = 1;
const FIRST_PREOPENED: i32 = 3;
const INTERRUPTED: i32 = 27;

/// An open file or standard stream; closed when dropped.
#[derive(Debug)]
pub struct File {
    fd: i32,
    seekable: bool,
}

impl File {
    /// Reads what is there, at most the length of `into`; 0 at the end.
    pub fn read(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        let mut done = 0;
        let vector = raw::Vector { start: into.as_mut_ptr(), length: into.len() };
        loop {
            // SAFETY: one vector over memory that `into` borrows, to be written to, for the length of the call.
            match unsafe { raw::fd_read(self.fd, &vector, 1, &mut done) } {
                0 => return Ok(done.min(into.len())),
                INTERRUPTED => {}
                code => return Err(error(code)),
            }
        }
    }

    /// Writes all of `bytes`.
    pub fn write_all(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            let mut done = 0;
            let vector = raw::Vector { start: bytes.as_ptr(), length: bytes.len() };
            // SAFETY: one vector over memory that `bytes` borrows for the length of the call.
            match unsafe { raw::fd_write(self.fd, &vector, 1, &mut done) } {
                0 if done == 0 => return Err(Error::from("nothing could be written")),
                0 => bytes = bytes.get(done..).unwrap_or_default(),
                INTERRUPTED => {}
                code => return Err(error(code)),
            }
        }
        Ok(())
    }

    /// Whether [`File::seek`] can work. Standard streams never do, whatever they are redirected to: their bytes are the
    /// same into a file as into a pipe.
    pub fn seekable(&self) -> bool {
        self.seekable
    }

    /// Goes to a position in bytes from the start.
    pub fn seek(&mut self, position: u64) -> Result<(), Error> {
        seek(self.fd, position as i64, FROM_START)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if self.fd >= FIRST_PREOPENED {
            // SAFETY: plain numbers only; this file owns the descriptor.
            unsafe { raw::fd_close(self.fd) };
        }
    }
}

/// The arguments, the program's own name first. They stay for the rest of the program.
pub fn args() -> Result<Vec<&'static str>, Error> {
    let (mut count, mut length) = (0, 0);
    // SAFETY: both pointers are to locals.
    check(unsafe { raw::args_sizes_get(&mut count, &mut length) })?;
    let mut pointers = vec![core::ptr::null_mut(); count];
    let bytes = vec![0; length].leak();
    // SAFETY: both buffers have the lengths that the system asked for.
    check(unsafe { raw::args_get(pointers.as_mut_ptr(), bytes.as_mut_ptr()) })?;
    let Ok(mut rest) = core::str::from_utf8(bytes) else {
        return Err(Error::from("an argument is not valid UTF-8"));
    };
    let mut args = Vec::new();
    while let Some((arg, after)) = split(rest, 0) {
        args.push(arg);
        rest = after;
    }
    Ok(args)
}

/// Opens a file for reading.
pub fn open(path: &str) -> Result<File, Error> {
    let fd = open_in_preopened(path, 0, READ_RIGHTS)?;
    Ok(File { fd, seekable: false })
}

/// Makes a file, or empties the one that is there.
pub fn create(path: &str) -> Result<File, Error> {
    let fd = open_in_preopened(path, CREATE_AND_TRUNCATE, WRITE_RIGHTS)?;
    let seekable = seek(fd, 0, FROM_HERE).is_ok();
    Ok(File { fd, seekable })
}

/// Standard input.
pub fn stdin() -> Result<File, Error> {
    Ok(File { fd: 0, seekable: false })
}

/// Standard output, unbuffered.
pub fn stdout() -> Result<File, Error> {
    Ok(File { fd: 1, seekable: false })
}

/// Writes text to a standard stream; a stream that is gone is no error.
pub fn print(stream: Standard, text: &str) {
    let fd = match stream {
        Standard::Out => 1,
        Standard::Err => 2,
    };
    let _ = File { fd, seekable: false }.write_all(text.as_bytes());
}

/// Nanoseconds of a clock that never goes back.
pub fn now_ns() -> u64 {
    let mut time = 0;
    // SAFETY: the pointer is to a local.
    unsafe { raw::clock_time_get(MONOTONIC, 1, &mut time) };
    time
}

/// Bytes of linear memory: it never shrinks, so this is the peak.
pub fn peak_memory() -> Option<u64> {
    Some(core::arch::wasm32::memory_size::<0>() as u64 * 65536)
}

/// Ends the program at once.
#[cfg(not(feature = "std"))]
pub(super) fn exit(code: i32) -> ! {
    // SAFETY: plain numbers only.
    unsafe { raw::proc_exit(code) }
}

fn open_in_preopened(path: &str, open: i32, rights: i64) -> Result<i32, Error> {
    let wanted = without_root(path.as_bytes());
    let mut best = (0, usize::MAX, wanted);
    let mut dir = FIRST_PREOPENED;
    let mut prestat = [0, 0];
    // SAFETY: the pointer is to a local of the size and alignment of a prestat (a tag and a length).
    while unsafe { raw::fd_prestat_get(dir, &mut prestat) } == 0 {
        let mut name = vec![0; prestat[1] as usize];
        // SAFETY: the buffer has the length that the system asked for.
        check(unsafe { raw::fd_prestat_dir_name(dir, name.as_mut_ptr(), name.len()) })?;
        if let Some(rest) = below(wanted, without_root(&name)) {
            let same = name.starts_with(b"/") == path.starts_with('/');
            let rank = if same { rest.len() } else { rest.len() + path.len() + 1 };
            if rank < best.1 {
                best = (dir, rank, rest);
            }
        }
        dir += 1;
    }
    let (dir, rank, rest) = best;
    if rank == usize::MAX {
        return Err(Error::from("not in a directory that this program was given"));
    }
    let rest = if rest.is_empty() { b"." } else { rest };
    let mut fd = 0;
    // SAFETY: the path is borrowed for the length of the call; the descriptor goes to a local.
    check(unsafe { raw::path_open(dir, FOLLOW_LINKS, rest.as_ptr(), rest.len(), open, rights, 0, 0, &mut fd) })?;
    Ok(fd)
}

/// What is left of `path` below the directory `name`.
fn below<'a>(path: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let name = name.strip_suffix(b"/").unwrap_or(name);
    let rest = path.strip_prefix(name)?;
    if name.is_empty() || rest.is_empty() { Some(rest) } else { rest.strip_prefix(b"/") }
}

fn without_root(mut path: &[u8]) -> &[u8] {
    loop {
        path = match path {
            [b'/', rest @ ..] | [b'.', b'/', rest @ ..] => rest,
            [b'.'] => &[],
            _ => return path,
        }
    }
}

fn seek(fd: i32, offset: i64, whence: i32) -> Result<(), Error> {
    let mut position = 0;
    // SAFETY: the pointer is to a local.
    check(unsafe { raw::fd_seek(fd, offset, whence, &mut position) })
}

fn check(code: i32) -> Result<(), Error> {
    if code == 0 { Ok(()) } else { Err(error(code)) }
}

fn error(code: i32) -> Error {
    Error::from(match code {
        64 => return Error::broken_pipe(),
        44 => "no such file or directory",
        2 | 63 => "permission denied",
        76 => "not allowed in this sandbox",
        31 => "is a directory",
        54 => "a part of the path is not a directory",
        51 => "no space left",
        29 => "input/output error",
        _ => return Error::new(text!("WASI error {}", code)),
    })
}
