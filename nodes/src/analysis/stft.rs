//! Stft: the short-time Fourier transform.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{CHANNELS, Default, ParamKind, ParamSpec, Params};
use crate::signature::{PortType, Signature};
use remotemedia_ir::graph::{LibraryNode, Param, Rate};

/// See [`NodeType::docs`].
pub const STFT: NodeType = NodeType {
    name: "Stft",
    aliases: &["STFTNode", "Spectrogram", "SpectrogramNode"],
    category: Category::Analysis,
    role: Role::Compute,
    summary: "transforms overlapping frames to the frequency domain",
    docs: "\
One tensor per frame of `n_fft` samples, every `hop` samples. With `center` both ends are padded by `n_fft / 2` \
mirrored samples (NumPy's `reflect`), so that tensor `k` lies around sample `k * hop`: `1 + N / hop` tensors for `N` \
samples and an even `n_fft`, none for an empty stream. Without it frame `k` begins at sample `k * hop`: `1 + (N - \
n_fft) / hop` tensors, none for `N < n_fft`.

A frame is multiplied by a periodic window and transformed without scaling, as `torch.stft` and `librosa.stft` do. A \
tensor has the shape `[n_fft / 2 + 1]`; `complex` appends a dimension of 2 (real and imaginary part), several \
channels put one in front. `magnitude` is `|X|`, `power` its square, `db` is `10 log10` of the power, not below -120. \
The input is mixed to `channels` channels (mono, if nothing is said).

In f64, rounded to f32 at the end: within -135 dB of SciPy's. Any `n_fft`; those whose prime factors are 2, 3, 5 and \
7 are fastest. Latency: `n_fft / 2` samples with `center`, else `n_fft`.",
    params: &[
        ParamSpec::new("n_fft", ParamKind::Int { min: 1, max: 1 << 16 }, Default::Int(1024), "samples of a frame")
            .unit("frames")
            .aliases(&["fft_size", "frame_length", "window_size"]),
        ParamSpec::new(
            "hop",
            ParamKind::Int { min: 1, max: 1 << 20 },
            Default::Int(256),
            "samples from one frame to the next",
        )
        .unit("frames")
        .aliases(&["hop_length", "hop_size"]),
        ParamSpec::new(
            "window",
            ParamKind::Choice(&["hann", "hamming", "rectangular"]),
            Default::Text("hann"),
            "what a frame is multiplied by",
        ),
        ParamSpec::new(
            "output",
            ParamKind::Choice(&["complex", "magnitude", "power", "db"]),
            Default::Text("magnitude"),
            "what a bin is given as",
        ),
        ParamSpec::new("center", ParamKind::Bool, Default::Bool(true), "frames lie around multiples of `hop`"),
        ParamSpec::new("channels", CHANNELS, Default::Int(1), "channels that are transformed, each by itself"),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Tensor, "one spectrum per frame")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature,
    lower,
};

fn signature(params: &Params, _inputs: usize) -> Signature {
    let channels = params.int("channels").max(1) as u16;
    let mut shape = vec![params.int("n_fft") as u32 / 2 + 1];
    if channels > 1 {
        shape.insert(0, u32::from(channels));
    }
    if params.text("output") == "complex" {
        shape.push(2);
    }
    Signature::new(vec![PortType::f32_channels(channels)], vec![PortType::Tensor { shape }])
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let (size, hop) = (cx.params.int("n_fft").max(1), cx.params.int("hop").max(1));
    let text = |name: &str| (name.to_owned(), Param::Text(cx.params.text(name).to_owned()));
    let behind = if cx.params.bool("center") { size / 2 } else { size };
    Ok(Lowered::Library(LibraryNode {
        path: "stft::Stft".into(),
        features: vec!["math".into()],
        args: vec![
            ("channels".into(), Param::Int(i64::from(cx.channels(0)))),
            ("n_fft".into(), Param::Int(size)),
            ("hop".into(), Param::Int(hop)),
            text("window"),
            text("output"),
            ("center".into(), Param::Bool(cx.params.bool("center"))),
        ],
        rate: Rate::Static { consume: hop as u32, produce: 1 },
        hold: (size / hop + 1) as u64,
        latency: (behind as u64).div_ceil(hop as u64),
        same_length: false,
        python: None,
    }))
}
