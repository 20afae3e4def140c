//! A second portal on the front: what it writes itself is here, and nothing more.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/browser.rs"]
mod browser;
#[path = "support/fake_issuer.rs"]
mod fake_issuer;

use std::path::Path;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{FromRef, State};
use axum::response::Response;
use axum::routing::get;
use browser::Browser;
use fake_issuer::{CLIENT_ID, FakeIssuer, SECRET};
use http::StatusCode;
use sekisho_base::{Cx, Table, Timestamp};
use sekisho_portal_kit::front::{self, Both, Head, House, Insurer, Means, Portal, Sections, own_switch};
use sekisho_portal_kit::{Kit, SignedIn};
use sekisho_site::clock::{Door, MovableClock, SystemClock};
use sekisho_site::db::{Db, Migrator};
use sekisho_site::page::{Asset, Shell};
use sekisho_site::seal::Ring;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/certificate");
static FILES: &[Asset] = &[
    Asset { name: "letters.css", kind: "text/css; charset=utf-8", bytes: b".letter{color:red}" },
    Asset { name: "icon-180.png", kind: "image/png", bytes: b"an icon" },
];

const JA: &str = "[portal]\nwhat = \"お便り\"\nplatform = \"お便りの窓口\"\nplatform_what = \"会員の方へ\"\n\
    [front.away]\nextra = \"郵便でもお届けします。\"\n";
const EN: &str = "[portal]\nwhat = \"Letters\"\nplatform = \"Letters\"\nplatform_what = \"For members\"\n\
    [front.away]\nextra = \"We send them by post as well.\"\n";

fn letters() -> Portal {
    Portal {
        name: "letters",
        home: "/letters",
        place: ("お便り", "毎月一回"),
        words: Table::parse(JA, EN).unwrap(),
        files: FILES,
        migrations: &MIGRATIONS,
    }
}

#[derive(Clone)]
struct App(House);

impl FromRef<App> for Arc<Kit> {
    fn from_ref(app: &App) -> Self {
        Self::clone(&app.0.kit)
    }
}

#[derive(Template)]
#[template(
    source = "{% extends \"portal.html\" %}{% block title %}{{ title }}{% endblock %}{% block main %}<h1>{{ title }}</h1>{% endblock %}",
    ext = "html"
)]
struct Page<'a> {
    shell: Shell<'a>,
    head: Head,
    title: String,
}

async fn open(State(App(house)): State<App>, arrival: sekisho_site::web::Arrival) -> Response {
    let shell = house.pages.shell(arrival.language, None, own_switch("/", None));
    let title = shell.say("portal.what").to_owned();
    house.pages.show(StatusCode::OK, &Page { head: house.pages.head(None), shell, title })
}

async fn own(
    State(App(house)): State<App>,
    arrival: sekisho_site::web::Arrival,
    member: SignedIn,
) -> Response {
    let insurer = Some(member.session.insurer.as_str());
    let shell = house.pages.shell(arrival.language, insurer, own_switch("/letters", None));
    let title = member.session.claims.membership.name.clone();
    house.pages.show(StatusCode::OK, &Page { head: house.pages.head(insurer), shell, title })
}

fn pages(house: House) -> Router {
    Router::new().route("/", get(open)).route("/letters", get(own)).with_state(App(house))
}

