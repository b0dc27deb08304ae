//! Calculator: arithmetic with two operands.

use super::{JSON_TO_JSON, library};
use crate::node_type::{LowerCx, Lowered, NodeError, NodeType};
use crate::params::{Default, NUMBER, ParamKind, ParamSpec, Params};
use remotemedia_ir::graph::Param;

const OPERATIONS: &[&str] = &["add", "subtract", "multiply", "divide", "power", "modulo"];

/// See [`NodeType::docs`].
pub const CALCULATOR: NodeType = NodeType {
    name: "CalculatorNode",
    aliases: &["Calculator"],
    summary: "calculates with the numbers of JSON messages",
    docs: "\
Two forms, told apart by the message. `{\"operation\": \"add\", \"operands\": [a, b]}` (also `args`) gives `{\"result\", \"operation\", \
\"operands\"}`. Where the node has `operation` and `operand`, a number, a list of numbers or an object with a number `value` gives the same \
with each number `n` replaced by `n operation operand`; then a message with `operands` may leave its `operation` out.

Whole numbers stay whole where the result is exact and fits 64 bits (6 / 3 is 2, 7 / 2 is 3.5); otherwise the result is a float. The \
remainder has the sign of the divisor, as in Python: -7 modulo 3 is 2. Powers that are not whole are those of the `libm` crate. \
Failures: `bad_message`, `unknown_operation`, `division_by_zero` (also modulo, and a negative power of zero), `not_real` (a fractional \
power of a negative number), `overflow`. One message for each, at its time.",
    params: &[
        ParamSpec::new("operation", ParamKind::Choice(OPERATIONS), Default::Absent, "for messages that name none").aliases(&["op"]),
        ParamSpec::new("operand", NUMBER, Default::Absent, "the right operand for messages that bring only the left one")
            .aliases(&["right_operand"]),
    ],
    validate,
    lower,
    ..JSON_TO_JSON
};

fn validate(params: &Params) -> Vec<NodeError> {
    match (params.opt_text("operation"), params.opt_float("operand")) {
        (Some(_), None) => {
            let error = NodeError::param("operation", "`operation` without `operand`");
            vec![
                error.with_help("add `operand`, or leave both out and let each message say `operation` and `operands`"),
            ]
        }
        (None, Some(_)) => {
            vec![NodeError::param("operand", "`operand` without `operation`").with_help("add `\"operation\": \"add\"`")]
        }
        (Some("divide" | "modulo"), Some(0.0)) => {
            vec![NodeError::param("operand", "a division by zero for every message")]
        }
        (Some(_), Some(_)) | (None, None) => Vec::new(),
    }
}

fn lower(cx: &LowerCx<'_>) -> Result<Lowered, NodeError> {
    let operation = Param::Text(cx.params.text("operation").into());
    let operand = Param::Float(cx.params.float("operand"));
    library("calculator::Calculator", &["math"], vec![("operation", operation), ("operand", operand)])
}
