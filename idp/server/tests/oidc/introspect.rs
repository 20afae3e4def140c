//! Introspection and revocation at the door (RFC 7662, RFC 9701, RFC 7009).

use axum::body::Body;
use axum::http::Request;
use insta::assert_snapshot;
use sekisho_domain::factor::FactorKind::{Password, Sms};
use sekisho_domain::jose::{Typ, verify};
use serde_json::Value;

use crate::house::{
    API, Browser, House, ISSUER, Reply, SECRET, basic, claims, form, header, posted, redemption,
};
use crate::refresh::{first, text, trade};

fn token(text: &str) -> String {
    form(&[("token", text)])
}

async fn look(house: &House, caller: &str, text: &str) -> Value {
    let reply = house.post_as(caller, "/introspect", &token(text)).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.body);
    reply.json()
}

fn dead() -> Value {
    serde_json::json!({ "active": false })
}

/// The access token that a client has for a person.
async fn access(house: &House, browser: &mut Browser, client: &str, resources: &[&str]) -> String {
    let resources: Vec<_> = resources.iter().map(|resource| ("resource", *resource)).collect();
    let code = browser.code(house, &[&[("client_id", client)], resources.as_slice()].concat()).await;
    text(&house.token((client, SECRET), &redemption(&code)).await, "access_token")
}

async fn scene() -> (House, Browser) {
    let house = House::open().await;
    let browser = house.member(&[Password, Sms]).await;
    (house, browser)
}

#[tokio::test]
async fn a_client_learns_what_its_own_tokens_say() {
    let (house, mut browser) = scene().await;
    let mut shown = String::new();
    for client in ["rp", "opaque"] {
        let token = access(&house, &mut browser, client, &[]).await;
        let mut told = look(&house, client, &token).await;
        for (name, short) in [("sub", "sub"), ("jti", "jti")] {
            assert!(told[name].as_str().unwrap().len() > 20);
            told[name] = short.into();
        }
        shown.push_str(&serde_json::to_string_pretty(&told).unwrap());
        shown.push('\n');
    }
    assert_snapshot!(shown);
}

#[tokio::test]
async fn an_opaque_token_says_nothing_to_who_holds_it_and_everything_else_as_a_signed_one() {
    let (house, mut browser) = scene().await;
    let token = access(&house, &mut browser, "opaque", &[]).await;
    assert!(token.starts_with("at_") && !token.contains('.'));
    assert_eq!(house.userinfo(&token).await.status.as_u16(), 200);
    let flipped: String =
        token.chars().map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c }).collect();
    for wrong in [&token[..token.len() - 1], &format!("{token}A"), &format!("{token}="), &flipped] {
        assert_eq!(house.userinfo(wrong).await.status.as_u16(), 401, "{wrong}");
        assert_eq!(look(&house, "opaque", wrong).await, dead());
    }
    house.wait(std::time::Duration::from_mins(5));
    assert_eq!(house.userinfo(&token).await.status.as_u16(), 401);
}

#[tokio::test]
async fn tk_05_a_token_for_one_resource_server_is_nothing_elsewhere() {
    let (house, mut browser) = scene().await;
    let api = access(&house, &mut browser, "caller", &[API]).await;
    assert_eq!(claims(&api)["aud"], serde_json::json!([API]));
    assert_eq!(house.userinfo(&api).await.status.as_u16(), 401, "it is not for us");
    assert_eq!(look(&house, "api", &api).await["active"], true);
    assert_eq!(look(&house, "caller", &api).await["active"], true);
    for stranger in ["rp", "keeper"] {
        assert_eq!(look(&house, stranger, &api).await, dead());
    }
    let both = access(&house, &mut browser, "caller", &[API, ISSUER]).await;
    assert_eq!(house.userinfo(&both).await.status.as_u16(), 200);
    let ours = access(&house, &mut browser, "caller", &[]).await;
    assert_eq!(look(&house, "api", &ours).await, dead());
    let refused =
        browser.get(&house, &crate::house::authorize(&[("client_id", "rp"), ("resource", API)])).await;
    assert_eq!(refused.answer("error").as_deref(), Some("invalid_target"));
}

