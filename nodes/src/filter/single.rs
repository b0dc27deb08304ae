//! One second-order section, or a cascade of a Butterworth filter, by name of its shape.

use super::cookbook::{Shape, Width, butterworth, coefficients};
use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role};
use crate::params::{Default, HERTZ, ParamKind, ParamSpec, Params};
use crate::signature::Signature;
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::kernel::ValueId;
use remotemedia_ir::types::SampleFormat;

const FREQUENCY: ParamSpec =
    ParamSpec::new("frequency_hz", HERTZ, Default::Required, "cutoff, corner or centre; below half of the rate")
        .unit("Hz")
        .aliases(&[
            "cutoff_hz",
            "cutoff",
            "frequency",
            "freq",
            "freq_hz",
            "center_hz",
            "center_frequency",
            "cutoff_frequency",
            "cutoff_freq",
        ]);
const Q: ParamSpec = ParamSpec::new(
    "q",
    ParamKind::Float { min: 1e-3, max: 1e3 },
    Default::Absent,
    "quality; 0.7071 where no width is given",
)
.aliases(&["Q", "quality", "resonance"]);
const OCTAVES: ParamSpec = ParamSpec::new(
    "bandwidth_octaves",
    ParamKind::Float { min: 1e-3, max: 10.0 },
    Default::Absent,
    "width in octaves, instead of `q`",
)
.unit("octaves")
.aliases(&["bandwidth"]);
const SLOPE: ParamSpec = ParamSpec::new(
    "slope",
    ParamKind::Float { min: 1e-3, max: 1.0 },
    Default::Absent,
    "slope of the shelf, instead of `q`",
);
const GAIN: ParamSpec =
    ParamSpec::new("gain_db", ParamKind::Float { min: -60.0, max: 60.0 }, Default::Required, "gain there")
        .unit("dB")
        .aliases(&["gain"]);
const ORDER: ParamSpec = ParamSpec::new(
    "order",
    ParamKind::Int { min: 2, max: 8 },
    Default::Int(2),
    "2, 4, 6 or 8: above 2 a Butterworth cascade, whose qualities take the place of `q`",
);

const IN: &[PortSpec] = &[PortSpec::new("in", PortKind::Audio, "audio")];
const OUT: &[PortSpec] = &[PortSpec::new("out", PortKind::Audio, "filtered audio")];

const DOCS: &str = "\
A second-order section by the RBJ cookbook, coefficients and state in f64, output rounded to f32 once: more than 120 dB from an f64 \
filter from 20 Hz up. The same on every channel. As many frames leave as come in; no latency but the filter's own phase. State below \
1e-15 is set to zero every 256 frames.";

macro_rules! filters {
    ($($name:ident = $text:literal, $aliases:expr, $summary:literal, [$($param:expr),*], $shape:expr;)*) => {
        $(
            #[doc = concat!("See [`NodeType::docs`]: ", $summary, ".")]
            pub const $name: NodeType = NodeType {
                name: $text,
                aliases: $aliases,
                category: Category::Filter,
                role: Role::Compute,
                summary: $summary,
                docs: DOCS,
                params: &[FREQUENCY, $($param),*],
                inputs: IN,
                outputs: OUT,
                runtimes: LOCAL,
                needs: &[],
                validate,
                signature: |_, _| Signature::same_audio(),
                lower: |cx| lower(cx, $shape),
            };
        )*
    };
}

