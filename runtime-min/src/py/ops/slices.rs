//! Which elements a slice names.

use super::index_of;
use crate::py::{Exception, Result, Value};

/// The elements `start`, `start + step` and so on, `count` of them, of a sequence of a known length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    pub count: usize,
}

impl Bounds {
    /// What `slice(start, stop, step)` names of a sequence of `len` elements.
    pub fn of(slice: &[Value; 3], len: usize) -> Result<Bounds> {
        let len = len as i64;
        let step = bound(&slice[2])?.unwrap_or(1);
        if step == 0 {
            return Err(Exception::value_error("slice step cannot be zero"));
        }
        let (lowest, highest) = if step < 0 { (-1, len - 1) } else { (0, len) };
        let place = |at: i64| (if at < 0 { at.saturating_add(len) } else { at }).clamp(lowest, highest);
        let start = bound(&slice[0])?.map_or(if step < 0 { highest } else { lowest }, place);
        let stop = bound(&slice[1])?.map_or(if step < 0 { lowest } else { highest }, place);
        let count = if step < 0 && stop < start {
            (start - stop - 1) as u64 / step.unsigned_abs() + 1
        } else if step > 0 && start < stop {
            (stop - start - 1) as u64 / step as u64 + 1
        } else {
            0
        };
        Ok(Bounds { start, stop, step, count: count as usize })
    }

    /// The positions where `step` is 1: empty ones say where something is inserted.
    pub fn range(self) -> core::ops::Range<usize> {
        self.start as usize..self.stop.max(self.start) as usize
    }

    /// The positions, in the order of the slice.
    pub fn positions(self) -> impl Iterator<Item = usize> {
        // The product stays below the length where the position is one.
        (0..self.count as i64).map(move |i| (self.start + i * self.step) as usize)
    }
}

/// Start, stop or step; nothing where it is left out.
fn bound(value: &Value) -> Result<Option<i64>> {
    match (value, index_of(value)) {
        (Value::None, _) => Ok(None),
        (_, Some(i)) => Ok(Some(i)),
        (_, None) => Err(Exception::type_error("slice indices must be integers or None or have an __index__ method")),
    }
}
