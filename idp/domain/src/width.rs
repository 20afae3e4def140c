//! One width for what people type: half and full width mean the same everywhere but in names.

use unicode_normalization::UnicodeNormalization as _;

/// Whether `c` is a space of any kind or a mark of no width, as copying and pasting leave behind.
pub(crate) const fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// Whether `c` is one of the many dashes that look alike.
pub(crate) const fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}' | '\u{2500}' | '\u{2501}')
}

/// The text in NFKC without blanks, every dash an ASCII hyphen.
pub(crate) fn narrow(text: &str) -> String {
    // A second pass joins what a blank had kept apart.
    text.nfkc().filter(|c| !is_blank(*c)).nfkc().map(|c| if is_dash(c) { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_blanks_and_dashes_make_no_difference() {
        assert_eq!(narrow(" ０９０－００００ー\u{200B}１１１１　"), "090-0000ー1111");
        assert_eq!(narrow("a\u{2010}b\u{2212}c\u{2015}d"), "a-b-c-d");
        assert_eq!(narrow("関１"), "関1");
    }
}
