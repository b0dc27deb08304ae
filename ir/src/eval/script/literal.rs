//! Constants as values, and values as constants.

use crate::script::{Field, Literal};
use remotemedia_runtime_min::py::Value;
use remotemedia_runtime_min::py::array::{Array, Dtype, Scalar};
use remotemedia_runtime_min::py::containers::{Deque, Dict, Likeness, Record as Instance, RecordClass, Set};
use remotemedia_runtime_min::py::regex::PATTERN;
use std::rc::Rc;

/// Elements of an array that a constant holds at most, unless they are all the same.
const LARGEST: usize = 1 << 16;

/// The value of a constant.
pub fn to_value(literal: &Literal) -> Value {
    let all = |items: &[Literal]| -> Vec<Value> { items.iter().map(to_value).collect() };
    match literal {
        Literal::None => Value::None,
        Literal::Bool(b) => Value::Bool(*b),
        Literal::Int(i) => Value::Int(*i),
        Literal::Float(x) => Value::Float(*x),
        Literal::Str(s) => Value::from(s.as_str()),
        Literal::Scalar(dtype, x) => Value::Scalar(scalar(*dtype, *x)),
        Literal::List(items) => Value::list(all(items)),
        Literal::Tuple(items) => Value::tuple(all(items)),
        Literal::Dict(members) => {
            let pairs = members.iter().map(|(k, v)| (to_value(k), to_value(v)));
            Dict::from_pairs(pairs).map_or(Value::None, Value::Dict)
        }
        Literal::Set(items) => Set::from_items(all(items)).map_or(Value::None, Value::Set),
        Literal::Deque(items, limit) => Value::Deque(Deque::new(all(items), *limit)),
        Literal::Array { dtype, shape, values } => {
            let size = shape.iter().product();
            let values = if values.len() == 1 { vec![values[0]; size] } else { values.clone() };
            Value::Array(Array::of_numbers(&values, *dtype, shape))
        }
        Literal::Record { class, likeness, fields } => {
            let class = RecordClass {
                name: class.as_str().into(),
                likeness: *likeness,
                fields: fields.iter().map(|(name, _)| name.as_str().into()).collect(),
            };
            let values = fields.iter().map(|(_, v)| to_value(v)).collect();
            Value::Record(Instance::new(Rc::new(class), values))
        }
        Literal::Type(class) => Value::Type(*class),
        Literal::Ellipsis => Value::Ellipsis,
    }
}

fn scalar(dtype: Dtype, x: f64) -> Scalar {
    match dtype {
        Dtype::Bool => Scalar::Bool(x != 0.0),
        Dtype::U8 => Scalar::U8(x as u8),
        Dtype::I16 => Scalar::I16(x as i16),
        Dtype::I32 => Scalar::I32(x as i32),
        Dtype::I64 => Scalar::I64(x as i64),
        Dtype::F32 => Scalar::F32(x as f32),
        Dtype::F64 => Scalar::F64(x),
        Dtype::C64 => Scalar::C64(x as f32, 0.0),
        Dtype::C128 => Scalar::C128(x, 0.0),
    }
}

/// The constant that a value is.
///
/// # Errors
/// What it is instead.
pub fn from_value(value: &Value) -> Result<Literal, String> {
    Reader::default().read(value)
}

/// The constants that fields hold. Two that share an object cannot be written down apart.
/// Arrays may share their elements: such fields must not be changed in place.
pub(super) fn fields(fields: &[Field], values: &[Option<Value>]) -> Result<Vec<Option<(Literal, bool)>>, String> {
    let mut reader = Reader { may_share: true, ..Reader::default() };
    let mut out = Vec::new();
    for (field, value) in fields.iter().zip(values) {
        reader.shared = false;
        let literal = match value {
            Some(v) => Some(reader.read(v).map_err(|what| format!("`self.{}` is {what}", field.name))?),
            None => None,
        };
        out.push(literal.map(|literal| (literal, reader.shared)));
    }
    Ok(out)
}

/// Reads values, each object once.
#[derive(Default)]
struct Reader {
    lists: Vec<Value>,
    /// Arrays that share their elements are read, each on its own.
    may_share: bool,
    /// One has been.
    shared: bool,
}

impl Reader {
    fn all(&mut self, items: &[Value]) -> Result<Vec<Literal>, String> {
        items.iter().map(|i| self.read(i)).collect()
    }

