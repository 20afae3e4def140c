use super::*;
use crate::factor::FactorKind;
use crate::ids::GrantId;
use crate::oidc::authorize::Authentication;
use crate::oidc::authorize::tests::{asking, session};
use crate::oidc::scope::ScopeSet;
use crate::session::Acr;
use jiff::civil::date;
use sekisho_base::{Cx, Timestamp};

fn grant(scopes: &str, claims: &str) -> Grant {
    let session = session(&[(9_000, FactorKind::Password)]);
    Grant {
        id: GrantId::draw(&mut Cx::seeded(Timestamp::from_seconds(1), 1)),
        client: "rp".parse().unwrap(),
        account: session.account,
        membership: session.membership.clone().unwrap(),
        session: session.id,
        authentication: Authentication { auth_time: session.auth_time(), acr: Acr::OneFactor, amr: vec![] },
        scopes: ScopeSet::understood(scopes),
        claims: asking(&[("claims", claims)]).claims().clone(),
        resources: vec![],
        created_at: Timestamp::from_seconds(1),
    }
}

fn person() -> Person {
    Person {
        name: Some("健保　翔子".to_owned()),
        family_name: Some("健保".to_owned()),
        given_name: Some("翔子".to_owned()),
        birth_date: Some(date(2000, 1, 21)),
        sex: Some("female"),
        name_kana: Some("ケンポ ショウコ".to_owned()),
        family_name_kana: Some("ケンポ".to_owned()),
        given_name_kana: Some("ショウコ".to_owned()),
        nickname: Some("しょう".to_owned()),
        preferred_username: Some("shoko".to_owned()),
        particulars: [(Particular::MiddleName, "まり亜".to_owned())].into(),
        updated_at: Some(Timestamp::from_seconds(1_700_000_000)),
        language: Language::Ja,
        email: Some("shoko@example.jp".to_owned()),
        phone: None,
        address: None,
    }
}

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn only_what_a_scope_releases_is_told() {
    let none = "{}";
    let cases: [(&str, &str, &[&str]); 6] = [
        ("openid", none, &["sub"]),
        ("openid email", none, &["email", "email_verified", "sub"]),
        ("openid phone address", none, &["sub"]),
        ("openid", r#"{"userinfo":{"name":{"essential":true}}}"#, &["name", "sub"]),
        ("openid", r#"{"id_token":{"name":null}}"#, &["sub"]),
        (
            "openid profile",
            none,
            &[
                "birthdate",
                "family_name",
                "family_name#ja-Kana-JP",
                "gender",
                "given_name",
                "given_name#ja-Kana-JP",
                "locale",
                "middle_name",
                "name",
                "name#ja-Kana-JP",
                "nickname",
                "preferred_username",
                "sub",
                "updated_at",
                "zoneinfo",
            ],
        ),
    ];
    for (scopes, claims, expected) in cases {
        let answer = super::claims(&grant(scopes, claims), "me", &person(), None);
        assert_eq!(names(&answer), expected, "{scopes} {claims}");
        assert_eq!(answer["sub"], "me");
    }
}

#[test]
fn insurance_is_told_under_its_scope_only_and_hidden_things_are_absent() {
    let own = PersonClaim {
        person_key: "A1".parse().unwrap(),
        branch: Some("00".to_owned()),
        relationship: "self",
        name: "健保　翔子".to_owned(),
        name_kana: "ケンポ ショウコ".to_owned(),
        birth_date: date(2000, 1, 21),
        sex: Some("female"),
        acquired_on: date(2022, 4, 1),
        lost_on: None,
        burden: Some(3),
        burden_from: None,
    };
    let insurance = Insurance {
        insurer: InsurerClaim {
            code: "aoba".parse().unwrap(),
            number: "06999015".to_owned(),
            name: "青葉健康保険組合".to_owned(),
        },
        membership: MembershipClaim {
            person: own.clone(),
            symbol: "91".to_owned(),
            number: "200001".to_owned(),
            kind: Some("general"),
            insured_name: None,
            address: None,
        },
        household: vec![RelativeClaim { person: own, purposes: vec!["certificate"] }],
        opt_ins: vec!["medical_costs".to_owned()],
    };
    let told = super::claims(&grant("openid insurance", "{}"), "me", &person(), Some(&insurance));
    assert_eq!(names(&told), ["household", "insurer", "membership", "opt_ins", "sub"]);
    assert_eq!(told["membership"]["birth_date"], "2000-01-21");
    assert_eq!(told["membership"]["symbol"], "91");
    assert!(told["membership"].get("address").is_none());
    assert_eq!(told["household"][0]["purposes"][0], "certificate");
    let untold = super::claims(&grant("openid", "{}"), "me", &person(), Some(&insurance));
    assert_eq!(names(&untold), ["sub"]);
}

#[test]
fn the_id_token_has_only_what_was_asked_for_there_by_name() {
    let asked = r#"{"id_token":{"name":null,"insurer":null,"sub":null},"userinfo":{"gender":null}}"#;
    let named = in_id_token(&grant("openid profile email", asked), &person());
    assert_eq!(Value::Object(named), json!({ "name": "健保　翔子" }));
    assert!(in_id_token(&grant("openid profile email", "{}"), &person()).is_empty());
}
