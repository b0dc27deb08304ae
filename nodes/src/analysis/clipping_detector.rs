//! ClippingDetectorNode: saturated samples and crest factor.

use super::window::{self, WINDOW_MS};
use crate::node_type::{Category, LOCAL, NodeError, NodeType, PortKind, PortSpec, Role};
use crate::params::{DECIBEL, Default, ParamKind, ParamSpec, Params};

/// See [`NodeType::docs`].
pub const CLIPPING_DETECTOR: NodeType = NodeType {
    name: "ClippingDetectorNode",
    aliases: &["ClippingDetector", "ClipDetector", "ClippingDetection"],
    category: Category::Analysis,
    role: Role::Compute,
    summary: "detects clipping once per window",
    docs: "\
One message per window of `window_ms`, the last one perhaps shorter: `ceil(N / window)` for `N` frames, at the time \
of the window's first frame, one window behind the input.

`{saturation_ratio, crest_factor_db, is_clipping, health, timestamp_ms}`: the ratio is the share, in per cent, of all \
samples whose magnitude is at least `saturation_threshold`; the crest factor is peak over RMS (a square wave has 0 \
dB, a sine 3.01; silence counts as 20). Clipping is a ratio at or above `saturation_ratio_threshold`, or a crest \
factor at or below `crest_factor_threshold_db`; in a last window that is shorter than the others only the ratio \
decides. `health` falls linearly from 1 to 0 as the ratio rises from 0 to twice its threshold, and is at most 0.5 \
where the crest factor says clipping.",
    params: &[
        WINDOW_MS,
        ParamSpec::new(
            "saturation_threshold",
            ParamKind::Float { min: 0.0, max: 1000.0 },
            Default::Float(0.99),
            "magnitude from which a sample is saturated; full scale is 1",
        )
        .aliases(&["clipping_threshold", "threshold", "clip_threshold"]),
        ParamSpec::new(
            "saturation_ratio_threshold",
            ParamKind::Float { min: 0.0, max: 100.0 },
            Default::Float(1.0),
            "share of saturated samples that is clipping, in per cent",
        )
        .unit("%")
        .aliases(&["saturation_ratio"]),
        ParamSpec::new("crest_factor_threshold_db", DECIBEL, Default::Float(3.0), "crest factor that is clipping")
            .unit("dB")
            .aliases(&["crest_factor_threshold"]),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Json, "one message per window")],
    runtimes: LOCAL,
    needs: &[],
    validate,
    signature: |_, _| window::signature(),
    lower: |cx| {
        let names = ["window_ms", "saturation_threshold", "saturation_ratio_threshold", "crest_factor_threshold_db"];
        Ok(window::meter(cx, "clipping::ClippingDetector", &names))
    },
};

/// A ratio that was meant as a fraction: less than a sample or two of a window, as a percentage.
fn validate(params: &Params) -> Vec<NodeError> {
    let ratio = params.float("saturation_ratio_threshold");
    if ratio > 0.0 && ratio < 0.05 {
        let message = format!("`saturation_ratio_threshold` is in per cent: {ratio} % is hardly a sample of a window");
        let help = format!("write {} for {} %, or 0 to hear of every saturated sample", ratio * 100.0, ratio * 100.0);
        return vec![NodeError::param("saturation_ratio_threshold", message).with_help(help)];
    }
    Vec::new()
}
