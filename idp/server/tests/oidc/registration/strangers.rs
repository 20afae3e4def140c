//! What strangers try at the desk.

use std::fmt::Write as _;

use sekisho_idp::flows::clients::{self, Failure};
use sekisho_idp::flows::registration::approve;
use sekisho_site::db::sql;
use serde_json::{Value, json};

use super::desk::{Desk, invited, text};
use crate::house::{House, Reply, form, registration};

fn denied(reply: &Reply, code: &str, why: &str) {
    assert_eq!((reply.status.as_u16(), text(&reply.json(), "error")), (400, code), "{why}: {}", reply.body);
}

#[tokio::test]
async fn ad_03_nobody_registers_without_an_invitation_or_beyond_it() {
    let desk = Desk::open().await;
    for token in ["", "guessed", &desk.token[1..]] {
        let reply = desk.register_with(token, &json!({})).await;
        assert_eq!((reply.status.as_u16(), text(&reply.json(), "error")), (401, "invalid_token"));
        assert!(reply.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer "));
    }
    for (name, value) in [
        ("scope", json!("openid insurance")),
        ("grant_types", json!(["authorization_code", "client_credentials"])),
        ("grant_types", json!(["implicit"])),
        ("response_types", json!(["code", "token"])),
        ("first_party", json!(true)),
        ("insurers", json!("all")),
        ("profile", json!("basic")),
        ("serves", json!(["https://id.example.jp"])),
        ("resources", json!(["https://api.example.jp"])),
        ("approved", json!(true)),
    ] {
        denied(&desk.register(&json!({ name: value })).await, "invalid_client_metadata", name);
    }
    assert_eq!(desk.clients().await, 0);
    // What is refused uses nothing up; what is registered does.
    let once = invited(&desk.house, &json!({}), 1).await;
    denied(&desk.register_with(&once, &json!({ "redirect_uris": [] })).await, "invalid_redirect_uri", "none");
    assert_eq!(desk.register_with(&once, &json!({})).await.status.as_u16(), 201);
    assert_eq!(desk.register_with(&once, &json!({})).await.status.as_u16(), 401);
    desk.house.wait(std::time::Duration::from_hours(24));
    assert_eq!(desk.register(&json!({})).await.status.as_u16(), 401, "it is too old");
}

#[tokio::test]
async fn ad_03_ad_06_a_token_manages_its_own_client_and_nothing_else() {
    let desk = Desk::open().await;
    let (one, other) = (desk.registered(&json!({})).await, desk.registered(&json!({})).await);
    let theirs = format!("/register/{}", text(&other, "client_id"));
    let change = json!({ "client_id": other["client_id"], "redirect_uris": ["https://evil.example/cb"] });
    for token in
        [text(&one, "registration_access_token"), desk.token.as_str(), text(&other, "client_secret"), ""]
    {
        for (method, body) in [("GET", None), ("PUT", Some(&change)), ("DELETE", None)] {
            let reply = desk.send(method, &theirs, token, body).await;
            assert_eq!(reply.status.as_u16(), 401, "{method}");
            assert!(!reply.body.contains("rp.example"));
        }
    }
    assert_eq!(
        desk.register_with(text(&one, "registration_access_token"), &json!({})).await.status.as_u16(),
        401
    );
    assert_eq!(
        desk.manage("GET", &other, None).await.json()["redirect_uris"],
        json!(["https://rp.example/cb"])
    );
    for path in ["/register/nobody", "/register/%00", "/register/a%2Fb"] {
        assert_eq!(
            desk.send("GET", path, text(&one, "registration_access_token"), None).await.status.as_u16(),
            401
        );
    }
}

/// What must not be registered as an address of any kind.
const BAD: [&str; 14] = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "blob:https://rp.example/x",
    "file:///etc/passwd",
    "http://rp.example/x",
    "https://rp.example/x#f",
    "https://*.rp.example/cb",
    "https://rp.example/*",
    ".*",
    "https://rp.example.",
    "https://rp.example./cb",
];
const LISTS: [&str; 2] = ["redirect_uris", "post_logout_redirect_uris"];
const SINGLE: [&str; 8] = [
    "backchannel_logout_uri",
    "client_uri",
    "initiate_login_uri",
    "jwks_uri",
    "logo_uri",
    "policy_uri",
    "sector_identifier_uri",
    "tos_uri",
];

