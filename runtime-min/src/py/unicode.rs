//! What Python asks of characters: kinds of digits, letters, title case, folded case, what is printed as it is.

mod tables;

use alloc::string::String;

/// Whether `c` is in a set that is given by the characters at which membership changes.
fn within(bounds: &[u32], c: char) -> bool {
    bounds.partition_point(|&b| b <= u32::from(c)) % 2 == 1
}

/// A letter: `str.isalpha`.
pub fn is_alphabetic(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { within(&tables::ALPHABETIC, c) }
}

/// The value of a decimal digit of any script: `str.isdecimal`, and what `int` reads.
pub fn decimal(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    let after = tables::ZEROS.partition_point(|&zero| zero <= u32::from(c));
    let value = u32::from(c) - tables::ZEROS.get(after.checked_sub(1)?)?;
    (value < 10).then_some(value)
}

/// `str.isdigit`: decimal digits, superscripts and the like.
pub fn is_digit(c: char) -> bool {
    decimal(c).is_some() || within(&tables::DIGITS, c)
}

/// `str.isnumeric`: also fractions, numbers of ideographs and the like.
pub fn is_numeric(c: char) -> bool {
    within(&tables::NUMERIC, c)
}

/// A letter in title case, as `ǅ`.
pub fn is_title(c: char) -> bool {
    !c.is_ascii() && within(&tables::TITLE, c)
}

/// White space: `str.isspace`, and what `str.split` splits at.
pub fn is_space(c: char) -> bool {
    // The separators of files, groups, records and units are spaces to Python.
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// Appends the title case of a character.
pub fn push_title(to: &mut String, c: char) {
    match tables::TITLES.binary_search_by_key(&c, |(from, _)| *from) {
        Ok(at) => to.push_str(tables::TITLES[at].1),
        Err(_) => to.extend(c.to_uppercase()),
    }
}

/// Appends the folded case of a character: `str.casefold`.
pub fn push_folded(to: &mut String, c: char) {
    match tables::FOLDS.binary_search_by_key(&c, |(from, _)| *from) {
        Ok(at) => to.push_str(tables::FOLDS[at].1),
        Err(_) => to.extend(c.to_lowercase()),
    }
}

/// Whether `repr` shows a character as it is.
pub fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    // Rust's escapes leave what is printable; after the first character they leave combining marks too, as Python does.
    let mut text = [b'a'; 5];
    let end = 1 + c.encode_utf8(&mut text[1..]).len();
    core::str::from_utf8(&text[..end]).is_ok_and(|text| text.escape_debug().nth(1) == Some(c))
}
