//! What is in a cache, how much of it there may be, and what goes when there is more: the artifacts whose last use is longest
//! ago, but none that is in use. What killed processes left behind goes too.

use super::seal::{NAME, Seal};
use super::{Cache, Kind, replace, unlocked};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How much there may be where nobody has said: 4 GiB. An interpreter is a third of one for each target and profile.
pub const DEFAULT_LIMIT: u64 = 4 << 30;

/// An artifact in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub kind: Kind,
    pub key: String,
    /// What it is for: target and profile; nothing of modules of the sandbox.
    pub about: String,
    pub bytes: u64,
    pub last_use: SystemTime,
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    pub count: usize,
    pub bytes: u64,
    /// Those that stayed because somebody uses them.
    pub in_use: usize,
}

impl Cache {
    fn limit_file(&self) -> PathBuf {
        self.root.join("size-limit")
    }

    /// Bytes that there may be.
    pub fn limit(&self) -> u64 {
        let text = std::fs::read_to_string(self.limit_file()).ok();
        text.and_then(|t| t.trim().parse().ok()).unwrap_or(DEFAULT_LIMIT)
    }

    /// Sets the bytes that there may be, and removes what is too much.
    ///
    /// # Errors
    /// That the folder cannot be written.
    pub fn set_limit(&self, bytes: u64) -> io::Result<Removed> {
        std::fs::create_dir_all(&self.root)?;
        replace(&self.limit_file(), format!("{bytes}\n").as_bytes())?;
        Ok(self.trim(None))
    }

    /// All artifacts, the last used first.
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Kind::ALL.iter().flat_map(|kind| self.look(*kind).0).collect();
        entries.sort_by(|a, b| b.last_use.cmp(&a.last_use).then_with(|| a.key.cmp(&b.key)));
        entries
    }

    /// The artifacts of a kind, and the names of whatever else is in its folder.
    fn look(&self, kind: Kind) -> (Vec<Entry>, Vec<String>) {
        let parent = self.parent(kind);
        let (mut entries, mut others) = (Vec::new(), Vec::new());
        let Ok(list) = std::fs::read_dir(&parent) else { return (entries, others) };
        for name in list.flatten().filter_map(|e| e.file_name().into_string().ok()) {
            match entry(kind, &parent, &name) {
                Some(entry) => entries.push(entry),
                None => others.push(name),
            }
        }
        (entries, others)
    }

    /// Removes everything that nobody uses.
    pub fn clear(&self) -> Removed {
        self.sweep();
        self.forget(Duration::ZERO);
        self.remove(self.entries())
    }

    /// Sweeps, and removes what is beyond the limit: the longest unused first, never `spare`, never what is in use.
    pub fn trim(&self, spare: Option<(Kind, &str)>) -> Removed {
        self.sweep();
        let (limit, entries) = (self.limit(), self.entries());
        let mut total: u64 = entries.iter().map(|e| e.bytes).sum();
        let mut removed = Removed::default();
        for entry in entries.into_iter().rev() {
            if total <= limit {
                break;
            }
            if spare == Some((entry.kind, entry.key.as_str())) {
                continue;
            }
            let bytes = entry.bytes;
            let one = self.remove(vec![entry]);
            if one.count > 0 {
                total -= bytes;
            }
            removed.count += one.count;
            removed.bytes += one.bytes;
            removed.in_use += one.in_use;
        }
        removed
    }

    fn remove(&self, entries: Vec<Entry>) -> Removed {
        let mut removed = Removed::default();
        for Entry { kind, key, bytes, .. } in entries {
            let place = self.parent(kind).join(&key);
            let gone = match kind {
                // The sandbox reads a file in one go.
                Kind::Sandbox => std::fs::remove_file(&place).is_ok(),
                Kind::Program | Kind::Runtime | Kind::Dependencies => match File::open(place.join(NAME)) {
                    Ok(seal) if unlocked(&seal) => {
                        self.discard(kind, &key);
                        !place.exists()
                    }
                    Ok(_) => {
                        removed.in_use += 1;
                        false
                    }
                    // Another process was quicker.
                    Err(_) => continue,
                },
            };
            if gone {
                removed.count += 1;
                removed.bytes += bytes;
            }
        }
        removed
    }

    /// Removes answers that were given so long ago.
    fn forget(&self, than: Duration) {
        for entry in std::fs::read_dir(self.answers()).into_iter().flatten().flatten() {
            if age(&entry.path()).is_some_and(|age| age >= than) {
                drop(std::fs::remove_file(entry.path()));
            }
        }
    }

    /// Removes what killed processes left behind: folders that are no artifacts and whose makers are gone.
    fn sweep(&self) {
        // There is one for each folder that a compiler was started in.
        self.forget(Duration::from_secs(90 * 86_400));
        for kind in Kind::ALL {
            let parent = self.parent(kind);
            for name in self.look(kind).1 {
                let path = parent.join(&name);
                match kind {
                    Kind::Sandbox => {
                        // A draft of the sandbox. It is written in a moment.
                        if age(&path).is_some_and(|age| age > Duration::from_secs(3600)) {
                            drop(std::fs::remove_file(&path));
                        }
                    }
                    Kind::Program | Kind::Runtime | Kind::Dependencies => {
                        // Whoever makes an artifact holds the lock of its key.
                        let key = name.trim_start_matches('.');
                        if self.try_lock(kind, key).is_some() && entry(kind, &parent, &name).is_none() {
                            drop(std::fs::remove_dir_all(&path));
                        }
                    }
                }
            }
        }
    }
}

/// The artifact of a name; none if it is something else.
fn entry(kind: Kind, parent: &Path, name: &str) -> Option<Entry> {
    let path = parent.join(name);
    let (about, bytes, meta) = match kind {
        Kind::Sandbox => {
            let meta = std::fs::metadata(&path).ok().filter(|m| m.is_file() && name.ends_with(".cwasm"))?;
            (String::new(), meta.len(), meta)
        }
        Kind::Program | Kind::Runtime | Kind::Dependencies => {
            let seal = Seal::read(&path).ok().filter(|_| !name.starts_with('.'))?;
            (seal.about, seal.bytes, std::fs::metadata(path.join(NAME)).ok()?)
        }
    };
    let last_use = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    Some(Entry { kind, key: name.to_owned(), about, bytes, last_use })
}

fn age(path: &Path) -> Option<Duration> {
    std::fs::metadata(path).ok()?.modified().ok()?.elapsed().ok()
}
