//! AudioFormatConverter: samples in another format, one definition for the whole project.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role, no_rules};
use crate::params::{Default, ParamKind, ParamSpec};
use crate::signature::{Dim, PortType, Signature};
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::kernel::{Binary, Const, Scalar, Ty, Unary, ValueId};
use remotemedia_ir::types::{SampleFormat, StreamType};

/// See [`NodeType::docs`].
pub const AUDIO_FORMAT_CONVERTER: NodeType = NodeType {
    name: "AudioFormatConverter",
    aliases: &[
        "AudioFormatConverterNode",
        "FastFormatConverter",
        "FormatConverterNode",
        "RustFormatConverterNode",
        "FormatConverter",
    ],
    category: Category::Format,
    role: Role::Compute,
    summary: "gives samples another format",
    docs: "\
Full scale: f32 and f64 1.0 are i16 32767, i32 2147483647, and u8 255 (127 steps above 128). A float becomes an integer by \
multiplying in f64, rounding to the nearest (ties to even) and clamping to the integer's range, a NaN by 0; an integer becomes a float \
by dividing in f64 and rounding once; integers become each other by way of that float. So i16 to f32 and back gives the same \
samples. With `dither: tpdf` triangular noise of one step to either side (the sum of two uniform ones, from a 64-bit linear \
congruential generator for each channel, seeded with its number) is added before rounding to an integer. As many frames leave as \
come in.",
    params: &[
        ParamSpec::new(
            "target_format",
            ParamKind::Choice(&["f32", "f64", "i16", "i32", "u8"]),
            Default::Text("f32"),
            "format of the output",
        )
        .aliases(&["format", "output_format", "sample_format"]),
        ParamSpec::new(
            "dither",
            ParamKind::Choice(&["none", "tpdf"]),
            Default::Text("none"),
            "noise that hides rounding",
        ),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio in any format")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "the same audio in that format")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |params, _| {
        let target = SampleFormat::parse(params.text("target_format")).unwrap_or(SampleFormat::F32);
        let port = |format| PortType::Audio { format, rate: Dim::Same(0), channels: Dim::Same(0) };
        Signature::new(vec![port(Dim::Same(0))], vec![port(Dim::Is(target))])
    },
    lower,
};

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let (Some(from), Some(to)) = (cx.inputs.first().and_then(format), cx.outputs.first().and_then(format)) else {
        return Err(NodeError::node("only audio has a sample format"));
    };
    if from == to {
        return Ok(Lowered::Identity);
    }
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", from, cx.channels(0));
    let unit = to_unit(&mut k, x, from);
    let y = match full_scale(to) {
        None => {
            let scalar = Scalar::of(to);
            match (from, to) {
                (SampleFormat::F32, SampleFormat::F64) | (SampleFormat::F64, SampleFormat::F32) => k.convert(x, scalar),
                _ => k.convert(unit, scalar),
            }
        }
        Some(scale) => {
            let dither = cx.params.text("dither") == "tpdf";
            to_integer(&mut k, unit, to, scale, dither)
        }
    };
    k.output("out", to, y);
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail: 0, skip: 0 }))
}

fn format(ty: &StreamType) -> Option<SampleFormat> {
    match ty {
        StreamType::Audio { format, .. } => Some(*format),
        StreamType::Tensor { .. } | StreamType::Text | StreamType::Json => None,
    }
}

/// The integer that 1.0 becomes; none for floats.
fn full_scale(format: SampleFormat) -> Option<f64> {
    match format {
        SampleFormat::F32 | SampleFormat::F64 => None,
        SampleFormat::I16 => Some(32767.0),
        SampleFormat::I32 => Some(2_147_483_647.0),
        SampleFormat::U8 => Some(127.0),
    }
}

/// A sample in f64 with full scale 1.0.
fn to_unit(k: &mut KernelBuilder, x: ValueId, from: SampleFormat) -> ValueId {
    let wide = k.convert(x, Scalar::F64);
    let Some(scale) = full_scale(from) else { return wide };
    let centred = if from == SampleFormat::U8 {
        let middle = k.f64(128.0);
        k.sub(wide, middle)
    } else {
        wide
    };
    let scale = k.f64(scale);
    k.div(centred, scale)
}

/// A sample as an i32 in the range of the format.
fn to_integer(k: &mut KernelBuilder, unit: ValueId, to: SampleFormat, scale: f64, dither: bool) -> ValueId {
    let factor = k.f64(scale);
    let mut scaled = k.mul(unit, factor);
    if dither {
        let noise = triangular(k, scaled);
        scaled = k.add(scaled, noise);
    }
    let rounded = k.unary(Unary::Round, scaled);
    // Conversion saturates at the range of i32 and takes NaN to 0; narrower formats saturate when they are stored.
    let whole = k.convert(rounded, Scalar::I32);
    if to == SampleFormat::U8 {
        // Before the middle is added, so that it cannot wrap.
        let (low, high) = (k.i32(-128), k.i32(127));
        let above = k.max(whole, low);
        let inside = k.min(above, high);
        let middle = k.i32(128);
        k.add(inside, middle)
    } else {
        whole
    }
}

/// Noise between -1 and 1, triangular, one independent generator for each lane.
fn triangular(k: &mut KernelBuilder, like: ValueId) -> ValueId {
    let lanes = k.ty(like).lanes;
    let mut noise = Vec::new();
    for lane in 0..lanes {
        let seed = 0x9E37_79B9_7F4A_7C15u64.wrapping_mul(u64::from(lane) + 1) as i64;
        let state = k.state(&format!("dither{lane}"), Ty::scalar(Scalar::I64), Const::I64(seed), false);
        let mut uniform = Vec::new();
        let mut last = k.get(state);
        for _ in 0..2 {
            let factor = k.i64(6_364_136_223_846_793_005);
            let step = k.i64(1_442_695_040_888_963_407);
            let product = k.mul(last, factor);
            last = k.add(product, step);
            // The upper 32 bits as a number from -0.5 to 0.5.
            let count = k.i64(32);
            let high = k.binary(Binary::Shr, last, count);
            let wide = k.convert(high, Scalar::F64);
            let unit = k.f64(1.0 / 4_294_967_296.0);
            uniform.push(k.mul(wide, unit));
        }
        k.set(state, last);
        noise.push(k.add(uniform[0], uniform[1]));
    }
    k.compose(noise)
}
