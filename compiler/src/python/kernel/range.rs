//! What a number can be: an interval, and whether it can be a NaN.

use remotemedia_ir::script::Literal;

/// What a number can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) nan: bool,
}

impl Range {
    pub(super) const ANY: Range = Range { low: f64::NEG_INFINITY, high: f64::INFINITY, nan: true };

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

    pub(super) fn is_finite(self) -> bool {
        self.low.is_finite() && self.high.is_finite() && !self.nan
    }

    pub(super) fn excludes_zero(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Bounds that still grow are given up.
pub(super) fn widened(before: &[Range], after: &[Range]) -> Vec<Range> {
    let grow = |(a, b): (&Range, &Range)| Range {
        low: if b.low < a.low { f64::NEG_INFINITY } else { b.low },
        high: if b.high > a.high { f64::INFINITY } else { b.high },
        nan: b.nan,
    };
    before.iter().zip(after).map(grow).collect()
}

/// What a field is at first.
pub(super) fn start(literal: &Literal) -> Option<Range> {
    let x = match literal {
        Literal::Bool(b) => f64::from(u8::from(*b)),
        Literal::Int(i) => *i as f64,
        Literal::Float(x) => *x,
        _ => return None,
    };
    Some(if x.is_nan() { Range::ANY } else { Range { low: x, high: x, nan: false } })
}
