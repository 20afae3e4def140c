//! Keys, parsed once and kept.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_SHA256, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::{Alg, Curve, Jwk, Jwks, Material};

/// A key that cannot be made, read or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key is not a usable {0} key")]
pub struct KeyError(pub Alg);

enum Private {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

/// A private key with its public half.
pub struct SigningKey {
    private: Private,
    public: Arc<VerifyingKey>,
}

impl SigningKey {
    /// Makes a new key: RSA keys have 2048 bits. The crypto library draws from the system's generator
    /// itself, also for the nonces and salts of signatures.
    pub fn generate(alg: Alg) -> Result<Self, KeyError> {
        let refused = |_| KeyError(alg);
        let private = match alg {
            Alg::Rs256 | Alg::Ps256 => Private::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).map_err(refused)?),
            Alg::Es256 => {
                Private::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(refused)?)
            }
            Alg::EdDsa => Private::Ed(Ed25519KeyPair::generate().map_err(refused)?),
        };
        Self::with_public(alg, private)
    }

    /// Reads a key from PKCS #8 v1, as [`Self::to_pkcs8`] writes it.
    pub fn from_pkcs8(alg: Alg, der: &[u8]) -> Result<Self, KeyError> {
        let refused = |_| KeyError(alg);
        let private = match alg {
            Alg::Rs256 | Alg::Ps256 => Private::Rsa(RsaKeyPair::from_pkcs8(der).map_err(refused)?),
            Alg::Es256 => {
                Private::Ec(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(refused)?)
            }
            Alg::EdDsa => Private::Ed(Ed25519KeyPair::from_pkcs8(der).map_err(refused)?),
        };
        Self::with_public(alg, private)
    }

    /// The key as PKCS #8 v1, to be sealed at once.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let refused = |_| KeyError(self.alg());
        let der = match &self.private {
            Private::Rsa(pair) => {
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(refused)?;
                der.as_ref().to_vec()
            }
            Private::Ec(pair) => pair.to_pkcs8v1().map_err(refused)?.as_ref().to_vec(),
            Private::Ed(pair) => pair.to_pkcs8().map_err(refused)?.as_ref().to_vec(),
        };
        Ok(Zeroizing::new(der))
    }

    /// The algorithm it signs with.
    pub fn alg(&self) -> Alg {
        self.public.jwk.alg
    }

    /// The key's name in JWS headers.
    pub fn kid(&self) -> &str {
        &self.public.jwk.kid
    }

    /// The public half.
    pub fn public(&self) -> &Arc<VerifyingKey> {
        &self.public
    }

    /// Signs `message`; the signature is in the form JWS asks for (RFC 7518 §3.4 for ECDSA).
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let refused = |_| KeyError(self.alg());
        let random = SystemRandom::new();
        match &self.private {
            Private::Rsa(pair) => {
                let padding: &dyn signature::RsaEncoding =
                    if self.alg() == Alg::Ps256 { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                let mut signed = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, message, &mut signed).map_err(refused)?;
                Ok(signed)
            }
            Private::Ec(pair) => Ok(pair.sign(&random, message).map_err(refused)?.as_ref().to_vec()),
            Private::Ed(pair) => Ok(pair.try_sign(message).map_err(refused)?.as_ref().to_vec()),
        }
    }

    fn with_public(alg: Alg, private: Private) -> Result<Self, KeyError> {
        let material = match &private {
            Private::Rsa(pair) => {
                let public = pair.public_key();
                Material::Rsa {
                    n: encode(public.modulus().big_endian_without_leading_zero()),
                    e: encode(public.exponent().big_endian_without_leading_zero()),
                }
            }
            Private::Ec(pair) => {
                let (x, y) = point(pair.public_key().as_ref()).ok_or(KeyError(alg))?;
                Material::Ec { crv: Curve::P256, x: encode(x), y: encode(y) }
            }
            Private::Ed(pair) => Material::Okp { crv: Curve::Ed25519, x: encode(pair.public_key().as_ref()) },
        };
        let public = VerifyingKey::from_jwk(Jwk::new(alg, material))?;
        Ok(Self { private, public: Arc::new(public) })
    }
}

/// Names the key, never its private part.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} {})", self.alg(), self.kid())
    }
}

/// A public key, parsed, with the one algorithm it is for.
pub struct VerifyingKey {
    jwk: Jwk,
    parsed: ParsedPublicKey,
}

impl VerifyingKey {
    /// Parses a public key.
    ///
    /// # Errors
    /// When the numbers are no key of the algorithm, such as an RSA modulus under 2048 bits or a point off the curve.
    pub fn from_jwk(jwk: Jwk) -> Result<Self, KeyError> {
        let refused = KeyError(jwk.alg);
        let parsed = parse(&jwk).ok_or(refused)?;
        Ok(Self { jwk, parsed })
    }

    /// The key as JSON.
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// Whether `signed` is this key's signature over `message`.
    pub fn verifies(&self, message: &[u8], signed: &[u8]) -> bool {
        self.parsed.verify_sig(message, signed).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({} {})", self.jwk.alg, self.jwk.kid)
    }
}

