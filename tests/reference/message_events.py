"""Nodes that watch events: the correlator and the health emitter."""

import math
import random

from message_case import case, is_number


def millis(us):
    return us // 1000 if us % 1000 == 0 else us / 1000


def instant(time, event):
    """Microseconds: timestamp_us, timestamp_ms, or the message's own nanoseconds."""
    if isinstance(event, dict):
        if is_number(event.get("timestamp_us")):
            return int(event["timestamp_us"])
        if is_number(event.get("timestamp_ms")):
            return int(event["timestamp_ms"] * 1000)
    return time // 1000


def kind_of(event):
    name = event.get("type", event.get("event_type")) if isinstance(event, dict) else None
    return name if isinstance(name, str) else ""


# What an event shows, in the order of the table: name, test, severity.
LEVELS = ["low", "medium", "high", "critical"]


def symptoms(event):
    if not isinstance(event, dict):
        return
    kind, state = kind_of(event), event.get("state")
    if kind == "freeze":
        yield "freeze", "critical"
    if "drift" in kind:
        yield "drift", "high" if kind == "timing.clock_drift" else "medium"
    if kind.startswith("timing.") or "reconnect" in kind:
        yield "timing", "high" if kind == "timing.lead_jump" else "medium"
    if kind in ("cadence", "av_skew"):
        yield "cadence", "medium"
    if event.get("is_sustained_silence") is True or state == "dead_air":
        yield "silence", "medium"
    for flag, name, severity in [("has_intermittent_dropouts", "dropouts", "medium"), ("is_clipping", "clipping", "high"),
                                 ("is_imbalanced", "imbalance", "low"), ("has_dead_channel", "dead_channel", "high")]:
        if event.get(flag) is True:
            yield name, severity
    if state == "unhealthy":
        yield "unhealthy", "high"


def pattern(alerts):
    shown = [{name for name, _ in symptoms(event)} for _, event in alerts]
    silences = [i for i, names in enumerate(shown) if "silence" in names]
    everything = set().union(*shown)
    quality = {"clipping", "imbalance", "dead_channel", "dropouts"}
    if silences and any(names & {"timing", "drift"} for names in shown[silences[0] + 1 :]):
        return "silence_then_reconnect"
    if "clipping" in everything and everything & {"imbalance", "dead_channel"}:
        return "clipping_with_imbalance"
    if {"freeze", "drift"} <= everything:
        return "freeze_with_drift"
    if sum(bool(names & quality) or event.get("is_low_volume") is True for names, (_, event) in zip(shown, alerts)) >= 2:
        return "audio_quality_degradation"
    return "unknown"


def correlator(correlation_window_ms, min_events_for_incident, emit_raw_events):
    alerts, reported, last = [], 0, 0

    def close(time):
        nonlocal reported
        if alerts and len(alerts) >= min_events_for_incident:
            reported += 1
            start, end = alerts[0][0], max(us for us, _ in alerts)
            severities = [LEVELS.index(severity) for _, event in alerts for _, severity in symptoms(event)]
            yield time, {
                "type": "incident",
                "incident_id": f"incident-{reported}",
                "severity": LEVELS[max(severities)],
                "pattern": pattern(alerts),
                "event_count": len(alerts),
                "timestamp_ms": millis(start),
                "duration_ms": millis(end - start),
                "events": [
                    {"type": kind_of(event) or next(symptoms(event))[0], "timestamp_ms": millis(us)}
                    for us, event in alerts[:100]
                ],
            }
        alerts.clear()

    def each(time, event):
        nonlocal last
        now, last = instant(time, event), time
        if alerts and now - max(us for us, _ in alerts) >= correlation_window_ms * 1000:
            yield from close(time)
        if any(symptoms(event)):
            alerts.append((now, event))
            if emit_raw_events:
                yield time, event

    return each, lambda: close(last)


FINDINGS = {
    "is_sustained_silence": ("SUSTAINED_SILENCE", "silence"),
    "has_intermittent_dropouts": ("INTERMITTENT_DROPOUTS", "silence"),
    "is_clipping": ("CLIPPING", "clipping"),
    "is_imbalanced": ("CHANNEL_IMBALANCE", "balance"),
    "has_dead_channel": ("DEAD_CHANNEL", "balance"),
    "is_silence": ("SILENCE", "level"),
    "is_low_volume": ("LOW_VOLUME", "level"),
}


