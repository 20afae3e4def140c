//! A whole identity provider in memory, with sample members.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use sekisho_base::Timestamp;
use sekisho_idp::config::Config;
use sekisho_idp::flows::import::{self, Findings, Place, Plan};
use sekisho_idp::mail::Writers;
use sekisho_idp::startup;
use sekisho_idp::state::State;
use sekisho_idp::web::routes;
use sekisho_site::clock::{Clock, MovableClock};
use sekisho_site::http::Reach;
use sekisho_site::mail::{Mail, MailTransport};
use sekisho_site::outbox::{Caller, Failure, Senders, Sms, SmsGateway, Worker};
use tokio_util::sync::{CancellationToken, DropGuard};

/// 2026-11-21 10:00 in Tokyo.
pub const MORNING: i64 = 1_795_222_800;

/// What was delivered, newest last: address, subject, text.
#[derive(Clone, Default)]
pub struct LetterBox(Arc<Mutex<Vec<(String, String, String)>>>);

impl LetterBox {
    fn put(&self, to: &str, subject: &str, text: &str) {
        self.0.lock().unwrap().push((to.to_owned(), subject.to_owned(), text.to_owned()));
    }

    /// Everything that was delivered to somebody.
    pub fn all_to(&self, to: &str) -> Vec<(String, String)> {
        let all = self.0.lock().unwrap();
        all.iter()
            .filter(|(name, ..)| name == to)
            .map(|(_, subject, text)| (subject.clone(), text.clone()))
            .collect()
    }

    /// Waits for the `count`th message to somebody.
    pub async fn wait(&self, to: &str, count: usize) -> (String, String) {
        for _ in 0..400 {
            if let Some(found) = self.all_to(to).into_iter().nth(count - 1) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nothing was delivered to {to}");
    }

    /// The code in the `count`th message to somebody: the first run of digits in its text.
    pub async fn code(&self, to: &str, count: usize) -> String {
        let (_, text) = self.wait(to, count).await;
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect()
    }
}

#[async_trait]
impl MailTransport for LetterBox {
    async fn send(&self, mail: &Mail, _message_id: &str, _now: Timestamp) -> Result<(), Failure> {
        self.put(&mail.to, &mail.subject, &mail.text);
        Ok(())
    }
}

#[async_trait]
impl SmsGateway for LetterBox {
    async fn send(&self, sms: &Sms, _key: &str) -> Result<(), Failure> {
        self.put(&sms.to, "", &sms.text);
        Ok(())
    }
}

/// A house to knock at.
pub struct House {
    pub state: Arc<State>,
    pub router: Router,
    pub letters: LetterBox,
    pub clock: MovableClock,
    _files: tempfile::TempDir,
    _worker: DropGuard,
}

impl House {
    /// Builds the house: two insurers, the members of one.
    pub async fn new() -> Self {
        let files = tempfile::tempdir().unwrap();
        let clock = MovableClock::at(Timestamp::from_seconds(MORNING));
        let state = startup::prepare(config(&files), Arc::new(clock.clone())).await.unwrap();
        let letters = LetterBox::default();
        let senders = Senders {
            mail: Arc::new(letters.clone()),
            sms: Arc::new(letters.clone()),
            call: Arc::new(Caller::new(Reach::Loopback)),
        };
        let render = Arc::new(Writers::new(Arc::clone(&state)));
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let worker = Worker::new(state.db.clone(), Arc::clone(&state.ring), shared, render, senders);
        let end = CancellationToken::new();
        tokio::spawn(worker.run(end.clone()));
        let house = Self {
            router: routes::router(&state),
            state,
            letters,
            clock,
            _files: files,
            _worker: end.drop_guard(),
        };
        house.import_members().await;
        house
    }

    async fn import_members(&self) {
        let extract = include_bytes!("../../../../config/sample/members-aoba.csv").as_slice();
        let insurer = self.state.insurers.find("aoba").unwrap();
        let plan = Plan::new(insurer, self.clock.now().date_in_tokyo());
        let mut findings = Findings::new(Vec::new());
        let place = Place::of(&self.state);
        import::import(place, &plan, extract, &mut findings, &mut |_| {}).await.unwrap();
    }

    /// Lets time pass.
    pub fn later(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

fn config(files: &tempfile::TempDir) -> Config {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config");
    let path = files.path().display();
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
        insurers = "{root}/insurers"
        terms = "{root}/terms"
        clients = "{root}/clients.toml"
        "#
    );
    toml::from_str(&text).unwrap()
}
