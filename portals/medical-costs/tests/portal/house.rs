//! A portal of a test: its rows, its issuer, its clock.

use std::sync::Arc;

use sekisho_base::{Cx, Timestamp};
use sekisho_medical_costs::rows::MIGRATIONS;
use sekisho_medical_costs::{Config, assemble};
use sekisho_portal_kit::front::Means;
use sekisho_site::clock::{Door, MovableClock};
use sekisho_site::db::{Db, sql};
use sekisho_site::seal::Ring;
use serde_json::{Value, json};

use crate::browser::{Answer, Browser};
use crate::fake_issuer::{CLIENT_ID, FakeIssuer, SECRET, shoko};

/// 2026-11-21 10:24:36 in Japan, a Saturday.
pub const START: Timestamp = Timestamp::from_seconds(1_795_224_276);

/// A portal that answers.
pub struct Portal {
    pub router: axum::Router,
    pub clock: MovableClock,
    pub issuer: FakeIssuer,
    pub db: Db,
}

/// One row of an extract.
#[derive(Clone, Copy)]
pub struct Row<'r> {
    pub person: &'r str,
    pub month: i64,
    pub institution: &'r str,
    pub kind: &'r str,
    /// The whole cost, of which three tenths are paid at the counter.
    pub total: i64,
    pub public: i64,
    /// What was paid for meals, of a whole twice as high.
    pub meals: i64,
    pub refund: i64,
}

/// A visit of Shōko's to a clinic.
pub const VISIT: Row<'_> = Row {
    person: "A0000001",
    month: 202_606,
    institution: "見本クリニック",
    kind: "medical-outpatient",
    total: 10_000,
    public: 0,
    meals: 0,
    refund: 0,
};

impl Portal {
    /// A portal without any data.
    pub async fn empty() -> Self {
        Self::empty_with("").await
    }

    /// A portal without any data, whose configuration goes on so.
    pub async fn empty_with(further: &str) -> Self {
        let clock = MovableClock::at(START);
        let issuer = FakeIssuer::start(Arc::new(clock.clone())).await;
        let db = Db::connect("sqlite::memory:").await.unwrap();
        db.migrate(&MIGRATIONS).await.unwrap();
        let sample = include_str!("../../../../config/medical-costs.toml");
        let mut config: Config = toml::from_str(&format!("{sample}{further}")).unwrap();
        config.oidc.issuer.clone_from(&issuer.url);
        config.oidc.client_id = CLIENT_ID.into();
        config.oidc.client_secret = SECRET.into();
        let ring = Ring::generate(&mut Cx::seeded(START, 1));
        let means = Means { db: db.clone(), ring, door: Door::new(clock.clone()) };
        Self { router: assemble(config, means).unwrap(), clock, issuer, db }
    }

    /// A portal to which Aoba has delivered these rows, until September.
    pub async fn with(rows: &[Row<'_>]) -> Self {
        let portal = Self::empty().await;
        portal.deliver("aoba", (202_501, 202_609), rows).await;
        portal
    }

    /// Notes a delivery.
    pub async fn deliver(&self, insurer: &str, (since, until): (i64, i64), rows: &[Row<'_>]) {
        let delivery =
            sql("insert into imports (insurer, number, started_at, alive_at, ended_at, outcome, since, \
                            until) values ($1, 1, 1, 1, 1, 'merged', $2, $3)");
        self.db.execute(delivery.bind(insurer).bind(since).bind(until)).await.unwrap();
        for (number, row) in (1_i64..).zip(rows) {
            let insert = sql(
                "insert into bills (insurer, person, month, content, copy, place, institution, institution_code, \
                 kind, number, takes, days, total, meal_total, insurer_paid, public_paid, patient_paid, meal_copay, \
                 refund, additional, paid_on, import, replaced_by) values ($1, $2, $3, $4, 1, $5, $5, '', $6, $7, \
                 false, 2, $8, $9, $10, $11, $12, $13, $14, 0, '2026-10-01', 1, null)",
            );
            let own = row.total * 3 / 10;
            let insert = insert
                .bind(insurer)
                .bind(row.person)
                .bind(row.month)
                .bind(number.to_be_bytes().to_vec())
                .bind(row.institution)
                .bind(row.kind)
                .bind(number)
                .bind(row.total)
                .bind(row.meals * 2)
                .bind(row.total - own + row.meals - row.public)
                .bind(row.public)
                .bind(own)
                .bind(row.meals)
                .bind(row.refund);
            self.db.execute(insert).await.unwrap();
        }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// Follows redirects, through the issuer where they lead there, to the first page.
    pub async fn follow(&self, browser: &mut Browser, address: &str) -> (String, Answer) {
        let mut address = address.to_owned();
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
    pub async fn signed_in(&self) -> (Browser, Answer) {
        let mut browser = self.browser();
        let (path, page) = self.follow(&mut browser, "/login?insurer=aoba").await;
        assert_eq!(path, "/costs");
        (browser, page)
    }

    /// Has the issuer say that Shōko may see others.
    pub fn household(&self, relatives: &[(&str, &str, &[&str])]) {
        let relative = |(key, name, purposes): &(&str, &str, &[&str])| json!({ "person_key": key, "name": name, "relationship": "child", "purposes": purposes });
        let mut claims = shoko();
        claims["household"] = relatives.iter().map(relative).collect::<Value>();
        self.issuer.set().insurance = claims;
    }
}

/// The links of a page whose address holds a word.
pub fn links(page: &Answer, word: &str) -> Vec<String> {
    let links = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links
        .filter(|link| link.contains(word))
        .map(|link| link.replace("&#38;", "&").replace("&amp;", "&"))
        .collect()
}
