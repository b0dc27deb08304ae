//! What a number can be: an interval, and whether it can be a NaN.

use remotemedia_ir::kernel::Const;
use remotemedia_ir::script::{Compare, Literal};

/// What a number can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) nan: bool,
}

impl Range {
    pub(super) const ANY: Range = Range { low: f64::NEG_INFINITY, high: f64::INFINITY, nan: true };

    /// Not any number.
    pub(super) const NOTHING: Range = Range { low: f64::INFINITY, high: f64::NEG_INFINITY, nan: false };

    pub(super) fn new(low: f64, high: f64, nan: bool) -> Range {
        if low.is_nan() || high.is_nan() { Range { nan: true, ..Range::ANY } } else { Range { low, high, nan } }
    }

    pub(super) fn join(self, other: Range) -> Range {
        Range { low: self.low.min(other.low), high: self.high.max(other.high), nan: self.nan || other.nan }
    }

    /// All results of a monotone operation on the ends, a NaN where infinities meet.
    pub(super) fn corners(self, other: Range, operation: impl Fn(f64, f64) -> f64) -> Range {
        let all = [
            operation(self.low, other.low),
            operation(self.low, other.high),
            operation(self.high, other.low),
            operation(self.high, other.high),
        ];
        if all.iter().any(|x| x.is_nan()) {
            return Range::ANY;
        }
        let low = all.iter().copied().fold(f64::INFINITY, f64::min);
        let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // An end that is infinite may meet another one inside.
        let endless = !(self.is_finite() && other.is_finite());
        Range { low, high, nan: self.nan || other.nan || endless }
    }

    /// What is left where it is known to compare so with a number of another range; both being whole, the next one counts. What is
    /// not a number compares with nothing but `!=`.
    pub(super) fn where_it_is(self, op: Compare, other: Range, are_whole: bool) -> Range {
        let less = |bound: f64| if are_whole { bound - 1.0 } else { bound.next_down() };
        let more = |bound: f64| if are_whole { bound + 1.0 } else { bound.next_up() };
        // Where no number is left, that way is never gone, and the bound is as good as any.
        let below = |bound: f64| Range { low: self.low.min(bound), high: self.high.min(bound), ..self };
        let above = |bound: f64| Range { low: self.low.max(bound), high: self.high.max(bound), ..self };
        match op {
            Compare::Lt => below(less(other.high)),
            Compare::Le => below(other.high),
            Compare::Gt => above(more(other.low)),
            Compare::Ge => above(other.low),
            _ => self,
        }
    }

    /// Where one gets that goes a part of the way from here to there: `a + k * (b - a)`, `k` from `least` to 1, of which every operation
    /// is rounded.
    pub(super) fn towards(self, there: Range, least: f64) -> Range {
        let all = self.join(there);
        // The rounding is of what is as large as the way. Only zero is never crossed: `a + fl(0 - a)` is exact.
        let loose = (all.high - all.low + all.high.abs() + all.low.abs()) * 4.0 * f64::EPSILON;
        // Who is beyond comes nearer.
        let back = |here: f64, there: f64| here - least * (here - there);
        let high = if all.high > there.high { back(all.high, there.high).max(there.high) } else { there.high };
        let low = if all.low < there.low { back(all.low, there.low).min(there.low) } else { there.low };
        let high = if all.high == 0.0 { 0.0 } else { high + loose };
        let low = if all.low == 0.0 { 0.0 } else { low - loose };
        let is_endless = !(self.is_finite() && there.is_finite() && loose.is_finite());
        Range { nan: self.nan || there.nan || is_endless, ..Range::new(low, high, false) }
    }

    pub(super) fn is_finite(self) -> bool {
        self.low.is_finite() && self.high.is_finite() && !self.nan
    }

    pub(super) fn excludes_zero(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Bounds that still grow go on to the next threshold, of which there are ever fewer, and else are given up.
pub(super) fn widened(before: &[Range], after: &[Range], thresholds: &[f64]) -> Vec<Range> {
    let down = |x: f64| thresholds.iter().copied().filter(|t| *t <= x).fold(f64::NEG_INFINITY, f64::max);
    let up = |x: f64| thresholds.iter().copied().filter(|t| *t >= x).fold(f64::INFINITY, f64::min);
    let grow = |(a, b): (&Range, &Range)| Range {
        low: if b.low < a.low { down(b.low) } else { b.low },
        high: if b.high > a.high { up(b.high) } else { b.high },
        nan: b.nan,
    };
    before.iter().zip(after).map(grow).collect()
}

/// What a field is at first: nothing as yet where it is no number.
pub(super) fn start(literal: &Literal) -> Range {
    number(literal).map_or(Range::NOTHING, of)
}

/// The constant that a number of Python is.
pub(super) fn number(literal: &Literal) -> Option<Const> {
    match literal {
        Literal::Bool(b) => Some(Const::Bool(*b)),
        Literal::Int(i) => Some(Const::I64(*i)),
        Literal::Float(x) => Some(Const::F64(*x)),
        _ => None,
    }
}

/// What a constant can be.
pub(super) fn of(constant: Const) -> Range {
    let x = as_f64(constant);
    Range::new(x, x, false)
}

/// The number that a constant is.
pub(super) fn as_f64(constant: Const) -> f64 {
    match constant {
        Const::F32(x) => f64::from(x),
        Const::F64(x) => x,
        Const::I32(i) => f64::from(i),
        Const::I64(i) => i as f64,
        Const::Bool(b) => f64::from(u8::from(b)),
    }
}
