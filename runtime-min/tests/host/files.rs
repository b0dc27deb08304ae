//! Whole runs from file to file.

use crate::support::{Through, file, path, read};
use remotemedia_runtime_min::host::sample::Element;
use remotemedia_runtime_min::host::wav::{Wav, write_header};
use remotemedia_runtime_min::host::{
    self, Artifact, Audio, InputInfo, Options, Outcome, OutputInfo, ReadFormat, Sample, Tensor, Variant, WriteFormat,
};

const FORMATS: [Sample; 6] = [Sample::U8, Sample::I16, Sample::I24, Sample::I32, Sample::F32, Sample::F64];

fn run<T: Element>(format: &(impl ReadFormat + WriteFormat), width: usize, options: &Options<'_>) -> Outcome {
    let inputs = [InputInfo { name: "in", format, default_path: None }];
    let outputs = [OutputInfo { name: "out", format, default_path: None }];
    let make = || -> Box<dyn host::Program> { Box::new(Through::<T>::new(width, 1000)) };
    let variants = [Variant { inputs: &inputs, outputs: &outputs, latency: 3, make: &make }];
    let artifact = Artifact { name: "a \"b\"", version: "1", generator: "g", manifest_hash: "h", variants: &variants };
    host::execute(&artifact, options)
}

fn options<'a>(from: &'a str, to: &'a str, block: usize) -> Options<'a> {
    Options { inputs: vec![from], outputs: vec![to], metrics: None, block }
}

fn audio<T: Element>(channels: u16, options: &Options<'_>) -> Outcome {
    let format = Audio { format: T::SAMPLE, rate: 48_000, channels };
    run::<T>(&format, usize::from(channels), options)
}

/// A file in this format, with values all over the range.
fn wav(format: Sample, channels: u16, frames: usize) -> Vec<u8> {
    let samples: Vec<f64> = (0..frames * usize::from(channels)).map(|i| (i as f64 * 0.7).sin()).collect();
    let mut data = vec![0; samples.len() * format.bytes()];
    host::sample::encode(&samples, format, &mut data);
    let mut out = write_header(&Wav { format, rate: 48_000, channels, data: Some(data.len() as u64) });
    out.extend(&data);
    if data.len() % 2 == 1 {
        out.push(0);
    }
    out
}

fn same_in_and_out<T: Element>() {
    for (channels, frames) in [(1, 0), (1, 1), (2, 1), (1, 999), (3, 5001), (2, 70_001)] {
        let bytes = wav(T::SAMPLE, channels, frames);
        let name = T::SAMPLE.name();
        let from = file(&format!("same-{name}.wav"), &bytes);
        let to = path(&format!("same-{name}-out.wav"));
        for block in [1024, 7, 100_000] {
            assert_eq!(audio::<T>(channels, &options(&from, &to, block)), Outcome::default());
            assert!(read(&to) == bytes, "{name}, {channels} channels, {frames} frames, blocks of {block}");
        }
    }
}

#[test]
fn a_file_in_the_format_of_the_port_comes_out_as_it_was() {
    same_in_and_out::<u8>();
    same_in_and_out::<i16>();
    same_in_and_out::<i32>();
    same_in_and_out::<f32>();
    same_in_and_out::<f64>();
}

