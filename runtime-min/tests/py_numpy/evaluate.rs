//! Evaluates the syntax trees of cases by the functions that compiled code calls.

use remotemedia_runtime_min::py::array::{self, Array, Dtype};
use remotemedia_runtime_min::py::ops::{Binary, Compare, Unary};
use remotemedia_runtime_min::py::table::{self, TABLE};
use remotemedia_runtime_min::py::value::{Class, Slice};
use remotemedia_runtime_min::py::{Exception, Result, Value, np};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The names of a case.
pub struct Space(BTreeMap<String, Value>);

impl Space {
    /// With fresh copies of the inputs.
    pub fn new(inputs: &Json) -> Space {
        let inputs = inputs.as_object().unwrap();
        Space(inputs.iter().map(|(name, value)| (name.clone(), super::compare::decode(value))).collect())
    }

    /// The value of the last statement.
    pub fn run(&mut self, program: &[Json]) -> Result {
        program.iter().try_fold(Value::None, |_, statement| self.evaluate(statement))
    }

    fn all(&mut self, nodes: &[Json]) -> Result<Vec<Value>> {
        nodes.iter().map(|node| self.evaluate(node)).collect()
    }

    fn evaluate(&mut self, node: &Json) -> Result {
        let node = node.as_array().unwrap();
        let word = |i: usize| node[i].as_str().unwrap();
        match word(0) {
            "constant" => Ok(super::compare::decode(&node[1])),
            "..." => Ok(Value::Ellipsis),
            "name" => Ok(match word(1) {
                "int" => Value::Type(Class::Int),
                "float" => Value::Type(Class::Float),
                "bool" => Value::Type(Class::Bool),
                name => self.0[name].clone(),
            }),
            "type" => Ok(match word(1) {
                "nan" => Value::Float(f64::NAN),
                "inf" => Value::Float(f64::INFINITY),
                name => Value::Type(Class::Scalar(super::compare::dtype(name))),
            }),
            "list" => Ok(Value::list(self.all(&node[1..])?)),
            "tuple" => Ok(Value::tuple(self.all(&node[1..])?)),
            "slice" => {
                let parts = self.all(&node[1..])?;
                Ok(Value::Slice(Slice::new(parts.try_into().unwrap())))
            }
            "binary" => binary(word(1), &self.evaluate(&node[2])?, &self.evaluate(&node[3])?),
            "unary" => match (word(1), self.evaluate(&node[2])?) {
                ("-", Value::Int(i)) => Ok(Value::Int(-i)),
                ("-", Value::Float(x)) => Ok(Value::Float(-x)),
                ("-", value) => array::unary(Unary::Neg, &value),
                ("+", value) => array::unary(Unary::Pos, &value),
                (_, value) => array::unary(Unary::Invert, &value),
            },
            "compare" => array::compare(comparison(word(1)), &self.evaluate(&node[2])?, &self.evaluate(&node[3])?),
            "item" => {
                let (object, index) = (self.evaluate(&node[1])?, self.evaluate(&node[2])?);
                item(&object, &index)
            }
            "attribute" => {
                let object = self.evaluate(&node[2])?;
                array::attribute(&object, word(1)).unwrap_or_else(|| {
                    let message = format!("'numpy.ndarray' object has no attribute '{}'", word(1));
                    Err(Exception::new("AttributeError", message))
                })
            }
            "let" => {
                let value = self.evaluate(&node[2])?;
                self.0.insert(word(1).into(), value);
                Ok(Value::None)
            }
            "set" => {
                let value = self.evaluate(&node[3])?;
                self.store(&node[1], &node[2], &value)
            }
            "augment" => {
                let old = self.evaluate(&node[2])?;
                let new = array::augment(operator(word(1)), &old, &self.evaluate(&node[3])?)?;
                let target = node[2].as_array().unwrap();
                match target[0].as_str().unwrap() {
                    "name" => {
                        self.0.insert(target[1].as_str().unwrap().into(), new);
                        Ok(Value::None)
                    }
                    _ => self.store(&target[1], &target[2], &new),
                }
            }
            "call" => {
                let positional = self.all(node[2].as_array().unwrap())?;
                let mut keywords = BTreeMap::new();
                for (name, value) in node[3].as_object().unwrap() {
                    keywords.insert(name.clone(), self.evaluate(value)?);
                }
                call(word(1), positional, keywords)
            }
            other => panic!("{other}"),
        }
    }

