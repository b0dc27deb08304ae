//! Arguments of a call in the order of a table entry's parameters, as a front end would put them.

use crate::literal;
use remotemedia_runtime_min::py::Value;
use remotemedia_runtime_min::py::containers::Dict;

/// Binds positional and named arguments to parameters as in `a, b=1, *rest, c=None, **named`.
pub fn bind(parameters: &str, args: &[Value], named: &Dict) -> Vec<Value> {
    let mut positional = args.iter().cloned();
    let mut keyword_only = false;
    let rest = named.copy();
    let mut out = Vec::new();
    for parameter in split(parameters) {
        if parameter == "*" {
            keyword_only = true;
        } else if parameter.starts_with("**") {
            out.push(Value::Dict(rest.copy()));
        } else if parameter.starts_with('*') {
            out.push(Value::tuple(positional.by_ref().collect::<Vec<_>>()));
            keyword_only = true;
        } else {
            let (name, default) = match parameter.split_once('=') {
                Some((name, default)) => (name, Some(default)),
                None => (parameter, None),
            };
            let given = if keyword_only { None } else { positional.next() };
            let given = given.or_else(|| rest.remove(&Value::from(name)).expect("a name is hashable"));
            let value = given.or_else(|| default.map(literal::value));
            out.push(value.unwrap_or_else(|| panic!("no argument for {name} of {parameters}")));
        }
    }
    assert!(positional.next().is_none(), "more arguments than {parameters}");
    out
}

/// At commas outside of brackets and quotes.
fn split(parameters: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start) = (0, false, 0);
    let mut out = Vec::new();
    for (at, c) in parameters.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                out.push(parameters[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(parameters[start..].trim());
    out
}