    /// Notes an object that can change.
    fn once(&mut self, value: &Value) -> Result<(), String> {
        let same = |other: &Value| match (value, other) {
            (Value::List(a), Value::List(b)) => a.same(b),
            (Value::Dict(a), Value::Dict(b)) => a.same(b),
            (Value::Set(a), Value::Set(b)) => a.same(b),
            (Value::Deque(a), Value::Deque(b)) => a.same(b),
            (Value::Record(a), Value::Record(b)) => a.same(b),
            (Value::Array(a), Value::Array(b)) => a.shares_storage(b),
            _ => false,
        };
        if self.lists.iter().any(same) {
            if self.may_share && matches!(value, Value::Array(_)) {
                self.shared = true;
                return Ok(());
            }
            return Err("an object that stands in two places".to_owned());
        }
        self.lists.push(value.clone());
        Ok(())
    }

    fn read(&mut self, value: &Value) -> Result<Literal, String> {
        Ok(match value {
            Value::None => Literal::None,
            Value::Bool(b) => Literal::Bool(*b),
            Value::Int(i) => Literal::Int(*i),
            Value::Float(x) => Literal::Float(*x),
            Value::Str(s) => Literal::Str(s.to_string()),
            Value::Type(class) => Literal::Type(*class),
            Value::Ellipsis => Literal::Ellipsis,
            Value::Scalar(x) => {
                let (dtype, x) = number(*x)?;
                Literal::Scalar(dtype, x)
            }
            Value::Tuple(items) => Literal::Tuple(self.all(items)?),
            Value::List(list) => {
                self.once(value)?;
                Literal::List(self.all(&list.snapshot())?)
            }
            Value::Set(set) => {
                self.once(value)?;
                Literal::Set(self.all(&set.snapshot())?)
            }
            Value::Deque(deque) => {
                self.once(value)?;
                Literal::Deque(self.all(&deque.snapshot())?, deque.limit)
            }
            Value::Dict(dict) => {
                self.once(value)?;
                let pairs = dict.items();
                let read = pairs.iter().map(|(k, v)| Ok((self.read(k)?, self.read(v)?)));
                Literal::Dict(read.collect::<Result<_, String>>()?)
            }
            Value::Record(record) => {
                // There is but one of each member of an `Enum`, and nobody can tell patterns apart that are equal.
                if record.class.likeness != Likeness::Member && &*record.class.name != PATTERN {
                    self.once(value)?;
                }
                let values = self.all(&record.snapshot())?;
                let fields = record.class.fields.iter().map(ToString::to_string).zip(values).collect();
                Literal::Record { class: record.class.name.to_string(), likeness: record.class.likeness, fields }
            }
            Value::Array(array) => {
                self.once(value)?;
                let all: Vec<f64> =
                    array.scalars().into_iter().map(|x| number(x).map(|(_, x)| x)).collect::<Result<_, String>>()?;
                let (dtype, shape) = (array.dtype(), array.shape().to_vec());
                let alike =
                    all.split_first().is_some_and(|(first, rest)| rest.iter().all(|x| x.to_bits() == first.to_bits()));
                match all.as_slice() {
                    [first, ..] if alike => Literal::Array { dtype, shape, values: vec![*first] },
                    all if all.len() <= LARGEST => Literal::Array { dtype, shape, values: all.to_vec() },
                    _ => return Err("a large array".to_owned()),
                }
            }
            Value::Range(_) => return Err("a range".to_owned()),
            Value::Slice(_) => return Err("a slice".to_owned()),
        })
    }
}

fn number(x: Scalar) -> Result<(Dtype, f64), String> {
    const EXACT: i64 = 1 << 53;
    Ok(match x {
        Scalar::Bool(b) => (Dtype::Bool, f64::from(u8::from(b))),
        Scalar::U8(i) => (Dtype::U8, f64::from(i)),
        Scalar::I16(i) => (Dtype::I16, f64::from(i)),
        Scalar::I32(i) => (Dtype::I32, f64::from(i)),
        Scalar::I64(i) if (-EXACT..=EXACT).contains(&i) => (Dtype::I64, i as f64),
        Scalar::I64(_) => return Err("a large whole number of NumPy's".to_owned()),
        Scalar::F32(x) => (Dtype::F32, f64::from(x)),
        Scalar::F64(x) => (Dtype::F64, x),
        Scalar::C64(..) | Scalar::C128(..) => return Err("a complex number".to_owned()),
    })
}
