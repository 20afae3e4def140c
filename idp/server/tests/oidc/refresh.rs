//! Refresh tokens at the door.

use std::time::Duration;

use insta::assert_snapshot;
use sekisho_domain::factor::FactorKind::{Password, Sms};
use sekisho_site::db::sql;

use crate::house::{Browser, House, Reply, SECRET, claims, form, redemption};

const OFFLINE: (&str, &str) = ("scope", "openid email offline_access");
const DAY: Duration = Duration::from_hours(24);

pub(crate) fn text(reply: &Reply, name: &str) -> String {
    reply.json()[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", reply.body)).to_owned()
}

/// What a client trades: by its secret, or by its name where it has none.
pub(crate) async fn trade(house: &House, client: &str, pairs: &[(&str, &str)]) -> Reply {
    if client == "mobile" {
        house.post("/token", &form(&[pairs, &[("client_id", client)]].concat())).await
    } else {
        house.token((client, SECRET), &form(pairs)).await
    }
}

async fn refresh(house: &House, client: &str, token: &str) -> Reply {
    trade(house, client, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

fn refused(reply: &Reply) {
    assert_eq!((reply.status.as_u16(), reply.json()["error"].as_str()), (400, Some("invalid_grant")));
}

/// The first tokens that a client gets.
pub(crate) async fn first(house: &House, browser: &mut Browser, client: &str) -> Reply {
    let code = browser.code(house, &[("client_id", client), OFFLINE]).await;
    if client == "mobile" {
        house.post("/token", &format!("{}&client_id=mobile", redemption(&code))).await
    } else {
        house.token((client, SECRET), &redemption(&code)).await
    }
}

struct Scene {
    house: House,
    browser: Browser,
    tokens: Reply,
}

async fn scene(client: &str) -> Scene {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let tokens = first(&house, &mut browser, client).await;
    Scene { house, browser, tokens }
}

#[tokio::test]
async fn tk_22_renewed_tokens_say_what_the_first_said_and_an_offline_grant_outlives_the_session() {
    let Scene { house, tokens, .. } = scene("keeper").await;
    house.wait(Duration::from_mins(10));
    house.state.db.execute(sql("update sessions set ended_at = 1")).await.unwrap();
    let kept = text(&tokens, "refresh_token");
    let renewed = refresh(&house, "keeper", &kept).await;
    assert_snapshot!(renewed.shown());
    assert_eq!(text(&renewed, "refresh_token"), kept, "a client with a secret keeps its token");
    let (old, new) = (claims(&text(&tokens, "id_token")), claims(&text(&renewed, "id_token")));
    for same in ["iss", "sub", "aud", "auth_time", "acr", "amr", "sid"] {
        assert_eq!(old[same], new[same], "{same}");
    }
    assert_eq!(new["iat"].as_i64().unwrap(), old["iat"].as_i64().unwrap() + 600);
    assert!(new.get("nonce").is_none());
    assert_eq!(house.userinfo(&text(&renewed, "access_token")).await.status.as_u16(), 200);
    for _ in 0..3 {
        assert_eq!(refresh(&house, "keeper", &kept).await.status.as_u16(), 200);
    }
}

#[tokio::test]
async fn rt_01_a_replaced_token_ends_the_family_and_the_trail_says_so() {
    let Scene { house, tokens, .. } = scene("mobile").await;
    let first = text(&tokens, "refresh_token");
    let second = refresh(&house, "mobile", &first).await;
    let access = text(&second, "access_token");
    let second = text(&second, "refresh_token");
    assert_ne!(first, second);
    house.wait(Duration::from_secs(30));
    let again = refresh(&house, "mobile", &first).await;
    assert_eq!(text(&again, "refresh_token"), second, "the answer may have been lost on its way");
    assert_ne!(text(&again, "access_token"), access);
    house.wait(Duration::from_secs(30));
    refused(&refresh(&house, "mobile", &first).await);
    refused(&refresh(&house, "mobile", &second).await);
    assert_eq!(house.userinfo(&access).await.status.as_u16(), 401);
    let told = "select count(*) as n from audit_events where event = 'refresh.replayed'";
    assert_eq!(house.count(told).await, 1);
    assert_eq!(
        house.count("select count(*) as n from outbox where lane = 'mail'").await,
        1,
        "the owner is told"
    );
}

#[tokio::test]
async fn rt_03_another_clients_token_is_nothing_and_takes_no_harm() {
    let Scene { house, mut browser, tokens } = scene("keeper").await;
    let token = text(&tokens, "refresh_token");
    refused(&refresh(&house, "told", &token).await);
    refused(&refresh(&house, "mobile", &token).await);
    assert_eq!(refresh(&house, "keeper", &token).await.status.as_u16(), 200);
    let other = text(&first(&house, &mut browser, "mobile").await, "refresh_token");
    refused(&refresh(&house, "keeper", &other).await);
    assert_eq!(refresh(&house, "mobile", &other).await.status.as_u16(), 200);
}

#[tokio::test]
async fn tk_10_a_token_that_was_altered_harms_nothing() {
    let Scene { house, tokens, .. } = scene("mobile").await;
    let good = text(&tokens, "refresh_token");
    let (head, mac) = good.rsplit_once('.').unwrap();
    let (grant, _) = good.split_once('.').unwrap();
    let kid = head.rsplit_once('.').unwrap().1;
    for wrong in [
        format!("{head}.{}", mac.chars().rev().collect::<String>()),
        format!("{good}A"),
        good[..good.len() - 1].to_owned(),
        format!("{grant}.1.{kid}.{mac}"),
        format!("{grant}.0.other.{mac}"),
        format!("rt_grt_00000000000000000000000000.0.{kid}.{mac}"),
        "rt_".to_owned(),
        text(&tokens, "access_token"),
        text(&tokens, "id_token"),
    ] {
        refused(&refresh(&house, "mobile", &wrong).await);
    }
    assert_eq!(refresh(&house, "mobile", &good).await.status.as_u16(), 200);
}

#[tokio::test]
async fn rt_04_a_scope_may_shrink_for_one_token_and_never_grow() {
    let Scene { house, tokens, .. } = scene("keeper").await;
    let token = text(&tokens, "refresh_token");
    let ask = async |scope: &str| {
        let pairs = [("grant_type", "refresh_token"), ("refresh_token", &token), ("scope", scope)];
        trade(&house, "keeper", &pairs).await
    };
    for wider in ["openid phone", "openid insurance", "everything", "openid profile email"] {
        let reply = ask(wider).await;
        assert_eq!(
            (reply.status.as_u16(), reply.json()["error"].as_str()),
            (400, Some("invalid_scope")),
            "{wider}"
        );
    }
    let narrow = ask("openid").await;
    assert_eq!(text(&narrow, "scope"), "openid");
    let told = house.userinfo(&text(&narrow, "access_token")).await.json();
    assert!(told.get("email").is_none(), "{told}");
    let without = ask("email").await;
    assert!(without.json().get("id_token").is_none());
    assert_eq!(house.userinfo(&text(&without, "access_token")).await.status.as_u16(), 403);
    assert_eq!(text(&ask("").await, "scope"), "openid email offline_access", "the grant is what it was");
}

#[tokio::test]
async fn rt_04_a_client_that_lost_offline_access_lost_its_tokens() {
    let Scene { house, tokens, .. } = scene("keeper").await;
    let lost = "update clients set registration = replace(registration, ',\"offline_access\"', '') where id = 'keeper'";
    house.state.db.execute(sql(lost)).await.unwrap();
    refused(&refresh(&house, "keeper", &text(&tokens, "refresh_token")).await);
}

#[tokio::test]
async fn rt_05_a_grant_rests_thirty_days_and_lives_a_year_however_often_it_is_used() {
    let Scene { house, tokens, .. } = scene("mobile").await;
    let mut token = text(&tokens, "refresh_token");
    for month in 1..=12 {
        house.wait(DAY * 29);
        let reply = refresh(&house, "mobile", &token).await;
        assert_eq!(reply.status.as_u16(), 200, "{month}");
        token = text(&reply, "refresh_token");
    }
    house.wait(DAY * 17);
    refused(&refresh(&house, "mobile", &token).await);
    let Scene { house, tokens, .. } = scene("keeper").await;
    house.wait(DAY * 30);
    refused(&refresh(&house, "keeper", &text(&tokens, "refresh_token")).await);
}

#[tokio::test]
async fn rt_06_and_tk_12_whatever_ends_ends_it_at_once() {
    let causes = [
        "update accounts set suspended_at = 1",
        "update accounts set closed_at = 1",
        "update memberships set ended_at = 1",
        "update clients set ended_at = 1",
        "update grants set ended_at = 1",
        "update grants set insurer = 'gone'",
    ];
    for cause in causes {
        for client in ["keeper", "mobile"] {
            let Scene { house, tokens, .. } = scene(client).await;
            house.state.db.execute(sql(cause)).await.unwrap();
            let reply = refresh(&house, client, &text(&tokens, "refresh_token")).await;
            assert!(matches!(reply.status.as_u16(), 400 | 401), "{cause} {client}");
        }
    }
}

#[tokio::test]
async fn rt_06_a_grant_without_offline_access_ends_with_its_session() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[("client_id", "keeper"), ("scope", "openid")]).await;
    let tokens = house.token(("keeper", SECRET), &redemption(&code)).await;
    let token = text(&tokens, "refresh_token");
    assert_eq!(refresh(&house, "keeper", &token).await.status.as_u16(), 200);
    house.wait(DAY);
    refused(&refresh(&house, "keeper", &token).await);
}

#[tokio::test]
async fn rt_07_what_was_replaced_stays_replaced_on_a_node_that_starts_anew() {
    for [one, two] in House::pairs().await {
        let mut browser = one.member(&[Password, Sms]).await;
        let token = text(&first(&one, &mut browser, "mobile").await, "refresh_token");
        let next = text(&refresh(&one, "mobile", &token).await, "refresh_token");
        one.wait(Duration::from_mins(2));
        let next = text(&refresh(&two, "mobile", &next).await, "refresh_token");
        refused(&refresh(&two, "mobile", &token).await);
        refused(&refresh(&one, "mobile", &next).await);
    }
}

#[tokio::test]
async fn a_restore_voids_every_refresh_token() {
    for [one, two] in House::pairs().await {
        let mut browser = one.member(&[Password, Sms]).await;
        let token = text(&first(&one, &mut browser, "keeper").await, "refresh_token");
        let mut tx = one.state.db.begin().await.unwrap();
        sekisho_store::meta::raise_epoch(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            refresh(&two, "keeper", &token).await.status.as_u16(),
            200,
            "a node that runs on knows the old epoch"
        );
        refused(&refresh(&two.restarted().await, "keeper", &token).await);
    }
}

#[tokio::test]
async fn who_is_not_registered_for_renewal_gets_no_refresh_token() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[("scope", "openid offline_access")]).await;
    let tokens = house.redeem(&code).await;
    assert!(tokens.json().get("refresh_token").is_none());
    assert_eq!(text(&tokens, "scope"), "openid");
}
