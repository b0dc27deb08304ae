//! The command line of a program: options as they were given, not yet bound to ports.

use crate::text::text;
use alloc::string::String;
use alloc::vec::Vec;

/// Frames of a port that are read between two steps, where `--block` does not say otherwise.
pub const BLOCK: usize = 1024;

/// What the command line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options<'a> {
    /// `[PORT=]FILE`, in their order.
    pub inputs: Vec<&'a str>,
    /// `[PORT=]FILE`, in their order.
    pub outputs: Vec<&'a str>,
    /// The file for metrics.
    pub metrics: Option<&'a str>,
    /// Frames of a port that are read between two steps.
    pub block: usize,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { inputs: Vec::new(), outputs: Vec::new(), metrics: None, block: BLOCK }
    }
}

/// What a command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    Run(Options<'a>),
    Help,
    Version,
}

/// Reads the arguments behind the program's name; an error is one line for the user.
pub fn parse<'a>(args: &[&'a str]) -> Result<Request<'a>, String> {
    let mut options = Options::default();
    let mut rest = args.iter().copied();
    while let Some(arg) = rest.next() {
        let Some((_, flag)) = FLAGS.iter().find(|(name, _)| arg == *name) else {
            return Err(text!("unknown argument `{}`", arg));
        };
        match flag {
            Flag::Help => return Ok(Request::Help),
            Flag::Version => return Ok(Request::Version),
            Flag::Input | Flag::Output | Flag::Metrics | Flag::Block => {}
        }
        let Some(value) = rest.next() else {
            return Err(text!("`{}` needs a value", arg));
        };
        match flag {
            Flag::Input => options.inputs.push(value),
            Flag::Output => options.outputs.push(value),
            Flag::Metrics => options.metrics = Some(value),
            Flag::Block | Flag::Help | Flag::Version => match whole(value) {
                Some(block) if block > 0 => options.block = block,
                _ => return Err(text!("`{}` needs a number of frames, at least 1", arg)),
            },
        }
    }
    Ok(Request::Run(options))
}

enum Flag {
    Input,
    Output,
    Metrics,
    Block,
    Help,
    Version,
}

static FLAGS: [(&str, Flag); 10] = [
    ("-i", Flag::Input),
    ("--input", Flag::Input),
    ("-o", Flag::Output),
    ("--output", Flag::Output),
    ("--metrics", Flag::Metrics),
    ("--block", Flag::Block),
    ("-h", Flag::Help),
    ("--help", Flag::Help),
    ("-V", Flag::Version),
    ("--version", Flag::Version),
];

fn whole(text: &str) -> Option<usize> {
    if text.is_empty() {
        return None;
    }
    text.bytes().try_fold(0usize, |n, b| match b {
        b'0'..=b'9' => n.checked_mul(10)?.checked_add(usize::from(b - b'0')),
        _ => None,
    })
}
