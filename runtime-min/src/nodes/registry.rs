//! Library nodes by name, for tiers that instantiate them at run time.
//!
//! Generated code never comes here: it names the node's struct and fills its options in literally.

use crate::node::Node;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// An argument as a plan holds it.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(String),
    Floats(Vec<f64>),
    Texts(Vec<String>),
}

/// Options that can be read from named arguments; implemented by `options!`.
pub trait FromArgs: Sized {
    /// Reads every field. Errors name the argument that is missing, unknown or of another type.
    fn from_args(args: &[(&str, Arg)]) -> Result<Self, String>;
}

/// A field's type.
pub trait FromArg: Sized {
    /// None if the argument is of another type.
    fn from_arg(arg: &Arg) -> Option<Self>;
}

macro_rules! from_arg {
    ($($ty:ty: $pattern:pat => $value:expr;)*) => {
        $(impl FromArg for $ty {
            fn from_arg(arg: &Arg) -> Option<Self> {
                if let $pattern = arg { $value } else { None }
            }
        })*
    };
}

from_arg! {
    u16: Arg::Int(i) => (*i).try_into().ok();
    u32: Arg::Int(i) => (*i).try_into().ok();
    u64: Arg::Int(i) => (*i).try_into().ok();
    usize: Arg::Int(i) => (*i).try_into().ok();
    i64: Arg::Int(i) => Some(*i);
    f64: Arg::Float(x) => Some(*x);
    bool: Arg::Bool(b) => Some(*b);
    String: Arg::Text(t) => Some(t.clone());
    Vec<f64>: Arg::Floats(v) => Some(v.clone());
}

impl FromArg for Vec<String> {
    fn from_arg(arg: &Arg) -> Option<Self> {
        match arg {
            Arg::Texts(v) => Some(v.clone()),
            // A list without elements does not show of what it is.
            Arg::Floats(v) if v.is_empty() => Some(Vec::new()),
            Arg::Int(_) | Arg::Float(_) | Arg::Bool(_) | Arg::Text(_) | Arg::Floats(_) => None,
        }
    }
}

/// The field `name`.
pub fn field<T: FromArg>(args: &[(&str, Arg)], name: &str) -> Result<T, String> {
    let (_, arg) = args.iter().find(|(n, _)| *n == name).ok_or_else(|| format!("argument `{name}` is missing"))?;
    T::from_arg(arg).ok_or_else(|| format!("argument `{name}` has another type: {arg:?}"))
}

/// An error if an argument is none of `fields`.
pub fn known(args: &[(&str, Arg)], fields: &[&str]) -> Result<(), String> {
    match args.iter().find(|(n, _)| !fields.contains(n)) {
        Some((name, _)) => Err(format!("argument `{name}` is not known")),
        None => Ok(()),
    }
}

macro_rules! registry {
    ($($path:literal => $module:ident :: $node:ident ( $options:ident );)*) => {
        /// The paths that [`build`] knows.
        pub const PATHS: &[&str] = &[$($path),*];

        /// The node at `path` (its module and struct, as in `chunker::Chunker`) with these arguments.
        pub fn build(path: &str, args: &[(&str, Arg)]) -> Result<Box<dyn Node>, String> {
            match path {
                $($path => Ok(Box::new(super::$module::$node::new(<super::$module::$options>::from_args(args)?))),)*
                _ => Err(format!("there is no library node `{path}`")),
            }
        }
    };
}

registry! {
    "accumulate::BufferAccumulator" => accumulate::BufferAccumulator(BufferAccumulatorOptions);
    "arithmetic::Add" => arithmetic::Add(AddOptions);
    "arithmetic::Multiply" => arithmetic::Multiply(MultiplyOptions);
    "balance::ChannelBalance" => balance::ChannelBalance(ChannelBalanceOptions);
    "batcher::Batcher" => batcher::Batcher(BatcherOptions);
    "calculator::Calculator" => calculator::Calculator(CalculatorOptions);
    "chain::ChainedTransform" => chain::ChainedTransform(ChainedTransformOptions);
    "chunker::Chunker" => chunker::Chunker(ChunkerOptions);
    "clipping::ClippingDetector" => clipping::ClippingDetector(ClippingDetectorOptions);
    "collect::TextCollector" => collect::TextCollector(TextCollectorOptions);
    "convert::JsonToText" => convert::JsonToText(JsonToTextOptions);
    "convert::TextToJson" => convert::TextToJson(TextToJsonOptions);
    "correlate::EventCorrelator" => correlate::EventCorrelator(EventCorrelatorOptions);
    "counter::Counter" => counter::Counter(CounterOptions);
    "expander::ConditionalExpander" => expander::ConditionalExpander(ConditionalExpanderOptions);
    "expander::Expander" => expander::Expander(ExpanderOptions);
    "fade::Fade" => fade::Fade(FadeOptions);
    "filter::Filter" => filter::Filter(FilterOptions);
    "health::HealthEmitter" => health::HealthEmitter(HealthEmitterOptions);
    "jq::Jq" => jq::Jq(JqOptions);
    "level::AudioLevel" => level::AudioLevel(AudioLevelOptions);
    "log_mel::LogMel" => log_mel::LogMel(LogMelOptions);
    "loudness::Loudness" => loudness::Loudness(LoudnessOptions);
    "merge::Merge" => merge::Merge(MergeOptions);
    "normalize::Normalize" => normalize::Normalize(NormalizeOptions);
    "range::RangeGenerator" => range::RangeGenerator(RangeGeneratorOptions);
    "resample::Resample" => resample::Resample(ResampleOptions);
    "silence::SilenceDetector" => silence::SilenceDetector(SilenceDetectorOptions);
    "stft::Stft" => stft::Stft(StftOptions);
    "subtitles::SrtOutput" => subtitles::SrtOutput(SrtOutputOptions);
    "text::TextProcessor" => text::TextProcessor(TextProcessorOptions);
    "transform::TransformAndExpand" => transform::TransformAndExpand(TransformAndExpandOptions);
    "vad::EnergyVad" => vad::EnergyVad(EnergyVadOptions);
}
