//! Who calls the token endpoint, introspection and revocation (RFC 6749 §2.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::Timestamp;

use super::assertion::{self, Single};
use crate::ids::ClientId;
use crate::jose;
use crate::oidc::client::{Client, Credential};
use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::issuer::Issuer;
use crate::oidc::params::Params;

/// What an assertion is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'a> {
    /// Ourselves.
    pub issuer: &'a Issuer,
    /// The moment.
    pub now: Timestamp,
}

/// How the caller proves to be the client.
#[derive(Debug)]
enum Proof {
    None,
    Basic(SecretString),
    Post(SecretString),
    Assertion(String),
}

/// A caller that says who it is, and has yet to be believed.
#[derive(Debug)]
pub struct Caller {
    id: ClientId,
    proof: Proof,
}

/// A caller that is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What it is told.
    pub error: Error,
    /// Whether it tried the `Authorization` header, which asks for a challenge in return (RFC 6749 §5.2).
    pub by_header: bool,
}

impl Caller {
    /// Reads who calls: from the `Authorization` header, from the form, or from what the caller signed; never from two.
    pub fn read(authorization: Option<&str>, params: &Params) -> Result<Self, Failure> {
        let named = params.get("client_id");
        let by_header = authorization.is_some();
        let posted = params.get("client_secret");
        let asserted = assertion::is_sent(params);
        if usize::from(by_header) + usize::from(posted.is_some()) + usize::from(asserted) > 1 {
            let error = ErrorCode::InvalidRequest.because("one way of authenticating at a time");
            return Err(Failure { error, by_header });
        }
        if asserted {
            return Self::asserting(params, named);
        }
        let Some(header) = authorization else {
            let id = named
                .and_then(|id| id.parse().ok())
                .ok_or(refuse("client_id is missing or unknown", false))?;
            return Ok(Self { id, proof: posted.map(SecretString::from).map_or(Proof::None, Proof::Post) });
        };
        let (id, secret) = basic(header).ok_or(refuse("the Authorization header cannot be read", true))?;
        if named.is_some_and(|named| named != id) {
            return Err(refuse("client_id is another than the one that authenticates", true));
        }
        let id = id.parse().map_err(|_| refuse(UNPROVEN, true))?;
        Ok(Self { id, proof: Proof::Basic(secret) })
    }

    fn asserting(params: &Params, named: Option<&str>) -> Result<Self, Failure> {
        let sent = assertion::read(params);
        let sent = sent.ok_or(refuse("client_assertion_type is the jwt-bearer of RFC 7523", false))?;
        let id = assertion::subject(sent).ok_or(refuse(UNPROVEN, false))?;
        if named.is_some_and(|named| named != id.as_str()) {
            return Err(refuse("client_id is another than the one that authenticates", false));
        }
        Ok(Self { id, proof: Proof::Assertion(sent.to_owned()) })
    }

    /// Who it says to be.
    pub fn id(&self) -> &ClientId {
        &self.id
    }

    /// Whether it shows something that it signed: then its keys are needed, which may have to be asked for.
    pub const fn asserts(&self) -> bool {
        matches!(self.proof, Proof::Assertion(_))
    }

    /// The name of the key that it says it signed with.
    pub fn key(&self) -> Option<String> {
        match &self.proof {
            Proof::Assertion(sent) => jose::peek_kid(sent),
            Proof::None | Proof::Basic(_) | Proof::Post(_) => None,
        }
    }

    /// Believes the caller if it proves itself in the way that the client registered; an assertion counts once, which is
    /// for the database to decide. Unknown clients and wrong secrets sound alike. Keys that are published elsewhere have
    /// been asked for by now: a client that still has [`Credential::KeysAt`] is one whose keys could not be had.
    pub fn authenticate(
        self,
        client: Option<&Client>,
        grounds: Grounds<'_>,
    ) -> Result<Option<Single>, Failure> {
        let by_header = matches!(self.proof, Proof::Basic(_));
        let unproven = refuse(UNPROVEN, by_header);
        let client = client.ok_or(unproven)?;
        match (&client.credential, &self.proof) {
            (Credential::Public, Proof::None) => Ok(None),
            (Credential::Basic(known), Proof::Basic(secret))
            | (Credential::Post(known), Proof::Post(secret))
                if known.iter().any(|digest| digest.fits(secret)) =>
            {
                Ok(None)
            }
            (Credential::Keys(keys), Proof::Assertion(sent)) => {
                let judged = assertion::judge(sent, (&client.id, client.profile), keys, grounds);
                judged.map(Some).ok_or(unproven)
            }
            _ => Err(unproven),
        }
    }
}

const UNPROVEN: &str = "the client is not known by what it shows";

fn refuse(reason: &'static str, by_header: bool) -> Failure {
    Failure { error: ErrorCode::InvalidClient.because(reason), by_header }
}