filters! {
    LOW_PASS = "LowPass", &["LowPassFilter", "LowPassFilterNode", "Lowpass", "LPF"], "keeps what is below a frequency", [Q, OCTAVES, ORDER], |_| Shape::LowPass;
    HIGH_PASS = "HighPass", &["HighPassFilter", "HighPassFilterNode", "Highpass", "HPF"], "keeps what is above a frequency", [Q, OCTAVES, ORDER], |_| Shape::HighPass;
    BAND_PASS = "BandPass", &["BandPassFilter", "BandPassFilterNode", "Bandpass", "BPF"], "keeps what is around a frequency", [Q, OCTAVES], |_| Shape::BandPass;
    NOTCH = "Notch", &["NotchFilter", "BandStop", "BandReject"], "removes what is at a frequency", [Q, OCTAVES], |_| Shape::Notch;
    ALL_PASS = "AllPass", &["AllPassFilter", "Allpass"], "turns the phase around a frequency", [Q, OCTAVES], |_| Shape::AllPass;
    PEAKING = "Peaking", &["PeakingEQ", "PeakingFilter", "ParametricEQ", "Bell"], "raises or lowers what is around a frequency", [GAIN, Q, OCTAVES], |p: &Params| Shape::Peaking(p.float("gain_db"));
    LOW_SHELF = "LowShelf", &["LowShelfFilter", "BassShelf"], "raises or lowers what is below a frequency", [GAIN, Q, SLOPE], |p: &Params| Shape::LowShelf(p.float("gain_db"));
    HIGH_SHELF = "HighShelf", &["HighShelfFilter", "TrebleShelf"], "raises or lowers what is above a frequency", [GAIN, Q, SLOPE], |p: &Params| Shape::HighShelf(p.float("gain_db"));
}

fn validate(params: &Params) -> Vec<NodeError> {
    let widths: Vec<&'static str> =
        ["q", "bandwidth_octaves", "slope"].into_iter().filter(|name| params.get(name).is_some()).collect();
    let mut errors = Vec::new();
    if let [first, second, ..] = widths.as_slice() {
        errors.push(NodeError::param(second, format!("`{first}` and `{second}` are both given")).with_help("keep one"));
    }
    let order = params.opt_int("order").unwrap_or(2);
    if order % 2 != 0 {
        errors.push(NodeError::param("order", format!("the order {order} is odd")).with_help("use 2, 4, 6 or 8"));
    }
    if let (true, Some(width)) = (order > 2, widths.first()) {
        errors.push(
            NodeError::param(width, format!("`{width}` has no meaning for a Butterworth filter of order {order}"))
                .with_help("drop it, or use `\"order\": 2`"),
        );
    }
    errors
}

/// An error unless a frequency lies below half of the rate.
pub(crate) fn below_nyquist(param: &'static str, frequency: f64, rate: u32) -> Result<(), NodeError> {
    if frequency < f64::from(rate) / 2.0 {
        return Ok(());
    }
    let message = format!("{frequency} Hz is not below half of the stream's rate of {rate} Hz");
    Err(NodeError::param(param, message)
        .with_help(format!("choose less than {} Hz, or filter before the rate is lowered", rate / 2)))
}

fn lower(cx: &LowerCx<'_>, shape: impl Fn(&Params) -> Shape) -> Result<Lowered, NodeError> {
    let params = cx.params;
    let frequency = params.float("frequency_hz");
    below_nyquist("frequency_hz", frequency, cx.rate(0))?;
    let shape = shape(params);
    if let Shape::Peaking(0.0) | Shape::LowShelf(0.0) | Shape::HighShelf(0.0) = shape {
        return Ok(Lowered::Identity);
    }
    let order = params.opt_int("order").unwrap_or(2) as u32;
    let widths: Vec<Width> = if order > 2 {
        butterworth(order).into_iter().map(Width::Q).collect()
    } else if let Some(octaves) = params.opt_float("bandwidth_octaves") {
        vec![Width::Octaves(octaves)]
    } else if let Some(slope) = params.opt_float("slope") {
        vec![Width::Slope(slope)]
    } else {
        vec![Width::Q(params.opt_float("q").unwrap_or(std::f64::consts::FRAC_1_SQRT_2))]
    };
    let sections: Vec<(Shape, f64, Width)> = widths.into_iter().map(|w| (shape, frequency, w)).collect();
    Ok(cascade(cx, &sections))
}

/// Sections one after the other.
pub(super) fn cascade(cx: &LowerCx<'_>, sections: &[(Shape, f64, Width)]) -> Lowered {
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", SampleFormat::F32, cx.channels(0));
    let mut y: ValueId = x;
    for (number, (shape, frequency, width)) in sections.iter().enumerate() {
        let c = coefficients(*shape, *frequency, f64::from(cx.rate(0)), *width);
        y = k.section(&format!("section{number}"), c.b, c.a, y);
    }
    k.output("out", SampleFormat::F32, y);
    Lowered::Kernel(KernelNode { kernel: k.finish(), tail: 0, skip: 0 })
}
