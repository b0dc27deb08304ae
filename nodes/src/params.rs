//! Parameters of node types: what may be written, in which unit and range, and what it is by default.

use remotemedia_ir::graph::Param;

/// What kind of value a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParamKind {
    /// A whole number in `min..=max`.
    Int {
        min: i64,
        max: i64,
    },
    /// A number in `min..=max`.
    Float {
        min: f64,
        max: f64,
    },
    Bool,
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Numbers, each in `min..=max`, at least `least` and at most `most` of them.
    Floats {
        min: f64,
        max: f64,
        least: usize,
        most: usize,
    },
    /// Rows of numbers (a matrix): a `Param::List` of lists of floats.
    Matrix,
    /// Words.
    Texts,
    /// A whole number in `min..=max`, or one of these words.
    IntOr {
        min: i64,
        max: i64,
        words: &'static [&'static str],
    },
    /// Anything; kept as the front end read it, for nodes of other runtimes.
    Any,
}

/// What holds where a parameter is not written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Default {
    /// It must be written.
    Required,
    /// Nothing: the `opt_` getters of [`Params`] give `None`.
    Absent,
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(&'static str),
    Floats(&'static [f64]),
    Texts(&'static [&'static str]),
}

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamSpec {
    /// snake_case; camelCase is understood anyway.
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub kind: ParamKind,
    /// `Hz`, `ms`, `dB`, `frames`, `%`, or empty.
    pub unit: &'static str,
    pub default: Default,
    pub doc: &'static str,
}

impl ParamSpec {
    /// A parameter without aliases and unit.
    pub const fn new(name: &'static str, kind: ParamKind, default: Default, doc: &'static str) -> ParamSpec {
        ParamSpec { name, aliases: &[], kind, unit: "", default, doc }
    }

    /// In that unit.
    pub const fn unit(self, unit: &'static str) -> ParamSpec {
        ParamSpec { unit, ..self }
    }

    /// Also under these names.
    pub const fn aliases(self, aliases: &'static [&'static str]) -> ParamSpec {
        ParamSpec { aliases, ..self }
    }
}

/// A frequency in Hz, above 0.
pub const HERTZ: ParamKind = ParamKind::Float { min: 1e-3, max: 1e6 };
/// A level or a gain in dB.
pub const DECIBEL: ParamKind = ParamKind::Float { min: -200.0, max: 200.0 };
/// A duration in ms.
pub const MILLISECONDS: ParamKind = ParamKind::Float { min: 0.0, max: 3_600_000.0 };
/// A sampling rate in Hz.
pub const RATE: ParamKind = ParamKind::Int { min: 1, max: 1_536_000 };
/// A number of channels.
pub const CHANNELS: ParamKind = ParamKind::Int { min: 1, max: 64 };
/// Any finite number.
pub const NUMBER: ParamKind = ParamKind::Float { min: f64::MIN, max: f64::MAX };

/// The parameters of one node: canonical names, types checked, defaults filled in.
///
/// Getters give the value that the catalog's declaration promises; asking for a parameter that is not declared gives the
/// zero of its type, and a test over the catalog catches that.
#[derive(Clone, Debug, PartialEq, std::default::Default)]
pub struct Params {
    pub list: Vec<(String, Param)>,
}

impl Params {
    /// The parameter, if it is there.
    pub fn get(&self, name: &str) -> Option<&Param> {
        self.list.iter().find(|(n, _)| n == name).map(|(_, p)| p)
    }

    /// A number.
    pub fn float(&self, name: &str) -> f64 {
        self.opt_float(name).unwrap_or(0.0)
    }

    /// A whole number.
    pub fn int(&self, name: &str) -> i64 {
        self.opt_int(name).unwrap_or(0)
    }

    /// True or false.
    pub fn bool(&self, name: &str) -> bool {
        self.opt_bool(name).unwrap_or(false)
    }

    /// A word or text.
    pub fn text(&self, name: &str) -> &str {
        self.opt_text(name).unwrap_or("")
    }

    /// Numbers.
    pub fn floats(&self, name: &str) -> Vec<f64> {
        match self.get(name) {
            Some(Param::List(items)) => items.iter().filter_map(number).collect(),
            Some(Param::Int(_) | Param::Float(_) | Param::Bool(_) | Param::Text(_)) | None => Vec::new(),
        }
    }

    /// Rows of numbers.
    pub fn matrix(&self, name: &str) -> Vec<Vec<f64>> {
        match self.get(name) {
            Some(Param::List(rows)) => rows
                .iter()
                .map(|row| match row {
                    Param::List(items) => items.iter().filter_map(number).collect(),
                    Param::Int(_) | Param::Float(_) | Param::Bool(_) | Param::Text(_) => Vec::new(),
                })
                .collect(),
            Some(Param::Int(_) | Param::Float(_) | Param::Bool(_) | Param::Text(_)) | None => Vec::new(),
        }
    }

    /// Words.
    pub fn texts(&self, name: &str) -> Vec<String> {
        match self.get(name) {
            Some(Param::List(items)) => items
                .iter()
                .filter_map(|p| match p {
                    Param::Text(t) => Some(t.clone()),
                    Param::Int(_) | Param::Float(_) | Param::Bool(_) | Param::List(_) => None,
                })
                .collect(),
            Some(Param::Int(_) | Param::Float(_) | Param::Bool(_) | Param::Text(_)) | None => Vec::new(),
        }
    }

    /// A number that may be absent.
    pub fn opt_float(&self, name: &str) -> Option<f64> {
        self.get(name).and_then(number)
    }

    /// A whole number that may be absent.
    pub fn opt_int(&self, name: &str) -> Option<i64> {
        match self.get(name) {
            Some(Param::Int(i)) => Some(*i),
            Some(Param::Float(_) | Param::Bool(_) | Param::Text(_) | Param::List(_)) | None => None,
        }
    }

    /// True or false, or absent.
    pub fn opt_bool(&self, name: &str) -> Option<bool> {
        match self.get(name) {
            Some(Param::Bool(b)) => Some(*b),
            Some(Param::Int(_) | Param::Float(_) | Param::Text(_) | Param::List(_)) | None => None,
        }
    }

    /// A text that may be absent.
    pub fn opt_text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Param::Text(t)) => Some(t),
            Some(Param::Int(_) | Param::Float(_) | Param::Bool(_) | Param::List(_)) | None => None,
        }
    }
}

fn number(param: &Param) -> Option<f64> {
    match param {
        Param::Float(x) => Some(*x),
        Param::Int(i) => Some(*i as f64),
        Param::Bool(_) | Param::Text(_) | Param::List(_) => None,
    }
}
