//! Back-channel logout: who is told that a session ended, of what, and how long it is tried.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use sekisho_base::Timestamp;
use sekisho_domain::factor::FactorKind::{Password, Sms};
use sekisho_domain::jose::{Typ, verify};
use sekisho_idp::flows::clients::apply;
use sekisho_idp::flows::{accounts, sessions, visitor::Visitor};
use sekisho_idp::mail::Writers;
use sekisho_site::db::sql;
use sekisho_site::mail::{Mail, MailTransport};
use sekisho_site::outbox::{self, Call, CallSender, Failure, Senders, SmsGateway, Worker};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::house::{Browser, House, ISSUER, SECRET, TOLD, claims, form, header, redemption, registration};
use crate::refresh::{first, text};

/// Everybody whom messages reach; relying parties may be away for a number of calls, or hang.
#[derive(Clone, Default)]
struct World {
    calls: Arc<Mutex<Vec<Call>>>,
    away: Arc<Mutex<usize>>,
    hangs: Arc<AtomicBool>,
}

#[async_trait]
impl CallSender for World {
    async fn call(&self, call: &Call) -> Result<(), Failure> {
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        let mut away = self.away.lock().unwrap();
        if *away > 0 {
            *away -= 1;
            return Err(Failure::Later("HTTP 503".to_owned()));
        }
        self.calls.lock().unwrap().push(call.clone());
        Ok(())
    }
}

#[async_trait]
impl MailTransport for World {
    async fn send(&self, _: &Mail, _: &str, _: Timestamp) -> Result<(), Failure> {
        Ok(())
    }
}

#[async_trait]
impl SmsGateway for World {
    async fn send(&self, _: &outbox::Sms, _: &str) -> Result<(), Failure> {
        Ok(())
    }
}

impl World {
    /// Starts a worker of the house's outbox in this world.
    fn of(house: &House) -> (Self, tokio_util::sync::DropGuard) {
        let world = Self::default();
        let this = || Arc::new(world.clone());
        let senders = Senders { mail: this(), sms: this(), call: this() };
        let (state, shutdown) = (&house.state, CancellationToken::new());
        let render = Arc::new(Writers::new(Arc::clone(state)));
        let clock = Arc::new(house.clock.clone());
        let worker = Worker::new(state.db.clone(), Arc::clone(&state.ring), clock, render, senders);
        tokio::spawn(worker.run(shutdown.clone()));
        (world, shutdown.drop_guard())
    }

