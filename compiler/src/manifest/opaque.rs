//! Templates made opaque to a YAML parser: `${A:-b: c, d}` is one word to it, wherever it stands.
//!
//! Each character inside a template that YAML would take for itself is replaced by a private one, and put back in the
//! scalars that were read. Characters are replaced one for one, so that places keep their count.

use super::template::Template;

/// Characters with a meaning in YAML, which stand inside a template without having one there.
const HIDDEN: &str = "{}[],:#&*!|>%@` -?";

/// The first of the private characters that stand in for them.
const STAND_IN: u32 = 0xf_5a00;

/// The text with the inside of its templates made opaque to a YAML parser, character for character.
///
/// None where that is not needed, or not possible since the text holds such characters itself.
pub fn hide(text: &str) -> Option<String> {
    let is_stand_in = |c: char| (STAND_IN..STAND_IN + HIDDEN.len() as u32).contains(&(c as u32));
    if !text.contains("${") || text.chars().any(is_stand_in) {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    while let Some(found) = text[at..].find("${").map(|i| at + i) {
        out.push_str(&text[at..found + 1]);
        let line = text[found..].split('\n').next().unwrap_or("");
        let template = Template::parse(line, 0).map_or(0, |template| template.range.end);
        for c in line[..template].chars().skip(1) {
            let hidden = HIDDEN.find(c).and_then(|index| char::from_u32(STAND_IN + index as u32));
            out.push(hidden.unwrap_or(c));
        }
        at = found + template.max(1);
    }
    out.push_str(&text[at..]);
    Some(out)
}

/// The text as it was before [`hide`].
pub fn unhide(text: &str) -> String {
    let restore = |c: char| {
        let index = (c as u32).checked_sub(STAND_IN).and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| HIDDEN.as_bytes().get(index)).map_or(c, |byte| char::from(*byte))
    };
    text.chars().map(restore).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hiding_keeps_characters_and_is_undone() {
        for text in ["${", "${A", "a ${A:-b: [c]} é", "${A:-\n}", "$${A:-b: c}", "é${A:-é}${B}"] {
            let hidden = hide(text).unwrap_or_default();
            assert_eq!((hidden.chars().count(), unhide(&hidden)), (text.chars().count(), text.to_owned()));
        }
        assert_eq!((hide("a: $A"), hide("\u{f5a00} ${A}")), (None, None));
    }
}
