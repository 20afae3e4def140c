//! 個人番号 (My Number): recognised only to be refused. The house never takes, keeps, logs or shows one (domain 5.4).

use crate::width::narrow;

/// Whether a My Number stands anywhere in `text`: twelve digits in a row, or in fours divided by a mark or space,
/// in any width, whose check digit is right. Longer and shorter runs, such as times and phone numbers, are none.
pub fn is_contained_in(text: &str) -> bool {
    // Most texts are short of twelve digits, and an import asks 35 times a row.
    if text.chars().filter(|c| c.is_numeric()).count() < 12 {
        return false;
    }
    let marked: String = text.chars().map(|c| if c.is_whitespace() { '-' } else { c }).collect();
    let digits: String = narrow(&marked).chars().map(|c| if is_divider(c) { '-' } else { c }).collect();
    digits.split(|c: char| !c.is_ascii_digit() && c != '-').any(piece_has_one)
}

const fn is_divider(c: char) -> bool {
    matches!(c, '-' | 'ー' | '_' | '.' | '・' | '/')
}

/// A piece of digits and hyphens.
fn piece_has_one(piece: &str) -> bool {
    let runs: Vec<&str> = piece.split('-').collect();
    runs.iter().any(|run| is_my_number(run))
        || runs
            .windows(3)
            .any(|fours| fours.iter().all(|four| four.len() == 4) && is_my_number(&fours.concat()))
}

/// Twelve digits with the right check digit (Number Act ordinance: 11 − Σ P·Q mod 11, 0 for a rest of 0 or 1).
fn is_my_number(run: &str) -> bool {
    let digits: Vec<u32> = run.chars().filter_map(|c| c.to_digit(10)).collect();
    let [body @ .., check] = digits.as_slice() else { return false };
    if run.len() != 12 || body.len() != 11 {
        return false;
    }
    let weights = [2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6];
    let sum: u32 = body.iter().rev().zip(weights).map(|(digit, weight)| digit * weight).sum();
    let expected = if sum % 11 <= 1 { 0 } else { 11 - sum % 11 };
    *check == expected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn my_numbers_are_recognised_wherever_they_stand() {
        for text in [
            "123456789018",
            "１２３４５６７８９０１８",
            "1234-5678-9018",
            "1234 5678 9018",
            "1234　5678　9018",
            "１２３４－５６７８－９０１８",
            "1234ー5678ー9018",
            "番号は123456789018です",
            "見本市例町１２３４５６７８９０１８",
            "5-123456789018",
        ] {
            assert!(is_contained_in(text), "{text}");
        }
    }

    #[test]
    fn other_digits_are_no_my_numbers() {
        for text in [
            "",
            "123456789012",
            "20261101030000",
            "09000001111",
            "0123456789018",
            "1234567890189",
            "12345-6789018",
            "123-4567-89018",
            "20000121",
            "あいうえお",
        ] {
            assert!(!is_contained_in(text), "{text}");
        }
    }
}
