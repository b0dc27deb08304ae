//! Sizes as people write them: `2GiB`, `500M`, `65536`.

/// Bytes of a text: a number, then nothing, `B`, or `K`, `M`, `G`, `T` (with or without `iB`; 1024 each) or `kB`, `KB`, `MB`, `GB`,
/// `TB` (1000 each). None of anything else.
pub fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(text.len()));
    let unit = unit.trim_start();
    let power = |c: char| Some(1 + "kmgt".find(c.to_ascii_lowercase())? as u32);
    let mut rest = unit.chars();
    let factor = match (rest.next(), rest.as_str()) {
        (None, _) | (Some('B' | 'b'), "") => 1,
        (Some(c), "" | "iB" | "ib") => 1024u64.pow(power(c)?),
        (Some(c), "B" | "b") => 1000u64.pow(power(c)?),
        (Some(_), _) => return None,
    };
    match number.split_once('.') {
        None => number.parse::<u64>().ok()?.checked_mul(factor),
        Some(_) => {
            let bytes = number.parse::<f64>().ok()? * factor as f64;
            (bytes < u64::MAX as f64).then_some(bytes as u64)
        }
    }
}

/// A size for people to read.
pub fn print(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    if bytes < 1024 { format!("{bytes} B") } else { format!("{value:.1} {}", units[unit]) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_are_read_and_printed() {
        let right = [
            ("0", 0),
            ("65536", 65536),
            ("12B", 12),
            ("2GiB", 2 << 30),
            ("2G", 2 << 30),
            ("2 g", 2 << 30),
            ("500M", 500 << 20),
            ("500MB", 500_000_000),
            ("1.5KiB", 1536),
            ("3kB", 3000),
            ("1T", 1 << 40),
        ];
        for (text, bytes) in right {
            assert_eq!(super::parse(text), Some(bytes), "{text}");
        }
        for text in ["", "much", "-1", "2GiBs", "G", "1e9", "99999999999T", "2 2", "1.2.3", ".", "2X", "NaN"] {
            assert_eq!(super::parse(text), None, "{text}");
        }
        let printed = [0, 1023, 1024, 512_000, 2 << 30, u64::MAX].map(super::print);
        assert_eq!(printed, ["0 B", "1023 B", "1.0 KiB", "500.0 KiB", "2.0 GiB", "16777216.0 TiB"]);
    }
}
