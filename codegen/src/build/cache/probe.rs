//! Answers of other programs that take longer to ask than to remember, each under the hash of all that it depends on.

use super::{Cache, replace};
use crate::hash::hash;
use std::path::{Path, PathBuf};

/// What is known of a file without reading it: a new version of it never has the same.
pub fn stamp(path: &Path) -> String {
    let Ok(path) = std::fs::canonicalize(path) else { return format!("{} is not there", path.display()) };
    let Ok(meta) = std::fs::metadata(&path) else { return format!("{} is not there", path.display()) };
    let modified = meta.modified().ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
    format!("{} {} {modified:?} {}", path.display(), meta.len(), identity(&meta))
}

/// Which file it is, and when it came to be so: unpacking an archive can set every other time.
#[cfg(unix)]
fn identity(meta: &std::fs::Metadata) -> String {
    use std::os::unix::fs::MetadataExt;
    format!("{} {} {} {}", meta.dev(), meta.ino(), meta.ctime(), meta.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(meta: &std::fs::Metadata) -> String {
    format!("{:?}", meta.created().ok())
}

impl Cache {
    /// The folder of what is remembered.
    pub(super) fn answers(&self) -> PathBuf {
        self.root.join("answers")
    }

    /// The answer to a question that depends on these things: remembered, or asked for.
    pub fn answer<E>(
        &self,
        question: &str,
        depends: &[String],
        ask: impl FnOnce() -> Result<String, E>,
    ) -> Result<String, E> {
        let folder = self.answers();
        let key = hash(std::iter::once(question.as_bytes()).chain(depends.iter().map(String::as_bytes)));
        let path = folder.join(key);
        // The last line says that it is whole.
        if let Some(text) = std::fs::read_to_string(&path).ok().and_then(|t| Some(t.strip_suffix(END)?.to_owned())) {
            return Ok(text);
        }
        let text = ask()?;
        // Where it cannot be kept, it is asked for again.
        if std::fs::create_dir_all(&folder).is_ok() {
            let _ = replace(&path, format!("{text}{END}").as_bytes());
        }
        Ok(text)
    }
}

const END: &str = "\nend of answer\n";
