//! The keys by which a client proves to be itself (RFC 7523), as `clients.toml` has them.

mod set;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::jose::{Alg, Curve, Jwk, KeySet, Material, VerifyingKey};

/// How many keys a client may have: one, and the next while it changes.
const MOST: usize = 8;

/// A client's public keys (RFC 7517 §5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientKeys {
    /// The keys.
    pub keys: Vec<ClientKey>,
}

/// One public key (RFC 7517 §4). There is no place for private numbers, so a private key is refused unread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientKey {
    /// `RSA`, `EC` or `OKP`.
    pub kty: String,
    /// The key's name; its thumbprint (RFC 7638) where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// The one algorithm it is for; may be left out where the registration or the curve says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<Alg>,
    /// `sig`, where it is said.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// `P-256` or `Ed25519`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// The point's x, or the Edwards key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// The point's y.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// The RSA modulus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// The RSA exponent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
}

impl ClientKeys {
    /// Parses the keys. `alg` is what the registration says they sign with.
    ///
    /// # Errors
    /// What is wrong, for the operator.
    pub fn parse(&self, alg: Option<Alg>) -> Result<KeySet, &'static str> {
        if self.keys.is_empty() || self.keys.len() > MOST {
            return Err("must hold one to eight keys");
        }
        let mut parsed: Vec<Arc<VerifyingKey>> = Vec::new();
        for key in &self.keys {
            let key = key.parse(alg)?;
            if parsed.iter().any(|known| known.jwk().kid == key.jwk().kid) {
                return Err("names two keys alike");
            }
            parsed.push(Arc::new(key));
        }
        Ok(KeySet::new(parsed))
    }
}

impl ClientKey {
    fn parse(&self, alg: Option<Alg>) -> Result<VerifyingKey, &'static str> {
        let material = self.material().ok_or("holds a key that is neither RSA, P-256 nor Ed25519")?;
        if self.purpose.as_ref().is_some_and(|purpose| purpose != "sig") {
            return Err("holds a key that is not for signatures");
        }
        let own = self.alg.or_else(|| alg_of(&material));
        let alg = match (alg, own) {
            (Some(alg), _) if self.alg.is_some_and(|own| own != alg) => {
                return Err("holds a key of another algorithm than token_endpoint_auth_signing_alg");
            }
            (alg, own) => alg.or(own).ok_or("holds an RSA key without alg: RS256 or PS256")?,
        };
        let mut jwk = Jwk::new(alg, material);
        if let Some(kid) = &self.kid {
            jwk.kid.clone_from(kid);
        }
        VerifyingKey::from_jwk(jwk).map_err(|_| "holds a key that is none of its algorithm, or too short")
    }

    fn material(&self) -> Option<Material> {
        let text = |text: &Option<String>| text.clone();
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", None) => Some(Material::Rsa { n: text(&self.n)?, e: text(&self.e)? }),
            ("EC", Some("P-256")) => {
                Some(Material::Ec { crv: Curve::P256, x: text(&self.x)?, y: text(&self.y)? })
            }
            ("OKP", Some("Ed25519")) => Some(Material::Okp { crv: Curve::Ed25519, x: text(&self.x)? }),
            _ => None,
        }
    }
}

/// The algorithm that a curve leaves no choice about.
const fn alg_of(material: &Material) -> Option<Alg> {
    match material {
        Material::Rsa { .. } => None,
        Material::Ec { .. } => Some(Alg::Es256),
        Material::Okp { .. } => Some(Alg::EdDsa),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::SigningKey;

    fn written(alg: Alg) -> serde_json::Value {
        serde_json::to_value(SigningKey::generate(alg).unwrap().public().jwk()).unwrap()
    }

    fn parse(keys: &[serde_json::Value], alg: Option<Alg>) -> Result<KeySet, &'static str> {
        let keys: ClientKeys = serde_json::from_value(serde_json::json!({ "keys": keys })).unwrap();
        keys.parse(alg)
    }

    #[test]
    fn every_kind_of_key_is_read_under_its_own_name() {
        for alg in Alg::ALL {
            let key = written(alg);
            assert_eq!(parse(std::slice::from_ref(&key), None).unwrap().only().unwrap().jwk().alg, alg);
            let mut bare = key.clone();
            for member in ["alg", "kid", "use"] {
                bare.as_object_mut().unwrap().remove(member);
            }
            let read = parse(&[bare], Some(alg)).unwrap();
            assert_eq!(read.only().unwrap().jwk().kid, key["kid"].as_str().unwrap());
        }
    }

    #[test]
    fn tk_20_a_key_is_for_one_algorithm() {
        assert!(parse(&[written(Alg::Rs256)], Some(Alg::Ps256)).is_err());
        assert!(parse(&[written(Alg::Es256)], Some(Alg::EdDsa)).is_err());
        let mut rsa = written(Alg::Rs256);
        rsa.as_object_mut().unwrap().remove("alg");
        assert!(parse(&[rsa], None).is_err());
    }

    #[test]
    fn private_weak_and_doubled_keys_are_refused() {
        let key = written(Alg::Es256);
        assert!(parse(&[key.clone(), key.clone()], None).is_err());
        assert!(parse(&[], None).is_err());
        let mut private = key.clone();
        private["d"] = "AAAA".into();
        let keys = serde_json::json!({ "keys": [private] });
        assert!(serde_json::from_value::<ClientKeys>(keys).is_err());
        let mut curve = key.clone();
        curve["crv"] = "P-384".into();
        assert!(parse(&[curve], None).is_err());
        let mut purpose = key;
        purpose["use"] = "enc".into();
        assert!(parse(&[purpose], None).is_err());
    }
}
