//! What a guest does with open descriptors: read, write, seek, ask, list, close.
//!
//! Bytes go straight between the guest's memory and the host's file, one system call for each call of the guest. Reads
//! and writes may be short, as preview 1 allows.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::time::UNIX_EPOCH;

use cap_std::fs::Metadata;

use super::Host;
use super::descriptors::{Descriptor, FileType, Kind};
use super::errno::{Errno, Fault};
use super::guest::Guest;
use super::tree::GuestPath;

/// `fdflags::append`.
pub(super) const APPEND: u32 = 1;

/// The rights of preview 1 that matter: libraries of the guest take from them what they may ask for.
pub(super) mod rights {
    pub(in super::super) const DATASYNC: u64 = 1 << 0;
    pub(in super::super) const READ: u64 = 1 << 1;
    pub(super) const SEEK: u64 = 1 << 2;
    pub(super) const TELL: u64 = 1 << 5;
    pub(in super::super) const WRITE: u64 = 1 << 6;
    pub(in super::super) const ALLOCATE: u64 = 1 << 8;
    pub(in super::super) const SET_SIZE: u64 = 1 << 22;
    /// All thirty.
    pub(super) const ALL: u64 = (1 << 30) - 1;
}

pub(super) fn fd_read(guest: &mut Guest<'_>, host: &mut Host, fd: u32, vectors: u32, count: u32, result: u32) -> Reply {
    let mut file = readable(host.descriptors.get(fd)?)?;
    let room = guest.room(vectors, count)?;
    let read = match &mut file {
        Some(file) => again(|| file.read(room))?,
        None => 0,
    };
    guest.set_u32(result, length(read)?)
}

pub(super) fn fd_pread(
    guest: &mut Guest<'_>,
    host: &mut Host,
    fd: u32,
    vectors: u32,
    count: u32,
    offset: u64,
    result: u32,
) -> Reply {
    let file = readable(host.descriptors.get(fd)?)?;
    let room = guest.room(vectors, count)?;
    let read = match file {
        Some(file) => elsewhere(file, offset, |mut file| file.read(room))?,
        None => 0,
    };
    guest.set_u32(result, length(read)?)
}

pub(super) fn fd_write(
    guest: &mut Guest<'_>,
    host: &mut Host,
    fd: u32,
    vectors: u32,
    count: u32,
    result: u32,
) -> Reply {
    let mut file = writable(host.descriptors.get(fd)?)?;
    let parts = guest.parts(vectors, count)?;
    let written = match &mut file {
        Some(file) => again(|| file.write_vectored(&parts))?,
        None => parts.iter().map(|part| part.len()).sum(),
    };
    drop(parts);
    guest.set_u32(result, length(written)?)
}

pub(super) fn fd_pwrite(
    guest: &mut Guest<'_>,
    host: &mut Host,
    fd: u32,
    vectors: u32,
    count: u32,
    offset: u64,
    result: u32,
) -> Reply {
    let file = writable(host.descriptors.get(fd)?)?;
    let parts = guest.parts(vectors, count)?;
    let written = match file {
        Some(file) => elsewhere(file, offset, |mut file| file.write_vectored(&parts))?,
        None => parts.iter().map(|part| part.len()).sum(),
    };
    drop(parts);
    guest.set_u32(result, length(written)?)
}

pub(super) fn fd_seek(guest: &mut Guest<'_>, host: &mut Host, fd: u32, offset: i64, whence: u32, result: u32) -> Reply {
    let mut file = host.descriptors.get(fd)?.file()?.ok_or(Errno::NotSeekable)?;
    let to = match whence {
        0 => SeekFrom::Start(u64::try_from(offset).map_err(|_| Errno::Invalid)?),
        1 => SeekFrom::Current(offset),
        2 => SeekFrom::End(offset),
        _ => return Err(Errno::Invalid.into()),
    };
    let position = file.seek(to)?;
    guest.set_u64(result, position)
}

pub(super) fn fd_tell(guest: &mut Guest<'_>, host: &mut Host, fd: u32, result: u32) -> Reply {
    let position = host.descriptors.get(fd)?.file()?.ok_or(Errno::NotSeekable)?.stream_position()?;
    guest.set_u64(result, position)
}