#[tokio::test]
async fn ru_07_ru_08_no_client_registers_a_dangerous_address_of_any_kind() {
    let mut desk = Desk::open().await;
    let said = |name: &str, uri: &str| match name {
        name if LISTS.contains(&name) => json!({ name: [uri] }),
        "jwks_uri" => json!({ name: uri, "token_endpoint_auth_method": "private_key_jwt" }),
        name => json!({ name: uri }),
    };
    for name in LISTS.into_iter().chain(SINGLE) {
        // Each hour so many tries, and no more.
        desk.house.wait(std::time::Duration::from_hours(2));
        desk.token = invited(&desk.house, &json!({}), 1).await;
        let code = if name == "redirect_uris" { "invalid_redirect_uri" } else { "invalid_client_metadata" };
        for uri in BAD {
            denied(&desk.register(&said(name, uri)).await, code, &format!("{name} {uri}"));
        }
    }
    assert_eq!(desk.clients().await, 0);
    assert_eq!(desk.house.count("select count(*) as n from registrations").await, 0);
    assert_eq!(desk.register(&json!({})).await.status.as_u16(), 201, "the invitation is as good as before");
}

#[tokio::test]
async fn ru_07_ru_08_no_file_registers_a_dangerous_address_of_any_kind() {
    let house = House::open().await;
    let before = house.count("select count(*) as n from clients").await;
    for name in LISTS.into_iter().chain(SINGLE) {
        for uri in BAD {
            let mut said = serde_json::to_value(registration("bad")).unwrap();
            said[name] = if LISTS.contains(&name) { json!([uri]) } else { json!(uri) };
            if name == "jwks_uri" {
                said["token_endpoint_auth_method"] = json!("private_key_jwt");
                said["secret_sha256"] = Value::Null;
            }
            let client = serde_json::from_value(said).unwrap();
            let refused =
                clients::apply(&house.state, vec![client], &mut house.state.cx()).await.unwrap_err();
            assert!(matches!(refused, Failure::Refused(refused) if refused.field == name), "{name} {uri}");
        }
    }
    assert_eq!(house.count("select count(*) as n from clients").await, before);
}

#[tokio::test]
async fn ss_01_ss_04_an_address_of_ours_is_refused_before_it_is_kept() {
    let desk = Desk::open().await;
    let hosts = [
        "127.0.0.1",
        "[::1]",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.1.1",
        "localhost",
        "intranet",
        "[::ffff:127.0.0.1]",
    ];
    for name in ["backchannel_logout_uri", "jwks_uri", "logo_uri", "sector_identifier_uri"] {
        for host in hosts {
            let mut said = json!({ name: format!("https://{host}/x") });
            if name == "jwks_uri" {
                said["token_endpoint_auth_method"] = json!("private_key_jwt");
            }
            denied(&desk.register(&said).await, "invalid_client_metadata", host);
        }
    }
    let odd = json!({ "logo_uri": "https://rp.example:8443/logo.png" });
    denied(&desk.register(&odd).await, "invalid_client_metadata", "another port");
    assert_eq!(desk.clients().await, 0);
}

#[tokio::test]
async fn ss_08_a_sectors_document_is_a_short_list_with_every_address() {
    let desk = Desk::open().await;
    let many = serde_json::to_vec(&vec!["https://rp.example/cb"; 10_000]).unwrap();
    let kinds = [
        ("/lacks", json!(["https://rp.example/CB"]).to_string().into_bytes()),
        ("/object", json!({ "redirect_uris": ["https://rp.example/cb"] }).to_string().into_bytes()),
        ("/page", b"<!doctype html>".to_vec()),
        ("/many", many),
        ("/long", vec![b' '; 300 * 1024]),
    ];
    let mut uris: Vec<String> =
        kinds.into_iter().map(|(path, document)| desk.publish(path, document)).collect();
    uris.push(desk.at("/nothing-there"));
    for uri in uris {
        denied(
            &desk.register(&json!({ "sector_identifier_uri": uri })).await,
            "invalid_client_metadata",
            &uri,
        );
    }
    assert_eq!(desk.clients().await, 0);
}

