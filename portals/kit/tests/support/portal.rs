//! A portal of a few pages at an issuer that can be made to answer wrongly.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, State as FromState};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::REFRESH;
use sekisho_base::{Cx, Timestamp};
use sekisho_portal_kit::{
    Again, Assurance, Challenge, Kit, Look, Parts, Reader, Refusal, Seated, Settings, SignedIn, Signing,
    routes,
};
use sekisho_site::clock::{Door, MovableClock};
use sekisho_site::db::{Db, Migrator, sql};
use sekisho_site::http::{Client, Reach};
use sekisho_site::seal::Ring;
use sekisho_site::web::{Cookies, Edge};
use serde_json::Value;
use url::Url;

use crate::browser::{Answer, Browser};
use crate::fake_issuer::{CLIENT_ID, FakeIssuer, SECRET, Twist};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/certificate");
pub const START: Timestamp = Timestamp::from_seconds(1_795_224_276);

struct Plain;

impl Look for Plain {
    fn refused(&self, _: &Reader, refusal: Refusal) -> Response {
        (StatusCode::BAD_REQUEST, format!("{refusal:?}")).into_response()
    }
    fn away(&self, _: &Reader, again: &Again) -> Response {
        assert!((10..26).contains(&again.after.as_secs()));
        (StatusCode::SERVICE_UNAVAILABLE, [(REFRESH, again.refresh().unwrap())], "away").into_response()
    }
    fn sign_out(&self, _: &Reader, form_token: &str) -> Response {
        format!("<input name=\"form\" value=\"{form_token}\">").into_response()
    }
    fn fault(&self, _: &Reader) -> Response {
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

#[derive(Clone)]
struct State(Arc<Kit>);

impl FromRef<State> for Arc<Kit> {
    fn from_ref(state: &State) -> Self {
        state.0.clone()
    }
}

/// A portal of a few pages, its clock, its database and its issuer.
pub struct Portal {
    router: Router,
    pub clock: MovableClock,
    pub db: Db,
    pub issuer: FakeIssuer,
}

pub async fn portal() -> Portal {
    portal_on(Db::connect("sqlite::memory:").await.unwrap()).await
}

pub async fn portal_on(db: Db) -> Portal {
    let clock = MovableClock::at(START);
    let issuer = FakeIssuer::start(Arc::new(clock.clone())).await;
    db.migrate(&MIGRATIONS).await.unwrap();
    standing((clock, issuer, db), 8081, Signing::Es256)
}

/// A portal whose registration has another algorithm.
pub async fn portal_signed_by(signing: Signing) -> Portal {
    let portal = portal().await;
    standing((portal.clock, portal.issuer, portal.db), 8081, signing)
}

fn standing((clock, issuer, db): (MovableClock, FakeIssuer, Db), port: u16, signing: Signing) -> Portal {
    let public_url: Url = format!("http://localhost:{port}").parse().unwrap();
    let kit = Kit::new(Parts {
        settings: Settings {
            issuer: issuer.url.clone(),
            client_id: CLIENT_ID.into(),
            client_secret: SECRET.into(),
            id_token_signed_response_alg: signing,
            scopes: vec!["email".into()],
            acr_values: vec![Assurance::PhishingResistant, Assurance::TwoFactors],
            idle_minutes: 60.try_into().unwrap(),
            absolute_hours: 24.try_into().unwrap(),
        },
        cookies: Cookies::new("portal", &public_url),
        public_url: public_url.clone(),
        insurers: [("aoba", Assurance::TwoFactors), ("kaede", Assurance::OneFactor)]
            .map(|(code, least)| (code.to_owned(), least))
            .into(),
        home: "/secret",
        db: db.clone(),
        ring: Ring::generate(&mut Cx::seeded(START, 1)),
        door: Door::new(clock.clone()),
        http: Client::new(Reach::Configured),
        look: Arc::new(Plain),
    })
    .unwrap();
    let router = Router::new()
        .route("/", get(async || "front"))
        .route("/secret", get(secret).post(told))
        .route("/claims", get(claims))
        .route("/bills", get(bills))
        .route("/bills.json", get(bills_for_programs))
        .merge(routes())
        .with_state(State(kit));
    let router = Edge::new("portal", &public_url).wrap(router);
    Portal { router, clock, db, issuer }
}

async fn secret(member: SignedIn) -> String {
    let session = member.session;
    format!("{} {} {} fresh={}", session.claims.membership.name, session.subject, session.acr, member.fresh)
}

async fn claims(member: SignedIn) -> Response {
    axum::Json(member.session.claims).into_response()
}

/// What `/bills` asks for beyond a sign-in: a passkey, shown in the last five minutes.
fn more() -> Challenge {
    Challenge { acr_values: vec![Assurance::PhishingResistant], max_age: Some(Duration::from_mins(5)) }
}

async fn bills(FromState(State(kit)): FromState<State>, member: SignedIn) -> Response {
    let way = kit.step_up(&member, &more(), "/bills?year=2026");
    way.unwrap_or_else(|| "bills".into_response())
}

async fn bills_for_programs(FromState(State(kit)): FromState<State>, member: SignedIn) -> Response {
    if more().is_met(&member.session, kit.cx().now) { "[]".into_response() } else { more().refuse() }
}

async fn told(Seated(member): Seated) -> String {
    format!("told, fresh={}", member.fresh)
}

impl Portal {
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// Another process of this portal: the same database and keys, nothing else in common.
    pub fn node(&self) -> Self {
        standing((self.clock.clone(), self.issuer.clone(), self.db.clone()), 8081, Signing::Es256)
    }

    /// Another portal at the same issuer.
    pub async fn neighbour(&self) -> Self {
        let db = Db::connect("sqlite::memory:").await.unwrap();
        db.migrate(&MIGRATIONS).await.unwrap();
        standing((self.clock.clone(), self.issuer.clone(), db), 8082, Signing::Es256)
    }

    /// Follows redirects, through the issuer where they lead there, and gives every address with the last answer.
    pub async fn follow(&self, browser: &mut Browser, address: &str) -> (Vec<String>, Answer) {
        let mut ways = vec![address.to_owned()];
        while ways.len() < 16 {
            let last = ways[ways.len() - 1].clone();
            if last.starts_with(&self.issuer.url) {
                ways.push(self.issuer.answer(&last));
                continue;
            }
            let answer = browser.get(&last).await;
            if answer.location().is_empty() {
                return (ways, answer);
            }
            ways.push(answer.location().to_owned());
        }
        panic!("redirected without end: {ways:#?}");
    }

    /// Follows `/login` to the issuer and back; the answer is that of `/callback`.
    pub async fn sign_in(&self, browser: &mut Browser) -> Answer {
        let left = browser.get("/login").await;
        browser.get(&self.issuer.answer(left.location())).await
    }

    pub async fn sessions(&self) -> i64 {
        let row = self
            .db
            .fetch_one(sql("select count(*) as n from sessions where ended_at is null"))
            .await
            .unwrap();
        row.get("n").unwrap()
    }

    /// Asserts that an answer signs nobody in, for that reason.
    pub async fn assert_refused(&self, browser: &mut Browser, answer: &Answer, refusal: Refusal) {
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::BAD_REQUEST, &*format!("{refusal:?}"))
        );
        assert_eq!(self.sessions().await, 0);
        assert!(browser.get("/secret").await.location().starts_with("/login"));
    }
}

pub fn query(address: &str) -> HashMap<String, String> {
    Url::parse(address).unwrap().query_pairs().into_owned().collect()
}

pub fn twist(change: impl Fn(&mut Value, &mut Value) + Send + Sync + 'static) -> Twist {
    Arc::new(change)
}
