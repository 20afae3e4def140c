//! The modules, each under its own name.

use insta::assert_snapshot;
use sekisho_base::Language;
use sekisho_domain::jose::{Alg, SigningKey, Typ, sign};
use sekisho_idp::flows::portals::of_insurer;
use serde_json::{Value, json};

use super::desk::{Desk, redemption_of, text};
use crate::house::{Browser, ISSUER, Reply, authorize, claims, form, header};

fn denied(reply: &Reply, code: &str) {
    assert_eq!((reply.status.as_u16(), text(&reply.json(), "error")), (400, code), "{}", reply.body);
    assert_eq!(reply.headers["cache-control"], "no-store");
}

/// An error page of ours, which sends nobody anywhere.
fn stopped(reply: &Reply) {
    assert_eq!((reply.status.as_u16(), reply.location()), (400, None), "{}", reply.body);
}

#[tokio::test]
async fn oidcc_server() {
    let desk = Desk::open().await;
    let reply = desk.register(&json!({ "contacts": ["dev@rp.example"], "response_types": ["code"] })).await;
    assert_snapshot!(desk.shown(&reply));
    let told = reply.json();
    let code = desk.code(&told, &[]).await;
    let tokens = desk.redeem(&told, &code).await;
    assert_eq!(tokens.status.as_u16(), 200, "{}", tokens.body);
    let said = claims(text(&tokens.json(), "id_token"));
    assert_eq!((&said["aud"], &said["nonce"]), (&told["client_id"], &json!("n-1")));
    assert!(said["auth_time"].is_i64());
    let userinfo = desk.house.userinfo(text(&tokens.json(), "access_token")).await;
    assert_eq!(userinfo.json()["sub"], said["sub"]);
    // Every module deletes its client at its end.
    assert_eq!(desk.manage("DELETE", &told, None).await.status.as_u16(), 204);
    assert_eq!(desk.manage("GET", &told, None).await.status.as_u16(), 401);
    stopped(&desk.ask(&mut Browser::default(), &told, &[]).await);
    assert_eq!(desk.house.userinfo(text(&tokens.json(), "access_token")).await.status.as_u16(), 401);
}

#[tokio::test]
async fn oidcc_discovery_endpoint_verification() {
    let desk = Desk::open().await;
    let said = desk.house.get("/.well-known/openid-configuration").await.json();
    assert_eq!(said["registration_endpoint"], format!("{ISSUER}/register"));
}

#[tokio::test]
async fn oidcc_idtoken_rs256() {
    let desk = Desk::open().await;
    for alg in ["RS256", "ES256"] {
        let told = desk.registered(&json!({ "id_token_signed_response_alg": alg })).await;
        let code = desk.code(&told, &[]).await;
        let tokens = desk.redeem(&told, &code).await.json();
        let head = header(text(&tokens, "id_token"));
        assert_eq!((&head["alg"], head["kid"].is_string()), (&json!(alg), true));
    }
}

#[tokio::test]
async fn oidcc_userinfo_rs256() {
    let desk = Desk::open().await;
    let told = desk.registered(&json!({ "userinfo_signed_response_alg": "RS256" })).await;
    let code = desk.code(&told, &[]).await;
    let tokens = desk.redeem(&told, &code).await.json();
    let signed = desk.house.userinfo(text(&tokens, "access_token")).await;
    assert_eq!(signed.headers["content-type"], "application/jwt");
    let said = claims(&signed.body);
    assert_eq!((&said["iss"], &said["aud"]), (&json!(ISSUER), &told["client_id"]));
}

#[tokio::test]
async fn oidcc_ensure_redirect_uri_in_authorization_request() {
    let desk = Desk::open().await;
    let two = json!({ "redirect_uris": ["https://rp.example/cb", "https://rp.example/other"] });
    let told = desk.registered(&two).await;
    stopped(&desk.ask(&mut Browser::default(), &told, &[("redirect_uri", "")]).await);
}

#[tokio::test]
async fn oidcc_redirect_uri_query_ok() {
    let desk = Desk::open().await;
    let uri = "https://rp.example/cb?dummy1=lorem&dummy2=ipsum";
    let told = desk.registered(&json!({ "redirect_uris": [uri] })).await;
    let code = desk.code(&told, &[("redirect_uri", uri)]).await;
    assert_eq!(desk.redeem_at(&told, &code, uri).await.status.as_u16(), 200);
}

