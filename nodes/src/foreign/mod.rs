//! Node types whose runtime is not built yet: placed and explained, not compiled; and Python, of which a subset is compiled.
//!
//! Their parameters are not checked here, since the node itself reads them.

use crate::node_type::{Category, NodeType, Role, never_lowered, no_rules};
use crate::params::{Default, ParamKind, ParamSpec};
use crate::signature::Signature;
use remotemedia_ir::plan::Runtime;

const MODEL: &[Runtime] = &[Runtime::Native, Runtime::CPython, Runtime::Remote];
const PYTHON: &[Runtime] = &[Runtime::CPython, Runtime::RustPython, Runtime::CPythonWasm];
const REMOTE: &[Runtime] = &[Runtime::Remote];
const LATER: &[Runtime] = &[Runtime::Native, Runtime::Wasm];

macro_rules! foreign {
    ($($name:ident = $text:literal, [$($alias:literal),*], $summary:literal, $runtimes:expr, [$($need:literal),*];)*) => {
        $(
            #[doc = concat!("See [`NodeType::docs`]: ", $summary, ".")]
            pub const $name: NodeType = NodeType {
                name: $text,
                aliases: &[$($alias),*],
                category: Category::Foreign,
                role: Role::Foreign,
                summary: $summary,
                docs: "Not compiled yet. `check` accepts it with a note, `explain` shows where it would go, `compile` refuses.",
                params: &[],
                inputs: &[],
                outputs: &[],
                runtimes: $runtimes,
                needs: &[$($need),*],
                validate: no_rules,
                signature: |_, _| Signature::new(Vec::new(), Vec::new()),
                lower: never_lowered,
            };
        )*
    };
}

/// See [`NodeType::docs`]: a Python class of the author's own.
pub const PYTHON_NODE: NodeType = NodeType {
    name: "PythonNode",
    aliases: &["CustomPythonNode", "PythonExecutionNode"],
    category: Category::Foreign,
    role: Role::Foreign,
    summary: "a Python class of the author's own",
    docs: "A class with `process`. In the compiled subset (docs/python.md) it is compiled with the rest; its ports follow from what `process` \
        gives: `out`, and `events` for messages beside audio. Else it needs an interpreter, which is not built in yet: `check` accepts it with \
        a note that names the lines, `explain` shows where it would go, `compile` refuses. \
        A node of the type `module.Class` is the class in `module.py` beside the manifest, its parameters those of `__init__`. \
        Without `config`, parameters other than these are those of `__init__` too.",
    params: &[
        ParamSpec::new("path", ParamKind::Text, Default::Absent, "the file, relative to the manifest"),
        ParamSpec::new(
            "module",
            ParamKind::Text,
            Default::Absent,
            "`a.b` is `a/b.py` beside the manifest, or a module of an installed Python",
        ),
        ParamSpec::new("source", ParamKind::Text, Default::Absent, "the text itself"),
        ParamSpec {
            aliases: &["class_name"],
            ..ParamSpec::new(
                "class",
                ParamKind::Text,
                Default::Absent,
                "the class; the only one with `process` if left out",
            )
        },
        ParamSpec::new("config", ParamKind::Any, Default::Absent, "the parameters of `__init__` by name"),
        ParamSpec::new(
            "chunk_size",
            ParamKind::Int { min: 1, max: 1 << 24 },
            Default::Int(1024),
            "how much audio `process` gets at once",
        )
        .unit("frames"),
    ],
    inputs: &[],
    outputs: &[],
    runtimes: PYTHON,
    needs: &["python"],
    validate: no_rules,
    signature: |_, _| Signature::new(Vec::new(), Vec::new()),
    lower: never_lowered,
};

foreign! {
    REMOTE_PIPELINE = "RemotePipelineNode", ["RemotePipeline", "RemoteExecutionNode"], "a pipeline that runs on another machine", REMOTE, ["network"];
    SILERO_VAD = "SileroVADNode", ["SileroVAD"], "speech detection by a neural model", MODEL, ["framework:onnx", "model:silero_vad"];
    WHISPER = "WhisperNode", ["RustWhisperNode", "WhisperX", "WhisperXNode", "WhisperTranscriptionNode", "HFWhisperNode", "WhisperXTranscriber"], "speech to text by Whisper", MODEL, ["framework:whisper", "model:whisper"];
    KOKORO = "KokoroTTSNode", ["KokoroTTS", "TTSNode", "TextToSpeechNode"], "text to speech by Kokoro", MODEL, ["framework:onnx", "model:kokoro"];
    VIBE_VOICE = "VibeVoiceTTSNode", ["VibeVoiceNode"], "text to speech by VibeVoice", PYTHON, ["framework:torch", "gpu"];
    DIARIZATION = "SpeakerDiarizationNode", ["DiarizationNode", "PyannoteDiarizationNode", "SpeakerDiarization"], "who speaks when, by a neural model", MODEL, ["framework:pyannote"];
    LLM = "LLMNode", ["LfmNode", "LFM2AudioNode", "UltravoxNode", "OpenAINode", "TransformersPipelineNode", "QwenNode", "ChatNode"], "a language model", MODEL, ["framework:transformers", "memory"];
    VIDEO_FLIP = "VideoFlip", ["VideoFlipNode"], "flips pictures", LATER, ["video"];
    VIDEO_SCALER = "VideoScaler", ["VideoResizer", "VideoScalerNode"], "scales pictures", LATER, ["video"];
    TIMING_DRIFT = "TimingDriftNode", ["TimingDrift"], "watches clocks drift apart", LATER, [];
    SPEECH_PRESENCE = "SpeechPresenceNode", ["SpeechPresence"], "says who is speaking in a call", LATER, [];
    CONVERSATION_FLOW = "ConversationFlowNode", ["ConversationFlow"], "follows turns, overlaps and dead air of a conversation", LATER, [];
    SESSION_HEALTH = "SessionHealthNode", ["SessionHealth"], "adds up the health of a session", LATER, [];
    AUDIO_EVIDENCE = "AudioEvidenceNode", ["AudioEvidence"], "keeps the sound around an incident", LATER, [];
    SPECULATIVE_VAD_GATE = "SpeculativeVADGate", ["SpeculativeVADGateNode"], "lets speech through before it is confirmed", LATER, [];
    CHANNEL_SPLITTER = "AudioChannelSplitterNode", ["AudioChannelSplitter"], "routes audio by speaker segments", LATER, [];
}
