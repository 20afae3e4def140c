//! 個人番号 (My Number): recognised only to be refused. The portal never takes, keeps, logs or shows one (domain 5.4).

/// Whether a My Number stands anywhere in `text`: twelve digits in a row, or in fours divided by a mark or space, in any
/// width, whose check digit is right.
pub fn is_contained_in(text: &str) -> bool {
    // Most cells are shorter, and an import asks for each.
    if text.chars().filter(|c| c.is_numeric()).count() < 12 {
        return false;
    }
    let folded: String = text.chars().map(fold).collect();
    folded.split(|c: char| !c.is_ascii_digit() && c != '-').any(|piece| {
        let runs: Vec<&str> = piece.split('-').collect();
        runs.iter().any(|run| is_one(run))
            || runs
                .windows(3)
                .any(|fours| fours.iter().all(|four| four.len() == 4) && is_one(&fours.concat()))
    })
}

/// Digits in one width, and everything that people put between them as a hyphen.
fn fold(c: char) -> char {
    match c {
        '\u{ff10}'..='\u{ff19}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{ff0d}'
        | '\u{30fc}'
        | '\u{ff70}'
        | '_'
        | '.'
        | '・'
        | '/' => '-',
        c if c.is_whitespace() => '-',
        c => c,
    }
}

/// Twelve digits with the right check digit (Number Act ordinance: 11 − Σ P·Q mod 11, 0 for a rest of 0 or 1).
fn is_one(run: &str) -> bool {
    let digits: Vec<u32> = run.chars().filter_map(|c| c.to_digit(10)).collect();
    let [body @ .., check] = digits.as_slice() else { return false };
    if run.len() != 12 || body.len() != 11 {
        return false;
    }
    let weights = [2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6];
    let sum: u32 = body.iter().rev().zip(weights).map(|(digit, weight)| digit * weight).sum();
    *check == if sum % 11 <= 1 { 0 } else { 11 - sum % 11 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn my_numbers_are_seen_wherever_they_stand_and_other_digits_are_none() {
        for text in
            ["123456789018", "１２３４５６７８９０１８", "1234-5678-9018", "番号 1234　5678　9018 です"]
        {
            assert!(is_contained_in(text), "{text}");
        }
        for text in ["", "123456789012", "0123456789018", "9910000002", "20261001", "例町1-2-3"] {
            assert!(!is_contained_in(text), "{text}");
        }
    }
}
