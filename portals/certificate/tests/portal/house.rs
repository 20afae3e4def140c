//! A portal with its issuer, in one process, and a browser that walks through both.

use std::sync::Arc;
use std::time::Duration;

use sekisho_base::{Cx, Timestamp};
use sekisho_certificate::rows::MIGRATIONS;
use sekisho_certificate::{Config, Means, assemble};
use sekisho_site::clock::{Door, MovableClock};
use sekisho_site::db::{Db, sql};
use sekisho_site::seal::Ring;
use serde_json::json;

use crate::browser::{Answer, Browser};
use crate::fake_issuer::{CLIENT_ID, FakeIssuer, SECRET, shoko};

/// 2026-11-21 10:24:36 in Japan, a Saturday.
pub const START: Timestamp = Timestamp::from_seconds(1_795_224_276);
pub const HOUR: Duration = Duration::from_hours(1);

pub struct Portal {
    pub router: axum::Router,
    pub clock: MovableClock,
    pub issuer: FakeIssuer,
    pub db: Db,
    pub config: Config,
}

pub async fn portal() -> Portal {
    portal_with(|_| ()).await
}

/// A portal whose configuration differs from the sample.
pub async fn portal_with(change: impl FnOnce(&mut Config)) -> Portal {
    let clock = MovableClock::at(START);
    let issuer = FakeIssuer::start(Arc::new(clock.clone())).await;
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.migrate(&MIGRATIONS).await.unwrap();
    let mut config: Config = toml::from_str(include_str!("../../../../config/certificate.toml")).unwrap();
    config.oidc.issuer.clone_from(&issuer.url);
    config.oidc.client_id = CLIENT_ID.into();
    config.oidc.client_secret = SECRET.into();
    change(&mut config);
    let ring = Ring::generate(&mut Cx::seeded(START, 1));
    let means = Means { db: db.clone(), ring, door: Door::new(clock.clone()) };
    let router = assemble(config.clone(), means).unwrap();
    Portal { router, clock, issuer, db, config }
}

impl Portal {
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// Follows redirects, through the issuer where they lead there, to the first page.
    pub async fn follow(&self, browser: &mut Browser, address: &str) -> (String, Answer) {
        self.walk(browser, address.to_owned()).await
    }

    async fn walk(&self, browser: &mut Browser, mut address: String) -> (String, Answer) {
        for _ in 0..12 {
            if address.starts_with(&self.issuer.url) {
                address = self.issuer.answer(&address);
            }
            let answer = browser.get(&address).await;
            if answer.location().is_empty() {
                return (address, answer);
            }
            answer.location().clone_into(&mut address);
        }
        panic!("redirected without end, last to {address}");
    }

    /// Signs a browser in and gives the page it lands on.
    pub async fn signed_in(&self) -> (Browser, String, Answer) {
        let mut browser = self.browser();
        let (path, page) = self.follow(&mut browser, "/login?insurer=aoba").await;
        (browser, path, page)
    }

    /// Posts a form and follows to the page it leads to.
    pub async fn submit(
        &self,
        browser: &mut Browser,
        path: &str,
        page: &Answer,
        fields: &[(&str, &str)],
    ) -> (String, Answer) {
        let (form, turn) = (page.hidden("form"), page.hidden("turn"));
        let mut all = vec![("form", form.as_str()), ("turn", turn.as_str())];
        all.extend_from_slice(fields);
        let answer = browser.post(path.split('?').next().unwrap(), &all).await;
        match answer.location() {
            "" => (path.to_owned(), answer),
            to => self.walk(browser, to.to_owned()).await,
        }
    }

    /// Signs in and applies.
    pub async fn applied(&self) -> (Browser, String, Answer) {
        let (mut browser, path, page) = self.signed_in().await;
        let (path, card) = self.submit(&mut browser, &path, &page, &[("reason", "card-lost")]).await;
        (browser, path, card)
    }

    pub async fn count(&self, table: &'static str) -> i64 {
        let query = match table {
            "applications" => sql("select count(*) as n from applications"),
            _ => sql("select count(*) as n from certificates"),
        };
        self.db.fetch_one(query).await.unwrap().get("n").unwrap()
    }
}

/// The number on a card.
pub fn serial(card: &Answer) -> String {
    let after = card
        .body
        .split("発行番号 <span class=\"num\">")
        .nth(1)
        .unwrap_or_else(|| panic!("no serial: {}", card.body));
    after.split('<').next().unwrap().to_owned()
}

/// Shoko's claims, with a child for whom she may apply.
pub fn with_child() -> serde_json::Value {
    let mut claims = shoko();
    claims["household"] = json!([
        { "person_key": "A0000007", "name": "健保　空", "relationship": "child", "purposes": ["certificate"], "branch": "02",
          "name_kana": "ケンポ ソラ", "birth_date": "2024-05-01", "sex": "male", "acquired_on": "2024-05-01" }
    ]);
    claims
}
