//! What the log says of a directory that fails.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::fake::{Fake, Mood};
use crate::house::{House, Site, TOKEN};
use crate::people::{shoko, with};

/// Every field of every event of one thread, in one text. The tests of this crate share one subscriber: a subscriber of
/// one thread's own misses what another thread was the first to say.
#[derive(Clone)]
struct Log(Arc<Mutex<String>>, ThreadId);

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{}={value:?} ", field.name()).unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        if thread::current().id() == self.1 && event.metadata().target().starts_with("sekisho") {
            event.record(&mut Line(&mut self.0.lock().unwrap()));
        }
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn lo_08_the_log_says_why_and_of_nobody() {
    let log = Log(Arc::default(), thread::current().id());
    tracing::subscriber::set_global_default(log.clone()).unwrap();
    let fake = Fake::of(&[shoko()]).await;
    let house = House::with(Site::minato_with(&fake, "failures = 2\npause_seconds = 10")).await;
    let wrong = with(shoko(), &[("sex", json!("秘密")), ("person_key", json!("M3000001"))]);
    fake.goes_through([
        Mood::json(&json!({ "records": [wrong] })),
        Mood::Says(vec![("content-type", "text/html".to_owned())], b"<p>M3000001</p>".to_vec()),
        Mood::Status(418),
        Mood::Right,
    ]);
    for _ in 0..3 {
        assert!(house.is_away().await);
    }
    house.later(10);
    assert!(house.ask().await.is_ok());
    let said = log.0.lock().unwrap().clone();
    for expected in ["minato", "candidates", "HTTP status 418", "is away", "is back", "no plain JSON"] {
        assert!(said.contains(expected), "{expected} in {said}");
    }
    for secret in ["200001", "M3000001", "秘密", "翔子", &fake.address.port().to_string(), TOKEN] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}
