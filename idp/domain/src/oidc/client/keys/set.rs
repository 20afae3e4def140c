//! Keys as clients register them by themselves (RFC 7517 §5): with much in them that is not for us.

use serde_json::{Map, Value};

use super::{ClientKey, ClientKeys};
use crate::jose::Alg;

/// Members that only whoever signs may know (RFC 7518 §6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl ClientKeys {
    /// Reads a JWK Set: keys and members that are not understood are left out (RFC 7517 §4, §5), such as keys for
    /// encryption. An RSA key that does not say what it signs with signs with RS256.
    ///
    /// # Errors
    /// What is wrong with it: no set, none of its keys of use, or a key that should have stayed secret.
    pub fn of_set(set: &Value) -> Result<Self, &'static str> {
        let listed = set.get("keys").and_then(Value::as_array).ok_or("is no JWK Set")?;
        let mut keys = Vec::new();
        for key in listed {
            let key = key.as_object().ok_or("is no JWK Set")?;
            if PRIVATE.iter().any(|member| key.contains_key(*member)) {
                return Err("holds a key that should have stayed secret");
            }
            keys.extend(of_use(key));
        }
        if keys.is_empty() {
            Err("holds no key of use: RSA, P-256 or Ed25519, for signatures")
        } else {
            Ok(Self { keys })
        }
    }
}

/// A key that can verify what its owner signs, with the members that we know.
fn of_use(key: &Map<String, Value>) -> Option<ClientKey> {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    let owned = |name: &str| text(name).map(str::to_owned);
    let verifies = |operations: &Vec<Value>| operations.iter().any(|operation| operation == "verify");
    if text("use").is_some_and(|purpose| purpose != "sig")
        || key.get("key_ops").and_then(Value::as_array).is_some_and(|operations| !verifies(operations))
    {
        return None;
    }
    let alg = match text("alg") {
        Some(alg) => Some(alg.parse::<Alg>().ok()?),
        None if text("kty") == Some("RSA") => Some(Alg::Rs256),
        None => None,
    };
    let kty = owned("kty")?;
    let is_known =
        matches!((kty.as_str(), text("crv")), ("RSA", _) | ("EC", Some("P-256")) | ("OKP", Some("Ed25519")));
    is_known.then(|| ClientKey {
        crv: owned("crv").filter(|_| kty != "RSA"),
        kty,
        kid: owned("kid"),
        alg,
        purpose: None,
        x: owned("x"),
        y: owned("y"),
        n: owned("n"),
        e: owned("e"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::SigningKey;

    fn written(alg: Alg) -> Value {
        serde_json::to_value(SigningKey::generate(alg).unwrap().public().jwk()).unwrap()
    }

    fn read(keys: &[Value]) -> Result<ClientKeys, &'static str> {
        ClientKeys::of_set(&serde_json::json!({ "keys": keys, "more": 1 }))
    }

    #[test]
    fn what_is_not_for_us_is_left_out() {
        let mut ours = written(Alg::Es256);
        ours["x5t"] = "abc".into();
        let mut encrypting = written(Alg::Rs256);
        encrypting["use"] = "enc".into();
        let mut curve = written(Alg::Es256);
        curve["crv"] = "P-521".into();
        let mut other = written(Alg::Ps256);
        other["alg"] = "RSA-OAEP".into();
        let mut wraps = written(Alg::Ps256);
        wraps["key_ops"] = serde_json::json!(["wrapKey"]);
        let keys = read(&[encrypting.clone(), ours.clone(), curve, other, wraps]).unwrap();
        assert_eq!(keys.parse(None).unwrap().only().unwrap().jwk().kid, ours["kid"].as_str().unwrap());
        assert!(read(&[encrypting]).is_err() && read(&[]).is_err());
        let mut bare = written(Alg::Rs256);
        bare.as_object_mut().unwrap().remove("alg");
        let keys = read(&[bare]).unwrap().parse(None).unwrap();
        assert_eq!(keys.only().unwrap().jwk().alg, Alg::Rs256);
    }

    #[test]
    fn a_set_with_a_private_key_in_it_is_refused_as_a_whole() {
        for member in PRIVATE {
            let mut private = written(Alg::Es256);
            private[member] = "AAAA".into();
            assert!(read(&[written(Alg::Es256), private]).is_err(), "{member}");
        }
        for text in ["7", "[]", "{}", r#"{"keys": {}}"#, r#"{"keys": [7]}"#] {
            assert!(ClientKeys::of_set(&text.parse().unwrap()).is_err(), "{text}");
        }
    }
}
