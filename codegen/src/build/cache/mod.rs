//! Where built things are kept, under names that are hashes of all that they are a function of.
//!
//! An artifact is a folder `kind/key`. It is made in a folder of its own beside its place, sealed with the hash of every
//! file, and renamed into place, so that two compilers at once, or one that is killed, leave nothing half done that is ever used.
//! While it is made, the lock of its key is held: another compiler that wants the same waits and then finds it. While it is used,
//! a [`Lease`] on it is held: nobody removes it. What goes when there is too much is [`room`]'s business.
//!
//! Locks are the system's and end with the process that holds them. Where a file system has none, everything still works, but two
//! compilers may do the same work twice.

pub mod probe;
pub mod room;
mod seal;

use super::{BuildError, io};
use crate::hash::hash;
use seal::Seal;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Compiled pipelines.
    Program,
    /// `runtime-min`, compiled.
    Runtime,
    /// What the runtime takes from elsewhere, compiled.
    Dependencies,
    /// Machine code of modules that the sandbox ran: files, which the sandbox itself writes and checks.
    Sandbox,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Program, Kind::Runtime, Kind::Dependencies, Kind::Sandbox];

    /// The name of its folder.
    pub fn folder(self) -> &'static str {
        match self {
            Kind::Program => "programs",
            Kind::Runtime => "runtime",
            Kind::Dependencies => "dependencies",
            Kind::Sandbox => "sandbox",
        }
    }

    /// What one of them is called.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Program => "program",
            Kind::Runtime => "runtime",
            Kind::Dependencies => "dependencies",
            Kind::Sandbox => "sandbox",
        }
    }
}

/// A cache folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    root: PathBuf,
}

/// An artifact that was found whole. While this is there, nobody removes it.
#[derive(Clone, Debug)]
pub struct Artifact {
    pub folder: PathBuf,
    pub lease: Lease,
}

impl Artifact {
    /// A hash of what it holds: what is made of an artifact does not go with another one of the same key.
    ///
    /// # Errors
    /// Where its seal cannot be read.
    pub fn content(&self) -> Result<String, BuildError> {
        let path = self.folder.join(seal::NAME);
        Ok(hash([io(&path, std::fs::read(&path))?.as_slice()]))
    }
}

/// Holds an artifact in place.
#[derive(Clone, Debug)]
pub struct Lease {
    _seal: Arc<File>,
}

/// The folder: `$REMOTEMEDIA_CACHE`, else `remotemedia` in the user's cache folder.
pub fn folder() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let folder = set("REMOTEMEDIA_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|p| p.join("remotemedia")))
        .or_else(|| set("HOME").map(|p| p.join(".cache/remotemedia")))
        .unwrap_or_else(|| std::env::temp_dir().join("remotemedia"));
    // Compilers run in other folders than ours.
    std::path::absolute(&folder).unwrap_or(folder)
}

impl Cache {
    /// The user's.
    pub fn open() -> Cache {
        Cache::at(folder())
    }