pub(super) fn fd_sync(_: &mut Guest<'_>, host: &mut Host, fd: u32) -> Reply {
    Ok(host.descriptors.get(fd)?.file()?.map_or(Ok(()), File::sync_all)?)
}

pub(super) fn fd_datasync(_: &mut Guest<'_>, host: &mut Host, fd: u32) -> Reply {
    Ok(host.descriptors.get(fd)?.file()?.map_or(Ok(()), File::sync_data)?)
}

/// Advice is free to be ignored.
pub(super) fn fd_advise(
    _: &mut Guest<'_>,
    host: &mut Host,
    fd: u32,
    _offset: u64,
    _length: u64,
    _advice: u32,
) -> Reply {
    host.descriptors.get(fd).map(drop)
}

pub(super) fn fd_close(_: &mut Guest<'_>, host: &mut Host, fd: u32) -> Reply {
    host.descriptors.remove(fd).map(drop)
}

pub(super) fn fd_renumber(_: &mut Guest<'_>, host: &mut Host, from: u32, to: u32) -> Reply {
    host.descriptors.renumber(from, to)
}

pub(super) fn fd_fdstat_get(guest: &mut Guest<'_>, host: &mut Host, fd: u32, result: u32) -> Reply {
    let descriptor = host.descriptors.get(fd)?;
    let file_type = descriptor.file_type()?;
    let withheld = match file_type {
        FileType::Folder => 0,
        kind => {
            let read = if descriptor.read { 0 } else { rights::READ };
            let write = if descriptor.write { 0 } else { rights::WRITE | rights::ALLOCATE | rights::SET_SIZE };
            // A terminal is told from a device by these two.
            let seek = if kind == FileType::File { 0 } else { rights::SEEK | rights::TELL };
            read | write | seek
        }
    };
    let mut stat = [0; 24];
    stat[0] = file_type as u8;
    stat[2] = if descriptor.append { APPEND as u8 } else { 0 };
    stat[8..16].copy_from_slice(&(rights::ALL & !withheld).to_le_bytes());
    stat[16..].copy_from_slice(&(rights::ALL & !withheld).to_le_bytes());
    guest.set(result, &stat)
}

/// The flags are chosen when the file is opened.
pub(super) fn fd_fdstat_set_flags(_: &mut Guest<'_>, host: &mut Host, fd: u32, flags: u32) -> Reply {
    match (flags, host.descriptors.get(fd)?.append) {
        (0, false) | (APPEND, true) => Ok(()),
        _ => Err(Errno::NotSupported.into()),
    }
}

pub(super) fn fd_filestat_get(guest: &mut Guest<'_>, host: &mut Host, fd: u32, result: u32) -> Reply {
    let descriptor = host.descriptors.get(fd)?;
    let stat = match &descriptor.kind {
        Kind::Null => stat(FileType::Other, None),
        Kind::File(file) => stat(descriptor.file_type()?, Some(&Metadata::from_file(file)?)),
        Kind::Folder { path, .. } => host.tree.stat(path, true)?,
    };
    guest.set(result, &stat)
}

pub(super) fn fd_filestat_set_size(_: &mut Guest<'_>, host: &mut Host, fd: u32, size: u64) -> Reply {
    Ok(writable(host.descriptors.get(fd)?)?.ok_or(Errno::Invalid)?.set_len(size)?)
}

/// The one descriptor that a guest is given a folder by: the root of its tree.
pub(super) fn fd_prestat_get(guest: &mut Guest<'_>, host: &mut Host, fd: u32, result: u32) -> Reply {
    root(host, fd)?;
    guest.set_u32(result, 0)?;
    guest.set_u32(result.wrapping_add(4), 1)
}

pub(super) fn fd_prestat_dir_name(guest: &mut Guest<'_>, host: &mut Host, fd: u32, at: u32, length: u32) -> Reply {
    root(host, fd)?;
    match length {
        0 => Err(Errno::NameTooLong.into()),
        _ => guest.set(at, b"/"),
    }
}

