//! Keys read from a real server, over https under an authority of the test's own.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use sekisho_domain::jose::SigningKey;
use sekisho_site::http::{Limits, Reach, Tls, trial};
use serde_json::json;

use super::*;

/// How a host behaves.
#[derive(Clone)]
enum Mood {
    Publishes(Vec<Arc<sekisho_domain::jose::VerifyingKey>>),
    Says(&'static str),
    Fails,
    Hangs,
}

/// A relying party's host, and the keys as we know them.
struct House {
    keys: ClientKeys,
    uri: Url,
    asked: Arc<AtomicUsize>,
    mood: Arc<Mutex<Mood>>,
}

impl House {
    async fn open(mood: Mood) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (asked, mood) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(mood)));
        let (count, says) = (Arc::clone(&asked), Arc::clone(&mood));
        let answer = async move || {
            count.fetch_add(1, Ordering::SeqCst);
            let mood = says.lock().unwrap().clone();
            answer(mood).await
        };
        let router = Router::new().route("/jwks", get(answer.clone())).route("/other", get(answer));
        let (outbound, port) = trial::host("rp.sekisho.test", router, folder.path()).await;
        let uri = format!("https://rp.sekisho.test:{port}/jwks");
        let client = outbound.client_with(Reach::Public, Limits::DOCUMENT, Tls::default()).unwrap();
        Self { keys: ClientKeys::new(client), uri: uri.parse().unwrap(), asked, mood }
    }

    fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Whether the key of this name is had at a second.
    async fn has(&self, kid: &str, second: i64) -> Result<bool, Away> {
        let keys = self.keys.keys(&self.uri, None, Some(kid), at(second)).await?;
        Ok(keys.find(kid).is_some())
    }
}

async fn answer(mood: Mood) -> Response {
    match mood {
        Mood::Publishes(keys) => axum::Json(json!(KeySet::new(keys).to_jwks())).into_response(),
        Mood::Says(text) => text.into_response(),
        Mood::Fails => http::StatusCode::BAD_GATEWAY.into_response(),
        Mood::Hangs => std::future::pending().await,
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000 + second)
}

fn publishes(keys: &[&SigningKey]) -> Mood {
    Mood::Publishes(keys.iter().map(|key| Arc::clone(key.public())).collect())
}

fn key() -> SigningKey {
    SigningKey::generate(Alg::Es256).unwrap()
}

#[tokio::test]
async fn keys_are_read_once_and_again_after_five_minutes() {
    let key = key();
    let house = House::open(publishes(&[&key])).await;
    for second in [0, 1, 299] {
        assert_eq!(house.has(key.kid(), second).await, Ok(true));
    }
    assert_eq!(house.asked(), 1);
    house.becomes(publishes(&[&self::key()]));
    assert_eq!(house.has(key.kid(), 300).await, Ok(false), "a key that was taken away is none any more");
    assert_eq!(house.asked(), 2);
}

#[tokio::test]
async fn a_key_that_a_client_changed_to_is_read_when_it_is_first_named() {
    let (before, after) = (key(), key());
    let house = House::open(publishes(&[&before])).await;
    assert_eq!(house.has(before.kid(), 0).await, Ok(true));
    house.becomes(publishes(&[&after]));
    assert_eq!(house.has(after.kid(), 29).await, Ok(false), "it was asked less than half a minute ago");
    assert_eq!(house.has(after.kid(), 30).await, Ok(true));
    assert_eq!(house.has(before.kid(), 31).await, Ok(false));
}

#[tokio::test]
async fn names_that_somebody_makes_up_ask_twice_a_minute_at_most() {
    let key = key();
    let house = House::open(publishes(&[&key])).await;
    for second in 0..60 {
        for name in 0..20 {
            assert_eq!(house.has(&format!("made-up-{second}-{name}"), second).await, Ok(false));
        }
        assert_eq!(house.has(key.kid(), second).await, Ok(true));
    }
    assert_eq!(house.asked(), 2);
}