fn sections(issuer: &str) -> Sections {
    let oidc = format!("issuer = {issuer:?}\nclient_id = {CLIENT_ID:?}\nclient_secret = {SECRET:?}");
    let server = "public_url = \"http://localhost:8083\"\nlisten = \"127.0.0.1:0\"\noperators = \"127.0.0.1:0\"\n\
        database = \"sqlite::memory:\"\nloopback = true";
    let insurer = |ja: &str, accent: &str| Insurer {
        name: Both { ja: ja.into(), en: "Aoba".into() },
        seal: "青葉".into(),
        accent: accent.into(),
        phone: "03-0000-0150".into(),
        least_acr: None,
        decision: None,
    };
    Sections {
        server: toml::from_str(server).unwrap(),
        outbound: sekisho_site::http::Outbound::default(),
        oidc: toml::from_str(&oidc).unwrap(),
        master_keys: Some("k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into()),
        keys_file: None,
        insurers: [
            ("aoba", insurer("青葉健康保険組合", "#2f6b4f")),
            ("minato", insurer("港健康保険組合", "#1c7f95")),
        ]
        .map(|(code, insurer)| (code.to_owned(), insurer))
        .into(),
    }
}

async fn portal() -> (FakeIssuer, Browser) {
    let start = Timestamp::from_seconds(1_795_224_276);
    let clock = MovableClock::at(start);
    let issuer = FakeIssuer::start(Arc::new(clock.clone())).await;
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.migrate(&MIGRATIONS).await.unwrap();
    let ring = Ring::generate(&mut Cx::seeded(start, 1));
    let means = Means { db, ring, door: Door::new(clock) };
    let house = House::new(letters(), sections(&issuer.url), means).unwrap();
    (issuer, Browser::new(front::router(&house, pages(house.clone()))))
}

#[tokio::test]
async fn a_second_portal_has_everything_around_its_pages() {
    let (issuer, mut browser) = portal().await;
    let page = browser.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("<h1>お便り</h1>") && page.body.contains("お便りの窓口"), "{}", page.body);
    assert!(page.body.contains("/assets/letters.") && page.body.contains("/assets/install."));
    assert!(page.body.contains(&format!("{}/help", issuer.url)));
    assert!(page.header("content-security-policy").contains(&format!("form-action 'self' {}", issuer.url)));
    assert_eq!(page.header("cache-control"), "no-store");

    let manifest: Value =
        serde_json::from_str(&browser.get("/manifest.webmanifest?insurer=aoba").await.body).unwrap();
    assert_eq!(manifest["name"], "青葉健康保険組合 お便り");
    assert_eq!(manifest["start_url"], "/letters?insurer=aoba");
    let worker = browser.get("/worker.js").await.body;
    assert!(worker.contains("/offline") && worker.contains("/assets/letters."));
    assert!(browser.get("/offline").await.body.contains("href=\"/letters\""));
    assert_eq!(browser.get("/apple-touch-icon.png").await.body, "an icon");
    let missing = browser.get("/nothing").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.body.contains("ページが見つかりません"));

    let chosen = browser.get("/?lang=en&insurer=aoba").await;
    assert_eq!(chosen.location(), "/?insurer=aoba");
    assert!(browser.get("/").await.body.contains("<h1>Letters</h1>"));
}

#[tokio::test]
async fn its_members_sign_in_and_see_their_own_insurers_look() {
    let (issuer, mut browser) = portal().await;
    let sent = browser.get("/letters").await;
    let left = browser.get(sent.location()).await;
    assert_eq!(browser.get(&issuer.answer(left.location())).await.location(), "/letters");
    let page = browser.get("/letters").await;
    assert!(page.body.contains("<h1>健保　翔子</h1>") && page.body.contains("青葉健康保険組合"));
    assert!(page.body.contains("manifest.webmanifest?insurer=aoba"));
    assert!(browser.jar.keys().all(|name| name.starts_with("letters_8083")), "{:?}", browser.jar);
    let ask = browser.get("/logout").await;
    assert!(ask.body.contains("ログアウトしますか") && ask.body.contains("href=\"/letters\""));
    let out = browser.post("/logout", &[("form", &ask.hidden("form"))]).await;
    assert!(out.location().starts_with(&issuer.url));
    assert!(browser.get("/letters").await.location().starts_with("/login?"));
}

#[tokio::test]
async fn pages_that_say_no_are_the_fronts_and_speak_the_portals_words_where_it_has_them() {
    let (issuer, mut browser) = portal().await;
    let left = browser.get("/login").await;
    issuer.set().acr = "urn:sekisho:acr:1f".into();
    let weak = browser.get(&issuer.answer(left.location())).await;
    assert_eq!(weak.status, StatusCode::FORBIDDEN);
    assert!(weak.body.contains("このページを見るには、2つめの鍵が必要です"));
    let (gone, mut nobody) = portal().await;
    gone.set().away = true;
    nobody.language = "en";
    let away = nobody.get("/login").await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(away.body.contains("You cannot sign in just now") && away.body.contains("by post as well"));
    assert!(!away.header("retry-after").is_empty() && !away.header("refresh").is_empty());
}

#[tokio::test]
async fn what_is_started_answers_until_it_is_asked_to_end() {
    let shutdown = CancellationToken::new();
    let parts = (Arc::new(SystemClock) as Arc<_>, shutdown.clone());
    let running = front::start(letters(), sections("http://localhost:1"), parts, pages).await.unwrap();
    let status = async |path: &str| {
        let request =
            http::Request::get(format!("http://{}{path}", running.address)).body(Vec::new()).unwrap();
        let client = sekisho_site::http::Client::new(sekisho_site::http::Reach::Loopback);
        client.send(request).await.ok().map(|answer| answer.status().as_u16())
    };
    assert_eq!(status("/").await, Some(200));
    assert_eq!(status("/login").await, Some(503));
    shutdown.cancel();
    running.ended().await;

    let mut keyless = sections("http://localhost:1");
    keyless.master_keys = None;
    let parts = (Arc::new(SystemClock) as Arc<_>, CancellationToken::new());
    assert!(front::start(letters(), keyless, parts, pages).await.is_err());
}

#[test]
fn the_sign_in_uses_nothing_of_the_front() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_file() && name != "front.rs" && name != "lib.rs" {
            let text = std::fs::read_to_string(&path).unwrap();
            for word in ["front", "askama", "templates/"] {
                let used =
                    text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
                assert!(!used, "{name} uses {word}");
            }
        }
    }
}
