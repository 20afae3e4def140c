//! Throw-away: serves the portal with a fake issuer, commands on stdin.
#![allow(warnings, clippy::all, clippy::pedantic)]
#[path = "../../kit/tests/support/fake_issuer.rs"]
mod fake_issuer;
use std::sync::Arc;
use std::time::Duration;
use fake_issuer::*;
use sekisho_base::*;
use sekisho_certificate::rows::MIGRATIONS;
use sekisho_certificate::*;
use sekisho_site::clock::*;
use sekisho_site::db::Db;
use sekisho_site::seal::Ring;

#[tokio::main]
async fn main() {
    let clock = MovableClock::running();
    clock.set(Timestamp::from_seconds(1_795_224_276));
    let issuer = FakeIssuer::start_at(Arc::new(clock.clone()), "127.0.0.1:8280".parse().unwrap()).await;
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.migrate(&MIGRATIONS).await.unwrap();
    let text = std::fs::read_to_string("config/certificate.toml").unwrap();
    let mut config: Config = toml::from_str(&text).unwrap();
    config.oidc.issuer = issuer.url.clone();
    config.oidc.client_id = CLIENT_ID.into();
    config.oidc.client_secret = SECRET.into();
    config.server.public_url = "http://localhost:8281".parse().unwrap();
    let ring = Ring::generate(&mut Cx::seeded(Timestamp::from_seconds(1), 1));
    let router = assemble(config, Means { db, ring, door: Door::new(clock.clone()) }).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8281").await.unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    println!("ready");
    let mut line = String::new();
    while std::io::stdin().read_line(&mut line).unwrap() > 0 {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["advance", minutes] => clock.advance(Duration::from_mins(minutes.parse().unwrap())),
            ["lost", date] => issuer.set().insurance["membership"]["lost_on"] = serde_json::json!(date),
            ["kept"] => issuer.set().insurance["membership"]["lost_on"] = serde_json::json!(null),
            ["away"] => issuer.set().away = true,
            ["back"] => issuer.set().away = false,
            ["child"] => issuer.set().insurance["household"] = serde_json::json!([
        { "person_key": "A0000007", "name": "健保　空", "relationship": "child", "purposes": ["certificate"], "branch": "02",
          "name_kana": "ケンポ ソラ", "birth_date": "2024-05-01", "sex": "male", "acquired_on": "2024-05-01" }]),
            ["elder"] => { issuer.set().subject = "elder".into(); let mut i = issuer.set(); let m = &mut i.insurance["membership"]; m["person_key"]=serde_json::json!("A3"); m["name"]=serde_json::json!("サトーマリアルイサ"); m["name_kana"]=serde_json::json!("ｻﾄ- ﾏﾘｱ･ﾙｲｻ"); m["birth_date"]=serde_json::json!("1956-03-01"); m["burden"]=serde_json::json!("2"); m["burden_from"]=serde_json::json!("2026-04-01"); m["number"]=serde_json::json!("1234567"); m["symbol"]=serde_json::json!("関１２"); }
            _ => println!("?"),
        }
        println!("ok");
        line.clear();
    }
}
