//! WAV headers: what is written reads back, what others write is understood, what is broken is refused without a panic.

use crate::support::Random;
use remotemedia_runtime_min::host::Sample;
use remotemedia_runtime_min::host::buffered::Reader;
use remotemedia_runtime_min::host::wav::{Wav, read_header, write_header};

const FORMATS: [Sample; 6] = [Sample::U8, Sample::I16, Sample::I24, Sample::I32, Sample::F32, Sample::F64];

fn header(bytes: &[u8]) -> Result<Wav, String> {
    read_header(&mut Reader::new(Box::new(bytes))).map_err(|e| e.message().to_owned())
}

/// The header of a file, chunk by chunk.
fn riff(tag: &[u8], size: u32, chunks: &[(&[u8; 4], u32, &[u8])]) -> Vec<u8> {
    let mut out = Vec::from(tag);
    out.extend(size.to_le_bytes());
    out.extend(b"WAVE");
    for (name, size, content) in chunks {
        out.extend(*name);
        out.extend(size.to_le_bytes());
        out.extend(*content);
    }
    out
}

fn fmt(tag: u16, channels: u16, rate: u32, align: u16, bits: u16) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(tag.to_le_bytes());
    out.extend(channels.to_le_bytes());
    out.extend(rate.to_le_bytes());
    out.extend((rate * u32::from(align)).to_le_bytes());
    out.extend(align.to_le_bytes());
    out.extend(bits.to_le_bytes());
    out
}

#[test]
fn every_format_reads_back() {
    for format in FORMATS {
        for channels in [1, 2, 3, 6, 64] {
            for data in [Some(0), Some(1), Some(48_000), Some(u64::from(u32::MAX) - 200), None] {
                let wav = Wav { format, rate: 44_100, channels, data };
                let bytes = write_header(&wav);
                assert_eq!(bytes.len(), write_header(&Wav { data: None, ..wav }).len());
                // Nothing after the header: a size of 0 cannot be told from one that was never set.
                let read = Wav { data: data.filter(|n| *n > 0), ..wav };
                assert_eq!(header(&bytes), Ok(read), "{format:?} {channels} {data:?}");
            }
        }
    }
}

#[test]
fn sixteen_bits_have_the_usual_44_bytes() {
    let bytes = write_header(&Wav { format: Sample::I16, rate: 48_000, channels: 2, data: Some(8) });
    let mut usual = riff(b"RIFF", 44, &[(b"fmt ", 16, &fmt(1, 2, 48_000, 4, 16))]);
    usual.extend(b"data\x08\0\0\0");
    assert_eq!(bytes, usual);
}

#[test]
fn more_than_a_header_can_say_is_a_stream() {
    let wav = Wav { format: Sample::F32, rate: 48_000, channels: 2, data: Some(u64::from(u32::MAX)) };
    assert_eq!(write_header(&wav), write_header(&Wav { data: None, ..wav }));
}

#[test]
fn unknown_chunks_are_skipped_with_their_padding() {
    let content = fmt(1, 1, 8000, 1, 8);
    let chunks: &[(&[u8; 4], u32, &[u8])] =
        &[(b"LIST", 3, b"abc\0"), (b"fmt ", 16, &content), (b"junk", 1, b"x\0"), (b"data", 5, b"")];
    let read = header(&riff(b"RIFF", 100, chunks)).unwrap();
    assert_eq!(read, Wav { format: Sample::U8, rate: 8000, channels: 1, data: Some(5) });
}

#[test]
fn sizes_of_streams() {
    let content = fmt(3, 2, 48_000, 8, 32);
    let with = |riff_size, data| header(&riff(b"RIFF", riff_size, &[(b"fmt ", 16, &content), (b"data", data, b"")]));
    assert_eq!(with(u32::MAX, u32::MAX).unwrap().data, None);
    assert_eq!(with(0, 0).unwrap().data, None);
    assert_eq!(with(36, 0).unwrap().data, None);
    assert_eq!(with(36, u32::MAX).unwrap().data, None);
    // Chunks follow the sound, so it is really empty.
    assert_eq!(with(60, 0).unwrap().data, Some(0));
}