#[tokio::test]
async fn oidcc_redirect_uri_query_mismatch() {
    let desk = Desk::open().await;
    let told = desk.registered(&json!({ "redirect_uris": ["https://rp.example/cb?dummy=1"] })).await;
    stopped(
        &desk.ask(&mut Browser::default(), &told, &[("redirect_uri", "https://rp.example/cb?dummy=2")]).await,
    );
}

#[tokio::test]
async fn oidcc_redirect_uri_query_added() {
    let desk = Desk::open().await;
    let told = desk.registered(&json!({})).await;
    stopped(
        &desk.ask(&mut Browser::default(), &told, &[("redirect_uri", "https://rp.example/cb?foo=bar")]).await,
    );
}

#[tokio::test]
async fn oidcc_redirect_uri_regfrag() {
    let desk = Desk::open().await;
    let reply = desk.register(&json!({ "redirect_uris": ["https://rp.example/cb#foobar"] })).await;
    denied(&reply, "invalid_redirect_uri");
    assert_snapshot!(desk.shown(&reply));
}

/// The sign-in page of a client, as somebody sees it who has not signed in.
async fn sign_in_page(desk: &Desk, told: &Value) -> String {
    let mut browser = Browser::default();
    let asked = desk.ask(&mut browser, told, &[("insurer", "aoba")]).await;
    let page = browser.get(&desk.house, asked.location().unwrap()).await;
    assert_eq!(page.status.as_u16(), 200);
    page.body
}

#[tokio::test]
async fn oidcc_registration_logo_uri() {
    let desk = Desk::open().await;
    let png: &[u8] = b"\x89PNG\r\n\x1a\n<script>alert(1)</script>";
    let told = desk.registered(&json!({ "logo_uri": desk.publish("/logo.png", png) })).await;
    let here = format!("/client-logo/{}", text(&told, "client_id"));
    let page = sign_in_page(&desk, &told).await;
    assert!(page.contains(&format!("<img src=\"{here}\" alt=\"\"")) && !page.contains("/logo.png"));
    let request = axum::http::Request::get(&here).body(axum::body::Body::empty()).unwrap();
    let response =
        tower::ServiceExt::oneshot(sekisho_idp::web::routes::router(&desk.house.state), request).await;
    let headers = response.unwrap().headers().clone();
    assert_eq!(
        (&headers["content-type"], &headers["x-content-type-options"]),
        (
            &axum::http::HeaderValue::from_static("image/png"),
            &axum::http::HeaderValue::from_static("nosniff"),
        )
    );
    let policies: Vec<_> = headers.get_all("content-security-policy").iter().collect();
    assert_eq!(policies, ["default-src 'none'; sandbox"]);
    desk.manage("DELETE", &told, None).await;
    assert_eq!(desk.house.get(&here).await.status.as_u16(), 404);
}

#[tokio::test]
async fn oidcc_registration_policy_uri() {
    let desk = Desk::open().await;
    let told = desk.registered(&json!({ "policy_uri": "https://rp.example/privacy" })).await;
    assert!(sign_in_page(&desk, &told).await.contains("href=\"https://rp.example/privacy\""));
    let mut browser = desk.house.member(&[sekisho_domain::factor::FactorKind::Password]).await;
    let asked = desk.ask(&mut browser, &told, &[]).await;
    assert!(asked.body.contains("href=\"https://rp.example/privacy\""), "on the page of consent as well");
}

#[tokio::test]
async fn oidcc_registration_tos_uri() {
    let desk = Desk::open().await;
    let told = desk
        .registered(&json!({ "tos_uri": "https://rp.example/terms", "client_uri": "https://rp.example/" }))
        .await;
    let page = sign_in_page(&desk, &told).await;
    assert!(
        page.contains("href=\"https://rp.example/terms\"") && page.contains("href=\"https://rp.example/\"")
    );
    let plain = desk.registered(&json!({})).await;
    assert!(!sign_in_page(&desk, &plain).await.contains("rel=\"external"));
}

#[tokio::test]
async fn oidcc_registration_jwks_uri() {
    let desk = Desk::open().await;
    let key = SigningKey::generate(Alg::Es256).unwrap();
    let set = json!({ "keys": [key.public().jwk()] }).to_string();
    let asked =
        json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": desk.publish("/jwks", set) });
    let told = desk.registered(&asked).await;
    assert!(told.get("client_secret").is_none() && told["jwks_uri"] == asked["jwks_uri"]);
    proven(&desk, &told, &key).await;
}

