//! HealthEmitter: the health of a stream by the events about it.

use super::{JSON_TO_JSON, library};
use crate::node_type::{LowerCx, Lowered, NodeError, NodeType};
use crate::params::{Default, ParamKind, ParamSpec};
use remotemedia_ir::graph::Param;

const THRESHOLD_MS: ParamKind = ParamKind::Float { min: 0.001, max: 3_600_000.0 };
const RATIO: ParamKind = ParamKind::Float { min: 0.0, max: 1.0 };

/// See [`NodeType::docs`].
pub const HEALTH_EMITTER: NodeType = NodeType {
    name: "HealthEmitterNode",
    aliases: &["HealthEmitter"],
    summary: "watches the health of a stream: drift, freezes, cadence, and what the detectors find",
    docs: "\
Takes the events of detectors and timing events. *Timing* is `timestamp_us` (the media's clock) with `arrival_ts_us`, perhaps `stream_id`, \
`media_type` (`audio` or `video`) and `content_hash`. *Findings* are `is_silence`, `is_low_volume`, `is_sustained_silence`, \
`has_intermittent_dropouts`, `is_clipping`, `is_imbalanced`, `has_dead_channel`: alerts while they are true. *Health* is a member `health` \
from 0 to 1, of which the latest of each detector counts. The clock is `arrival_ts_us`, `timestamp_us` or `timestamp_ms`, or else the \
position in the stream.

| event | when |
|---|---|
| `{\"type\": \"freeze\", \"timestamp_ms\", \"stream_id\", \"duration_ms\"}` | media has not moved on for longer than `freeze_threshold_ms`, once per freeze |
| `{\"type\": \"drift\", \"timestamp_ms\", \"stream_id\", \"lead_ms\", \"threshold_ms\"}` | arrival and media have come apart by more than `lead_threshold_ms`; again after half of that |
| `{\"type\": \"cadence\", \"timestamp_ms\", \"stream_id\", \"cv\", \"threshold\"}` | the coefficient of variation of the last 64 steps of media time (at least 16) is above `cadence_cv_threshold`; again after half |
| `{\"type\": \"av_skew\", \"timestamp_ms\", \"skew_ms\", \"threshold_ms\"}` | media time of video and audio differ by more than `av_skew_threshold_ms`; again after half |
| `{\"type\": \"health\", \"timestamp_ms\", \"score\", \"alerts\"}` | at each multiple of `health_emit_interval_ms` (if several have gone by, at the last), and at the end |

The score is the least of the detectors' health and of the timing, which is 1 less 0.3 × lead / threshold, 0.3 in a freeze, 0.2 × cv / \
threshold, 0.2 × skew / threshold. Alerts are sorted by name; below `health_threshold` there is also `HEALTH_LOW`. Where media time goes \
back, or ahead by more than 2 s, a stream begins anew.",
    params: &[
        ParamSpec::new("lead_threshold_ms", THRESHOLD_MS, Default::Float(50.0), "drift from this on").unit("ms"),
        ParamSpec::new("freeze_threshold_ms", THRESHOLD_MS, Default::Float(500.0), "a freeze from this on").unit("ms"),
        ParamSpec::new("av_skew_threshold_ms", THRESHOLD_MS, Default::Float(80.0), "skew of video against audio from this on").unit("ms"),
        ParamSpec::new(
            "cadence_cv_threshold",
            ParamKind::Float { min: 0.001, max: 100.0 },
            Default::Float(0.3),
            "unsteady from this coefficient of variation on",
        ),
        ParamSpec::new("health_threshold", RATIO, Default::Float(0.7), "unhealthy below this score"),
        ParamSpec::new("health_emit_interval_ms", THRESHOLD_MS, Default::Float(1000.0), "between two health events").unit("ms"),
    ],
    lower,
    ..JSON_TO_JSON
};

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let names = HEALTH_EMITTER.params.iter().map(|spec| spec.name);
    library("health::HealthEmitter", &["math"], names.map(|name| (name, Param::Float(cx.params.float(name)))).collect())
}
