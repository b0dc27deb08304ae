//! Python's operators, functions and methods against CPython. Cases are data: `tests/reference/python_core.py` makes them.
#![cfg(feature = "numpy")]

#[path = "py_core/binding.rs"]
mod binding;
#[path = "py_core/literal.rs"]
mod literal;

use remotemedia_runtime_min::py::ops::{self, equal_items};
use remotemedia_runtime_min::py::{Result, Value, format, table};

fn call(name: &str, args: &Value, named: &Value) -> Result {
    let args = ops::collect(args)?;
    match name.strip_prefix("op.") {
        Some(operator) => operate(operator, &args),
        None => {
            let at = table::find(name).unwrap_or_else(|| panic!("the table has no {name}"));
            let Value::Dict(named) = named else { panic!("named arguments are a dict") };
            let entry = &table::TABLE[at];
            (entry.call)(&binding::bind(entry.parameters, &args, named))
        }
    }
}

fn operate(name: &str, args: &[Value]) -> Result {
    let number = |at: usize| ops::index_of(&args[at]).expect("a count") as usize;
    match (name, args) {
        ("neg", [a]) => ops::neg(a),
        ("pos", [a]) => ops::pos(a),
        ("invert", [a]) => ops::invert(a),
        ("truth", [a]) => ops::truth(a).map(Value::Bool),
        ("iterate", [a]) => {
            let mut iter = ops::iterate(a)?;
            let mut out = Vec::new();
            while let Some(item) = iter.next()? {
                out.push(item);
            }
            Ok(Value::list(out))
        }
        ("type_name", [a]) => Ok(Value::from(format::type_name(a))),
        ("unpack", [a, _]) => ops::unpack(a, number(1)).map(Value::list),
        ("unpack_starred", [a, _, _]) => ops::unpack_starred(a, number(1), number(2)).map(Value::list),
        ("get_item", [a, b]) => ops::get_item(a, b),
        ("set_item", [a, b, c]) => ops::set_item(a, b, c).map(|()| Value::None),
        ("del_item", [a, b]) => ops::del_item(a, b).map(|()| Value::None),
        ("attribute", [a, Value::Str(name)]) => ops::attribute(a, name),
        ("set_attribute", [a, Value::Str(name), c]) => ops::set_attribute(a, name, c).map(|()| Value::None),
        (_, [a, b]) => binary(name)(a, b),
        _ => panic!("no operator {name} of {} operands", args.len()),
    }
}

fn binary(name: &str) -> fn(&Value, &Value) -> Result {
    match name {
        "add" => ops::add,
        "sub" => ops::sub,
        "mul" => ops::mul,
        "div" => ops::div,
        "floordiv" => ops::floordiv,
        "modulo" => ops::modulo,
        "pow" => ops::pow,
        "matmul" => ops::matmul,
        "bit_and" => ops::bit_and,
        "bit_or" => ops::bit_or,
        "bit_xor" => ops::bit_xor,
        "shl" => ops::shl,
        "shr" => ops::shr,
        "eq" => ops::eq,
        "ne" => ops::ne,
        "lt" => ops::lt,
        "le" => ops::le,
        "gt" => ops::gt,
        "ge" => ops::ge,
        "contains" => ops::contains,
        "not_contains" => ops::not_contains,
        "iadd" => ops::iadd,
        "isub" => ops::isub,
        "imul" => ops::imul,
        "idiv" => ops::idiv,
        "ifloordiv" => ops::ifloordiv,
        "imod" => ops::imod,
        "ipow" => ops::ipow,
        "iand" => ops::iand,
        "ior" => ops::ior,
        "ixor" => ops::ixor,
        "ishl" => ops::ishl,
        "ishr" => ops::ishr,
        _ => panic!("no operator {name}"),
    }
}

/// The same text, but for sets in another order and floats that are a few units in the last place apart.
fn same(found: &Value, expected: &str, ulps: u64) -> bool {
    if format::ascii(found) == expected {
        return true;
    }
    if expected.starts_with(['!', '<']) {
        return false;
    }
    match (found, &literal::value(expected)) {
        (Value::Tuple(a), Value::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| same(a, &format::ascii(b), ulps))
        }
        (Value::Set(a), Value::Set(b)) => equal_items(&Value::Set(a.clone()), &Value::Set(b.clone())).unwrap_or(false),
        (Value::Float(a), Value::Float(b)) if a.is_finite() && b.is_finite() => {
            (a.is_sign_negative() == b.is_sign_negative() || a == b) && a.to_bits().abs_diff(b.to_bits()) <= ulps
        }
        _ => false,
    }
}

fn check(name: &str, text: &str) {
    let mut failures = Vec::new();
    for line in text.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [call_name, args, named, expected, after] = columns[..] else { panic!("not five columns: {line}") };
        let (ulps, call_name) = match call_name.strip_prefix('~').and_then(|rest| rest.split_once(' ')) {
            Some((ulps, name)) => (ulps.parse().expect("units in the last place"), name),
            None => (0, call_name),
        };
        let arguments = literal::value(args);
        let result = call(call_name, &arguments, &literal::value(named));
        let shown = match &result {
            Ok(value) => format::ascii(value),
            Err(e) => format!("!{} {}", e.kind(), format::ascii(&Value::from(e.message()))),
        };
        let matches = match &result {
            Ok(value) => same(value, expected, ulps),
            Err(_) => shown == expected,
        };
        let after = if after == "-" { args } else { after };
        if !matches {
            failures.push(format!("{call_name}{args} {named}\n    expected {expected}\n       found {shown}"));
        } else if !same(&arguments, after, 0) {
            let found = format::ascii(&arguments);
            failures.push(format!("{call_name}{args}\n    expected after it {after}\n       found {found}"));
        }
    }
    let most = std::env::var("FAILURES").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    let shown: Vec<_> = failures.iter().take(most).map(String::as_str).collect();
    assert!(failures.is_empty(), "{} of {name} differ:\n{}", failures.len(), shown.join("\n"));
}

#[test]
fn operators() {
    check("operators", include_str!("../../tests/reference/python_data/core_operators.txt"));
}

#[test]
fn numbers() {
    check("numbers", include_str!("../../tests/reference/python_data/core_numbers.txt"));
}

#[test]
fn texts() {
    check("texts", include_str!("../../tests/reference/python_data/core_texts.txt"));
}

#[test]
fn containers() {
    check("containers", include_str!("../../tests/reference/python_data/core_containers.txt"));
}

/// Where the reference Python is set up.
#[test]
fn the_data_are_fresh() {
    let Some(python) = std::env::var_os("REMOTEMEDIA_PYTHON").filter(|p| !p.is_empty()) else { return };
    for script in ["python_core.py", "python_unicode.py"] {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/reference/").to_owned() + script;
        let status = std::process::Command::new(&python)
            .arg("-B")
            .arg(path)
            .arg("--check")
            .status()
            .expect("the reference Python runs");
        assert!(status.success(), "{script} --check: {status}");
    }
}

#[test]
fn the_table_is_sorted() {
    for pair in table::TABLE.windows(2) {
        assert!(pair[0].name < pair[1].name, "{} before {}", pair[0].name, pair[1].name);
    }
}