/// Id and secret, each form-encoded before they were joined (RFC 6749 §2.3.1); decoded exactly once.
fn basic(header: &str) -> Option<(String, SecretString)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let joined = SecretString::from(String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?);
    let (id, secret) = joined.expose_secret().split_once(':')?;
    Some((Params::decode(id).ok()?, Params::decode(secret).ok()?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::authorize::tests::{client, issuer};

    const SECRET: &str = "a+b:c%20d";

    fn header(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    fn authenticate(header: Option<&str>, form: &str, client: &Client) -> Result<(), (&'static str, bool)> {
        Caller::read(header, &Params::parse(form).unwrap())
            .and_then(|caller| {
                let found = (*caller.id() == client.id).then_some(client);
                let issuer = issuer();
                let grounds = Grounds { issuer: &issuer, now: Timestamp::from_seconds(0) };
                caller.authenticate(found, grounds)
            })
            .map(|_| ())
            .map_err(|failure| (failure.error.code.as_str(), failure.by_header))
    }

    fn with(credential: fn(Vec<crate::oidc::client::SecretDigest>) -> Credential) -> Client {
        let digest = crate::oidc::client::SecretDigest::of(&SECRET.into());
        Client { credential: credential(vec![digest]), ..client() }
    }

    #[test]
    fn tk_21_basic_is_decoded_exactly_once() {
        let client = with(Credential::Basic);
        let good = header("rp:a%2Bb%3Ac%2520d");
        assert_eq!(authenticate(Some(&good), "", &client), Ok(()));
        assert_eq!(authenticate(Some(&good.replace("Basic", "bAsIc")), "client_id=rp", &client), Ok(()));
        for pair in ["rp:a%252Bb%253Ac%252520d", "rp:a+b%3Ac%2520d", "rp", "rp:", ":x", "rp:\u{e9}", ""] {
            assert_eq!(
                authenticate(Some(&header(pair)), "", &client),
                Err(("invalid_client", true)),
                "{pair}"
            );
        }
        for header in ["Basic", "Basic ***", "Bearer x", "", "Basic /w=="] {
            assert_eq!(authenticate(Some(header), "", &client), Err(("invalid_client", true)), "{header}");
        }
    }

    #[test]
    fn tk_08_one_way_at_a_time_and_only_the_registered_one() {
        let header = header("rp:a%2Bb%3Ac%2520d");
        let post = "client_id=rp&client_secret=a%2Bb:c%2520d";
        assert_eq!(
            authenticate(Some(&header), post, &with(Credential::Basic)),
            Err(("invalid_request", true))
        );
        assert_eq!(authenticate(None, post, &with(Credential::Basic)), Err(("invalid_client", false)));
        assert_eq!(authenticate(Some(&header), "", &with(Credential::Post)), Err(("invalid_client", true)));
        assert_eq!(authenticate(None, post, &with(Credential::Post)), Ok(()));
        let assertion = format!("{post}&client_assertion=e30.e30.x");
        assert_eq!(authenticate(None, &assertion, &with(Credential::Post)), Err(("invalid_request", false)));
        let unsigned = "client_assertion=e30.e30.&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        assert_eq!(
            authenticate(Some(&header), unsigned, &with(Credential::Basic)),
            Err(("invalid_request", true))
        );
        let only = format!("client_id=rp&{unsigned}");
        assert_eq!(authenticate(None, &only, &with(Credential::Basic)), Err(("invalid_client", false)));
        let key = crate::jose::SigningKey::generate(crate::jose::Alg::Es256).unwrap();
        let keys = crate::jose::KeySet::new(vec![std::sync::Arc::clone(key.public())]);
        let keyed = Client { credential: Credential::Keys(keys), ..client() };
        assert_eq!(authenticate(Some(&header), "", &keyed), Err(("invalid_client", true)));
        assert_eq!(authenticate(None, post, &keyed), Err(("invalid_client", false)));
    }

    #[test]
    fn tk_09_a_confidential_client_without_its_secret_is_nobody() {
        for credential in [Credential::Basic, Credential::Post] {
            let client = with(credential);
            assert_eq!(authenticate(None, "client_id=rp", &client), Err(("invalid_client", false)));
        }
        let public = Client { credential: Credential::Public, ..client() };
        assert_eq!(authenticate(None, "client_id=rp", &public), Ok(()));
        assert_eq!(
            authenticate(None, "client_id=rp&client_secret=x", &public),
            Err(("invalid_client", false))
        );
    }

    #[test]
    fn az_04_another_clients_id_beside_ones_own_secret_is_refused() {
        let header = header("rp:a%2Bb%3Ac%2520d");
        assert_eq!(
            authenticate(Some(&header), "client_id=other", &with(Credential::Basic)),
            Err(("invalid_client", true))
        );
        assert_eq!(
            authenticate(None, "client_id=nobody", &with(Credential::Post)),
            Err(("invalid_client", false))
        );
        assert_eq!(authenticate(None, "", &with(Credential::Post)), Err(("invalid_client", false)));
    }
}
