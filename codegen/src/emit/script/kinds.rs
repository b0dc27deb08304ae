//! The kinds of values that a class makes, of those that most make none of.
//!
//! Each is a feature of `runtime-min`: without it the kind is a type that cannot be, and what every operator would do with such values
//! is not linked. They come from displays, from constants and from the calls that make them, and from nowhere else: no message has one.

use super::visit::{self, Visit};
use remotemedia_ir::script::{Expr, ExprKind, Literal, Script, Ty};
use remotemedia_runtime_min::py::regex::PATTERN;
use remotemedia_runtime_min::py::table::TABLE;
use std::collections::BTreeSet;

const SETS: &str = "py-sets";
const DEQUES: &str = "py-deques";
const RANGES: &str = "py-ranges";
const SLICES: &str = "py-slices";
const RECORDS: &str = "py-records";
const REGEX: &str = "py-regex";
const PATTERNS: &str = "py-patterns";

/// Functions that make such values.
const MAKERS: [(&str, &str); 3] = [("set", SETS), ("collections.deque", DEQUES), ("range", RANGES)];

/// The features of `runtime-min` for them.
pub fn kinds(script: &Script) -> BTreeSet<&'static str> {
    let mut kinds = Kinds(BTreeSet::new());
    script.fields.iter().for_each(|field| kinds.literal(&field.init));
    script.functions.iter().for_each(|function| visit::stmts(&function.body, &mut kinds));
    kinds.0
}

struct Kinds(BTreeSet<&'static str>);

impl Kinds {
    fn literal(&mut self, literal: &Literal) {
        let kind = match literal {
            Literal::Set(_) => Some(SETS),
            Literal::Deque(..) => Some(DEQUES),
            Literal::Record { class, .. } if class == PATTERN => Some(REGEX),
            Literal::Record { .. } => Some(RECORDS),
            _ => None,
        };
        self.0.extend(kind);
        match literal {
            Literal::List(items) | Literal::Tuple(items) | Literal::Set(items) | Literal::Deque(items, _) => {
                items.iter().for_each(|item| self.literal(item));
            }
            Literal::Dict(members) => members.iter().for_each(|(key, value)| {
                self.literal(key);
                self.literal(value);
            }),
            Literal::Record { class: _, likeness: _, fields } => {
                fields.iter().for_each(|(_, value)| self.literal(value))
            }
            _ => {}
        }
    }
}

impl Visit for Kinds {
    fn expr(&mut self, expr: &Expr) {
        let kind = match &expr.kind {
            ExprKind::Literal(literal) => return self.literal(literal),
            ExprKind::Set(_) => Some(SETS),
            ExprKind::Slice(_) => Some(SLICES),
            ExprKind::Record(..) => Some(RECORDS),
            ExprKind::Call(function, args) => {
                let entry = &TABLE[function.0];
                let reads_pattern = entry.parameters.starts_with("pattern, ")
                    && !matches!(args.first().map(|pattern| &pattern.ty), Some(Ty::Record(_)));
                match entry.path.starts_with("regex::") {
                    true if reads_pattern => Some(PATTERNS),
                    true => Some(REGEX),
                    false => MAKERS.iter().find(|(name, _)| *name == entry.name).map(|(_, feature)| *feature),
                }
            }
            _ => None,
        };
        self.0.extend(kind);
    }
}
