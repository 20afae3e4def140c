//! What the log says on the test's own thread.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{self, ThreadId};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Every field of every event, by thread. The tests share one subscriber: one of a thread's own misses what another
/// thread was the first to say.
type Lines = Arc<Mutex<Vec<(ThreadId, String)>>>;

#[derive(Clone, Default)]
struct Log(Lines);

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
        if event.metadata().target().starts_with("sekisho") {
            let mut line = String::new();
            event.record(&mut Line(&mut line));
            self.0.lock().unwrap().push((thread::current().id(), line));
        }
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

static LOG: OnceLock<Log> = OnceLock::new();

/// Begins to listen. What was said before is not heard.
pub fn listen() {
    LOG.get_or_init(|| {
        let log = Log::default();
        tracing::subscriber::set_global_default(log.clone()).unwrap();
        log
    });
}

/// What was said on this thread that has some words in it.
pub fn said(words: &str) -> Vec<String> {
    let this = thread::current().id();
    let all = LOG.get_or_init(Log::default).0.lock().unwrap();
    all.iter()
        .filter(|(id, line)| *id == this && line.contains(words))
        .map(|(_, line)| line.clone())
        .collect()
}
