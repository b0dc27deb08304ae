//! Binds the ports of an artifact to files, picks the version that fits them, and runs it.
//!
//! Exit codes: 0 done, also when the reader of a pipe has gone away before the end; 2 wrong usage; 3 failed while running: a
//! node, a file that cannot be read or written, a format that the program was not made for.

use super::arguments::{Options, Request, parse};
use super::audio::{Header, Raw, SampleSink, SampleSource};
use super::drive::{Discard, Sink, Source, Stop, drive};
use super::location::{Kind, Location};
use super::metrics::report;
use super::print::{fill, join, split};
use super::program::{Artifact, PortFormat, PortInfo, Variant, describe_audio};
use super::sample::Sample;
use super::sys::{self, Error, Standard};
use super::wav::{self, Wav};
use crate::node::Failure;
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
            outcome.fail(2, "%", &[error.message()]);
            outcome.print()
        }
    }
}

/// Does what these arguments say (without the program's name); prints to standard error; returns the exit code.
pub fn run_with(artifact: &Artifact<'_>, args: &[&str]) -> i32 {
    let text = match parse(args) {
        Ok(Request::Run(options)) => return execute(artifact, &options).print(),
        Ok(Request::Version) => join("% %\n", &[artifact.name, artifact.version]),
        Ok(Request::Help) => help(artifact),
        Err(error) => {
            let mut outcome = Outcome::default();
            outcome.fail(2, "%\nhelp: `--help` lists the arguments", &[&error]);
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
    fn fail(&mut self, exit: i32, template: &str, parts: &[&str]) {
        self.exit = exit;
        self.error = join(template, parts);
    }

    fn stuck(&mut self, doing: &str, location: &Location<'_>, error: Error) {
        self.fail(3, "cannot % `%`: %", &[doing, location.path, error.message()]);
    }

    fn stopped(&mut self, stop: Stop, from: &[Location<'_>], to: &[Location<'_>]) {
        match stop {
            Stop::Input { port, error } => self.stuck("read", &from[port], error),
            Stop::Output { error, .. } if error.is_broken_pipe() => {}
            Stop::Output { port, error } => self.stuck("write", &to[port], error),
            Stop::Failed(failure) => {
                let Failure { node, kind, message, position } = &*failure;
                self.exit = 3;
                fill(&mut self.error, "node `%` failed at #: % (%)", &[*position], &[node, message, kind]);
                self.failure = Some(failure);
            }
        }
    }

    fn note(&mut self, location: &Location<'_>, note: Option<&str>) {
        if let Some(note) = note {
            self.notes.push(join("`%` %", &[location.path, note]));
        }
    }

    fn print(&self) -> i32 {
        for note in &self.notes {
            sys::print(Standard::Err, &join("note: %\n", &[note]));
        }
        if self.exit != 0 {
            sys::print(Standard::Err, &join("error: %\n", &[&self.error]));
        }
        self.exit
    }
}

fn on_files(artifact: &Artifact<'_>, options: &Options<'_>, outcome: &mut Outcome) -> Option<()> {
    let begin = sys::now_ns();
    let first = artifact.variants.first()?;
    let from = bind(outcome, "input", first.inputs, &options.inputs)?;
    let to = bind(outcome, "output", first.outputs, &options.outputs)?;
    let metrics = options.metrics.map_or(Location::NOWHERE, |path| Location { path, kind: Kind::Open });
    check_bound(outcome, first, &from, &to, &metrics)?;

    let mut sources = Vec::new();
    for (port, location) in first.inputs.iter().zip(&from) {
        match open(&port.format, location) {
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
        match create(&port.format, location) {
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

/// The file of each port: those with a name first, the others in the order of the ports, then the defaults.
fn bind<'a>(outcome: &mut Outcome, what: &str, ports: &[PortInfo<'a>], given: &[&'a str]) -> Option<Vec<Location<'a>>> {
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
                outcome.fail(2, "there is no % port for `%`%%", &[what, argument, &list(ports), help]);
                return None;
            };
            if location.is_bound() {
                outcome.fail(2, "the port of `%` has a file already", &[argument]);
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
            let known = list(variant.inputs);
            outcome.fail(2, "input port `%` has no file: say `-i FILE`%", &[port.name, &known]);
            return None;
        }
    }
    if !to.is_empty() && !to.iter().any(Location::is_bound) {
        outcome.fail(2, "no output port has a file: say `-o FILE`%", &[&list(variant.outputs)]);
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
        outcome.fail(2, "`%` would be used twice", &[twice]);
        return None;
    }
    Some(())
}

/// Opens a file and reads it up to its first token. Audio without a header has the samples that its name says, or is like
/// the port.
fn open<'a>(format: &PortFormat<'a>, location: &Location<'_>) -> Result<Box<dyn Source + 'a>, Error> {
    let (format, rate, channels) = match *format {
        PortFormat::Audio { format, rate, channels } => (format, rate, channels),
        PortFormat::Other(format) => return format.open(location),
    };
    let mut reader = location.open()?;
    let raw = match location.kind {
        Kind::Raw(stored) => Some(stored.unwrap_or(format)),
        Kind::Open if location.is_standard() && !wav::sniff(reader.fill(4)?) => Some(format),
        Kind::Open | Kind::Wav | Kind::Npy | Kind::Compressed | Kind::Nowhere => None,
    };
    let wav = match raw {
        Some(format) => Wav { format, rate, channels, data: None },
        None => wav::read_header(&mut reader)?,
    };
    Ok(Box::new(SampleSource::audio(reader, wav)))
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
            let (PortFormat::Audio { rate, channels, .. }, Some(wav)) = (&port.format, source.wav()) else {
                continue;
            };
            if *rate != wav.rate || *channels != wav.channels {
                if error.is_empty() {
                    let is = describe_audio(wav.format, wav.rate, wav.channels);
                    error = join("`%` is %, for which this program was not made", &[location.path, &is]);
                }
                error.push_str("\nnote: it was made for");
                error.push_str(&list(variant.inputs));
                continue 'variants;
            }
        }
        return Some(variant);
    }
    outcome.fail(3, "%", &[&error]);
    None
}

fn create<'a>(format: &PortFormat<'a>, location: &Location<'_>) -> Result<Box<dyn Sink + 'a>, Error> {
    if !location.is_bound() {
        return Ok(Box::new(Discard));
    }
    match *format {
        PortFormat::Audio { format, rate, channels } => {
            let wav = Wav { format, rate, channels, data: None };
            let (header, stored): (Box<dyn Header>, Sample) = match location.kind {
                Kind::Raw(stored) => (Box::new(Raw), stored.unwrap_or(format)),
                Kind::Wav | Kind::Open | Kind::Nowhere => (Box::new(wav), format),
                Kind::Npy | Kind::Compressed => return Err(Error::from("audio is written as `.wav` or `.raw`")),
            };
            Ok(Box::new(SampleSink::new(location.create()?, header, stored)?))
        }
        PortFormat::Other(format) => format.create(location),
    }
}

/// A line for each port.
fn list(ports: &[PortInfo<'_>]) -> String {
    let mut out = String::new();
    for PortInfo { name, format, default_path } in ports {
        out.push_str(&join("\n  %: %", &[name, &format.describe()]));
        if let Some(path) = default_path {
            out.push_str(&join(" (`%` unless said otherwise)", &[path]));
        }
    }
    out
}

fn help(artifact: &Artifact<'_>) -> String {
    let mut out = join(
        "% %, compiled by %\n\n\
         usage: [-i [PORT=]FILE]... [-o [PORT=]FILE]... [--metrics FILE] [--block FRAMES]\n\n\
         A FILE is WAV, samples without a header (.raw in the port's format, .i16 .f32 ... in that one, or raw:NAME),\n\
         lines of text or JSON; - is standard input or output. Without PORT the ports are taken in their order.\n",
        &[artifact.name, artifact.version, artifact.generator],
    );
    for Variant { inputs, outputs, .. } in artifact.variants {
        out.push_str(&join("\ninputs%\noutputs%\n", &[&list(inputs), &list(outputs)]));
    }
    out
}
