//! Logs and metrics.
//!
//! Logs go to standard error. What must stay true: they hold no query, no header, no path that could be a token, no
//! message of a panic; whoever logs a value names it as a field.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde::Deserialize;
use tracing_subscriber::EnvFilter;

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object a line, for machines.
    Json,
}

/// Libraries that would write down what they carry, were they asked for more. `webauthn-rs` and its core do so unasked:
/// a response that cannot be read stands in their errors.
const QUIET: [&str; 8] = [
    "hyper=info",
    "hyper_util=info",
    "lettre=info",
    "rustls=info",
    "sqlx=warn",
    "h2=info",
    "webauthn_rs=off",
    "webauthn_rs_core=off",
];

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts logging at `level` (`info`, or directives such as `warn,sekisho_idp=debug`) and counting. Called once; later
/// calls change nothing, so that several services may live in one process.
pub fn start(format: Format, level: &str) {
    let builder = tracing_subscriber::fmt().with_env_filter(filter(level)).with_writer(std::io::stderr);
    let _ = match format {
        Format::Pretty => builder.with_target(false).try_init(),
        Format::Json => builder.json().flatten_event(true).try_init(),
    };
    METRICS.get_or_init(|| {
        set_panic_hook();
        PrometheusBuilder::new().install_recorder().ok()
    });
}

fn filter(level: &str) -> EnvFilter {
    QUIET
        .iter()
        .filter_map(|directive| directive.parse().ok())
        .fold(EnvFilter::builder().parse_lossy(level), EnvFilter::add_directive)
}

/// The metrics as text; `None` when they were never [started](start).
pub(super) fn metrics() -> Option<String> {
    let handle = METRICS.get()?.as_ref()?;
    handle.run_upkeep();
    Some(handle.render())
}

/// A panic is logged by its place alone: its message may carry anything.
fn set_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        tracing::error!(place, "panic");
    }));
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lo_01_a_library_that_writes_down_responses_is_never_heard() {
        for level in ["info", "trace", "webauthn_rs=trace", "trace,webauthn_rs_core=error", "nonsense=="] {
            let paper = Paper::default();
            let kept = paper.clone();
            let builder = tracing_subscriber::fmt().with_env_filter(filter(level));
            let subscriber = builder.with_writer(move || kept.clone()).finish();
            tracing::subscriber::with_default(subscriber, || {
                tracing::error!(target: "webauthn_rs", "a response");
                tracing::error!(target: "webauthn_rs_core::internals", "a response");
                tracing::error!(target: "sqlx", "a fault");
            });
            let said = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
            assert!(!said.contains("a response"), "{level}: {said}");
        }
    }
}
