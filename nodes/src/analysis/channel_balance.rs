//! ChannelBalanceNode: the levels of left and right, and a channel that is dead.

use super::window::{self, WINDOW_MS};
use crate::node_type::{Category, LOCAL, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{DECIBEL, Default, ParamKind, ParamSpec};

/// See [`NodeType::docs`].
pub const CHANNEL_BALANCE: NodeType = NodeType {
    name: "ChannelBalanceNode",
    aliases: &["ChannelBalance", "StereoBalance", "ChannelBalanceDetector"],
    category: Category::Analysis,
    role: Role::Compute,
    summary: "compares the levels of left and right once per window",
    docs: "\
One message per window of `window_ms`, the last one perhaps shorter: `ceil(N / window)` for `N` frames, at the time \
of the window's first frame, one window behind the input. Channels behind the second are not looked at; a mono stream \
is balanced with itself.

`{left_rms_db, right_rms_db, balance_ratio, imbalance_db, is_imbalanced, has_dead_channel, dead_channel, health, \
timestamp_ms}`: levels in dB relative to full scale, not below -120; the imbalance is left minus right, the ratio \
left over right (1 if both are silent, null if only the right one is). A channel is dead at or below \
`dead_channel_threshold_db` if the other one is not; `dead_channel` is `left`, `right` or `none`. Imbalanced is a \
dead channel, or a difference of `imbalance_threshold_db` or more. `health` is 0 with a dead channel, else it falls \
linearly from 1 to 0 as the difference rises to the threshold.",
    params: &[
        WINDOW_MS,
        ParamSpec::new(
            "imbalance_threshold_db",
            ParamKind::Float { min: 0.0, max: 120.0 },
            Default::Float(10.0),
            "difference of the levels that is an imbalance",
        )
        .unit("dB")
        .aliases(&["imbalance_threshold", "balance_threshold_db"]),
        ParamSpec::new(
            "dead_channel_threshold_db",
            DECIBEL,
            Default::Float(-60.0),
            "RMS at or below it is a dead channel",
        )
        .unit("dB")
        .aliases(&["dead_channel_threshold"]),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Json, "one message per window")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| window::signature(),
    lower: |cx| {
        let names = ["window_ms", "imbalance_threshold_db", "dead_channel_threshold_db"];
        Ok(window::meter(cx, "balance::ChannelBalance", &names))
    },
};
