//! The persons a member may ask certificates for, and what a certificate says of them.

use jiff::civil::Date;
use sekisho_base::{Timestamp, era};
use sekisho_portal_kit::claims::{Insurance, Membership, Relative, date};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// What the household claim must allow before a certificate can be asked for somebody else.
pub const PURPOSE: &str = "certificate";

/// One person, as a certificate shows them. It is frozen, sealed, with each certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The insurer's stable key of the person.
    pub key: String,
    /// Whether the person is the insured or a dependent.
    pub standing: Standing,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// 枝番, where the insurer uses them.
    #[serde(default)]
    pub branch: Option<String>,
    /// The name as the insurer writes it.
    pub name: String,
    /// The name in full-width kana.
    pub kana: String,
    /// The birth date.
    #[serde(with = "date")]
    pub birth_date: Date,
    /// The sex, as the insurer has it.
    #[serde(default)]
    pub sex: Option<Sex>,
    /// The insured person's name, on a dependent's certificate.
    #[serde(default)]
    pub insured_name: Option<String>,
    /// The first day of cover.
    #[serde(with = "date")]
    pub acquired_on: Date,
    /// The first day without cover, once it is known.
    #[serde(default, with = "date::option")]
    pub lost_on: Option<Date>,
    /// The share of costs in tenths.
    #[serde(default)]
    pub burden: Option<u8>,
    /// From when that share applies.
    #[serde(default, with = "date::option")]
    pub burden_from: Option<Date>,
}

/// 本人 or 家族.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// The insured person.
    Insured,
    /// A dependent.
    Dependent,
}

/// The sex as insurers record it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// 男.
    Male,
    /// 女.
    Female,
}

/// Whether a person has cover today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// Yes.
    Live,
    /// Not any more: the first day without.
    Ended(Date),
    /// Not yet: the first day with.
    NotYet(Date),
}

impl Person {
    /// The signed-in member.
    pub fn own(member: &Membership) -> Self {
        Self {
            key: member.person_key.clone(),
            standing: standing(member),
            symbol: member.symbol.clone(),
            number: member.number.clone(),
            branch: member.branch.clone().filter(|branch| !branch.is_empty()),
            name: shown(&member.name),
            kana: widen(&member.name_kana),
            birth_date: member.birth_date,
            sex: member.sex.as_deref().and_then(sex),
            insured_name: member.insured_name.as_deref().map(shown),
            acquired_on: member.acquired_on,
            lost_on: member.lost_on,
            burden: member.burden,
            burden_from: member.burden_from,
        }
    }

    /// A dependent the member may act for; `None` while the claim lacks what a certificate has to say.
    fn dependent(relative: &Relative, member: &Membership) -> Option<Self> {
        if !relative.allows(PURPOSE) || relative.person_key == member.person_key {
            return None;
        }
        Some(Self {
            key: relative.person_key.clone(),
            standing: Standing::Dependent,
            symbol: member.symbol.clone(),
            number: member.number.clone(),
            branch: relative.branch.clone().filter(|branch| !branch.is_empty()),
            name: shown(&relative.name),
            kana: widen(relative.name_kana.as_deref()?),
            birth_date: relative.birth_date?,
            sex: relative.sex.as_deref().and_then(sex),
            insured_name: Some(shown(&member.name)),
            acquired_on: relative.acquired_on?,
            lost_on: relative.lost_on,
            burden: relative.burden,
            burden_from: relative.burden_from,
        })
    }

    /// Whether the person has cover on `today`. The day of loss is the first day without.
    pub fn cover(&self, today: Date) -> Cover {
        match self.lost_on {
            Some(lost_on) if lost_on <= today => Cover::Ended(lost_on),
            _ if today < self.acquired_on => Cover::NotYet(self.acquired_on),
            _ => Cover::Live,
        }
    }

    /// The moment the cover ends, in Japan, once it is known.
    pub fn cover_ends_at(&self) -> Option<Timestamp> {
        // Tokyo keeps nine hours ahead of UTC all year.
        let midnight =
            self.lost_on?.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9))).ok()?;
        Some(Timestamp::from_micros(midnight.timestamp().as_microsecond()))
    }

    /// The share of costs, for those whose certificate states it: from the month the rule for 70 to 74 begins.
    pub fn stated_burden(&self, today: Date) -> Option<u8> {
        (era::elderly_from(self.birth_date) <= today).then_some(self.burden).flatten()
    }
}

/// Everyone the member may ask a certificate for: the member first, then the household in the claim's order.
pub fn persons(claims: &Insurance) -> Vec<Person> {
    let member = &claims.membership;
    let others = claims.household.iter().filter_map(|relative| Person::dependent(relative, member));
    std::iter::once(Person::own(member)).chain(others).collect()
}

/// Those of them who have cover on `today`.
pub fn covered(claims: &Insurance, today: Date) -> Vec<Person> {
    persons(claims).into_iter().filter(|person| person.cover(today) == Cover::Live).collect()
}