#[test]
fn every_format_of_file_is_converted() {
    for format in FORMATS {
        let from = file(&format!("any-{}.wav", format.name()), &wav(format, 2, 3000));
        let to = path(&format!("any-{}.out", format.name()));
        assert_eq!(audio::<f32>(2, &options(&from, &to, 1024)), Outcome::default());
        let samples: Vec<f32> =
            read(&to)[58..].chunks(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        assert_eq!(samples.len(), 6000);
        let step = if format == Sample::U8 { 0.5 / 127.0 } else { 0.5 / 32767.0 };
        for (i, x) in samples.iter().enumerate() {
            assert!((f64::from(*x) - (i as f64 * 0.7).sin()).abs() <= step * 1.001, "{format:?} {i}");
        }
    }
}

#[test]
fn raw_samples() {
    let samples: Vec<f32> = (0..2000).map(|i| (i as f32 * 0.1).sin()).collect();
    let floats: Vec<u8> = samples.iter().flat_map(|x| x.to_le_bytes()).collect();
    let from = file("plain.f32", &floats);
    let to = path("plain.pcm");
    assert_eq!(audio::<f32>(2, &options(&from, &to, 1024)), Outcome::default());
    assert_eq!(read(&to), floats);
    let small = path("plain.s16");
    assert_eq!(audio::<f32>(2, &options(&from, &small, 1024)), Outcome::default());
    assert_eq!(read(&small).len(), 4000);
    let again = path("again.raw");
    assert_eq!(audio::<f32>(2, &options(&small, &again, 333)), Outcome::default());
    assert_eq!(read(&again).len(), 8000);
    let wav_as_raw = format!("raw:{}", path("odd.wav"));
    assert_eq!(audio::<f32>(2, &options(&from, &wav_as_raw, 1024)), Outcome::default());
    assert_eq!(read(&wav_as_raw[4..]), floats);
}

#[test]
fn short_and_endless_files() {
    let bytes = wav(Sample::I16, 2, 100);
    let to = path("short.out");
    let from = file("short.wav", &bytes[..bytes.len() - 41]);
    let outcome = audio::<i16>(2, &options(&from, &to, 64));
    assert_eq!((outcome.exit, outcome.notes.len()), (0, 1));
    assert!(outcome.notes[0].contains("shorter than its header says"), "{outcome:?}");
    assert_eq!(read(&to).len(), 44 + 89 * 4);

    let mut stream = bytes.clone();
    stream[4..8].fill(0xff);
    stream[40..44].fill(0xff);
    let from = file("stream.wav", &stream);
    assert_eq!(audio::<i16>(2, &options(&from, &to, 64)), Outcome::default());
    assert!(read(&to) == bytes);

    let mut longer = bytes.clone();
    longer.extend(b"LIST\x04\0\0\0abcd");
    let from = file("longer.wav", &longer);
    assert_eq!(audio::<i16>(2, &options(&from, &to, 64)), Outcome::default());
    assert!(read(&to) == bytes);
}

#[test]
fn the_version_is_chosen_by_the_header() {
    let formats = [(48_000, 1), (44_100, 2), (48_000, 2)];
    let formats = formats.map(|(rate, channels)| Audio { format: Sample::F32, rate, channels });
    let ports = formats.each_ref().map(|format| {
        let input = [InputInfo { name: "in", format, default_path: None }];
        (input, [OutputInfo { name: "out", format, default_path: None }])
    });
    let [mono, stereo]: [&dyn Fn() -> Box<dyn host::Program>; 2] =
        [&|| Box::new(Through::<f32>::new(1, 100)), &|| Box::new(Through::<f32>::new(2, 100))];
    let variants: Vec<Variant<'_>> = ports
        .iter()
        .zip([mono, stereo, stereo])
        .map(|((inputs, outputs), make)| Variant { inputs, outputs, latency: 0, make })
        .collect();
    let artifact = Artifact { name: "a", version: "1", generator: "g", manifest_hash: "h", variants: &variants };
    let to = path("versions.out");
    let from = file("versions.wav", &wav(Sample::F32, 2, 10));
    assert_eq!(host::execute(&artifact, &options(&from, &to, 64)), Outcome::default());
    assert_eq!(read(&to), read(&from));

    let from = file("versions-3.wav", &wav(Sample::F32, 3, 10));
    let outcome = host::execute(&artifact, &options(&from, &to, 64));
    assert_eq!(outcome.exit, 3);
    for words in ["48000 Hz, 3 channels, for which", "48000 Hz, 1 channel", "44100 Hz, 2 channels"] {
        assert!(outcome.error.contains(words), "{}", outcome.error);
    }
}

#[test]
fn tensors() {
    let numbers: Vec<u8> = (0..12).flat_map(|i| (i as f32).to_le_bytes()).collect();
    let from = file("tensors.f32", &numbers);
    let to = path("tensors.npy");
    let tensor = Tensor { format: Sample::F32, shape: &[2, 3] };
    assert_eq!(run::<f32>(&tensor, 6, &options(&from, &to, 64)), Outcome::default());
    let bytes = read(&to);
    assert_eq!(bytes.len(), 128 + numbers.len());
    assert_eq!(bytes[..10], *b"\x93NUMPY\x01\0\x76\0");
    let text = str::from_utf8(&bytes[10..128]).unwrap();
    assert!(text.starts_with("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2, 3), }  "), "{text}");
    assert!(text.ends_with(" \n"));
    assert_eq!(bytes[128..], numbers);
    let plain = path("tensors.bin");
    assert_eq!(run::<f32>(&tensor, 6, &options(&from, &plain, 64)), Outcome::default());
    assert_eq!(read(&plain), numbers);
}

#[test]
fn metrics_are_written() {
    let from = file("metrics.wav", &wav(Sample::F32, 2, 24_000));
    let [to, metrics] = ["metrics.out", "metrics.json"].map(path);
    let options = Options { metrics: Some(&metrics), ..options(&from, &to, 64) };
    assert_eq!(audio::<f32>(2, &options), Outcome::default());
    let text = String::from_utf8(read(&metrics)).unwrap();
    for words in [
        r#""pipeline": "a \"b\"","#,
        r#"{"port": "in", "format": "audio f32, 48000 Hz, 2 channels", "frames": 24000, "seconds": 0.500000000}"#,
        r#""audio_seconds": 0.500000000,"#,
        r#""latency_frames": 3,"#,
        r#"{"name": "through", "tokens": 24000, "seconds": 0."#,
        r#""bytes": 7}"#,
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    #[cfg(feature = "json")]
    remotemedia_runtime_min::message::parse(&text).unwrap();
}