    /// The one in a folder, which need not be there yet.
    pub fn at(root: impl Into<PathBuf>) -> Cache {
        Cache { root: root.into() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn parent(&self, kind: Kind) -> PathBuf {
        self.root.join(kind.folder())
    }

    /// An artifact, if it is there and every file is as it was written. Notes that it was used.
    pub fn find(&self, kind: Kind, key: &str) -> Option<Artifact> {
        let folder = self.parent(kind).join(key);
        let file = File::open(folder.join(seal::NAME)).ok()?;
        // Waits while somebody removes it, which the check then finds out.
        let _ = file.lock_shared();
        let seal = Seal::read(&folder).ok()?;
        seal.check(&folder).ok()?;
        // Where it cannot be noted, it is removed earlier than others: a matter of speed only.
        let _ = file.set_modified(std::time::SystemTime::now());
        Some(Artifact { folder, lease: Lease { _seal: Arc::new(file) } })
    }

    /// An artifact, made by `make` in an empty folder where it is not there, or not whole. `about` is what a list says of it.
    ///
    /// # Errors
    /// What `make` says, or that the cache cannot be written.
    pub fn ensure(
        &self,
        kind: Kind,
        key: &str,
        about: &str,
        make: impl FnOnce(&Path) -> Result<(), BuildError>,
    ) -> Result<Artifact, BuildError> {
        if let Some(found) = self.find(kind, key) {
            return Ok(found);
        }
        let parent = self.parent(kind);
        io(&parent, std::fs::create_dir_all(&parent))?;
        let _lock = self.lock(kind, key)?;
        // Another process may have made it while we waited.
        if let Some(found) = self.find(kind, key) {
            return Ok(found);
        }
        let place = parent.join(key);
        if place.exists() {
            self.discard(kind, key);
        }
        let scratch = parent.join(scratch(key, "new"));
        drop(std::fs::remove_dir_all(&scratch));
        io(&scratch, std::fs::create_dir_all(&scratch))?;
        let artifact = make(&scratch).and_then(|()| {
            let sealed = io(&scratch, Seal::write(&scratch, about))?;
            // From its first moment it is ours: opened before anyone else can see it.
            let _ = sealed.lock_shared();
            io(&place, std::fs::rename(&scratch, &place))?;
            Ok(Artifact { folder: place.clone(), lease: Lease { _seal: Arc::new(sealed) } })
        });
        if artifact.is_err() {
            // What is left of a failed attempt is of no use; that it cannot be removed changes nothing.
            drop(std::fs::remove_dir_all(&scratch));
            // Where there are no locks, another process may have been quicker.
            return self.find(kind, key).map_or(artifact, Ok);
        }
        self.trim(Some((kind, key)));
        artifact
    }

    /// Takes an artifact out of its place at once, then removes it.
    fn discard(&self, kind: Kind, key: &str) {
        let parent = self.parent(kind);
        let away = parent.join(scratch(key, "old"));
        // What cannot be removed now is swept by a later run.
        if std::fs::rename(parent.join(key), &away).is_ok() {
            drop(std::fs::remove_dir_all(&away));
        }
    }

    /// The file whose lock is held while artifacts whose keys begin alike are made. There are few, so that none need be removed.
    fn lock_file(&self, kind: Kind, key: &str) -> std::io::Result<File> {
        let folder = self.root.join("locks");
        std::fs::create_dir_all(&folder)?;
        let name = format!("{}-{}", kind.folder(), key.get(..2).unwrap_or("00"));
        File::options().create(true).write(true).truncate(false).open(folder.join(name))
    }

    /// Waits for the lock of a key. It is held while the file is open.
    fn lock(&self, kind: Kind, key: &str) -> Result<File, BuildError> {
        let file = io(&self.root, self.lock_file(kind, key))?;
        let _ = file.lock();
        Ok(file)
    }

    /// The lock of a key, unless somebody has it.
    fn try_lock(&self, kind: Kind, key: &str) -> Option<File> {
        let file = self.lock_file(kind, key).ok()?;
        unlocked(&file).then_some(file)
    }
}

/// Takes a file's lock; false if somebody else has it. Without locks nobody has.
fn unlocked(file: &File) -> bool {
    match file.try_lock() {
        Ok(()) | Err(TryLockError::Error(_)) => true,
        Err(TryLockError::WouldBlock) => false,
    }
}

/// The name of a folder that is not an artifact: the process is part of it, since a compiler that outlives a killed process
/// goes on writing.
fn scratch(key: &str, what: &str) -> String {
    format!(".{key}.{}.{what}", std::process::id())
}

/// Writes a file so that readers see the whole of it or what was there before.
pub fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.tmp", std::process::id()));
    std::fs::write(&draft, bytes).and_then(|()| std::fs::rename(&draft, path)).inspect_err(|_| {
        // It may never have come into being.
        drop(std::fs::remove_file(&draft));
    })
}

/// Writes files below a folder.
pub fn write_files<'a>(folder: &Path, files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<(), BuildError> {
    for (name, bytes) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            io(parent, std::fs::create_dir_all(parent))?;
        }
        io(&path, std::fs::write(&path, bytes))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
