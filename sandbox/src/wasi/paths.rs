//! What a guest does by name: open, ask, make, rename, delete. Which names lead anywhere is `tree`.

use std::io;
use std::path::{Path, PathBuf};

use cap_std::fs::{Dir, File, Metadata, OpenOptions};

use super::Host;
use super::descriptors::{Descriptor, FileType, Kind};
use super::errno::{Errno, Fault};
use super::files::{self, APPEND, Reply, rights};
use super::guest::Guest;
use super::tree::{GuestPath, Mount, Place, Tree};
use crate::grants::{Access, Denied};

/// `lookupflags::symlink_follow`.
const FOLLOW: u32 = 1;

/// What `path_open` asks for.
struct Opening {
    follow: bool,
    create: bool,
    exclusive: bool,
    truncate: bool,
    folder: bool,
    read: bool,
    write: bool,
    append: bool,
}

#[expect(clippy::too_many_arguments, reason = "preview 1's function")]
pub(super) fn path_open(
    guest: &mut Guest<'_>,
    host: &mut Host,
    fd: u32,
    lookup: u32,
    path: u32,
    length: u32,
    open: u32,
    rights: u64,
    _inherited: u64,
    flags: u32,
    result: u32,
) -> Reply {
    let text = guest.path(path, length)?;
    let path = host.descriptors.folder(fd)?.join(text);
    let write = rights & (rights::WRITE | rights::DATASYNC | rights::ALLOCATE | rights::SET_SIZE) != 0;
    let opening = Opening {
        follow: lookup & FOLLOW != 0,
        create: open & 1 != 0,
        folder: open & 2 != 0 || text.ends_with('/'),
        exclusive: open & 4 != 0,
        truncate: open & 8 != 0,
        read: rights & rights::READ != 0 || !write,
        write,
        append: flags & APPEND != 0,
    };
    let descriptor = host.open(path, &opening)?;
    let fd = host.descriptors.add(descriptor)?;
    guest.set_u32(result, fd)
}

pub(super) fn path_filestat_get(
    guest: &mut Guest<'_>,
    host: &mut Host,
    fd: u32,
    lookup: u32,
    path: u32,
    length: u32,
    result: u32,
) -> Reply {
    let path = host.descriptors.folder(fd)?.join(guest.path(path, length)?);
    let stat = host.tree.stat(&path, lookup & FOLLOW != 0)?;
    guest.set(result, &stat)
}

pub(super) fn path_create_directory(guest: &mut Guest<'_>, host: &mut Host, fd: u32, path: u32, length: u32) -> Reply {
    let path = host.descriptors.folder(fd)?.join(guest.path(path, length)?);
    if host.tree.holds_mount(&path) {
        return Err(Errno::Exists.into());
    }
    host.change(&path, |dir, name| dir.create_dir(name))
}

pub(super) fn path_remove_directory(guest: &mut Guest<'_>, host: &mut Host, fd: u32, path: u32, length: u32) -> Reply {
    let path = host.descriptors.folder(fd)?.join(guest.path(path, length)?);
    host.change(&path, |dir, name| dir.remove_dir(name))
}

pub(super) fn path_unlink_file(guest: &mut Guest<'_>, host: &mut Host, fd: u32, path: u32, length: u32) -> Reply {
    let path = host.descriptors.folder(fd)?.join(guest.path(path, length)?);
    host.change(&path, |dir, name| dir.remove_file(name))
}

#[expect(clippy::too_many_arguments, reason = "preview 1's function")]
pub(super) fn path_rename(
    guest: &mut Guest<'_>,
    host: &mut Host,
    fd: u32,
    path: u32,
    length: u32,
    new_fd: u32,
    new_path: u32,
    new_length: u32,
) -> Reply {
    let from = host.descriptors.folder(fd)?.join(guest.path(path, length)?);
    let to = host.descriptors.folder(new_fd)?.join(guest.path(new_path, new_length)?);
    let Some((new_dir, new_name)) = changeable(&host.tree, &to)? else {
        return Err(host.refuse(&to, Access::Write));
    };
    host.change(&from, |dir, name| dir.rename(name, new_dir, new_name))
}

#[expect(clippy::too_many_arguments, reason = "preview 1's function")]
pub(super) fn path_readlink(
    guest: &mut Guest<'_>,
    host: &mut Host,
    fd: u32,
    path: u32,
    length: u32,
    at: u32,
    room: u32,
    result: u32,
) -> Reply {
    let path = host.descriptors.folder(fd)?.join(guest.path(path, length)?);
    let target = match host.tree.place(&path)? {
        Place::Beneath(mount, dir, name) if mount.read => dir.read_link_contents(name)?,
        Place::Outside => return Err(Errno::NotFound.into()),
        Place::Beneath(..) | Place::Between | Place::File(..) | Place::Special(..) => {
            return Err(Errno::Invalid.into());
        }
    };
    let target = target.to_str().ok_or(Errno::IllegalBytes)?.as_bytes();
    let target = &target[..target.len().min(room as usize)];
    guest.set(at, target)?;
    guest.set_u32(result, target.len() as u32)
}

