//! Nodes that are inputs of the pipeline.

use crate::node_type::{Category, LOCAL, NodeType, PortKind, PortSpec, Role, never_lowered, no_rules};
use crate::params::{CHANNELS, Default, ParamKind, ParamSpec, Params, RATE};
use crate::signature::{Dim, PortType, Signature};
use remotemedia_ir::types::SampleFormat;

pub(super) const FORMATS: &[&str] =
    &["f32", "f64", "i16", "i32", "u8", "s16le", "f32le", "s32le", "s16", "float32", "int16", "pcm_s16le"];

pub(super) const SAMPLE_RATE: ParamSpec =
    ParamSpec::new("sample_rate", RATE, Default::Absent, "rate of the stream; open where it is missing")
        .unit("Hz")
        .aliases(&["rate", "sampling_rate", "samplerate"]);
pub(super) const CHANNEL_COUNT: ParamSpec =
    ParamSpec::new("channels", CHANNELS, Default::Absent, "channels of the stream; open where it is missing")
        .aliases(&["num_channels"]);
pub(super) const FORMAT: ParamSpec = ParamSpec::new(
    "format",
    ParamKind::Choice(FORMATS),
    Default::Absent,
    "sample format of the stream; files of any format are converted",
)
.aliases(&["sample_format", "encoding", "dtype"]);
const DEVICE: ParamSpec = ParamSpec::new(
    "device",
    ParamKind::Any,
    Default::Absent,
    "which device; a compiled program reads what `-i` names instead",
)
.aliases(&["device_id", "device_name"]);
const CHUNK: ParamSpec = ParamSpec::new(
    "chunk_size",
    ParamKind::Int { min: 1, max: 1 << 24 },
    Default::Absent,
    "frames that today's runtime reads at once; the output does not depend on it",
)
.unit("frames")
.aliases(&["block_size", "buffer_size"]);
const PATH: ParamSpec =
    ParamSpec::new("path", ParamKind::Text, Default::Absent, "the file that is read where no `-i` names another")
        .aliases(&["file", "file_path", "filename", "uri"]);

/// The dimensions that the parameters fix; the others are open.
pub(super) fn audio(params: &Params) -> PortType {
    let rate = params.opt_int("sample_rate").map_or(Dim::Same(0), |r| Dim::Is(r as u32));
    let channels = params.opt_int("channels").map_or(Dim::Same(0), |c| Dim::Is(c as u16));
    let format = params.opt_text("format").and_then(SampleFormat::parse).map_or(Dim::Same(0), Dim::Is);
    PortType::Audio { format, rate, channels }
}

const fn input(
    name: &'static str,
    aliases: &'static [&'static str],
    summary: &'static str,
    docs: &'static str,
    params: &'static [ParamSpec],
    outputs: &'static [PortSpec],
    signature: fn(&Params, usize) -> Signature,
) -> NodeType {
    NodeType {
        name,
        aliases,
        category: Category::Port,
        role: Role::Input,
        summary,
        docs,
        params,
        inputs: &[],
        outputs,
        runtimes: LOCAL,
        needs: &[],
        validate: no_rules,
        signature,
        lower: never_lowered,
    }
}

const AUDIO: &[PortSpec] = &[PortSpec::new("out", PortKind::Audio, "the audio that arrives")];

fn audio_signature(params: &Params, _: usize) -> Signature {
    Signature::new(Vec::new(), vec![audio(params)])
}

/// Audio from outside.
pub const AUDIO_INPUT: NodeType = input(
    "AudioInput",
    &[
        "AudioInputNode",
        "MicInput",
        "MicrophoneInput",
        "MicInputNode",
        "AudioTrackSource",
        "AudioSource",
        "AudioSourceNode",
    ],
    "audio from outside: a pipeline input under the node's name",
    "What it fixes of the format is inferred onwards; the rest is open: `run` takes it from the file, `compile` from `--input`. In a \
     compiled program `-i NAME=FILE` feeds it, or `-i FILE` where it is the next input in order.",
    &[SAMPLE_RATE, CHANNEL_COUNT, FORMAT, DEVICE, CHUNK],
    AUDIO,
    audio_signature,
);

/// Audio from a file.
pub const FILE_SOURCE: NodeType = input(
    "FileSource",
    &[
        "FileSourceNode",
        "MediaReaderNode",
        "AudioFileSource",
        "AudioFileReader",
        "FileReader",
        "FileReaderNode",
        "WavReader",
    ],
    "audio from a file",
    "A pipeline input that reads `path` unless `-i` names another file: WAV (PCM of 8, 16, 24 or 32 bits, float) or raw PCM in the \
     port's format.",
    &[PATH, SAMPLE_RATE, CHANNEL_COUNT, FORMAT, CHUNK],
    AUDIO,
    audio_signature,
);

/// Standard input.
pub const STDIN_SOURCE: NodeType = input(
    "StdinSource",
    &["StdinSourceNode", "StdinInput"],
    "audio from standard input",
    "A pipeline input that reads standard input unless `-i` names a file. Give it `\"path\": \"-\"`, which is the default.",
    &[
        ParamSpec::new("path", ParamKind::Text, Default::Text("-"), "`-` is standard input"),
        SAMPLE_RATE,
        CHANNEL_COUNT,
        FORMAT,
    ],
    AUDIO,
    audio_signature,
);

/// Anything from outside.
pub const INPUT: NodeType = input(
    "Input",
    &["InputNode", "PipelineInput", "DataSource", "DataInput"],
    "a stream of any type from outside",
    "A pipeline input whose type follows from what reads it.",
    &[SAMPLE_RATE, CHANNEL_COUNT, FORMAT, PATH],
    &[PortSpec::new("out", PortKind::Any, "what arrives")],
    |params, _| {
        let fixed = ["sample_rate", "channels", "format"].iter().any(|p| params.get(p).is_some());
        Signature::new(Vec::new(), vec![if fixed { audio(params) } else { PortType::Any(0) }])
    },
);

/// Lines of text.
pub const TEXT_INPUT: NodeType = input(
    "TextInput",
    &["TextInputNode", "TextSource"],
    "lines of text from outside",
    "A pipeline input of UTF-8 lines, one message a line.",
    &[PATH],
    &[PortSpec::new("out", PortKind::Text, "one message a line")],
    |_, _| Signature::new(Vec::new(), vec![PortType::Text]),
);

/// Lines of JSON.
pub const JSON_INPUT: NodeType = input(
    "JsonInput",
    &["JsonInputNode", "JsonSource", "JSONInput"],
    "JSON lines from outside",
    "A pipeline input of JSON values, one a line; empty lines are skipped.",
    &[PATH],
    &[PortSpec::new("out", PortKind::Json, "one value a line")],
    |_, _| Signature::new(Vec::new(), vec![PortType::Json]),
);
