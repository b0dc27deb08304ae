//! RIFF/WAVE headers, read and written.
//!
//! Reads PCM of 8 to 32 bits and floats of 32 and 64, plain or `WAVE_FORMAT_EXTENSIBLE`, RIFF, RF64 and BW64; skips chunks
//! it does not know. A data size of 0xFFFFFFFF, or of 0 where the RIFF size does not speak of more, means "until the end":
//! that is what programs write which cannot go back. Sources: IBM/Microsoft, Multimedia Programming Interface (1991);
//! Microsoft, WAVEFORMATEXTENSIBLE; EBU Tech 3306 (RF64).

use super::buffered::Reader;
use super::sample::Sample;
use super::sys::Error;
use alloc::vec::Vec;

/// What the header of a WAV file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wav {
    pub format: Sample,
    /// Hz.
    pub rate: u32,
    pub channels: u16,
    /// Bytes of sound; `None`: until the end.
    pub data: Option<u64>,
}

const RIFF: u32 = u32::from_le_bytes(*b"RIFF");
const RIFX: u32 = u32::from_le_bytes(*b"RIFX");
const RF64: u32 = u32::from_le_bytes(*b"RF64");
const BW64: u32 = u32::from_le_bytes(*b"BW64");
const WAVE: u32 = u32::from_le_bytes(*b"WAVE");
const FMT: u32 = u32::from_le_bytes(*b"fmt ");
const FACT: u32 = u32::from_le_bytes(*b"fact");
const DS64: u32 = u32::from_le_bytes(*b"ds64");
const DATA: u32 = u32::from_le_bytes(*b"data");
const PCM: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xFFFE;
/// The part of a subformat's GUID behind its format tag, which has four bytes.
const GUID_TAIL: &[u8; 12] = b"\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71";
const UNKNOWN: u32 = u32::MAX;

/// Whether these first bytes of a file are those of a WAV file.
pub fn sniff(start: &[u8]) -> bool {
    matches!(number(start, 0), RIFF | RIFX | RF64 | BW64)
}

/// Reads up to the first byte of sound.
pub fn read_header(reader: &mut Reader<'_>) -> Result<Wav, Error> {
    let mut head = [0; 12];
    reader.take(&mut head)?;
    if number(&head, 0) == RIFX {
        return Err(Error::from("big-endian WAV (RIFX) is not supported"));
    }
    if !sniff(&head) || number(&head, 8) != WAVE {
        return Err(Error::from("not a WAV file; samples without a header are read as `raw:FILE`"));
    }
    let riff = number(&head, 4);
    let mut format = None;
    let mut long_data = u64::MAX;
    // Bytes read of those that the RIFF size counts.
    let mut position = 4u64;
    loop {
        let mut head = [0; 8];
        reader.take(&mut head)?;
        let size = number(&head, 4);
        let rest = u64::from(size) + u64::from(size & 1);
        position += 8 + rest;
        let content = reader.fill(size.min(40) as usize)?;
        let content = content.get(..size as usize).unwrap_or(content);
        match number(&head, 0) {
            FMT => format = Some(read_format(content)?),
            DS64 => long_data = u64::from(number(content, 8)) | u64::from(number(content, 12)) << 32,
            DATA => {
                let Some((format, rate, channels)) = format else {
                    return Err(Error::from("no `fmt ` chunk before the sound"));
                };
                let last_chunk = riff == UNKNOWN || u64::from(riff) <= position;
                let data = if size == UNKNOWN { long_data } else { u64::from(size) };
                let data = Some(data).filter(|data| *data != u64::MAX && (*data > 0 || !last_chunk));
                return Ok(Wav { format, rate, channels, data });
            }
            _ => {}
        }
        reader.skip(rest)?;
    }
}

/// Four bytes as a number; 0 where there are none.
fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

fn read_format(chunk: &[u8]) -> Result<(Sample, u32, u16), Error> {
    let (mut tag, channels) = halves(number(chunk, 0));
    let rate = number(chunk, 4);
    let (align, bits) = halves(number(chunk, 12));
    if channels == 0 || rate == 0 {
        return Err(Error::from("the header has no channels or no rate"));
    }
    if tag == EXTENSIBLE {
        if !chunk.ends_with(GUID_TAIL) {
            return Err(Error::from("unknown extensible format"));
        }
        tag = number(chunk, 24) as u16;
    }
    // The size of a container is that of the frame by the number of channels: 20 bits may lie in 3 bytes or in 4, always
    // at the upper end.
    let declared = bits.div_ceil(8);
    let container =
        if align.is_multiple_of(channels) && align / channels >= declared { align / channels } else { declared };
    let format = match (tag, container) {
        (PCM, 1) => Sample::U8,
        (PCM, 2) => Sample::I16,
        (PCM, 3) => Sample::I24,
        (PCM, 4) => Sample::I32,
        (FLOAT, 4) => Sample::F32,
        (FLOAT, 8) => Sample::F64,
        (PCM | FLOAT, _) => return Err(Error::from("samples of a width that is not supported")),
        _ => return Err(Error::from("compressed sound; only PCM and floats are supported")),
    };
    Ok((format, rate, channels))
}

fn halves(n: u32) -> (u16, u16) {
    (n as u16, (n >> 16) as u16)
}

/// The header of a file with `data` bytes of sound; of a stream whose length is not known, or does not fit in 32 bits,
/// where that is `None`. Its length depends on the format alone.
///
/// PCM of 8 and 16 bits and up to two channels has the 44 bytes that every program reads; PCM of more bits and every
/// format of more channels is extensible, with no speaker positions; floats have a `fact` chunk.
pub fn write_header(wav: &Wav) -> Vec<u8> {
    let Wav { format, rate, channels, data } = *wav;
    let width = format.bytes() as u32;
    let frame = width * u32::from(channels);
    let float = format.is_float();
    let tag = if float { FLOAT } else { PCM };
    let extensible = channels > 2 || (!float && width > 2);
    let bytes = data.and_then(|bytes| u32::try_from(bytes).ok()).filter(|bytes| *bytes < UNKNOWN - 100);
    let format_size = if extensible { 40 } else { 16 + if float { 2 } else { 0 } };
    let fact_size = if float { 12 } else { 0 };
    let riff = bytes.map_or(UNKNOWN, |bytes| 20 + format_size + fact_size + bytes + (bytes & 1));

    let rate_in_bytes = rate.wrapping_mul(frame);
    let mut out = Vec::with_capacity(80);
    put(&mut out, &[RIFF, riff, WAVE, FMT, format_size]);
    put(&mut out, &[pair(if extensible { EXTENSIBLE } else { tag }, channels), rate, rate_in_bytes]);
    put(&mut out, &[pair(frame as u16, 8 * width as u16)]);
    if extensible {
        put(&mut out, &[pair(22, 8 * width as u16), 0, u32::from(tag)]);
        out.extend_from_slice(GUID_TAIL);
    } else if float {
        out.extend_from_slice(&[0, 0]);
    }
    if float {
        put(&mut out, &[FACT, 4, bytes.map_or(UNKNOWN, |bytes| bytes / frame.max(1))]);
    }
    put(&mut out, &[DATA, bytes.unwrap_or(UNKNOWN)]);
    out
}

fn put(out: &mut Vec<u8>, numbers: &[u32]) {
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes());
    }
}

fn pair(low: u16, high: u16) -> u32 {
    u32::from(low) | u32::from(high) << 16
}
