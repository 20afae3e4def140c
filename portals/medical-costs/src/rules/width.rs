//! One width for what stands for numbers and keys: host systems write them in either.

use unicode_normalization::UnicodeNormalization as _;

/// The text without blanks around it, full-width letters, digits and signs in their narrow forms.
pub fn narrow(text: &str) -> String {
    text.trim().chars().map(narrow_char).collect()
}

const fn narrow_char(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(c as u32 - 0xfee0) {
            Some(narrow) => narrow,
            None => c,
        },
        _ => c,
    }
}

/// Kana as people read it: ｹﾝﾎﾟ becomes ケンポ, an ideographic space an ordinary one, and a hyphen after kana the long mark
/// it stands for.
pub fn kana(text: &str) -> String {
    let mut wide = String::new();
    let mut half = String::new();
    for letter in text.chars().map(|letter| if letter == '\u{3000}' { ' ' } else { letter }) {
        if ('\u{ff61}'..='\u{ff9f}').contains(&letter) {
            half.push(letter);
            continue;
        }
        wide.extend(half.drain(..).nfkc());
        let after_kana = wide.chars().last().is_some_and(|last| ('ァ'..='ヶ').contains(&last));
        wide.push(if letter == '-' && after_kana { 'ー' } else { letter });
    }
    wide.extend(half.drain(..).nfkc());
    wide
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_make_no_difference() {
        assert_eq!(narrow("　２０２６０９ "), "202609");
        assert_eq!(narrow("−１，０００"), "-1,000");
        assert_eq!(narrow("Ａ０１"), "A01");
    }

    #[test]
    fn kana_of_extracts_is_read_in_full_width() {
        for (text, wide) in [
            ("ｹﾝﾎﾟ ｼｮｳｺ", "ケンポ ショウコ"),
            ("ケンポ　ショウコ", "ケンポ ショウコ"),
            ("ｻﾄ- ﾏﾘｱ･ﾙｲｻ", "サトー マリア・ルイサ"),
        ] {
            assert_eq!(kana(text), wide);
        }
    }
}
