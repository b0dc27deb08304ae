//! LogMel: the log-mel spectrogram that Whisper listens to.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{Default, ParamKind, ParamSpec, Params, RATE};
use crate::signature::{Dim, PortType, Signature};
use remotemedia_ir::graph::{LibraryNode, Param, Rate};
use remotemedia_ir::types::SampleFormat;

/// See [`NodeType::docs`].
pub const LOG_MEL: NodeType = NodeType {
    name: "LogMel",
    aliases: &["LogMelSpectrogram", "MelSpectrogram", "LogMelNode", "WhisperFeatures", "WhisperFrontEnd"],
    category: Category::Analysis,
    role: Role::Compute,
    summary: "computes the log-mel features that Whisper takes",
    docs: "\
As `log_mel_spectrogram` of openai/whisper defines it: a periodic Hann window of `n_fft` samples around each multiple \
of `hop`, the stream mirrored at both ends, the last frame dropped; the power of each bin; triangular filters on \
Slaney's mel scale from 0 to half the rate, each of unit area; the decimal logarithm of at least 1e-10. The input is \
mixed to mono and resampled to `sample_rate`.

`normalize: none` gives these logarithms: `N / hop` tensors of `n_mels` values for `N` samples at `sample_rate`, \
tensor `k` around sample `k * hop`; `n_fft / 2` samples behind the input. `whisper` finishes as Whisper does: the \
stream is cut into chunks of 30 s, the last one filled up with silence; values are raised to at least 8 below the \
largest of their chunk, then `(x + 4) / 4`. It gives 3000 tensors (at the defaults) per chunk that has any sample, \
when that chunk is complete.

In f32, as Whisper computes it: within -135 dB of the definition in NumPy's f64 on noise. The amplitude in each band \
(the root of its energy) is within -145 dB of that of the loudest. Whisper's `n_mels` is 80, of large-v3 128.

Source: Radford et al., *Robust Speech Recognition via Large-Scale Weak Supervision*, 2022.",
    params: &[
        ParamSpec::new("sample_rate", RATE, Default::Int(16_000), "rate at which features are computed")
            .unit("Hz")
            .aliases(&["rate", "sampling_rate"]),
        ParamSpec::new("n_mels", ParamKind::Int { min: 1, max: 1024 }, Default::Int(80), "bands")
            .aliases(&["mels", "num_mels"]),
        ParamSpec::new("n_fft", ParamKind::Int { min: 2, max: 1 << 16 }, Default::Int(400), "samples of a frame")
            .unit("frames")
            .aliases(&["fft_size"]),
        ParamSpec::new(
            "hop",
            ParamKind::Int { min: 1, max: 1 << 20 },
            Default::Int(160),
            "samples from one tensor to the next",
        )
        .unit("frames")
        .aliases(&["hop_length", "hop_size"]),
        ParamSpec::new(
            "normalize",
            ParamKind::Choice(&["none", "whisper"]),
            Default::Text("none"),
            "plain logarithms, or Whisper's range chunk by chunk",
        )
        .aliases(&["normalization"]),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Tensor, "one tensor of `n_mels` values per `hop` samples")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature,
    lower,
};

fn signature(params: &Params, _inputs: usize) -> Signature {
    let rate = Dim::Is(params.int("sample_rate") as u32);
    let input = PortType::Audio { format: Dim::Is(SampleFormat::F32), rate, channels: Dim::Is(1) };
    Signature::new(vec![input], vec![PortType::Tensor { shape: vec![params.int("n_mels") as u32] }])
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let (size, hop) = (cx.params.int("n_fft").max(2), cx.params.int("hop").max(1));
    let whisper = cx.params.text("normalize") == "whisper";
    let chunk = 30 * i64::from(cx.rate(0)) / hop;
    let behind = (size / 2).max(hop) as u64;
    Ok(Lowered::Library(LibraryNode {
        path: "log_mel::LogMel".into(),
        features: vec!["math".into()],
        args: vec![
            ("channels".into(), Param::Int(i64::from(cx.channels(0)))),
            ("rate".into(), Param::Int(i64::from(cx.rate(0)))),
            ("n_mels".into(), Param::Int(cx.params.int("n_mels"))),
            ("n_fft".into(), Param::Int(size)),
            ("hop".into(), Param::Int(hop)),
            ("normalize".into(), Param::Text(cx.params.text("normalize").to_owned())),
        ],
        rate: Rate::Static { consume: hop as u32, produce: 1 },
        hold: (size / hop + 1 + if whisper { chunk } else { 0 }) as u64,
        latency: if whisper { chunk as u64 } else { behind.div_ceil(hop as u64) },
        same_length: false,
        python: None,
    }))
}
