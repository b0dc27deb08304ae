//! What tables of calls do not show: references, changes during iteration, functions for generated code.
#![cfg(feature = "numpy")]

use remotemedia_runtime_min::py::containers::{Deque, Dict, Set};
use remotemedia_runtime_min::py::value::{Class, Slice};
use remotemedia_runtime_min::py::{Exception, Value, array, builtins, format, math, methods, number, ops};

fn ints(range: core::ops::Range<i64>) -> Value {
    Value::list(range.map(Value::Int).collect())
}

fn shown<T: AsRef<str>>(value: &Value, expected: T) {
    assert_eq!(format::repr(value), expected.as_ref());
}

fn drain(value: &Value, mut change: impl FnMut(&Value)) -> Result<usize, Exception> {
    let mut iter = ops::iterate(value)?;
    let mut count = 0;
    while let Some(item) = iter.next()? {
        change(&item);
        count += 1;
        assert!(count < 1000, "it does not end");
    }
    Ok(count)
}

#[test]
fn a_list_may_grow_and_shrink_while_it_is_iterated() {
    let list = ints(0..3);
    let grown = drain(&list, |item| {
        if matches!(item, Value::Int(i) if *i < 3) {
            methods::append(&[list.clone(), Value::Int(9)]).unwrap();
        }
    });
    assert_eq!(grown.unwrap(), 6);
    let list = ints(0..6);
    let popped = drain(&list, |_| {
        methods::pop(&[list.clone(), Value::Ellipsis, Value::Ellipsis]).unwrap();
    });
    assert_eq!(popped.unwrap(), 3);
}

#[test]
fn an_iterator_that_has_ended_stays_so() {
    let list = ints(0..1);
    let mut iter = ops::iterate(&list).unwrap();
    assert!(iter.next().unwrap().is_some() && iter.next().unwrap().is_none());
    methods::append(&[list, Value::Int(1)]).unwrap();
    assert!(iter.next().unwrap().is_none());
}

#[test]
fn dicts_sets_and_deques_notice_changes_during_iteration() {
    let dict = Dict::from_pairs([(Value::Int(1), Value::None), (Value::Int(2), Value::None)]).unwrap();
    let error = drain(&Value::Dict(dict.clone()), |_| dict.insert(Value::Int(3), Value::None).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "RuntimeError: dictionary changed size during iteration");
    // Another value for the same key is no change.
    assert_eq!(drain(&Value::Dict(dict.clone()), |key| dict.insert(key.clone(), Value::Int(0)).unwrap()).unwrap(), 3);
    let set = Set::from_items([Value::Int(1), Value::Int(2)]).unwrap();
    let error = drain(&Value::Set(set.clone()), |item| assert!(set.remove(item).unwrap())).unwrap_err();
    assert_eq!(error.to_string(), "RuntimeError: Set changed size during iteration");
    let deque = Deque::new(vec![Value::Int(1), Value::Int(2)], Some(2));
    let error = drain(&Value::Deque(deque.clone()), |_| deque.push(Value::None)).unwrap_err();
    assert_eq!(error.to_string(), "RuntimeError: deque mutated during iteration");
}

#[test]
fn names_share_what_is_mutable() {
    let a = ints(0..2);
    let b = a.clone();
    let c = ops::iadd(&a, &a).unwrap();
    shown(&b, "[0, 1, 0, 1]");
    assert!(ops::truth(&ops::is(&b, &c).unwrap()).unwrap());
    // A sum is another list.
    let d = ops::add(&a, &b).unwrap();
    assert!(!ops::truth(&ops::is(&a, &d).unwrap()).unwrap());
    methods::extend(&[a.clone(), b.clone()]).unwrap();
    shown(&b, "[0, 1, 0, 1, 0, 1, 0, 1]");
    let backwards = Value::Slice(Slice::new([Value::None, Value::None, Value::Int(-1)]));
    ops::set_item(&a, &backwards, &b).unwrap();
    shown(&b, "[1, 0, 1, 0, 1, 0, 1, 0]");
    let deque = Value::Deque(Deque::new(vec![Value::Int(1)], None));
    shown(&ops::iadd(&deque, &deque).unwrap(), "deque([1, 1])");
    let set = Value::Set(Set::from_items([Value::Int(1)]).unwrap());
    shown(&ops::isub(&set, &set).unwrap(), "set()");
    let dict = Dict::from_pairs([(Value::Int(1), Value::Int(2))]).unwrap();
    shown(&ops::ior(&Value::Dict(dict.clone()), &Value::Dict(dict)).unwrap(), "{1: 2}");
}

#[test]
fn what_holds_itself_is_printed_once() {
    let list = ints(0..1);
    methods::append(&[list.clone(), list.clone()]).unwrap();
    shown(&list, "[0, [...]]");
    let dict = Dict::new();
    dict.insert(Value::from("me"), Value::Dict(dict.clone())).unwrap();
    shown(&Value::Dict(dict.clone()), "{'me': {...}}");
    let left_out = [Value::None, Value::Bool(true), Value::Bool(false), Value::None];
    let error = builtins::dumps(&[&[Value::Dict(dict)][..], &left_out].concat()).unwrap_err();
    assert_eq!(error.to_string(), "ValueError: Circular reference detected");
}

