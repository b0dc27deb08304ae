//! The table of a guest's open files. What can be done with them is `files`; how they are opened is `paths`.

use std::fs::File;
use std::io::IsTerminal;

use cap_std::fs::Metadata;

use super::errno::{Errno, Fault};
use super::tree::GuestPath;

/// How many files a guest may have open.
const MOST: usize = 1024;

/// Open files, by number; the lowest free number is given out.
pub(super) struct Descriptors {
    slots: Vec<Option<Descriptor>>,
}

/// One open file, and what the guest may do with it.
pub(super) struct Descriptor {
    pub(super) kind: Kind,
    pub(super) read: bool,
    pub(super) write: bool,
    pub(super) append: bool,
}

/// What is behind a descriptor.
pub(super) enum Kind {
    /// Nothing: always at its end, swallows everything.
    Null,
    /// A file, pipe or terminal of the host.
    File(File),
    /// A folder of the guest's tree; its entries once the guest has begun to list them.
    Folder { path: GuestPath, entries: Vec<(String, FileType)> },
}

/// A file type of preview 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum FileType {
    /// Pipes, sockets, devices that are no terminal.
    Other = 0,
    Terminal = 2,
    Folder = 3,
    File = 4,
    Link = 7,
}

impl Descriptors {
    /// The standard streams (`None` where there is nothing), and the root of the guest's tree.
    pub(super) fn new(stdin: Option<File>, stdout: Option<File>, stderr: Option<File>) -> Descriptors {
        let stream = |file: Option<File>, read: bool| {
            Some(Descriptor { kind: file.map_or(Kind::Null, Kind::File), read, write: !read, append: false })
        };
        let root = Descriptor::folder(GuestPath::root());
        Descriptors { slots: vec![stream(stdin, true), stream(stdout, false), stream(stderr, false), Some(root)] }
    }

    pub(super) fn get(&self, fd: u32) -> Result<&Descriptor, Fault> {
        self.slots.get(fd as usize).and_then(Option::as_ref).ok_or(Fault::Errno(Errno::BadDescriptor))
    }

    pub(super) fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor, Fault> {
        self.slots.get_mut(fd as usize).and_then(Option::as_mut).ok_or(Fault::Errno(Errno::BadDescriptor))
    }

    /// The folder behind `fd`.
    pub(super) fn folder(&self, fd: u32) -> Result<&GuestPath, Fault> {
        match &self.get(fd)?.kind {
            Kind::Folder { path, .. } => Ok(path),
            Kind::Null | Kind::File(_) => Err(Errno::NotADirectory.into()),
        }
    }

    /// Gives `descriptor` a number.
    pub(super) fn add(&mut self, descriptor: Descriptor) -> Result<u32, Fault> {
        let free = self.slots.iter().position(Option::is_none).unwrap_or(self.slots.len());
        if free == MOST {
            return Err(Errno::TooManyOpen.into());
        }
        if free == self.slots.len() {
            self.slots.push(None);
        }
        self.slots[free] = Some(descriptor);
        u32::try_from(free).map_err(|_| Errno::TooManyOpen.into())
    }

    /// Takes the descriptor out; the file closes when it is dropped.
    pub(super) fn remove(&mut self, fd: u32) -> Result<Descriptor, Fault> {
        self.slots.get_mut(fd as usize).and_then(Option::take).ok_or(Fault::Errno(Errno::BadDescriptor))
    }

    /// Moves `from` to the number `to`, which is in use and closes.
    pub(super) fn renumber(&mut self, from: u32, to: u32) -> Result<(), Fault> {
        self.get(to)?;
        let moved = self.remove(from)?;
        self.slots[to as usize] = Some(moved);
        Ok(())
    }
}

impl Descriptor {
    pub(super) fn folder(path: GuestPath) -> Descriptor {
        Descriptor { kind: Kind::Folder { path, entries: Vec::new() }, read: true, write: false, append: false }
    }

    /// The file behind the descriptor, `None` if it is [`Kind::Null`].
    pub(super) fn file(&self) -> Result<Option<&File>, Fault> {
        match &self.kind {
            Kind::Null => Ok(None),
            Kind::File(file) => Ok(Some(file)),
            Kind::Folder { .. } => Err(Errno::IsADirectory.into()),
        }
    }

    pub(super) fn file_type(&self) -> Result<FileType, Fault> {
        match &self.kind {
            Kind::Null => Ok(FileType::Other),
            Kind::Folder { .. } => Ok(FileType::Folder),
            Kind::File(file) if file.is_terminal() => Ok(FileType::Terminal),
            Kind::File(file) => Ok(FileType::of(&Metadata::from_file(file)?.file_type())),
        }
    }
}

impl FileType {
    /// The type of a file that is no terminal.
    pub(super) fn of(kind: &cap_std::fs::FileType) -> FileType {
        if kind.is_file() {
            FileType::File
        } else if kind.is_dir() {
            FileType::Folder
        } else if kind.is_symlink() {
            FileType::Link
        } else {
            FileType::Other
        }
    }
}
