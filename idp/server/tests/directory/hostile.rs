//! A directory that answers what it must not: none of it becomes a record, and nothing else happens.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::fake::{Fake, Mood};
use crate::house::House;
use crate::people::{mio, shoko, with};
use crate::walk::{SHOKO, to_identity};

fn records(records: &[Value]) -> Mood {
    Mood::json(&json!({ "records": records }))
}

async fn refused(mood: Mood, why: &str) {
    let fake = Fake::of(&[]).await;
    let house = House::asking(&fake).await;
    fake.becomes(mood);
    assert!(house.is_away().await, "{why}");
    assert_eq!(fake.count(), 1, "{why} is asked for once");
}

async fn each_refused(field: &str, values: &[Value]) {
    let fake = Fake::of(&[]).await;
    let house = House::asking(&fake).await;
    for value in values {
        fake.becomes(records(&[with(shoko(), &[(field, value.clone())])]));
        assert!(house.is_away().await, "{field}: {value}");
    }
}

#[tokio::test]
async fn ss_05_an_endless_a_huge_and_a_packed_answer_are_given_up() {
    refused(Mood::Endless, "an endless body").await;
    refused(Mood::body(vec![b' '; 300 * 1024]), "a huge body").await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    refused(Mood::body(deep), "a deep body").await;
    // Ten megabytes of blanks in ten kilobytes: nobody unpacks them.
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    packed.write_all(&[0; 10_000]).unwrap();
    let headers = |encoding: &str| {
        vec![("content-type", "application/json".to_owned()), ("content-encoding", encoding.to_owned())]
    };
    for encoding in ["gzip", "br", "deflate", "gzip, identity"] {
        refused(Mood::Says(headers(encoding), packed.clone()), encoding).await;
    }
    let right = json!({ "records": [shoko()] }).to_string().into_bytes();
    refused(Mood::Says(headers("gzip"), right), "what is called packed").await;
}

#[tokio::test]
async fn ss_02_a_redirect_is_no_answer_and_is_not_followed() {
    let elsewhere = Fake::of(&[shoko()]).await;
    for status in ["/v1/candidates", "http://169.254.169.254/latest"] {
        let to = if status.starts_with('/') { elsewhere.url() + "/candidates" } else { status.to_owned() };
        let fake = Fake::of(&[]).await;
        let house = House::asking(&fake).await;
        fake.becomes(Mood::Status(307));
        assert!(house.is_away().await);
        fake.becomes(Mood::Says(vec![("location", to)], Vec::new()));
        assert!(house.is_away().await);
    }
    assert_eq!(elsewhere.count(), 0);
}

#[tokio::test]
async fn an_answer_is_json_of_the_contract_or_none() {
    let says = |kind: &str| {
        let right = json!({ "records": [shoko()] }).to_string().into_bytes();
        Mood::Says(vec![("content-type", kind.to_owned())], right)
    };
    for kind in ["text/html", "text/plain", "application/jsonp", "application/json; charset=shift_jis", ""] {
        refused(says(kind), kind).await;
    }
    let right = json!({ "records": [shoko()] }).to_string();
    refused(Mood::Says(Vec::new(), right.clone().into_bytes()), "no content type").await;
    for body in [
        "",
        "null",
        "[]",
        "{}",
        "\"records\"",
        "{\"records\":null}",
        "{\"records\":{}}",
        "{\"records\":[null]}",
        "{\"records\":[],\"next\":\"https://example.jp/\"}",
        "{\"records\":[]} {\"records\":[]}",
        "<html>",
    ] {
        refused(Mood::body(body), body).await;
    }
    refused(Mood::body([0xff, 0xfe]), "no UTF-8").await;
    refused(Mood::body(&right.as_bytes()[..right.len() - 9]), "a part").await;
    let fake = Fake::of(&[]).await;
    let house = House::asking(&fake).await;
    fake.becomes(says("Application/JSON; charset=\"UTF-8\""));
    assert_eq!(house.ask().await.unwrap().len(), 1);
    fake.becomes(Mood::body(right));
    assert_eq!(house.ask().await.unwrap().len(), 1);
}

#[tokio::test]
async fn tn_01_a_person_of_another_insurer_or_of_other_numbers_is_nobody_here() {
    each_refused("insurer_number", &[json!("06999023"), json!("06999048"), json!(""), json!(6_999_049)])
        .await;
    each_refused("symbol", &[json!("92"), json!(""), json!("9".repeat(20))]).await;
    each_refused("number", &[json!("200002"), json!("")]).await;
    let other = with(mio(), &[("symbol", json!("92"))]);
    refused(records(&[shoko(), other]), "one stranger among the right").await;
    refused(records(&[shoko(), shoko()]), "a person twice").await;
    let fake = Fake::of(&[]).await;
    let house = House::asking(&fake).await;
    fake.becomes(records(&[shoko()]));
    let directory = house.directory();
    assert!(directory.person(&"M3000002".parse().unwrap()).await.is_err());
    assert!(directory.household(&"M3000002".parse().unwrap()).await.is_err());
    assert!(directory.by_given_id("7132-091200001").await.is_err(), "minato gives out no IDs");
    assert!(directory.person(&"M3000001".parse().unwrap()).await.unwrap().is_some());
}

