//! The one door of the compiler to what lies outside: variables and files.

/// What a compilation may ask for besides the manifest's text.
pub trait World {
    /// The value of a variable in a template: from the command line, then the environment.
    fn variable(&self, name: &str) -> Option<String>;

    /// The bytes of a file that the manifest names, relative to it. The error is a clause: `no such file`.
    fn file(&self, path: &str) -> Result<Vec<u8>, String>;

    /// What the caller sets by name, in order: the variables of a manifest, the parameters of a node that stands alone.
    fn settings(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// Nothing: no variables, no files.
#[derive(Clone, Copy, Debug)]
pub struct Nowhere;

impl World for Nowhere {
    fn variable(&self, _name: &str) -> Option<String> {
        None
    }

    fn file(&self, _path: &str) -> Result<Vec<u8>, String> {
        Err("there are no files here".to_owned())
    }
}

/// Variables alone.
impl<F: Fn(&str) -> Option<String>> World for F {
    fn variable(&self, name: &str) -> Option<String> {
        self(name)
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        Nowhere.file(path)
    }
}