#[tokio::test]
async fn oidcc_ensure_client_assertion_with_iss_aud_succeeds() {
    let desk = Desk::open().await;
    let key = SigningKey::generate(Alg::Rs256).unwrap();
    let mut jwk = serde_json::to_value(key.public().jwk()).unwrap();
    jwk["x5t#S256"] = "of a certificate that is not looked at".into();
    let asked = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [jwk] } });
    let told = desk.registered(&asked).await;
    proven(&desk, &told, &key).await;
}

/// The client is believed by what it signs for our issuer.
async fn proven(desk: &Desk, told: &Value, key: &SigningKey) {
    let (id, code) = (text(told, "client_id"), desk.code(told, &[]).await);
    let now = desk.house.state.cx().now.seconds();
    let said = json!({ "iss": id, "sub": id, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": "1" });
    let assertion = sign(key, Typ::Jwt, &said).unwrap();
    let proof = form(&[
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", "https://rp.example/cb"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &assertion),
    ]);
    let reply = desk.house.post("/token", &proof).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.body);
}

#[tokio::test]
async fn oidcc_registration_sector_uri() {
    let desk = Desk::open().await;
    let uris = json!(["https://a.example/cb", "https://b.example/cb"]);
    let listing = desk.publish("/sector", uris.to_string());
    let asked =
        json!({ "redirect_uris": uris, "subject_type": "pairwise", "sector_identifier_uri": listing });
    let told = desk.registered(&asked).await;
    assert_eq!(
        (&told["sector_identifier_uri"], &told["subject_type"]),
        (&asked["sector_identifier_uri"], &json!("pairwise"))
    );
}

#[tokio::test]
async fn oidcc_registration_sector_bad() {
    let desk = Desk::open().await;
    let listing = desk.publish("/sector", json!(["https://rp.example/other"]).to_string());
    let reply = desk.register(&json!({ "subject_type": "pairwise", "sector_identifier_uri": listing })).await;
    denied(&reply, "invalid_client_metadata");
    assert_snapshot!(desk.shown(&reply));
}

#[tokio::test]
async fn oidcc_3rd_party_init_login() {
    let desk = Desk::open().await;
    let uri = "https://rp.example/initiate";
    let told = desk.registered(&json!({ "initiate_login_uri": uri })).await;
    assert_eq!(told["initiate_login_uri"], uri);
    let reply = desk.manage("GET", &told, None).await;
    assert_eq!((reply.status.as_u16(), &reply.json()["initiate_login_uri"]), (200, &json!(uri)));
    assert_snapshot!(desk.shown(&reply));
    // Members are not led to what registered itself before the file says so.
    let (state, aoba) = (&desk.house.state, "aoba".parse().unwrap());
    assert!(of_insurer(state, &aoba, Language::Ja).await.unwrap().is_empty());
}

#[tokio::test]
async fn oidcc_3rd_party_init_login_nohttps() {
    let desk = Desk::open().await;
    let reply = desk.register(&json!({ "initiate_login_uri": "http://rp.example/initiate" })).await;
    denied(&reply, "invalid_client_metadata");
}

#[tokio::test]
async fn a_public_client_gets_no_secret_and_must_send_a_challenge() {
    let desk = Desk::open().await;
    let told = desk.registered(&json!({ "token_endpoint_auth_method": "none" })).await;
    assert!(told.get("client_secret").is_none() && told.get("client_secret_expires_at").is_none());
    let without = authorize(&[
        ("client_id", text(&told, "client_id")),
        ("scope", "openid"),
        ("code_challenge", ""),
        ("code_challenge_method", ""),
    ]);
    assert_eq!(desk.house.get(&without).await.answer("error").as_deref(), Some("invalid_request"));
    let code = desk.code(&told, &[]).await;
    assert_eq!(desk.house.post("/token", &redemption_of(&told, &code)).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_default_max_age_holds_where_a_request_says_nothing() {
    let desk = Desk::open().await;
    let told = desk.registered(&json!({ "default_max_age": 60, "require_auth_time": true })).await;
    assert_eq!(told["default_max_age"], 60);
    let mut browser = desk.house.member(&[sekisho_domain::factor::FactorKind::Password]).await;
    desk.house.wait(std::time::Duration::from_secs(61));
    let silent = desk.ask(&mut browser, &told, &[("prompt", "none")]).await;
    assert_eq!(silent.answer("error").as_deref(), Some("login_required"));
    let longer = desk.ask(&mut browser, &told, &[("prompt", "none"), ("max_age", "3600")]).await;
    assert_eq!(longer.answer("error").as_deref(), Some("consent_required"));
}
