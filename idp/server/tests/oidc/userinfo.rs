use std::fmt::Write as _;

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use insta::assert_snapshot;
use sekisho_domain::factor::FactorKind::{Password, Sms};
use sekisho_site::db::sql;
use sekisho_store::{opt_ins, sharing};

use crate::house::{Browser, House, form, posted};

async fn access(house: &House, browser: &mut Browser, scope: &str) -> String {
    let code = browser.code(house, &[("scope", scope)]).await;
    house.redeem(&code).await.json()["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_scopes_release_is_told_and_nothing_else() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let mut shown = String::new();
    for scope in ["openid", "openid email profile", "openid insurance"] {
        let token = access(&house, &mut browser, scope).await;
        let mut told = house.userinfo(&token).await.json();
        told["sub"] = "sub".into();
        if let Some(key) = told.pointer_mut("/membership/person_key") {
            *key = "P".into();
        }
        writeln!(shown, "{scope}: {}", serde_json::to_string_pretty(&told).unwrap()).unwrap();
    }
    assert_snapshot!(shown);
}

#[tokio::test]
async fn the_household_is_whom_the_insured_may_act_for() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let own = browser.session.as_ref().unwrap().membership.clone().unwrap().person;
    house.record("D1", own.as_str(), "dependent", "健保　純一").await;
    house.record("D2", own.as_str(), "dependent", "健保　隠").await;
    house
        .state
        .db
        .execute(sql("update members set suppressed = true where person_key = 'D2'"))
        .await
        .unwrap();
    let token = access(&house, &mut browser, "openid insurance").await;
    let told = house.userinfo(&token).await.json();
    let household = told["household"].as_array().unwrap();
    assert_eq!(household.len(), 1, "{household:?}");
    assert_eq!(
        (household[0]["person_key"].as_str(), &household[0]["purposes"][0]),
        (Some("D1"), &"certificate".into())
    );
    assert_eq!(household[0]["relationship"], "dependent");
}

#[tokio::test]
async fn rp_08_notices_of_a_dependent_are_seen_once_they_agree_and_no_longer_than_that() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let session = browser.session.clone().unwrap();
    let own = session.membership.unwrap();
    house.record("D1", own.person.as_str(), "dependent", "健保　純一").await;
    let db = &house.state.db;
    let token = access(&house, &mut browser, "openid insurance").await;
    let purposes = async || house.userinfo(&token).await.json()["household"][0]["purposes"].clone();
    assert_eq!(purposes().await, serde_json::json!(["certificate"]));
    for (shares, seen) in [(true, vec!["certificate", "medical_costs"]), (false, vec!["certificate"])] {
        let mut tx = db.begin().await.unwrap();
        let whom = (&own.insurer, &"D1".parse().unwrap());
        let said = sharing::decide(&mut tx, whom, shares, (session.account, house.state.cx().now)).await;
        assert!(said.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(purposes().await, serde_json::json!(seen));
    }
}

#[tokio::test]
async fn what_a_person_wants_to_be_told_of_reaches_portals() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let session = browser.session.clone().unwrap();
    let insurer = session.membership.unwrap().insurer;
    let token = access(&house, &mut browser, "openid insurance").await;
    assert_eq!(house.userinfo(&token).await.json()["opt_ins"], serde_json::json!([]));
    let mut tx = house.state.db.begin().await.unwrap();
    let (whose, now) = ((&insurer, session.account), house.state.cx().now);
    opt_ins::choose(&mut tx, whose, &["medical_costs".to_owned()], now).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(house.userinfo(&token).await.json()["opt_ins"], serde_json::json!(["medical_costs"]));
}

#[tokio::test]
async fn the_token_may_stand_in_header_or_body_but_not_in_both_or_the_address() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let token = access(&house, &mut browser, "openid").await;
    let body = form(&[("access_token", &token)]);
    let bearer = |request: Request<Body>| {
        let mut request = request;
        request.headers_mut().insert("authorization", format!("bEaRer {token}").parse().unwrap());
        request
    };
    assert_eq!(house.send(bearer(posted("/userinfo", ""))).await.status.as_u16(), 200);
    assert_eq!(house.post("/userinfo", &body).await.status.as_u16(), 200);
    assert_eq!(house.send(bearer(posted("/userinfo", &body))).await.status.as_u16(), 400);
    assert_eq!(house.get(&format!("/userinfo?{body}")).await.status.as_u16(), 401);
    let none = house.get("/userinfo").await;
    assert_eq!(none.headers["www-authenticate"], "Bearer realm=\"sekisho\"");
    let basic = Request::get("/userinfo").header("authorization", "Basic x").body(Body::empty()).unwrap();
    assert_eq!(house.send(basic).await.status.as_u16(), 400);
}

#[tokio::test]
async fn tk_04_tk_06_and_tk_10_only_a_live_access_token_opens() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[]).await;
    let tokens = house.redeem(&code).await.json();
    let (access, id) = (tokens["access_token"].as_str().unwrap(), tokens["id_token"].as_str().unwrap());
    let cut = &access[..access.len() - 1];
    for wrong in [id, cut, &format!("{access}A"), &format!("{access}="), &code, "x", "e30.e30."] {
        let reply = house.userinfo(wrong).await;
        assert_eq!(
            (reply.status.as_u16(), reply.json()["error"].as_str()),
            (401, Some("invalid_token")),
            "{wrong}"
        );
    }
    house.wait(Duration::from_secs(299));
    assert_eq!(house.userinfo(access).await.status.as_u16(), 200);
    house.wait(Duration::from_secs(1));
    let expired = house.userinfo(access).await;
    assert_snapshot!(expired.shown());
}

#[tokio::test]
async fn tk_12_a_token_dies_at_once_with_what_it_depends_on() {
    let causes = [
        "update accounts set suspended_at = 1",
        "update memberships set ended_at = 1",
        "update clients set ended_at = 1 where id = 'rp'",
        "update sessions set ended_at = 1",
        "update grants set ended_at = 1",
        "update grants set insurer = 'gone'",
    ];
    for cause in causes {
        let house = House::open().await;
        let mut browser = house.member(&[Password, Sms]).await;
        let token = access(&house, &mut browser, "openid").await;
        assert_eq!(house.userinfo(&token).await.status.as_u16(), 200);
        house.state.db.execute(sql(cause)).await.unwrap();
        assert_eq!(house.userinfo(&token).await.status.as_u16(), 401, "{cause}");
    }
}
