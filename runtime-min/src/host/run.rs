//! Binds the ports of an artifact to files, picks the version that fits them, and runs it.
//!
//! Exit codes: 0 done, also when the reader of a pipe has gone away before the end; 2 wrong usage; 3 failed while running: a
//! node, a file that cannot be read or written, a format that the program was not made for.

use super::arguments::{Options, Request, parse};
use super::drive::{Discard, Sink, Source, Stop, drive};
use super::location::{Kind, Location};
use super::metrics::report;
use super::program::{Artifact, FileFormat, InputInfo, OutputInfo, PortInfo, Variant};
use super::sys::{self, Error, Standard};
use crate::node::Failure;
use crate::text::{push, split, text};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// 0, 2 or 3.
    pub exit: i32,
    /// What went wrong: lines for the user, the first without `error: `. Empty where nothing did.
    pub error: String,
    /// The node's own report, where a node failed.
    pub failure: Option<Box<Failure>>,
    /// What the user should know besides.
    pub notes: Vec<String>,
}

/// Does what the program's arguments say; returns the exit code.
pub fn run(artifact: &Artifact<'_>) -> i32 {
    match sys::args() {
        Ok(args) => run_with(artifact, args.get(1..).unwrap_or_default()),
        Err(error) => {
            let mut outcome = Outcome::default();
            outcome.fail(2, String::from(error.message()));
            outcome.print()
        }
    }
}

/// Does what these arguments say (without the program's name); prints to standard error; returns the exit code.
pub fn run_with(artifact: &Artifact<'_>, args: &[&str]) -> i32 {
    let text = match parse(args) {
        Ok(Request::Run(options)) => return execute(artifact, &options).print(),
        Ok(Request::Version) => text!("{} {}\n", artifact.name, artifact.version),
        Ok(Request::Help) => help(artifact),
        Err(error) => {
            let mut outcome = Outcome::default();
            outcome.fail(2, text!("{}\nhelp: `--help` lists the arguments", error));
            return outcome.print();
        }
    };
    sys::print(Standard::Out, &text);
    0
}

/// Runs an artifact on files. Prints nothing.
pub fn execute(artifact: &Artifact<'_>, options: &Options<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    // Where it ends early, the outcome says why.
    let _ = on_files(artifact, options, &mut outcome);
    outcome
}

impl Outcome {
    fn fail(&mut self, exit: i32, error: String) {
        self.exit = exit;
        self.error = error;
    }

    fn stuck(&mut self, doing: &str, location: &Location<'_>, error: Error) {
        self.fail(3, text!("cannot {} `{}`: {}", doing, location.path, error.message()));
    }

    fn stopped(&mut self, stop: Stop, from: &[Location<'_>], to: &[Location<'_>]) {
        match stop {
            Stop::Input { port, error } => self.stuck("read", &from[port], error),
            Stop::Output { error, .. } if error.is_broken_pipe() => {}
            Stop::Output { port, error } => self.stuck("write", &to[port], error),
            Stop::Failed(failure) => {
                let Failure { node, kind, message, position } = &*failure;
                self.fail(3, text!("node `{}` failed at {}: {} ({})", node, *position, message, kind));
                self.failure = Some(failure);
            }
        }
    }

    fn note(&mut self, location: &Location<'_>, note: Option<&str>) {
        if let Some(note) = note {
            self.notes.push(text!("`{}` {}", location.path, note));
        }
    }

    fn print(&self) -> i32 {
        for note in &self.notes {
            sys::print(Standard::Err, &text!("note: {}\n", note));
        }
        if self.exit != 0 {
            sys::print(Standard::Err, &text!("error: {}\n", self.error));
        }
        self.exit
    }
}

fn on_files(artifact: &Artifact<'_>, options: &Options<'_>, outcome: &mut Outcome) -> Option<()> {
    let begin = sys::now_ns();
    let first = artifact.variants.first()?;
    let from = bind(outcome, "input", &inputs(first), &options.inputs)?;
    let to = bind(outcome, "output", &outputs(first), &options.outputs)?;
    let metrics = options.metrics.map_or(Location::NOWHERE, |path| Location { path, kind: Kind::Open });
    check_bound(outcome, first, &from, &to, &metrics)?;

    let mut sources = Vec::new();
    for (port, location) in first.inputs.iter().zip(&from) {
        match port.format.open(location) {
            Ok(source) => sources.push(source),
            Err(error) => {
                outcome.stuck("read", location, error);
                return None;
            }
        }
    }
    let variant = select(outcome, artifact, &from, &sources)?;
    let mut sinks = Vec::new();
    for (port, location) in variant.outputs.iter().zip(&to) {
        let sink =
            if location.is_bound() { port.format.create(location) } else { Ok(Box::new(Discard) as Box<dyn Sink>) };
        match sink {
            Ok(sink) => sinks.push(sink),
            Err(error) => {
                outcome.stuck("write", location, error);
                return None;
            }
        }
    }

    let mut program = (variant.make)();
    if metrics.is_bound() {
        program.metrics().enable();
    }
    if let Err(stop) = drive(&mut *program, &mut sources, &mut sinks, options.block) {
        outcome.stopped(stop, &from, &to);
    }
    for (source, location) in sources.iter().zip(&from) {
        outcome.note(location, source.note());
    }
    for (sink, location) in sinks.iter().zip(&to) {
        outcome.note(location, sink.note());
    }
    if metrics.is_bound() {
        let text = report(artifact, variant, &mut *program, sys::now_ns().saturating_sub(begin));
        if let Err(error) = metrics.create().and_then(|mut file| file.write_all(text.as_bytes())) {
            outcome.stuck("write", &metrics, error);
        }
    }
    Some(())
}