/// Lists a folder from entry `cookie` on; the last entry is cut off where the room ends, as preview 1 wants it.
pub(super) fn fd_readdir(
    guest: &mut Guest<'_>,
    host: &mut Host,
    fd: u32,
    at: u32,
    room: u32,
    cookie: u64,
    result: u32,
) -> Reply {
    let Kind::Folder { path, entries } = &mut host.descriptors.get_mut(fd)?.kind else {
        return Err(Errno::NotADirectory.into());
    };
    if cookie == 0 {
        match host.tree.list(path) {
            Ok(listed) => *entries = listed,
            Err(Fault::Errno(Errno::Access)) => {
                let path = path.clone();
                return Err(host.refuse(&path, crate::grants::Access::Read));
            }
            Err(other) => return Err(other),
        }
    }
    let out = guest.slice_mut(at, room)?;
    let mut used = 0;
    let from = usize::try_from(cookie).unwrap_or(usize::MAX);
    for (number, (name, kind)) in entries.iter().enumerate().skip(from) {
        let mut head = [0; 24];
        head[..8].copy_from_slice(&(number as u64 + 1).to_le_bytes());
        head[16..20].copy_from_slice(&length(name.len())?.to_le_bytes());
        head[20] = *kind as u8;
        for bytes in [&head[..], name.as_bytes()] {
            let fits = bytes.len().min(out.len() - used);
            out[used..used + fits].copy_from_slice(&bytes[..fits]);
            used += fits;
        }
        if used == out.len() {
            break;
        }
    }
    guest.set_u32(result, length(used)?)
}

/// What a function of preview 1 comes to.
pub(super) type Reply = Result<(), Fault>;

/// Preview 1's `filestat` of a file; without `found`, of something that the host has no file for.
pub(super) fn stat(kind: FileType, found: Option<&Metadata>) -> [u8; 64] {
    let nanoseconds = |time: io::Result<cap_std::time::SystemTime>| {
        let since = time.ok().and_then(|time| time.into_std().duration_since(UNIX_EPOCH).ok());
        since.and_then(|since| u64::try_from(since.as_nanos()).ok()).unwrap_or(0)
    };
    let (device, inode, links) = found.map_or((0, 0, 1), identity);
    let modified = found.map_or(0, |found| nanoseconds(found.modified()));
    let accessed = found.map_or(0, |found| nanoseconds(found.accessed()));
    let size = found.map_or(0, Metadata::len);
    let mut stat = [0; 64];
    let fields = [device, inode, u64::from(kind as u8), links, size, accessed, modified, modified];
    for (field, value) in stat.chunks_exact_mut(8).zip(fields) {
        field.copy_from_slice(&value.to_le_bytes());
    }
    stat
}

/// Device, inode and number of names: what tells two files apart.
#[cfg(unix)]
fn identity(found: &Metadata) -> (u64, u64, u64) {
    use cap_std::fs::MetadataExt;

    (found.dev(), found.ino(), found.nlink())
}

/// Device, inode and number of names: what tells two files apart; not to be had here.
#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64, u64) {
    (0, 0, 1)
}

fn root(host: &Host, fd: u32) -> Reply {
    match host.descriptors.folder(fd) {
        Ok(path) if fd == 3 && *path == GuestPath::root() => Ok(()),
        _ => Err(Errno::BadDescriptor.into()),
    }
}

fn readable(descriptor: &Descriptor) -> Result<Option<&File>, Fault> {
    if descriptor.read { descriptor.file() } else { Err(Errno::BadDescriptor.into()) }
}

fn writable(descriptor: &Descriptor) -> Result<Option<&File>, Fault> {
    if descriptor.write { descriptor.file() } else { Err(Errno::BadDescriptor.into()) }
}

/// Repeats a call that a signal interrupted.
fn again<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// Does something at another place of the file and comes back.
fn elsewhere<T>(mut file: &File, offset: u64, act: impl FnOnce(&File) -> io::Result<T>) -> io::Result<T> {
    let here = file.stream_position()?;
    file.seek(SeekFrom::Start(offset))?;
    let done = act(file);
    file.seek(SeekFrom::Start(here))?;
    done
}

fn length(bytes: usize) -> Result<u32, Fault> {
    u32::try_from(bytes).map_err(|_| Errno::Invalid.into())
}
