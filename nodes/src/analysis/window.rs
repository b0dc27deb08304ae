//! What the meters share: the length of their windows, and the way they are lowered.

use crate::node_type::{LowerCx, Lowered};
use crate::params::{Default, ParamKind, ParamSpec};
use crate::signature::{PortType, Signature};
use remotemedia_ir::graph::{LibraryNode, Param, Rate};

/// Length of the windows.
pub(super) const WINDOW_MS: ParamSpec = ParamSpec::new(
    "window_ms",
    ParamKind::Float { min: 0.1, max: 60_000.0 },
    Default::Float(100.0),
    "length of a window, rounded to whole frames",
)
.unit("ms")
.aliases(&["window_size_ms"]);

/// Audio in, one message per window out.
pub(super) fn signature() -> Signature {
    Signature::new(vec![PortType::f32()], vec![PortType::Json])
}

/// The library node at `path` with channels, rate and these numbers of the node's own.
pub(super) fn meter(cx: &LowerCx<'_>, path: &str, names: &[&str]) -> Lowered {
    let mut args = vec![
        ("channels".to_owned(), Param::Int(i64::from(cx.channels(0)))),
        ("rate".to_owned(), Param::Int(i64::from(cx.rate(0)))),
    ];
    args.extend(names.iter().filter_map(|name| cx.params.get(name).map(|value| ((*name).to_owned(), value.clone()))));
    Lowered::Library(LibraryNode {
        path: path.to_owned(),
        features: vec!["math".into()],
        args,
        rate: Rate::Dynamic,
        hold: 0,
        latency: 0,
        same_length: false,
        python: None,
    })
}