#[tokio::test]
async fn values_are_of_their_kind_or_the_answer_is_none() {
    each_refused("position", &[json!("1"), json!("Insured"), json!("insurer"), Value::Null]).await;
    each_refused("class", &[json!("special"), json!(1)]).await;
    each_refused("sex", &[json!("robot"), json!("")]).await;
    each_refused("birth_date", &[json!("2000-13-01"), json!("H12.1.21"), json!("2027-01-01"), Value::Null])
        .await;
    each_refused("acquired_on", &[json!("1999-12-31"), Value::Null]).await;
    each_refused("lost_on", &[json!("2022-03-31"), json!("soon")]).await;
    each_refused("burden", &[json!(3), json!({ "tenths": 9 }), json!({ "tenths": 3, "until": null })]).await;
    each_refused("branch", &[json!("000"), json!("a"), json!("")]).await;
    each_refused("person_key", &[json!("~made-here"), json!(""), json!("a b"), json!("K".repeat(21))]).await;
    each_refused("kana", &[json!(" "), json!("ｹﾝﾎﾟ\u{0}ｼｮｳｺ"), json!("ア".repeat(255))]).await;
    each_refused("address", &[json!({ "postal_code": "100-0000", "lines": ["", "", "", ""] }), json!([])])
        .await;
    // Whom these protect is not left to a default.
    each_refused("suppressed", &[Value::Null, json!("yes"), json!(1)]).await;
    each_refused("household_refused", &[Value::Null]).await;
    each_refused("language", &[json!("xx")]).await;
    each_refused("password", &[json!("x")]).await;
    let twice = json!({ "records": [shoko()] }).to_string().replacen('{', "{\"records\":[],", 1);
    refused(Mood::body(twice), "a field twice").await;
}

#[tokio::test]
async fn my_numbers_are_taken_nowhere() {
    for (field, value) in [
        ("name", json!("健保 123456789018")),
        ("former_marks", json!("1234-5678-9018")),
        ("establishment", json!("１２３４５６７８９０１８")),
        ("person_key", json!("123456789018")),
        ("phone", json!("123456789018")),
        ("burden", json!({ "tenths": 123_456_789_018_i64 })),
        ("my_number", json!("123456789018")),
        ("123456789018", json!("x")),
    ] {
        each_refused(field, &[value]).await;
    }
}

#[tokio::test]
async fn a_household_has_an_end() {
    let many = |count: usize| -> Vec<Value> {
        let small = |index: usize| {
            let mut record = with(mio(), &[("person_key", json!(format!("M{index}")))]);
            record.as_object_mut().unwrap().retain(|field, _| {
                !matches!(field.as_str(), "address" | "phone" | "email" | "burden" | "updated_at" | "lost_on")
            });
            record
        };
        (0..count).map(small).collect()
    };
    let fake = Fake::of(&[]).await;
    let house = House::asking(&fake).await;
    fake.becomes(records(&many(200)));
    assert_eq!(house.ask().await.unwrap().len(), 200);
    fake.becomes(records(&many(201)));
    assert!(house.is_away().await);
}

#[tokio::test]
async fn what_a_person_can_do_without_is_left_out_and_what_is_protected_is_not_taken() {
    let fake = Fake::of(&[]).await;
    let house = House::asking(&fake).await;
    let changes = [("phone", json!("unknown")), ("email", json!("unknown")), ("suppressed", json!(true))];
    fake.becomes(records(&[with(shoko(), &changes), mio()]));
    let found = house.ask().await.unwrap();
    let [first, _] = found.as_slice() else { panic!("not two") };
    assert!(first.phone.is_none() && first.email.is_none() && first.address.is_none());
    let household = house.directory().household(&"M3000001".parse().unwrap()).await.unwrap();
    let keys: Vec<_> = household.iter().map(|record| record.person.as_str()).collect();
    assert_eq!(keys, ["M3000001", "M3000002"], "the insured person first");
    assert!(household[1].address.is_some() && household[1].updated_at.is_some());
}

#[tokio::test]
async fn who_registers_meets_none_of_it() {
    let fake = Fake::of(&[]).await;
    let house = House::asking(&fake).await;
    let mut browser = Browser::at(&house);
    let page = to_identity(&house, &mut browser).await;
    fake.becomes(records(&[with(shoko(), &[("insurer_number", json!("06999023"))])]));
    let page = browser.press(&page, &SHOKO).await.saying("組合の記録にいま問い合わせられません");
    fake.becomes(Mood::Says(vec![("content-type", "text/html".to_owned())], b"<script>x</script>".to_vec()));
    let page = browser.press(&page, &SHOKO).await.saying("組合の記録にいま問い合わせられません");
    assert!(!page.says("<script>x"), "{}", page.body);
    assert_eq!(house.count("select count(*) as n from accounts").await, 0);
}
