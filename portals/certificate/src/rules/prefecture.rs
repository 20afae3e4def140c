//! The prefectures, in the order of their codes (JIS X 0401).

/// The 47, each with its name in Latin letters.
const ALL: [(&str, &str); 47] = [
    ("北海道", "Hokkaido"),
    ("青森県", "Aomori"),
    ("岩手県", "Iwate"),
    ("宮城県", "Miyagi"),
    ("秋田県", "Akita"),
    ("山形県", "Yamagata"),
    ("福島県", "Fukushima"),
    ("茨城県", "Ibaraki"),
    ("栃木県", "Tochigi"),
    ("群馬県", "Gunma"),
    ("埼玉県", "Saitama"),
    ("千葉県", "Chiba"),
    ("東京都", "Tokyo"),
    ("神奈川県", "Kanagawa"),
    ("新潟県", "Niigata"),
    ("富山県", "Toyama"),
    ("石川県", "Ishikawa"),
    ("福井県", "Fukui"),
    ("山梨県", "Yamanashi"),
    ("長野県", "Nagano"),
    ("岐阜県", "Gifu"),
    ("静岡県", "Shizuoka"),
    ("愛知県", "Aichi"),
    ("三重県", "Mie"),
    ("滋賀県", "Shiga"),
    ("京都府", "Kyoto"),
    ("大阪府", "Osaka"),
    ("兵庫県", "Hyogo"),
    ("奈良県", "Nara"),
    ("和歌山県", "Wakayama"),
    ("鳥取県", "Tottori"),
    ("島根県", "Shimane"),
    ("岡山県", "Okayama"),
    ("広島県", "Hiroshima"),
    ("山口県", "Yamaguchi"),
    ("徳島県", "Tokushima"),
    ("香川県", "Kagawa"),
    ("愛媛県", "Ehime"),
    ("高知県", "Kochi"),
    ("福岡県", "Fukuoka"),
    ("佐賀県", "Saga"),
    ("長崎県", "Nagasaki"),
    ("熊本県", "Kumamoto"),
    ("大分県", "Oita"),
    ("宮崎県", "Miyazaki"),
    ("鹿児島県", "Kagoshima"),
    ("沖縄県", "Okinawa"),
];

/// One of the 47.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefecture {
    /// Its name: 東京都.
    pub name: &'static str,
    /// Its name in Latin letters: Tokyo.
    pub latin: &'static str,
}

impl Prefecture {
    /// All of them, from north to south.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|(name, latin)| Self { name, latin })
    }

    /// The prefecture that is meant: by its name, with or without its last character, or in Latin letters.
    pub fn find(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let short = |name: &'static str| name.strip_suffix(['都', '府', '県']).unwrap_or(name);
        Self::all().find(|prefecture| {
            prefecture.name == typed
                || short(prefecture.name) == typed
                || prefecture.latin.eq_ignore_ascii_case(typed)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefecture_is_found_however_it_is_called_and_nothing_else_is_one() {
        for (typed, name) in [
            ("東京都", "東京都"),
            ("東京", "東京都"),
            (" 京都 ", "京都府"),
            ("北海道", "北海道"),
            ("osaka", "大阪府"),
        ] {
            assert_eq!(Prefecture::find(typed).map(|found| found.name), Some(name), "{typed}");
        }
        for typed in ["", "架空県", "県", "東"] {
            assert_eq!(Prefecture::find(typed), None, "{typed}");
        }
        assert_eq!(Prefecture::all().count(), 47);
    }
}
