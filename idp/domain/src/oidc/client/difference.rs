//! What two registrations of a client differ in, for whoever is about to apply one.

use std::fmt;

use serde_json::{Map, Value};

use super::Registration;

/// A key that differs. Texts are for people to read: digests of secrets are cut short, keys go by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The key, as `clients.toml` has it.
    pub key: String,
    /// What stands in the row; nothing where it is left out.
    pub old: Option<String>,
    /// What stands in the file.
    pub new: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |side: &Option<String>| side.clone().unwrap_or_else(|| "(none)".to_owned());
        write!(f, "{}: {} → {}", self.key, word(&self.old), word(&self.new))
    }
}

impl Registration {
    /// What differs from `new`, by key. Equal registrations differ in nothing.
    pub fn differences(&self, new: &Self) -> Vec<Difference> {
        let (old, new) = (members(self), members(new));
        let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
        keys.sort();
        keys.dedup();
        let differing = keys.into_iter().filter(|key| old.get(*key) != new.get(*key));
        differing
            .map(|key| Difference {
                key: key.clone(),
                old: old.get(key).map(|value| shown(key, value)),
                new: new.get(key).map(|value| shown(key, value)),
            })
            .collect()
    }
}

fn members(registration: &Registration) -> Map<String, Value> {
    match serde_json::to_value(registration) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

fn shown(key: &str, value: &Value) -> String {
    match key {
        "secret_sha256" => match value {
            Value::Array(digests) => format!("[{}]", digests.iter().map(cut).collect::<Vec<_>>().join(", ")),
            digest => cut(digest),
        },
        "jwks" => {
            let keys = value.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let name =
                |key: &Value| key.get("kid").and_then(Value::as_str).unwrap_or("without a name").to_owned();
            format!("keys {}", keys.iter().map(name).collect::<Vec<_>>().join(", "))
        }
        _ => value.to_string(),
    }
}

/// The beginning of a digest: enough to tell two apart.
fn cut(digest: &Value) -> String {
    let start: String = digest.as_str().unwrap_or_default().chars().take(8).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::Names;

    fn registration() -> Registration {
        serde_json::from_value(serde_json::json!({
            "id": "rp",
            "name": { "ja": "窓口", "en": "Desk" },
            "insurers": ["aoba"],
            "redirect_uris": ["https://rp.example/cb"],
            "secret_sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "scopes": ["openid"]
        }))
        .unwrap()
    }

    #[test]
    fn a_difference_names_the_key_and_both_sides_and_never_a_whole_digest() {
        let old = registration();
        assert_eq!(old.differences(&old.clone()), []);
        let digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        let secret =
            serde_json::json!(["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", digest]);
        let new = Registration {
            name: Names { ja: "窓口".to_owned(), en: "Counter".to_owned() },
            secret_sha256: serde_json::from_value(secret).unwrap(),
            client_uri: Some("https://rp.example/".to_owned()),
            ..old.clone()
        };
        let lines: Vec<String> = old.differences(&new).iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "client_uri: (none) → \"https://rp.example/\"",
                "name: {\"en\":\"Desk\",\"ja\":\"窓口\"} → {\"en\":\"Counter\",\"ja\":\"窓口\"}",
                "secret_sha256: ba7816bf… → [ba7816bf…, 01234567…]",
            ]
        );
    }

    #[test]
    fn keys_go_by_their_names() {
        let key = crate::jose::SigningKey::generate(crate::jose::Alg::Es256).unwrap();
        let set = serde_json::json!({ "keys": [key.public().jwk()] });
        let old = registration();
        let new = Registration { jwks: serde_json::from_value(set).unwrap(), ..old.clone() };
        assert_eq!(old.differences(&new)[0].new, Some(format!("keys {}", key.kid())));
    }
}
