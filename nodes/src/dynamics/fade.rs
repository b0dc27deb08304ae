//! Fade: in at the start, out at the end.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{Default, ParamKind, ParamSpec};
use crate::signature::Signature;
use remotemedia_ir::graph::{LibraryNode, Param, Rate};

/// Fades are held in memory, so they are not longer than ten minutes.
const LENGTH: ParamKind = ParamKind::Float { min: 0.0, max: 600_000.0 };

/// See [`NodeType::docs`].
pub const FADE: NodeType = NodeType {
    name: "Fade",
    aliases: &["FadeNode", "AudioFade", "FadeInOut"],
    category: Category::Dynamics,
    role: Role::Compute,
    summary: "fades a stream in at its start and out at its end",
    docs: "\
Frame `i` is multiplied by `c(i / in)` while `i < in`, and the `j`-th frame before the last by `c(j / out)` while `j \
< out`, where `in` and `out` are the two durations in whole frames: the first and the last frame become 0. Where both \
apply, they multiply. Other frames keep their bits. As many frames leave as come in. Latency: the length of the \
fade-out, which is held in memory.

| `curve` | `c(x)` for `x` from 0 to 1 |
|---|---|
| `linear` | `x` |
| `equal_power` | `sin(pi x / 2)` |
| `exponential` | `(1000^x - 1) / 999`: even steps in dB, 60 dB in all |
| `s_curve` | `(1 - cos(pi x)) / 2` |

Gains in f64, one product per sample rounded to f32.",
    params: &[
        ParamSpec::new("fade_in_ms", LENGTH, Default::Float(0.0), "length of the fade-in")
            .unit("ms")
            .aliases(&["fade_in", "in_ms"]),
        ParamSpec::new("fade_out_ms", LENGTH, Default::Float(0.0), "length of the fade-out")
            .unit("ms")
            .aliases(&["fade_out", "out_ms"]),
        ParamSpec::new(
            "curve",
            ParamKind::Choice(&["linear", "equal_power", "exponential", "s_curve"]),
            Default::Text("linear"),
            "how the gain rises",
        )
        .aliases(&["shape"]),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "faded audio")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| Signature::same_audio(),
    lower,
};

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let (fade_in, fade_out) = (cx.params.float("fade_in_ms"), cx.params.float("fade_out_ms"));
    let held = cx.frames(0, fade_out);
    if held == 0 && cx.frames(0, fade_in) == 0 {
        return Ok(Lowered::Identity);
    }
    Ok(Lowered::Library(LibraryNode {
        path: "fade::Fade".into(),
        features: vec!["math".into()],
        args: vec![
            ("channels".into(), Param::Int(i64::from(cx.channels(0)))),
            ("rate".into(), Param::Int(i64::from(cx.rate(0)))),
            ("fade_in_ms".into(), Param::Float(fade_in)),
            ("fade_out_ms".into(), Param::Float(fade_out)),
            ("curve".into(), Param::Text(cx.params.text("curve").to_owned())),
        ],
        rate: Rate::Static { consume: 1, produce: 1 },
        hold: held,
        latency: held,
        same_length: true,
        python: None,
    }))
}
