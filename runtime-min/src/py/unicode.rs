//! What Python asks of characters: kinds of digits, letters, title case, folded case, what is printed as it is.

mod cases;
mod sets;
mod variants;

use alloc::string::String;

/// Numbers about characters in order: seven bits a byte, the lowest first, 0x80 where more follow. A tenth of what lists of them take.
pub(super) struct Table {
    /// Places in the bytes, and the characters that they are behind.
    index: &'static [(u32, u16)],
    bytes: &'static [u8],
}

impl Table {
    /// The last place of the index before a character.
    fn before(&self, c: u32) -> Numbers {
        let at = self.index.partition_point(|(behind, _)| *behind < c);
        let (behind, place) = at.checked_sub(1).map_or((0, 0), |at| self.index[at]);
        Numbers { behind, bytes: &self.bytes[usize::from(place)..] }
    }
}

/// The rest of a table.
struct Numbers {
    /// The character that the next number counts from.
    behind: u32,
    bytes: &'static [u8],
}

impl Iterator for Numbers {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (mut number, mut shift) = (0, 0);
        while let Some((byte, rest)) = self.bytes.split_first() {
            self.bytes = rest;
            number |= u32::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
        None
    }
}

/// Whether `c` is in a set.
fn within(set: &Table, c: char) -> bool {
    let code = u32::from(c);
    let mut gaps = set.before(code);
    let (mut at, mut is_member) = (gaps.behind, false);
    for gap in &mut gaps {
        at += gap;
        if at > code {
            break;
        }
        is_member = !is_member;
    }
    is_member
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

fn push_mapped(to: &mut String, c: char, runs: &Table, several: &[(char, &str)]) {
    if let Ok(at) = several.binary_search_by_key(&c, |(from, _)| *from) {
        return to.push_str(several[at].1);
    }
    to.push(image(u32::from(c), runs).and_then(char::from_u32).unwrap_or(c));
}

/// What one character becomes, none where it stays.
fn image(code: u32, runs: &Table) -> Option<u32> {
    let mut runs = runs.before(code);
    let mut last = runs.behind;
    while let (Some(gap), Some(more), Some(image)) = (runs.next(), runs.next(), runs.next()) {
        let (first, step) = (last + gap, 1 + (image & 1));
        last = first + more * step;
        if code <= last {
            let delta = image >> 2;
            let is_meant = code >= first && (code - first).is_multiple_of(step);
            return is_meant.then(|| if image & 2 == 0 { code + delta } else { code - delta });
        }
    }
    None
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
    within(&sets::PRINTABLE, c)
}

#[cfg(test)]
mod tests {
    use super::{is_alphabetic, is_digit, is_numeric, is_printable, is_title, push_lower, push_upper};
    use alloc::string::String;
    use alloc::vec::Vec;

    #[test]
    fn printable_characters_are_those_of_cpython() {
        let printable = ['a', '~', ' ', 'é', '\u{301}', 'Ω', '漢', '\u{1f600}', '\u{e0100}'];
        assert!(printable.into_iter().all(is_printable));
        let others = ['\n', '\x7f', '\u{a0}', '\u{ad}', '\u{378}', '\u{200b}', '\u{3000}', '\u{e000}', char::MAX];
        assert!(!others.into_iter().any(is_printable));
    }

    /// As `sum(chr(c).isalpha() for c in range(0x110000))` and the like give in CPython 3.11.
    #[test]
    fn there_are_as_many_of_each_kind_as_in_cpython() {
        let count = |predicate: fn(char) -> bool| ('\0'..=char::MAX).filter(|c| predicate(*c)).count();
        let counts = [is_alphabetic, is_digit, is_numeric, is_title, is_printable].map(count);
        assert_eq!(counts, [131_756, 788, 1_872, 31, 144_516]);
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