/// The insured is who is related to the household as themselves; a dependent's row names the insured.
fn standing(member: &Membership) -> Standing {
    match member.relationship.as_deref() {
        Some("self" | "insured" | "01" | "本人") => Standing::Insured,
        Some(_) => Standing::Dependent,
        None if member.insured_name.is_some() => Standing::Dependent,
        None => Standing::Insured,
    }
}

fn sex(said: &str) -> Option<Sex> {
    match said {
        "male" | "1" | "男" => Some(Sex::Male),
        "female" | "2" | "女" => Some(Sex::Female),
        _ => None,
    }
}

/// A name as it is set: the ideographic space of an extract would tear it apart.
fn shown(name: &str) -> String {
    name.replace('\u{3000}', " ")
}

/// The kana of an extract as people read it: ｹﾝﾎﾟ becomes ケンポ, and a hyphen after kana is the long mark it stands for.
fn widen(kana: &str) -> String {
    let mut wide = String::new();
    let mut narrow = String::new();
    for c in kana.chars() {
        if ('\u{ff61}'..='\u{ff9f}').contains(&c) {
            narrow.push(c);
            continue;
        }
        wide.extend(narrow.drain(..).nfkc());
        let after_kana = wide.chars().last().is_some_and(|last| ('ァ'..='ヶ').contains(&last));
        wide.push(if c == '-' && after_kana { 'ー' } else { c });
    }
    wide.extend(narrow.drain(..).nfkc());
    wide
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Insurance {
        serde_json::from_value(serde_json::json!({
            "insurer": { "code": "aoba", "number": "06999015", "name": "青葉健康保険組合" },
            "membership": {
                "person_key": "A1", "symbol": "91", "number": "200001", "branch": "00", "relationship": "self",
                "name": "健保　翔子", "name_kana": "ｹﾝﾎﾟ ｼｮｳｺ", "birth_date": "2000-01-21", "sex": "female",
                "acquired_on": "2022-04-01", "lost_on": null, "burden": 3
            },
            "household": [
                { "person_key": "A2", "name": "健保　空", "relationship": "child", "purposes": ["certificate"],
                  "branch": "01", "name_kana": "ケンポ ソラ", "birth_date": "2024-05-01", "sex": "male",
                  "acquired_on": "2024-05-01", "lost_on": "2026-12-01" },
                { "person_key": "A3", "name": "健保　海", "purposes": ["costs"], "name_kana": "ケンポ ウミ",
                  "birth_date": "2024-05-01", "acquired_on": "2024-05-01" },
                { "person_key": "A4", "name": "健保　山", "purposes": ["certificate"] },
                { "person_key": "A1", "name": "健保　翔子", "purposes": ["certificate"], "name_kana": "ケンポ ショウコ",
                  "birth_date": "2000-01-21", "acquired_on": "2022-04-01" }
            ]
        }))
        .unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn only_persons_with_the_purpose_and_everything_a_certificate_says_can_be_chosen() {
        let keys: Vec<String> = persons(&claims()).into_iter().map(|person| person.key).collect();
        assert_eq!(keys, ["A1", "A2"]);
        let chosen = persons(&claims());
        assert_eq!(chosen[0].kana, "ケンポ ショウコ");
        assert_eq!(chosen[0].standing, Standing::Insured);
        assert_eq!(chosen[1].standing, Standing::Dependent);
        assert_eq!(chosen[1].insured_name.as_deref(), Some("健保 翔子"));
    }

    #[test]
    fn cover_ends_at_midnight_in_japan_on_the_day_of_loss() {
        let child = &persons(&claims())[1];
        assert_eq!(child.cover(day("2026-11-30")), Cover::Live);
        assert_eq!(child.cover(day("2026-12-01")), Cover::Ended(day("2026-12-01")));
        assert_eq!(child.cover(day("2024-04-30")), Cover::NotYet(day("2024-05-01")));
        assert_eq!(child.cover_ends_at().map(|at| at.to_string()).as_deref(), Some("2026-11-30T15:00:00Z"));
        assert_eq!(covered(&claims(), day("2026-12-01")).len(), 1);
    }

    #[test]
    fn the_share_of_costs_is_stated_for_the_elderly_only() {
        let mut person = persons(&claims()).remove(0);
        assert_eq!(person.stated_burden(day("2026-11-21")), None);
        person.birth_date = day("1956-03-01");
        assert_eq!(person.stated_burden(day("2026-11-21")), Some(3));
    }

    #[test]
    fn the_words_of_an_extract_are_read_for_what_they_mean() {
        let mut member = claims().membership;
        for (relationship, insured_name, expected) in [
            (Some("01"), None, Standing::Insured),
            (Some("spouse"), None, Standing::Dependent),
            (None, Some("健保　翔子"), Standing::Dependent),
            (None, None, Standing::Insured),
        ] {
            member.relationship = relationship.map(str::to_owned);
            member.insured_name = insured_name.map(str::to_owned);
            assert_eq!(Person::own(&member).standing, expected, "{relationship:?} {insured_name:?}");
        }
        assert_eq!(widen("ｻﾄ- ﾏﾘｱ･ﾙｲｻ"), "サトー マリア・ルイサ");
        assert_eq!(sex("2"), Some(Sex::Female));
        assert_eq!(sex("3"), None);
    }
}
