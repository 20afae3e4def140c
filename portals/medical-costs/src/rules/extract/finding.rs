//! What is wrong with a row, for the clerk who has to mend it.

use super::Column;

/// Something about one column. It never holds the column's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub column: Column,
    /// What.
    pub reason: Reason,
}

/// What is wrong with a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The row does not have 17 columns.
    ColumnCount,
    /// The row cannot be decoded.
    Encoding,
    /// A quote is left open, or the line is longer than any row.
    Form,
    /// A My Number, which refuses the file.
    MyNumber,
    /// Control characters.
    Control,
    /// Longer than the column allows.
    Long,
    /// Empty, where a value is needed.
    Missing,
    /// None of the values the column has.
    UnknownValue,
    /// The number of another insurer.
    OtherInsurer,
    /// No month.
    Month,
    /// A month that lies ahead.
    MonthAhead,
    /// No date.
    Date,
    /// No number, or one beyond all measure.
    Number,
    /// What was paid for it is not what it cost.
    Unbalanced,
    /// An amount is negative, but nothing says which original it is taken from.
    TakesFromNothing,
    /// The original it corrects was never delivered.
    NoOriginal,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 16] = [
        Self::ColumnCount,
        Self::Encoding,
        Self::Form,
        Self::MyNumber,
        Self::Control,
        Self::Long,
        Self::Missing,
        Self::UnknownValue,
        Self::OtherInsurer,
        Self::Month,
        Self::MonthAhead,
        Self::Date,
        Self::Number,
        Self::Unbalanced,
        Self::TakesFromNothing,
        Self::NoOriginal,
    ];

    /// The reason in English and Japanese.
    pub const fn texts(self) -> [&'static str; 2] {
        match self {
            Self::ColumnCount => ["the row does not have 17 columns", "列が17個ではありません"],
            Self::Encoding => ["the row cannot be decoded", "文字コードを読み取れません"],
            Self::Form => {
                ["a quote is left open or the line is too long", "引用符が閉じていないか、行が長すぎます"]
            }
            Self::MyNumber => [
                "a My Number; the whole file is refused",
                "マイナンバーがあるため、ファイル全体を受け取れません",
            ],
            Self::Control => ["control characters", "制御文字が入っています"],
            Self::Long => ["too long", "長すぎます"],
            Self::Missing => ["empty", "空です"],
            Self::UnknownValue => ["not one of the column's values", "決められた値ではありません"],
            Self::OtherInsurer => ["the number of another insurer", "ほかの保険者の番号です"],
            Self::Month => ["not a month of the form YYYYMM", "年月（YYYYMM）として読めません"],
            Self::MonthAhead => ["a month that lies ahead", "先の年月です"],
            Self::Date => ["not a date of the form YYYYMMDD", "日付（YYYYMMDD）として読めません"],
            Self::Number => ["not a number of this column", "この列の数として読めません"],
            Self::Unbalanced => {
                ["what was paid is not what it cost", "負担額の合計が医療費と食事の総額に合いません"]
            }
            Self::TakesFromNothing => {
                ["negative; but no original is named", "負の額ですが、訂正元がありません"]
            }
            Self::NoOriginal => ["the original it corrects is not known", "訂正元の行がありません"],
        }
    }
}
