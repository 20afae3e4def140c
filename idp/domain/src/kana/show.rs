//! Kana as people like to read it.

use super::table::{UNVOICED, VOICED, along, full};

/// A stored name in full-width katakana, for pages and the card: ｹﾝﾎﾟ ｼｮｳｺ becomes ケンポ ショウコ.
///
/// Only the width changes; nothing is corrected, and what is not half-width kana stays as it is.
pub fn shown(name: &str) -> String {
    let mut shown = String::with_capacity(name.len());
    for c in name.chars() {
        let joined = match c {
            '\u{FF9E}' | '゛' | '\u{3099}' => shown.pop().map(|last| (last, voiced(last))),
            '\u{FF9F}' | '゜' | '\u{309A}' => shown.pop().map(|last| (last, half_voiced(last))),
            _ => None,
        };
        match joined {
            Some((_, Some(voiced))) => shown.push(voiced),
            Some((last, None)) => shown.extend([last, mark(c)]),
            None => shown.push(mark(c)),
        }
    }
    shown.trim().to_owned()
}

fn mark(c: char) -> char {
    match c {
        '\u{FF9E}' => '゛',
        '\u{FF9F}' => '゜',
        '･' => '・',
        '　' => ' ',
        c => full(c),
    }
}

/// ガ for カ. The table has the voiced ones first, so the first that comes to `plain` is it.
fn voiced(plain: char) -> Option<char> {
    along(UNVOICED, VOICED, plain)
}

fn half_voiced(plain: char) -> Option<char> {
    along("ハヒフヘホ", "パピプペポ", plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_width_names_are_shown_in_full_width() {
        for (stored, expected) in [
            ("ｹﾝﾎﾟ ｼｮｳｺ", "ケンポ ショウコ"),
            ("ﾊｯﾄﾘ ﾊﾝｿﾞｳ", "ハットリ ハンゾウ"),
            ("ｻﾄ- ﾏﾘｱ･ﾙｲｻ", "サト- マリア・ルイサ"),
            ("ｳﾞｨｵﾗ", "ヴィオラ"),
            ("ケンポ　ショウコ", "ケンポ ショウコ"),
            ("ﾞｱ", "゛ア"),
            ("ｱﾞ", "ア゛"),
            ("", ""),
        ] {
            assert_eq!(shown(stored), expected, "{stored}");
        }
    }
}
