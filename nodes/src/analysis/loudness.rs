//! LoudnessNode: LUFS by ITU-R BS.1770-4.

use super::window;
use crate::node_type::{Category, LOCAL, NodeType, PortKind, PortSpec, Role, no_rules};

/// See [`NodeType::docs`].
pub const LOUDNESS: NodeType = NodeType {
    name: "LoudnessNode",
    aliases: &["Loudness", "LoudnessMeter", "LufsMeter", "Lufs"],
    category: Category::Analysis,
    role: Role::Compute,
    summary: "measures momentary, short-term and integrated loudness in LUFS",
    docs: "\
One message per 100 ms, at the time of the first of these frames, and a last one at the end: `floor(N / step) + 1` \
with a step of `round(rate / 10)` frames.

`{momentary_lufs, short_term_lufs, integrated_lufs, is_final, timestamp_ms}`: loudness of the last 400 ms, of the \
last 3 s, and of everything so far over the 400 ms blocks that pass the gates at -70 LUFS and at 10 LU below the \
loudness of those; null as long as so much has not been heard. Not below -120. The last message has `is_final` true.

Filters are transformed for any rate (below 16 kHz with a noticeable bend: a 1 kHz sine at 8 kHz reads 0.2 LU low). \
Weights in the order of WAV files: 6 channels are L R C LFE Ls Rs with 1, 1, 1, 0, 1.41, 1.41. The relative gate lies \
at most 0.01 LU too low: blocks are kept as a histogram, in 96 KiB.

Source: ITU-R BS.1770-4, EBU Tech 3341.",
    params: &[],
    inputs: &[PortSpec::new("in", PortKind::Audio, "audio")],
    outputs: &[PortSpec::new("out", PortKind::Json, "ten messages a second, and a last one")],
    runtimes: LOCAL,
    needs: &[],
    validate: no_rules,
    signature: |_, _| window::signature(),
    lower: |cx| Ok(window::meter(cx, "loudness::Loudness", &[])),
};