/// A port of either direction.
type Port<'a> = PortInfo<'a, dyn FileFormat + 'a>;

fn inputs<'a>(variant: &Variant<'a>) -> Vec<Port<'a>> {
    let port = |p: &InputInfo<'a>| Port { name: p.name, format: p.format, default_path: p.default_path };
    variant.inputs.iter().map(port).collect()
}

fn outputs<'a>(variant: &Variant<'a>) -> Vec<Port<'a>> {
    let port = |p: &OutputInfo<'a>| Port { name: p.name, format: p.format, default_path: p.default_path };
    variant.outputs.iter().map(port).collect()
}

/// The file of each port: those with a name first, the others in the order of the ports, then the defaults.
fn bind<'a>(outcome: &mut Outcome, what: &str, ports: &[Port<'a>], given: &[&'a str]) -> Option<Vec<Location<'a>>> {
    let mut bound = vec![Location::NOWHERE; ports.len()];
    for named in [true, false] {
        for argument in given {
            let (name, file) =
                split(argument, b'=').filter(|(name, _)| looks_like_port(name)).unwrap_or(("", argument));
            if name.is_empty() == named {
                continue;
            }
            let port = ports.iter().zip(&mut bound).find(|(port, location)| match named {
                true => port.name == name,
                false => !location.is_bound(),
            });
            let Some((_, location)) = port else {
                let help = if named { "\nhelp: a file of that name is written `./NAME`" } else { "" };
                outcome.fail(2, text!("there is no {} port for `{}`{}{}", what, argument, list(ports), help));
                return None;
            };
            if location.is_bound() {
                outcome.fail(2, text!("the port of `{}` has a file already", argument));
                return None;
            }
            *location = Location::new(file);
        }
    }
    for (port, location) in ports.iter().zip(&mut bound) {
        if let Some(path) = port.default_path
            && !location.is_bound()
        {
            *location = Location::new(path);
        }
    }
    Some(bound)
}

fn looks_like_port(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

fn check_bound(
    outcome: &mut Outcome,
    variant: &Variant<'_>,
    from: &[Location<'_>],
    to: &[Location<'_>],
    metrics: &Location<'_>,
) -> Option<()> {
    for (port, location) in variant.inputs.iter().zip(from) {
        if !location.is_bound() {
            let known = list(&inputs(variant));
            outcome.fail(2, text!("input port `{}` has no file: say `-i FILE`{}", port.name, known));
            return None;
        }
    }
    if !to.is_empty() && !to.iter().any(Location::is_bound) {
        outcome.fail(2, text!("no output port has a file: say `-o FILE`{}", list(&outputs(variant))));
        return None;
    }
    let count = |locations: &[Location<'_>], path| locations.iter().filter(|location| location.path == path).count();
    let mut twice = if count(from, "-") > 1 { "-" } else { "" };
    for location in to.iter().filter(|location| location.is_bound()) {
        let path = location.path;
        if count(to, path) > 1 || metrics.path == path || (path != "-" && count(from, path) > 0) {
            twice = path;
        }
    }
    if !twice.is_empty() {
        outcome.fail(2, text!("`{}` would be used twice", twice));
        return None;
    }
    Some(())
}

/// The first version whose inputs are what the headers say.
fn select<'a, 'b>(
    outcome: &mut Outcome,
    artifact: &'b Artifact<'a>,
    from: &[Location<'_>],
    sources: &[Box<dyn Source + '_>],
) -> Option<&'b Variant<'a>> {
    let mut error = String::new();
    'variants: for variant in artifact.variants {
        for ((port, source), location) in variant.inputs.iter().zip(sources).zip(from) {
            if let Err(is) = port.format.accepts(&**source) {
                if error.is_empty() {
                    error = text!("`{}` is {}, for which this program was not made", location.path, is);
                }
                error.push_str("\nnote: it was made for");
                error.push_str(&list(&inputs(variant)));
                continue 'variants;
            }
        }
        return Some(variant);
    }
    outcome.fail(3, error);
    None
}

/// A line for each port.
fn list(ports: &[Port<'_>]) -> String {
    let mut out = String::new();
    for PortInfo { name, format, default_path } in ports {
        push!(out, "\n  {}: {}", name, format.describe());
        if let Some(path) = default_path {
            push!(out, " (`{}` unless said otherwise)", path);
        }
    }
    out
}

fn help(artifact: &Artifact<'_>) -> String {
    let mut out = text!(
        "{} {}, compiled by {}\n\n\
         usage: [-i [PORT=]FILE]... [-o [PORT=]FILE]... [--metrics FILE] [--block FRAMES]\n\n\
         A FILE is WAV, samples without a header (.raw in the port's format, .i16 .f32 ... in that one, or raw:NAME),\n\
         lines of text or JSON; - is standard input or output. Without PORT the ports are taken in their order.\n",
        artifact.name,
        artifact.version,
        artifact.generator
    );
    for variant in artifact.variants {
        push!(out, "\ninputs{}\noutputs{}\n", list(&inputs(variant)), list(&outputs(variant)));
    }
    out
}
