//! The 17 columns and their names.

use crate::rules::width::narrow;

/// The names of the columns, in the order of the extract.
pub const COLUMNS: [&str; 17] = [
    "保険者番号",
    "個人キー",
    "診療年月",
    "医療機関名",
    "医療機関コード",
    "診療区分",
    "日数",
    "医療費総額",
    "食事総額",
    "保険者負担額",
    "公費負担額",
    "窓口負担額",
    "食事負担額",
    "高額療養費",
    "付加給付",
    "給付支給日",
    "訂正元",
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
    INSURER_NUMBER = 1, PERSON_KEY = 2, MONTH = 3, INSTITUTION = 4, INSTITUTION_CODE = 5, KIND = 6, DAYS = 7, TOTAL = 8,
    MEAL_TOTAL = 9, INSURER = 10, PUBLIC = 11, PATIENT = 12, MEAL_COPAY = 13, REFUND = 14, ADDITIONAL = 15, PAID_ON = 16,
}

impl Column {
    /// The row as a whole.
    pub const ROW: Self = Self(0);
    /// 訂正元
    pub const CORRECTS: Self = Self(17);

    /// The column at an index from 0.
    pub fn at(index: usize) -> Self {
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
    /// The names of the columns, in their order.
    Names,
    /// The names of other columns, or of these in another order: nothing of the file can be trusted.
    Others,
    /// The names of columns, one of which is for My Numbers.
    MyNumber,
}

/// Tells whether a file's first line names columns. A row begins with the insurer's number, names with anything else.
pub fn header(line: &[String]) -> Header {
    let names: Vec<String> = line.iter().map(|name| narrow(name)).collect();
    let forbidden = |name: &String| {
        name.contains("個人番号") || name.contains("マイナンバー") || name.to_lowercase().contains("mynumber")
    };
    if names.iter().any(forbidden) {
        return Header::MyNumber;
    }
    if !names.iter().any(|name| COLUMNS.contains(&name.as_str())) {
        return Header::None;
    }
    let first = names.first().map_or("", String::as_str);
    if first.bytes().all(|byte| byte.is_ascii_digit()) && !first.is_empty() {
        return Header::None;
    }
    if names == COLUMNS { Header::Names } else { Header::Others }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn headers_are_told_from_rows_and_other_columns_from_ours() {
        let names = COLUMNS.join(",");
        for (text, expected) in [
            ("06999015,A0000001,202601,例町病院", Header::None),
            ("", Header::None),
            (names.as_str(), Header::Names),
            (&names.replace("個人キー,診療年月", "診療年月,個人キー"), Header::Others),
            (&names.replace("個人キー", "個人番号"), Header::MyNumber),
            (&names.replace("訂正元", "マイナンバー"), Header::MyNumber),
            ("保険者番号,個人キー", Header::Others),
        ] {
            assert_eq!(header(&line(text)), expected, "{text}");
        }
    }

    #[test]
    fn columns_know_their_names() {
        assert_eq!((Column::CORRECTS.number(), Column::CORRECTS.name()), (17, "訂正元"));
        assert_eq!(Column::at(5), Column::KIND);
        assert_eq!((Column::ROW.number(), Column::ROW.name()), (0, ""));
    }
}
