//! Title case of a text, which the standard library does not have.
//!
//! A character is set in title case where the one before it is not cased, in lower case where it is: `o'neil's 3rd` becomes
//! `O'Neil'S 3Rd`, as with Python's `str.title`. Title case of a character is its upper case, except for digraphs
//! (`ǆ` becomes `ǅ`), for those that become several characters, of which only the first is upper case (`ß` becomes `Ss`),
//! for Greek with a iota below (`ᾳ` becomes `ᾼ`), and for Georgian, which stays as it is (UnicodeData.txt and
//! SpecialCasing.txt).

use alloc::string::String;

/// The text in title case.
pub fn title_case(text: &str) -> String {
    // The whole text in lower case knows where a sigma is at the end of a word.
    let lower = text.to_lowercase();
    let mut lower = lower.chars();
    let mut title = String::with_capacity(text.len());
    let mut after_cased = false;
    for c in text.chars() {
        let small = lower.by_ref().take(c.to_lowercase().count());
        if after_cased {
            title.extend(small);
        } else {
            small.for_each(drop);
            push_title(c, &mut title);
        }
        after_cased = c.is_lowercase() || c.is_uppercase() || is_title(c);
    }
    title
}

/// Appends a character in title case.
fn push_title(c: char, out: &mut String) {
    let single = match c {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        '\u{10d0}'..='\u{10ff}' => c,
        '\u{1f80}'..='\u{1faf}' => char::from_u32(c as u32 | 8).unwrap_or(c),
        'ᾳ' | 'ᾼ' => 'ᾼ',
        'ῃ' | 'ῌ' => 'ῌ',
        'ῳ' | 'ῼ' => 'ῼ',
        _ => {
            for (i, upper) in c.to_uppercase().enumerate() {
                match upper {
                    _ if i == 0 || c == 'ŉ' => out.push(upper),
                    'Ι' if c >= '\u{1f00}' => out.push('\u{345}'),
                    _ => out.extend(upper.to_lowercase()),
                }
            }
            return;
        }
    };
    out.push(single);
}

/// A character that is already in title case (general category Lt).
fn is_title(c: char) -> bool {
    matches!(c, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ' | 'ᾼ' | 'ῌ' | 'ῼ') || matches!(c, '\u{1f80}'..='\u{1faf}' if c as u32 & 8 != 0)
}
