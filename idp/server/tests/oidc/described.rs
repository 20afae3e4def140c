//! What an office tells relying parties of a person beside the record.

use sekisho_domain::factor::FactorKind::{Password, Sms};
use sekisho_domain::particular::Particular::{MiddleName, Picture, Website};
use sekisho_idp::flows::account_page::export;
use sekisho_idp::flows::accounts::{self, Found, describe, told};
use sekisho_site::db::sql;
use serde_json::Value;

use crate::house::{Browser, House};

async fn found(house: &House, browser: &Browser) -> Found {
    let account = browser.session.as_ref().unwrap().account.to_string();
    accounts::find(&house.state, &account, &house.state.cx()).await.unwrap().unwrap()
}

async fn userinfo(house: &House, browser: &mut Browser, scope: &str) -> Value {
    let code = browser.code(house, &[("scope", scope)]).await;
    let token = house.redeem(&code).await.json()["access_token"].as_str().unwrap().to_owned();
    house.userinfo(&token).await.json()
}

#[tokio::test]
async fn what_an_office_tells_of_a_person_goes_to_who_reads_the_profile_and_into_the_persons_own_file() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let found = found(&house, &browser).await;
    let cx = &mut house.state.cx();
    let changes =
        vec![(MiddleName, Some("まり亜".to_owned())), (Website, Some("https://me.example.jp/".to_owned()))];
    assert!(describe(&house.state, &found, (changes.clone(), "asked at the desk"), cx).await.unwrap());
    assert!(!describe(&house.state, &found, (changes, "again"), cx).await.unwrap(), "nothing is new");
    let said = userinfo(&house, &mut browser, "openid profile").await;
    assert_eq!(
        (&said["middle_name"], &said["website"]),
        (&"まり亜".into(), &"https://me.example.jp/".into())
    );
    assert!(said.get("preferred_username").is_none(), "the address is of another scope: {said}");
    let said = userinfo(&house, &mut browser, "openid").await;
    assert!(said.get("middle_name").is_none() && said.get("website").is_none());
    let said = userinfo(&house, &mut browser, "openid profile email").await;
    assert_eq!(said["preferred_username"], "shoko@example.jp");

    let session = browser.session.clone().unwrap();
    let file = export::of_session(&house.state, &session, &house.state.cx()).await.unwrap();
    let file: Value = serde_json::from_str(&file).unwrap();
    assert_eq!(
        file["described"],
        serde_json::json!({"middle_name": "まり亜", "website": "https://me.example.jp/"})
    );

    let changes = vec![(MiddleName, None), (Website, None), (Picture, None)];
    assert!(describe(&house.state, &found, (changes, "no longer"), cx).await.unwrap());
    assert!(told(&house.state, &found).await.unwrap().is_empty());
    assert!(userinfo(&house, &mut browser, "openid profile").await.get("middle_name").is_none());
}

#[tokio::test]
async fn the_trail_says_that_an_account_is_described_otherwise_and_why_but_not_how() {
    let house = House::open().await;
    let browser = house.member(&[Password, Sms]).await;
    let found = found(&house, &browser).await;
    let changes = vec![(MiddleName, Some("まり亜".to_owned()))];
    describe(&house.state, &found, (changes, "asked at the desk"), &mut house.state.cx()).await.unwrap();
    let find = "select result, actor, detail from audit_events where event = 'account.changed'";
    let rows = house.state.db.fetch_all(sql(find)).await.unwrap();
    let [row] = rows.as_slice() else { panic!("{} events", rows.len()) };
    let text = |name: &str| row.get::<String>(name).unwrap();
    assert_eq!((text("result").as_str(), text("actor").as_str()), ("described", "operator"));
    assert!(text("detail").contains("asked at the desk") && !text("detail").contains("まり亜"));
}
