//! The message nodes, and JSON in and out. Cases are data: `tests/reference/messages.py` computes most of them.
#![cfg(feature = "registry")]

#[path = "message_nodes/arrival.rs"]
mod arrival;
#[path = "message_nodes/driver.rs"]
mod driver;
#[path = "message_nodes/jq.rs"]
mod jq;
#[path = "message_nodes/json.rs"]
mod json;
#[path = "message_nodes/reference.rs"]
mod reference;
