//! What is known of the identity provider: its discovery document and its keys.
//!
//! Both are read once and kept for an hour. Keys are read again when a token names an unknown
//! one, at most once in 30 seconds; a provider that is away is asked again after a pause that
//! grows and is never the same for two of us.

use std::time::Duration;

use openidconnect::core::CoreJsonWebKeySet;
use openidconnect::{AsyncHttpClient as _, IssuerUrl};
use sekisho_base::{Cx, Timestamp};
use std::sync::Arc;
use tokio::sync::Mutex;

use crate::protocol::{Metadata, Outbound};

const KEPT: Duration = Duration::from_hours(1);
const KEYS_AT_MOST_EVERY: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
const ONE_TRIES: Duration = Duration::from_secs(5);
const PROBE_KEPT: Duration = Duration::from_secs(10);

/// The identity provider does not answer, or not as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the identity provider is away")]
pub struct Away;

/// The one identity provider of a portal.
pub(crate) struct Provider {
    issuer: IssuerUrl,
    pub http: Outbound,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    metadata: Option<Arc<Metadata>>,
    read_at: Option<Timestamp>,
    keys_read_at: Option<Timestamp>,
    probed: Option<(Timestamp, bool)>,
    failures: u32,
    not_before: Option<Timestamp>,
}

impl Provider {
    pub fn new(issuer: IssuerUrl, http: sekisho_site::http::Client) -> Self {
        Self { issuer, http: Outbound(http), known: Mutex::new(Known::default()) }
    }

    pub fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// The discovery document and keys, read when there are none or they are an hour old.
    /// While the provider is away, the old ones serve.
    pub async fn metadata(&self, cx: &mut Cx) -> Result<Arc<Metadata>, Away> {
        let mut known = self.known.lock().await;
        if let (Some(metadata), Some(read_at)) = (&known.metadata, known.read_at)
            && cx.now.since(read_at) < KEPT
        {
            return Ok(Arc::clone(metadata));
        }
        if known.not_before.is_some_and(|at| cx.now < at) {
            return known.metadata.clone().ok_or(Away);
        }
        match Metadata::discover_async(self.issuer.clone(), &self.http).await {
            Ok(metadata) => Ok(known.learn(metadata, cx.now)),
            Err(error) => {
                known.fail(cx);
                tracing::warn!(failures = known.failures, error = %chain(&error), "discovery failed");
                known.metadata.clone().ok_or(Away)
            }
        }
    }

    /// The metadata with its keys read again, unless that was done within the last 30 seconds.
    pub async fn reread_keys(&self, cx: &mut Cx) -> Result<Arc<Metadata>, Away> {
        let current = self.metadata(cx).await?;
        let mut known = self.known.lock().await;
        if known.keys_read_at.is_some_and(|at| cx.now.since(at) < KEYS_AT_MOST_EVERY) {
            return Ok(known.metadata.clone().unwrap_or(current));
        }
        known.keys_read_at = Some(cx.now);
        let keys = CoreJsonWebKeySet::fetch_async(current.jwks_uri(), &self.http).await;
        let keys = keys.map_err(|error| {
            tracing::warn!(error = %chain(&error), "the provider's keys cannot be read");
            Away
        })?;
        let metadata = Arc::new(Metadata::clone(&current).set_jwks(keys));
        known.metadata = Some(Arc::clone(&metadata));
        Ok(metadata)
    }

    /// Whether the provider may be asked for claims now: not in the pause after a failure, at whose end one of us tries.
    pub async fn may_be_asked(&self, now: Timestamp) -> bool {
        let mut known = self.known.lock().await;
        if known.failures == 0 {
            return true;
        }
        if known.not_before.is_some_and(|at| now < at) {
            return false;
        }
        known.not_before = Some(now + ONE_TRIES);
        true
    }

    /// Notes that the provider answered.
    pub async fn has_answered(&self, now: Timestamp) {
        let mut known = self.known.lock().await;
        (known.failures, known.not_before, known.probed) = (0, None, Some((now, true)));
    }

    /// Notes that it did not.
    pub async fn has_failed(&self, cx: &mut Cx) {
        self.known.lock().await.fail(cx);
    }

    /// Whether the provider answers just now; asked at most once in ten seconds.
    pub async fn answers(&self, cx: &mut Cx) -> bool {
        let mut known = self.known.lock().await;
        if let Some((at, answered)) = known.probed
            && cx.now.since(at) < PROBE_KEPT
        {
            return answered;
        }
        let answered = if known.metadata.is_some() {
            self.is_there().await
        } else {
            let read = Metadata::discover_async(self.issuer.clone(), &self.http).await;
            read.map(|metadata| known.learn(metadata, cx.now)).is_ok()
        };
        if answered {
            (known.failures, known.not_before) = (0, None);
        }
        known.probed = Some((cx.now, answered));
        answered
    }

    /// Asks for the discovery document, and does not read it: its keys are read when they are needed (RP-11).
    async fn is_there(&self) -> bool {
        let address = format!("{}/.well-known/openid-configuration", self.issuer().trim_end_matches('/'));
        let Ok(request) = http::Request::get(address).body(Vec::new()) else { return false };
        self.http.call(request).await.is_ok_and(|answer| answer.status().is_success())
    }
}

impl Known {
    fn learn(&mut self, metadata: Metadata, now: Timestamp) -> Arc<Metadata> {
        let metadata = Arc::new(metadata);
        *self = Self {
            metadata: Some(Arc::clone(&metadata)),
            read_at: Some(now),
            keys_read_at: self.keys_read_at,
            probed: Some((now, true)),
            failures: 0,
            not_before: None,
        };
        metadata
    }

    fn fail(&mut self, cx: &mut Cx) {
        self.failures = self.failures.saturating_add(1);
        let [dice] = cx.bytes::<1>();
        self.not_before = Some(cx.now + pause(self.failures, dice));
        self.probed = Some((cx.now, false));
    }
}

/// Half a second after the first failure, twice as long after each further one, at most 30 seconds;
/// of that, between the half and the whole.
fn pause(failures: u32, dice: u8) -> Duration {
    let doubled = Duration::from_millis(500).saturating_mul(1 << failures.saturating_sub(1).min(10));
    let longest = doubled.min(LONGEST_PAUSE);
    longest / 2 + (longest / 2).mul_f64(f64::from(dice) / 255.0)
}

/// An error with its causes, for the log.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_half_a_minute_and_differ() {
        assert_eq!(pause(1, 0), Duration::from_millis(250));
        assert_eq!(pause(1, 255), Duration::from_millis(500));
        assert_eq!(pause(3, 255), Duration::from_secs(2));
        for failures in 7..70 {
            assert_eq!(pause(failures, 0), Duration::from_secs(15));
            assert_eq!(pause(failures, 255), Duration::from_secs(30));
        }
    }
}
