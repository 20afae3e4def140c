//! The 35 columns and their names.

/// The names of the columns, in the order of the extract.
pub const COLUMNS: [&str; 35] = [
    "処理区分",
    "保険者番号",
    "事業所コード",
    "記号",
    "番号",
    "枝番",
    "個人キー",
    "世帯キー",
    "本人家族区分",
    "資格区分",
    "続柄コード",
    "氏名カナ",
    "氏名漢字",
    "性別",
    "生年月日",
    "資格取得日",
    "資格喪失日",
    "喪失事由",
    "負担割合",
    "発効期日",
    "郵便番号",
    "住所1",
    "住所2",
    "住所3",
    "住所4",
    "電話番号",
    "メールアドレス",
    "通知言語",
    "不開示フラグ",
    "世帯通知拒否",
    "マイナ保険証登録有無",
    "資格確認書発行日",
    "資格確認書期限",
    "旧記号番号",
    "更新日時",
];

/// A column by its number from 1, or the row as a whole (0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column(u8);

macro_rules! columns {
    ($($name:ident = $number:literal,)+) => {
        impl Column {
            $(pub(super) const $name: Self = Self($number);)+
        }
    };
}

columns! {
    ACTION = 1, INSURER_NUMBER = 2, ESTABLISHMENT = 3, PERSON_KEY = 7,
    HOUSEHOLD_KEY = 8, POSITION = 9, CLASS = 10, RELATIONSHIP = 11, KANA = 12, NAME = 13, SEX = 14,
    BIRTH_DATE = 15, ACQUIRED_ON = 16, LOST_ON = 17, LOSS_REASON = 18, BURDEN = 19, BURDEN_FROM = 20,
    POSTAL_CODE = 21, ADDRESS_1 = 22, ADDRESS_2 = 23, ADDRESS_3 = 24, ADDRESS_4 = 25, PHONE = 26, EMAIL = 27,
    LANGUAGE = 28, SUPPRESSED = 29, HOUSEHOLD_REFUSED = 30, CARD_REGISTERED = 31, CONFIRMATION_ISSUED_ON = 32,
    CONFIRMATION_VALID_UNTIL = 33, FORMER_MARKS = 34, UPDATED_AT = 35,
}

impl Column {
    /// The row as a whole.
    pub const ROW: Self = Self(0);
    /// 記号
    pub const SYMBOL: Self = Self(4);
    /// 番号
    pub const NUMBER: Self = Self(5);
    /// 枝番
    pub const BRANCH: Self = Self(6);

    /// The column at an index from 0.
    pub(super) fn at(index: usize) -> Self {
        u8::try_from(index + 1).map_or(Self::ROW, Self)
    }

    /// The number from 1; 0 for the row as a whole.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The name in the extract; empty for the row as a whole.
    pub fn name(self) -> &'static str {
        let index = usize::from(self.0).checked_sub(1);
        index.and_then(|index| COLUMNS.get(index)).copied().unwrap_or_default()
    }
}

/// What the first line of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// A row like the others.
    None,
    /// The names of columns.
    Names,
    /// The names of columns, one of which is for My Numbers: the whole file is refused.
    MyNumber,
}

/// Tells whether a file's first line names columns.
pub fn header(line: &[String]) -> Header {
    let names = line.iter().map(|name| crate::width::narrow(name)).collect::<Vec<_>>();
    if !names.iter().any(|name| name.contains("区分") || name.contains("番号") || name.contains("氏名"))
    {
        return Header::None;
    }
    if names.first().is_some_and(|first| first.len() == 1 && first.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Header::None;
    }
    let forbidden = |name: &String| {
        name.contains("個人番号")
            || (name.contains("マイナンバー") && !name.contains("カード"))
            || name.to_lowercase().contains("mynumber")
    };
    if names.iter().any(forbidden) { Header::MyNumber } else { Header::Names }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn headers_are_told_from_rows_and_columns_for_my_numbers_are_seen() {
        for (text, expected) in [
            ("1,06999015,0101,91", Header::None),
            ("1,06999015,0101,番号", Header::None),
            ("処理区分,保険者番号,事業所コード,記号,番号", Header::Names),
            ("処理区分,保険者番号,個人番号", Header::MyNumber),
            ("処理区分,保険者番号,マイナンバー", Header::MyNumber),
            ("処理区分,保険者番号,My Number", Header::MyNumber),
            ("", Header::None),
        ] {
            assert_eq!(header(&line(text)), expected, "{text}");
        }
        assert_eq!(header(&COLUMNS.map(str::to_owned)), Header::Names);
    }

    #[test]
    fn columns_know_their_names() {
        assert_eq!((Column::UPDATED_AT.number(), Column::UPDATED_AT.name()), (35, "更新日時"));
        assert_eq!(Column::at(11), Column::KANA);
        assert_eq!((Column::ROW.number(), Column::ROW.name()), (0, ""));
    }
}