    fn store(&mut self, object: &Json, index: &Json, value: &Value) -> Result {
        let Value::Array(a) = self.evaluate(object)? else { panic!("no array") };
        array::set_item(&a, &self.evaluate(index)?, value)?;
        Ok(Value::None)
    }
}

fn item(object: &Value, index: &Value) -> Result {
    match (object, index) {
        (Value::Array(a), index) => array::get_item(a, index),
        (Value::Tuple(items), Value::Int(i)) => Ok(items[*i as usize].clone()),
        _ => panic!("no subscript of {object:?}"),
    }
}

fn operator(symbol: &str) -> Binary {
    match symbol {
        "+" => Binary::Add,
        "-" => Binary::Sub,
        "*" => Binary::Mul,
        "/" => Binary::Div,
        "//" => Binary::FloorDiv,
        "%" => Binary::Mod,
        "**" => Binary::Pow,
        "@" => Binary::MatMul,
        "&" => Binary::And,
        "|" => Binary::Or,
        "^" => Binary::Xor,
        "<<" => Binary::Shl,
        _ => Binary::Shr,
    }
}

fn comparison(symbol: &str) -> Compare {
    match symbol {
        "==" => Compare::Eq,
        "!=" => Compare::Ne,
        "<" => Compare::Lt,
        "<=" => Compare::Le,
        ">" => Compare::Gt,
        _ => Compare::Ge,
    }
}

fn binary(symbol: &str, a: &Value, b: &Value) -> Result {
    match (symbol, a, b) {
        ("/", Value::Int(a), Value::Int(b)) => Ok(Value::Float(*a as f64 / *b as f64)),
        _ => array::binary(operator(symbol), a, b),
    }
}

/// Numbers between -1 and 1, as `wave` in `python_numpy.py` makes them.
fn wave(args: &[Value]) -> Value {
    let Value::Int(n) = args[0] else { panic!("no length") };
    let at = |i: i64| ((i * 7919 + 12345) % 65536 - 32768) as f64 / 32768.0;
    let samples: Vec<f32> = (0..n).map(|i| at(i) as f32).collect();
    let a = Array::from_slice(&samples, &[n as usize]);
    Value::Array(if args.len() > 1 { a.cast(Dtype::F64) } else { a })
}

fn call(name: &str, positional: Vec<Value>, keywords: BTreeMap<String, Value>) -> Result {
    let first = positional.first().cloned().unwrap_or(Value::None);
    match (name, &first) {
        ("wave", _) => Ok(wave(&positional)),
        ("len", Value::Array(a)) => array::len(a).map(|n| Value::Int(n as i64)),
        ("bool", value) => array::truth(value).map(Value::Bool),
        ("float", value) => array::to_float(value).map(Value::Float),
        ("int", value) => array::to_int(value).map(Value::Int),
        ("abs", _) => np::abs(&positional),
        ("repr", value) => Ok(Value::from(array::repr(value))),
        ("str", value) => Ok(Value::from(array::str(value))),
        (".copy" | ".sort", value) => {
            let rest: Vec<Value> = positional[1..].iter().chain(keywords.values()).cloned().collect();
            array::method(value, &name[1..], &rest)
        }
        _ => {
            let entry = &TABLE[table::find(name).unwrap_or_else(|| panic!("{name} is not in the table"))];
            (entry.call)(&bound(entry.parameters, positional, keywords))
        }
    }
}

/// One argument for each parameter, as a call is compiled.
fn bound(parameters: &str, positional: Vec<Value>, mut keywords: BTreeMap<String, Value>) -> Vec<Value> {
    let mut positional = positional.into_iter();
    let mut args = Vec::new();
    for parameter in parameters.split(", ").filter(|p| *p != "*") {
        if parameter.starts_with('*') {
            args.push(Value::tuple(positional.by_ref().collect::<Vec<_>>()));
            continue;
        }
        let (name, default) = parameter.split_once('=').unwrap_or((parameter, ""));
        args.push(match (keywords.remove(name), positional.next()) {
            (Some(value), _) | (None, Some(value)) => value,
            (None, None) => literal(default),
        });
    }
    assert!(positional.next().is_none() && keywords.is_empty(), "arguments of {parameters}: {keywords:?}");
    args
}

fn literal(text: &str) -> Value {
    match text {
        "None" => Value::None,
        "True" => Value::Bool(true),
        "False" => Value::Bool(false),
        text if text.starts_with('\'') => Value::from(text.trim_matches('\'')),
        text => text.parse().map(Value::Int).or_else(|_| text.parse().map(Value::Float)).unwrap(),
    }
}