#[tokio::test]
async fn a_client_in_its_own_name_gets_a_token_without_a_person() {
    let (house, _) = scene().await;
    let ask = async |client: &str, pairs: &[(&str, &str)]| -> Reply {
        trade(&house, client, &[&[("grant_type", "client_credentials")], pairs].concat()).await
    };
    let reply = ask("caller", &[("resource", API)]).await;
    assert_snapshot!("client_credentials", reply.shown());
    let access = text(&reply, "access_token");
    let said = claims(&access);
    assert_eq!((said["sub"].as_str(), said["client_id"].as_str()), (Some("caller"), Some("caller")));
    for absent in ["auth_time", "acr", "scope", "sid"] {
        assert!(said.get(absent).is_none(), "{absent}");
    }
    assert_eq!(look(&house, "api", &access).await["active"], true);
    let ours = text(&ask("caller", &[]).await, "access_token");
    assert_eq!(house.userinfo(&ours).await.status.as_u16(), 401);
    for (client, pairs, code) in [
        ("caller", [("resource", "https://elsewhere.example.jp")].as_slice(), "invalid_target"),
        ("caller", &[("scope", "openid")], "invalid_scope"),
        ("rp", &[], "unauthorized_client"),
    ] {
        let refused = ask(client, pairs).await;
        assert_eq!((refused.status.as_u16(), refused.json()["error"].as_str()), (400, Some(code)));
    }
    house
        .state
        .db
        .execute(sekisho_site::db::sql("update clients set ended_at = 1 where id = 'caller'"))
        .await
        .unwrap();
    assert_eq!(look(&house, "api", &access).await, dead());
    assert_eq!(ask("caller", &[]).await.status.as_u16(), 401);
}

#[tokio::test]
async fn tk_05_an_answer_may_be_signed_and_says_no_more_for_it() {
    let (house, mut browser) = scene().await;
    let own = access(&house, &mut browser, "rp", &[]).await;
    for (caller, is_active) in [("rp", true), ("keeper", false)] {
        let mut request = posted("/introspect", &token(&own));
        let headers = request.headers_mut();
        headers.insert("authorization", basic((caller, SECRET)).parse().unwrap());
        headers.insert("accept", "text/html, application/token-introspection+jwt;q=1".parse().unwrap());
        let reply = house.send(request).await;
        assert_eq!(reply.headers["content-type"], "application/token-introspection+jwt");
        assert_eq!(
            (&header(&reply.body)["alg"], &header(&reply.body)["typ"]),
            (&"RS256".into(), &"token-introspection+jwt".into())
        );
        let keys = house.state.keys.verifiers(house.state.cx().now);
        let said: Value = verify(&reply.body, Typ::Introspection, &keys).unwrap();
        assert_eq!((said["iss"].as_str(), said["aud"].as_str()), (Some(ISSUER), Some(caller)));
        assert_eq!(said["token_introspection"]["active"], is_active);
        assert_eq!(said["token_introspection"].as_object().unwrap().len() == 1, !is_active);
    }
}

#[tokio::test]
async fn tk_09_a_public_client_and_strangers_are_not_answered() {
    let (house, _) = scene().await;
    for form in ["token=x", "token=x&client_id=public", "token=x&client_id=rp", "token=x&client_id=nobody"] {
        let reply = house.post("/introspect", form).await;
        assert_eq!(
            (reply.status.as_u16(), reply.json()["error"].as_str()),
            (401, Some("invalid_client")),
            "{form}"
        );
    }
    let without = house.post_as("rp", "/introspect", "").await;
    assert_eq!((without.status.as_u16(), without.json()["error"].as_str()), (400, Some("invalid_request")));
    let get = Request::get("/introspect?token=x").body(Body::empty()).unwrap();
    assert_eq!(house.send(get).await.status.as_u16(), 405);
}

