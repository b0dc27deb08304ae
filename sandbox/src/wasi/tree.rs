//! The guest's tree of paths: which place of the host, if any, stands behind a path, and what is allowed there.
//!
//! The tree has a root that belongs to nobody, in it the granted files and folders at their guest paths, and folders
//! between. Paths are resolved in the text first (`..` takes the name before it away), then by the longest grant
//! that they lead into; what remains is resolved by `cap-std` beneath the granted folder, links included, and never
//! outside it. The last part of a granted file's path is never followed as a link, because a guest that may write
//! beside it could put one there.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use super::descriptors::FileType;
use super::errno::{Errno, Fault};
use crate::error::Error;
use crate::grants::{Access, Grant, Grants};

/// A path in the guest's tree, from the root, without `.` and `..`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GuestPath {
    names: Vec<String>,
}

/// What the guest sees, in the order of guest paths.
pub(super) struct Tree {
    mounts: Vec<Mount>,
}

/// One granted file or folder.
pub(super) struct Mount {
    at: GuestPath,
    pub(super) read: bool,
    pub(super) write: bool,
    behind: Behind,
    /// The path on the host, links resolved.
    host: PathBuf,
}

/// What a mount gives to the guest.
enum Behind {
    Folder(Dir),
    /// The one file of this name in a folder of the host; it may not exist yet.
    File(Dir, OsString),
    /// A pipe or device, open from the start: it has no place that could be opened twice.
    Special(File),
}

/// What stands at a path of the guest's tree.
pub(super) enum Place<'t> {
    /// A folder above the mounts.
    Between,
    /// A path beneath a granted folder, `.` for the folder itself.
    Beneath(&'t Mount, &'t Dir, PathBuf),
    /// A granted file: its folder and its name.
    File(&'t Mount, &'t Dir, &'t Path),
    /// A granted pipe or device.
    Special(&'t Mount, &'t File),
    /// Nothing that was granted.
    Outside,
}

impl GuestPath {
    pub(super) fn root() -> GuestPath {
        GuestPath { names: Vec::new() }
    }

    /// The path `text` seen from here; `..` at the root stays there.
    pub(super) fn join(&self, text: &str) -> GuestPath {
        let mut names = if text.starts_with('/') { Vec::new() } else { self.names.clone() };
        for name in text.split('/') {
            match name {
                "" | "." => {}
                ".." => drop(names.pop()),
                name => names.push(name.to_owned()),
            }
        }
        GuestPath { names }
    }

    /// What remains of this path beneath `folder`.
    fn beneath(&self, folder: &GuestPath) -> Option<&[String]> {
        self.names.strip_prefix(folder.names.as_slice())
    }
}

impl fmt::Display for GuestPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", self.names.join("/"))
    }
}

impl Tree {
    /// Opens the granted folders and pipes; files are opened when the guest asks for them.
    pub(super) fn new(grants: &Grants) -> Result<Tree, Error> {
        let mut mounts: Vec<Mount> = Vec::new();
        for grant in &grants.list {
            let mount = Mount::new(grant)?;
            match mounts.iter_mut().find(|other| other.at == mount.at) {
                None => mounts.push(mount),
                // A pipe or device is open one way only, unless it is granted both ways at once, which no grant does.
                Some(other) if other.host == mount.host && !matches!(mount.behind, Behind::Special(_)) => {
                    other.allow(mount.read, mount.write);
                }
                Some(other) => {
                    let why = format!("the guest's `{}` stands for `{}` already", mount.at, other.host.display());
                    return Err(Error::Grant { host: grant.host.clone(), why });
                }
            }
        }
        mounts.sort_by(|a, b| a.at.cmp(&b.at));
        // What is allowed in a folder is allowed where a grant within it stands for the same place: the longest grant
        // decides, and must not take away what the wider one gave.
        for inner in 1..mounts.len() {
            let (wider, rest) = mounts.split_at_mut(inner);
            let inner = &mut rest[0];
            for outer in wider {
                let Some(names) = inner.at.beneath(&outer.at) else {
                    continue;
                };
                if !matches!(outer.behind, Behind::Folder(_)) {
                    let why = format!("the guest's `{}` is a file and cannot hold `{}`", outer.at, inner.at);
                    return Err(Error::Grant { host: inner.host.clone(), why });
                }
                if outer.host.join(names.iter().collect::<PathBuf>()) == inner.host {
                    inner.allow(outer.read, outer.write);
                }
            }
        }
        Ok(Tree { mounts })
    }

