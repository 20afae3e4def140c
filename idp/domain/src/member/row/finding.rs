//! What is wrong with a row, for the clerk who has to mend it.

use sekisho_base::era::DateError;

use super::Column;

/// Something about one column. It never holds the column's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub column: Column,
    /// What.
    pub reason: Reason,
}

/// What is wrong with a column, or what was mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The row does not have 35 columns.
    ColumnCount,
    /// The row cannot be decoded.
    Encoding,
    /// A quote is left open, or the line is longer than any row.
    Form,
    /// A My Number, which is never taken.
    MyNumber,
    /// Control characters.
    Control,
    /// Longer than the column allows.
    Long,
    /// Empty, where a value is needed.
    Missing,
    /// None of the values the column has.
    UnknownValue,
    /// A character that keys do not have.
    Key,
    /// No insurer's number: its form or check digit is wrong.
    InsurerNumber,
    /// The number of another insurer.
    OtherInsurer,
    /// No date.
    Date(DateError),
    /// A birth date that lies ahead.
    BirthAhead,
    /// Covered before being born.
    BeforeBirth,
    /// Lost before acquired.
    LostBeforeAcquired,
    /// A loss without its day.
    LossWithoutDate,
    /// Kept, but written in an era that had ended: read as the year it would have been.
    EraOverran,
    /// Kept, but the name is not kana: nobody can register by it.
    KanaUnreadable,
    /// Kept, but 〓 stands for a character that was not delivered.
    MissingCharacter,
    /// Kept without its value, which could not be read.
    LeftOut,
    /// Kept, but the insurer's template makes no pre-issued ID of these numbers.
    NoGivenId,
}

impl Reason {
    /// Whether the row is kept nonetheless.
    pub const fn is_notice(self) -> bool {
        matches!(
            self,
            Self::EraOverran
                | Self::KanaUnreadable
                | Self::MissingCharacter
                | Self::LeftOut
                | Self::NoGivenId
        )
    }

    /// The reason in English and Japanese.
    pub const fn texts(self) -> [&'static str; 2] {
        match self {
            Self::ColumnCount => ["the row does not have 35 columns", "列が35個ではありません"],
            Self::Encoding => ["the row cannot be decoded", "文字コードを読み取れません"],
            Self::Form => {
                ["a quote is left open or the line is too long", "引用符が閉じていないか、行が長すぎます"]
            }
            Self::MyNumber => ["a My Number; these are never taken", "マイナンバーは受け取れません"],
            Self::Control => ["control characters", "制御文字が入っています"],
            Self::Long => ["too long", "長すぎます"],
            Self::Missing => ["empty", "空です"],
            Self::UnknownValue => ["not one of the column's values", "決められた値ではありません"],
            Self::Key => ["characters that keys do not have", "キーに使えない文字があります"],
            Self::InsurerNumber => ["not an insurer's number", "保険者番号ではありません"],
            Self::OtherInsurer => ["the number of another insurer", "ほかの保険者の番号です"],
            Self::Date(DateError::Shape) => ["not a date", "日付として読めません"],
            Self::Date(DateError::NoSuchDay) => ["no such day", "暦にない日付です"],
            Self::Date(DateError::OutsideEra) => ["a day before its era", "元号の始まる前の日付です"],
            Self::BirthAhead => ["a birth date that lies ahead", "生年月日が先の日付です"],
            Self::BeforeBirth => ["covered before being born", "生年月日より前の日付です"],
            Self::LostBeforeAcquired => ["lost before acquired", "資格取得日より前の日付です"],
            Self::LossWithoutDate => ["a loss without its day", "喪失の処理に喪失日がありません"],
            Self::EraOverran => ["an era that had ended; read on", "終わった元号の年です。読み替えました"],
            Self::KanaUnreadable => {
                ["not kana; nobody can register by this name", "カナではないため、本人確認に使えません"]
            }
            Self::MissingCharacter => ["a character is missing (〓)", "外字が〓になっています"],
            Self::LeftOut => ["not readable; left out", "読み取れないため、空にしました"],
            Self::NoGivenId => [
                "no pre-issued ID: the numbers do not fit the template",
                "配布IDの形式に合わないため、IDを作れません",
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_can_stand_in_a_list_without_quotes() {
        let dates = [DateError::Shape, DateError::NoSuchDay, DateError::OutsideEra].map(Reason::Date);
        let all = [
            Reason::ColumnCount,
            Reason::Encoding,
            Reason::Form,
            Reason::MyNumber,
            Reason::Control,
            Reason::Long,
            Reason::Missing,
            Reason::UnknownValue,
            Reason::Key,
            Reason::InsurerNumber,
            Reason::OtherInsurer,
            Reason::BirthAhead,
            Reason::BeforeBirth,
            Reason::LostBeforeAcquired,
            Reason::LossWithoutDate,
            Reason::EraOverran,
            Reason::KanaUnreadable,
            Reason::MissingCharacter,
            Reason::LeftOut,
            Reason::NoGivenId,
        ];
        for text in all.into_iter().chain(dates).flat_map(Reason::texts) {
            assert!(!text.is_empty() && !text.contains([',', '"', '\n']), "{text}");
        }
    }
}
