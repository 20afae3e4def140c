//! Refresh tokens (RFC 6749 §6; design “Refresh tokens”): nothing is stored for one, it is computed.
//!
//! `rt_<grant>.<generation>.<kid>.<MAC>`: the MAC is over what the grant's row holds, so a token is known by computing it
//! again. A confidential client keeps its token, which is worth nothing without the client's own authentication. A public
//! client's is replaced at each use: the generation steps, and whoever comes with an older one gives the grant away.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_base::Timestamp;

use crate::ids::GrantId;

/// How long a token lives without being used (design §6.2).
pub const IDLE: Duration = Duration::from_hours(30 * 24);
/// How long a grant can be refreshed at most, used or not (design §6.2).
pub const CAP: Duration = Duration::from_hours(365 * 24);
/// How long the token before the last is answered with its successor: the answer may have been lost on its way.
pub const GRACE: Duration = Duration::from_mins(1);
/// What the key of the MAC is derived for.
pub const LABEL: &str = "oidc.refresh";
/// How many bytes a grant's salt has.
pub const SALT: usize = 16;

const PREFIX: &str = "rt_";

/// A refresh token as presented: its form is right, whether its MAC is has yet to be seen.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// Whose token it says to be.
    pub grant: GrantId,
    /// Which one of that grant.
    pub generation: i64,
    /// Under which master key it was made.
    pub kid: String,
    /// What proves it.
    pub mac: [u8; 32],
}

impl RefreshToken {
    /// Reads a token. Only the one text that [`Self::to_text`] writes is read (TK-10).
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix(PREFIX)?.split('.');
        let (grant, generation, kid, mac) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let token = Self {
            grant: grant.parse().ok()?,
            generation: generation.parse().ok().filter(|generation| *generation >= 0)?,
            kid: kid.to_owned(),
            mac: URL_SAFE_NO_PAD.decode(mac).ok()?.try_into().ok()?,
        };
        (parts.next().is_none() && token.to_text() == text).then_some(token)
    }

    /// The token on the wire.
    pub fn to_text(&self) -> String {
        let mac = URL_SAFE_NO_PAD.encode(self.mac);
        format!("{PREFIX}{}.{}.{}.{mac}", self.grant, self.generation, self.kid)
    }

    /// Whether a text is meant to be a refresh token of ours.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(PREFIX)
    }
}

/// What the MAC of a token is over: master key, epoch, grant, salt and generation, each of known length or set apart.
pub fn content(kid: &str, epoch: i64, (grant, salt): (GrantId, &[u8]), generation: i64) -> Vec<u8> {
    let grant = grant.to_string();
    [kid.as_bytes(), &[0], &epoch.to_be_bytes(), grant.as_bytes(), &[0], &generation.to_be_bytes(), salt]
        .concat()
}

/// Whether a grant of this age, used last at that moment, can still be refreshed.
pub fn is_live(created_at: Timestamp, used_at: Timestamp, now: Timestamp) -> bool {
    now < created_at + CAP && now < used_at + IDLE
}

#[cfg(test)]
mod tests {
    use super::*;
    use sekisho_base::Cx;

    fn token() -> RefreshToken {
        let mut cx = Cx::seeded(Timestamp::from_seconds(0), 1);
        RefreshToken { grant: GrantId::draw(&mut cx), generation: 7, kid: "k-1".to_owned(), mac: [9; 32] }
    }

    #[test]
    fn tk_10_only_the_exact_text_is_a_token() {
        let text = token().to_text();
        assert!(RefreshToken::parse(&text) == Some(token()));
        let (before, mac) = text.rsplit_once('.').unwrap();
        let wrong = [
            text[1..].to_owned(),
            text[..text.len() - 1].to_owned(),
            format!("{text}A"),
            format!("{text}="),
            format!("{text}."),
            format!(" {text}"),
            text.to_uppercase(),
            text.replace(".7.", ".07."),
            text.replace(".7.", ".+7."),
            text.replace(".7.", ".-7."),
            text.replace(".7.", ".99999999999999999999."),
            format!("{before}..{mac}"),
            String::new(),
            "rt_".to_owned(),
            "rt_....".to_owned(),
        ];
        for text in wrong {
            assert!(RefreshToken::parse(&text).is_none(), "{text}");
        }
    }

    #[test]
    fn nothing_of_one_token_makes_another() {
        let grant = token().grant;
        let base = content("k1", 1, (grant, &[1; SALT]), 3);
        for other in [
            content("k2", 1, (grant, &[1; SALT]), 3),
            content("k1", 2, (grant, &[1; SALT]), 3),
            content("k1", 1, (grant, &[2; SALT]), 3),
            content("k1", 1, (grant, &[1; SALT]), 4),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn rt_05_a_grant_ends_when_it_lies_unused_and_in_any_case_after_a_year() {
        let begin = Timestamp::from_seconds(0);
        let day = Duration::from_hours(24);
        assert!(is_live(begin, begin, begin + day * 29));
        assert!(!is_live(begin, begin, begin + day * 30));
        assert!(is_live(begin, begin + day * 360, begin + day * 364));
        assert!(!is_live(begin, begin + day * 364, begin + day * 365));
    }
}
