//! Passkeys by `webauthn-rs`: the two ceremonies of Web Authentication, verified.
//!
//! What the library leaves open is closed here: a credential must be discoverable and its user verified, its id and raw
//! id agree and are no longer than 1023 bytes, it comes of a page of ours byte for byte and out of no frame of another
//! site, and no response is larger than a browser makes one (security, WA-02, WA-03, WA-07, WA-10).

mod framing;

use framing::Origins;
use sekisho_base::Digest;
use sekisho_domain::factor::passkey::Refused;
use sekisho_domain::ids::AccountId;
use serde::Deserialize;
use url::Url;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};
use webauthn_rs_proto::{AllowCredentials, AuthenticatorTransport, ResidentKeyRequirement};

/// The longest id of a credential (Web Authentication §7.1, step 25).
const LONGEST_ID: usize = 1_023;
/// More than any browser sends.
const LONGEST_RESPONSE: usize = 16 * 1_024;

/// The relying party of passkeys: this issuer.
pub struct Passkeys {
    webauthn: Webauthn,
    origins: Origins,
    rp_id_hash: Digest,
}

/// A ceremony as the browser is asked for it, and what its answer is verified against.
pub struct Asked<S> {
    /// The options, as JSON of `PublicKeyCredential.parse…OptionsFromJSON`.
    pub options: String,
    /// What is kept, sealed, until the answer.
    pub state: S,
}

/// Whom a new passkey is for.
pub struct Owner<'a> {
    /// The account: the authenticator keeps it as user handle.
    pub account: AccountId,
    /// The name that tells accounts apart when one is chosen.
    pub name: &'a str,
}

/// A passkey that an account holds, as far as a browser needs to know to find it.
#[derive(Clone)]
pub struct Known {
    /// The credential's id.
    pub id: Vec<u8>,
    /// How its authenticator is reached.
    pub transports: Vec<String>,
}

/// A response by which somebody signs in, before it is verified.
pub struct Response {
    credential: PublicKeyCredential,
}

/// A response that holds.
pub struct Verified {
    /// The authenticator's count now.
    pub sign_count: u32,
    /// Whether the key is kept elsewhere as well.
    pub backed_up: bool,
    /// The key as it stands from now on, where something of it changed.
    pub changed: Option<String>,
}

/// A new passkey that holds.
pub struct Made {
    /// The SHA-256 of the credential's id.
    pub credential: Digest,
    /// The key as JSON.
    pub key: String,
    /// The model of the authenticator.
    pub aaguid: String,
    /// How it is reached.
    pub transports: Vec<String>,
    /// The authenticator's count.
    pub sign_count: u32,
    /// Whether it is kept elsewhere as well.
    pub backed_up: bool,
}

impl Passkeys {
    /// The relying party whose id is the issuer's host and whose origin is the issuer; pages at `related` may use its
    /// passkeys too.
    ///
    /// # Errors
    /// When the issuer's host cannot be a relying party's id, such as an address.
    pub fn new(issuer: &Url, related: &[Url]) -> anyhow::Result<Self> {
        let rp_id = issuer.host_str().unwrap_or_default();
        let builder = WebauthnBuilder::new(rp_id, issuer)?.rp_name(rp_id);
        let builder = related.iter().fold(builder, WebauthnBuilder::append_allowed_origin);
        Ok(Self {
            webauthn: builder.build()?,
            origins: Origins::new(issuer, related),
            rp_id_hash: Digest::of_content(rp_id.as_bytes()),
        })
    }

    /// Asks for a passkey: any of this relying party's, or one of `known`.
    ///
    /// # Errors
    /// Never in practice: options are always JSON.
    pub fn proof(&self, known: &[Known]) -> Result<Asked<DiscoverableAuthentication>, Refused> {
        let (mut asked, state) =
            self.webauthn.start_discoverable_authentication().map_err(|error| refused(&error))?;
        asked.public_key.allow_credentials = known
            .iter()
            .map(|known| AllowCredentials {
                type_: "public-key".to_owned(),
                id: known.id.clone(),
                transports: transports(&known.transports),
            })
            .collect();
        // The page decides between the button and the field's own list.
        asked.mediation = None;
        Ok(Asked { options: json(&asked.public_key)?, state })
    }

    /// Asks for a new passkey beside those that are known.
    ///
    /// # Errors
    /// Never in practice: a name is never empty.
    pub fn creation(
        &self,
        owner: &Owner<'_>,
        known: &[Known],
    ) -> Result<Asked<PasskeyRegistration>, Refused> {
        let user = Uuid::from_bytes(owner.account.to_bytes());
        let others = known.iter().map(|known| known.id.clone()).collect();
        let (mut asked, state) = self
            .webauthn
            .start_passkey_registration(user, owner.name, owner.name, Some(others))
            .map_err(|error| refused(&error))?;
        // The library leaves it to the device; without it nobody could sign in by the passkey alone.
        if let Some(selection) = &mut asked.public_key.authenticator_selection {
            selection.resident_key = Some(ResidentKeyRequirement::Required);
            selection.require_resident_key = true;
        }
        Ok(Asked { options: json(&asked.public_key)?, state })
    }