#[tokio::test]
async fn xs_09_a_logo_that_could_run_is_refused() {
    let desk = Desk::open().await;
    let large = [b"\x89PNG\r\n\x1a\n".to_vec(), vec![0; 64 * 1024]].concat();
    let bad: [(&str, &[u8]); 4] = [
        ("/logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("/logo.png", b"<html><script>alert(1)</script>"),
        ("/logo.gif", b"GIF89a/*"),
        ("/large.png", &large),
    ];
    for (path, content) in bad {
        denied(
            &desk.register(&json!({ "logo_uri": desk.publish(path, content) })).await,
            "invalid_client_metadata",
            path,
        );
    }
    // A host that is away costs the client its picture, and nothing else.
    let away = desk.registered(&json!({ "logo_uri": desk.at("/nothing-there") })).await;
    assert_eq!(
        desk.house.get(&format!("/client-logo/{}", text(&away, "client_id"))).await.status.as_u16(),
        404
    );
}

#[tokio::test]
async fn ad_05_a_secret_is_told_once_and_only_its_digest_is_kept() {
    let desk = Desk::open().await;
    let told = desk.registered(&json!({})).await;
    let secrets =
        [text(&told, "client_secret"), text(&told, "registration_access_token"), desk.token.as_str()];
    assert!(secrets.iter().all(|secret| secret.len() == 43));
    let mut rows = String::new();
    for (table, columns) in [
        ("clients", "registration"),
        ("registrations", "client || allowance || invitation"),
        ("registration_invitations", "id || allowance"),
        ("audit_events", "event || result || actor || detail"),
    ] {
        let all: &'static str = format!("select {columns} as t from {table}").leak();
        for row in desk.house.state.db.fetch_all(sql(all)).await.unwrap() {
            writeln!(rows, "{}", row.get::<String>("t").unwrap()).unwrap();
        }
    }
    assert!(rows.contains("client.registered") && rows.contains("client.invited"), "{rows}");
    let later = desk.manage("GET", &told, None).await;
    assert!(later.json().get("client_secret").is_none());
    for secret in &secrets[..2] {
        assert!(!rows.contains(secret) && (!later.body.contains(secret) || *secret == secrets[1]));
    }
    assert!(!rows.contains(secrets[2]));
}

#[tokio::test]
async fn ru_16_before_somebody_signed_in_an_unapproved_client_gets_no_browser() {
    let desk = Desk::open().await;
    let token = invited(&desk.house, &json!({}), 1).await;
    let told = desk.register_with(&token, &json!({})).await.json();
    let bad: [&[(&str, &str)]; 3] =
        [&[("prompt", "none")], &[("scope", "nonsense")], &[("response_type", "token")]];
    let mut nobody = crate::house::Browser::default();
    for changes in bad {
        let reply = desk.ask(&mut nobody, &told, changes).await;
        assert_eq!((reply.status.as_u16(), reply.location()), (400, None), "{changes:?}");
    }
    let mut member = desk.house.member(&[sekisho_domain::factor::FactorKind::Password]).await;
    let told_off = desk.ask(&mut member, &told, &[("prompt", "none")]).await;
    assert_eq!(told_off.answer("error").as_deref(), Some("consent_required"));
    let good = desk.ask(&mut nobody, &told, &[]).await;
    assert!(good.location().unwrap().starts_with("/login"), "a good request is led to the sign-in as ever");
    let id = text(&told, "client_id").parse().unwrap();
    let state = &desk.house.state;
    assert!(approve(state, &id, &mut state.cx()).await.unwrap());
    let silent = desk.ask(&mut nobody, &told, &[("prompt", "none")]).await;
    assert_eq!(silent.answer("error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn one_source_tries_to_register_so_often_and_no_more() {
    let desk = Desk::open().await;
    for _ in 0..60 {
        assert_eq!(desk.register_with("guessed", &json!({})).await.status.as_u16(), 401);
    }
    let reply = desk.register(&json!({})).await;
    assert_eq!(reply.status.as_u16(), 429);
    assert!(reply.headers.contains_key("retry-after") && desk.clients().await == 0);
    desk.house.wait(std::time::Duration::from_hours(2));
    assert_eq!(desk.register(&json!({})).await.status.as_u16(), 201);
}

#[tokio::test]
async fn what_is_no_json_is_no_registration() {
    let desk = Desk::open().await;
    let posted = desk.house.post("/register", &form(&[("redirect_uris", "https://rp.example/cb")])).await;
    denied(&posted, "invalid_client_metadata", "a form");
    for body in [json!([]), json!(7), json!(null), json!("x".repeat(70 * 1024))] {
        let reply = desk.send("POST", "/register", &desk.token, Some(&body)).await;
        denied(&reply, "invalid_client_metadata", "no object");
    }
}
