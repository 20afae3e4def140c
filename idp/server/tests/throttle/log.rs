//! What the log says.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Every field of every event of one thread, in one text. One test of this crate may listen.
#[derive(Clone)]
pub struct Log(Arc<Mutex<String>>, ThreadId);

impl Log {
    /// Listens from now on.
    pub fn of_this_thread() -> Self {
        let log = Self(Arc::default(), thread::current().id());
        tracing::subscriber::set_global_default(log.clone()).unwrap();
        log
    }

    /// What was said.
    pub fn said(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

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
