//! TextToJson and JsonToText: a message for a message.

use super::{JSON_IN, JSON_OUT, JSON_TO_JSON, TEXT_IN, TEXT_OUT, library};
use crate::node_type::NodeType;
use crate::signature::{PortType, Signature};

/// See [`NodeType::docs`].
pub const TEXT_TO_JSON: NodeType = NodeType {
    name: "TextToJson",
    aliases: &["TextToJsonNode", "JsonParser", "ParseJson", "JsonParse", "JsonDecode"],
    summary: "reads each text as a JSON value",
    docs: "\
One JSON value for each text, at its time; white space around it is allowed, and a text of nothing else gives no message. Floats are \
rounded correctly, whole numbers beyond 64 bits become floats, of two members with one name the last counts. A text that is not JSON \
fails as `not_json`, with line and column: also one that nests deeper than 127, has a surrogate without its other half, or a number \
beyond the range of floats.",
    inputs: TEXT_IN,
    outputs: JSON_OUT,
    signature: |_, _| Signature::new(vec![PortType::Text], vec![PortType::Json]),
    lower: |_| library("convert::TextToJson", &["json"], Vec::new()),
    ..JSON_TO_JSON
};

/// See [`NodeType::docs`].
pub const JSON_TO_TEXT: NodeType = NodeType {
    name: "JsonToText",
    aliases: &["JsonToTextNode", "JsonSerializer", "JsonStringify", "JsonEncode"],
    summary: "writes each JSON value as text",
    docs: "\
Compact JSON on one line, a string with its quotes. Floats are written with the fewest digits that read back to the same bits, and \
always with a point or an exponent; one that is not finite is `null`. One text for each message, at its time.",
    inputs: JSON_IN,
    outputs: TEXT_OUT,
    signature: |_, _| Signature::new(vec![PortType::Json], vec![PortType::Text]),
    lower: |_| library("convert::JsonToText", &[], Vec::new()),
    ..JSON_TO_JSON
};
