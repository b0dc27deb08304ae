//! The list of all node types, and how a name in a manifest finds its type.

use crate::node_type::NodeType;
use crate::{analysis, dynamics, filter, foreign, format, message, plumbing, port, source};

/// Every node type, in the order of the manual within its category.
pub static CATALOG: &[&NodeType] = &[
    &port::input::INPUT,
    &port::input::AUDIO_INPUT,
    &port::input::FILE_SOURCE,
    &port::input::STDIN_SOURCE,
    &port::input::TEXT_INPUT,
    &port::input::JSON_INPUT,
    &port::output::OUTPUT,
    &port::output::AUDIO_OUTPUT,
    &port::output::FILE_SINK,
    &port::output::STDOUT_SINK,
    &port::output::TEXT_OUTPUT,
    &port::output::JSON_OUTPUT,
    &port::output::NULL_SINK,
    &plumbing::pass_through::PASS_THROUGH,
    &plumbing::mix::MIX,
    &plumbing::interleave::INTERLEAVE,
    &plumbing::channel_mix::CHANNEL_MIX,
    &plumbing::channel_split::CHANNEL_SPLIT,
    &plumbing::channel_split::CHANNEL_SELECT,
    &plumbing::delay::DELAY,
    &plumbing::delay::PAD,
    &plumbing::chunker::CHUNKER,
    &plumbing::accumulate::BUFFER_ACCUMULATOR,
    &format::sample_format::AUDIO_FORMAT_CONVERTER,
    &format::transform::AUDIO_TRANSFORM,
    &format::resample::RESAMPLE,
    &source::tone::TONE,
    &source::noise::NOISE,
    &source::tone::SILENCE,
    &source::tone::IMPULSE,
    &filter::single::LOW_PASS,
    &filter::single::HIGH_PASS,
    &filter::single::BAND_PASS,
    &filter::single::NOTCH,
    &filter::single::ALL_PASS,
    &filter::single::PEAKING,
    &filter::single::LOW_SHELF,
    &filter::single::HIGH_SHELF,
    &filter::equalizer::EQUALIZER,
    &filter::biquad::BIQUAD,
    &filter::fir::FIR,
    &dynamics::gain::GAIN,
    &dynamics::clip::CLIP,
    &dynamics::clip::SOFT_CLIP,
    &dynamics::compressor::COMPRESSOR,
    &dynamics::limiter::LIMITER,
    &dynamics::noise_gate::NOISE_GATE,
    &dynamics::emphasis::DC_REMOVAL,
    &dynamics::emphasis::PRE_EMPHASIS,
    &dynamics::emphasis::DE_EMPHASIS,
    &dynamics::normalize::NORMALIZE,
    &dynamics::fade::FADE,
    &analysis::audio_level::AUDIO_LEVEL,
    &analysis::loudness::LOUDNESS,
    &analysis::silence_detector::SILENCE_DETECTOR,
    &analysis::clipping_detector::CLIPPING_DETECTOR,
    &analysis::channel_balance::CHANNEL_BALANCE,
    &analysis::energy_vad::ENERGY_VAD,
    &analysis::energy_vad::RUST_VAD,
    &analysis::stft::STFT,
    &analysis::log_mel::LOG_MEL,
    &message::merge::MESSAGE_MERGE,
    &message::convert::TEXT_TO_JSON,
    &message::convert::JSON_TO_TEXT,
    &message::jq::JSON_SELECT,
    &message::jq::JSON_MAP,
    &message::filter::FILTER,
    &message::calculator::CALCULATOR,
    &message::arithmetic::MULTIPLY,
    &message::arithmetic::ADD,
    &message::counter::COUNTER,
    &message::batcher::BATCHER,
    &message::expander::EXPANDER,
    &message::expander::CONDITIONAL_EXPANDER,
    &message::range_generator::RANGE_GENERATOR,
    &message::chained_transform::CHAINED_TRANSFORM,
    &message::transform_and_expand::TRANSFORM_AND_EXPAND,
    &message::text_processor::TEXT_PROCESSOR,
    &message::text_collector::TEXT_COLLECTOR,
    &message::srt_output::SRT_OUTPUT,
    &message::event_correlator::EVENT_CORRELATOR,
    &message::health_emitter::HEALTH_EMITTER,
    &foreign::PYTHON_NODE,
    &foreign::REMOTE_PIPELINE,
    &foreign::SILERO_VAD,
    &foreign::WHISPER,
    &foreign::KOKORO,
    &foreign::VIBE_VOICE,
    &foreign::DIARIZATION,
    &foreign::LLM,
    &foreign::VIDEO_FLIP,
    &foreign::VIDEO_SCALER,
    &foreign::TIMING_DRIFT,
    &foreign::SPEECH_PRESENCE,
    &foreign::CONVERSATION_FLOW,
    &foreign::SESSION_HEALTH,
    &foreign::AUDIO_EVIDENCE,
    &foreign::SPECULATIVE_VAD_GATE,
    &foreign::CHANNEL_SPLITTER,
];

/// How a name was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    Canonical,
    Alias,
    /// With or without a `Node` suffix, or in another case.
    Spelling,
}

/// The type that a manifest calls `name`.
pub fn find(name: &str) -> Option<(&'static NodeType, Match)> {
    let exact = CATALOG.iter().find(|t| t.name == name).map(|t| (*t, Match::Canonical));
    let alias = || CATALOG.iter().find(|t| t.aliases.contains(&name)).map(|t| (*t, Match::Alias));
    let spelling = || {
        let wanted = bare(name);
        let fits = |t: &&&NodeType| bare(t.name) == wanted || t.aliases.iter().any(|a| bare(a) == wanted);
        CATALOG.iter().find(fits).map(|t| (*t, Match::Spelling))
    };
    exact.or_else(alias).or_else(spelling)
}

/// Lower case letters and digits without a `node` suffix.
fn bare(name: &str) -> String {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    plain.strip_suffix("node").map(str::to_owned).unwrap_or(plain)
}
