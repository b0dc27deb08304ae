//! Voice activity, and the utterances that are cut out by it.

use crate::driver::{Case, Output, Random, Run, bursts, float, int, noise};
use remotemedia_runtime_min::message::object;
use remotemedia_runtime_min::node::Input;
use remotemedia_runtime_min::{Message, Value};

const RATE: u32 = 8000;

fn vad(min_speech: f64, min_silence: f64, pad: f64) -> Case {
    let options = [
        ("channels", int(1)),
        ("rate", int(RATE as usize)),
        ("frame_duration_ms", float(10.0)),
        ("energy_threshold", float(0.02)),
        ("min_speech_duration_ms", float(min_speech)),
        ("min_silence_duration_ms", float(min_silence)),
        ("speech_pad_ms", float(pad)),
    ];
    Case::new("vad::EnergyVad", 1, 1, &options)
}

fn accumulator(min: f64, max: f64, pre_roll: f64) -> Case {
    let options = [
        ("channels", int(1)),
        ("rate", int(RATE as usize)),
        ("min_utterance_duration_ms", float(min)),
        ("max_utterance_duration_ms", float(max)),
        ("pre_roll_ms", float(pre_roll)),
    ];
    Case::new("accumulate::BufferAccumulator", 1, 1, &options)
}

/// Loud and silent stretches, in frames of 10 ms each.
fn stretches(plan: &[(bool, usize)]) -> Vec<f32> {
    plan.iter().flat_map(|(loud, frames)| vec![if *loud { 0.5 } else { 0.0 }; frames * 80]).collect()
}

/// Where a flag is true, as the number of the frame.
fn marks(output: &Output, key: &str) -> Vec<usize> {
    output.flags(key).iter().enumerate().filter(|(_, on)| **on).map(|(i, _)| i).collect()
}

#[test]
fn speech_starts_and_ends_with_hysteresis() {
    let plan = [(false, 10), (true, 2), (false, 5), (true, 8), (false, 2), (true, 4), (false, 20), (true, 6)];
    let input = stretches(&plan);
    let output = vad(30.0, 40.0, 20.0).run(&input);
    assert_eq!(output.frames, input, "audio passes through");
    // Two frames are too short for speech, and two of silence too short to end it.
    assert_eq!(marks(&output, "is_speech_start"), [19, 53]);
    assert_eq!(marks(&output, "is_speech_end"), [34, 57]);
    assert_eq!(marks(&output, "has_speech"), (19..34).chain(53..57).collect::<Vec<_>>());
    // Padded by 20 ms: from frame 17 to 31, and from 51 to the end and beyond.
    let starts = output.messages.iter().map(|m| m.value.get("speech_start_ms").cloned()).collect::<Vec<_>>();
    assert_eq!(starts[19], Some(Value::Float(150.0)));
    assert_eq!(output.numbers("speech_end_ms"), [330.0, 590.0]);
    assert_eq!(output.messages.len(), 58, "57 frames, and the end of speech that lasts until the end");
    assert_eq!(output.messages.last().map(|m| m.time), Some(570_000_000));
}

#[test]
fn without_minima_every_frame_decides() {
    let output = vad(0.0, 0.0, 0.0).run(&stretches(&[(true, 1), (false, 1), (true, 2), (false, 3)]));
    assert_eq!(marks(&output, "is_speech_start"), [0, 2]);
    assert_eq!(marks(&output, "is_speech_end"), [1, 4]);
    assert_eq!(output.numbers("speech_start_ms"), [0.0, 0.0, 20.0, 20.0, 20.0]);
}

/// Runs the accumulator on audio and events, delivered by a random schedule if there is one.
fn accumulate(case: &Case, audio: &[f32], events: &[Message], mut schedule: Option<&mut Random>) -> Output {
    let mut run = Run::new(case);
    let (mut frames, mut sent) = (0, 0);
    while frames < audio.len() || sent < events.len() {
        let (more_frames, more_events) = match &mut schedule {
            None => (audio.len(), events.len()),
            Some(random) => (random.below(700), random.below(9)),
        };
        let now = &audio[frames..(frames + more_frames).min(audio.len())];
        let messages = &events[sent..(sent + more_events).min(events.len())];
        frames += now.len();
        sent += messages.len();
        // The watermark is anything up to the time of the next event, and never falls.
        let next = events.get(sent).map_or(u64::MAX, |event| event.time);
        let early = schedule.as_mut().is_some_and(|random| random.below(2) == 0);
        let watermark = if early { messages.last().map_or(0, |message| message.time) } else { next };
        let inputs =
            [Input::Frames { samples: now, closed: false }, Input::Messages { messages, watermark, closed: false }];
        run.feed(&inputs).unwrap_or_else(|e| panic!("{e}"));
    }
    let ends = [
        Input::Frames { samples: &[], closed: true },
        Input::Messages { messages: &[], watermark: u64::MAX, closed: true },
    ];
    run.feed(&ends).unwrap_or_else(|e| panic!("{e}"));
    run.output
}

