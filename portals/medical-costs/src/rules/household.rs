//! Whom a member sees (domain 3.3): exactly the persons of their claims.
//!
//! Everybody sees their own bills. Somebody else's are seen only while the identity provider lists that person with the
//! purpose `medical_costs`; it leaves out who refused, who is too old for it and who is under a disclosure block. Whoever is
//! not listed does not exist here: no name, no sum, no count.

use jiff::civil::Date;
use sekisho_portal_kit::claims::Insurance;

/// What the household claim must allow before somebody else's costs are shown.
pub const PURPOSE: &str = "medical_costs";

/// A person whose bills the member sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The insurer's stable key of the person.
    pub key: String,
    /// The name as people write it.
    pub name: String,
    /// Whether this is the member.
    pub is_own: bool,
    /// How the person is related to the insured, as the provider says it.
    pub relationship: Option<String>,
}

/// The persons whom a member of these claims sees on `today`, the member first. Nobody once the member's cover has
/// ended, and nobody whose own cover has.
pub fn seen(claims: &Insurance, today: Date) -> Vec<Person> {
    let own = &claims.membership;
    if own.is_lost(today) {
        return Vec::new();
    }
    let mut persons = vec![Person {
        key: own.person_key.clone(),
        name: shown(&own.name),
        is_own: true,
        relationship: own.relationship.clone(),
    }];
    for relative in &claims.household {
        let lost = relative.lost_on.is_some_and(|lost_on| lost_on <= today);
        let known = persons.iter().any(|person| person.key == relative.person_key);
        if relative.allows(PURPOSE) && !lost && !known && !relative.person_key.is_empty() {
            persons.push(Person {
                key: relative.person_key.clone(),
                name: shown(&relative.name),
                is_own: false,
                relationship: relative.relationship.clone(),
            });
        }
    }
    persons
}

/// The name of the insured: the first legal item.
pub fn insured_name(claims: &Insurance) -> String {
    let own = &claims.membership;
    shown(own.insured_name.as_deref().unwrap_or(&own.name))
}

/// A name with the space of ordinary text.
pub(crate) fn shown(name: &str) -> String {
    name.replace('\u{3000}', " ")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::json;

    /// The claims of an insured person with a household.
    pub fn claims(household: &serde_json::Value) -> Insurance {
        serde_json::from_value(json!({
            "insurer": { "code": "aoba", "number": "06999015", "name": "青葉健康保険組合" },
            "membership": {
                "person_key": "A1", "symbol": "91", "number": "200001", "branch": "00", "kind": "general",
                "relationship": "self", "name": "健保　翔子", "name_kana": "ケンポ ショウコ",
                "birth_date": "2000-01-21", "sex": "female", "acquired_on": "2022-04-01", "lost_on": null,
                "burden": null
            },
            "household": household,
        }))
        .unwrap()
    }

    fn keys(claims: &Insurance, today: &str) -> Vec<String> {
        seen(claims, today.parse().unwrap()).into_iter().map(|person| person.key).collect()
    }

    #[test]
    fn rp_08_only_who_is_listed_with_the_purpose_is_seen() {
        let relative = |key: &str, purposes: &[&str], lost_on: Option<&str>| json!({ "person_key": key, "name": "健保　純一", "purposes": purposes, "lost_on": lost_on });
        for (household, expected) in [
            (json!([]), vec!["A1"]),
            (json!([relative("A2", &["medical_costs"], None)]), vec!["A1", "A2"]),
            (json!([relative("A2", &["certificate", "medical_costs"], None)]), vec!["A1", "A2"]),
            (json!([relative("A2", &["certificate"], None)]), vec!["A1"]),
            (json!([relative("A2", &[], None)]), vec!["A1"]),
            (json!([relative("A2", &["MEDICAL_COSTS"], None)]), vec!["A1"]),
            (json!([relative("A2", &["medical_costs"], Some("2026-11-21"))]), vec!["A1"]),
            (json!([relative("A2", &["medical_costs"], Some("2026-11-22"))]), vec!["A1", "A2"]),
            (json!([relative("A1", &["medical_costs"], None)]), vec!["A1"]),
            (json!([relative("", &["medical_costs"], None)]), vec!["A1"]),
            (
                json!([relative("A2", &["medical_costs"], None), relative("A2", &["medical_costs"], None)]),
                vec!["A1", "A2"],
            ),
        ] {
            assert_eq!(keys(&claims(&household), "2026-11-21"), expected, "{household}");
        }
    }

    #[test]
    fn rp_12_whose_cover_has_ended_sees_nobody() {
        let mut claims =
            claims(&json!([{ "person_key": "A2", "name": "健保　純一", "purposes": ["medical_costs"] }]));
        claims.membership.lost_on = Some("2026-11-21".parse().unwrap());
        assert_eq!(keys(&claims, "2026-11-21"), Vec::<String>::new());
        assert_eq!(keys(&claims, "2026-11-20"), ["A1", "A2"]);
    }

    #[test]
    fn the_insured_of_a_dependent_is_the_one_the_claims_name() {
        let mut claims = claims(&json!([]));
        assert_eq!(insured_name(&claims), "健保 翔子");
        claims.membership.insured_name = Some("健保　太郎".into());
        assert_eq!(insured_name(&claims), "健保 太郎");
    }
}
