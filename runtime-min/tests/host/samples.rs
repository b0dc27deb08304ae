//! Sample conversion against its definition, value by value.

use remotemedia_runtime_min::host::Sample;
use remotemedia_runtime_min::host::sample::{Element, decode, encode};

fn decoded<T: Element>(from: Sample, bytes: &[u8]) -> Vec<T> {
    let mut out = vec![T::default(); bytes.len() / from.bytes()];
    decode(from, bytes, &mut out);
    out
}

fn encoded<T: Element>(samples: &[T], to: Sample) -> Vec<u8> {
    let mut bytes = vec![0; samples.len() * to.bytes()];
    encode(samples, to, &mut bytes);
    bytes
}

#[test]
fn integers_to_floats() {
    assert_eq!(decoded::<f32>(Sample::U8, &[0, 1, 128, 255]), [-128.0 / 127.0, -1.0, 0.0, 1.0]);
    let bytes: Vec<u8> = [i16::MIN, -32767, -1, 0, 1, 12345, 32767].iter().flat_map(|x| x.to_le_bytes()).collect();
    let expected = [-32768.0f32 / 32767.0, -1.0, -1.0 / 32767.0, 0.0, 1.0 / 32767.0, 12345.0 / 32767.0, 1.0];
    assert_eq!(decoded::<f32>(Sample::I16, &bytes), expected);
    assert_eq!(
        decoded::<f64>(Sample::I24, &[0xff, 0xff, 0x7f, 1, 0, 0x80, 0xff, 0xff, 0xff]),
        [1.0, -1.0, -1.0 / 8_388_607.0]
    );
    let bytes: Vec<u8> = [i32::MAX, -i32::MAX, 1 << 20].iter().flat_map(|x| x.to_le_bytes()).collect();
    assert_eq!(decoded::<f64>(Sample::I32, &bytes), [1.0, -1.0, f64::from(1 << 20) / 2_147_483_647.0]);
    assert_eq!(decoded::<f32>(Sample::I32, &bytes)[2], (f64::from(1 << 20) / 2_147_483_647.0) as f32);
}

#[test]
fn every_16_bit_value_is_divided_exactly() {
    // A single-precision division is correctly rounded; the way over f64 must not round differently.
    let bytes: Vec<u8> = (i16::MIN..=i16::MAX).flat_map(i16::to_le_bytes).collect();
    for (x, y) in (i16::MIN..=i16::MAX).zip(decoded::<f32>(Sample::I16, &bytes)) {
        assert_eq!(y.to_bits(), (f32::from(x) / 32767.0).to_bits());
    }
}

#[test]
fn floats_to_integers_round_to_even_and_saturate() {
    let full = 32767.0;
    let cases = [
        (0.0, 0),
        (1.0, 32767),
        (-1.0, -32767),
        (1.5, 32767),
        (-1.5, -32768),
        (f64::INFINITY, 32767),
        (f64::NEG_INFINITY, -32768),
        (f64::NAN, 0),
        (0.5 / full, 0),
        (1.5 / full, 2),
        (2.5 / full, 2),
        (-0.5 / full, 0),
        (-2.5 / full, -2),
        (0.500_001 / full, 1),
        (1e300, 32767),
        (1e-300, 0),
    ];
    for (x, y) in cases {
        assert_eq!(i16::from_unit(x), y, "{x}");
    }
    let cases = [(0.0, 128), (1.0, 255), (-1.0, 1), (-2.0, 0), (2.0, 255), (f64::NAN, 128), (0.5 / 127.0, 128)];
    for (x, y) in cases {
        assert_eq!(u8::from_unit(x), y, "{x}");
    }
    assert_eq!(i32::from_unit(1.0), i32::MAX);
    assert_eq!(i32::from_unit(-1.0), -i32::MAX);
    assert_eq!(i32::from_unit(-1.1), i32::MIN);
    assert_eq!(encoded(&[1.0f32, -1.0, -9.0], Sample::I24), [0xff, 0xff, 0x7f, 1, 0, 0x80, 0, 0, 0x80]);
}

#[test]
fn integers_survive_wider_formats() {
    let samples: Vec<i16> = (i16::MIN..=i16::MAX).collect();
    for wider in [Sample::F32, Sample::F64] {
        assert!(decoded::<i16>(wider, &encoded(&samples, wider)) == samples, "{wider:?}");
    }
    for wider in [Sample::I24, Sample::I32] {
        let back = decoded::<i16>(wider, &encoded(&samples, wider));
        assert!(back[1..] == samples[1..] && back[0] == -32767, "{wider:?}");
    }
    let samples: Vec<u8> = (0..=255).collect();
    for wider in [Sample::F32, Sample::F64] {
        assert!(decoded::<u8>(wider, &encoded(&samples, wider)) == samples, "{wider:?}");
    }
    for wider in [Sample::I16, Sample::I24, Sample::I32] {
        let back = decoded::<u8>(wider, &encoded(&samples, wider));
        assert!(back[1..] == samples[1..] && back[0] == 1, "{wider:?}");
    }
    let samples: Vec<i32> = (0..100_000i32).map(|i| i32::MIN.wrapping_add(i.wrapping_mul(42_949))).collect();
    assert!(decoded::<i32>(Sample::F64, &encoded(&samples, Sample::F64)) == samples);
}

#[test]
fn the_same_format_is_a_copy() {
    let odd = [1e-45f32, -0.0, f32::MAX, f32::INFINITY, 0.1];
    assert_eq!(encoded(&odd, Sample::F32), odd.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>());
    let nan = f32::from_bits(0xffab_cdef);
    assert_eq!(decoded::<f32>(Sample::F32, &nan.to_le_bytes())[0].to_bits(), nan.to_bits());
    let samples: Vec<i32> = vec![i32::MIN, -1, 0, 77, i32::MAX];
    assert_eq!(decoded::<i32>(Sample::I32, &encoded(&samples, Sample::I32)), samples);
}

#[test]
fn there_is_one_nan_in_files() {
    assert_eq!(encoded(&[f32::from_bits(0xffab_cdef)], Sample::F32), 0x7fc0_0000u32.to_le_bytes());
    assert_eq!(encoded(&[-f64::NAN], Sample::F64), 0x7ff8_0000_0000_0000u64.to_le_bytes());
    assert_eq!(encoded(&[f32::from_bits(0xff80_0001)], Sample::F64), 0x7ff8_0000_0000_0000u64.to_le_bytes());
    assert_eq!(encoded(&[-f64::NAN], Sample::F32), 0x7fc0_0000u32.to_le_bytes());
}

#[test]
fn lengths_that_are_no_multiple_of_a_part() {
    for n in [0, 1, 255, 256, 257, 1000] {
        let samples: Vec<f32> = (0..n).map(|i| i as f32 / 1000.0).collect();
        let back = decoded::<f32>(Sample::I24, &encoded(&samples, Sample::I24));
        assert_eq!(back.len(), n);
        assert!(samples.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-6));
    }
}
