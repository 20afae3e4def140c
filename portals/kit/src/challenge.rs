//! What a resource asks of a sign-in beyond what was shown (RFC 9470): said in a refusal, read from one, and met by a way
//! through the provider.

use std::time::Duration;

use axum::response::{IntoResponse as _, Redirect, Response};
use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue, StatusCode};
use sekisho_base::Timestamp;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::assurance::Assurance;
use crate::sessions::Session;

/// More assurance, or a fresher sign-in, than a session has. The default asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// What would do, the preferred first; empty where any will.
    pub acr_values: Vec<Assurance>,
    /// How long ago the person may have signed in, in whole seconds. Zero is for refusals of an API: a page that asks
    /// for it is never shown, because signing in takes time.
    pub max_age: Option<Duration>,
}

/// How far the provider's clock may be from ours.
const CLOCK_DRIFT: Duration = Duration::from_mins(1);
const ERROR: &str = "insufficient_user_authentication";

impl Challenge {
    /// Asks for at least this much.
    pub fn at_least(least: Assurance) -> Self {
        Self { acr_values: vec![least], max_age: None }
    }

    /// Asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.acr_values.is_empty() && self.max_age.is_none()
    }

    /// Whether a session has shown as much at `now`.
    pub fn is_met(&self, session: &Session, now: Timestamp) -> bool {
        self.is_met_by((Assurance::of(&session.acr), session.auth_at), now)
    }

    /// Whether a sign-in of this assurance at this moment is enough for what was asked at `asked_at`. Where a fresh one is
    /// asked for, one without a moment is none (OpenID Connect Core §3.1.3.7, check 12).
    pub(crate) fn is_met_by(
        &self,
        (acr, auth_at): (Option<Assurance>, Option<Timestamp>),
        asked_at: Timestamp,
    ) -> bool {
        let is_sure = self.acr_values.is_empty() || self.acr_values.iter().any(|value| acr >= Some(*value));
        let is_recent = |age: Duration| auth_at.is_some_and(|at| at + age + CLOCK_DRIFT >= asked_at);
        is_sure && self.max_age.is_none_or(is_recent)
    }

    /// The value of `WWW-Authenticate` (RFC 9470 §3).
    ///
    /// # Errors
    /// Never in practice: it is made of ASCII.
    pub fn header(&self) -> Result<HeaderValue, http::header::InvalidHeaderValue> {
        let acr = (!self.acr_values.is_empty()).then(|| format!("acr_values=\"{}\"", self.words()));
        let age = self.max_age.map(|age| format!("max_age=\"{}\"", age.as_secs()));
        let params = [Some(format!("error=\"{ERROR}\"")), acr, age];
        let params: Vec<String> = params.into_iter().flatten().collect();
        HeaderValue::try_from(format!("Bearer {}", params.join(", ")))
    }

    /// The refusal of a request whose token was given for less (401).
    pub fn refuse(&self) -> Response {
        match self.header() {
            Ok(header) => (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, header)]).into_response(),
            Err(_) => StatusCode::UNAUTHORIZED.into_response(),
        }
    }

    /// What a refusal asks for. None when it says something else, or lists assurances of which none is known here.
    pub fn read(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(challenges).find_map(|(scheme, params)| {
            let said = |name: &str| {
                let found = params.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value.as_str())
            };
            let is_ours = scheme.eq_ignore_ascii_case("Bearer") && said("error") == Some(ERROR);
            if is_ours { Self::of(said("acr_values"), said("max_age")) } else { None }
        })
    }

    /// What two parameters ask for, of a refusal or of an address; none where they are not to be understood.
    pub(crate) fn of(acr_values: Option<&str>, max_age: Option<&str>) -> Option<Self> {
        let listed = acr_values.unwrap_or_default().split(' ').filter(|word| !word.is_empty());
        let known: Vec<Assurance> = listed.clone().filter_map(Assurance::of).collect();
        if known.is_empty() && listed.count() > 0 {
            return None;
        }
        let max_age = match max_age {
            Some(seconds) if seconds.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(Duration::from_secs(seconds.parse::<u32>().ok()?.into()))
            }
            Some(_) => return None,
            None => None,
        };
        Some(Self { acr_values: known, max_age })
    }

    /// Sends the browser through the provider, which asks the person for what is missing, and back to `path`. A page asks
    /// [`Self::is_met`] each time: what stands in the address is only what is wished for.
    pub fn through_provider(&self, path: &str, insurer: Option<&str>) -> Response {
        Redirect::to(&self.sign_in(path, insurer)).into_response()
    }

    /// The address of that way.
    pub(crate) fn sign_in(&self, path: &str, insurer: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("return_to", path);
        if let Some(insurer) = insurer {
            query.append_pair("insurer", insurer);
        }
        if !self.acr_values.is_empty() {
            query.append_pair("acr_values", &self.words());
        }
        if let Some(age) = self.max_age {
            query.append_pair("max_age", &age.as_secs().to_string());
        }
        format!("/login?{}", query.finish())
    }

    /// The values that suffice where the member's insurer asks for `least`.
    pub(crate) fn asked(&self, least: Assurance) -> Vec<Assurance> {
        let enough: Vec<Assurance> =
            self.acr_values.iter().copied().filter(|value| *value >= least).collect();
        if enough.is_empty() { vec![least] } else { enough }
    }

    fn words(&self) -> String {
        self.acr_values.iter().map(|value| value.acr()).collect::<Vec<_>>().join(" ")
    }
}

