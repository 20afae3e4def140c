use std::time::Duration;

use insta::assert_snapshot;
use sekisho_domain::factor::FactorKind::{Password, Sms};

use crate::house::{
    BEGIN, CALLBACK, House, ISSUER, Reply, SECRET, VERIFIER, authorize, claims, form, header, redemption,
};

fn refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!(
        (reply.status.as_u16(), reply.json()["error"].as_str()),
        (status, Some(code)),
        "{}",
        reply.body
    );
    assert_eq!(reply.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_code_becomes_tokens_that_say_who_when_and_how() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[]).await;
    house.wait(Duration::from_secs(10));
    let reply = house.redeem(&code).await;
    assert_snapshot!(reply.shown());
    let tokens = reply.json();
    let (id, access) = (tokens["id_token"].as_str().unwrap(), tokens["access_token"].as_str().unwrap());
    assert_eq!((header(id)["alg"].as_str(), header(id)["typ"].as_str()), (Some("RS256"), Some("JWT")));
    assert_eq!(
        (header(access)["alg"].as_str(), header(access)["typ"].as_str()),
        (Some("ES256"), Some("at+jwt"))
    );
    let mut said = claims(id);
    let session = browser.session.as_ref().unwrap();
    assert_eq!(said["sid"], session.id.to_string());
    assert_eq!(said["sub"], claims(access)["sub"]);
    assert_ne!(said["sub"], session.account.to_string());
    assert_eq!(said["auth_time"], BEGIN.seconds());
    said["sid"] = "ses".into();
    said["sub"] = "sub".into();
    assert_snapshot!("id_token", serde_json::to_string_pretty(&said).unwrap());
    let said = claims(access);
    assert_eq!((said["iss"].as_str(), said["aud"][0].as_str()), (Some(ISSUER), Some(ISSUER)));
    assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 300);
    assert_eq!((said["client_id"].as_str(), said["scope"].as_str()), (Some("rp"), Some("openid insurance")));
}

#[tokio::test]
async fn id_tokens_are_signed_as_the_client_registered() {
    let house = House::open().await;
    let mut browser = house.member(&[Password]).await;
    let code = browser.code(&house, &[("client_id", "es256"), ("nonce", "")]).await;
    let tokens = house.token(("es256", SECRET), &redemption(&code)).await.json();
    let id = tokens["id_token"].as_str().unwrap();
    assert_eq!(header(id)["alg"], "ES256");
    assert!(claims(id).get("nonce").is_none());
    assert_eq!(
        (claims(id)["acr"].as_str(), &claims(id)["amr"]),
        (Some("urn:sekisho:acr:1f"), &["pwd"].as_slice().into())
    );
}

#[tokio::test]
async fn az_01_a_second_redemption_is_refused_and_ends_what_the_first_gave() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[]).await;
    let access = house.redeem(&code).await.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(house.userinfo(&access).await.status.as_u16(), 200);
    refused(&house.redeem(&code).await, 400, "invalid_grant");
    assert_eq!(house.userinfo(&access).await.status.as_u16(), 401);
    refused(&house.redeem(&code).await, 400, "invalid_grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn az_02_of_twenty_redemptions_at_once_one_succeeds() {
    let house = std::sync::Arc::new(House::open().await);
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[]).await;
    let racing = (0..20).map(|_| {
        let (house, code) = (std::sync::Arc::clone(&house), code.clone());
        tokio::spawn(async move { house.redeem(&code).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for task in racing.collect::<Vec<_>>() {
        statuses.push(task.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, [400; 19].as_slice()));
    assert_eq!(house.count("select count(*) as n from grants").await, 1);
}

#[tokio::test]
async fn az_03_a_bad_replay_harms_nothing() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[]).await;
    let access = house.redeem(&code).await.json()["access_token"].as_str().unwrap().to_owned();
    let wrong = redemption(&code).replace("dBjft", "eBjft");
    refused(&house.token(("rp", SECRET), &wrong).await, 400, "invalid_grant");
    refused(&house.token(("rp", "wrong"), &redemption(&code)).await, 401, "invalid_client");
    refused(&house.token(("es256", SECRET), &redemption(&code)).await, 400, "invalid_grant");
    assert_eq!(house.userinfo(&access).await.status.as_u16(), 200);
}

#[tokio::test]
async fn az_04_a_code_is_its_clients_own_and_is_not_spent_by_another() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[]).await;
    refused(&house.token(("es256", SECRET), &redemption(&code)).await, 400, "invalid_grant");
    for _ in 0..20 {
        refused(&house.token(("rp", "another-secret"), &redemption(&code)).await, 401, "invalid_client");
    }
    let noted = "select count(*) as n from audit_events where event = 'client.refused'";
    assert_eq!(house.count(noted).await, 10, "a few of many are recorded");
    let both = format!("{}&client_id=rp", redemption(&code));
    refused(&house.token(("es256", SECRET), &both).await, 401, "invalid_client");
    assert_eq!(house.redeem(&code).await.status.as_u16(), 200);
}

