//! FastResampleNode: another sample rate, by a polyphase windowed sinc.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{CHANNELS, Default, ParamKind, ParamSpec, Params, RATE};
use crate::signature::{Dim, PortType, Signature};
use remotemedia_ir::graph::{LibraryNode, Param, Rate};
use remotemedia_ir::types::SampleFormat;

/// See [`NodeType::docs`].
pub const RESAMPLE: NodeType = NodeType {
    name: "FastResampleNode",
    aliases: &[
        "RustResampleNode",
        "AudioResample",
        "AutoResampleNode",
        "AudioResampler",
        "AudioResampleNode",
        "Resample",
        "Resampler",
    ],
    category: Category::Format,
    role: Role::Compute,
    summary: "changes the sample rate by any ratio of whole numbers",
    docs: "\
A polyphase Kaiser-windowed sinc. With `L / M` = target rate / source rate in lowest terms, `N` frames give `ceil(N * \
L / M)`; output frame `k` stands at the time of input frame `k * M / L`: the filter's delay is compensated. The input \
is silent before its start and after its end. Equal rates vanish from the plan.

The response is halved at 0.95 of the lower Nyquist frequency. Relative to it:

| `quality` | taps (times `M / L` where the rate falls) | pass band up to | ripple there | stop band from | attenuation there |
|---|---|---|---|---|---|
| `low` | 64 | 0.87 | 0.001 dB | 1.04 | 80 dB |
| `medium` | 128 | 0.90 | 0.0002 dB | 1.001 | 100 dB |
| `high` | 256 | 0.91 | 0.00001 dB | 0.99 | 140 dB |

Products in f32, in an order that every tier keeps; the result is within -130 dB of the same filter in f64. Memory: a \
table of at most 4 MiB for rising rates, whatever the ratio. Latency: half of the taps, in input frames.

Source: Oppenheim and Schafer, *Discrete-Time Signal Processing*, chapters 4 and 7; Kaiser 1974.",
    params: &[
        ParamSpec::new(
            "source_rate",
            ParamKind::IntOr { min: 1, max: 1_536_000, words: &["auto"] },
            Default::Absent,
            "rate of the input, checked against the stream; not needed",
        )
        .unit("Hz")
        .aliases(&["source_sample_rate", "input_rate", "input_sample_rate", "from_rate"]),
        ParamSpec::new("target_rate", RATE, Default::Required, "rate of the output").unit("Hz").aliases(&[
            "target_sample_rate",
            "output_rate",
            "output_sample_rate",
            "to_rate",
            "sample_rate",
        ]),
        ParamSpec::new(
            "quality",
            ParamKind::Choice(&["low", "medium", "high"]),
            Default::Text("high"),
            "length of the filter",
        ),
        ParamSpec::new("channels", CHANNELS, Default::Absent, "channels, checked against the stream; not needed"),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "the same audio at the target rate")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature,
    lower,
};

fn signature(params: &Params, _inputs: usize) -> Signature {
    let channels = params.opt_int("channels").map_or(Dim::Same(0), |c| Dim::Must(c as u16));
    let source = params.opt_int("source_rate").map_or(Dim::Same(0), |r| Dim::Must(r as u32));
    let output_channels = match &channels {
        Dim::Must(c) => Dim::Is(*c),
        Dim::Same(_) | Dim::Is(_) | Dim::SumOfInputs => Dim::Same(0),
    };
    let format = Dim::Is(SampleFormat::F32);
    Signature::new(
        vec![PortType::Audio { format: format.clone(), rate: source, channels }],
        vec![PortType::Audio { format, rate: Dim::Is(params.int("target_rate") as u32), channels: output_channels }],
    )
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    Ok(resampler(cx.rate(0), cx.output_rate(0), cx.channels(0), cx.params.text("quality")))
}

/// A resampler, or nothing at all where the rates are equal.
pub(crate) fn resampler(source: u32, target: u32, channels: u16, quality: &str) -> Lowered {
    if source == target {
        return Lowered::Identity;
    }
    let common = greatest_common_divisor(source, target).max(1);
    let (up, down) = (u64::from(target / common).max(1), u64::from(source / common).max(1));
    let periods = match quality {
        "low" => 64,
        "medium" => 128,
        _ => 256,
    };
    // The filter of `resample::Resample`: half of it lies ahead of the output.
    let taps = (periods * down.max(up)).div_ceil(up).min(1 << 16).next_multiple_of(16);
    let behind = (taps / 2 * up).div_ceil(down);
    Lowered::Library(LibraryNode {
        path: "resample::Resample".into(),
        features: vec!["math".into()],
        args: vec![
            ("channels".into(), Param::Int(i64::from(channels))),
            ("source_rate".into(), Param::Int(i64::from(source))),
            ("target_rate".into(), Param::Int(i64::from(target))),
            ("quality".into(), Param::Text(quality.to_owned())),
        ],
        rate: Rate::Static { consume: down as u32, produce: up as u32 },
        hold: behind + 1,
        latency: behind,
        same_length: false,
        python: None,
    })
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}
