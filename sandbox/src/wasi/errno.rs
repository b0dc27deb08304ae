//! What can go wrong in a call of the guest: a number that it is told, or its end.

use std::io::{self, ErrorKind};

/// An error number of preview 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Errno {
    Access = 2,
    Again = 6,
    BadDescriptor = 8,
    Busy = 10,
    Exists = 20,
    Fault = 21,
    FileTooLarge = 22,
    IllegalBytes = 25,
    Interrupted = 27,
    Invalid = 28,
    Io = 29,
    IsADirectory = 31,
    TooManyLinks = 32,
    TooManyOpen = 33,
    NameTooLong = 37,
    NotFound = 44,
    OutOfMemory = 48,
    NoSpace = 51,
    NotADirectory = 54,
    NotEmpty = 55,
    NotASocket = 57,
    NotSupported = 58,
    BrokenPipe = 64,
    ReadOnly = 69,
    NotSeekable = 70,
    OtherDevice = 75,
}

/// Why a call of the guest did not do what it asked for.
pub(super) enum Fault {
    /// The guest is told.
    Errno(Errno),
    /// The guest ends.
    End(wasmtime::Error),
}

impl From<Errno> for Fault {
    fn from(errno: Errno) -> Fault {
        Fault::Errno(errno)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Errno(Errno::from(&error))
    }
}

impl From<&io::Error> for Errno {
    fn from(error: &io::Error) -> Errno {
        match error.kind() {
            ErrorKind::NotFound => Errno::NotFound,
            ErrorKind::PermissionDenied => Errno::Access,
            ErrorKind::AlreadyExists => Errno::Exists,
            ErrorKind::InvalidInput => Errno::Invalid,
            ErrorKind::WouldBlock => Errno::Again,
            ErrorKind::Interrupted => Errno::Interrupted,
            ErrorKind::BrokenPipe => Errno::BrokenPipe,
            ErrorKind::NotADirectory => Errno::NotADirectory,
            ErrorKind::IsADirectory => Errno::IsADirectory,
            ErrorKind::DirectoryNotEmpty => Errno::NotEmpty,
            ErrorKind::ReadOnlyFilesystem => Errno::ReadOnly,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Errno::NoSpace,
            ErrorKind::FileTooLarge => Errno::FileTooLarge,
            ErrorKind::ResourceBusy => Errno::Busy,
            ErrorKind::CrossesDevices => Errno::OtherDevice,
            ErrorKind::InvalidFilename => Errno::NameTooLong,
            ErrorKind::NotSeekable => Errno::NotSeekable,
            ErrorKind::OutOfMemory => Errno::OutOfMemory,
            ErrorKind::Unsupported => Errno::NotSupported,
            _ => Errno::Io,
        }
    }
}
