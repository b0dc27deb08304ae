//! What random programs are made of: templates of expressions and statements.
//!
//! In a template `{i}` is an expression of the kind of that letter, `{i.}` a name or a constant, `{i+}` an expression that may use the
//! names which the template binds: `$i`, `$i2`. `@i`, `@i2` are names that are there before. `{:i}` is a format specification. In
//! statements a line `...` stands for others. What stands twice is drawn twice as often, what begins with
//! `!` often raises and is drawn seldom.

mod expressions;
mod statements;

use expressions::{ANY, ARRAY, BOOL, FLOAT, FLOATS, INT, INTS, NUMBER, PAIR, PAIRS, RECORD, SAMPLES, STR, STRS, TABLE};
pub use statements::STATEMENTS;

/// A kind of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Int,
    Float,
    Bool,
    Str,
    /// An int, a float or a bool.
    Number,
    Ints,
    Floats,
    Strs,
    /// `(int, str)`
    Pair,
    /// A list of pairs.
    Pairs,
    /// A dict from str to int.
    Table,
    /// An instance of a dataclass.
    Record,
    /// Anything that a message can hold.
    Any,
    /// An array of float64 in one dimension.
    Array,
    /// Samples of a chunk.
    Samples,
}

impl Kind {
    /// The kind of a letter of a template.
    pub fn of(letter: char) -> Kind {
        match letter {
            'i' => Kind::Int,
            'f' => Kind::Float,
            'b' => Kind::Bool,
            's' => Kind::Str,
            'n' => Kind::Number,
            'I' => Kind::Ints,
            'F' => Kind::Floats,
            'S' => Kind::Strs,
            'p' => Kind::Pair,
            'P' => Kind::Pairs,
            'd' => Kind::Table,
            'r' => Kind::Record,
            'a' => Kind::Any,
            'A' => Kind::Array,
            'M' => Kind::Samples,
            other => panic!("`{other}` is no kind"),
        }
    }

    /// What gives it.
    pub fn templates(self) -> &'static [&'static str] {
        match self {
            Kind::Int => INT,
            Kind::Float => FLOAT,
            Kind::Bool => BOOL,
            Kind::Str => STR,
            Kind::Number => NUMBER,
            Kind::Ints => INTS,
            Kind::Floats => FLOATS,
            Kind::Strs => STRS,
            Kind::Pair => PAIR,
            Kind::Pairs => PAIRS,
            Kind::Table => TABLE,
            Kind::Record => RECORD,
            Kind::Any => ANY,
            Kind::Array => ARRAY,
            Kind::Samples => SAMPLES,
        }
    }

    /// What a program can be made smaller with.
    pub fn constants(self) -> &'static [&'static str] {
        match self {
            Kind::Int => {
                &["0", "1", "-1", "2", "3", "7", "10", "-13", "100", "255", "4294967296", "4611686018427387904"]
            }
            Kind::Float => {
                &["0.0", "1.0", "-0.5", "2.5", "0.1", "-3.75", "1e16", "1e-7", "123456.789", "-0.0", "1e300", "0.3"]
            }
            Kind::Bool => &["True", "False"],
            Kind::Str => {
                &["\"\"", "\"a\"", "\"Hello World\"", "\" 12 \"", "\"3.5\"", "\"äß😀x\"", "\"a,b,,c\"", "\"k\""]
            }
            Kind::Number => &["0", "1", "2.5", "True", "-7", "1e3"],
            Kind::Ints => &["[]", "[1, 2, 3]", "[5, -2, 0, 9]", "[0]"],
            Kind::Floats => &["[]", "[0.5, -1.25, 3.0]", "[1e10, 0.1]"],
            Kind::Strs => &["[]", "[\"b\", \"a\", \"C\"]", "[\"x\"]"],
            Kind::Pair => &["(1, \"one\")", "(0, \"\")"],
            Kind::Pairs => &["[(2, \"b\"), (1, \"a\"), (2, \"a\")]", "[]"],
            Kind::Table => &["{\"a\": 1, \"b\": 2}", "{}", "{\"k\": -3}"],
            Kind::Record => &["Point(1, 2.5)", "Point(0, -0.5)"],
            Kind::Any => &["None", "1", "2.5", "\"any\"", "[1, \"x\"]", "True", "(1, 2.0)"],
            Kind::Array => &["np.array([1.0, -2.5, 3.25])", "np.zeros(3)", "np.arange(4.0)", "np.ones(3)"],
            Kind::Samples => &["samples"],
        }
    }
}

/// Format specifications that fit, and some that do not.
pub fn specifications(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Int => &[
            "", "d", "5d", "05d", "+d", "x", "#X", "b", "#o", ",", "_", ">8", "<8", "^9", "*^9", "08.2f", ".3e", "g",
            "%", " d", "_b", "=+6", "s",
        ],
        Kind::Float => &[
            "", ".2f", "8.3f", "+.1e", ".4g", "g", "e", ".0f", "%", ".1%", ",.2f", "010.3f", "<10", "#.3g", " .2f",
            ".3", "^12", "_.1f", "d", "G", ".10g",
        ],
        Kind::Bool => &["", "d", ">6", "s", "5"],
        Kind::Str => &["", ">6", "<6", "^7", ".2", "*^9.3", "s", "10s", "_>4", "d"],
        _ => &[""],
    }
}
