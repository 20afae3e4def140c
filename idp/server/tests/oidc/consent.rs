use sekisho_domain::factor::FactorKind::{Password, Sms};

use crate::house::{House, Reply, authorize, form};

const THIRD: (&str, &str) = ("client_id", "third");

fn answer(asked: &Reply, decision: &str) -> String {
    form(&[("form", &asked.hidden("form")), ("request", &asked.hidden("request")), ("decision", decision)])
}

#[tokio::test]
async fn another_partys_client_is_asked_for_once_and_remembered() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let asked = browser.get(&house, &authorize(&[THIRD])).await;
    assert_eq!(asked.status.as_u16(), 200);
    assert!(asked.body.contains("証明の窓口") && asked.body.contains("rp.example"));
    let policy = asked.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.ends_with("form-action 'self' https://rp.example"), "{policy}");
    let allowed = browser.post(&house, "/consent", &answer(&asked, "allow")).await;
    assert_eq!(allowed.status.as_u16(), 303);
    assert!(allowed.answer("code").is_some());
    assert!(browser.get(&house, &authorize(&[THIRD])).await.answer("code").is_some());
    let wider = browser.get(&house, &authorize(&[THIRD, ("scope", "openid email insurance")])).await;
    assert_eq!(wider.status.as_u16(), 200, "what was not allowed yet is asked for");
    let again = browser.get(&house, &authorize(&[THIRD, ("prompt", "consent")])).await;
    assert_eq!(again.status.as_u16(), 200);
}

#[tokio::test]
async fn az_12_a_refusal_goes_back_to_the_client_and_silence_asks_nobody() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let silent = browser.get(&house, &authorize(&[THIRD, ("prompt", "none")])).await;
    assert_eq!(silent.answer("error").as_deref(), Some("consent_required"));
    let asked = browser.get(&house, &authorize(&[THIRD])).await;
    let denied = browser.post(&house, "/consent", &answer(&asked, "deny")).await;
    assert_eq!(denied.answer("error").as_deref(), Some("access_denied"));
    assert_eq!(house.count("select count(*) as n from consents").await, 0);
}

#[tokio::test]
async fn se_06_a_decision_counts_only_from_the_page_of_this_browser() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let asked = browser.get(&house, &authorize(&[THIRD])).await;
    let good = answer(&asked, "allow");
    let forged = good.replace(&asked.hidden("form"), "AAAA");
    assert_eq!(browser.post(&house, "/consent", &forged).await.status.as_u16(), 403);
    let mut other = house.member(&[Password, Sms]).await;
    other.get(&house, &authorize(&[THIRD])).await;
    assert_eq!(other.post(&house, "/consent", &good).await.status.as_u16(), 403);
    assert_eq!(house.post("/consent", &good).await.status.as_u16(), 403);
    assert_eq!(house.count("select count(*) as n from consents").await, 0);
}