#[tokio::test]
async fn az_05_a_code_lives_for_sixty_seconds() {
    for (seconds, status) in [(59, 200), (60, 400), (61, 400)] {
        let house = House::open().await;
        let mut browser = house.member(&[Password, Sms]).await;
        let code = browser.code(&house, &[]).await;
        house.wait(Duration::from_secs(seconds));
        assert_eq!(house.redeem(&code).await.status.as_u16(), status, "{seconds}");
    }
}

#[tokio::test]
async fn az_07_challenge_and_verifier_come_both_or_not_at_all() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[]).await;
    for verifier in ["", "code_verifier=", "code_verifier=short"] {
        let without = redemption(&code).replace(&format!("code_verifier={VERIFIER}"), verifier);
        refused(&house.token(("rp", SECRET), &without).await, 400, "invalid_grant");
    }
    let free = [("client_id", "lax"), ("code_challenge", ""), ("code_challenge_method", "")];
    let code = browser.code(&house, &free).await;
    refused(&house.token(("lax", SECRET), &redemption(&code)).await, 400, "invalid_grant");
    let plain = redemption(&code).replace(&format!("&code_verifier={VERIFIER}"), "");
    assert_eq!(house.token(("lax", SECRET), &plain).await.status.as_u16(), 200);
}

#[tokio::test]
async fn ru_17_the_address_is_named_again_and_is_the_same() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[]).await;
    let encoded = form(&[("redirect_uri", CALLBACK)]);
    for other in ["", "redirect_uri=", "redirect_uri=https%3A%2F%2Frp.example%2Fcb2"] {
        let changed = redemption(&code).replace(&encoded, other);
        refused(&house.token(("rp", SECRET), &changed).await, 400, "invalid_grant");
    }
}

#[tokio::test]
async fn ru_06_a_repeated_parameter_is_refused() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[]).await;
    for twice in ["code=x", "grant_type=authorization_code", "client_id=rp&client_id=rp"] {
        let reply = house.token(("rp", SECRET), &format!("{}&{twice}", redemption(&code))).await;
        refused(&reply, 400, "invalid_request");
    }
}

#[tokio::test]
async fn tk_09_tk_10_and_tk_11_who_calls_and_for_what() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[]).await;
    let nameless = house.post("/token", &redemption(&code)).await;
    refused(&nameless, 401, "invalid_client");
    assert_snapshot!("invalid_client", nameless.shown());
    let named = house.post("/token", &format!("{}&client_id=rp", redemption(&code))).await;
    refused(&named, 401, "invalid_client");
    let posted = format!("{}&client_id=rp&client_secret={SECRET}", redemption(&code));
    refused(&house.post("/token", &posted).await, 401, "invalid_client");
    for (grant_type, code) in [
        ("password", "unsupported_grant_type"),
        ("implicit", "unsupported_grant_type"),
        ("urn:ietf:params:oauth:grant-type:jwt-bearer", "unsupported_grant_type"),
        ("client_credentials", "unauthorized_client"),
        ("refresh_token&refresh_token=x", "unauthorized_client"),
    ] {
        let other = format!("grant_type={grant_type}&username=a&password=b");
        refused(&house.token(("rp", SECRET), &other).await, 400, code);
    }
    for code in
        [format!("{code}="), format!("{code}A"), format!(" {code}"), code[1..].to_owned(), String::new()]
    {
        let reply = house.redeem(&code).await;
        assert_eq!(reply.status.as_u16(), 400, "{code}");
    }
    assert_eq!(house.redeem(&code).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_public_client_needs_no_secret_and_may_not_have_one() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[("client_id", "public")]).await;
    refused(&house.token(("public", SECRET), &redemption(&code)).await, 401, "invalid_client");
    let reply = house.post("/token", &format!("{}&client_id=public", redemption(&code))).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.body);
}

#[tokio::test]
async fn a_code_dies_with_the_session_it_was_issued_in() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[]).await;
    let session = browser.session.clone().unwrap();
    let state = &house.state;
    sekisho_idp::flows::logout::end(state, &session, None, &mut state.cx()).await.unwrap();
    refused(&house.redeem(&code).await, 400, "invalid_grant");
    assert_eq!(house.count("select count(*) as n from grants").await, 0);
}

#[tokio::test]
async fn other_methods_and_bodies_are_refused() {
    let house = House::open().await;
    assert_eq!(house.get("/token").await.status.as_u16(), 405);
    let mut request = crate::house::posted("/token", "{}");
    request.headers_mut().insert("content-type", "application/json".parse().unwrap());
    refused(&house.send(request).await, 400, "invalid_request");
    assert!(authorize(&[]).starts_with("/authorize?"));
}
