//! Values to Python objects and back. Messages are copied; the elements of an array are moved in and copied out.

use crate::py::array::{Array, Buffer, Complex, Scalar};
use crate::py::containers::{Deque, Dict, Likeness, List, Record, RecordClass, Set};
use crate::py::interpreter::{DEPTH, not_a_value, too_deep};
use crate::py::value::Range;
use crate::py::{Exception, Result, Value};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::mem;
use numpy::ndarray::ArrayD;
use numpy::{
    Complex32, Complex64, Element, PyArray, PyArrayDescrMethods, PyArrayDyn, PyArrayMethods, PyUntypedArray,
    PyUntypedArrayMethods,
};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyComplex, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PyRange, PySet, PySlice, PyString, PyTuple, PyType,
};

/// A value as an object of Python's.
///
/// # Errors
/// A `TypeError` of what has no meaning inside Python, and an `ImportError` of an array where NumPy is not installed.
pub fn to_python(py: Python<'_>, value: Value) -> Result<Bound<'_, PyAny>> {
    into_object(py, value, 0)
}

fn into_object(py: Python<'_>, value: Value, depth: usize) -> Result<Bound<'_, PyAny>> {
    if depth > DEPTH {
        return Err(too_deep());
    }
    let within = |item: Value| into_object(py, item, depth + 1);
    Ok(match value {
        Value::None => py.None().into_bound(py),
        Value::Bool(b) => PyBool::new(py, b).to_owned().into_any(),
        Value::Int(i) => i.into_bound_py_any(py).map_err(|e| raised(py, &e))?,
        Value::Float(x) => PyFloat::new(py, x).into_any(),
        Value::Scalar(scalar) => scalar_object(py, scalar).map_err(|e| raised(py, &e))?,
        Value::Str(text) => PyString::new(py, &text).into_any(),
        Value::List(items) => list(py, taken(items, List::snapshot).into_iter().map(within))?.into_any(),
        Value::Tuple(mut items) => {
            // Arrays can only be moved out of a tuple that nobody else holds.
            let items: Vec<Value> = match Rc::get_mut(&mut items) {
                Some(items) => items.iter_mut().map(|item| mem::replace(item, Value::None)).collect(),
                None => items.to_vec(),
            };
            let items = items.into_iter().map(within).collect::<Result<Vec<_>>>()?;
            PyTuple::new(py, items).map_err(|e| raised(py, &e))?.into_any()
        }
        Value::Dict(pairs) => {
            let dict = PyDict::new(py);
            for (key, value) in taken(pairs, Dict::items) {
                dict.set_item(within(key)?, within(value)?).map_err(|e| raised(py, &e))?;
            }
            dict.into_any()
        }
        Value::Set(set) => {
            let items = set.snapshot().into_iter().map(within).collect::<Result<Vec<_>>>()?;
            PySet::new(py, items).map_err(|e| raised(py, &e))?.into_any()
        }
        Value::Deque(deque) => {
            let limit = deque.limit;
            let items = list(py, taken(deque, Deque::snapshot).into_iter().map(within))?;
            let deque = py.import("collections").and_then(|m| m.getattr("deque")?.call1((items, limit)));
            deque.map_err(|e| raised(py, &e))?
        }
        Value::Range(Range { start, stop, step, .. }) => {
            let range = py.get_type::<PyRange>().call1((start, stop, step));
            range.map_err(|e| raised(py, &e))?
        }
        Value::Array(array) => {
            // Without it, what follows would panic.
            generic(py).map_err(|e| raised(py, &e))?;
            array_object(py, array)?
        }
        // The class is the sender's: what arrives is what its fields hold.
        Value::Record(record) => {
            let dict = PyDict::new(py);
            let class = record.class.clone();
            for (name, value) in class.fields.iter().zip(taken(record, Record::snapshot)) {
                dict.set_item(&**name, within(value)?).map_err(|e| raised(py, &e))?;
            }
            dict.into_any()
        }
        Value::Slice(parts) => {
            let [start, stop, step] = (*parts).clone();
            let slice = py.get_type::<PySlice>().call1((within(start)?, within(stop)?, within(step)?));
            slice.map_err(|e| raised(py, &e))?
        }
        Value::Ellipsis => py.Ellipsis().into_bound(py),
        Value::Type(_) => return Err(not_a_value("type")),
    })
}

/// What a container holds. It is let go, so that arrays which only it held can be moved on.
fn taken<C, T>(container: C, contents: impl Fn(&C) -> T) -> T {
    contents(&container)
}

fn list<'py>(py: Python<'py>, items: impl Iterator<Item = Result<Bound<'py, PyAny>>>) -> Result<Bound<'py, PyList>> {
    PyList::new(py, items.collect::<Result<Vec<_>>>()?).map_err(|e| raised(py, &e))
}

fn scalar_object(py: Python<'_>, scalar: Scalar) -> PyResult<Bound<'_, PyAny>> {
    let numpy = py.import("numpy")?;
    match scalar {
        Scalar::Bool(x) => numpy.getattr("bool_")?.call1((x,)),
        Scalar::U8(x) => numpy.getattr("uint8")?.call1((x,)),
        Scalar::I16(x) => numpy.getattr("int16")?.call1((x,)),
        Scalar::I32(x) => numpy.getattr("int32")?.call1((x,)),
        Scalar::I64(x) => numpy.getattr("int64")?.call1((x,)),
        Scalar::F32(x) => numpy.getattr("float32")?.call1((x,)),
        Scalar::F64(x) => numpy.getattr("float64")?.call1((x,)),
        Scalar::C64(re, im) => numpy.getattr("complex64")?.call1((PyComplex::from_doubles(py, re.into(), im.into()),)),
        Scalar::C128(re, im) => numpy.getattr("complex128")?.call1((PyComplex::from_doubles(py, re, im),)),
    }
}

/// An array over the memory of another.
fn array_object(py: Python<'_>, array: Array) -> Result<Bound<'_, PyAny>> {
    fn made<T: Element>(py: Python<'_>, shape: Vec<usize>, elements: Vec<T>) -> Result<Bound<'_, PyAny>> {
        let array = ArrayD::from_shape_vec(shape, elements).map_err(|e| Exception::value_error(e.to_string()))?;
        Ok(PyArray::from_owned_array(py, array).into_any())
    }
    let shape = array.shape().to_vec();
    match array.into_buffer() {
        Buffer::Bool(x) => made(py, shape, x),
        Buffer::U8(x) => made(py, shape, x),
        Buffer::I16(x) => made(py, shape, x),
        Buffer::I32(x) => made(py, shape, x),
        Buffer::I64(x) => made(py, shape, x),
        Buffer::F32(x) => made(py, shape, x),
        Buffer::F64(x) => made(py, shape, x),
        Buffer::C64(x) => made(py, shape, x.into_iter().map(|x| Complex32::new(x.re, x.im)).collect()),
        Buffer::C128(x) => made(py, shape, x.into_iter().map(|x| Complex64::new(x.re, x.im)).collect()),
    }
}

/// An object of Python's as a value.
///
/// # Errors
/// A `TypeError` of an object that has no meaning outside of Python, an `OverflowError` of a whole number beyond 64 bits.
pub fn from_python(object: &Bound<'_, PyAny>) -> Result<Value> {
    inner(object, 0)
}

fn inner(object: &Bound<'_, PyAny>, depth: usize) -> Result<Value> {
    known(object, depth)?.ok_or_else(|| {
        let class = object.get_type().name().map_or_else(|_| "object".to_owned(), |name| name.to_string());
        not_a_value(&class)
    })
}

/// As [`from_python`], but none where the object itself (not one that it holds) is no value.
pub fn known(object: &Bound<'_, PyAny>, depth: usize) -> Result<Option<Value>> {
    if depth > DEPTH {
        return Err(too_deep());
    }
    let py = object.py();
    Ok(Some(if object.is_none() {
        Value::None
    } else if let Ok(x) = object.cast_exact::<PyFloat>() {
        Value::Float(x.value())
    } else if let Ok(text) = object.cast_exact::<PyString>() {
        string(text)?
    } else if let Ok(pairs) = object.cast_exact::<PyDict>() {
        dict(pairs, depth)?
    } else if let Ok(items) = object.cast_exact::<PyTuple>() {
        tuple(items, depth)?
    } else if let Ok(items) = object.cast_exact::<PyList>() {
        Value::list(items.iter().map(|item| inner(&item, depth + 1)).collect::<Result<_>>()?)
    } else if let Ok(b) = object.cast_exact::<PyBool>() {
        Value::Bool(b.is_true())
    } else if let Ok(i) = object.cast_exact::<PyInt>() {
        integer(i)?
    } else if is_iterated(object)? {
        return Ok(None);
    } else if let Some(value) = numpy_value(object)? {
        value
    } else if let Ok(i) = object.cast::<PyInt>() {
        integer(i)?
    } else if let Ok(x) = object.cast::<PyFloat>() {
        Value::Float(x.value())
    } else if let Ok(text) = object.cast::<PyString>() {
        string(text)?
    } else if let Ok(pairs) = object.cast::<PyDict>() {
        dict(pairs, depth)?
    } else if let Ok(items) = object.cast::<PyTuple>() {
        tuple(items, depth)?
    } else if let Ok(items) = object.cast::<PyList>() {
        Value::list(items.iter().map(|item| inner(&item, depth + 1)).collect::<Result<_>>()?)
    } else if object.is_instance_of::<PySet>() || object.is_instance_of::<PyFrozenSet>() {
        let items = object.try_iter().map_err(|e| raised(py, &e))?;
        let items = items.map(|item| inner(&item.map_err(|e| raised(py, &e))?, depth + 1));
        Value::Set(Set::from_items(items.collect::<Result<Vec<_>>>()?)?)
    } else if let Ok(range) = object.cast::<PyRange>() {
        let part = |name: &str| range.getattr(name).and_then(|p| p.extract::<i64>()).map_err(|e| raised(py, &e));
        Value::Range(Range::new(part("start")?, part("stop")?, part("step")?))
    } else if let Some(value) = deque(object, depth)? {
        value
    } else if let Ok(fields) = object.get_type().getattr("__dataclass_fields__") {
        record(object, &fields, depth)?
    } else {
        return Ok(None);
    }))
}

fn string(text: &Bound<'_, PyString>) -> Result<Value> {
    text.to_str().map(Value::from).map_err(|e| raised(text.py(), &e))
}

fn integer(i: &Bound<'_, PyInt>) -> Result<Value> {
    let py = i.py();
    i.extract::<i64>().map(Value::Int).map_err(|e| match e.is_instance_of::<PyOverflowError>(py) {
        true => Exception::too_large(),
        false => raised(py, &e),
    })
}

fn tuple(items: &Bound<'_, PyTuple>, depth: usize) -> Result<Value> {
    let items = items.iter().map(|item| inner(&item, depth + 1)).collect::<Result<Vec<_>>>()?;
    Ok(Value::tuple(items))
}

fn dict(pairs: &Bound<'_, PyDict>, depth: usize) -> Result<Value> {
    let pairs = pairs.iter().map(|(key, value)| Ok((inner(&key, depth + 1)?, inner(&value, depth + 1)?)));
    Ok(Value::Dict(Dict::from_pairs(pairs.collect::<Result<Vec<_>>>()?)?))
}

fn deque(object: &Bound<'_, PyAny>, depth: usize) -> Result<Option<Value>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = object.py();
    let class = CLASS.import(py, "collections", "deque").map_err(|e| raised(py, &e))?;
    if !object.is_instance(class).map_err(|e| raised(py, &e))? {
        return Ok(None);
    }
    let read = || -> PyResult<(Vec<Bound<'_, PyAny>>, Option<usize>)> {
        Ok((object.try_iter()?.collect::<PyResult<_>>()?, object.getattr("maxlen")?.extract()?))
    };
    let (items, limit) = read().map_err(|e| raised(py, &e))?;
    let items = items.iter().map(|item| inner(item, depth + 1)).collect::<Result<_>>()?;
    Ok(Some(Value::Deque(Deque::new(items, limit))))
}

fn record(object: &Bound<'_, PyAny>, fields: &Bound<'_, PyAny>, depth: usize) -> Result<Value> {
    let py = object.py();
    let class_name = object.get_type().name().map_err(|e| raised(py, &e))?;
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for name in fields.try_iter().map_err(|e| raised(py, &e))? {
        let name = name.and_then(|n| n.extract::<alloc::string::String>()).map_err(|e| raised(py, &e))?;
        let value = object.getattr(name.as_str()).map_err(|e| raised(py, &e))?;
        names.push(Rc::from(name));
        values.push(inner(&value, depth + 1)?);
    }
    let name = Rc::from(class_name.to_string());
    let class = Rc::new(RecordClass { name, fields: names, likeness: Likeness::Fields });
    Ok(Value::Record(Record::new(class, values)))
}

/// Whether it is what most methods give that is no value: told by its type, since the other questions take longer.
fn is_iterated(object: &Bound<'_, PyAny>) -> Result<bool> {
    static CLASSES: PyOnceLock<[Py<PyType>; 3]> = PyOnceLock::new();
    let py = object.py();
    let find = || -> PyResult<[Py<PyType>; 3]> {
        let types = py.import("types")?;
        let class = |name: &str| Ok::<_, PyErr>(types.getattr(name)?.cast_into::<PyType>()?.unbind());
        Ok([class("GeneratorType")?, class("CoroutineType")?, class("AsyncGeneratorType")?])
    };
    let classes = CLASSES.get_or_try_init(py, find).map_err(|e| raised(py, &e))?;
    let class = object.get_type();
    Ok(classes.iter().any(|c| class.is(c)))
}

static GENERIC: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// NumPy's class of scalars, which is loaded with it.
fn generic(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    GENERIC.import(py, "numpy", "generic")
}

/// An array or scalar of NumPy's. Where NumPy is not loaded, there is none.
fn numpy_value(object: &Bound<'_, PyAny>) -> Result<Option<Value>> {
    let py = object.py();
    let is_loaded = || py.import("sys")?.getattr("modules")?.contains("numpy");
    if GENERIC.get(py).is_none() && !is_loaded().map_err(|e| raised(py, &e))? {
        return Ok(None);
    }
    if let Ok(array) = object.cast::<PyUntypedArray>() {
        let array = copy(array)?;
        return Ok(Some(Value::Array(array)));
    }
    let read = || if object.is_instance(generic(py)?)? { scalar(object) } else { Ok(None) };
    read().map_err(|e| raised(py, &e))
}

/// A scalar by the name of its type. Those that compiled nodes do not have become the next one that holds every value of theirs.
fn scalar(object: &Bound<'_, PyAny>) -> PyResult<Option<Value>> {
    let name = object.get_type().name()?;
    Ok(Some(Value::Scalar(match name.to_str()? {
        "bool" | "bool_" => Scalar::Bool(object.is_truthy()?),
        "uint8" => Scalar::U8(object.extract()?),
        "int16" | "int8" => Scalar::I16(object.extract()?),
        "int32" | "uint16" => Scalar::I32(object.extract()?),
        "int64" | "uint32" | "longlong" => Scalar::I64(object.extract()?),
        "float32" | "float16" => Scalar::F32(object.extract()?),
        "float64" | "longdouble" => Scalar::F64(object.extract()?),
        "complex64" => Scalar::C64(object.getattr("real")?.extract()?, object.getattr("imag")?.extract()?),
        "complex128" => Scalar::C128(object.getattr("real")?.extract()?, object.getattr("imag")?.extract()?),
        _ => return Ok(None),
    })))
}

/// A copy of an array, of the next type that holds all its values where compiled nodes do not have its own.
fn copy(array: &Bound<'_, PyUntypedArray>) -> Result<Array> {
    fn copied<T: Element + Copy>(array: &Bound<'_, PyAny>) -> Result<Vec<T>> {
        let py = array.py();
        let array = array.cast::<PyArrayDyn<T>>().map_err(|e| raised(py, &e.into()))?;
        let array = array.try_readonly().map_err(|e| raised(py, &e.into()))?;
        Ok(match array.as_slice() {
            Ok(slice) => slice.to_vec(),
            Err(_) => array.as_array().iter().copied().collect(),
        })
    }
    let py = array.py();
    let dtype = array.dtype();
    let (kind, size) = (dtype.kind(), dtype.itemsize());
    let native = dtype.is_native_byteorder().unwrap_or(true);
    let wanted = match (kind, size) {
        (b'i', 1) => Some("int16"),
        (b'u', 2) => Some("int32"),
        (b'u', 4) => Some("int64"),
        (b'f', 2) => Some("float32"),
        (b'f', 10..) => Some("float64"),
        _ if !native => Some(match (kind, size) {
            (b'i', 2) => "int16",
            (b'i', 4) => "int32",
            (b'i', 8) => "int64",
            (b'f', 4) => "float32",
            (b'f', 8) => "float64",
            (b'c', 8) => "complex64",
            _ => "complex128",
        }),
        _ => None,
    };
    let cast;
    let array = match wanted {
        Some(name) => {
            cast = array.call_method1("astype", (name,)).map_err(|e| raised(py, &e))?;
            &cast
        }
        None => array.as_any(),
    };
    let untyped = array.cast::<PyUntypedArray>().map_err(|e| raised(py, &e.into()))?;
    let (kind, size) = (untyped.dtype().kind(), untyped.dtype().itemsize());
    let shape = untyped.shape();
    if shape.len() > 8 {
        return Err(Exception::value_error("an array of more than 8 dimensions cannot be sent to another node"));
    }
    Ok(match (kind, size) {
        (b'b', 1) => Array::new(copied::<bool>(array)?, shape),
        (b'u', 1) => Array::new(copied::<u8>(array)?, shape),
        (b'i', 2) => Array::new(copied::<i16>(array)?, shape),
        (b'i', 4) => Array::new(copied::<i32>(array)?, shape),
        (b'i', 8) => Array::new(copied::<i64>(array)?, shape),
        (b'f', 4) => Array::new(copied::<f32>(array)?, shape),
        (b'f', 8) => Array::new(copied::<f64>(array)?, shape),
        (b'c', 8) => {
            let items = copied::<Complex32>(array)?;
            Array::new(items.into_iter().map(|x| Complex::new(x.re, x.im)).collect(), shape)
        }
        (b'c', 16) => {
            let items = copied::<Complex64>(array)?;
            Array::new(items.into_iter().map(|x| Complex::new(x.re, x.im)).collect(), shape)
        }
        _ => {
            let message = format!("an array of {dtype} cannot be sent to another node");
            return Err(Exception::type_error(message));
        }
    })
}

/// An exception that no line of the node raised.
fn raised(py: Python<'_>, error: &PyErr) -> Exception {
    super::exception(py, error, "")
}
