//! The encodings of extracts, and how to tell them apart.

use std::borrow::Cow;

use encoding_rs::SHIFT_JIS;

pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The encoding of an extract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `Shift_JIS` as Windows extends it: what host systems write.
    Cp932,
    /// UTF-8, with or without a byte order mark.
    Utf8,
}

impl Encoding {
    /// The text of a line, unless a byte does not belong.
    pub(super) fn decode(self, line: &[u8]) -> Option<Cow<'_, str>> {
        if line.contains(&0) {
            return None;
        }
        match self {
            Self::Utf8 => std::str::from_utf8(line).ok().map(Cow::Borrowed),
            Self::Cp932 => SHIFT_JIS.decode_without_bom_handling_and_without_replacement(line),
        }
    }
}

/// The encoding of the lines in `sample`, by vote, so that a damaged line decides nothing alone. The last line may be
/// cut and has no vote unless it is the only one.
///
/// A line speaks for UTF-8 when it is valid there and has a character from U+2000 on, as Japanese text has: two half-width
/// katakana of CP932 may look like a Latin letter of UTF-8, but never like more.
pub(super) fn detect(sample: &[u8]) -> Encoding {
    let whole = sample.iter().rposition(|byte| *byte == b'\n').map_or(sample, |end| sample.split_at(end).0);
    let (mut utf8, mut cp932) = (0_usize, 0_usize);
    for line in whole.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        match std::str::from_utf8(line) {
            Ok(text) if text.chars().any(|char| char >= '\u{2000}') => utf8 += 1,
            _ => cp932 += 1,
        }
    }
    if utf8 > cp932 { Encoding::Utf8 } else { Encoding::Cp932 }
}