fn utterances(output: &Output) -> Vec<(f64, f64)> {
    output.numbers("utterance_start_ms").into_iter().zip(output.numbers("utterance_end_ms")).collect()
}

#[test]
fn utterances_are_cut_out_with_their_pre_roll() {
    let plan = [(false, 10), (true, 20), (false, 20), (true, 5), (false, 20), (true, 30), (false, 6), (true, 10)];
    let audio: Vec<f32> =
        stretches(&plan).iter().zip(noise(9680, 1)).map(|(level, x)| level * (1.0 + 0.1 * x)).collect();
    let events = vad(30.0, 40.0, 0.0).run(&audio).messages;
    let output = accumulate(&accumulator(100.0, 10_000.0, 50.0), &audio, &events, None);
    // The second is shorter than 100 ms; the last lasts until the end. Pre-roll: 50 ms.
    assert_eq!(utterances(&output), [(50.0, 300.0), (700.0, 1050.0), (1060.0, 1210.0)]);
    let wanted = [&audio[400..2400], &audio[5600..8400], &audio[8480..9680]].concat();
    assert_eq!(output.frames, wanted);
    assert_eq!(output.numbers("frames"), [2000.0, 2800.0, 1200.0]);
}

#[test]
fn long_utterances_are_cut_and_go_on() {
    let audio = stretches(&[(false, 10), (true, 90), (false, 30)]);
    let events = vad(0.0, 100.0, 0.0).run(&audio).messages;
    let output = accumulate(&accumulator(200.0, 400.0, 20.0), &audio, &events, None);
    // The rest of 120 ms is shorter than the minimum, but part of something longer.
    assert_eq!(utterances(&output), [(80.0, 480.0), (480.0, 880.0), (880.0, 1000.0)]);
    assert_eq!(output.frames, audio[640..8000]);
}

#[test]
fn the_schedule_of_arrival_does_not_matter() {
    let mut random = Random::new(5);
    for seed in 0..30 {
        let audio = bursts(20_000 + seed * 37, seed as u32, 900 + 10 * seed);
        let events = vad(20.0, (seed % 5) as f64 * 30.0, (seed % 7) as f64 * 20.0).run(&audio).messages;
        let case = accumulator(50.0, 150.0 + 100.0 * (seed % 4) as f64, 40.0);
        let whole = accumulate(&case, &audio, &events, None);
        assert!(!whole.messages.is_empty(), "there is something to compare");
        for _ in 0..5 {
            let cut = accumulate(&case, &audio, &events, Some(&mut random));
            assert!(cut.exact() == whole.exact(), "seed {seed}");
        }
    }
}

#[test]
fn events_of_any_shape_are_taken() {
    let audio = noise(8000, 1);
    let event = |time: u64, start: bool, end: bool, extra: (&str, Value)| Message {
        time,
        value: object([("is_speech_start", start.into()), ("is_speech_end", end.into()), extra]),
    };
    let odd = ("timestamp_ms", Value::Text("soon".into()));
    let events = [
        Message { time: 0, value: Value::Null },
        event(1_000_000, false, true, odd.clone()),
        event(100_000_000, true, true, odd.clone()),
        event(200_000_000, true, false, ("speech_start_ms", Value::Float(f64::NAN))),
        event(300_000_000, true, false, odd.clone()),
        event(400_000_000, false, true, ("speech_end_ms", Value::Int(-5))),
        event(500_000_000, true, false, ("speech_start_ms", Value::Float(1e300))),
        event(600_000_000, false, true, ("speech_end_ms", Value::Float(1e300))),
        event(9_000_000_000, true, false, odd),
    ];
    accumulate(&accumulator(0.0, 300.0, 10.0), &audio, &events, None);

    // Events read from a file have line numbers for times; their own timestamps count.
    let line = |time: u64, ms: i64, start: bool| event(time, start, !start, ("timestamp_ms", Value::Int(ms)));
    let output = accumulate(&accumulator(0.0, 9000.0, 0.0), &audio, &[line(0, 100, true), line(1, 500, false)], None);
    assert_eq!(utterances(&output), [(100.0, 500.0)]);
}
