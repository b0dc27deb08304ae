//! `schemas/manifest.v1.json`: the canonical form of a manifest as JSON Schema, parameters of every node type included.
//!
//! Generated from the catalog, so that an editor completes and checks what the compiler takes. Dialects that the compiler
//! tolerates are not in it: an editor should lead to the canonical form.

use remotemedia_nodes::{Default, NodeType, ParamKind, ParamSpec, Role, catalog::CATALOG};
use serde_json::{Map, Value, json};

/// The schema, as it stands in the file.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    text.push('\n');
    text
}

fn schema() -> Value {
    let names: Vec<Value> = CATALOG
        .iter()
        .flat_map(|t| std::iter::once(t.name).chain(t.aliases.iter().copied()))
        .map(|n| json!(n))
        .collect();
    let rules: Vec<Value> = CATALOG.iter().filter(|t| t.role != Role::Foreign).map(|t| rule(t)).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "manifest.v1.json",
        "title": "RemoteMedia pipeline manifest, version 1",
        "description": "Nodes and the connections between them. Generated from the catalog.",
        "type": "object",
        "required": ["version", "nodes"],
        "additionalProperties": false,
        "properties": {
            "$schema": {"type": "string"},
            "version": {"const": "v1"},
            "metadata": {
                "type": "object",
                "description": "What the pipeline is, for people; other keys are kept and ignored.",
                "properties": {
                    "name": {"type": "string"},
                    "description": {"type": "string"},
                    "created_at": {"type": "string"},
                    "auto_negotiate": {"type": "boolean", "default": true, "description": "Whether the compiler may insert converters."}
                }
            },
            "nodes": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/node"}},
            "connections": {"type": "array", "items": {"$ref": "#/$defs/connection"}},
            "outputs": {"type": "array"},
            "python_env": {"type": "object"},
            "runtime": {"type": "object"},
            "config": {"type": "object"},
            "defaults": {}
        },
        "$defs": {
            "connection": {
                "type": "object",
                "required": ["from", "to"],
                "additionalProperties": false,
                "properties": {
                    "from": {"type": "string", "description": "Id of the node that gives."},
                    "to": {"type": "string", "description": "Id of the node that takes."},
                    "from_port": {"type": "string", "description": "Its output; by type where it is missing."},
                    "to_port": {"type": "string", "description": "Its input; by type where it is missing."},
                    "comment": {"type": "string"},
                    "params": {"type": "object"}
                }
            },
            "node": {
                "type": "object",
                "required": ["id", "node_type"],
                "additionalProperties": false,
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "node_type": {
                        "anyOf": [
                            {"enum": names},
                            {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)+$", "description": "A Python class: `module.Class`."}
                        ]
                    },
                    "params": {"type": "object"},
                    "is_streaming": {"type": "boolean"},
                    "is_output_node": {"type": "boolean", "description": "Its output is an output of the pipeline, also where others read it."},
                    "capabilities": {"type": "object"},
                    "media_capabilities": {},
                    "host": {"type": "string"},
                    "runtime_hint": {"enum": ["rust_python", "cpython", "cpython_wasm", "auto"]},
                    "execution": {"type": "object"},
                    "python_deps": {"type": "array", "items": {"type": "string"}},
                    "docker": {"type": "object"},
                    "fast_path": {"type": "boolean"},
                    "executor": {"type": ["string", "null"]},
                    "trusted": {"type": "boolean"},
                    "metadata": {"type": "object"},
                    "comment": {"type": "string"}
                },
                "allOf": rules
            }
        }
    })
}

/// If a node is of this type, its parameters are these.
fn rule(ty: &NodeType) -> Value {
    let names: Vec<&str> = std::iter::once(ty.name).chain(ty.aliases.iter().copied()).collect();
    let mut properties = Map::new();
    for spec in ty.params {
        properties.insert(spec.name.to_owned(), property(spec));
    }
    properties.insert("comment".to_owned(), json!({"type": "string"}));
    let required: Vec<&str> = ty.params.iter().filter(|p| p.default == Default::Required).map(|p| p.name).collect();
    let mut params = json!({
        "description": ty.summary,
        "properties": properties,
        "additionalProperties": false
    });
    let mut then = json!({});
    if !required.is_empty() {
        params["required"] = json!(required);
        then["required"] = json!(["params"]);
    }
    then["properties"] = json!({"params": params});
    json!({
        "if": {"properties": {"node_type": {"enum": names}}},
        "then": then
    })
}

fn property(spec: &ParamSpec) -> Value {
    let mut value = match spec.kind {
        ParamKind::Int { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        ParamKind::Float { min, max } => bounded(min, max),
        ParamKind::Bool => json!({"type": "boolean"}),
        ParamKind::Text => json!({"type": "string"}),
        ParamKind::Choice(words) => json!({"enum": words}),
        ParamKind::Floats { min, max, least, most } => {
            let mut list = json!({"type": "array", "items": bounded(min, max), "minItems": least});
            if most < usize::MAX {
                list["maxItems"] = json!(most);
            }
            list
        }
        ParamKind::Matrix => json!({"type": "array", "items": {"type": "array", "items": {"type": "number"}}}),
        ParamKind::Texts => json!({"type": "array", "items": {"type": "string"}}),
        ParamKind::IntOr { min, max, words } => {
            json!({"anyOf": [{"type": "integer", "minimum": min, "maximum": max}, {"enum": words}]})
        }
        ParamKind::Any => json!({}),
    };
    let unit = if spec.unit.is_empty() { String::new() } else { format!(" ({})", spec.unit) };
    value["description"] = json!(format!("{}{unit}", spec.doc));
    match spec.default {
        Default::Required | Default::Absent => {}
        Default::Int(i) => value["default"] = json!(i),
        Default::Float(x) => value["default"] = json!(x),
        Default::Bool(b) => value["default"] = json!(b),
        Default::Text(t) => value["default"] = json!(t),
        Default::Floats(list) => value["default"] = json!(list),
        Default::Texts(list) => value["default"] = json!(list),
    }
    value
}

fn bounded(min: f64, max: f64) -> Value {
    let mut value = json!({"type": "number"});
    if min > f64::MIN {
        value["minimum"] = json!(min);
    }
    if max < f64::MAX {
        value["maximum"] = json!(max);
    }
    value
}
