//! What a guest can call: the functions of `wasi_snapshot_preview1`, all 46 of them.
//!
//! `files` works on open descriptors, `paths` on names, `process` on everything that is neither. `guest` reads and writes
//! the guest's memory, `errno` says what went wrong in preview 1's terms, `tree` maps the guest's paths to what was
//! granted, `descriptors` is the table of open files. Sockets, links, and changing times and rights are refused: the
//! functions are there, since C libraries import them unasked, and answer that they are not supported.
//!
//! The layout of every structure is that of the witx files of WASI's snapshot 1.

mod descriptors;
mod errno;
mod files;
mod guest;
mod paths;
mod process;
mod tree;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use wasmtime::{Caller, Extern, Linker, Trap};

use crate::command::{Command, duplicate};
use crate::error::Error;
use crate::grants::Grants;
use crate::limits::{Limits, Meter};
use crate::run::Watch;

use descriptors::Descriptors;
use errno::{Errno, Fault};
use guest::Guest;
use tree::Tree;

/// The host's side of one guest.
pub(crate) struct Host {
    pub(crate) meter: Meter,
    args: Vec<String>,
    /// As `NAME=value`.
    env: Vec<String>,
    descriptors: Descriptors,
    tree: Tree,
    watch: Arc<Watch>,
    started: Instant,
    deadline: Option<Instant>,
}

/// The guest's own end, on its way through wasmtime.
#[derive(Debug)]
pub(crate) struct Exit(pub(crate) i32);

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {}", self.0)
    }
}

impl std::error::Error for Exit {}

impl Host {
    /// Opens what was granted; `started` is when the guest's time began.
    pub(crate) fn new(
        command: Command,
        limits: &Limits,
        grants: &Grants,
        watch: Arc<Watch>,
        started: Instant,
    ) -> Result<Host, Error> {
        let Command { args, env, stdin, stdout, stderr } = command;
        Ok(Host {
            meter: Meter::new(limits.memory, watch.clone()),
            args,
            env: env.into_iter().map(|(name, value)| format!("{name}={value}")).collect(),
            descriptors: Descriptors::new(
                stdin.file(|| duplicate(&io::stdin()))?,
                stdout.file(|| duplicate(&io::stdout()))?,
                stderr.file(|| duplicate(&io::stderr()))?,
            ),
            tree: Tree::new(grants)?,
            watch,
            started,
            deadline: limits.time.and_then(|time| started.checked_add(time)),
        })
    }
}

/// Runs one function of the host, unless the guest's time is up; the result is preview 1's error number, 0 for none.
fn enter(
    caller: &mut Caller<'_, Host>,
    function: impl FnOnce(&mut Guest<'_>, &mut Host) -> Result<(), Fault>,
) -> wasmtime::Result<u32> {
    if caller.data().watch.stopped() {
        return Err(Trap::Interrupt.into());
    }
    let (bytes, host) = match caller.get_export("memory").and_then(Extern::into_memory) {
        Some(memory) => memory.data_and_store_mut(caller),
        None => (&mut [][..], caller.data_mut()),
    };
    match function(&mut Guest::new(bytes), host) {
        Ok(()) => Ok(0),
        Err(Fault::Errno(errno)) => Ok(errno as u32),
        Err(Fault::End(error)) => Err(error),
    }
}

macro_rules! functions {
    ($linker:ident: $($module:ident::$name:ident($($arg:ident: $type:ty),*);)*) => {$(
        $linker.func_wrap(
            "wasi_snapshot_preview1",
            stringify!($name),
            |mut caller: Caller<'_, Host>, $($arg: $type),*| {
                enter(&mut caller, |guest, host| $module::$name(guest, host, $($arg),*))
            },
        )?;
    )*};
}

macro_rules! unsupported {
    ($linker:ident: $errno:expr; $($name:ident($($type:ty),*);)*) => {$(
        $linker.func_wrap("wasi_snapshot_preview1", stringify!($name), |_: Caller<'_, Host>, $(_: $type),*| $errno as u32)?;
    )*};
}

/// Puts every function of preview 1 into `linker`.
pub(crate) fn offer(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
    functions! { linker:
        process::args_get(table: u32, text: u32);
        process::args_sizes_get(count: u32, size: u32);
        process::environ_get(table: u32, text: u32);
        process::environ_sizes_get(count: u32, size: u32);
        process::clock_res_get(clock: u32, result: u32);
        process::clock_time_get(clock: u32, precision: u64, result: u32);
        process::poll_oneoff(subscriptions: u32, events: u32, count: u32, result: u32);
        process::random_get(at: u32, length: u32);
        process::sched_yield();
        files::fd_advise(fd: u32, offset: u64, length: u64, advice: u32);
        files::fd_close(fd: u32);
        files::fd_datasync(fd: u32);
        files::fd_fdstat_get(fd: u32, result: u32);
        files::fd_fdstat_set_flags(fd: u32, flags: u32);
        files::fd_filestat_get(fd: u32, result: u32);
        files::fd_filestat_set_size(fd: u32, size: u64);
        files::fd_pread(fd: u32, vectors: u32, count: u32, offset: u64, result: u32);
        files::fd_prestat_get(fd: u32, result: u32);
        files::fd_prestat_dir_name(fd: u32, at: u32, length: u32);
        files::fd_pwrite(fd: u32, vectors: u32, count: u32, offset: u64, result: u32);
        files::fd_read(fd: u32, vectors: u32, count: u32, result: u32);
        files::fd_readdir(fd: u32, at: u32, length: u32, cookie: u64, result: u32);
        files::fd_renumber(from: u32, to: u32);
        files::fd_seek(fd: u32, offset: i64, whence: u32, result: u32);
        files::fd_sync(fd: u32);
        files::fd_tell(fd: u32, result: u32);
        files::fd_write(fd: u32, vectors: u32, count: u32, result: u32);
        paths::path_create_directory(fd: u32, path: u32, length: u32);
        paths::path_filestat_get(fd: u32, lookup: u32, path: u32, length: u32, result: u32);
        paths::path_open(
            fd: u32, lookup: u32, path: u32, length: u32, open: u32, rights: u64, inherited: u64, flags: u32, result: u32
        );
        paths::path_readlink(fd: u32, path: u32, length: u32, at: u32, room: u32, result: u32);
        paths::path_remove_directory(fd: u32, path: u32, length: u32);
        paths::path_rename(fd: u32, path: u32, length: u32, new_fd: u32, new_path: u32, new_length: u32);
        paths::path_unlink_file(fd: u32, path: u32, length: u32);
    }
    unsupported! { linker: Errno::NotSupported;
        fd_allocate(u32, u64, u64);
        fd_fdstat_set_rights(u32, u64, u64);
        fd_filestat_set_times(u32, u64, u64, u32);
        path_filestat_set_times(u32, u32, u32, u32, u64, u64, u32);
        path_link(u32, u32, u32, u32, u32, u32, u32);
        path_symlink(u32, u32, u32, u32, u32);
        proc_raise(u32);
    }
    unsupported! { linker: Errno::NotASocket;
        sock_accept(u32, u32, u32);
        sock_recv(u32, u32, u32, u32, u32, u32);
        sock_send(u32, u32, u32, u32, u32);
        sock_shutdown(u32, u32);
    }
    linker.func_wrap("wasi_snapshot_preview1", "proc_exit", |code: i32| -> wasmtime::Result<()> {
        Err(Exit(code).into())
    })?;
    Ok(())
}
