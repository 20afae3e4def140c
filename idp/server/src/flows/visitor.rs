//! Who is at the door, as far as flows need to know.

use secrecy::SecretString;
use sekisho_base::{Digest, Kind, Language};
use sekisho_domain::session::Session;

/// A browser's request, without its HTTP.
pub struct Visitor {
    /// The browser's own cookie value: what a journey is bound to.
    pub browser: SecretString,
    /// The reader's language.
    pub language: Language,
    /// Where the request comes from, for counting only.
    pub source: String,
    /// What the browser calls itself, cut to 256 characters.
    pub agent: String,
    /// The signed-in state, when its cookie is good.
    pub session: Option<Session>,
    /// What the row of that session knows the cookie by.
    pub session_cookie: Option<Digest>,
    /// The cookie of a browser in which somebody arrived before; whose devices it names stands in the rows.
    pub device: Option<SecretString>,
}

/// What a browser's cookie is kept as.
pub const BROWSER: Kind = Kind("browser");
/// What a session's cookie is kept as.
pub const SESSION: Kind = Kind("session");
/// What a device's cookie is kept as.
pub const DEVICE: Kind = Kind("device");

impl Visitor {
    /// What rows know the browser by.
    pub fn browser_digest(&self, epoch: i64) -> Digest {
        Digest::of(BROWSER, epoch, &self.browser)
    }

    /// What rows know the browser's devices by; none where nobody arrived in it.
    pub fn device_digest(&self, epoch: i64) -> Option<Digest> {
        self.device.as_ref().map(|secret| Digest::of(DEVICE, epoch, secret))
    }
}
