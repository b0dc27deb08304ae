//! Node types whose runtime is not built yet: placed and explained, not compiled.
//!
//! Their parameters are not checked, since the node itself reads them.

use crate::node_type::{Category, NodeType, Role, never_lowered, no_rules};
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

foreign! {
    PYTHON_NODE = "PythonNode", ["CustomPythonNode", "PythonExecutionNode"], "a Python class of the author's own", PYTHON, ["python"];
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
