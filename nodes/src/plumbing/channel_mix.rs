//! ChannelMix: another number of channels, by rule or by matrix.

use crate::node_type::{Category, LOCAL, LowerCx, Lowered, NodeError, NodeType, PortKind, PortSpec, Role};
use crate::params::{CHANNELS, Default, ParamKind, ParamSpec, Params};
use crate::signature::{Dim, PortType, Signature};
use remotemedia_ir::build::KernelBuilder;
use remotemedia_ir::graph::KernelNode;
use remotemedia_ir::kernel::ValueId;
use remotemedia_ir::types::SampleFormat;

/// See [`NodeType::docs`].
pub const CHANNEL_MIX: NodeType = NodeType {
    name: "ChannelMix",
    aliases: &["ChannelMixNode", "AudioChannelMix", "Downmix", "Upmix", "ChannelMixer", "ToMono", "MonoMix"],
    category: Category::Plumbing,
    role: Role::Compute,
    summary: "gives a stream another number of channels",
    docs: "\
With `matrix`, output channel `i` is the sum over `j` of `matrix[i][j] * x[j]`, in f32, in the order of `j`, terms with the factor 0 \
left out. Without it, by rule:\n\
- to mono: the sum of all channels in their order, times `1 / channels`;\n\
- from mono: a copy in every channel;\n\
- from 5.1 (L R C LFE Ls Rs) to stereo: `L + 0.7071 C + 0.7071 Ls`, and the same on the right (ITU-R BS.775, LFE left out);\n\
- otherwise: the channels that both have; missing ones are silent.\n\n\
As many frames leave as come in, without latency.",
    params: &[
        ParamSpec::new(
            "channels",
            CHANNELS,
            Default::Absent,
            "channels of the output; mono where there is no `matrix` either",
        )
        .aliases(&["output_channels", "target_channels", "num_channels"]),
        ParamSpec::new(
            "matrix",
            ParamKind::Matrix,
            Default::Absent,
            "one row for each output channel, one factor for each input channel",
        ),
    ],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Audio, "audio with that many channels")],
    runtimes: LOCAL,
    needs: &[],
    validate,
    signature: |params, _| {
        let rows = params.matrix("matrix");
        let columns = rows.first().map_or(Dim::Same(0), |row| Dim::Must(row.len().clamp(1, 64) as u16));
        let port = |channels| PortType::Audio { format: Dim::Is(SampleFormat::F32), rate: Dim::Same(0), channels };
        Signature::new(vec![port(columns)], vec![port(Dim::Is(output_channels(params)))])
    },
    lower,
};

fn output_channels(params: &Params) -> u16 {
    let rows = params.matrix("matrix").len();
    params.opt_int("channels").map_or(rows.clamp(1, 64) as u16, |c| c as u16)
}

fn validate(params: &Params) -> Vec<NodeError> {
    let rows = params.matrix("matrix");
    if params.get("matrix").is_none() {
        return Vec::new();
    }
    let columns = rows.first().map_or(0, Vec::len);
    let wrong = |message: String| vec![NodeError::param("matrix", message)];
    if rows.is_empty() || rows.len() > 64 || columns == 0 || columns > 64 {
        return wrong("the matrix must have 1 to 64 rows of 1 to 64 factors".into());
    }
    if let Some(row) = rows.iter().find(|r| r.len() != columns) {
        return wrong(format!("the first row has {columns} factors, another one {}", row.len()));
    }
    match params.opt_int("channels") {
        Some(c) if c as usize != rows.len() => {
            wrong(format!("`channels` is {c}, but the matrix has {} rows", rows.len()))
        }
        Some(_) | None => Vec::new(),
    }
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let (from, to) = (usize::from(cx.channels(0)), usize::from(cx.output_channels(0)));
    let rows = cx.params.matrix("matrix");
    let identity: Vec<Vec<f64>> =
        (0..to).map(|i| (0..from).map(|j| if i == j { 1.0 } else { 0.0 }).collect()).collect();
    let rows = if rows.is_empty() && from == to { identity.clone() } else { rows };
    if rows == identity && from == to {
        return Ok(Lowered::Identity);
    }
    let mut k = KernelBuilder::new(cx.node);
    let x = k.input("in", SampleFormat::F32, cx.channels(0));
    let y = if !rows.is_empty() {
        by_matrix(&mut k, x, &rows)
    } else if to == 1 {
        let sum = k.sum_lanes(x);
        let share = k.f32((1.0 / from as f64) as f32);
        k.mul(sum, share)
    } else if from == 1 {
        k.splat(x, to as u16)
    } else if (from, to) == (6, 2) {
        let h = std::f64::consts::FRAC_1_SQRT_2;
        by_matrix(&mut k, x, &[vec![1.0, 0.0, h, 0.0, h, 0.0], vec![0.0, 1.0, h, 0.0, 0.0, h]])
    } else {
        by_matrix(&mut k, x, &identity)
    };
    k.output("out", SampleFormat::F32, y);
    Ok(Lowered::Kernel(KernelNode { kernel: k.finish(), tail: 0, skip: 0 }))
}

fn by_matrix(k: &mut KernelBuilder, x: ValueId, rows: &[Vec<f64>]) -> ValueId {
    let mut lanes = Vec::new();
    for row in rows {
        let mut sum = None;
        for (column, factor) in row.iter().enumerate().filter(|(_, f)| **f != 0.0) {
            let lane = k.lane(x, column as u16);
            let term = if *factor == 1.0 {
                lane
            } else {
                let c = k.f32(*factor as f32);
                k.mul(lane, c)
            };
            sum = Some(match sum {
                Some(sum) => k.add(sum, term),
                None => term,
            });
        }
        let silence = |k: &mut KernelBuilder| k.f32(0.0);
        let lane = sum.unwrap_or_else(|| silence(k));
        lanes.push(lane);
    }
    k.compose(lanes)
}
