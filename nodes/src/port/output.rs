//! Nodes that are outputs of the pipeline.

use super::input::{CHANNEL_COUNT, FORMAT, SAMPLE_RATE, audio};
use crate::node_type::{Category, LOCAL, NodeType, PortKind, PortSpec, Role, never_lowered, no_rules};
use crate::params::{Default, ParamKind, ParamSpec, Params};
use crate::signature::{PortType, Signature};

const PATH: ParamSpec =
    ParamSpec::new("path", ParamKind::Text, Default::Absent, "the file that is written where no `-o` names another")
        .aliases(&["file", "file_path", "filename", "output_path"]);
const DEVICE: ParamSpec = ParamSpec::new(
    "device",
    ParamKind::Any,
    Default::Absent,
    "which device; a compiled program writes what `-o` names instead",
)
.aliases(&["device_id", "device_name"]);

const fn output(
    name: &'static str,
    aliases: &'static [&'static str],
    summary: &'static str,
    docs: &'static str,
    params: &'static [ParamSpec],
    inputs: &'static [PortSpec],
    signature: fn(&Params, usize) -> Signature,
) -> NodeType {
    NodeType {
        name,
        aliases,
        category: Category::Port,
        role: Role::Output,
        summary,
        docs,
        params,
        inputs,
        outputs: &[],
        runtimes: LOCAL,
        needs: &[],
        validate: no_rules,
        signature,
        lower: never_lowered,
    }
}

const AUDIO: &[PortSpec] = &[PortSpec::new("in", PortKind::Audio, "the audio that leaves")];

fn audio_signature(params: &Params, _: usize) -> Signature {
    Signature::new(vec![audio(params)], Vec::new())
}

/// Audio to outside.
pub const AUDIO_OUTPUT: NodeType = output(
    "AudioOutput",
    &["AudioOutputNode", "SpeakerOutput", "SpeakerOutputNode", "AudioSink", "AudioSinkNode"],
    "audio to outside: a pipeline output under the node's name",
    "What it asks for of the format is met by converters before it. In a compiled program `-o NAME=FILE` takes it, or `-o FILE` where \
     it is the next output in order.",
    &[SAMPLE_RATE, CHANNEL_COUNT, FORMAT, DEVICE],
    AUDIO,
    audio_signature,
);

/// Audio to a file.
pub const FILE_SINK: NodeType = output(
    "FileSink",
    &[
        "FileSinkNode",
        "FileWriter",
        "FileWriterNode",
        "AudioFileSink",
        "AudioFileWriter",
        "MediaWriterNode",
        "WavWriter",
    ],
    "audio to a file",
    "A pipeline output that writes `path` unless `-o` names another file: WAV in the port's format, or raw PCM by the ending.",
    &[PATH, SAMPLE_RATE, CHANNEL_COUNT, FORMAT],
    AUDIO,
    audio_signature,
);

/// Standard output.
pub const STDOUT_SINK: NodeType = output(
    "StdoutSink",
    &["StdoutSinkNode", "StdoutOutput"],
    "a stream to standard output",
    "A pipeline output that writes standard output unless `-o` names a file.",
    &[ParamSpec::new("path", ParamKind::Text, Default::Text("-"), "`-` is standard output")],
    &[PortSpec::new("in", PortKind::Any, "what leaves")],
    |_, _| Signature::new(vec![PortType::Any(0)], Vec::new()),
);

/// Anything to outside.
pub const OUTPUT: NodeType = output(
    "Output",
    &["OutputNode", "PipelineOutput", "DataSink", "DataOutput"],
    "a stream of any type to outside",
    "A pipeline output of the type of what feeds it.",
    &[SAMPLE_RATE, CHANNEL_COUNT, FORMAT, PATH],
    &[PortSpec::new("in", PortKind::Any, "what leaves")],
    |params, _| {
        let fixed = ["sample_rate", "channels", "format"].iter().any(|p| params.get(p).is_some());
        Signature::new(vec![if fixed { audio(params) } else { PortType::Any(0) }], Vec::new())
    },
);

/// Lines of text.
pub const TEXT_OUTPUT: NodeType = output(
    "TextOutput",
    &["TextOutputNode", "TextSink"],
    "lines of text to outside",
    "A pipeline output of UTF-8 lines, one a message; JSON is written compactly.",
    &[PATH],
    &[PortSpec::new("in", PortKind::Message, "one line a message")],
    |_, _| Signature::new(vec![PortType::Text], Vec::new()),
);

/// Lines of JSON.
pub const JSON_OUTPUT: NodeType = output(
    "JsonOutput",
    &["JsonOutputNode", "JsonSink", "JSONOutput"],
    "JSON lines to outside",
    "A pipeline output of JSON values, one a line.",
    &[PATH],
    &[PortSpec::new("in", PortKind::Json, "one line a value")],
    |_, _| Signature::new(vec![PortType::Json], Vec::new()),
);

/// Nothing.
pub const NULL_SINK: NodeType = NodeType {
    name: "NullSink",
    aliases: &["NullSinkNode", "Null", "DevNull", "NullOutput"],
    category: Category::Port,
    role: Role::Null,
    summary: "drops what it gets",
    docs: "What feeds nothing but a `NullSink` is not computed at all.",
    params: &[],
    inputs: &[PortSpec::new("in", PortKind::Any, "what is dropped")],
    outputs: &[],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::new(vec![PortType::Any(0)], Vec::new()),
    lower: never_lowered,
};
