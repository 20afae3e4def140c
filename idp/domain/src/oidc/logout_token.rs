//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4): what a client is told when a session ends.

use std::time::Duration;

use sekisho_base::Timestamp;
use serde::{Deserialize, Serialize};

use super::issuer::Issuer;
use crate::ids::{ClientId, SessionId};

/// How long a token is good for: it is made anew for every try.
pub const LIFETIME: Duration = Duration::from_mins(2);

/// The claims of a logout token. There is no nonce, lest it pass for an ID token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogoutToken {
    iss: String,
    sub: String,
    aud: ClientId,
    iat: i64,
    exp: i64,
    jti: String,
    events: Events,
    sid: SessionId,
}

/// The one event of a logout token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Events {
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    logout: Nothing,
}

/// The empty object: the event has nothing more to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Nothing {}

/// Who is signed out, of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedOut {
    /// The client that is told.
    pub client: ClientId,
    /// By which name it knows the person.
    pub sub: String,
    /// The session that ended.
    pub session: SessionId,
    /// What makes the news one and the same however often it is told.
    pub jti: String,
}

impl LogoutToken {
    /// The token that tells of `news` at `now`.
    pub fn new(issuer: &Issuer, news: SignedOut, now: Timestamp) -> Self {
        Self {
            iss: issuer.as_str().to_owned(),
            sub: news.sub,
            aud: news.client,
            iat: now.seconds(),
            exp: (now + LIFETIME).seconds(),
            jti: news.jti,
            events: Events { logout: Nothing {} },
            sid: news.session,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sekisho_base::Cx;

    #[test]
    fn lg_03_the_token_says_exactly_what_the_standard_lists() {
        let issuer = Issuer::parse("https://id.example.jp").unwrap();
        let session = SessionId::draw(&mut Cx::seeded(Timestamp::from_seconds(0), 1));
        let client = "rp".parse().unwrap();
        let news = SignedOut { client, sub: "s".to_owned(), session, jti: "j".to_owned() };
        let token = LogoutToken::new(&issuer, news, Timestamp::from_seconds(100));
        let expected = serde_json::json!({
            "iss": "https://id.example.jp",
            "sub": "s",
            "aud": "rp",
            "iat": 100,
            "exp": 220,
            "jti": "j",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
            "sid": session.to_string()
        });
        assert_eq!(serde_json::to_value(token).unwrap(), expected);
    }
}