#[tokio::test]
async fn tk_04_and_tk_12_whatever_is_no_live_token_is_dead_and_nothing_else() {
    let (house, mut browser) = scene().await;
    let code = browser.code(&house, &[]).await;
    let tokens = house.redeem(&code).await;
    for wrong in [
        text(&tokens, "id_token"),
        code,
        "x".to_owned(),
        "at_".to_owned(),
        "rt_".to_owned(),
        ".".repeat(4_000),
    ] {
        assert_eq!(look(&house, "rp", &wrong).await, dead(), "{wrong}");
    }
    let access = text(&tokens, "access_token");
    house.state.db.execute(sekisho_site::db::sql("update accounts set suspended_at = 1")).await.unwrap();
    assert_eq!(look(&house, "rp", &access).await, dead());
}

#[tokio::test]
async fn a_refresh_token_is_told_of_to_its_own_client() {
    let (house, mut browser) = scene().await;
    let token = text(&first(&house, &mut browser, "keeper").await, "refresh_token");
    let mut told = look(&house, "keeper", &token).await;
    told["sub"] = "sub".into();
    assert_snapshot!(serde_json::to_string_pretty(&told).unwrap());
    assert_eq!(look(&house, "told", &token).await, dead());
    house.wait(std::time::Duration::from_hours(24 * 30));
    assert_eq!(look(&house, "keeper", &token).await, dead());
}

#[tokio::test]
async fn rt_08_a_refresh_token_given_back_takes_its_family_along_and_hints_mean_nothing() {
    let (house, mut browser) = scene().await;
    for (client, hint) in [("keeper", "access_token"), ("keeper", "nonsense"), ("mobile", "refresh_token")] {
        let tokens = first(&house, &mut browser, client).await;
        let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
        let pairs = [("token", refresh.as_str()), ("token_type_hint", hint)];
        let reply = if client == "mobile" {
            house.post("/revoke", &form(&[pairs.as_slice(), &[("client_id", "mobile")]].concat())).await
        } else {
            house.post_as(client, "/revoke", &form(&pairs)).await
        };
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, ""));
        assert_eq!(house.userinfo(&access).await.status.as_u16(), 401);
        let again =
            trade(&house, client, &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await;
        assert_eq!(again.status.as_u16(), 400);
    }
}

#[tokio::test]
async fn an_access_token_given_back_goes_alone() {
    let (house, mut browser) = scene().await;
    let tokens = first(&house, &mut browser, "keeper").await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    for _ in 0..2 {
        assert_eq!(house.post_as("keeper", "/revoke", &token(&access)).await.status.as_u16(), 200);
    }
    assert_eq!(house.userinfo(&access).await.status.as_u16(), 401);
    assert_eq!(look(&house, "keeper", &access).await, dead());
    let renewed =
        trade(&house, "keeper", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await;
    assert_eq!(house.userinfo(&text(&renewed, "access_token")).await.status.as_u16(), 200);
    let told = "select count(*) as n from audit_events where event = 'token.revoked'";
    assert_eq!(house.count(told).await, 1);
}

#[tokio::test]
async fn tk_23_what_is_anothers_stays_and_sounds_the_same() {
    let (house, mut browser) = scene().await;
    let tokens = first(&house, &mut browser, "keeper").await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    for anothers in [&access, &refresh, &"x".to_owned()] {
        let reply = house.post_as("rp", "/revoke", &token(anothers)).await;
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, ""));
        assert_eq!(look(&house, "rp", anothers).await, dead());
    }
    assert_eq!(house.userinfo(&access).await.status.as_u16(), 200);
    let renewed =
        trade(&house, "keeper", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await;
    assert_eq!(renewed.status.as_u16(), 200);
    let stranger = house.post("/revoke", &token(&access)).await;
    assert_eq!((stranger.status.as_u16(), stranger.json()["error"].as_str()), (401, Some("invalid_client")));
}

#[tokio::test]
async fn tk_14_nobody_keeps_what_these_doors_answer() {
    let (house, _) = scene().await;
    for path in ["/token", "/introspect", "/revoke"] {
        for reply in [house.post(path, "token=x").await, house.post_as("rp", path, "token=x").await] {
            assert_eq!(reply.headers["cache-control"], "no-store", "{path}");
            assert!(!reply.headers.contains_key("set-cookie"), "{path}");
        }
    }
}
