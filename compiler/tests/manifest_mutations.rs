//! Mutations of every manifest of the tests: never a panic, and always an answer that can be drawn.
//!
//! The same sequence everywhere. `FUZZ=SEED:COUNT` runs more of it than the usual sample.

#[path = "manifest/corpus.rs"]
mod corpus;

use corpus::{cases, read};
use remotemedia_ir::diag::{render, to_json};

#[test]
#[expect(clippy::disallowed_methods, reason = "how much is tested may be asked for")]
fn mutations_never_panic() {
    let wanted = std::env::var("FUZZ").unwrap_or_else(|_| "1:20000".to_owned());
    let (seed, count) = wanted.split_once(':').expect("FUZZ is SEED:COUNT");
    let mut random = Random(seed.parse::<u64>().expect("a number").wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let corpus: Vec<(String, Vec<u8>)> = cases("accept").into_iter().chain(cases("reject")).collect();
    let mut accepted = 0;
    for case in 0..count.parse::<usize>().expect("a number") {
        let (name, bytes) = &corpus[random.below(corpus.len())];
        let mut bytes = bytes.clone();
        for _ in 0..=random.below(4) {
            mutate(&mut bytes, &corpus, &mut random);
        }
        let _told = Told(&bytes);
        let (sources, result) = read(name, &bytes);
        let found = match result {
            Ok((_, found)) => {
                accepted += 1;
                assert!(!found.has_errors(), "case {case} of {name}");
                found
            }
            Err(found) => {
                assert!(found.has_errors(), "case {case} of {name}: {}", String::from_utf8_lossy(&bytes));
                found
            }
        };
        for d in found.iter().take(20) {
            assert!(render(d, &sources).starts_with(&d.severity.to_string()) && to_json(d, &sources).ends_with('}'));
        }
    }
    assert!(accepted > 0);
}

/// Tells what the case was, if it panics.
struct Told<'a>(&'a [u8]);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this panics: {}", self.0.escape_ascii());
        }
    }
}

/// xorshift64*: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

const WORDS: [&[u8]; 44] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b": ",
    b"\"",
    b"'",
    b"\\",
    b"\n",
    b"\n  ",
    b"\t",
    b" ",
    b"#",
    b"- ",
    b"? ",
    b"---\n",
    b"...\n",
    b"&a ",
    b"*a",
    b"<<: ",
    b"!!str ",
    b"!x ",
    b"|\n",
    b">-\n",
    b"%",
    b"${",
    b"${A:-",
    b"$${",
    b"//",
    b"/*",
    b"*/",
    b"null",
    b"true",
    b"1e999",
    b"-",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"\r",
    b"\"nodes\": ",
];

fn mutate(bytes: &mut Vec<u8>, corpus: &[(String, Vec<u8>)], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let to = (at + random.below(24)).min(bytes.len());
    match random.below(8) {
        0 if !bytes.is_empty() => {
            let at = at.min(bytes.len() - 1);
            bytes[at] ^= 1 << random.below(8);
        }
        1 => bytes.truncate(at),
        2 => drop(bytes.drain(at..to)),
        3 => {
            let copy = bytes[at..to].to_vec();
            let target = random.below(bytes.len() + 1);
            bytes.splice(target..target, copy);
        }
        4 => {
            let (_, other) = &corpus[random.below(corpus.len())];
            let from = random.below(other.len() + 1);
            let until = (from + random.below(200)).min(other.len());
            bytes.splice(at..to, other[from..until].iter().copied());
        }
        _ => {
            let word = WORDS[random.below(WORDS.len())];
            bytes.splice(at..at, word.iter().copied());
        }
    }
}