#[test]
fn a_dict_keeps_order_and_finds_everything() {
    let dict = Dict::new();
    for i in 0..5000 {
        dict.insert(Value::Int(i), Value::Int(i * i)).unwrap();
        dict.insert(Value::from(i.to_string()), Value::Int(-i)).unwrap();
    }
    for i in (0..5000).step_by(3) {
        assert!(dict.remove(&Value::Float(i as f64)).unwrap().is_some());
    }
    assert_eq!(dict.len(), 10_000 - 1667);
    for i in 0..5000 {
        assert_eq!(dict.contains(&Value::Int(i)).unwrap(), i % 3 != 0, "{i}");
        assert!(matches!(dict.get_str(&i.to_string()), Some(Value::Int(x)) if x == -i), "{i}");
    }
    // A removed key comes last when it is added again.
    dict.insert(Value::Int(0), Value::None).unwrap();
    assert!(matches!(dict.pop_last(), Some((Value::Int(0), Value::None))));
    // As a queue: each step costs the same.
    for i in 0..200_000 {
        dict.insert(Value::Int(10_000 + i), Value::None).unwrap();
        let (first, _) = dict.key_from(0).unwrap();
        dict.remove(&first).unwrap();
    }
    assert_eq!(dict.len(), 10_000 - 1667);
    assert_eq!(dict.keys().len(), dict.len());
    while dict.pop_first().is_some() {}
    assert!(dict.is_empty() && dict.key_from(0).is_none());
}

#[test]
fn keys_are_found_by_equality() {
    let dict = Dict::new();
    dict.insert(Value::Bool(true), Value::from("one")).unwrap();
    dict.insert(Value::Float(1.0), Value::from("uno")).unwrap();
    shown(&Value::Dict(dict.clone()), "{True: 'uno'}");
    dict.insert(Value::tuple([Value::Int(0), Value::Float(-0.0)]), Value::None).unwrap();
    assert!(dict.contains(&Value::tuple([Value::Float(0.0), Value::Int(0)])).unwrap());
    dict.insert(Value::Float(f64::NAN), Value::None).unwrap();
    assert!(dict.contains(&Value::Float(f64::NAN)).unwrap());
    let error = dict.insert(Value::tuple([ints(0..1)]), Value::None).unwrap_err();
    assert_eq!(error.to_string(), "TypeError: unhashable type: 'list'");
}

#[test]
fn computed_keys_sort_and_choose() {
    let words = ["bb", "a", "cc", "d"].map(Value::from);
    let lengths = [2, 1, 2, 1].map(Value::Int);
    let sorted = |reverse| Value::list(builtins::sorted_by(words.to_vec(), &lengths, reverse).unwrap());
    shown(&sorted(false), "['a', 'd', 'bb', 'cc']");
    shown(&sorted(true), "['bb', 'cc', 'a', 'd']");
    shown(&builtins::min_by(&words, &lengths).unwrap(), "'a'");
    shown(&builtins::max_by(&words, &lengths).unwrap(), "'bb'");
    let error = builtins::max_by(&[], &[]).unwrap_err();
    assert_eq!(error.to_string(), "ValueError: max() arg is an empty sequence");
}

#[test]
fn typed_functions_agree_with_those_of_values() {
    assert_eq!(number::int_floordiv(-7, 2), Ok(-4));
    assert_eq!(number::int_floordiv(i64::MIN, -1), Err(Exception::too_large()));
    assert_eq!(number::int_modulo(i64::MIN, -1), Ok(0));
    assert_eq!(number::int_pow(-3, 3), Ok(-27));
    assert_eq!(number::float_round(2.5), Ok(2));
    assert_eq!(number::float_round_to(2.675, 2), Ok(2.67));
    assert_eq!(
        number::compare_int_float(9_007_199_254_740_993, 9_007_199_254_740_992.0),
        Some(core::cmp::Ordering::Greater)
    );
    assert_eq!(math::sqrt_f(-1.0).unwrap_err().to_string(), "ValueError: math domain error");
    assert_eq!(math::hypot_f(3.0, 4.0), Ok(5.0));
    assert_eq!(format::format_float(-3.456, "+08.2f").unwrap(), "-0003.46");
    assert_eq!(format::float_repr(1e16), "1e+16");
    assert_eq!(ops::truth(&Value::from("")), Ok(false));
}

#[test]
fn isinstance_knows_what_derives_from_what() {
    let cases = [
        (Value::Bool(true), Class::Int, true),
        (Value::Int(1), Class::Bool, false),
        (Value::Int(1), Class::Float, false),
        (Value::Scalar(array::Scalar::F64(1.0)), Class::Float, true),
        (Value::Scalar(array::Scalar::F32(1.0)), Class::Float, false),
        (Value::Scalar(array::Scalar::F32(1.0)), Class::Floating, true),
        (Value::Scalar(array::Scalar::I64(1)), Class::Integer, true),
        (Value::Scalar(array::Scalar::I64(1)), Class::Int, false),
        (Value::Scalar(array::Scalar::Bool(true)), Class::Number, false),
        (Value::Scalar(array::Scalar::Bool(true)), Class::Generic, true),
        (Value::None, Class::NoneType, true),
        (Value::None, Class::Object, true),
    ];
    for (value, class, expected) in cases {
        assert_eq!(builtins::is_instance(&value, class), expected, "{value:?} {class:?}");
    }
    assert_eq!(builtins::type_name(&Value::Scalar(array::Scalar::F32(1.0))), "float32");
}
