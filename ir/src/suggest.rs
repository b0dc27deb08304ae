//! The name that was probably meant: behind every "did you mean".
//!
//! Names are compared without case, `_`, `-`, blanks and dots, so that `nodeType`, `node-type` and `NODE_TYPE` are one
//! name. What remains is measured by edits, a swap of neighbours counting as one; then by words in another order, and
//! by words that one name has and the other lacks. Equal candidates keep the order in which they were given.

use crate::diag::quote;

/// The name without case and separators: `nodeType`, `node-type` and `NODE_TYPE` are all `nodetype`.
pub fn normalise(name: &str) -> String {
    letters(name).collect()
}

/// True if both are the same name but for case and separators.
pub fn same_name(a: &str, b: &str) -> bool {
    letters(a).eq(letters(b))
}

/// The best candidate, if one is near enough to be meant.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(wanted, candidates, 1).pop()
}

/// At most `most` candidates that may be meant, best first.
pub fn near<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let mut found: Vec<(usize, &str)> =
        candidates.into_iter().filter_map(|candidate| Some((remoteness(wanted, candidate)?, candidate))).collect();
    found.sort_by_key(|(score, _)| *score);
    found.dedup_by_key(|(_, candidate)| *candidate);
    found.truncate(most);
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

/// The line of help: "did you mean `x`", if there is such an x.
pub fn did_you_mean<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(wanted, candidates).map(|name| format!("did you mean {}?", quote(name)))
}

/// How far a candidate is from what was written: 0 for the same name, none if it is another name altogether.
fn remoteness(wanted: &str, candidate: &str) -> Option<usize> {
    const OTHER_ORDER: usize = 1;
    const OTHER_WORDS: usize = 100;
    let (a, b) = (normalise(wanted), normalise(candidate));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let allowed = match a.len().max(b.len()) {
        0..=2 => 0,
        3..=5 => 1,
        6..=8 => 2,
        length => length / 3,
    };
    if let Some(edits) = edits(&a, &b, allowed) {
        return Some(edits * 2);
    }
    let (mut mine, mut theirs) = (words(wanted), words(candidate));
    mine.sort_unstable();
    theirs.sort_unstable();
    if mine == theirs {
        return Some(OTHER_ORDER);
    }
    let (fewer, more) = if mine.len() <= theirs.len() { (&mine, &theirs) } else { (&theirs, &mine) };
    let contained = fewer.iter().all(|word| more.contains(word)) && fewer.iter().map(String::len).sum::<usize>() >= 3;
    contained.then(|| OTHER_WORDS + a.len().abs_diff(b.len()))
}

/// The least number of insertions, deletions, replacements and swaps of neighbours between two names, if at most
/// `most`.
fn edits(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for j in 0..b.len() {
            let mut cost = (last[j] + usize::from(a[i] != b[j])).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        if row.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|cost| *cost <= most)
}

/// The characters of a name that count.
fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ' | '.')).flat_map(char::to_lowercase)
}

/// The words of `snake_case`, `kebab-case` and `camelCase`, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        if matches!(c, '_' | '-' | ' ' | '.') || (c.is_uppercase() && was_lower) {
            out.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if !matches!(c, '_' | '-' | ' ' | '.') {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
    }
    out.extend((!word.is_empty()).then_some(word));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [&str; 6] = ["id", "node_type", "params", "target_rate", "is_output_node", "silence_threshold_db"];

    #[test]
    fn the_name_that_was_meant() {
        for (wanted, expected) in [
            ("nodeType", Some("node_type")),
            ("NODE-TYPE", Some("node_type")),
            ("node_tpye", Some("node_type")),
            ("noed_type", Some("node_type")),
            ("parms", Some("params")),
            ("parameters", None),
            ("is_ouput_node", Some("is_output_node")),
            ("outputNode", Some("is_output_node")),
            ("rate_target", Some("target_rate")),
            ("rate", Some("target_rate")),
            ("target", Some("target_rate")),
            ("silence_threshold", Some("silence_threshold_db")),
            ("ie", None),
            ("", None),
            ("___", None),
            ("something_else", None),
            ("größe", None),
        ] {
            assert_eq!(nearest(wanted, FIELDS), expected, "{wanted}");
        }
    }

    #[test]
    fn best_first_and_ties_in_the_given_order() {
        assert_eq!(near("node_1", ["node_3", "node_2", "node_1x", "gain"], 2), ["node_3", "node_2"]);
        assert_eq!(near("Resample", ["FastResampleNode", "Resampler", "Gain"], 5), ["Resampler", "FastResampleNode"]);
        assert_eq!(did_you_mean("gian", ["gain"]).as_deref(), Some("did you mean `gain`?"));
    }

    #[test]
    fn edits_are_counted() {
        let count = |a: &str, b: &str| edits(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), 9);
        for (a, b, expected) in
            [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kitten", "sitting", 3), ("ca", "abc", 3), ("é", "e", 1)]
        {
            assert_eq!((count(a, b), count(b, a)), (Some(expected), Some(expected)), "{a} {b}");
        }
        assert_eq!(edits(&['a'; 20], &['b'; 20], 3), None);
    }
}
