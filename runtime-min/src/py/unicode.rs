//! What Python asks of characters: kinds of digits, letters, title case, folded case, what is printed as it is.

mod cases;
mod sets;
mod variants;

use alloc::string::String;

/// Whether `c` is in a set that is given by the characters at which membership changes.
fn within(bounds: &[u32], c: char) -> bool {
    bounds.partition_point(|&b| b <= u32::from(c)) % 2 == 1
}

/// A letter: `str.isalpha`.
pub fn is_alphabetic(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { within(&sets::ALPHABETIC, c) }
}

/// The value of a decimal digit of any script: `str.isdecimal`, and what `int` reads.
pub fn decimal(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    let after = sets::ZEROS.partition_point(|&zero| zero <= u32::from(c));
    let value = u32::from(c) - sets::ZEROS.get(after.checked_sub(1)?)?;
    (value < 10).then_some(value)
}

/// `str.isdigit`: decimal digits, superscripts and the like.
pub fn is_digit(c: char) -> bool {
    decimal(c).is_some() || within(&sets::DIGITS, c)
}

/// `str.isnumeric`: also fractions, numbers of ideographs and the like.
pub fn is_numeric(c: char) -> bool {
    within(&sets::NUMERIC, c)
}

/// A letter in title case, as `ǅ`.
pub fn is_title(c: char) -> bool {
    !c.is_ascii() && within(&sets::TITLE, c)
}

/// White space: `str.isspace`, and what `str.split` splits at.
pub fn is_space(c: char) -> bool {
    // The separators of files, groups, records and units are spaces to Python.
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// Characters `first` to `last`, every one or every second, and how far their images are from them.
pub(super) struct Run {
    first: u32,
    last: u32,
    step: u32,
    delta: i32,
}

fn push_mapped(to: &mut String, c: char, runs: &[Run], several: &[(char, &str)]) {
    if let Ok(at) = several.binary_search_by_key(&c, |(from, _)| *from) {
        return to.push_str(several[at].1);
    }
    let code = u32::from(c);
    let run = runs.partition_point(|run| run.first <= code).checked_sub(1).and_then(|at| runs.get(at));
    let run = run.filter(|run| code <= run.last && (code - run.first).is_multiple_of(run.step));
    to.push(run.and_then(|run| char::from_u32(code.wrapping_add_signed(run.delta))).unwrap_or(c));
}

/// Appends the upper case of a character.
pub fn push_upper(to: &mut String, c: char) {
    if c.is_ascii() {
        to.push(c.to_ascii_uppercase());
    } else {
        push_mapped(to, c, &cases::UPPER, &cases::UPPERS);
    }
}

/// Appends the lower case of a character by itself.
pub fn push_lower(to: &mut String, c: char) {
    if c.is_ascii() {
        to.push(c.to_ascii_lowercase());
    } else {
        push_mapped(to, c, &cases::LOWER, &cases::LOWERS);
    }
}

/// Appends the lower case of the character between two texts: a sigma at the end of a word has another.
pub fn push_lower_in(to: &mut String, before: &str, c: char, behind: &str) {
    let is_ignored = |c: &char| within(&sets::IGNORABLE, *c);
    let is_cased = |c: Option<char>| c.is_some_and(|c| within(&sets::CASED, c));
    let is_last = || {
        is_cased(before.chars().rev().find(|c| !is_ignored(c))) && !is_cased(behind.chars().find(|c| !is_ignored(c)))
    };
    if c == 'Σ' && is_last() {
        to.push('ς');
    } else {
        push_lower(to, c);
    }
}

/// Appends the title case of a character.
pub fn push_title(to: &mut String, c: char) {
    match variants::TITLES.binary_search_by_key(&c, |(from, _)| *from) {
        Ok(at) => to.push_str(variants::TITLES[at].1),
        Err(_) => push_upper(to, c),
    }
}

/// Appends the folded case of a character: `str.casefold`.
pub fn push_folded(to: &mut String, c: char) {
    match variants::FOLDS.binary_search_by_key(&c, |(from, _)| *from) {
        Ok(at) => to.push_str(variants::FOLDS[at].1),
        Err(_) => push_lower(to, c),
    }
}

/// Whether `repr` shows a character as it is.
pub fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    let (mut printable, mut at, mut shift, mut gap) = (false, 0, 0, 0);
    for byte in sets::PRINTABLE {
        gap |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 {
            at += gap;
            if at > u32::from(c) {
                break;
            }
            (printable, shift, gap) = (!printable, 0, 0);
        }
    }
    printable
}

#[cfg(test)]
mod tests {
    use super::{is_printable, push_lower, push_upper};
    use alloc::string::String;
    use alloc::vec::Vec;

    #[test]
    fn printable_characters_are_those_of_cpython() {
        let printable = ['a', '~', ' ', 'é', '\u{301}', 'Ω', '漢', '\u{1f600}', '\u{e0100}'];
        assert!(printable.into_iter().all(is_printable));
        let others = ['\n', '\x7f', '\u{a0}', '\u{ad}', '\u{378}', '\u{200b}', '\u{3000}', '\u{e000}', char::MAX];
        assert!(!others.into_iter().any(is_printable));
        // As `sum(chr(c).isprintable() for c in range(0x110000))` gives in CPython 3.11.
        assert_eq!(('\0'..=char::MAX).filter(|c| is_printable(*c)).count(), 144_516);
    }

    /// Rust's tables are those of a newer Unicode: it has letters with case that CPython 3.11 does not know.
    #[test]
    fn cases_are_those_of_rust_but_for_newer_letters() {
        let mut newer: Vec<u32> = Vec::new();
        for c in '\0'..=char::MAX {
            let (mut upper, mut lower) = (String::new(), String::new());
            push_upper(&mut upper, c);
            push_lower(&mut lower, c);
            if upper != String::from_iter(c.to_uppercase()) || lower != String::from_iter(c.to_lowercase()) {
                newer.push(c.into());
            }
        }
        assert!(newer.len() < 150, "{newer:x?}");
        assert!(
            newer.iter().all(|c| matches!(c, 0x19b | 0x264 | 0x1c89..=0x1c8a | 0xa7c0..=0xa7ff | 0x10d50..=0x16eff)),
            "{newer:x?}"
        );
    }
}
