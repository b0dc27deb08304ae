//! Which files and folders of the host a guest may touch, in words. `wasi::tree` turns them into open folders.

use std::fmt;
use std::path::PathBuf;

/// The files and folders that a guest may touch; empty by default.
///
/// The guest sees one tree of its own with the granted files and folders at the paths they are granted under, and
/// nothing else of the host. A guest path is absolute with or without its leading slash; `.` and `..` are resolved in the
/// text, `..` at the root stays there. So a file may be granted under the very words that stand in the guest's
/// arguments.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    /// The grants, in any order; two for one place add up.
    pub list: Vec<Grant>,
}

/// One file or folder, and what the guest may do there.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The path on the host: a folder and all beneath it, or exactly one file, pipe or device. Links in it are
    /// followed now; links beneath a granted folder are followed only as long as they stay beneath.
    pub host: PathBuf,
    /// The path in the guest's tree.
    pub guest: String,
    /// What is allowed.
    pub access: Access,
}

/// What a guest may do with a file or beneath a folder; either lets it ask for size, kind and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read files and list folders.
    Read,
    /// Create, write and truncate files; beneath a folder also make folders, rename and delete. Reading is not included.
    /// A single file need not exist yet, its folder must.
    Write,
}

/// Something the guest asked for that no grant covers; it was told so and went on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// The path in the guest's tree.
    pub path: String,
    /// What it wanted to do there.
    pub access: Access,
}

impl Grants {
    /// No grants.
    pub fn none() -> Grants {
        Grants::default()
    }

    /// Adds a grant to read the file or folder `host`, which the guest sees as `guest`.
    pub fn read(mut self, host: impl Into<PathBuf>, guest: impl Into<String>) -> Grants {
        self.list.push(Grant { host: host.into(), guest: guest.into(), access: Access::Read });
        self
    }

    /// Adds a grant to write the file or folder `host`, which the guest sees as `guest`.
    pub fn write(mut self, host: impl Into<PathBuf>, guest: impl Into<String>) -> Grants {
        self.list.push(Grant { host: host.into(), guest: guest.into(), access: Access::Write });
        self
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.access {
            Access::Read => "read",
            Access::Write => "write",
        };
        write!(f, "the module asked to {verb} `{}`, and no grant allows that", self.path)
    }
}
