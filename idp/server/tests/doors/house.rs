//! A whole identity provider in memory, with the members of all sample insurers.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use sekisho_base::Timestamp;
use sekisho_domain::oidc::client::Registration;
use sekisho_idp::config::Config;
use sekisho_idp::flows::clients;
use sekisho_idp::flows::import::{self, Findings, Place, Plan};
use sekisho_idp::mail::Writers;
use sekisho_idp::startup;
use sekisho_idp::state::State;
use sekisho_idp::web::routes;
use sekisho_site::clock::{Clock, MovableClock};
use sekisho_site::db::trial::Trial;
use sekisho_site::db::{Statement, sql};
use sekisho_site::http::{Client, Reach};
use sekisho_site::outbox::{Caller, Senders, Worker};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::letters::LetterBox;

/// 2026-11-21 10:00 in Tokyo.
pub const MORNING: i64 = 1_795_222_800;

const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config");

const EXTRACTS: [(&str, &[u8]); 5] = [
    ("aoba", include_bytes!("../../../../config/sample/members-aoba.csv")),
    ("kaede", include_bytes!("../../../../config/sample/members-kaede.csv")),
    ("sora", include_bytes!("../../../../config/sample/members-sora.csv")),
    ("minato", include_bytes!("../../../../config/sample/members-minato.csv")),
    ("shinonome", include_bytes!("../../../../config/sample/members-shinonome.csv")),
];

/// A house to knock at.
pub struct House {
    pub state: Arc<State>,
    pub router: Router,
    pub letters: LetterBox,
    pub clock: MovableClock,
    /// Where its database and keys lie.
    pub files: Arc<tempfile::TempDir>,
    trial: Option<Arc<Trial>>,
    _worker: DropGuard,
}

/// How a house differs from others.
#[derive(Default)]
pub struct Site {
    /// Lines of `[throttle]`.
    pub throttle: &'static str,
    /// Lines of `[sms]`.
    pub sms: &'static str,
    /// Another folder of insurers' files.
    pub insurers: Option<PathBuf>,
}

impl House {
    /// A house on `SQLite`, with the members of all sample insurers.
    pub async fn new() -> Self {
        Self::with(Site::default()).await
    }

    /// A house that differs.
    pub async fn with(site: Site) -> Self {
        let files = Arc::new(tempfile::tempdir().unwrap());
        let clock = MovableClock::at(Timestamp::from_seconds(MORNING));
        let house = Self::build(site, (files, None), clock, LetterBox::default()).await;
        house.import_members().await;
        house
    }

    /// The same house on both databases, `SQLite` first.
    pub async fn both() -> [Self; 2] {
        let trial = Trial::postgres().await.unwrap();
        let files = Arc::new(tempfile::tempdir().unwrap());
        let clock = MovableClock::at(Timestamp::from_seconds(MORNING));
        let place = (files, Some(Arc::new(trial)));
        let second = Self::build(Site::default(), place, clock, LetterBox::default()).await;
        second.import_members().await;
        [Self::new().await, second]
    }

    /// The same house, opened again with an insurer's file edited.
    pub async fn reopened(self, file: &str, edit: impl Fn(String) -> String) -> Self {
        let insurers = self.files.path().join("insurers");
        if !insurers.exists() {
            std::fs::create_dir(&insurers).unwrap();
            for entry in std::fs::read_dir(format!("{CONFIG}/insurers")).unwrap() {
                let path = entry.unwrap().path();
                std::fs::copy(&path, insurers.join(path.file_name().unwrap())).unwrap();
            }
        }
        let path = insurers.join(format!("{file}.toml"));
        let edited = edit(std::fs::read_to_string(&path).unwrap());
        std::fs::write(&path, edited).unwrap();
        let site = Site { insurers: Some(insurers), ..Site::default() };
        let place = (Arc::clone(&self.files), self.trial.clone());
        let (clock, letters) = (self.clock.clone(), self.letters.clone());
        drop(self);
        Self::build(site, place, clock, letters).await
    }

    async fn build(
        site: Site,
        (files, trial): (Arc<tempfile::TempDir>, Option<Arc<Trial>>),
        clock: MovableClock,
        letters: LetterBox,
    ) -> Self {
        let config = config(&site, &files, trial.as_deref());
        let state = startup::prepare(config, Arc::new(clock.clone())).await.unwrap();
        let senders = Senders {
            mail: Arc::new(letters.clone()),
            sms: Arc::new(letters.clone()),
            call: Arc::new(Caller::new(Client::new(Reach::Loopback))),
        };
        let render = Arc::new(Writers::new(Arc::clone(&state)));
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let worker = Worker::new(state.db.clone(), Arc::clone(&state.ring), shared, render, senders);
        let end = CancellationToken::new();
        tokio::spawn(worker.run(end.clone()));
        let router = routes::router(&state);
        Self { router, state, letters, clock, files, trial, _worker: end.drop_guard() }
    }

    async fn import_members(&self) {
        for (insurer, extract) in EXTRACTS {
            self.import(insurer, extract).await;
        }
    }

    /// Imports an extract.
    pub async fn import(&self, insurer: &str, extract: &'static [u8]) {
        let insurer = self.state.insurers.find(insurer).unwrap();
        let plan = Plan::new(insurer, self.clock.now().date_in_tokyo());
        let mut findings = Findings::new(Vec::new());
        let place = Place::of(&self.state);
        import::import(place, &plan, extract, &mut findings, &mut |_| {}).await.unwrap();
    }

    /// Registers relying parties.
    pub async fn register(&self, clients: Vec<Registration>) {
        clients::apply(&self.state, clients, &mut self.state.cx()).await.unwrap();
    }

    /// Lets time pass.
    pub fn later(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// How many rows a question counts as `n`.
    pub async fn count(&self, count: &'static str) -> i64 {
        self.state.db.fetch_one(sql(count)).await.unwrap().get("n").unwrap()
    }

    /// The texts a question finds as `t`, in the order it asks for.
    pub async fn texts(&self, find: Statement) -> Vec<String> {
        let rows = self.state.db.fetch_all(find).await.unwrap();
        rows.iter().map(|row| row.get("t").unwrap()).collect()
    }

    /// Changes rows behind the service's back.
    pub async fn change(&self, change: &'static str) {
        self.state.db.execute(sql(change)).await.unwrap();
    }
}

fn config(site: &Site, files: &tempfile::TempDir, trial: Option<&Trial>) -> Config {
    let path = files.path().display();
    let database =
        trial.and_then(|trial| trial.address.clone()).unwrap_or_else(|| format!("sqlite:{path}/idp.db"));
    let insurers = site.insurers.clone().unwrap_or_else(|| format!("{CONFIG}/insurers").into());
    let insurers = insurers.display();
    // Nobody waits here, unless waiting is what a test is about.
    let waits = if site.throttle.contains("refusal") { "" } else { "refusal_milliseconds = 0\n" };
    let sms = site.sms;
    let throttle = format!("{waits}{}", site.throttle);
    let text = format!(
        r#"
        [server]
        issuer = "http://localhost:8080"
        listen = "127.0.0.1:0"
        loopback = true
        [database]
        url = "{database}"
        [secrets]
        master_key_path = "{path}/master.key"
        [mail]
        host = "localhost"
        port = 25
        security = "none"
        [sms]
        url = "http://localhost:1/sms"
        token = "t"
        {sms}
        [files]
        insurers = "{insurers}"
        terms = "{CONFIG}/terms"
        clients = "{CONFIG}/clients.toml"
        [throttle]
        {throttle}
        "#
    );
    toml::from_str(&text).unwrap()
}