/// The challenges of one header: each scheme with its parameters (RFC 9110 §11.6.1).
fn challenges(header: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let end = rest.find(|c: char| c.is_ascii_whitespace() || c == ',' || c == '=').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        // Nothing is left, or nothing that could be a word.
        if word.is_empty() {
            return found;
        }
        match (after.trim_start().strip_prefix('='), found.last_mut()) {
            (Some(after), Some((_, params))) => {
                let (value, after) = value(after.trim_start());
                params.push((word.to_owned(), value));
                rest = after;
            }
            (Some(_), None) => return found,
            (None, _) => {
                found.push((word.to_owned(), Vec::new()));
                rest = after;
            }
        }
    }
}

/// A parameter's value, a word or a quoted string, and what follows it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([' ', '\t', ',']).unwrap_or(text.len());
        let (word, after) = text.split_at(end);
        return (word.to_owned(), after);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    use Assurance::{OneFactor, PhishingResistant, TwoFactors};

    fn read(values: &[&str]) -> Option<Challenge> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(WWW_AUTHENTICATE, value.parse().unwrap());
        }
        Challenge::read(&headers)
    }

    #[test]
    fn a_challenge_is_said_as_the_rfc_says_it_and_read_back() {
        let asked = Challenge {
            acr_values: vec![PhishingResistant, TwoFactors],
            max_age: Some(Duration::from_mins(5)),
        };
        let said = "Bearer error=\"insufficient_user_authentication\", \
            acr_values=\"urn:sekisho:acr:pr urn:sekisho:acr:2f\", max_age=\"300\"";
        assert_eq!(asked.header().unwrap(), said);
        assert_eq!(read(&[said]), Some(asked.clone()));
        let refused = asked.refuse();
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(Challenge::read(refused.headers()), Some(asked));
        let now = Challenge { acr_values: vec![], max_age: Some(Duration::ZERO) };
        assert_eq!(read(&[now.header().unwrap().to_str().unwrap()]), Some(now));
    }

    #[test]
    fn a_challenge_is_found_among_others_and_anything_else_is_none() {
        let two = Some(Challenge::at_least(TwoFactors));
        let error = "error=insufficient_user_authentication";
        let acr = "acr_values=urn:sekisho:acr:2f";
        assert_eq!(read(&[&format!("bearer {error}, {acr}")]), two);
        assert_eq!(read(&[&format!("Basic realm=\"a, b\", Bearer {error},{acr}")]), two);
        assert_eq!(read(&["Negotiate", &format!("DPoP algs=\"ES256\", BEARER {acr} , {error}")]), two);
        assert_eq!(
            read(&[&format!(
                "Bearer realm=\"say \\\"Bearer\\\"\", ERROR=\"insufficient_user_authentication\", {acr}"
            )]),
            two
        );
        assert_eq!(read(&[&format!("Bearer {error}")]), Some(Challenge::default()));
        assert_eq!(read(&[&format!("Bearer {error}, acr_values=\"urn:other {}\"", TwoFactors.acr())]), two);
        for other in [
            "Bearer error=\"invalid_token\", acr_values=\"urn:sekisho:acr:2f\"",
            "DPoP error=\"insufficient_user_authentication\", acr_values=\"urn:sekisho:acr:2f\"",
            "Bearer error=\"insufficient_user_authentication\", acr_values=\"urn:other\"",
            "Bearer error=\"insufficient_user_authentication\", max_age=\"-1\"",
            "Bearer error=\"insufficient_user_authentication\", max_age=\"soon\"",
            "Bearer error=\"insufficient_user_authentication",
            "error=\"insufficient_user_authentication\"",
            "Bearer",
            "=",
            "",
        ] {
            let expected = other.ends_with("authentication").then(Challenge::default);
            assert_eq!(read(&[other]), expected, "{other}");
        }
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn a_challenge_is_met_by_as_much_and_as_fresh_as_it_asks_for_and_by_nothing_less() {
        let asked_at = Timestamp::from_seconds(1_800_000_000);
        let ago = |seconds| Some(asked_at - Duration::from_secs(seconds));
        let fresh = |seconds| Challenge { acr_values: vec![], max_age: Some(Duration::from_secs(seconds)) };
        let cases = [
            (Challenge::default(), (None, None), true),
            (Challenge::at_least(TwoFactors), (Some(TwoFactors), None), true),
            (Challenge::at_least(TwoFactors), (Some(PhishingResistant), None), true),
            (Challenge::at_least(TwoFactors), (Some(OneFactor), ago(0)), false),
            (Challenge::at_least(OneFactor), (None, ago(0)), false),
            (fresh(300), (None, ago(300)), true),
            (fresh(300), (None, ago(361)), false),
            (fresh(0), (None, ago(0)), true),
            (fresh(300), (Some(PhishingResistant), None), false),
        ];
        for (challenge, signed_in, expected) in cases {
            assert_eq!(challenge.is_met_by(signed_in, asked_at), expected, "{challenge:?} {signed_in:?}");
        }
    }

    #[test]
    fn what_is_asked_for_is_never_less_than_the_insurer_asks_for() {
        assert_eq!(Challenge::at_least(PhishingResistant).asked(TwoFactors), [PhishingResistant]);
        assert_eq!(Challenge::at_least(OneFactor).asked(TwoFactors), [TwoFactors]);
        assert_eq!(Challenge::default().asked(TwoFactors), [TwoFactors]);
    }
}
