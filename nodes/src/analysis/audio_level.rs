//! AudioLevelNode: RMS, peak and loudness per window.

use super::window::{self, WINDOW_MS};
use crate::node_type::{Category, LOCAL, NodeError, NodeType, PortKind, PortSpec, Role};
use crate::params::{DECIBEL, Default, ParamKind, ParamSpec, Params};

/// See [`NodeType::docs`].
pub const AUDIO_LEVEL: NodeType = NodeType {
    name: "AudioLevelNode",
    aliases: &["AudioLevel", "LevelMeter", "AudioLevelMeter"],
    category: Category::Analysis,
    role: Role::Compute,
    summary: "measures RMS, peak and loudness once per window",
    docs: "\
One message per window of `window_ms`, the last one perhaps shorter: `ceil(N / window)` for `N` frames, at the time \
of the window's first frame, one window behind the input.

`{rms_db, peak_db, is_low_volume, is_silence, health, timestamp_ms}`: RMS is the root of the mean square over all \
channels, the peak the largest magnitude, both in dB relative to full scale (a full-scale sine has -3.01 dB RMS), not \
below -120. `is_silence` is RMS at or below `silence_threshold_db`, `is_low_volume` RMS below \
`low_volume_threshold_db`; `health` is 0 at the former, 1 at the latter, linear in dB between. With `lufs`, the \
member `lufs` is the window's loudness by ITU-R BS.1770-4 without gates (momentary loudness, if the window is 400 \
ms). A sample that is not a number counts as 0.",
    params: &[
        WINDOW_MS,
        ParamSpec::new("low_volume_threshold_db", DECIBEL, Default::Float(-20.0), "RMS below it is low volume")
            .unit("dB"),
        ParamSpec::new("silence_threshold_db", DECIBEL, Default::Float(-60.0), "RMS at or below it is silence")
            .unit("dB"),
        ParamSpec::new("lufs", ParamKind::Bool, Default::Bool(false), "measure loudness too").aliases(&["loudness"]),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Json, "one message per window")],
    runtimes: LOCAL,
    needs: &[],
    validate,
    signature: |_, _| window::signature(),
    lower: |cx| {
        let names = ["window_ms", "low_volume_threshold_db", "silence_threshold_db", "lufs"];
        Ok(window::meter(cx, "level::AudioLevel", &names))
    },
};

fn validate(params: &Params) -> Vec<NodeError> {
    let (silence, low) = (params.float("silence_threshold_db"), params.float("low_volume_threshold_db"));
    if silence > low {
        let message = format!("`silence_threshold_db` ({silence}) lies above `low_volume_threshold_db` ({low})");
        return vec![NodeError::param("silence_threshold_db", message).with_help("silence is softer than low volume")];
    }
    Vec::new()
}
