//! Values to objects of RustPython and back. Everything is copied; an array becomes nested lists.

use crate::py::array::Buffer;
use crate::py::containers::{Deque, Dict, Likeness, Record, RecordClass, Set};
use crate::py::interpreter::{DEPTH, not_a_value, number, too_deep};
use crate::py::value::Range;
use crate::py::{Exception, Result, Value};
use alloc::borrow::ToOwned;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use rustpython_vm::builtins::{
    PyBaseExceptionRef, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PyRange, PySet, PyStr, PyTuple,
};
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyPayload, PyResult, VirtualMachine};

/// A value as an object of Python's.
///
/// # Errors
/// A `TypeError` of what has no meaning inside Python.
pub fn to_python(vm: &VirtualMachine, value: Value) -> Result<PyObjectRef> {
    into_object(vm, value, 0)
}

fn into_object(vm: &VirtualMachine, value: Value, depth: usize) -> Result<PyObjectRef> {
    if depth > DEPTH {
        return Err(too_deep());
    }
    let within = |item: Value| into_object(vm, item, depth + 1);
    let several = |items: Vec<Value>| items.into_iter().map(within).collect::<Result<Vec<_>>>();
    Ok(match value {
        Value::None => vm.ctx.none(),
        Value::Bool(b) => vm.ctx.new_bool(b).into(),
        Value::Int(i) => vm.ctx.new_int(i).into(),
        Value::Float(x) => vm.ctx.new_float(x).into(),
        Value::Scalar(scalar) => within(number(scalar)?)?,
        Value::Str(text) => vm.ctx.new_str(&*text).into(),
        Value::List(items) => vm.ctx.new_list(several(items.snapshot())?).into(),
        Value::Tuple(items) => vm.ctx.new_tuple(several(items.to_vec())?).into(),
        Value::Dict(pairs) => {
            let dict = vm.ctx.new_dict();
            for (key, value) in pairs.items() {
                dict.set_item(&*within(key)?, within(value)?, vm).map_err(|e| raised(vm, &e))?;
            }
            dict.into()
        }
        Value::Set(items) => {
            let set = PySet::default().into_ref(&vm.ctx);
            for item in several(items.snapshot())? {
                set.add(item, vm).map_err(|e| raised(vm, &e))?;
            }
            set.into()
        }
        Value::Deque(deque) => {
            let items = vm.ctx.new_list(several(deque.snapshot())?);
            let limit = deque.limit.map_or_else(|| vm.ctx.none(), |limit| vm.ctx.new_int(limit).into());
            let class = vm.import("collections", 0).and_then(|m| m.get_attr("deque", vm));
            class.and_then(|class| class.call((items, limit), vm)).map_err(|e| raised(vm, &e))?
        }
        Value::Range(Range { start, stop, step, .. }) => {
            let class = PyObjectRef::from(vm.ctx.types.range_type.to_owned());
            class.call((start, stop, step), vm).map_err(|e| raised(vm, &e))?
        }
        Value::Array(array) => {
            let shape = array.shape().to_vec();
            nested(vm, &shape, &flat(vm, array.into_buffer())?)
        }
        // The class is the sender's: what arrives is what its fields hold.
        Value::Record(record) => {
            let dict = vm.ctx.new_dict();
            for (name, value) in record.class.fields.iter().zip(record.snapshot()) {
                dict.set_item(&**name, within(value)?, vm).map_err(|e| raised(vm, &e))?;
            }
            dict.into()
        }
        Value::Slice(parts) => {
            let class = PyObjectRef::from(vm.ctx.types.slice_type.to_owned());
            let [start, stop, step] = (*parts).clone();
            class.call((within(start)?, within(stop)?, within(step)?), vm).map_err(|e| raised(vm, &e))?
        }
        Value::Ellipsis => vm.ctx.ellipsis.clone().into(),
        Value::Type(_) => return Err(not_a_value("type")),
    })
}

/// The elements of an array as numbers of Python's.
fn flat(vm: &VirtualMachine, elements: Buffer) -> Result<Vec<PyObjectRef>> {
    let int = |x: i64| PyObjectRef::from(vm.ctx.new_int(x));
    let float = |x: f64| PyObjectRef::from(vm.ctx.new_float(x));
    Ok(match elements {
        Buffer::Bool(x) => x.into_iter().map(|x| vm.ctx.new_bool(x).into()).collect(),
        Buffer::U8(x) => x.into_iter().map(|x| int(x.into())).collect(),
        Buffer::I16(x) => x.into_iter().map(|x| int(x.into())).collect(),
        Buffer::I32(x) => x.into_iter().map(|x| int(x.into())).collect(),
        Buffer::I64(x) => x.into_iter().map(int).collect(),
        Buffer::F32(x) => x.into_iter().map(|x| float(x.into())).collect(),
        Buffer::F64(x) => x.into_iter().map(float).collect(),
        Buffer::C64(_) | Buffer::C128(_) => return Err(not_a_value("complex")),
    })
}