#[test]
fn long_files() {
    let content = fmt(1, 2, 48_000, 4, 16);
    let mut sizes = vec![0; 28];
    sizes[8..16].copy_from_slice(&6_000_000_000u64.to_le_bytes());
    for tag in [b"RF64", b"BW64"] {
        let chunks: &[(&[u8; 4], u32, &[u8])] =
            &[(b"ds64", 28, &sizes), (b"fmt ", 16, &content), (b"data", u32::MAX, b"")];
        assert_eq!(header(&riff(tag, u32::MAX, chunks)).unwrap().data, Some(6_000_000_000));
    }
}

#[test]
fn bits_in_larger_containers() {
    let format = |tag, align, bits| {
        let content = fmt(tag, 2, 48_000, align, bits);
        header(&riff(b"RIFF", 44, &[(b"fmt ", 16, &content), (b"data", 8, b"")])).map(|wav| wav.format)
    };
    assert_eq!(format(1, 6, 20), Ok(Sample::I24));
    assert_eq!(format(1, 8, 24), Ok(Sample::I32));
    assert_eq!(format(1, 0, 16), Ok(Sample::I16));
    assert_eq!(format(1, 2, 16), Ok(Sample::I16));
    assert!(format(1, 16, 64).unwrap_err().contains("width"));
    assert!(format(3, 4, 16).unwrap_err().contains("width"));
    assert!(format(7, 2, 8).unwrap_err().contains("compressed"));
}

#[test]
fn what_is_not_understood_is_said() {
    let content = fmt(1, 2, 48_000, 4, 16);
    let mut extensible = fmt(0xFFFE, 2, 48_000, 4, 16);
    extensible.extend([22, 0, 16, 0, 0, 0, 0, 0, 1, 0]);
    extensible.extend([9; 14]);
    let cases: &[(&str, Vec<u8>)] = &[
        ("within its header", Vec::new()),
        ("within its header", b"RIFF".to_vec()),
        ("not a WAV", b"OggS then something else".to_vec()),
        ("not a WAV", b"RIFF\0\0\0\0AVI LIST".to_vec()),
        ("big-endian", riff(b"RIFX", 0, &[])),
        ("no `fmt ` chunk", riff(b"RIFF", 36, &[(b"data", 8, b"")])),
        ("within its header", riff(b"RIFF", 36, &[(b"fmt ", 16, &content)])),
        ("no channels", riff(b"RIFF", 36, &[(b"fmt ", 16, &fmt(1, 0, 48_000, 4, 16)), (b"data", 8, b"")])),
        ("no rate", riff(b"RIFF", 36, &[(b"fmt ", 16, &fmt(1, 2, 0, 4, 16)), (b"data", 8, b"")])),
        ("no channels", riff(b"RIFF", 36, &[(b"fmt ", 2, &[1, 0]), (b"data", 8, b"")])),
        ("extensible", riff(b"RIFF", 60, &[(b"fmt ", 40, &extensible), (b"data", 8, b"")])),
    ];
    for (word, bytes) in cases {
        let message = header(bytes).unwrap_err();
        assert!(message.contains(word), "{word}: {message}");
    }
}

#[test]
fn no_header_makes_it_panic() {
    let mut random = Random(1);
    let models: Vec<Vec<u8>> = FORMATS
        .iter()
        .map(|format| write_header(&Wav { format: *format, rate: 48_000, channels: 3, data: Some(96) }))
        .collect();
    for round in 0..60_000 {
        let mut bytes = models[round % models.len()].clone();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            bytes[at] = random.next() as u8;
        }
        bytes.truncate(random.below(bytes.len() + 1).max(random.below(bytes.len() + 1)));
        bytes.resize(bytes.len() + random.below(20), 0);
        let _ = header(&bytes);
    }
}