class Track:
    """The timing of one stream, kept as its whole history since it began."""

    def __init__(self):
        self.samples, self.steps = [], []
        self.frozen = self.froze = self.drifting = self.unsteady = False
        self.moved = self.lead = 0
        self.cv = 0.0

    def follow(self, options, media, arrival, content):
        if not self.samples:
            self.samples, self.moved = [(media, arrival, content)], arrival
            return
        still = arrival - self.moved
        if not self.frozen and still / 1000 > options["freeze_threshold_ms"]:
            self.frozen = self.froze = True
            yield "freeze", {"duration_ms": millis(still)}
        previous = self.samples[-1]
        step = media - previous[0]
        if step < 0 or step > 2_000_000:
            froze = self.froze
            self.__init__()
            self.froze, self.samples, self.moved = froze, [(media, arrival, content)], arrival
            return
        if step > 0 and (content is None or content != previous[2]):
            self.frozen, self.moved = False, arrival
        self.samples.append((media, arrival, content))
        first = self.samples[0]
        self.lead = (arrival - first[1]) - (media - first[0])
        limit = options["lead_threshold_ms"]
        if abs(self.lead) / 1000 > limit and not self.drifting:
            self.drifting = True
            yield "drift", {"lead_ms": millis(self.lead), "threshold_ms": limit}
        elif abs(self.lead) / 1000 <= limit / 2:
            self.drifting = False
        if step > 0:
            self.steps = [*self.steps, step][-64:]
            if len(self.steps) >= 16:
                mean = float_sum(self.steps) / len(self.steps)
                variance = float_sum((s - mean) * (s - mean) for s in self.steps) / len(self.steps)
                self.cv = math.sqrt(variance) / mean
            limit = options["cadence_cv_threshold"]
            if self.cv > limit and not self.unsteady:
                self.unsteady = True
                yield "cadence", {"cv": self.cv, "threshold": limit}
            elif self.cv <= limit / 2:
                self.unsteady = False


def float_sum(values):
    """In order, rounding each time; sum() of newer Pythons does better."""
    total = 0.0
    for value in values:
        total += value
    return total


ALERTS = {"freeze": "FREEZE", "drift": "DRIFT", "cadence": "CADENCE_UNSTABLE", "av_skew": "AV_SKEW"}


def ratio(value, limit):
    return 0.0 if value == 0 else min(1.0, abs(value) / limit) if limit > 0 else 1.0