    /// What stands at `path`.
    pub(super) fn place(&self, path: &GuestPath) -> Result<Place<'_>, Fault> {
        let longest = self.mounts.iter().rev().find_map(|mount| Some((mount, path.beneath(&mount.at)?)));
        let Some((mount, names)) = longest else {
            let above = path.names.is_empty() || self.mounts.iter().any(|mount| mount.at.beneath(path).is_some());
            return Ok(if above { Place::Between } else { Place::Outside });
        };
        match &mount.behind {
            Behind::Folder(dir) if names.is_empty() => Ok(Place::Beneath(mount, dir, PathBuf::from("."))),
            Behind::Folder(dir) => Ok(Place::Beneath(mount, dir, names.iter().collect())),
            Behind::File(..) | Behind::Special(_) if !names.is_empty() => Err(Errno::NotADirectory.into()),
            Behind::File(dir, name) => Ok(Place::File(mount, dir, Path::new(name))),
            Behind::Special(file) => Ok(Place::Special(mount, file)),
        }
    }

    /// Whether `path` is a grant's own place or lies above one: such a name is not the guest's to change.
    pub(super) fn holds_mount(&self, path: &GuestPath) -> bool {
        self.mounts.iter().any(|mount| mount.at.beneath(path).is_some())
    }

    /// The entries of the folder `path` in the order of names, granted places included, `.` and `..` first.
    ///
    /// Names that are not UTF-8 cannot be told to the guest and are left out.
    pub(super) fn list(&self, path: &GuestPath) -> Result<Vec<(String, FileType)>, Fault> {
        let mut entries = BTreeMap::new();
        match self.place(path)? {
            Place::Between => {}
            Place::Beneath(mount, dir, name) if mount.read => {
                for entry in dir.read_dir(name)? {
                    let entry = entry?;
                    if let Ok(name) = entry.file_name().into_string() {
                        entries.insert(name, FileType::of(&entry.file_type()?));
                    }
                }
            }
            Place::Beneath(..) | Place::Outside => return Err(Errno::Access.into()),
            Place::File(..) | Place::Special(..) => return Err(Errno::NotADirectory.into()),
        }
        for mount in &self.mounts {
            match mount.at.beneath(path) {
                None | Some([]) => {}
                Some([name]) => drop(entries.insert(name.clone(), mount.file_type())),
                Some([name, ..]) => drop(entries.entry(name.clone()).or_insert(FileType::Folder)),
            }
        }
        let dots = [".", ".."].map(|name| (name.to_owned(), FileType::Folder));
        Ok(dots.into_iter().chain(entries).collect())
    }
}

impl Mount {
    fn new(grant: &Grant) -> Result<Mount, Error> {
        let refuse = |why: String| Error::Grant { host: grant.host.clone(), why };
        let at = GuestPath::root().join(&grant.guest);
        let (read, write) = (grant.access == Access::Read, grant.access == Access::Write);
        let (behind, host) = Behind::open(&grant.host, grant.access).map_err(|error| refuse(error.to_string()))?;
        if at == GuestPath::root() && !matches!(behind, Behind::Folder(_)) {
            return Err(refuse("a file cannot be the root of the guest's tree".to_owned()));
        }
        Ok(Mount { at, read, write, behind, host })
    }

    fn allow(&mut self, read: bool, write: bool) {
        self.read |= read;
        self.write |= write;
    }

    fn file_type(&self) -> FileType {
        match self.behind {
            Behind::Folder(_) => FileType::Folder,
            Behind::File(..) => FileType::File,
            Behind::Special(_) => FileType::Other,
        }
    }
}

impl Behind {
    /// What is at `path` of the host, and where it really is.
    fn open(path: &Path, access: Access) -> io::Result<(Behind, PathBuf)> {
        let found = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && access == Access::Write => None,
            found => Some(found?),
        };
        let real = match &found {
            Some(found) if !found.is_dir() && !found.is_file() => {
                let mut options = File::options();
                options.read(access == Access::Read).write(access == Access::Write);
                return Ok((Behind::Special(options.open(path)?), path.to_owned()));
            }
            Some(_) => fs::canonicalize(path)?,
            // A new file; a link that leads nowhere is refused by its last name when the guest opens it.
            None => {
                let name = path.file_name().ok_or(io::ErrorKind::NotFound)?;
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                fs::canonicalize(folder.unwrap_or(Path::new(".")))?.join(name)
            }
        };
        if found.is_some_and(|found| found.is_dir()) {
            let dir = Dir::open_ambient_dir(&real, ambient_authority())?;
            return Ok((Behind::Folder(dir), real));
        }
        let (Some(folder), Some(name)) = (real.parent(), real.file_name()) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let dir = Dir::open_ambient_dir(folder, ambient_authority())?;
        Ok((Behind::File(dir, name.to_owned()), real))
    }
}
