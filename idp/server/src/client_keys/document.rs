//! A client's published keys, as others' libraries write them (RFC 7517).

use std::sync::Arc;

use sekisho_domain::jose::{Alg, Curve, Jwk, KeySet, Material, VerifyingKey};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// How many keys are looked at; nobody has so many in use.
const LOOKED_AT: usize = 64;
/// How many are kept.
const MOST: usize = 16;

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

/// One key. Members that say nothing about signatures are others' affair.
#[derive(Deserialize)]
struct Published {
    kty: String,
    kid: Option<String>,
    alg: Option<Value>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    /// The private part, which makes the key everybody's.
    d: Option<IgnoredAny>,
}

/// The keys of a document by which signatures can be verified; those for other uses and of other kinds are left out, as
/// they may stand beside them. `alg` is what the client registered. None: there is no such key.
pub(super) fn keys(json: &[u8], alg: Option<Alg>) -> Option<KeySet> {
    let document: Document = serde_json::from_slice(json).ok()?;
    let mut found: Vec<Arc<VerifyingKey>> = Vec::new();
    for key in document.keys.into_iter().take(LOOKED_AT) {
        let Some(key) = key_of(key, alg) else { continue };
        if found.len() < MOST && !found.iter().any(|known| known.jwk().kid == key.jwk().kid) {
            found.push(Arc::new(key));
        }
    }
    (!found.is_empty()).then(|| KeySet::new(found))
}

fn key_of(key: Value, registered: Option<Alg>) -> Option<VerifyingKey> {
    let key: Published = serde_json::from_value(key).ok()?;
    let signs = key.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
    let verifies = key.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|op| op == "verify"));
    if !signs || !verifies || key.d.is_some() {
        return None;
    }
    let own: Option<Alg> = key.alg.clone().map(serde_json::from_value).transpose().ok()?;
    let material = key.material()?;
    let alg = own.unwrap_or_else(|| alg_of(&material, registered));
    if registered.is_some_and(|registered| registered != alg) {
        return None;
    }
    let mut jwk = Jwk::new(alg, material);
    if let Some(kid) = key.kid {
        jwk.kid = kid;
    }
    VerifyingKey::from_jwk(jwk).ok()
}

/// The algorithm that a key leaves open: its curve says it, or the registration does, or it is the one that OpenID
/// Connect presumes.
fn alg_of(material: &Material, registered: Option<Alg>) -> Alg {
    match material {
        Material::Rsa { .. } => registered.unwrap_or(Alg::Rs256),
        Material::Ec { .. } => Alg::Es256,
        Material::Okp { .. } => Alg::EdDsa,
    }
}

impl Published {
    fn material(&self) -> Option<Material> {
        let (x, y) = (self.x.clone(), self.y.clone());
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => Some(Material::Rsa { n: self.n.clone()?, e: self.e.clone()? }),
            ("EC", Some("P-256")) => Some(Material::Ec { crv: Curve::P256, x: x?, y: y? }),
            ("OKP", Some("Ed25519")) => Some(Material::Okp { crv: Curve::Ed25519, x: x? }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use sekisho_domain::jose::SigningKey;
    use serde_json::json;

    use super::*;

    fn written(alg: Alg) -> Value {
        serde_json::to_value(SigningKey::generate(alg).unwrap().public().jwk()).unwrap()
    }

    fn read(document: &Value, alg: Option<Alg>) -> Option<usize> {
        keys(document.to_string().as_bytes(), alg).map(|keys| keys.to_jwks().keys.len())
    }

    #[test]
    fn keys_of_other_libraries_are_read_and_what_is_beside_them_is_left_out() {
        let mut foreign = written(Alg::Es256);
        foreign["x5t"] = "abc".into();
        foreign["key_ops"] = json!(["verify"]);
        foreign.as_object_mut().unwrap().remove("alg");
        let mut encrypts = written(Alg::Rs256);
        encrypts["use"] = "enc".into();
        let mut wraps = written(Alg::Rs256);
        wraps["alg"] = "RSA-OAEP".into();
        let beside = json!({ "kty": "EC", "crv": "P-384", "x": "a", "y": "b" });
        let document = json!({ "keys": [encrypts, wraps, beside, 7, foreign], "more": true });
        assert_eq!(read(&document, None), Some(1));
    }

    #[test]
    fn tk_20_a_key_that_is_for_another_algorithm_than_the_registered_is_none() {
        let document = json!({ "keys": [written(Alg::Rs256)] });
        assert_eq!(read(&document, Some(Alg::Ps256)), None);
        assert_eq!(read(&document, Some(Alg::Rs256)), Some(1));
        let mut open = written(Alg::Ps256);
        open.as_object_mut().unwrap().remove("alg");
        let set = keys(json!({ "keys": [open] }).to_string().as_bytes(), Some(Alg::Ps256)).unwrap();
        assert_eq!(set.only().unwrap().jwk().alg, Alg::Ps256);
    }

    #[test]
    fn a_private_key_a_shared_one_and_a_doubled_name_are_none() {
        let mut private = written(Alg::Es256);
        private["d"] = "AAAA".into();
        let shared = json!({ "kty": "oct", "k": "AAAA", "alg": "HS256" });
        assert_eq!(read(&json!({ "keys": [private, shared] }), None), None);
        let (first, mut second) = (written(Alg::Es256), written(Alg::Es256));
        second["kid"] = first["kid"].clone();
        assert_eq!(read(&json!({ "keys": [first, second] }), None), Some(1));
        let many: Vec<Value> = (0..40).map(|_| written(Alg::EdDsa)).collect();
        assert_eq!(read(&json!({ "keys": many }), None), Some(MOST));
        for text in ["", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]}"] {
            assert!(keys(text.as_bytes(), None).is_none(), "{text}");
        }
    }
}