/// The public keys that count at one moment, by name.
#[derive(Clone, Debug, Default)]
pub struct KeySet(Vec<Arc<VerifyingKey>>);

impl KeySet {
    /// A set of `keys`.
    pub fn new(keys: Vec<Arc<VerifyingKey>>) -> Self {
        Self(keys)
    }

    /// The key that a header names.
    pub fn find(&self, kid: &str) -> Option<&VerifyingKey> {
        self.0.iter().find(|key| key.jwk.kid == kid).map(Arc::as_ref)
    }

    /// The only key, where there is one.
    pub fn only(&self) -> Option<&VerifyingKey> {
        match self.0.as_slice() {
            [key] => Some(key),
            _ => None,
        }
    }

    /// The set as served.
    pub fn to_jwks(&self) -> Jwks {
        Jwks { keys: self.0.iter().map(|key| key.jwk.clone()).collect() }
    }
}

/// Sets are equal when they hold the same keys under the same names, in the same order.
impl PartialEq for KeySet {
    fn eq(&self, other: &Self) -> bool {
        self.to_jwks() == other.to_jwks()
    }
}

impl Eq for KeySet {}

fn parse(jwk: &Jwk) -> Option<ParsedPublicKey> {
    match (&jwk.material, jwk.alg) {
        (Material::Rsa { n, e }, Alg::Rs256 | Alg::Ps256) => {
            let (n, e) = (decode(n)?, decode(e)?);
            if n.len() < 256 {
                return None;
            }
            let parameters =
                if jwk.alg == Alg::Ps256 { &RSA_PSS_2048_8192_SHA256 } else { &RSA_PKCS1_2048_8192_SHA256 };
            RsaPublicKeyComponents { n, e }.to_parsed_public_key(parameters).ok()
        }
        (Material::Ec { crv: Curve::P256, x, y }, Alg::Es256) => {
            let (x, y) = (decode(x)?, decode(y)?);
            if x.len() != 32 || y.len() != 32 {
                return None;
            }
            let uncompressed = [&[4], x.as_slice(), y.as_slice()].concat();
            ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, uncompressed).ok()
        }
        (Material::Okp { crv: Curve::Ed25519, x }, Alg::EdDsa) => {
            ParsedPublicKey::new(&ED25519, decode(x)?).ok()
        }
        _ => None,
    }
}

/// The coordinates of an uncompressed point on P-256: `04 ‖ x ‖ y`.
fn point(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[4], coordinates) = bytes.split_first_chunk::<1>()? else { return None };
    (coordinates.len() == 64).then(|| coordinates.split_at(32))
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_signs_survives_storage_and_verifies() {
        for alg in Alg::ALL {
            let made = SigningKey::generate(alg).unwrap();
            let read = SigningKey::from_pkcs8(alg, &made.to_pkcs8().unwrap()).unwrap();
            assert_eq!(read.kid(), made.kid(), "{alg}");
            let signed = read.sign(b"message").unwrap();
            assert!(made.public().verifies(b"message", &signed), "{alg}");
            assert!(!made.public().verifies(b"massage", &signed), "{alg}");
            assert!(!SigningKey::generate(alg).unwrap().public().verifies(b"message", &signed), "{alg}");
        }
    }

    #[test]
    fn tk_20_a_key_serves_the_algorithm_it_was_made_for_only() {
        let pss = SigningKey::generate(Alg::Ps256).unwrap();
        let as_rs256 = VerifyingKey::from_jwk(Jwk { alg: Alg::Rs256, ..pss.public().jwk().clone() }).unwrap();
        assert!(!as_rs256.verifies(b"message", &pss.sign(b"message").unwrap()));
        let ec = Jwk { alg: Alg::EdDsa, ..SigningKey::generate(Alg::Es256).unwrap().public().jwk().clone() };
        assert_eq!(VerifyingKey::from_jwk(ec).unwrap_err(), KeyError(Alg::EdDsa));
    }

    #[test]
    fn weak_and_broken_keys_are_refused() {
        let short = Material::Rsa { n: encode(&[0xff; 128]), e: "AQAB".to_owned() };
        let off_curve = Material::Ec { crv: Curve::P256, x: encode(&[1; 32]), y: encode(&[2; 32]) };
        let cut = Material::Okp { crv: Curve::Ed25519, x: encode(&[1; 31]) };
        for (alg, material) in [(Alg::Rs256, short), (Alg::Es256, off_curve), (Alg::EdDsa, cut)] {
            assert!(VerifyingKey::from_jwk(Jwk::new(alg, material)).is_err(), "{alg}");
        }
    }

    #[test]
    fn tk_16_the_served_form_has_public_members_only() {
        for alg in Alg::ALL {
            let jwk = serde_json::to_value(SigningKey::generate(alg).unwrap().public().jwk()).unwrap();
            for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
                assert!(jwk.get(private).is_none(), "{alg} shows {private}");
            }
            assert_eq!(jwk.get("use").unwrap(), "sig");
        }
    }
}