impl Host {
    /// Takes note that the guest was refused something, and is the refusal.
    pub(super) fn refuse(&self, path: &GuestPath, access: Access) -> Fault {
        self.watch.deny(Denied { path: path.to_string(), access });
        Errno::Access.into()
    }

    fn open(&self, path: GuestPath, opening: &Opening) -> Result<Descriptor, Fault> {
        let wanted = if opening.write { Access::Write } else { Access::Read };
        let (mount, dir, name) = match self.tree.place(&path)? {
            Place::Outside => {
                let write = opening.write || opening.truncate || opening.create;
                return Err(self.refuse(&path, if write { Access::Write } else { Access::Read }));
            }
            Place::Between => return opening.folder(path),
            Place::Special(mount, file) => {
                self.permit(mount, &path, opening.read, opening.write)?;
                return Ok(opening.file(file.try_clone()?));
            }
            Place::Beneath(mount, dir, name) => (mount, dir, name),
            Place::File(mount, dir, name) => {
                if is_link(dir, name) {
                    return Err(self.refuse(&path, wanted));
                }
                (mount, dir, name.to_owned())
            }
        };
        let found = match look(dir, &name, opening.follow) {
            Ok(found) => Some(found),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) if is_escape(&error) => return Err(self.refuse(&path, wanted)),
            Err(error) => return Err(error.into()),
        };
        match &found {
            Some(found) if found.is_dir() => return opening.folder(path),
            Some(_) if opening.folder => return Err(Errno::NotADirectory.into()),
            Some(found) if found.is_symlink() => return Err(Errno::TooManyLinks.into()),
            Some(_) => {}
            None if opening.create && !opening.folder => {}
            None => {
                self.permit(mount, &path, opening.read, opening.write)?;
                return Err(Errno::NotFound.into());
            }
        }
        let creates = opening.create && found.is_none();
        self.permit(mount, &path, opening.read, opening.write || opening.truncate || creates)?;
        let mut options = OpenOptions::new();
        options
            .read(opening.read)
            // What is created or truncated must be open for writing; the descriptor does not let it through.
            .write((opening.write && !opening.append) || opening.truncate || creates)
            .append(opening.append && opening.write)
            .truncate(opening.truncate)
            .create(creates)
            .create_new(opening.create && opening.exclusive);
        Ok(opening.file(dir.open_with(&name, &options).map(File::into_std)?))
    }

    fn permit(&self, mount: &Mount, path: &GuestPath, read: bool, write: bool) -> Result<(), Fault> {
        if write && !mount.write {
            Err(self.refuse(path, Access::Write))
        } else if read && !mount.read {
            Err(self.refuse(path, Access::Read))
        } else {
            Ok(())
        }
    }

    /// Makes, renames or deletes the name at `path`.
    fn change(&self, path: &GuestPath, act: impl FnOnce(&Dir, &Path) -> io::Result<()>) -> Reply {
        match changeable(&self.tree, path)? {
            Some((dir, name)) => Ok(act(dir, &name)?),
            None => Err(self.refuse(path, Access::Write)),
        }
    }
}

impl Opening {
    fn folder(&self, path: GuestPath) -> Result<Descriptor, Fault> {
        if self.create && self.exclusive {
            return Err(Errno::Exists.into());
        }
        if self.write && !self.folder || self.truncate {
            return Err(Errno::IsADirectory.into());
        }
        Ok(Descriptor::folder(path))
    }

    fn file(&self, file: std::fs::File) -> Descriptor {
        Descriptor { kind: Kind::File(file), read: self.read, write: self.write, append: self.append }
    }
}

impl Tree {
    /// Preview 1's `filestat` of what stands at `path`; that nothing was granted there looks like nothing.
    pub(super) fn stat(&self, path: &GuestPath, follow: bool) -> Result<[u8; 64], Fault> {
        let found = match self.place(path)? {
            Place::Between => return Ok(files::stat(FileType::Folder, None)),
            Place::Outside => return Err(Errno::NotFound.into()),
            Place::Beneath(_, dir, name) => look(dir, &name, follow)?,
            Place::File(_, dir, name) => look(dir, name, false)?,
            Place::Special(_, file) => Metadata::from_file(file)?,
        };
        Ok(files::stat(FileType::of(&found.file_type()), Some(&found)))
    }
}

/// The folder and name of a path that the guest may make, rename or delete.
fn changeable<'t>(tree: &'t Tree, path: &GuestPath) -> Result<Option<(&'t Dir, PathBuf)>, Fault> {
    Ok(match tree.place(path)? {
        Place::Beneath(mount, dir, name) if mount.write && !tree.holds_mount(path) => Some((dir, name)),
        _ => None,
    })
}

fn look(dir: &Dir, name: &Path, follow: bool) -> io::Result<Metadata> {
    if follow { dir.metadata(name) } else { dir.symlink_metadata(name) }
}

fn is_link(dir: &Dir, name: &Path) -> bool {
    dir.symlink_metadata(name).is_ok_and(|found| found.is_symlink())
}

/// Whether `cap-std` found a link that leads out of the folder: a refusal of its own, not the system's.
fn is_escape(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none()
}
