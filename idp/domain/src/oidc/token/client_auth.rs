//! Who calls the token endpoint (RFC 6749 §2.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};

use crate::ids::ClientId;
use crate::oidc::client::{Client, Credential};
use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;

/// How the caller proves to be the client.
#[derive(Debug)]
enum Proof {
    None,
    Basic(SecretString),
    Post(SecretString),
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
    /// Reads who calls, from the `Authorization` header or from the form, never from both.
    pub fn read(authorization: Option<&str>, params: &Params) -> Result<Self, Failure> {
        let named = params.get("client_id");
        if params.get("client_assertion").is_some() {
            return Err(refuse("client assertions are not offered", false));
        }
        let Some(header) = authorization else {
            let id = named
                .and_then(|id| id.parse().ok())
                .ok_or(refuse("client_id is missing or unknown", false))?;
            let secret = params.get("client_secret").map(SecretString::from);
            return Ok(Self { id, proof: secret.map_or(Proof::None, Proof::Post) });
        };
        if params.get("client_secret").is_some() {
            let error = ErrorCode::InvalidRequest.because("one way of authenticating at a time");
            return Err(Failure { error, by_header: true });
        }
        let (id, secret) = basic(header).ok_or(refuse("the Authorization header cannot be read", true))?;
        if named.is_some_and(|named| named != id) {
            return Err(refuse("client_id is another than the one that authenticates", true));
        }
        let id = id.parse().map_err(|_| refuse("the client is not known by this secret", true))?;
        Ok(Self { id, proof: Proof::Basic(secret) })
    }

    /// Who it says to be.
    pub fn id(&self) -> &ClientId {
        &self.id
    }

    /// Believes the caller if it proves itself in the way that the client registered. Unknown clients and
    /// wrong secrets sound alike.
    pub fn authenticate(self, client: Option<&Client>) -> Result<(), Failure> {
        let by_header = matches!(self.proof, Proof::Basic(_));
        let proven = client.is_some_and(|client| match (&client.credential, &self.proof) {
            (Credential::Public, Proof::None) => true,
            (Credential::Basic(known), Proof::Basic(secret))
            | (Credential::Post(known), Proof::Post(secret)) => {
                known.iter().any(|digest| digest.fits(secret))
            }
            _ => false,
        });
        if proven { Ok(()) } else { Err(refuse("the client is not known by this secret", by_header)) }
    }
}

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
    use crate::oidc::authorize::tests::client;

    const SECRET: &str = "a+b:c%20d";

    fn header(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    fn authenticate(header: Option<&str>, form: &str, client: &Client) -> Result<(), (&'static str, bool)> {
        Caller::read(header, &Params::parse(form).unwrap())
            .and_then(|caller| {
                let found = (*caller.id() == client.id).then_some(client);
                caller.authenticate(found)
            })
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
        assert_eq!(authenticate(None, &assertion, &with(Credential::Post)), Err(("invalid_client", false)));
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
