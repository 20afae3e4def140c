//! An authenticator and the browser before it, in software: they answer options with a credential's JSON, as
//! `toJSON()` writes it, and do so wrongly in every way they are told to (WebAuthn Level 3 §5.1, §6.5).

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, RSA_PKCS1_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::browser::ORIGIN;
use crate::cbor::Cbor;

pub const UP: u8 = 0x01;
pub const UV: u8 = 0x04;
/// May be backed up.
pub const BE: u8 = 0x08;
/// Is backed up.
pub const BS: u8 = 0x10;
const AT: u8 = 0x40;
const ED: u8 = 0x80;

/// What kind of key an authenticator makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Es256,
    Es384,
    Rs256,
    EdDsa,
    /// An ES256 key that says it is of another algorithm.
    Called(i64),
}

impl Kind {
    /// What it is called in options (IANA COSE Algorithms).
    pub const fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::Es384 => -35,
            Self::Rs256 => -257,
            Self::EdDsa => -8,
            Self::Called(number) => number,
        }
    }
}

/// Whose account an assertion says it is of.
#[derive(Clone, Debug)]
pub enum Handle {
    Own,
    Absent,
    Of(Vec<u8>),
}

enum Key {
    Ec(EcdsaKeyPair),
    Rsa(Box<rsa::KeyPair>),
    Ed(Ed25519KeyPair),
}

/// What is done otherwise than it should be.
#[derive(Clone)]
pub struct Tweaks {
    /// Members of the client data, put in place or added before everything is signed; `null` takes one away.
    pub client: Vec<(&'static str, Value)>,
    /// The client data's bytes as they are, in place of all that.
    pub client_bytes: Option<Vec<u8>>,
    /// The RP ID that is hashed.
    pub rp_id: Option<&'static str>,
    /// The flags.
    pub flags: u8,
    /// The signature counter; counted on by itself otherwise.
    pub counter: Option<u32>,
    /// The user handle that an assertion gives.
    pub handle: Handle,
    /// How long a new credential's id is.
    pub id_length: usize,
    /// The id of a new credential.
    pub id: Option<Vec<u8>>,
    /// The kind of a new key.
    pub kind: Kind,
    /// How the new key is written, in place of what it is.
    pub public: Option<Cbor>,
    /// The authenticator's own extension outputs.
    pub extensions: Option<Cbor>,
    /// The attestation's format and statement.
    pub attestation: (&'static str, Cbor),
    /// What becomes of the authenticator data, before it is signed.
    pub data: fn(Vec<u8>) -> Vec<u8>,
    /// What becomes of the attestation object.
    pub object: fn(Vec<u8>) -> Vec<u8>,
    /// What becomes of the signature.
    pub signature: fn(Vec<u8>) -> Vec<u8>,
    /// What becomes of the whole JSON: places in it (RFC 6901) and what is put there; `null` takes away.
    pub json: Vec<(&'static str, Value)>,
}

impl Default for Tweaks {
    fn default() -> Self {
        Self {
            client: Vec::new(),
            client_bytes: None,
            rp_id: None,
            flags: UP | UV,
            counter: None,
            handle: Handle::Own,
            id_length: 32,
            id: None,
            kind: Kind::Es256,
            public: None,
            extensions: None,
            attestation: ("none", Cbor::Map(Vec::new())),
            data: |data| data,
            object: |object| object,
            signature: |signature| signature,
            json: Vec::new(),
        }
    }
}

/// A credential that an authenticator keeps.
pub struct Passkey {
    pub id: Vec<u8>,
    /// The account's handle that it was made for.
    pub handle: Vec<u8>,
    pub counter: u32,
    key: Key,
}

/// Base64url without padding, as everything binary travels.
pub fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What base64url stands for.
pub fn bytes_of(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap().trim_end_matches('=')).unwrap()
}

/// Answers options of a registration as it should be done.
pub fn create(options: &Value) -> (Passkey, Value) {
    create_with(options, &Tweaks::default())
}

/// Answers options of a registration.
pub fn create_with(options: &Value, tweaks: &Tweaks) -> (Passkey, Value) {
    let options = inner(options);
    let (key, public) = make(tweaks.kind);
    let mut id = vec![0; tweaks.id_length];
    aws_lc_rs::rand::SecureRandom::fill(&SystemRandom::new(), &mut id).unwrap();
    let id = tweaks.id.clone().unwrap_or(id);
    let handle = bytes_of(&options["user"]["id"]);
    let passkey = Passkey { id, handle, counter: tweaks.counter.unwrap_or(0), key };
    let mut attested = vec![0x5e; 16];
    attested.extend(u16::try_from(passkey.id.len()).unwrap().to_be_bytes());
    attested.extend(&passkey.id);
    attested.extend(tweaks.public.as_ref().unwrap_or(&public).bytes());
    let rp_id = options["rp"]["id"].as_str().unwrap();
    let data = data(tweaks, (rp_id, AT, passkey.counter), &attested);
    let object = Cbor::Map(vec![
        (Cbor::Text("fmt"), Cbor::Text(tweaks.attestation.0)),
        (Cbor::Text("attStmt"), tweaks.attestation.1.clone()),
        (Cbor::Text("authData"), Cbor::Bytes(data)),
    ]);
    let client = client(tweaks, "webauthn.create", options);
    let json = json!({
        "id": base64(&passkey.id),
        "rawId": base64(&passkey.id),
        "type": "public-key",
        "authenticatorAttachment": "platform",
        "clientExtensionResults": { "credProps": { "rk": true } },
        "response": {
            "clientDataJSON": base64(&client),
            "attestationObject": base64(&(tweaks.object)(object.bytes())),
            "transports": ["internal", "hybrid"],
        },
    });
    (passkey, changed(json, &tweaks.json))
}

impl Passkey {
    /// Answers options of a sign-in as it should be done.
    pub fn get(&mut self, options: &Value) -> Value {
        self.get_with(options, &Tweaks::default())
    }

    /// Answers options of a sign-in.
    pub fn get_with(&mut self, options: &Value, tweaks: &Tweaks) -> Value {
        let options = inner(options);
        if self.counter > 0 {
            self.counter += 1;
        }
        self.counter = tweaks.counter.unwrap_or(self.counter);
        let rp_id = options["rpId"].as_str().unwrap();
        let data = data(tweaks, (rp_id, 0, self.counter), &[]);
        let client = client(tweaks, "webauthn.get", options);
        let signed = [data.as_slice(), digest(&SHA256, &client).as_ref()].concat();
        let handle = match &tweaks.handle {
            Handle::Own => Some(&self.handle),
            Handle::Absent => None,
            Handle::Of(other) => Some(other),
        };
        let json = json!({
            "id": base64(&self.id),
            "rawId": base64(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64(&client),
                "authenticatorData": base64(&data),
                "signature": base64(&(tweaks.signature)(self.sign(&signed))),
                "userHandle": handle.map(|handle| base64(handle)),
            },
        });
        changed(json, &tweaks.json)
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let chance = SystemRandom::new();
        match &self.key {
            Key::Ec(pair) => pair.sign(&chance, message).unwrap().as_ref().to_vec(),
            Key::Ed(pair) => pair.sign(message).as_ref().to_vec(),
            Key::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &chance, message, &mut signature).unwrap();
                signature
            }
        }
    }
}

