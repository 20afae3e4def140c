//! A whole identity provider one of whose insurers asks its own directory.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use sekisho_base::Timestamp;
use sekisho_domain::member::{Marks, Record};
use sekisho_idp::config::Config;
use sekisho_idp::directory::{Failure, MemberDirectory};
use sekisho_idp::flows::clients;
use sekisho_idp::mail::Writers;
use sekisho_idp::startup;
use sekisho_idp::state::State;
use sekisho_idp::web::routes;
use sekisho_site::clock::{Clock, MovableClock};
use sekisho_site::db::sql;
use sekisho_site::http::{Client, Reach};
use sekisho_site::outbox::{Caller, Senders, Worker};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::client::registration;
use crate::fake::Fake;
use crate::letters::LetterBox;

/// 2026-11-21 10:00 in Tokyo.
const MORNING: i64 = 1_795_222_800;

const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config");

/// The token that the directory knows us by.
pub const TOKEN: &str = "the-directory-knows-us-by-this";

/// A house to knock at.
pub struct House {
    pub state: Arc<State>,
    pub router: Router,
    pub letters: LetterBox,
    pub clock: MovableClock,
    insurer: &'static str,
    _files: tempfile::TempDir,
    _worker: DropGuard,
}

/// How a house asks.
pub struct Site<'a> {
    /// Which insurer asks its own directory.
    pub insurer: &'static str,
    /// Lines of its `[directory]`.
    pub directory: String,
    /// Lines of `[directories.CODE]`.
    pub access: String,
    /// Lines of `[throttle]`.
    pub throttle: &'a str,
}

impl Site<'_> {
    /// Minato asks a directory with a token, and has patience enough for a busy machine.
    pub fn minato(fake: &Fake) -> Self {
        Self {
            insurer: "minato",
            directory: format!("url = \"{}\"\nfailures = 100\ntimeout_ms = 5000", fake.url()),
            access: format!("token = \"{TOKEN}\""),
            throttle: "",
        }
    }

    /// The same with lines of `[directory]`.
    pub fn minato_with(fake: &Fake, lines: &str) -> Self {
        Self { directory: format!("url = \"{}\"\n{lines}", fake.url()), ..Self::minato(fake) }
    }
}

impl House {
    /// A house where minato asks a directory.
    pub async fn asking(fake: &Fake) -> Self {
        Self::with(Site::minato(fake)).await
    }

    /// A house that asks in its own way.
    pub async fn with(site: Site<'_>) -> Self {
        Self::open(site).await.unwrap()
    }

    /// The same, where it may fail.
    pub async fn open(site: Site<'_>) -> anyhow::Result<Self> {
        let files = tempfile::tempdir().unwrap();
        let config = config(&site, files.path());
        let clock = MovableClock::at(Timestamp::from_seconds(MORNING));
        let state = startup::prepare(config, Arc::new(clock.clone())).await?;
        clients::apply(&state, vec![registration("rp", "窓")], &mut state.cx()).await?;
        let letters = LetterBox::default();
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
        let insurer = site.insurer;
        Ok(Self { router, state, letters, clock, insurer, _files: files, _worker: end.drop_guard() })
    }

    /// The directory that is asked.
    pub fn directory(&self) -> &dyn MemberDirectory {
        self.state.directory(&self.insurer.parse().unwrap()).unwrap()
    }

    /// Asks for 91-200001.
    pub async fn ask(&self) -> Result<Vec<Record>, Failure> {
        self.directory().candidates(&Marks::new("91"), &Marks::new("200001")).await
    }

    /// Asks, and says whether nobody could be asked.
    pub async fn is_away(&self) -> bool {
        matches!(self.ask().await, Err(Failure::Away { .. }))
    }

    /// Lets time pass.
    pub fn later(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// How many rows a question counts as `n`.
    pub async fn count(&self, count: &'static str) -> i64 {
        self.state.db.fetch_one(sql(count)).await.unwrap().get("n").unwrap()
    }
}

fn config(site: &Site<'_>, files: &Path) -> Config {
    let insurers = files.join("insurers");
    std::fs::create_dir(&insurers).unwrap();
    let name = format!("{}.toml", site.insurer);
    let file = std::fs::read_to_string(format!("{CONFIG}/insurers/{name}")).unwrap();
    std::fs::write(insurers.join(name), format!("{file}\n[directory]\n{}\n", site.directory)).unwrap();
    let (path, insurers) = (files.display(), insurers.display());
    let text = format!(
        r#"
        [server]
        issuer = "http://localhost:8080"
        listen = "127.0.0.1:0"
        loopback = true
        [database]
        url = "sqlite:{path}/idp.db"
        [secrets]
        master_key_path = "{path}/master.key"
        [mail]
        host = "localhost"
        port = 25
        security = "none"
        [sms]
        url = "http://localhost:1/sms"
        token = "t"
        [files]
        insurers = "{insurers}"
        terms = "{CONFIG}/terms"
        clients = "{CONFIG}/clients.toml"
        [throttle]
        refusal_milliseconds = 0
        {}
        [directories.{}]
        {}
        "#,
        site.throttle, site.insurer, site.access
    );
    toml::from_str(&text).unwrap()
}
