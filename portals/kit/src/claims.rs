//! What the identity provider tells about a member: the claims of the `insurance` scope.
//!
//! They are read at userinfo only, kept sealed in the session, and read again when they are
//! older than five minutes. A member is told apart by issuer and subject; nothing here is an identity.

use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// Everything the `insurance` scope releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insurance {
    /// The insurer of the membership this sign-in is for.
    pub insurer: Insurer,
    /// The member's own row.
    pub membership: Membership,
    /// Persons the member may see or act for, as the identity provider allows.
    #[serde(default)]
    pub household: Vec<Relative>,
    /// What the member wants to be told of: the ids of topics that the insurer offers at the identity provider.
    #[serde(default)]
    pub opt_ins: Vec<String>,
    /// The member's e-mail address, if the scope `email` was asked for and the provider has verified it.
    #[serde(default)]
    pub email: Option<String>,
}

/// An insurer, as its identity provider names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insurer {
    /// Its code word, such as `aoba`.
    pub code: String,
    /// 保険者番号.
    pub number: String,
    /// Its name in Japanese.
    #[serde(deserialize_with = "japanese")]
    pub name: String,
}

/// One person's membership.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The insurer's stable key of the person.
    pub person_key: String,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// 枝番.
    #[serde(default)]
    pub branch: Option<String>,
    /// The class of membership.
    #[serde(default)]
    pub kind: Option<String>,
    /// How the person is related to the insured.
    #[serde(default)]
    pub relationship: Option<String>,
    /// The name as the insurer writes it.
    pub name: String,
    /// The name in kana.
    pub name_kana: String,
    /// The birth date.
    #[serde(with = "date")]
    pub birth_date: Date,
    /// The sex, as the insurer has it.
    #[serde(default)]
    pub sex: Option<String>,
    /// The first day of cover.
    #[serde(with = "date")]
    pub acquired_on: Date,
    /// The first day without cover, once it is known.
    #[serde(default, with = "date::option")]
    pub lost_on: Option<Date>,
    /// The member's share of costs in tenths.
    #[serde(default, deserialize_with = "tenths")]
    pub burden: Option<u8>,
    /// From when that share applies.
    #[serde(default, with = "date::option")]
    pub burden_from: Option<Date>,
    /// The insured person's name, for dependents.
    #[serde(default)]
    pub insured_name: Option<String>,
    /// The address in the insurer's records, unless it is hidden.
    #[serde(default)]
    pub address: Option<Address>,
}

/// An address in Japan (OpenID Connect Core §5.1.1). What is not known is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// All of it, in one line.
    pub formatted: String,
    /// 郵便番号.
    pub postal_code: Option<String>,
    /// The prefecture.
    pub region: Option<String>,
    /// The city, ward, town or village.
    pub locality: Option<String>,
    /// Street and number, and on a second line the building.
    pub street_address: Option<String>,
}

/// A person of the household. What is not released stays empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relative {
    /// The insurer's stable key of the person.
    pub person_key: String,
    /// The name as the insurer writes it.
    pub name: String,
    /// How the person is related to the insured.
    #[serde(default)]
    pub relationship: Option<String>,
    /// What the member may do for this person, such as `certificate`.
    #[serde(default)]
    pub purposes: Vec<String>,
    /// 枝番.
    #[serde(default)]
    pub branch: Option<String>,
    /// The name in kana.
    #[serde(default)]
    pub name_kana: Option<String>,
    /// The birth date.
    #[serde(default, with = "date::option")]
    pub birth_date: Option<Date>,
    /// The sex, as the insurer has it.
    #[serde(default)]
    pub sex: Option<String>,
    /// The first day of cover.
    #[serde(default, with = "date::option")]
    pub acquired_on: Option<Date>,
    /// The first day without cover, once it is known.
    #[serde(default, with = "date::option")]
    pub lost_on: Option<Date>,
    /// The person's share of costs in tenths.
    #[serde(default, deserialize_with = "tenths")]
    pub burden: Option<u8>,
    /// From when that share applies.
    #[serde(default, with = "date::option")]
    pub burden_from: Option<Date>,
}

impl Membership {
    /// Whether the person has no cover on `today`: the day of loss is the first day without.
    pub fn is_lost(&self, today: Date) -> bool {
        self.lost_on.is_some_and(|lost_on| lost_on <= today)
    }
}

impl Relative {
    /// Whether the member may do this for the person.
    pub fn allows(&self, purpose: &str) -> bool {
        self.purposes.iter().any(|allowed| allowed == purpose)
    }
}

