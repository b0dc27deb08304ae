//! Where built things are kept, and names that are hashes of all that they are a function of.
//!
//! Everything is made in a folder of its own and renamed into place, so that two compilers at once, or one that is killed, leave
//! nothing half done.

use super::{BuildError, io};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// The folder: `$REMOTEMEDIA_CACHE`, else `remotemedia` in the user's cache folder.
pub fn folder() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    set("REMOTEMEDIA_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|p| p.join("remotemedia")))
        .or_else(|| set("HOME").map(|p| p.join(".cache/remotemedia")))
        .unwrap_or_else(|| std::env::temp_dir().join("remotemedia"))
}

/// A hash over parts, each with its length, as hexadecimal digits.
pub fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect()
}

/// The folder `kind/key`, made by `make` in a scratch folder where it is not there yet.
pub fn ensure(
    kind: &str,
    key: &str,
    make: impl FnOnce(&Path) -> Result<(), BuildError>,
) -> Result<PathBuf, BuildError> {
    let parent = folder().join(kind);
    let place = parent.join(key);
    if place.is_dir() {
        return Ok(place);
    }
    let scratch = parent.join(format!(".{key}.{}", std::process::id()));
    io(&scratch, std::fs::create_dir_all(&scratch))?;
    let made = make(&scratch);
    if let Err(error) = made {
        // What is left of a failed attempt is of no use; that it cannot be removed changes nothing.
        drop(std::fs::remove_dir_all(&scratch));
        return Err(error);
    }
    match std::fs::rename(&scratch, &place) {
        Ok(()) => Ok(place),
        // Another process was quicker: its result is the same.
        Err(_) if place.is_dir() => {
            drop(std::fs::remove_dir_all(&scratch));
            Ok(place)
        }
        Err(error) => Err(BuildError::Io { path: place, error: error.to_string() }),
    }
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
