//! The CPython that a program with Python nodes links: its shared library, and what tells it from others.

use super::cache::Cache;
use super::cache::probe::stamp;
use super::{BuildError, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// An interpreter with a shared library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Python {
    pub executable: PathBuf,
    /// What `sys.version` is in it: a program compares it when it starts.
    pub version: String,
    /// The folder of `libpython3.x.so`.
    pub libraries: PathBuf,
}

/// Prints a line each: `sys.version` as JSON, the folder of the library, its name for the linker.
const ASK: &str = "import json, sys, sysconfig
print(json.dumps(sys.version))
print(sysconfig.get_config_var('LIBDIR') or '')
print(sysconfig.get_config_var('LDLIBRARY') or '')";

impl Python {
    /// Finds the interpreter: `$PYO3_PYTHON`, else the one of `$VIRTUAL_ENV`, else `python3`.
    ///
    /// # Errors
    /// [`BuildError::NoPython`] if there is none, or none with a shared library.
    pub fn find(cache: &Cache) -> Result<Python, BuildError> {
        let named = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        let executable = named("PYO3_PYTHON").or_else(|| Some(named("VIRTUAL_ENV")?.join("bin/python")));
        let executable = match executable {
            Some(executable) => executable,
            None => in_path("python3").ok_or_else(|| BuildError::NoPython {
                help: "install Python 3.9 or later, or name it in PYO3_PYTHON".to_owned(),
            })?,
        };
        let ask = || run("python", Command::new(&executable).args(["-c", ASK]));
        // What a shim in the path starts depends on more than itself.
        let real = std::fs::canonicalize(&executable).ok().filter(|p| is_binary(p));
        let answer = match real {
            Some(real) => cache.answer("python", &[executable.display().to_string(), stamp(&real)], ask),
            None => ask(),
        };
        Python::read(executable, &answer?)
    }

    fn read(executable: PathBuf, answer: &str) -> Result<Python, BuildError> {
        let mut lines = answer.lines();
        let version = lines.next().and_then(|l| serde_json::from_str::<String>(l).ok()).unwrap_or_default();
        let libraries = PathBuf::from(lines.next().unwrap_or_default());
        let library = libraries.join(lines.next().unwrap_or_default());
        let is_shared = library.extension().is_some_and(|e| e != "a") && library.is_file();
        if !is_shared {
            let short = version.split(' ').next().unwrap_or("3");
            return Err(BuildError::NoPython {
                help: format!(
                    "Python {short} at `{}` has no shared library: install `libpython3-dev`, or name another in PYO3_PYTHON",
                    executable.display()
                ),
            });
        }
        Ok(Python { executable, version, libraries })
    }

    /// What an artifact that links it depends on.
    pub(super) fn identity(&self) -> [&[u8]; 3] {
        let Python { executable, version, libraries } = self;
        [executable.as_os_str().as_encoded_bytes(), version.as_bytes(), libraries.as_os_str().as_encoded_bytes()]
    }
}

fn in_path(name: &str) -> Option<PathBuf> {
    let list = std::env::var_os("PATH")?;
    std::env::split_paths(&list).map(|p| p.join(name)).find(|p| p.is_file())
}

fn is_binary(path: &Path) -> bool {
    let mut begin = [0; 2];
    let read = std::fs::File::open(path).and_then(|mut f| std::io::Read::read_exact(&mut f, &mut begin));
    read.is_ok() && begin != *b"#!"
}

#[cfg(test)]
mod tests {
    use super::Python;
    use crate::build::BuildError;

    #[test]
    fn an_interpreter_without_a_shared_library_is_refused_with_help() {
        let answer = "\"3.11.2 (main)\"\n/nowhere\nlibpython3.11.a\n";
        let Err(BuildError::NoPython { help }) = Python::read("/usr/bin/python3".into(), answer) else { panic!() };
        assert!(help.contains("Python 3.11.2 at `/usr/bin/python3`") && help.contains("libpython3-dev"), "{help}");
    }
}
