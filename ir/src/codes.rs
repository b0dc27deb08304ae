//! Every diagnostic code with its title and its page, declared once.
//!
//! Numbers are stable: RM01xx reading, RM02xx resolving, RM03xx types, RM04xx placement and schedule, RM05xx building,
//! RM06xx running, RM09xx bugs. The page of a code is `ir/pages/RM0123.md`; `remotemedia explain` prints it. To add a
//! code, add a line to the list below and write its page: a test checks the page's form.

use crate::diag::Code;

/// A code, its title and its page in Markdown.
pub type Entry = (Code, &'static str, &'static str);

macro_rules! codes {
    ($($name:ident = $number:ident, $title:literal;)*) => {
        $(
            #[doc = concat!("`", stringify!($number), "`: ", $title, ".")]
            pub const $name: Code = Code(number(stringify!($number)));
        )*

        /// Every code with its title and its page in Markdown, by number.
        pub const ALL: &[Entry] = &[
            $(($name, $title, include_str!(concat!("../pages/", stringify!($number), ".md")))),*
        ];
    };
}

codes! {
    // Reading: from bytes to a manifest.
    NOT_TEXT = RM0101, "not readable as text";
    EMPTY_SOURCE = RM0102, "nothing in the file";
    JSON_SYNTAX = RM0103, "not JSON";
    YAML_SYNTAX = RM0104, "not YAML";
    DUPLICATE_KEY = RM0105, "key given twice";
    TOO_DEEP = RM0106, "nested too deeply";
    TOO_LARGE = RM0107, "too large";
    SEVERAL_DOCUMENTS = RM0108, "more than one YAML document";
    UNSUPPORTED_YAML = RM0109, "YAML that manifests do not use";
    NUMBER_TOO_LARGE = RM0110, "number too large";
    MISSING_VARIABLE = RM0111, "variable without a value";
    BAD_TEMPLATE = RM0112, "template that cannot be read";
    MISSING_FIELD = RM0120, "missing field";
    WRONG_TYPE = RM0121, "field of the wrong type";
    UNKNOWN_FIELD = RM0122, "unknown field";
    UNSUPPORTED_VERSION = RM0123, "version not supported";
    FIELD_TWICE = RM0124, "field given twice under two names";
    BAD_VALUE = RM0125, "value that is not possible";
    TOLERATED_SYNTAX = RM0150, "syntax that is tolerated";
    TOLERATED_NAME = RM0151, "name that is tolerated";
    TOLERATED_SHAPE = RM0152, "shape that is tolerated";
    TOLERATED_VALUE = RM0153, "value that is tolerated";
    UNUSED_FIELD = RM0154, "field without effect";
    IR_SYNTAX = RM0190, "IR text that cannot be read";

    // Resolving: from a manifest to a graph.
    UNKNOWN_NODE_TYPE = RM0201, "unknown node type";
    UNKNOWN_PARAMETER = RM0202, "unknown parameter";
    MISSING_PARAMETER = RM0203, "missing parameter";
    PARAMETER_TYPE = RM0204, "parameter of the wrong type";
    PARAMETER_RANGE = RM0205, "parameter out of range";
    DUPLICATE_NODE = RM0206, "duplicate node id";
    UNKNOWN_NODE = RM0207, "edge to a node that does not exist";
    UNKNOWN_PORT = RM0208, "port that does not exist";
    PORT_FED_TWICE = RM0209, "port fed twice";
    AMBIGUOUS_PORT = RM0210, "ambiguous port";
    EMPTY_GRAPH = RM0211, "empty graph";
    PARAMETER_TWICE = RM0212, "parameter given twice";
    PYTHON_SYNTAX = RM0220, "not Python";
    PYTHON_NAME = RM0221, "unknown name in Python";
    PYTHON_TYPE = RM0222, "type that cannot be in Python";
    PYTHON_CLASS = RM0223, "class of a Python node not found";
    PYTHON_OUTSIDE = RM0224, "Python that is not compiled";
    PYTHON_START = RM0225, "Python node that cannot be made";
    PYTHON_FILE = RM0226, "Python file that cannot be read";
    PYTHON_PIPELINE = RM0227, "pipeline in Python that is not plain";

    // Types.
    TYPE_MISMATCH = RM0301, "types that cannot be reconciled";
    OPEN_FORMAT = RM0302, "open format";
    FORMAT_MISMATCH = RM0303, "wrong format for a checked parameter";

    // Placement and schedule.
    CYCLE_WITHOUT_DELAY = RM0401, "cycle without a delay";
    UNBALANCED_RATES = RM0402, "unbalanced rates";
    RUNTIME_NOT_BUILT = RM0403, "runtime that is not built yet";
    UNBOUNDED_SOURCE = RM0404, "unbounded source";
    NO_RUNTIME = RM0405, "no runtime fits";

    // Bugs.
    BUG = RM0901, "bug in the compiler";
}

/// The entry of a code.
pub fn entry(code: Code) -> Option<&'static Entry> {
    ALL.iter().find(|(known, _, _)| *known == code)
}

/// The page of a code, in Markdown.
pub fn page(code: Code) -> Option<&'static str> {
    entry(code).map(|(_, _, page)| *page)
}

/// The title of a code.
pub fn title(code: Code) -> Option<&'static str> {
    entry(code).map(|(_, title, _)| *title)
}

/// Reads `RM0123`, `rm123` or `123`; the code need not exist.
pub fn parse(text: &str) -> Option<Code> {
    let digits = match text.get(..2) {
        Some(prefix) if prefix.eq_ignore_ascii_case("rm") => &text[2..],
        _ => text,
    };
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().map(Code)
}

/// The number in `RM0123`, while compiling.
const fn number(name: &str) -> u16 {
    let digits = name.as_bytes();
    let mut value = 0;
    let mut index = 2;
    while index < digits.len() {
        value = value * 10 + (digits[index] - b'0') as u16;
        index += 1;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_of_the_usual_form() {
        for (code, title, page) in ALL {
            assert!(page.starts_with(&format!("# {code}: {title}\n")), "first line of the page of {code}");
            let mut rest = *page;
            for section in ["\n## What it means\n", "\n## Why\n", "\n## Wrong\n", "\n## Right\n"] {
                let found = rest.find(section);
                assert!(found.is_some(), "the page of {code} has no section `{}` (or not in order)", section.trim());
                rest = &rest[found.unwrap_or(0) + section.len() - 1..];
            }
            for (which, section) in page.split("\n## ").skip(3).take(2).enumerate() {
                assert_eq!(section.matches("```").count(), 2, "example {which} of the page of {code}");
            }
            assert!(page.lines().all(|line| line.chars().count() <= 120), "a long line in the page of {code}");
            assert!(page.ends_with('\n') && !page.ends_with("\n\n"), "the end of the page of {code}");
        }
    }

    #[test]
    fn codes_are_in_order_and_unique() {
        assert!(ALL.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn codes_read_as_they_print() {
        for (code, title, page) in ALL {
            assert_eq!(parse(&code.to_string()), Some(*code));
            assert_eq!((self::title(*code), self::page(*code)), (Some(*title), Some(*page)));
        }
        assert_eq!(parse("rm206"), Some(DUPLICATE_NODE));
        assert_eq!(parse("0206"), Some(DUPLICATE_NODE));
        for bad in ["", "RM", "RM12345", "RM-1", "RM+1", "X0206", "é"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