#[tokio::test]
async fn fifty_who_need_the_same_keys_ask_once() {
    let key = key();
    let house = Arc::new(House::open(publishes(&[&key])).await);
    let asking: Vec<_> = (0..50)
        .map(|_| {
            let (house, kid) = (Arc::clone(&house), key.kid().to_owned());
            tokio::spawn(async move { house.has(&kid, 0).await })
        })
        .collect();
    for one in asking {
        assert_eq!(one.await.unwrap(), Ok(true));
    }
    assert_eq!(house.asked(), 1);
}

#[tokio::test]
async fn what_was_read_before_serves_for_a_day_while_the_host_is_away() {
    let key = key();
    let house = House::open(publishes(&[&key])).await;
    assert_eq!(house.has(key.kid(), 0).await, Ok(true));
    house.becomes(Mood::Fails);
    for second in [300, 301, 310, 329] {
        assert_eq!(house.has(key.kid(), second).await, Ok(true));
    }
    assert_eq!(house.asked(), 2, "whoever is away is asked every half minute");
    house.becomes(Mood::Says("{\"keys\": []}"));
    assert_eq!(house.has(key.kid(), 330).await, Ok(true));
    assert_eq!(house.has(key.kid(), 24 * 3_600 - 1).await, Ok(true));
    assert_eq!(house.has(key.kid(), 24 * 3_600).await, Err(Away));
    house.becomes(publishes(&[&key]));
    assert_eq!(house.has(key.kid(), 24 * 3_600 + 28).await, Err(Away));
    assert_eq!(house.has(key.kid(), 24 * 3_600 + 29).await, Ok(true));
}

#[tokio::test]
async fn ss_05_a_host_that_hangs_is_given_up_and_holds_up_nobody_else() {
    let key = key();
    let house = Arc::new(House::open(publishes(&[&key])).await);
    assert_eq!(house.has(key.kid(), 0).await, Ok(true));
    house.becomes(Mood::Hangs);
    let (waiting, kid) = (Arc::clone(&house), key.kid().to_owned());
    let waits = tokio::spawn(async move { waiting.has(&kid, 300).await });
    while house.asked() < 2 {
        tokio::task::yield_now().await;
    }
    // While one waits, the others go by what was read before, and other keys are read.
    let others = tokio::time::timeout(Duration::from_secs(1), house.has(key.kid(), 300)).await;
    assert_eq!(others.expect("they do not wait"), Ok(true));
    house.becomes(publishes(&[&key]));
    let other = house.uri.join("/other").unwrap();
    let read = house.keys.keys(&other, None, Some(key.kid()), at(300));
    let read = tokio::time::timeout(Duration::from_secs(1), read).await.expect("another host is read");
    assert!(read.unwrap().find(key.kid()).is_some());
    let given_up = tokio::time::timeout(Duration::from_millis(3_900), waits).await;
    assert_eq!(given_up.expect("after three seconds").unwrap(), Ok(true));
}

#[tokio::test]
async fn ss_06_whatever_is_wrong_with_an_address_the_answer_is_the_same() {
    let house = House::open(Mood::Says("no keys here")).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for uri in [
        house.uri.to_string(),
        house.uri.join("/missing").unwrap().to_string(),
        format!("https://rp.sekisho.test:{closed}/"),
        "https://127.0.0.1/".to_owned(),
        "http://rp.example.jp/".to_owned(),
        "https://localhost./".to_owned(),
    ] {
        let away = house.keys.keys(&uri.parse().unwrap(), None, None, at(0)).await;
        assert_eq!(away, Err(Away), "{uri}");
        assert_eq!(Away.to_string(), "the client's keys cannot be read");
    }
}

#[tokio::test]
async fn addresses_beyond_a_thousand_push_out_those_unused_for_longest() {
    let house = House::open(Mood::Fails).await;
    let uri = |number: usize| format!("https://rp-{number}.example.jp/").parse::<Url>().unwrap();
    for number in 0..PLACES {
        house.keys.place(&uri(number), None, at(0));
    }
    house.keys.place(&uri(0), None, at(1));
    house.keys.place(&uri(PLACES), None, at(2));
    let places = house.keys.places.lock().unwrap();
    assert_eq!(places.len(), PLACES);
    assert!(places.contains_key(&(uri(0), None)) && places.contains_key(&(uri(PLACES), None)));
}
