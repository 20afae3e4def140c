//! What the suite is told: that it holds for this stage, its clients and its pages.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use sekisho_domain::oidc::client::{Registration, SecretDigest};
use sekisho_idp::flows::clients;
use serde_json::{Value, json};

use crate::house::{Browser, House, ISSUER, SECRET, SUITE, authorize, root, variable};

#[tokio::test]
async fn plans_are_filled_in_and_name_clients_that_are_there() {
    let house = House::open().await;
    let registrations = clients::read_with(&root().join("conformance/clients.toml"), variable).unwrap();
    let names: Vec<_> = house.set.plans.iter().map(|(name, _)| name.trim_end_matches(".json")).collect();
    let expected =
        "back-channel-logout basic config form-post private-key-jwt rp-initiated-logout third-party-login";
    assert_eq!(names.join(" "), expected);
    for (name, plan) in &house.set.plans {
        assert!(!plan.to_string().contains("${"), "{name}");
        let path = plan["server"]["discoveryUrl"].as_str().unwrap().strip_prefix(ISSUER).unwrap();
        let reply = house.send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(reply.json()["issuer"], ISSUER);
        for part in ["client", "client2", "client_secret_post"] {
            if let Some(id) = plan[part]["client_id"].as_str() {
                let known = registrations.iter().find(|known| known.id.as_str() == id).expect(id);
                holds_the_same(&plan[part], known, plan["alias"].as_str().unwrap());
            }
        }
    }
}

/// What the suite knows of a client is what the stage knows of it.
fn holds_the_same(told: &Value, known: &Registration, alias: &str) {
    assert_eq!(known.redirect_uris, [format!("https://suite.example/test/a/{alias}/callback")]);
    let known = serde_json::to_value(known).unwrap();
    if told.get("client_secret").is_some() {
        assert_eq!(
            (&told["client_secret"], &known["secret_sha256"]),
            (&json!(SECRET), &json!(SecretDigest::of(&SECRET.into())))
        );
    } else {
        let (private, public) = (&told["jwks"]["keys"][0], &known["jwks"]["keys"][0]);
        for part in ["kid", "alg", "kty", "crv", "x", "y"] {
            assert_eq!(private[part], public[part], "{part}");
        }
        assert!(private["d"].is_string());
    }
}

/// What commands of the suite's browser look for: by `name`, by `css` or by `id`.
fn looked_for(value: &Value, found: &mut BTreeSet<(String, String)>) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match value {
        Value::Array(list) => match list.as_slice() {
            [verb, by, what, ..] if ["text", "click", "wait"].contains(&text(verb).as_str()) => {
                found.insert((text(by), text(what)));
            }
            _ => list.iter().for_each(|value| looked_for(value, found)),
        },
        Value::Object(members) => members.values().for_each(|value| looked_for(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_suites_browser_finds_on_our_pages_what_its_plans_look_for() {
    let house = House::open().await;
    let mut found = BTreeSet::new();
    house.set.plans.iter().for_each(|(_, plan)| looked_for(plan, &mut found));
    let mut stranger = Browser::default();
    let led = stranger.get(&house, &authorize(&[("client_id", SUITE), ("scope", "openid")])).await;
    let at = led.location().unwrap();
    assert!(at.starts_with("/login?"), "{at}");
    let sign_in = stranger.get(&house, at).await.body;
    let mut person = house.person().await;
    house.wait(Duration::from_secs(2));
    let led = person
        .get(&house, &authorize(&[("client_id", SUITE), ("scope", "openid"), ("prompt", "login")]))
        .await;
    let at = led.location().unwrap();
    assert!(at.starts_with("/login/again?"), "{at}");
    let again = person.get(&house, at).await.body;
    let consent = [("client_id", SUITE), ("scope", "openid offline_access"), ("prompt", "consent")];
    let consent = person.get(&house, &authorize(&consent)).await.body;
    let sign_out = person.get(&house, "/logout").await.body;
    let refused = person.get(&house, &authorize(&[("redirect_uri", "https://other.example/")])).await.body;
    let step = "<form id=\"step\"";
    for (by, what) in found {
        let (pages, marks): (&[&String], &[&str]) = match (by.as_str(), what.as_str()) {
            ("name", "login_id") => (&[&sign_in], &["name=\"login_id\"", "type=\"text\""]),
            ("name", "password") => (&[&sign_in, &again], &["name=\"password\"", "type=\"password\""]),
            ("css", "form#step button.go") => {
                (&[&sign_in, &again], &[step, "<button class=\"go\" type=\"submit\""])
            }
            ("css", "button[value=allow]") => (&[&consent], &[step, "value=\"allow\""]),
            ("css", "button[value=yes]") => (&[&sign_out], &[step, "value=\"yes\""]),
            ("css", "h1") => (&[&again, &sign_out, &refused], &["<h1>"]),
            // The suite's own page.
            ("id", "submission_complete") => continue,
            other => panic!("no page of ours is known for {other:?}"),
        };
        for page in pages {
            assert!(marks.iter().all(|mark| page.contains(mark)), "{by} {what}: {page}");
        }
    }
}
