//! Values with their bits as JSON, as `tests/reference/python_numpy.py` writes them, and when two agree.

use remotemedia_runtime_min::py::Value;
use remotemedia_runtime_min::py::array::{Array, Complex, Dtype, Scalar};
use remotemedia_runtime_min::py::value::Class;
use serde_json::{Value as Json, json};

const NAMES: [(&str, Dtype); 9] = [
    ("bool", Dtype::Bool),
    ("uint8", Dtype::U8),
    ("int16", Dtype::I16),
    ("int32", Dtype::I32),
    ("int64", Dtype::I64),
    ("float32", Dtype::F32),
    ("float64", Dtype::F64),
    ("complex64", Dtype::C64),
    ("complex128", Dtype::C128),
];

/// A type by its name; `bool_` is `bool`.
pub fn dtype(name: &str) -> Dtype {
    NAMES.iter().find(|(n, _)| *n == name.trim_end_matches('_')).unwrap().1
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

fn hex(bytes: impl IntoIterator<Item = u8>) -> String {
    bytes.into_iter().map(|b| format!("{b:02x}")).collect()
}

fn elements<const N: usize>(bytes: &[u8]) -> impl Iterator<Item = [u8; N]> + '_ {
    bytes.chunks_exact(N).map(|chunk| chunk.try_into().unwrap())
}

/// A constant or an input.
pub fn decode(json: &Json) -> Value {
    match json {
        Json::Null => Value::None,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => Value::Int(n.as_i64().unwrap()),
        Json::String(s) => Value::from(s.as_str()),
        Json::Array(_) => panic!("{json}"),
        Json::Object(fields) => {
            if let Some(x) = fields.get("float") {
                return Value::Float(f64::from_le_bytes(unhex(x.as_str().unwrap()).try_into().unwrap()));
            }
            let bytes = unhex(fields["bytes"].as_str().unwrap());
            let shape: Vec<usize> =
                fields["shape"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
            let f32s = || elements(&bytes).map(f32::from_le_bytes).collect::<Vec<_>>();
            let f64s = || elements(&bytes).map(f64::from_le_bytes).collect::<Vec<_>>();
            let a = match dtype(fields["array"].as_str().unwrap()) {
                Dtype::Bool => Array::new::<bool>(bytes.iter().map(|b| *b != 0).collect(), &shape),
                Dtype::U8 => Array::new::<u8>(bytes.clone(), &shape),
                Dtype::I16 => Array::new::<i16>(elements(&bytes).map(i16::from_le_bytes).collect(), &shape),
                Dtype::I32 => Array::new::<i32>(elements(&bytes).map(i32::from_le_bytes).collect(), &shape),
                Dtype::I64 => Array::new::<i64>(elements(&bytes).map(i64::from_le_bytes).collect(), &shape),
                Dtype::F32 => Array::new::<f32>(f32s(), &shape),
                Dtype::F64 => Array::new::<f64>(f64s(), &shape),
                Dtype::C64 => Array::new(f32s().chunks(2).map(|c| Complex::new(c[0], c[1])).collect(), &shape),
                Dtype::C128 => Array::new(f64s().chunks(2).map(|c| Complex::new(c[0], c[1])).collect(), &shape),
            };
            if fields.contains_key("scalar") { a.value() } else { Value::Array(a) }
        }
    }
}

fn bytes(x: &Scalar) -> Vec<u8> {
    match *x {
        Scalar::Bool(x) => vec![u8::from(x)],
        Scalar::U8(x) => vec![x],
        Scalar::I16(x) => x.to_le_bytes().into(),
        Scalar::I32(x) => x.to_le_bytes().into(),
        Scalar::I64(x) => x.to_le_bytes().into(),
        Scalar::F32(x) => x.to_le_bytes().into(),
        Scalar::F64(x) => x.to_le_bytes().into(),
        Scalar::C64(re, im) => [re.to_le_bytes(), im.to_le_bytes()].concat(),
        Scalar::C128(re, im) => [re.to_le_bytes(), im.to_le_bytes()].concat(),
    }
}

/// A result.
pub fn encode(value: &Value) -> Json {
    match value {
        Value::None => Json::Null,
        Value::Bool(b) => json!(b),
        Value::Int(i) => json!(i),
        Value::Float(x) => json!({"float": hex(x.to_le_bytes())}),
        Value::Str(s) => json!(&**s),
        Value::Scalar(x) => json!({"array": x.dtype().name(), "shape": [], "bytes": hex(bytes(x)), "scalar": true}),
        Value::Array(a) => {
            json!({"array": a.dtype().name(), "shape": a.shape(), "bytes": hex(a.scalars().iter().flat_map(bytes))})
        }
        Value::Tuple(items) => json!({"tuple": items.iter().map(encode).collect::<Vec<_>>()}),
        Value::List(items) => json!({"list": items.0.borrow().iter().map(encode).collect::<Vec<_>>()}),
        Value::Type(Class::Scalar(dtype) | Class::Dtype(dtype)) => json!({"type": dtype.name()}),
        other => json!(format!("{other:?}")),
    }
}

fn numbers(json: &Json) -> Option<(Vec<f64>, f64)> {
    let bytes = unhex(json["bytes"].as_str()?);
    match dtype(json["array"].as_str()?) {
        Dtype::F32 | Dtype::C64 => {
            Some((elements(&bytes).map(|b| f64::from(f32::from_le_bytes(b))).collect(), f64::from(f32::EPSILON)))
        }
        Dtype::F64 | Dtype::C128 => Some((elements(&bytes).map(f64::from_le_bytes).collect(), f64::EPSILON)),
        _ => None,
    }
}

/// Whether a result is what the case allows: `~` 2 units in the last place of each element, `^` of the largest, `*` 32 of that.
pub fn agree(case: &str, expected: &Json, found: &Json) -> bool {
    if expected == found {
        return true;
    }
    let same = |key: &str| expected[key] == found[key];
    if expected.get("bytes").is_some() {
        if !(same("array") && same("shape") && same("scalar")) {
            return false;
        }
        let (Some((a, unit)), Some((b, _))) = (numbers(expected), numbers(found)) else { return false };
        let largest = a.iter().filter(|x| x.is_finite()).fold(0.0, |m: f64, x| m.max(x.abs()));
        return a.iter().zip(&b).all(|(a, b)| {
            let units = match &case[..2] {
                "~ " => 2.0 * a.abs(),
                "^ " => 2.0 * largest,
                "* " => 32.0 * largest,
                _ => 0.0,
            };
            // Which NaN, and of which sign, is the machine's.
            a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()) || (units > 0.0 && (a - b).abs() <= units * unit)
        });
    }
    for key in ["tuple", "list"] {
        if let (Some(a), Some(b)) = (expected[key].as_array(), found[key].as_array()) {
            return a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agree(case, a, b));
        }
    }
    false
}

/// A result for people.
pub fn show(json: &Json) -> String {
    match numbers(json) {
        Some((numbers, _)) => format!("{} {} {:?} {}", json["array"], json["shape"], numbers, json["scalar"]),
        None => json.to_string(),
    }
}
