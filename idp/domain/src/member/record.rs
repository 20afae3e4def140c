//! One person's record, all columns of an extract in their types (domain 8.2).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use sekisho_base::{Digest, Language, Timestamp};
use serde::{Deserialize, Serialize};

use super::Marks;
use crate::email::Email;
use crate::ids::PersonKey;
use crate::insurer_number::InsurerNumber;
use crate::kana::{self, Folded};
use crate::phone::Phone;

/// A person's record as the insurer last sent it.
///
/// Its `Debug` shows the personal key only.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// 個人キー: the insurer's stable key of the person.
    pub person: PersonKey,
    /// 世帯キー: the key of the household, usually the insured person's own.
    pub household: PersonKey,
    /// 保険者番号
    pub insurer_number: InsurerNumber,
    /// 事業所コード; may be empty.
    pub establishment: String,
    /// 記号
    pub symbol: Marks,
    /// 番号
    pub number: Marks,
    /// 枝番
    pub branch: Option<Marks>,
    /// 本人家族区分
    pub position: Position,
    /// 資格区分
    pub class: Class,
    /// 続柄コード, by the insurer's own list; may be empty.
    pub relationship: String,
    /// 氏名カナ, as sent.
    pub kana: String,
    /// 氏名漢字, for showing only: never compared.
    pub name: String,
    /// 性別
    pub sex: Sex,
    /// 生年月日
    pub birth_date: Date,
    /// 資格取得日 or 認定日: the first day of cover.
    pub acquired_on: Date,
    /// 資格喪失日: the first day without cover.
    pub lost_on: Option<Date>,
    /// 喪失事由; may be empty.
    pub loss_reason: String,
    /// 負担割合 and its first day.
    pub burden: Option<Burden>,
    /// The address; none where it is not disclosed, since what is not kept cannot be shown.
    pub address: Option<Address>,
    /// 電話番号
    pub phone: Option<Phone>,
    /// メールアドレス
    pub email: Option<Email>,
    /// 通知言語
    pub language: Language,
    /// 不開示フラグ: the person is protected; nobody else learns anything, not even that they exist.
    pub suppressed: bool,
    /// 世帯通知拒否: the person does not share with the insured.
    pub household_refused: bool,
    /// マイナ保険証登録有無, where known.
    pub card_registered: Option<bool>,
    /// 資格確認書 発行日
    pub confirmation_issued_on: Option<Date>,
    /// 資格確認書 期限
    pub confirmation_valid_until: Option<Date>,
    /// 旧記号番号; may be empty.
    pub former_marks: String,
    /// 更新日時
    pub updated_at: Option<Timestamp>,
}

impl Record {
    /// The folded name; none when it is no kana, so that nobody can register by it.
    pub fn fold(&self, options: kana::Options) -> Option<Folded> {
        kana::fold(&self.kana, options).ok()
    }

    /// The digest of everything that is kept of the record, the fold's version and the pre-issued ID included: equal
    /// digests need no write.
    pub fn content(&self, options: kana::Options, given_id: Option<&str>) -> Digest {
        // Plain texts, numbers and dates always serialise. Records without an ID have the digest they always had.
        let bytes = match given_id {
            None => serde_json::to_vec(&(self, options.version())),
            Some(id) => serde_json::to_vec(&(self, options.version(), id)),
        };
        Digest::of_content(&bytes.unwrap_or_default())
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({})", self.person)
    }
}

/// 負担割合: what part of the cost a person pays at the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Burden {
    /// In tenths: 2 or 3.
    pub tenths: i64,
    /// 発効期日: its first day.
    pub from: Option<Date>,
}

/// An address in the parts of the extract.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Address {
    /// 郵便番号, seven digits; may be empty.
    pub postal_code: String,
    /// 住所1–4: prefecture, city, street, building; each may be empty.
    pub lines: [String; 4],
}

/// A word or digit that stands for none of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown value")]
pub struct WordError;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal / $digit:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// The word in rows and claims.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The value of an extract's digit.
            pub fn of_digit(digit: &str) -> Option<Self> {
                match digit { $($digit => Some(Self::$variant),)+ _ => None }
            }
        }

        impl FromStr for $name {
            type Err = WordError;

            fn from_str(word: &str) -> Result<Self, WordError> {
                match word { $($word => Ok(Self::$variant),)+ _ => Err(WordError) }
            }
        }
    };
}

words!(
    /// 本人家族区分: the person's position in the household.
    Position {
        /// 被保険者
        Insured = "insured" / "1",
        /// 被扶養者
        Dependent = "dependent" / "2",
    }
);

words!(
    /// 資格区分: the kind of cover.
    Class {
        /// 一般
        General = "general" / "1",
        /// 任意継続: continued after leaving, under new numbers.
        Voluntary = "voluntary" / "2",
        /// 特例退職
        Retiree = "retiree" / "3",
    }
);

words!(
    /// 性別
    Sex {
        /// 男
        Male = "male" / "1",
        /// 女
        Female = "female" / "2",
        /// Not stated.
        Unstated = "unstated" / "",
    }
);