/// Lists of that shape, as `tolist()` gives them.
fn nested(vm: &VirtualMachine, shape: &[usize], items: &[PyObjectRef]) -> PyObjectRef {
    match shape {
        [] => items.first().cloned().unwrap_or_else(|| vm.ctx.none()),
        [_] => vm.ctx.new_list(items.to_vec()).into(),
        [rows, inner @ ..] => {
            let size: usize = inner.iter().product();
            let rows = (0..*rows).map(|row| nested(vm, inner, &items[row * size..(row + 1) * size]));
            vm.ctx.new_list(rows.collect()).into()
        }
    }
}

/// An object of Python's as a value.
///
/// # Errors
/// A `TypeError` of an object that has no meaning outside of Python, an `OverflowError` of a whole number beyond 64 bits.
pub fn from_python(vm: &VirtualMachine, object: &PyObject) -> Result<Value> {
    inner(vm, object, 0)
}

fn inner(vm: &VirtualMachine, object: &PyObject, depth: usize) -> Result<Value> {
    known(vm, object, depth)?.ok_or_else(|| not_a_value(&object.class().name()))
}

/// As [`from_python`], but none where the object itself (not one that it holds) is no value.
pub fn known(vm: &VirtualMachine, object: &PyObject, depth: usize) -> Result<Option<Value>> {
    if depth > DEPTH {
        return Err(too_deep());
    }
    let several = |items: &[PyObjectRef]| items.iter().map(|i| inner(vm, i, depth + 1)).collect::<Result<Vec<_>>>();
    Ok(Some(if vm.is_none(object) {
        Value::None
    } else if let Some(x) = object.downcast_ref::<PyFloat>() {
        Value::Float(x.to_f64())
    } else if let Some(i) = object.downcast_ref::<PyInt>() {
        if object.class().is(vm.ctx.types.bool_type) {
            Value::Bool(*i.as_bigint() != 0.into())
        } else {
            i64::try_from(i.as_bigint()).map(Value::Int).map_err(|_| Exception::too_large())?
        }
    } else if let Some(text) = object.downcast_ref::<PyStr>() {
        match text.to_str() {
            Some(text) => Value::from(text),
            None => return Err(Exception::new("UnicodeEncodeError", "text with surrogates cannot be sent")),
        }
    } else if let Some(dict) = object.downcast_ref::<PyDict>() {
        let pairs = dict.items_vec();
        let pairs = pairs.iter().map(|(key, value)| Ok((inner(vm, key, depth + 1)?, inner(vm, value, depth + 1)?)));
        Value::Dict(Dict::from_pairs(pairs.collect::<Result<Vec<_>>>()?)?)
    } else if let Some(items) = object.downcast_ref::<PyTuple>() {
        Value::tuple(several(items)?)
    } else if let Some(items) = object.downcast_ref::<PyList>() {
        let items = items.borrow_vec().to_vec();
        Value::list(several(&items)?)
    } else if let Some(set) = object.downcast_ref::<PySet>() {
        Value::Set(Set::from_items(several(&set.elements())?)?)
    } else if let Some(set) = object.downcast_ref::<PyFrozenSet>() {
        Value::Set(Set::from_items(several(&set.elements())?)?)
    } else if let Some(range) = object.downcast_ref::<PyRange>() {
        let part = |i: &PyInt| i64::try_from(i.as_bigint()).map_err(|_| Exception::too_large());
        Value::Range(Range::new(part(&range.start)?, part(&range.stop)?, part(&range.step)?))
    } else if &*object.class().name() == "deque" {
        let read = || -> PyResult<(Vec<PyObjectRef>, Option<usize>)> {
            let limit = object.get_attr("maxlen", vm)?;
            let limit = if vm.is_none(&limit) { None } else { Some(limit.try_into_value::<usize>(vm)?) };
            Ok((object.to_owned().try_to_value::<Vec<PyObjectRef>>(vm)?, limit))
        };
        let (items, limit) = read().map_err(|e| raised(vm, &e))?;
        Value::Deque(Deque::new(several(&items)?, limit))
    } else if let Ok(fields) = object.class().as_object().get_attr("__dataclass_fields__", vm) {
        record(vm, object, &fields, depth)?
    } else {
        return Ok(None);
    }))
}

fn record(vm: &VirtualMachine, object: &PyObject, fields: &PyObject, depth: usize) -> Result<Value> {
    let (mut names, mut values) = (Vec::<Rc<str>>::new(), Vec::new());
    let keys = fields.downcast_ref::<PyDict>().map(|fields| fields.keys_vec()).unwrap_or_default();
    for name in keys {
        let name: String = name.try_into_value(vm).map_err(|e| raised(vm, &e))?;
        let value = object.get_attr(&*vm.ctx.new_str(name.as_str()), vm).map_err(|e| raised(vm, &e))?;
        names.push(Rc::from(name));
        values.push(inner(vm, &value, depth + 1)?);
    }
    let name = Rc::from(object.class().name().to_string());
    Ok(Value::Record(Record::new(Rc::new(RecordClass { name, fields: names, likeness: Likeness::Fields }), values)))
}

/// An exception that no line of the node raised.
fn raised(vm: &VirtualMachine, error: &PyBaseExceptionRef) -> Exception {
    super::exception(vm, error, "")
}
