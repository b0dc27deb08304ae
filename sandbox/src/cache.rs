//! Machine code of modules, kept in a folder between runs. Making the code is `machine`.
//!
//! One file per module and engine configuration: the name is the SHA-256 of both, the content a mark, the SHA-256 of the
//! code, and the code. Whatever is wrong with a file or the folder counts as «not there». Nothing here deletes: the
//! folder may be emptied at any time.

use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use wasmtime::{Engine, Module};

/// What every file of the cache begins with.
const MARK: &[u8; 8] = b"rmcode01";
/// Bytes before the code: the mark and the code's SHA-256.
const HEADER: usize = MARK.len() + 32;

/// The place of one module's machine code.
pub(crate) struct Slot {
    file: PathBuf,
}

impl Slot {
    /// The place for `wasm` as `engine` compiles it, or `None` if `folder` cannot be trusted with code.
    pub(crate) fn new(folder: &Path, engine: &Engine, wasm: &[u8]) -> Option<Slot> {
        let folder = folder.join("sandbox");
        make_private(&folder).ok()?;
        let mut key = Key(Sha256::new());
        engine.precompile_compatibility_hash().hash(&mut key);
        key.0.update(wasm);
        let name: String = key.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Some(Slot { file: folder.join(name).with_extension("cwasm") })
    }

    /// The module, if the file is there and whole.
    pub(crate) fn load(&self, engine: &Engine) -> Option<Module> {
        let bytes = fs::read(&self.file).ok()?;
        let (header, code) = bytes.split_at_checked(HEADER)?;
        if &header[..MARK.len()] != MARK || header[MARK.len()..] != Sha256::digest(code)[..] {
            return None;
        }
        // SAFETY: the code must come unchanged from `Module::serialize`. Its checksum says that it is unchanged since
        // `store`, which is the only writer in this folder: `make_private` has seen that the folder belongs to the
        // user we run as and that nobody else may write there, and who runs as that user can run code anyway. Code of
        // another wasmtime or another configuration is refused by `deserialize` itself.
        let module = unsafe { Module::deserialize(engine, code) }.ok()?;
        // What was not used for longest goes first where the cache is full; that it cannot be noted changes nothing else.
        let _ = fs::File::open(&self.file).and_then(|file| file.set_modified(SystemTime::now()));
        Some(module)
    }

    /// Keeps `code`; a reader sees the whole file or none. Failure is silent: the next run compiles again.
    pub(crate) fn store(&self, code: &[u8]) {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let draft = self.file.with_extension(format!("{}-{number}.tmp", std::process::id()));
        if write(&draft, code).and_then(|()| fs::rename(&draft, &self.file)).is_err() {
            // It may never have come into being.
            let _ = fs::remove_file(&draft);
        }
    }
}

fn write(path: &Path, code: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(MARK)?;
    file.write_all(&Sha256::digest(code))?;
    file.write_all(code)
}

/// Makes `folder` for this user alone, or makes sure that it is so.
#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};

    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let found = fs::symlink_metadata(folder)?;
    let ours = found.uid() == rustix::process::geteuid().as_raw();
    if found.is_dir() && ours && found.mode() & 0o022 == 0 {
        Ok(())
    } else {
        Err(io::ErrorKind::PermissionDenied.into())
    }
}

/// Makes `folder`; who may write there is for the access lists of the user's own folders to say.
#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Feeds what implements `Hash` to SHA-256.
struct Key(Sha256);

impl Hasher for Key {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("the key is taken from the digest")
    }
}
