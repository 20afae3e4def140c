//! A house with two insurers, some clients and one member, and browsers that knock at it.

mod browser;
mod clients;
mod suite;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use secrecy::SecretString;
use sekisho_base::{Digest, Language, Timestamp};
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, MembershipId, SessionId};
use sekisho_domain::session::{Event, MembershipRef, Session};
use sekisho_idp::config::{Config, Registering};
use sekisho_idp::flows::clients::apply;
use sekisho_idp::flows::visitor::SESSION;
use sekisho_idp::startup;
use sekisho_idp::state::State;
use sekisho_idp::web::routes;
use sekisho_site::clock::MovableClock;
use sekisho_site::db::sql;
use sekisho_site::db::trial::Trial;
use sekisho_site::http::Outbound;
use sekisho_store::sessions;
use tower::ServiceExt as _;

pub(crate) use browser::{Browser, Reply};
pub(crate) use clients::{API, KEY, TOLD, registration, registrations};
pub(crate) use suite::{BYE, POST, REACHED, SECOND, SUITE};
pub(crate) use wire::{authorize, basic, claims, form, header, masked, posted, redemption};

pub(crate) const ISSUER: &str = "https://id.example.jp";
pub(crate) const CALLBACK: &str = "https://rp.example/cb";
pub(crate) const SECRET: &str = "a-secret-of-two-hundred-and-fifty-six-bits-";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The moment at which every test begins.
pub(crate) const BEGIN: Timestamp = Timestamp::from_seconds(1_795_224_276);

#[derive(Clone)]
pub(crate) struct House {
    pub(crate) state: Arc<State>,
    pub(crate) clock: MovableClock,
    router: Router,
    url: String,
    held: Option<Arc<Database>>,
}

/// A database that others may open too; it goes with the last house on it.
enum Database {
    Sqlite { _folder: tempfile::TempDir },
    Postgres { _trial: Box<Trial> },
}

impl House {
    pub(crate) async fn open() -> Self {
        let house = Self::on("sqlite::memory:", MovableClock::at(BEGIN)).await;
        apply(&house.state, registrations(), &mut house.state.cx()).await.unwrap();
        house
    }

    /// A house of two nodes on each of both databases, as they run in earnest.
    pub(crate) async fn pairs() -> [[Self; 2]; 2] {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = format!("sqlite:{}", folder.path().join("rows.db").display());
        let trial = Trial::postgres().await.unwrap();
        let postgres = trial.address.clone().unwrap();
        [
            Self::pair(&sqlite, Database::Sqlite { _folder: folder }).await,
            Self::pair(&postgres, Database::Postgres { _trial: Box::new(trial) }).await,
        ]
    }

    async fn pair(url: &str, database: Database) -> [Self; 2] {
        let (clock, database) = (MovableClock::at(BEGIN), Arc::new(database));
        let node = async || Self { held: Some(Arc::clone(&database)), ..Self::on(url, clock.clone()).await };
        let one = node().await;
        apply(&one.state, registrations(), &mut one.state.cx()).await.unwrap();
        [one, node().await]
    }

    /// Another node on the same database, which begins now.
    pub(crate) async fn restarted(&self) -> Self {
        Self { held: self.held.clone(), ..Self::on(&self.url, self.clock.clone()).await }
    }

    /// A house whose operator lets it ask whom others would not be asked for, and clients register themselves; there is
    /// none yet.
    pub(crate) async fn asking(outbound: Outbound) -> Self {
        let url = "sqlite::memory:";
        let registration = Registering { enabled: true };
        Self::of(Config { outbound, registration, ..config(url) }, url, MovableClock::at(BEGIN)).await
    }

    async fn on(url: &str, clock: MovableClock) -> Self {
        Self::of(config(url), url, clock).await
    }

    async fn of(config: Config, url: &str, clock: MovableClock) -> Self {
        let state = startup::prepare(config, Arc::new(clock.clone())).await.unwrap();
        let router = routes::router(&state);
        Self { state, clock, router, url: url.to_owned(), held: None }
    }