    /// Verifies a response against the state it was asked with and the key as it rests. Whether the key is of the
    /// account that the response names is for the caller.
    ///
    /// # Errors
    /// Why it does not hold.
    pub fn verify(
        &self,
        response: &Response,
        state: DiscoverableAuthentication,
        key: &str,
    ) -> Result<Verified, Refused> {
        self.origins.check(&response.credential.response.client_data_json)?;
        let mut passkey: Passkey = serde_json::from_str(key).map_err(|_| Refused::Faulty)?;
        let result = self
            .webauthn
            .finish_discoverable_authentication_v2(&response.credential, state, &passkey)
            .map_err(|error| refused(&error))?;
        if !result.user_verified() {
            return Err(Refused::Unverified);
        }
        let changed = passkey.update_credential(&result).unwrap_or(false);
        Ok(Verified {
            sign_count: result.counter(),
            backed_up: result.backup_state(),
            changed: if changed { Some(json(&passkey)?) } else { None },
        })
    }

    /// Verifies a new passkey.
    ///
    /// # Errors
    /// Why it does not hold.
    pub fn made(&self, response: &str, state: &PasskeyRegistration) -> Result<Made, Refused> {
        bounded(response)?;
        let response: RegisterPublicKeyCredential =
            serde_json::from_str(response).map_err(|_| Refused::Faulty)?;
        check_id(&response.id, &response.raw_id, &response.type_)?;
        self.origins.check(&response.response.client_data_json)?;
        if response.extensions.cred_props.as_ref().is_some_and(|made| made.rk == Some(false)) {
            return Err(Refused::Faulty);
        }
        let passkey =
            self.webauthn.finish_passkey_registration(&response, state).map_err(|error| refused(&error))?;
        let id: &[u8] = passkey.cred_id().as_ref();
        if id != response.raw_id.as_slice() {
            return Err(Refused::Faulty);
        }
        let key = json(&passkey)?;
        let kept: Kept = serde_json::from_str(&key).map_err(|_| Refused::Faulty)?;
        let aaguid = self.aaguid(&response.response.attestation_object).ok_or(Refused::Faulty)?;
        let transports = response.response.transports.unwrap_or_default();
        Ok(Made {
            credential: Digest::of_content(&response.raw_id),
            key,
            aaguid,
            transports: transports.iter().filter_map(word).collect(),
            sign_count: kept.cred.counter,
            backed_up: kept.cred.backup_state,
        })
    }

    /// The model that the authenticator says to be, which nobody vouches for. Its data begin with the hash of the relying
    /// party's id, which the library has verified to be there; flags and count follow.
    fn aaguid(&self, object: &[u8]) -> Option<String> {
        const FLAGS_AND_COUNT: usize = 5;
        let hash: &[u8] = self.rp_id_hash.as_bytes();
        let at = object.windows(hash.len()).rposition(|window| window == hash)?;
        let aaguid = object.get(at + hash.len() + FLAGS_AND_COUNT..)?.first_chunk::<16>()?;
        Some(Uuid::from_bytes(*aaguid).simple().to_string())
    }
}

/// What the library keeps of an authenticator's data, once they are verified.
#[derive(Deserialize)]
struct Kept {
    cred: KeptCredential,
}

#[derive(Deserialize)]
struct KeptCredential {
    counter: u32,
    backup_state: bool,
}

impl Response {
    /// Reads a response as a browser sends it.
    ///
    /// # Errors
    /// [`Refused::Faulty`] when it is none.
    pub fn read(response: &str) -> Result<Self, Refused> {
        bounded(response)?;
        let credential: PublicKeyCredential = serde_json::from_str(response).map_err(|_| Refused::Faulty)?;
        check_id(&credential.id, &credential.raw_id, &credential.type_)?;
        Ok(Self { credential })
    }

    /// The SHA-256 of the credential's id.
    pub fn credential(&self) -> Digest {
        Digest::of_content(&self.credential.raw_id)
    }

    /// The account that the authenticator names.
    pub fn account(&self) -> Option<AccountId> {
        let handle = self.credential.get_user_unique_id()?;
        handle.try_into().ok().map(AccountId::from_bytes)
    }
}

/// The id of a key as it rests, for a browser that is to find it.
pub fn id_of(key: &str) -> Option<Vec<u8>> {
    serde_json::from_str::<Passkey>(key).ok().map(|passkey| passkey.cred_id().clone())
}

const fn bounded(response: &str) -> Result<(), Refused> {
    if response.len() > LONGEST_RESPONSE { Err(Refused::Faulty) } else { Ok(()) }
}

fn check_id(id: &str, raw: &[u8], kind: &str) -> Result<(), Refused> {
    use base64::Engine as _;
    let same = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(raw) == id;
    if same && kind == "public-key" && !raw.is_empty() && raw.len() <= LONGEST_ID {
        Ok(())
    } else {
        Err(Refused::Faulty)
    }
}

fn transports(words: &[String]) -> Option<Vec<AuthenticatorTransport>> {
    serde_json::to_value(words).and_then(serde_json::from_value).ok()
}

fn word(transport: &AuthenticatorTransport) -> Option<String> {
    serde_json::to_value(transport).ok()?.as_str().map(str::to_owned)
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Refused> {
    serde_json::to_string(value).map_err(|_| Refused::Faulty)
}

fn refused(error: &WebauthnError) -> Refused {
    match error {
        WebauthnError::UserNotVerified => Refused::Unverified,
        WebauthnError::CredentialPossibleCompromise => Refused::Cloned,
        WebauthnError::CredentialNotFound | WebauthnError::InvalidUserUniqueId => Refused::Unknown,
        _ => Refused::Faulty,
    }
}
