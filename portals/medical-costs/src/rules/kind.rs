//! What was treated where: 診療区分.

/// The kind of a treatment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 医科入院
    MedicalInpatient,
    /// 医科外来
    MedicalOutpatient,
    /// 歯科入院
    DentalInpatient,
    /// 歯科外来
    DentalOutpatient,
    /// 調剤
    Pharmacy,
    /// 訪問看護
    HomeNursing,
    /// 柔整: judo therapy.
    Judo,
    /// あはき: massage, acupuncture and moxibustion.
    Acupuncture,
    /// 療養費: other costs paid back.
    OtherCare,
    /// 食事: meals alone.
    Meals,
}

impl Kind {
    /// All kinds, in the order they are offered in.
    pub const ALL: [Self; 10] = [
        Self::MedicalInpatient,
        Self::MedicalOutpatient,
        Self::DentalInpatient,
        Self::DentalOutpatient,
        Self::Pharmacy,
        Self::HomeNursing,
        Self::Judo,
        Self::Acupuncture,
        Self::OtherCare,
        Self::Meals,
    ];

    /// The name in rows, addresses, files and keys of words. It never changes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MedicalInpatient => "medical-inpatient",
            Self::MedicalOutpatient => "medical-outpatient",
            Self::DentalInpatient => "dental-inpatient",
            Self::DentalOutpatient => "dental-outpatient",
            Self::Pharmacy => "pharmacy",
            Self::HomeNursing => "home-nursing",
            Self::Judo => "judo",
            Self::Acupuncture => "acupuncture",
            Self::OtherCare => "other-care",
            Self::Meals => "meals",
        }
    }

    /// The kind of a name that [`Kind::code`] gave.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The word of extracts and of Japanese documents.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MedicalInpatient => "医科入院",
            Self::MedicalOutpatient => "医科外来",
            Self::DentalInpatient => "歯科入院",
            Self::DentalOutpatient => "歯科外来",
            Self::Pharmacy => "調剤",
            Self::HomeNursing => "訪問看護",
            Self::Judo => "柔整",
            Self::Acupuncture => "あはき",
            Self::OtherCare => "療養費",
            Self::Meals => "食事",
        }
    }

    /// The kind of a word in an extract; あはき also goes by what it stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        let word = word.replace('（', "(").replace('）', ")");
        match word.as_str() {
            "鍼灸" | "あはき(鍼灸)" => Some(Self::Acupuncture),
            word => Self::ALL.into_iter().find(|kind| kind.word() == word),
        }
    }

    /// Whether a pharmacy gave it out: then the days are times.
    pub const fn counts_times(self) -> bool {
        matches!(self, Self::Pharmacy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_code_and_by_its_word() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_code(kind.code()), Some(kind));
            assert_eq!(Kind::of_word(kind.word()), Some(kind));
        }
        assert_eq!(Kind::of_word("あはき（鍼灸）"), Some(Kind::Acupuncture));
        for word in ["", "医科", "入院", "medical-inpatient", "診療区分"] {
            assert_eq!(Kind::of_word(word), None, "{word}");
        }
    }
}