/// A name may come in one language or by language tag; certificates carry the Japanese one.
fn japanese<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Name {
        One(String),
        ByLanguage { ja: String },
    }
    Ok(match Name::deserialize(deserializer)? {
        Name::One(name) | Name::ByLanguage { ja: name } => name,
    })
}

fn tenths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Share {
        Number(u8),
        Text(String),
    }
    Ok(match Option::<Share>::deserialize(deserializer)? {
        None => None,
        Some(Share::Number(tenths)) => Some(tenths),
        Some(Share::Text(text)) if text.is_empty() => None,
        Some(Share::Text(text)) => {
            Some(text.parse().map_err(|_| D::Error::custom("burden is not a number of tenths"))?)
        }
    })
}

/// Dates travel, and are kept, as `YYYY-MM-DD`: `#[serde(with = "date")]`, and `date::option` where there may be none.
pub mod date {
    use jiff::civil::Date;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    /// Writes a date.
    pub fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(date)
    }

    /// Reads a date.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom("not a date of the form YYYY-MM-DD"))
    }

    /// The same for a date that may be missing.
    pub mod option {
        use jiff::civil::Date;
        use serde::de::Error as _;
        use serde::{Deserialize as _, Deserializer, Serializer};

        /// Writes a date or null.
        pub fn serialize<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
            match date {
                Some(date) => serializer.collect_str(date),
                None => serializer.serialize_none(),
            }
        }

        /// Reads a date or null.
        pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
            match Option::<String>::deserialize(deserializer)? {
                None => Ok(None),
                Some(text) => {
                    text.parse().map(Some).map_err(|_| D::Error::custom("not a date of the form YYYY-MM-DD"))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> serde_json::Value {
        serde_json::json!({
            "insurer": { "code": "aoba", "number": "06999015", "name": "青葉健康保険組合" },
            "membership": {
                "person_key": "P0000001", "symbol": "91", "number": "200001", "branch": "00",
                "kind": "general", "relationship": "01", "name": "健保　翔子", "name_kana": "ケンポ ショウコ",
                "birth_date": "2000-01-21", "sex": "female", "acquired_on": "2022-04-01", "lost_on": null, "burden": 3
            },
            "household": [
                { "person_key": "P0000002", "name": "健保　純一", "relationship": "child", "purposes": ["certificate"] }
            ]
        })
    }

    #[test]
    fn what_userinfo_says_is_read_and_survives_being_kept() {
        let read: Insurance = serde_json::from_value(example()).unwrap();
        assert_eq!(read.membership.birth_date.to_string(), "2000-01-21");
        assert_eq!(read.membership.burden, Some(3));
        assert_eq!((read.opt_ins.len(), &read.membership.address), (0, &None), "none was told");
        assert!(read.household[0].allows("certificate"));
        assert!(!read.household[0].allows("costs"));
        let kept = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Insurance>(&kept).unwrap(), read);
    }

    #[test]
    fn names_and_shares_are_read_in_either_shape() {
        let mut claims = example();
        claims["insurer"]["name"] = serde_json::json!({ "ja": "青葉健康保険組合", "en": "Aoba" });
        claims["membership"]["burden"] = serde_json::json!("2");
        let read: Insurance = serde_json::from_value(claims).unwrap();
        assert_eq!(read.insurer.name, "青葉健康保険組合");
        assert_eq!(read.membership.burden, Some(2));
    }

    #[test]
    fn an_address_and_wishes_are_read_where_they_are_told() {
        let mut claims = example();
        claims["membership"]["address"] = serde_json::json!({ "formatted": "東京都架空区見本1-2-3", "postal_code": "100-0000", "country": "JP" });
        claims["opt_ins"] = serde_json::json!(["medical_costs"]);
        let read: Insurance = serde_json::from_value(claims).unwrap();
        let address = read.membership.address.clone().unwrap();
        assert_eq!(
            (address.formatted.as_str(), address.postal_code.as_deref(), address.region),
            ("東京都架空区見本1-2-3", Some("100-0000"), None)
        );
        assert_eq!(read.opt_ins, ["medical_costs"]);
    }

    #[test]
    fn a_claim_that_is_no_date_is_refused() {
        let mut claims = example();
        claims["membership"]["lost_on"] = serde_json::json!("99999999x");
        assert!(serde_json::from_value::<Insurance>(claims).is_err());
    }

    #[test]
    fn the_day_of_loss_is_the_first_day_without_cover() {
        let mut read: Insurance = serde_json::from_value(example()).unwrap();
        let today: Date = "2026-11-21".parse().unwrap();
        assert!(!read.membership.is_lost(today));
        read.membership.lost_on = Some(today);
        assert!(read.membership.is_lost(today));
        assert!(!read.membership.is_lost(today.yesterday().unwrap()));
    }
}