def emitter(**options):
    tracks, health, findings, raised, media_of = {}, {}, set(), set(), {}
    state = {"skewed": False, "clock": None, "due": None, "stale": False, "last": 0}
    interval = int(options["health_emit_interval_ms"] * 1000)

    def skew():
        return media_of["video"] - media_of["audio"] if len(media_of) == 2 else 0

    def report(time, at):
        score = 1.0
        for track in tracks.values():
            timing = 1.0 - 0.3 * ratio(track.lead / 1000, options["lead_threshold_ms"])
            timing -= 0.3 if track.frozen or track.froze else 0.0
            timing -= 0.2 * ratio(track.cv, options["cadence_cv_threshold"])
            score = min(score, timing)
        score -= 0.2 * ratio(skew() / 1000, options["av_skew_threshold_ms"])
        score = max(0.0, min([score, *health.values()]))
        alerts = findings | raised | ({"AV_SKEW"} if state["skewed"] else set())
        for track in tracks.values():
            now = [(track.frozen, "FREEZE"), (track.drifting, "DRIFT"), (track.unsteady, "CADENCE_UNSTABLE")]
            alerts |= {name for on, name in now if on}
            track.froze = False
        if score < options["health_threshold"]:
            alerts.add("HEALTH_LOW")
        raised.clear()
        state["stale"] = False
        return time, {"type": "health", "timestamp_ms": millis(at), "score": score, "alerts": sorted(alerts)}

    def each(time, event):
        fields = event if isinstance(event, dict) else {}
        media, arrival = (fields.get(k) for k in ("timestamp_us", "arrival_ts_us"))
        state["last"] = time
        now = int(arrival) if is_number(arrival) else instant(time, event)
        clock = state["clock"] = now if state["clock"] is None else max(state["clock"], now)
        if state["due"] is not None and clock >= state["due"]:
            yield report(time, clock // interval * interval)
        state["due"] = clock // interval * interval + interval
        state["stale"] = True
        if is_number(media) and is_number(arrival):
            media, arrival = int(media), int(arrival)
            stream = fields.get("stream_id") if isinstance(fields.get("stream_id"), str) else ""
            name = {"stream_id": stream} if stream else {}
            track = tracks.setdefault(stream, Track())
            for kind, members in track.follow(options, media, arrival, fields.get("content_hash")):
                raised.add(ALERTS[kind])
                yield time, {"type": kind, "timestamp_ms": millis(clock)} | name | members
            if fields.get("media_type") in ("audio", "video"):
                media_of[fields["media_type"]] = media
                limit = options["av_skew_threshold_ms"]
                if abs(skew()) / 1000 > limit and not state["skewed"]:
                    state["skewed"] = True
                    raised.add("AV_SKEW")
                    members = {"skew_ms": millis(skew()), "threshold_ms": limit}
                    yield time, {"type": "av_skew", "timestamp_ms": millis(clock)} | members
                elif abs(skew()) / 1000 <= limit / 2:
                    state["skewed"] = False
        for flag, (alert, _) in FINDINGS.items():
            if fields.get(flag) is True:
                findings.add(alert)
            if fields.get(flag) is False:
                findings.discard(alert)
        if is_number(fields.get("health")):
            known = next((detector for flag, (_, detector) in FINDINGS.items() if flag in fields), None)
            health[known or kind_of(event)] = float(min(1, max(0, fields["health"])))

    def flush():
        return [report(state["last"], state["clock"])] if state["stale"] else []

    return each, flush


def meters(count):
    """Detectors' events over a stream, one set for each 100 ms, by the position alone."""
    for i in range(count):
        time = i * 100_000_000
        at = {"timestamp_ms": i * 100.0}
        silent, clipped, uneven = 20 <= i < 40, i % 29 in (3, 4), 50 <= i < 53
        yield time, at | {"rms_db": -20.5, "is_low_volume": silent, "is_silence": silent, "health": 0.0 if silent else 0.95}
        yield time, at | {"is_silent": silent, "is_sustained_silence": 25 <= i < 40, "has_intermittent_dropouts": i == 60,
                          "health": 0.25 if 25 <= i < 40 else 1.0}
        yield time, at | {"saturation_ratio": 0.5, "is_clipping": clipped, "health": 0.5 if clipped else 1}
        yield time, at | {"is_imbalanced": uneven, "has_dead_channel": i == 52, "health": 1.0}
        if i % 7 == 0:
            yield time, at | {"has_speech": i % 2 == 0, "speech_probability": 0.5}


def frames(count, stream, media_type, step, jitter, gap=None, hold=None):
    """Timing events of one stream; a gap in arrival, a time in which media stands still."""
    media = arrival = 1_000_000
    for i in range(count):
        event = {"timestamp_us": media, "arrival_ts_us": arrival, "media_type": media_type}
        yield arrival * 1000, event | ({"stream_id": stream} if stream else {})
        media += step if hold is None or not hold[0] <= i < hold[1] else 0
        arrival += step + random.randint(-jitter, jitter) + (gap[1] if gap and i == gap[0] else 0)


ALERTS_SEEN = [
    {"type": "freeze"}, {"type": "drift", "lead_ms": 5}, {"event_type": "timing.clock_drift"}, {"event_type": "timing.lead_jump"},
    {"type": "timing.jitter_spike"}, {"type": "cadence"}, {"type": "av_skew"}, {"type": "stream.reconnect"},
    {"is_sustained_silence": True}, {"state": "dead_air"}, {"state": "unhealthy"}, {"is_clipping": True}, {"is_imbalanced": True},
    {"has_dead_channel": True}, {"has_intermittent_dropouts": True}, {"is_clipping": True, "is_low_volume": True},
]
QUIET = [{"type": "health", "score": 1.0}, {"is_clipping": False}, {"is_low_volume": True}, 5, None, "text", [], {"type": 5}]


def storm(count, spread):
    time = 0
    for _ in range(count):
        time += random.choice([0, 1, 250_000_000, random.randint(0, spread)])
        event = random.choice(ALERTS_SEEN + QUIET)
        stamps = [{}, {}, {"timestamp_us": time // 1000}, {"timestamp_ms": time / 1e6}, {"timestamp_ms": time // 1_000_000}]
        yield time, event | random.choice(stamps) if isinstance(event, dict) else event


def cases():
    for window, least, raw in [(5000.0, 2, True), (1000.0, 1, False), (500.0, 3, True), (60000.0, 2, False)]:
        options = {"correlation_window_ms": window, "min_events_for_incident": least, "emit_raw_events": raw}
        for stream in [list(storm(30, 2_000_000_000)), list(storm(30, 9_000_000_000)), []]:
            yield case("correlate::EventCorrelator", correlator, options, stream)
    pairs = random.sample([(first, second) for first in ALERTS_SEEN for second in ALERTS_SEEN], 90)
    two = [(i * 10**11 + k * 10**6, event) for i, pair in enumerate(pairs) for k, event in enumerate(pair)]
    yield case("correlate::EventCorrelator", correlator, options | {"emit_raw_events": False}, two)
    yield case("correlate::EventCorrelator", correlator, options | {"correlation_window_ms": 900.0}, list(meters(64)))
    many = [(i * 1_000_000, {"is_clipping": True}) for i in range(120)]
    yield case("correlate::EventCorrelator", correlator, options, many)
    # Lines of a file: only their own timestamps say when they happened.
    rows = [(i, {"is_clipping": True, "timestamp_ms": t}) for i, t in enumerate([0, 10, 9000, 70000, 70500, 69000, 75000, 200000])]
    yield case("correlate::EventCorrelator", correlator, options | {"correlation_window_ms": 5000.0}, rows)

    usual = {"lead_threshold_ms": 50.0, "freeze_threshold_ms": 500.0, "av_skew_threshold_ms": 80.0,
             "cadence_cv_threshold": 0.3, "health_threshold": 0.7, "health_emit_interval_ms": 1000.0}
    node = "health::HealthEmitter"
    yield case(node, emitter, usual, [])
    yield case(node, emitter, usual, list(meters(64)))
    yield case(node, emitter, usual | {"health_emit_interval_ms": 250.0, "health_threshold": 0.3}, list(meters(30)))
    runs = [
        list(frames(70, "", "audio", 20_000, 0)),
        list(frames(100, "cam", "video", 40_000, 3_000)),
        list(frames(60, "cam", "video", 40_000, 0, gap=(40, 700_000))),
        list(frames(60, "cam", "video", 40_000, 0, gap=(40, 45_000))),
        list(frames(80, "cam", "video", 40_000, 0, hold=(30, 60))),
        list(frames(60, "cam", "video", 400_000, 350_000)),
        [(t, event | {"content_hash": i // 25}) for i, (t, event) in enumerate(frames(80, "", "video", 33_333, 0))],
        [(t, event | {"timestamp_us": event["timestamp_us"] * (1 + (i % 5 == 0))}) for i, (t, event) in enumerate(frames(60, "", "audio", 20_000, 0))],
        [(t, event | {"timestamp_us": event["timestamp_us"] + (5_000_000 if i > 20 else 0)}) for i, (t, event) in enumerate(frames(60, "a", "audio", 20_000, 0))],
        [(t, event | {"timestamp_us": event["timestamp_us"] + random.randint(0, 15_000)}) for t, event in frames(100, "a", "audio", 20_000, 0)],
    ]
    for run in runs:
        yield case(node, emitter, usual, run)
    both = list(frames(100, "a", "audio", 20_000, 1_000)) + [
        (t, event | {"timestamp_us": event["timestamp_us"] + (150_000 if 20 < i < 40 else 0)})
        for i, (t, event) in enumerate(frames(50, "v", "video", 40_000, 1_000))
    ]
    yield case(node, emitter, usual, sorted(both, key=lambda m: m[0]))
    yield case(node, emitter, usual, sorted(both + list(meters(22)), key=lambda m: m[0]))
    # A clock that jumps ahead gives one health event, for the last multiple that went by; one that goes back gives none.
    jumps = [(i, {"timestamp_ms": t, "health": h}) for i, (t, h) in enumerate([(0, 1), (999.9, 0.5), (1000, 2), (5500.5, -1), (100, 0.25), (6000, 0.75)])]
    yield case(node, emitter, usual, jumps)
    yield case(node, emitter, usual, [(5, 1), (6, None), (2_000_000_000, "x"), (4_000_000_007, {"health": "bad", "type": "mine"})])
