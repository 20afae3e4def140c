//! A house with an outbox, and senders that behave as they are told.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use sekisho_base::{Cx, Timestamp};
use serde_json::{Value, json};
use sqlx::migrate::{Migration, MigrationType};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, Door, MovableClock};
use crate::db::trial::Trial;
use crate::db::{Migrator, sql};
use crate::mail::{Mail, MailTransport, Sender};
use crate::outbox::*;
use crate::seal::Ring;

pub(super) const MIGRATION: &str = include_str!("../../../../../migrations/idp/0002_outbox.sql");

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mode {
    Open,
    Away,
    RefusesFirst,
    Slow,
}

pub(super) struct Fake {
    mode: Mutex<Mode>,
    tried: AtomicUsize,
    taken: Mutex<Vec<String>>,
    keys: Mutex<HashSet<String>>,
    poison: Mutex<Option<String>>,
}

impl Fake {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            mode: Mutex::new(Mode::Open),
            tried: AtomicUsize::new(0),
            taken: Mutex::default(),
            keys: Mutex::default(),
            poison: Mutex::default(),
        })
    }

    pub(super) fn set(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }

    pub(super) fn poison(&self, id: OutboxId) {
        *self.poison.lock().unwrap() = Some(id.to_string());
    }

    pub(super) fn tried(&self) -> usize {
        self.tried.load(Ordering::SeqCst)
    }

    pub(super) fn delivered(&self) -> usize {
        self.taken.lock().unwrap().len()
    }

    pub(super) fn sent(&self) -> HashSet<String> {
        self.taken.lock().unwrap().iter().cloned().collect()
    }

    pub(super) fn keys(&self) -> HashSet<String> {
        self.keys.lock().unwrap().clone()
    }

    async fn take(&self, key: &str) -> Result<(), Failure> {
        let mode = *self.mode.lock().unwrap();
        self.keys.lock().unwrap().insert(key.to_owned());
        self.tried.fetch_add(1, Ordering::SeqCst);
        let poisoned = self.poison.lock().unwrap().as_ref().is_some_and(|id| key.contains(id));
        match mode {
            Mode::Away => return Err(Failure::Later("SMTP: no connection".to_owned())),
            Mode::RefusesFirst if poisoned => return Err(Failure::Refused("SMTP 550".to_owned())),
            Mode::Slow => tokio::time::sleep(Duration::from_millis(200)).await,
            _ => {}
        }
        self.taken.lock().unwrap().push(key.to_owned());
        Ok(())
    }
}

#[async_trait]
impl MailTransport for Fake {
    async fn send(&self, _: &Mail, message_id: &str, _: Timestamp) -> Result<(), Failure> {
        self.take(message_id).await
    }
}

#[async_trait]
impl SmsGateway for Fake {
    async fn send(&self, _: &Sms, key: &str) -> Result<(), Failure> {
        self.take(key).await
    }
}

#[async_trait]
impl CallSender for Fake {
    async fn call(&self, call: &Call) -> Result<(), Failure> {
        self.take(call.url.as_str()).await
    }
}

struct Plain;

impl Render for Plain {
    fn render(&self, kind: &str, payload: &Value, _: Timestamp) -> Result<Outgoing, RenderError> {
        let code = payload["code"].as_str().unwrap_or_default();
        match kind {
            "mail" => Ok(Outgoing::Mail(mail(code))),
            "sms" => Ok(Outgoing::Sms(Sms { to: "+819012345678".to_owned(), text: code.to_owned() })),
            "panic" => panic!("while rendering"),
            _ => Err(RenderError::new("no such kind")),
        }
    }
}

pub(super) fn mail(code: &str) -> Mail {
    Mail {
        to: "taro..yamada@carrier.example.jp".to_owned(),
        from: Sender {
            name: "青葉健康保険組合".to_owned(), address: "no-reply@aoba.example.jp".to_owned()
        },
        reply_to: None,
        subject: "認証コード".to_owned(),
        text: format!("認証コード\n\n{code}\n"),
        html: format!("<p>{code}</p>"),
    }
}

pub(super) struct House {
    pub(super) trial: Trial,
    pub(super) ring: Ring,
    pub(super) clock: MovableClock,
    pub(super) mail: Arc<Fake>,
    pub(super) sms: Arc<Fake>,
}

impl House {
    pub(super) async fn both() -> [Self; 2] {
        let [sqlite, postgres] = Trial::both().await.unwrap();
        [Self::new(sqlite).await, Self::new(postgres).await]
    }

    pub(super) async fn new(trial: Trial) -> Self {
        let text = sqlx::SqlSafeStr::into_sql_str(MIGRATION);
        let migration = Migration::new(2, "outbox".into(), MigrationType::Simple, text, false);
        trial.db.migrate(&Migrator::with_migrations(vec![migration])).await.unwrap();
        let clock = MovableClock::at(Timestamp::from_seconds(1_700_000_000));
        let ring = Ring::generate(&mut Door::new(clock.clone()).cx());
        Self { trial, ring, clock, mail: Fake::new(), sms: Fake::new() }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn cx(&self) -> Cx {
        Door::new(self.clock.clone()).cx()
    }

    pub(super) fn intent(&self, lane: Lane, seconds: u64) -> Intent {
        Intent {
            kind: if lane == Lane::Sms { "sms" } else { "mail" },
            lane,
            payload: json!({ "code": "123456" }),
            due_at: None,
            expires_at: self.now() + Duration::from_secs(seconds),
            target: "carrier.example.jp".to_owned(),
        }
    }

    pub(super) async fn put(&self, lane: Lane, seconds: u64) -> OutboxId {
        self.put_intent(self.intent(lane, seconds)).await
    }

    pub(super) async fn put_intent(&self, intent: Intent) -> OutboxId {
        let mut tx = self.trial.db.begin().await.unwrap();
        let id = put(&mut tx, &self.ring, &mut self.cx(), intent).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub(super) async fn rows(&self) -> i64 {
        let row = self.trial.db.fetch_one(sql("select count(*) as n from outbox")).await.unwrap();
        row.get("n").unwrap()
    }

    pub(super) async fn until_empty(&self) {
        for _ in 0..200 {
            if self.rows().await == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("rows remain");
    }

    pub(super) async fn until_dead(&self) -> DeadLetter {
        for _ in 0..200 {
            if let Some(dead) = dead_letters(&self.trial.db).await.unwrap().pop() {
                return dead;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("no dead letter");
    }

    pub(super) fn worker(&self) -> Worker {
        self.worker_by(Arc::clone(&self.mail) as Arc<dyn MailTransport>)
    }

    pub(super) fn worker_by(&self, mail: Arc<dyn MailTransport>) -> Worker {
        let senders = Senders { mail, sms: Arc::clone(&self.sms) as _, call: Arc::clone(&self.sms) as _ };
        let clock = Arc::new(self.clock.clone());
        Worker::new(self.trial.db.clone(), self.ring.clone(), clock, Arc::new(Plain), senders)
    }

    pub(super) fn start(&self) -> Running {
        Running::start(self.worker())
    }
}

/// A worker that is stopped when this value goes.
pub(super) struct Running {
    shutdown: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Running {
    pub(super) fn start(worker: Worker) -> Self {
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(worker.run(shutdown.clone()));
        Self { shutdown, task: Some(task) }
    }

    pub(super) async fn stop(mut self) {
        self.shutdown.cancel();
        self.task.take().unwrap().await.unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

pub(super) async fn eventually(mut holds: impl FnMut() -> bool, what: &str) {
    for _ in 0..400 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("never: {what}");
}
