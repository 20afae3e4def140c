//! 記号, 番号 and 枝番: marks that insurers set as they like, so no digits are taken for granted (domain 2.2).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::width::narrow;

/// A symbol, number or branch as written and in the forms under which it is compared.
///
/// Its `Debug` shows nothing: these numbers do not belong into logs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Marks {
    raw: String,
    norm: String,
}

/// Whether 0012345 and 12345 are one number; each insurer says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeadingZero {
    /// They are one: cards and people leave zeros out.
    #[default]
    Ignore,
    /// They are two.
    Significant,
}

impl Marks {
    /// Marks as typed or stored: NFKC, without blanks, dashes unified, in upper case.
    pub fn new(raw: &str) -> Self {
        Self { raw: raw.trim().to_owned(), norm: narrow(raw).to_ascii_uppercase() }
    }

    /// As written, for showing.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The form for comparing where zeros count.
    pub fn norm(&self) -> &str {
        &self.norm
    }

    /// The form without leading zeros, when all are digits: what records are looked up by.
    pub fn norm_nz(&self) -> &str {
        if self.norm.is_empty() || !self.norm.bytes().all(|byte| byte.is_ascii_digit()) {
            return &self.norm;
        }
        match self.norm.trim_start_matches('0') {
            "" => "0",
            stripped => stripped,
        }
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.norm.is_empty()
    }

    /// Whether both name the same, by the insurer's rule for zeros.
    pub fn is_same(&self, other: &Self, zeros: LeadingZero) -> bool {
        match zeros {
            LeadingZero::Significant => self.norm == other.norm,
            LeadingZero::Ignore => self.norm_nz() == other.norm_nz(),
        }
    }
}

/// Symbol, number and branch typed into one field, `999-123456-00` (row C18); none when it has no such form.
/// Hyphens before the last two belong to the symbol.
pub fn split_joined(typed: &str) -> Option<(Marks, Marks, Marks)> {
    let text = narrow(typed).replace('ー', "-");
    let mut parts = text.rsplitn(3, '-');
    let (branch, number, symbol) = (parts.next()?, parts.next()?, parts.next()?);
    let sound = branch.len() == 2
        && branch.bytes().all(|byte| byte.is_ascii_digit())
        && !number.is_empty()
        && !symbol.is_empty();
    sound.then(|| (Marks::new(symbol), Marks::new(number), Marks::new(branch)))
}

impl fmt::Debug for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Marks(…)")
    }
}

impl Serialize for Marks {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.raw)
    }
}

impl<'de> Deserialize<'de> for Marks {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|raw| Self::new(&raw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_are_compared_in_one_form() {
        for (raw, norm, norm_nz) in [
            ("91", "91", "91"),
            (" 200001 ", "200001", "200001"),
            ("７００", "700", "700"),
            ("0012345", "0012345", "12345"),
            ("000", "000", "0"),
            ("関１", "関1", "関1"),
            ("関　１", "関1", "関1"),
            ("ab−０１", "AB-01", "AB-01"),
            ("ＡＢ‐01", "AB-01", "AB-01"),
            ("０関", "0関", "0関"),
            ("", "", ""),
        ] {
            let marks = Marks::new(raw);
            assert_eq!((marks.norm(), marks.norm_nz()), (norm, norm_nz), "{raw}");
        }
        assert_eq!(Marks::new(" ７００ ").raw(), "７００");
    }

    #[test]
    fn zeros_count_only_where_the_insurer_says_so() {
        let (long, short) = (Marks::new("0012345"), Marks::new("12345"));
        assert!(long.is_same(&short, LeadingZero::Ignore));
        assert!(!long.is_same(&short, LeadingZero::Significant));
        assert!(!Marks::new("").is_same(&Marks::new("0"), LeadingZero::Ignore));
    }

    #[test]
    fn one_field_is_split_from_its_end() {
        let (symbol, number, branch) = split_joined("９９９－１２３４５６ー００").unwrap();
        assert_eq!((symbol.norm(), number.norm(), branch.norm()), ("999", "123456", "00"));
        let (symbol, ..) = split_joined("関-1-77-01").unwrap();
        assert_eq!(symbol.norm(), "関-1");
        for typed in ["", "999", "999-123456", "999-123456-0", "999-123456-000", "-1-00", "9--00"] {
            assert!(split_joined(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn marks_show_nothing_in_debug() {
        assert_eq!(format!("{:?}", Marks::new("91")), "Marks(…)");
    }

    proptest! {
        #[test]
        fn the_normal_form_of_a_normal_form_is_itself(raw in "\\PC{0,19}") {
            let once = Marks::new(&raw);
            let twice = Marks::new(once.norm());
            prop_assert_eq!(once.norm(), twice.norm());
            let stripped = Marks::new(once.norm_nz());
            prop_assert_eq!(stripped.norm_nz(), once.norm_nz());
        }
    }
}
