//! SilenceDetectorNode: silence, sustained silence, dropouts.

use super::window::{self, WINDOW_MS};
use crate::node_type::{Category, LOCAL, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{DECIBEL, Default, MILLISECONDS, ParamKind, ParamSpec};

/// See [`NodeType::docs`].
pub const SILENCE_DETECTOR: NodeType = NodeType {
    name: "SilenceDetectorNode",
    aliases: &["SilenceDetector", "SilenceDetection"],
    category: Category::Analysis,
    role: Role::Compute,
    summary: "detects silence, sustained silence and dropouts once per window",
    docs: "\
One message per window of `window_ms`, the last one perhaps shorter: `ceil(N / window)` for `N` frames, at the time \
of the window's first frame, one window behind the input.

`{is_silent, rms_db, silence_duration_ms, is_sustained_silence, dropout_count, has_intermittent_dropouts, health, \
timestamp_ms}`: a window is silent if its RMS over all channels is at or below `silence_threshold_db`; the duration \
is how long it has been so, this window included, and sustained from `sustained_silence_ms` on. A dropout is a \
silence that begins after sound; counted are those that began within the `dropout_window_ms` before the end of this \
window, and `dropout_count_threshold` of them are intermittent dropouts. `health` is 1 where there is sound, falls to \
0 linearly while silence becomes sustained, and is at most 0.5 with intermittent dropouts.",
    params: &[
        WINDOW_MS,
        ParamSpec::new("silence_threshold_db", DECIBEL, Default::Float(-50.0), "RMS at or below it is silence")
            .unit("dB"),
        ParamSpec::new(
            "sustained_silence_ms",
            MILLISECONDS,
            Default::Float(500.0),
            "silence of this length is sustained",
        )
        .unit("ms"),
        ParamSpec::new(
            "dropout_count_threshold",
            ParamKind::Int { min: 1, max: 65_536 },
            Default::Int(3),
            "so many dropouts are intermittent dropouts",
        ),
        ParamSpec::new(
            "dropout_window_ms",
            MILLISECONDS,
            Default::Float(5000.0),
            "dropouts are counted over this time",
        )
        .unit("ms"),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Json, "one message per window")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| window::signature(),
    lower: |cx| {
        let names = [
            "window_ms",
            "silence_threshold_db",
            "sustained_silence_ms",
            "dropout_count_threshold",
            "dropout_window_ms",
        ];
        Ok(window::meter(cx, "silence::SilenceDetector", &names))
    },
};