/// Options as they are, or as `navigator.credentials` takes them.
fn inner(options: &Value) -> &Value {
    options.get("publicKey").unwrap_or(options)
}

/// Authenticator data (§6.1).
fn data(tweaks: &Tweaks, (rp_id, flag, counter): (&str, u8, u32), attested: &[u8]) -> Vec<u8> {
    let rp_id = tweaks.rp_id.unwrap_or(rp_id);
    let mut data = digest(&SHA256, rp_id.as_bytes()).as_ref().to_vec();
    data.push(tweaks.flags | flag | if tweaks.extensions.is_some() { ED } else { 0 });
    data.extend(counter.to_be_bytes());
    data.extend(attested);
    data.extend(tweaks.extensions.as_ref().map(Cbor::bytes).unwrap_or_default());
    (tweaks.data)(data)
}

/// The client data (§5.8.1), whose members stand in the order that browsers write.
fn client(tweaks: &Tweaks, kind: &str, options: &Value) -> Vec<u8> {
    let mut client = json!({
        "type": kind,
        "challenge": base64(&bytes_of(&options["challenge"])),
        "origin": ORIGIN,
        "crossOrigin": false,
    });
    for (name, value) in &tweaks.client {
        let members = client.as_object_mut().unwrap();
        match value {
            Value::Null => members.remove(*name),
            value => members.insert((*name).to_owned(), value.clone()),
        };
    }
    tweaks.client_bytes.clone().unwrap_or_else(|| client.to_string().into_bytes())
}

fn changed(mut json: Value, changes: &[(&'static str, Value)]) -> Value {
    for (place, value) in changes {
        let (parent, name) = place.rsplit_once('/').unwrap();
        let members = json.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Value::Null => members.remove(name),
            value => members.insert(name.to_owned(), value.clone()),
        };
    }
    json
}

/// A key, and how it is written (RFC 9053 §7).
fn make(kind: Kind) -> (Key, Cbor) {
    let int = |key, value| (Cbor::Int(key), Cbor::Int(value));
    let bytes = |key, value: &[u8]| (Cbor::Int(key), Cbor::Bytes(value.to_vec()));
    let alg = kind.number();
    match kind {
        Kind::EdDsa => {
            let pair = Ed25519KeyPair::generate().unwrap();
            let public = bytes(-2, pair.public_key().as_ref());
            (Key::Ed(pair), Cbor::Map(vec![int(1, 1), int(3, alg), int(-1, 6), public]))
        }
        Kind::Rs256 => {
            let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
            let public = pair.public_key();
            let modulus = bytes(-1, public.modulus().big_endian_without_leading_zero());
            let exponent = bytes(-2, public.exponent().big_endian_without_leading_zero());
            (Key::Rsa(Box::new(pair)), Cbor::Map(vec![int(1, 3), int(3, alg), modulus, exponent]))
        }
        Kind::Es256 | Kind::Es384 | Kind::Called(_) => {
            let (signing, curve) = match kind {
                Kind::Es384 => (&ECDSA_P384_SHA384_ASN1_SIGNING, 2),
                _ => (&ECDSA_P256_SHA256_ASN1_SIGNING, 1),
            };
            let pair = EcdsaKeyPair::generate(signing).unwrap();
            let point = &pair.public_key().as_ref()[1..];
            let (x, y) = point.split_at(point.len() / 2);
            let public = Cbor::Map(vec![int(1, 2), int(3, alg), int(-1, curve), bytes(-2, x), bytes(-3, y)]);
            (Key::Ec(pair), public)
        }
    }
}
