//! EventCorrelator: alerts grouped into incidents.

use super::{JSON_TO_JSON, library};
use crate::node_type::{LowerCx, Lowered, NodeError, NodeType};
use crate::params::{Default, MILLISECONDS, ParamKind, ParamSpec};
use remotemedia_ir::graph::Param;

/// See [`NodeType::docs`].
pub const EVENT_CORRELATOR: NodeType = NodeType {
    name: "EventCorrelatorNode",
    aliases: &["EventCorrelator"],
    summary: "groups alerts that happen close together into incidents",
    docs: "\
An event is an alert if it shows one of these symptoms (`type` may also be called `event_type`):

| symptom | in an event | severity |
|---|---|---|
| freeze | type `freeze` | critical |
| drift | type with `drift` in it | medium; high for `timing.clock_drift` |
| timing | type that begins with `timing.` or has `reconnect` in it | medium; high for `timing.lead_jump` |
| cadence, skew | type `cadence`, `av_skew` | medium |
| silence | `is_sustained_silence`, state `dead_air` | medium |
| dropouts | `has_intermittent_dropouts` | medium |
| clipping | `is_clipping` | high |
| imbalance, dead channel | `is_imbalanced`, `has_dead_channel` | low, high |
| unhealthy | state `unhealthy` | high |

An alert joins the open incident if it happened less than `correlation_window_ms` after that incident's latest alert; otherwise it opens \
a new one. An incident is over at the first event, alert or not, that happened at least that long after its latest alert, and at the \
end of the stream. It is reported then, if it has `min_events_for_incident` alerts: `{\"type\": \"incident\", \"incident_id\": \
\"incident-1\", \"severity\", \"pattern\", \"event_count\", \"timestamp_ms\", \"duration_ms\", \"events\": [{\"type\", \"timestamp_ms\"}]}`, with the \
first 100 alerts. When an event happened is its `timestamp_us` or `timestamp_ms`, or else its position in the stream.

The severity is the highest of the alerts. The pattern is the first that fits of `silence_then_reconnect` (timing or drift after \
silence), `clipping_with_imbalance`, `freeze_with_drift`, `audio_quality_degradation` (two alerts with clipping, imbalance, dead channel, \
dropouts or `is_low_volume`), or else `unknown`. With `emit_raw_events` the alerts pass as well, unchanged; other events never do.",
    params: &[
        ParamSpec::new("correlation_window_ms", MILLISECONDS, Default::Float(5000.0), "alerts closer than this belong together")
            .unit("ms"),
        ParamSpec::new(
            "min_events_for_incident",
            ParamKind::Int { min: 1, max: 1_000_000 },
            Default::Int(2),
            "alerts that an incident has at least",
        ),
        ParamSpec::new("emit_raw_events", ParamKind::Bool, Default::Bool(true), "let the alerts pass as well"),
    ],
    lower,
    ..JSON_TO_JSON
};

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let args = vec![
        ("correlation_window_ms", Param::Float(cx.params.float("correlation_window_ms"))),
        ("min_events_for_incident", Param::Int(cx.params.int("min_events_for_incident"))),
        ("emit_raw_events", Param::Bool(cx.params.bool("emit_raw_events"))),
    ];
    library("correlate::EventCorrelator", &[], args)
}
