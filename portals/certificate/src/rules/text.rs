//! Reading what people type: widths are folded by us, never asked for.

use unicode_normalization::UnicodeNormalization as _;

/// Folds full-width ASCII, the ideographic space and the dashes that keyboards write for a hyphen to their narrow forms.
pub fn fold_width(typed: &str) -> String {
    typed.chars().map(narrow).collect()
}

fn narrow(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{ff70}' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// The digits of `typed`, if it holds nothing else but spaces, hyphens and brackets.
pub fn digits(typed: &str) -> Option<String> {
    let mut digits = String::new();
    for c in fold_width(typed).chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '-' | '(' | ')' | '〒' => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// A line of an address as it is kept: digits and Latin letters narrow, kana wide, dashes between numbers as hyphens,
/// spaces single.
pub fn tidy(typed: &str) -> String {
    let mut wide = String::new();
    let mut kana = String::new();
    for c in typed.chars() {
        if ('\u{ff66}'..='\u{ff9f}').contains(&c) {
            kana.push(c);
            continue;
        }
        wide.extend(kana.drain(..).nfkc());
        let dash = narrow(c) == '-';
        let after_number = wide.chars().last().is_some_and(|last| last.is_ascii_alphanumeric());
        // ー after a number is a hyphen; in コーポ it is what it looks like.
        wide.push(if dash && !after_number { c } else { narrow(c) });
    }
    wide.extend(kana.drain(..).nfkc());
    wide.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether `typed` holds what may be a My Number: a run of exactly twelve digits, alone or in fours.
///
/// Such a text is refused, never kept and never logged.
pub fn holds_my_number(typed: &str) -> bool {
    let folded = fold_width(typed);
    folded.split(|c: char| !c.is_ascii_digit() && c != ' ' && c != '-').any(is_my_number)
}

fn is_my_number(run: &str) -> bool {
    let groups: Vec<&str> = run.split([' ', '-']).filter(|group| !group.is_empty()).collect();
    groups.iter().any(|group| group.len() == 12)
        || groups.windows(3).any(|three| three.iter().all(|group| group.len() == 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_in_any_width_and_with_the_marks_people_put_between() {
        let cases = [
            ("100-0001", Some("1000001")),
            ("〒１００−０００１", Some("1000001")),
            ("090(0000)1111", Some("09000001111")),
            ("１００ー０００１", Some("1000001")),
            ("1-2-3号", None),
            ("", Some("")),
        ];
        for (typed, expected) in cases {
            assert_eq!(digits(typed).as_deref(), expected, "{typed}");
        }
    }

    #[test]
    fn lines_of_an_address_are_kept_in_one_form() {
        let cases = [
            ("　例町１－２－３　", "例町1-2-3"),
            ("例町１ー２‐３", "例町1-2-3"),
            ("コーポ例　２０３号", "コーポ例 203号"),
            ("ｺｰﾎﾟ ｶﾞｰﾃﾞﾝ", "コーポ ガーデン"),
            ("ＡＢＣ　タワー", "ABC タワー"),
            ("例・町～", "例・町~"),
            ("", ""),
        ];
        for (typed, kept) in cases {
            assert_eq!(tidy(typed), kept, "{typed}");
        }
    }

    #[test]
    fn twelve_digits_alone_or_in_fours_are_seen_wherever_they_stand() {
        let seen = [
            "123456789012",
            "番号 １２３４５６７８９０１２",
            "1234-5678-9012",
            "1234 5678 9012",
            "x1234 5678 9012y",
        ];
        for typed in seen {
            assert!(holds_my_number(typed), "{typed}");
        }
        for typed in ["12345678901", "1234567890123", "例町1-2-3", "03-1234-5678", "09000001111", "1234-5678"]
        {
            assert!(!holds_my_number(typed), "{typed}");
        }
    }
}
