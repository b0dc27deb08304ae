//! Functions with a `key=`, whose keys the caller has computed: one for each item.

use super::{collect, max_by, min_by, reversed_by, sorted_by, type_name};
use crate::py::{Result, Value};

/// `sorted(items, key=…, reverse=…)`
pub fn sorted_by_keys(args: &[Value]) -> Result {
    Ok(Value::list(sorted_by(collect(&args[0])?, &collect(&args[1])?, reversed_by(&args[2])?)?))
}

/// `min(items, key=…)`
pub fn min_by_keys(args: &[Value]) -> Result {
    min_by(&collect(&args[0])?, &collect(&args[1])?)
}

/// `max(items, key=…)`
pub fn max_by_keys(args: &[Value]) -> Result {
    max_by(&collect(&args[0])?, &collect(&args[1])?)
}

/// `type(obj).__name__`
pub fn class_name(args: &[Value]) -> Result {
    Ok(Value::from(type_name(&args[0])))
}
