//! A member directory that answers as a test wants it to.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

/// How it answers.
#[derive(Clone)]
pub enum Mood {
    /// As the contract says, of these records.
    Right,
    /// The same, after a while.
    Late(Duration),
    /// With a status and nothing else.
    Status(u16),
    /// With headers and a body of the test's own.
    Says(Vec<(&'static str, String)>, Vec<u8>),
    /// With headers, and then it breaks the connection off.
    BreaksOff,
    /// With a body that never ends.
    Endless,
    /// With a byte now and then.
    Drips,
}

impl Mood {
    /// JSON of the test's own.
    pub fn json(body: &Value) -> Self {
        Self::body(body.to_string())
    }

    /// Something that calls itself JSON.
    pub fn body(body: impl Into<Vec<u8>>) -> Self {
        Self::Says(vec![("content-type", "application/json".to_owned())], body.into())
    }
}

/// What it was asked.
#[derive(Clone, Debug)]
pub struct Question {
    pub method: Method,
    pub target: String,
    pub headers: HeaderMap,
    pub body: Value,
}

/// A directory at a real port.
#[derive(Clone)]
pub struct Fake {
    pub records: Arc<Mutex<Vec<Value>>>,
    moods: Arc<Mutex<VecDeque<Mood>>>,
    questions: Arc<Mutex<Vec<Question>>>,
    now: Arc<AtomicUsize>,
    peak: Arc<AtomicUsize>,
    pub address: SocketAddr,
}

impl Fake {
    /// A directory with some records, over plain http.
    pub async fn of(records: &[Value]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self::at(listener.local_addr().unwrap(), records);
        let router = fake.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    /// A directory that somebody else serves.
    pub fn at(address: SocketAddr, records: &[Value]) -> Self {
        Self {
            records: Arc::new(Mutex::new(records.to_vec())),
            moods: Arc::new(Mutex::new(VecDeque::from([Mood::Right]))),
            questions: Arc::default(),
            now: Arc::default(),
            peak: Arc::default(),
            address,
        }
    }

    /// What answers.
    pub fn router(&self) -> Router {
        Router::new().fallback(answer).with_state(self.clone())
    }

    /// The line of an insurer's file that names it.
    pub fn url(&self) -> String {
        format!("http://localhost:{}/v1", self.address.port())
    }

    /// From now on it answers like this.
    pub fn becomes(&self, mood: Mood) {
        *self.moods.lock().unwrap() = VecDeque::from([mood]);
    }

    /// It answers like each of these once, and like the last from then on.
    pub fn goes_through(&self, moods: impl IntoIterator<Item = Mood>) {
        *self.moods.lock().unwrap() = moods.into_iter().collect();
    }

    /// What it was asked so far.
    pub fn questions(&self) -> Vec<Question> {
        self.questions.lock().unwrap().clone()
    }

    /// How often it was asked.
    pub fn count(&self) -> usize {
        self.questions.lock().unwrap().len()
    }

    /// How many questions were on its desk at once.
    pub fn peak(&self) -> usize {
        self.peak.load(Ordering::SeqCst)
    }

    fn mood(&self) -> Mood {
        let mut moods = self.moods.lock().unwrap();
        if moods.len() > 1 { moods.pop_front().unwrap() } else { moods[0].clone() }
    }

    /// The records that a question means, as a database would find them.
    fn found(&self, question: &Question) -> Value {
        let (field, same): (_, fn(&Value, &Question) -> bool) = match question.target.as_str() {
            "/v1/candidates" => ("symbol", |record, asked| {
                record["symbol"] == asked.body["symbol"] && record["number"] == asked.body["number"]
            }),
            "/v1/person" => ("person_key", |record, asked| record["person_key"] == asked.body["person_key"]),
            "/v1/household" => {
                ("household_key", |record, asked| record["household_key"] == asked.body["household_key"])
            }
            "/v1/given-id" => ("id", |record, asked| {
                let of = |field: &str| record[field].as_str().unwrap().to_owned();
                asked.body["id"] == format!("7132-{:0>3}{:0>6}", of("symbol"), of("number"))
                    && record["position"] == "insured"
            }),
            other => panic!("nothing is asked at {other}"),
        };
        assert!(question.body[field].is_string(), "{question:?}");
        let records = self.records.lock().unwrap();
        json!({ "records": records.iter().filter(|record| same(record, question)).collect::<Vec<_>>() })
    }
}

/// Counts who is at the desk, also when they are sent away.
struct Desk(Arc<AtomicUsize>);

impl Drop for Desk {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn answer(State(fake): State<Fake>, request: Request) -> Response {
    let _desk = Desk(Arc::clone(&fake.now));
    fake.peak.fetch_max(fake.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
    let (parts, body) = request.into_parts();
    let body: Bytes = body.collect().await.unwrap().to_bytes();
    let question = Question {
        method: parts.method,
        target: parts.uri.to_string(),
        headers: parts.headers,
        body: serde_json::from_slice(&body).unwrap(),
    };
    fake.questions.lock().unwrap().push(question.clone());
    let right = || axum::Json(fake.found(&question)).into_response();
    match fake.mood() {
        Mood::Right => right(),
        Mood::Late(time) => {
            tokio::time::sleep(time).await;
            right()
        }
        Mood::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Mood::Says(headers, body) => {
            let mut response = body.into_response();
            response.headers_mut().clear();
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
        Mood::BreaksOff => streamed(futures::stream::iter([Err(std::io::Error::other("gone"))])),
        Mood::Endless => streamed(futures::stream::repeat_with(|| Ok::<_, Infallible>(vec![b' '; 4096]))),
        Mood::Drips => streamed(futures::stream::unfold((), async |()| {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Some((Ok::<_, Infallible>(vec![b' ']), ()))
        })),
    }
}

fn streamed<S, E>(stream: S) -> Response
where
    S: futures::Stream<Item = Result<Vec<u8>, E>> + Send + 'static,
    E: Into<axum::BoxError>,
{
    ([("content-type", "application/json")], Body::from_stream(stream)).into_response()
}
