//! A provider of SMS on a socket of this machine: it takes messages, refuses them, is slow, or takes them and does not
//! say so. A message whose key it knows it does not send again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use http::{HeaderMap, StatusCode};

use crate::http::{Limits, Outbound};
use crate::outbox::Sms;
use crate::sms::{HttpSmsConfig, HttpSmsGateway};

/// How long the tests' gateways wait for an answer; the real ones wait for five seconds.
pub(super) const PATIENCE: Duration = Duration::from_millis(150);

#[derive(Default)]
struct Inside {
    status: Option<StatusCode>,
    delay: Duration,
    seen: Vec<(HeaderMap, serde_json::Value)>,
    sent: BTreeMap<String, usize>,
}

#[derive(Clone)]
pub(super) struct Provider {
    inside: Arc<Mutex<Inside>>,
    config: HttpSmsConfig,
}

impl Provider {
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/send", listener.local_addr().unwrap()).parse().unwrap();
        let inside: Arc<Mutex<Inside>> = Arc::default();
        let shared = Arc::clone(&inside);
        let router =
            Router::new().route("/send", post(async move |headers, body| take(shared, headers, body).await));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { inside, config: HttpSmsConfig { url, token: "token".into() } }
    }

    /// From now on it answers with `status`, and sends nothing unless that is a success.
    pub(super) fn answer(&self, status: StatusCode) {
        self.inside.lock().unwrap().status = Some(status);
    }

    /// From now on it takes messages at once, and says so after `delay`.
    pub(super) fn answer_after(&self, delay: Duration) {
        self.inside.lock().unwrap().delay = delay;
    }

    pub(super) fn gateway(&self) -> HttpSmsGateway {
        let limits = Limits { time: PATIENCE, ..Limits::default() };
        HttpSmsGateway::with_limits(&self.config, &Outbound::default(), limits).unwrap()
    }

    pub(super) fn seen(&self) -> Vec<(HeaderMap, serde_json::Value)> {
        self.inside.lock().unwrap().seen.clone()
    }

    /// How often it was asked.
    pub(super) fn asked(&self) -> usize {
        self.inside.lock().unwrap().seen.len()
    }

    /// What left it for phones: each key, and how often.
    pub(super) fn sent(&self) -> BTreeMap<String, usize> {
        self.inside.lock().unwrap().sent.clone()
    }
}

async fn take(inside: Arc<Mutex<Inside>>, headers: HeaderMap, body: String) -> StatusCode {
    let (status, delay) = {
        let mut inside = inside.lock().unwrap();
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        let key = body["key"].as_str().unwrap().to_owned();
        inside.seen.push((headers, body));
        let status = inside.status.unwrap_or(StatusCode::ACCEPTED);
        if status.is_success() {
            inside.sent.entry(key).or_insert(1);
        }
        (status, inside.delay)
    };
    tokio::time::sleep(delay).await;
    status
}

pub(super) fn sms() -> Sms {
    Sms { to: "+819000001111".to_owned(), text: "認証コード\n123456".to_owned() }
}
