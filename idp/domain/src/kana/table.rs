//! The table of the fold: every kana to its large, plain, full-width katakana.

/// Half-width katakana U+FF66 to U+FF9D, in order, without the long mark U+FF70.
pub(super) const HALF: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";

/// Voiced and half-voiced katakana.
pub(super) const VOICED: &str = "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴヷヸヹヺ";
/// The plain kana of [`VOICED`], in order.
pub(super) const UNVOICED: &str = "カキクケコサシスセソタチツテトハヒフヘホハヒフヘホウワヰヱヲ";

const SMALL: &str = "ァィゥェォャュョッヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ";
const LARGE: &str = "アイウエオヤユヨツワカケクシストヌハヒフヘホムラリルレロ";

const PLAIN: &str =
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲン";

/// The plain katakana of one kana of any kind; none for what is no kana.
pub(super) fn plain(c: char) -> Option<char> {
    let c = full(katakana(c));
    let c = along(VOICED, UNVOICED, c).unwrap_or(c);
    let c = along(SMALL, LARGE, c).unwrap_or(c);
    PLAIN.contains(c).then_some(c)
}

/// Full width for half.
pub(super) fn full(c: char) -> char {
    let place = match u32::from(c) {
        code @ 0xFF66..=0xFF9D => usize::try_from(code - 0xFF66).ok(),
        _ => None,
    };
    place.and_then(|place| HALF.chars().nth(place)).unwrap_or(c)
}

/// Katakana for hiragana.
fn katakana(c: char) -> char {
    match u32::from(c) {
        code @ 0x3041..=0x3096 => char::from_u32(code + 0x60).unwrap_or(c),
        _ => c,
    }
}

/// What stands in `to` at the place of `c` in `from`.
pub(super) fn along(from: &str, to: &str, c: char) -> Option<char> {
    from.chars().zip(to.chars()).find(|(known, _)| *known == c).map(|(_, to)| to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_the_table_are_of_equal_length() {
        let count = |text: &str| text.chars().count();
        assert_eq!(count(HALF), 56);
        assert_eq!(count(VOICED), count(UNVOICED));
        assert_eq!(count(SMALL), count(LARGE));
        assert_eq!(count(PLAIN), 48);
    }

    #[test]
    fn every_kana_has_a_plain_one_and_signs_have_none() {
        let kana = (0x3041..=0x3096).chain(0x30A1..=0x30FA).chain(0x31F0..=0x31FF).chain(0xFF66..=0xFF6F);
        for c in kana.chain(0xFF71..=0xFF9D).filter_map(char::from_u32) {
            assert!(plain(c).is_some_and(|plain| PLAIN.contains(plain)), "{c}");
        }
        for c in "ヽヾゝゞ々㌔㋐ゟヿAａ1１健〓𛀀ｰー".chars() {
            assert_eq!(plain(c), None, "{c}");
        }
    }
}