    pub(crate) fn wait(&self, time: Duration) {
        self.clock.advance(time);
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, uri: &str) -> Reply {
        self.send(Request::get(uri).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, uri: &str, form: &str) -> Reply {
        self.send(posted(uri, form)).await
    }

    /// Redeems a code as `rp` does.
    pub(crate) async fn redeem(&self, code: &str) -> Reply {
        self.token(("rp", SECRET), &redemption(code)).await
    }

    pub(crate) async fn token(&self, client: (&str, &str), form: &str) -> Reply {
        let mut request = posted("/token", form);
        request.headers_mut().insert(AUTHORIZATION, basic(client).parse().unwrap());
        self.send(request).await
    }

    /// Posts a form as a client does that has a secret.
    pub(crate) async fn post_as(&self, client: &str, uri: &str, form: &str) -> Reply {
        let mut request = posted(uri, form);
        request.headers_mut().insert(AUTHORIZATION, basic((client, SECRET)).parse().unwrap());
        self.send(request).await
    }

    pub(crate) async fn userinfo(&self, access_token: &str) -> Reply {
        let request = Request::get("/userinfo").header(AUTHORIZATION, format!("Bearer {access_token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// How many rows a table has.
    pub(crate) async fn count(&self, count: &'static str) -> i64 {
        self.state.db.fetch_one(sql(count)).await.unwrap().get("n").unwrap()
    }

    /// A browser in which a new member of `aoba` has just signed in with these factors.
    pub(crate) async fn member(&self, factors: &[FactorKind]) -> Browser {
        let mut cx = self.state.cx();
        let account = AccountId::draw(&mut cx);
        let person = format!("P{}", cx.digits(9));
        let membership = MembershipRef {
            insurer: "aoba".parse().unwrap(),
            id: MembershipId::draw(&mut cx),
            person: person.parse().unwrap(),
        };
        let db = &self.state.db;
        let insert = "insert into accounts (id, language, created_at) values ($1, 'ja', 1)";
        db.execute(sql(insert).text(account)).await.unwrap();
        let insert = "insert into memberships (insurer, id, account, person_key, bound_at) values ('aoba', $1, $2, $3, 1)";
        db.execute(sql(insert).text(membership.id).text(account).bind(&person)).await.unwrap();
        let insert =
            "insert into contacts (account, kind, value, folded, proven_at) values ($1, 'email', $2, $2, 1)";
        db.execute(sql(insert).text(account).bind("shoko@example.jp")).await.unwrap();
        self.record(&person, &person, "insured", "健保　翔子").await;
        let mut browser = Browser::default();
        self.sign_in(&mut browser, (account, Some(membership)), factors).await;
        browser
    }

    /// Signs an account in, as a journey that arrived would.
    pub(crate) async fn sign_in(
        &self,
        browser: &mut Browser,
        (account, membership): (AccountId, Option<MembershipRef>),
        factors: &[FactorKind],
    ) {
        let mut cx = self.state.cx();
        let session = Session {
            id: SessionId::draw(&mut cx),
            account,
            membership,
            events: factors.iter().map(|factor| Event { at: cx.now, factor: *factor }).collect(),
            language: Language::Ja,
            created_at: cx.now,
            last_seen_at: cx.now,
            idle: Duration::from_hours(1),
            ends_at: cx.now + Duration::from_hours(24),
        };
        let cookie = cx.secret();
        let mut tx = self.state.db.begin().await.unwrap();
        let digest = Digest::of(SESSION, self.state.epoch, &cookie);
        sessions::insert(&mut tx, &session, digest, "test").await.unwrap();
        tx.commit().await.unwrap();
        browser.keep("__Host-sekisho-session", exposed(&cookie));
        browser.session = Some(session);
    }

    /// Inserts a member record of `aoba`.
    pub(crate) async fn record(&self, person: &str, household: &str, position: &str, name: &str) {
        let insert = "insert into members (insurer, person_key, household_key, insurer_number, establishment, symbol, \
             symbol_nz, number, number_nz, branch, position, class, relationship, kana, kana_fold, fold_version, name, \
             sex, birth_date, acquired_on, loss_reason, burden, language, suppressed, household_refused, former_marks, \
             content, imported_at) values ('aoba', $1, $2, '06999015', '', '91', '91', '200001', '200001', '00', $3, \
             'general', '01', 'ケンポ ショウコ', null, 1, $4, 'female', '2000-01-21', '2022-04-01', '', 3, 'ja', $5, $5, \
             '', $6, 1)";
        let insert =
            sql(insert).bind(person).bind(household).bind(position).bind(name).bind(false).bind(vec![0]);
        self.state.db.execute(insert).await.unwrap();
    }
}

fn exposed(secret: &SecretString) -> &str {
    secrecy::ExposeSecret::expose_secret(secret)
}

/// The configuration of a house on the database at `url`.
fn config(url: &str) -> Config {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config");
    toml::from_str(&format!(
        r#"
server = {{ issuer = "{ISSUER}", listen = "127.0.0.1:0" }}
database = {{ url = "{url}" }}
secrets = {{ master_keys = "k1:{key}" }}
mail = {{ host = "localhost", port = 25, security = "none" }}
sms = {{ url = "https://sms.example.jp/", token = "t" }}
files = {{ insurers = "{root}/insurers", terms = "{root}/terms", clients = "{root}/clients.toml" }}
hashing = {{ workers = 1 }}
"#,
        key = STANDARD.encode([7; 32]),
    ))
    .unwrap()
}
