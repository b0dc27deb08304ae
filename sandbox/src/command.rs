//! What the guest is told and where its standard streams lead. Files are granted in `grants`.

use std::fs::File;
use std::io;

/// The arguments, environment and standard streams of a guest; by default none, none, and those of this process.
#[derive(Debug, Default)]
pub struct Command {
    /// The arguments; the first is the program's name, as the guest expects.
    pub args: Vec<String>,
    /// The environment, as names and values.
    pub env: Vec<(String, String)>,
    /// Where the guest reads.
    pub stdin: Stdio,
    /// Where the guest writes.
    pub stdout: Stdio,
    /// Where the guest complains.
    pub stderr: Stdio,
}

/// The host's end of a standard stream; nothing is buffered on the way.
#[derive(Debug, Default)]
pub enum Stdio {
    /// The stream of this process.
    #[default]
    Inherit,
    /// Nothing to read; what is written vanishes.
    Null,
    /// A file, or the end of a pipe.
    File(File),
}

impl Command {
    /// A command with the given arguments, of which the first is the program's name.
    pub fn new<S: Into<String>>(args: impl IntoIterator<Item = S>) -> Command {
        Command { args: args.into_iter().map(Into::into).collect(), ..Command::default() }
    }
}

impl Stdio {
    /// The file behind the stream, `None` for [`Stdio::Null`]; `inherited` is this process's own stream.
    pub(crate) fn file(self, inherited: impl FnOnce() -> io::Result<File>) -> io::Result<Option<File>> {
        match self {
            Stdio::Inherit => inherited().map(Some),
            Stdio::Null => Ok(None),
            Stdio::File(file) => Ok(Some(file)),
        }
    }
}

/// A file of our own on one of this process's streams, past the buffers of `std::io`.
#[cfg(unix)]
pub(crate) fn duplicate(stream: &impl std::os::fd::AsFd) -> io::Result<File> {
    stream.as_fd().try_clone_to_owned().map(File::from)
}

/// A file of our own on one of this process's streams, past the buffers of `std::io`.
#[cfg(windows)]
pub(crate) fn duplicate(stream: &impl std::os::windows::io::AsHandle) -> io::Result<File> {
    stream.as_handle().try_clone_to_owned().map(File::from)
}
