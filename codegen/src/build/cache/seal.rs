//! What an artifact consists of: a file beside the others with the length and SHA-256 of each. It is written last; when it was
//! last changed says when the artifact was last used, and its lock is held by those who use it.

use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

/// The name of the file.
pub(super) const NAME: &str = "seal";
/// Its first line.
const MARK: &str = "remotemedia artifact 1";

/// The content of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seal {
    /// What a list says of the artifact.
    pub about: String,
    /// Bytes of all files together, this one not counted.
    pub bytes: u64,
    files: Vec<Sealed>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Sealed {
    name: String,
    bytes: u64,
    digest: String,
}

impl Seal {
    /// Seals the files of a folder; gives the open seal.
    pub fn write(folder: &Path, about: &str) -> Result<File> {
        let mut files = Vec::new();
        collect(folder, "", &mut files)?;
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let mut text = format!("{MARK}\n{about}\n{}\n", files.iter().map(|f| f.bytes).sum::<u64>());
        for Sealed { name, bytes, digest } in &files {
            text.push_str(&format!("{digest} {bytes} {name}\n"));
        }
        text.push_str("end\n");
        let path = folder.join(NAME);
        std::fs::write(&path, text)?;
        File::open(path)
    }

    /// Reads the seal of a folder.
    pub fn read(folder: &Path) -> Result<Seal> {
        let text = std::fs::read_to_string(folder.join(NAME))?;
        Seal::parse(&text).ok_or_else(|| Error::from(ErrorKind::InvalidData))
    }

    fn parse(text: &str) -> Option<Seal> {
        let mut lines = text.strip_suffix("end\n")?.lines();
        if lines.next()? != MARK {
            return None;
        }
        let (about, bytes) = (lines.next()?.to_owned(), lines.next()?.parse().ok()?);
        let files = lines.map(|line| {
            let mut words = line.splitn(3, ' ');
            let (digest, bytes) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
            Some(Sealed { digest, bytes, name: words.next()?.to_owned() })
        });
        Some(Seal { about, bytes, files: files.collect::<Option<_>>()? })
    }

    /// That every file is there and as it was.
    pub fn check(&self, folder: &Path) -> Result<()> {
        for file in &self.files {
            let content = std::fs::read(folder.join(&file.name))?;
            if content.len() as u64 != file.bytes || digest(&content) != file.digest {
                return Err(ErrorKind::InvalidData.into());
            }
        }
        Ok(())
    }
}

fn collect(folder: &Path, below: &str, files: &mut Vec<Sealed>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|_| Error::from(ErrorKind::InvalidFilename))?;
        let name = format!("{below}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else {
            let content = std::fs::read(entry.path())?;
            files.push(Sealed { name, bytes: content.len() as u64, digest: digest(&content) });
        }
    }
    Ok(())
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}