    fn heard(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// Waits until so many calls came; the clock goes on with the waiting, since pauses are by the clock.
    async fn hears(&self, house: &House, count: usize) -> Vec<Call> {
        for _ in 0..600 {
            if self.heard().len() >= count {
                return self.heard();
            }
            house.wait(Duration::from_secs(2));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} of {count} calls came", self.heard().len());
    }
}

/// How many pieces of news wait.
async fn waiting(house: &House) -> i64 {
    house.count("select count(*) as n from outbox where lane = 'call'").await
}

struct Scene {
    house: House,
    browser: Browser,
    id_token: String,
    access: String,
}

async fn scene() -> Scene {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let tokens = first(&house, &mut browser, "told").await;
    first(&house, &mut browser, "keeper").await;
    Scene { id_token: text(&tokens, "id_token"), access: text(&tokens, "access_token"), house, browser }
}

fn said(house: &House, call: &Call) -> Value {
    let [(name, token)] = call.form.as_slice() else { panic!("{:?}", call.form) };
    assert_eq!((call.url.as_str(), name.as_str()), (TOLD, "logout_token"));
    assert_eq!(header(token)["typ"], "logout+jwt");
    verify(token, Typ::LogoutToken, &house.state.keys.verifiers(house.state.cx().now)).unwrap()
}

#[tokio::test]
async fn oidcc_backchannel_rp_initiated_logout() {
    let Scene { house, mut browser, id_token, access } = scene().await;
    let (world, _running) = World::of(&house);
    let pairs = [
        ("id_token_hint", id_token.as_str()),
        ("post_logout_redirect_uri", "https://rp.example/bye"),
        ("state", "s"),
    ];
    let out = browser.get(&house, &format!("/logout?{}", form(&pairs))).await;
    assert_eq!(out.location(), Some("https://rp.example/bye?state=s"));
    let calls = world.hears(&house, 1).await;
    let token = said(&house, &calls[0]);
    let id = claims(&id_token);
    for (name, same) in [("iss", "iss"), ("aud", "aud"), ("sub", "sub"), ("sid", "sid")] {
        assert_eq!(token[name], id[same], "{name}");
    }
    assert_eq!(token["iss"], ISSUER);
    assert_eq!(token["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
    assert_eq!(token["exp"].as_i64().unwrap() - token["iat"].as_i64().unwrap(), 120);
    assert!(token["jti"].as_str().unwrap().len() >= 22);
    assert!(token.get("nonce").is_none());
    let mut names: Vec<_> = token.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"]);
    assert_eq!((world.heard().len(), waiting(&house).await), (1, 0), "who did not ask to be told is not");
    assert_eq!(house.userinfo(&access).await.status.as_u16(), 200, "an offline grant goes on");
    let silent = browser.get(&house, &crate::house::authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.answer("error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn lg_03_it_is_tried_again_under_the_same_name_with_a_fresh_token() {
    let Scene { house, mut browser, id_token, .. } = scene().await;
    let (world, _running) = World::of(&house);
    *world.away.lock().unwrap() = 4;
    browser.get(&house, &format!("/logout?{}", form(&[("id_token_hint", &id_token)]))).await;
    let ended = house.state.cx().now;
    let calls = world.hears(&house, 1).await;
    let token = said(&house, &calls[0]);
    assert!(token["iat"].as_i64().unwrap() > ended.seconds(), "the token is of the moment it was sent");
    assert_eq!(waiting(&house).await, 0);
}

#[tokio::test]
async fn ss_09_a_sign_out_waits_for_none_of_a_hundred_who_hang() {
    const MANY: usize = 100;
    let Scene { house, mut browser, id_token, .. } = scene().await;
    let (world, _running) = World::of(&house);
    world.hangs.store(true, Ordering::SeqCst);
    let told = |number: usize| {
        let mut client = registration(&format!("told-{number}"));
        client.backchannel_logout_uri = Some(format!("https://rp-{number}.example/out"));
        client
    };
    apply(&house.state, (0..MANY).map(told).collect(), &mut house.state.cx()).await.unwrap();
    for number in 0..MANY {
        let client = format!("told-{number}");
        let code = browser.code(&house, &[("client_id", client.as_str())]).await;
        assert_eq!(house.token((client.as_str(), SECRET), &redemption(&code)).await.status.as_u16(), 200);
    }
    let pairs =
        [("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", "https://rp.example/bye")];
    let door = format!("/logout?{}", form(&pairs));
    let asked = browser.get(&house, &door);
    let out = tokio::time::timeout(Duration::from_secs(5), asked).await.expect("it waits for nobody");
    assert_eq!(out.location(), Some("https://rp.example/bye"));
    assert_eq!(waiting(&house).await, 101);
}

#[tokio::test]
async fn lg_05_a_party_that_is_away_for_an_hour_still_hears_and_after_a_day_nobody_tries() {
    let Scene { house, mut browser, id_token, .. } = scene().await;
    browser.get(&house, &format!("/logout?{}", form(&[("id_token_hint", &id_token)]))).await;
    house.wait(Duration::from_hours(1));
    let (world, running) = World::of(&house);
    world.hears(&house, 1).await;
    drop(running);
    let Scene { house, mut browser, id_token, .. } = scene().await;
    browser.get(&house, &format!("/logout?{}", form(&[("id_token_hint", &id_token)]))).await;
    house.wait(Duration::from_hours(24));
    let (world, _running) = World::of(&house);
    for _ in 0..100 {
        if waiting(&house).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!((waiting(&house).await, world.heard().len()), (0, 0));
}

#[tokio::test]
async fn a_sign_out_that_is_not_committed_is_not_told_of_and_nobody_is_told_twice() {
    let Scene { house, browser, .. } = scene().await;
    let session = browser.session.clone().unwrap();
    let mut cx = house.state.cx();
    sekisho_idp::flows::logout::end(&house.state, &session, None, &mut cx).await.unwrap();
    assert_eq!(waiting(&house).await, 1);
    let row = house.state.db.fetch_one(sql("select payload from outbox where lane = 'call'")).await.unwrap();
    let sealed: Vec<u8> = row.get("payload").unwrap();
    assert!(!sealed.windows(10).any(|bytes| bytes == b"rp.example"), "it lies sealed");
}

fn visitor(browser: &Browser) -> Visitor {
    Visitor {
        browser: "b".to_owned().into(),
        language: sekisho_base::Language::Ja,
        source: "192.0.2.1".to_owned(),
        agent: "test".to_owned(),
        session: browser.session.clone(),
        session_cookie: None,
        device: None,
    }
}

#[tokio::test]
async fn whoever_ends_a_session_the_parties_are_told() {
    let Scene { house, browser, .. } = scene().await;
    let session = browser.session.clone().unwrap();
    let mut cx = house.state.cx();
    sessions::end_one(&house.state, &visitor(&browser), &session, session.id, &mut cx).await.unwrap();
    assert_eq!(waiting(&house).await, 1, "on the account page");

    let Scene { house, mut browser, .. } = scene().await;
    let other = browser.clone();
    let session = browser.session.clone().unwrap();
    house.sign_in(&mut browser, (session.account, session.membership.clone()), &[Password, Sms]).await;
    let here = browser.session.clone().unwrap();
    sessions::end_others(&house.state, &visitor(&other), &here, &mut house.state.cx()).await.unwrap();
    assert_eq!(waiting(&house).await, 1, "on all other devices");

    let Scene { house, browser, access, .. } = scene().await;
    let account = browser.session.as_ref().unwrap().account;
    let found = accounts::find(&house.state, &account.to_string(), &house.state.cx()).await.unwrap().unwrap();
    assert!(accounts::suspend(&house.state, &found, "asked for", &mut house.state.cx()).await.is_ok());
    assert_eq!(waiting(&house).await, 1, "by the office");
    assert_eq!(house.userinfo(&access).await.status.as_u16(), 401);
}
