//! A client's private key, as its owner keeps it: PEM (RFC 7468 §10) or a JWK (RFC 7517).

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sekisho_domain::jose::{Alg, KeySet, SigningKey};
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// `SEQUENCE { 0, { id-ecPublicKey, prime256v1 }, OCTET STRING { SEQUENCE { 1, OCTET STRING …` (RFC 5915), up to the
/// private number; what follows it says that the public point comes next.
const P256: [&[u8]; 2] = [
    &[
        0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x6d, 0x30, 0x6b, 0x02, 0x01, 0x01,
        0x04, 0x20,
    ],
    &[0xa1, 0x44, 0x03, 0x42, 0x00, 0x04],
];
/// `SEQUENCE { 0, { id-Ed25519 }, OCTET STRING { OCTET STRING …` (RFC 8410 §7), up to the private key.
const ED25519: &[u8] =
    &[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A private key under the name by which the service knows its public half.
pub struct Key {
    key: SigningKey,
    kid: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    kty: String,
    crv: Option<String>,
    kid: Option<String>,
    d: Option<String>,
    #[serde(default)]
    x: String,
    #[serde(default)]
    y: String,
}

impl Key {
    /// Reads a key. Where it is known which keys are registered, it must be one of them, and goes by that one's name.
    ///
    /// # Errors
    /// When it is not of a form that is read, or is not registered.
    pub fn read(text: &str, registered: Option<&KeySet>) -> anyhow::Result<Self> {
        let (der, kid) = if text.trim_start().starts_with('{') { jwk(text)? } else { (pem(text)?, None) };
        let read = Alg::ALL.into_iter().filter_map(|alg| SigningKey::from_pkcs8(alg, &der).ok());
        let candidates: Vec<SigningKey> = read.collect();
        let Some(registered) = registered else {
            let key = candidates.into_iter().next().context("is no RSA, P-256 or Ed25519 key in PKCS #8")?;
            return Ok(Self { key, kid });
        };
        let known = registered.to_jwks().keys;
        let public = candidates.first().map(|key| json!(key.public().jwk()));
        for key in candidates {
            let own = key.public().jwk();
            if let Some(found) =
                known.iter().find(|known| known.material == own.material && known.alg == own.alg)
            {
                return Ok(Self { kid: Some(found.kid.clone()), key });
            }
        }
        match public {
            Some(public) => {
                bail!("is not among the client's registered keys. Its public half, for jwks: {public}")
            }
            None => bail!("is no RSA, P-256 or Ed25519 key in PKCS #8"),
        }
    }

    /// Signs an assertion (RFC 7523 §3).
    ///
    /// # Errors
    /// When the key fails.
    pub fn sign(&self, claims: &Value) -> anyhow::Result<String> {
        let mut header = json!({ "alg": self.key.alg(), "typ": "JWT" });
        if let (Some(kid), Some(members)) = (&self.kid, header.as_object_mut()) {
            members.insert("kid".to_owned(), json!(kid));
        }
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature = self.key.sign(signed.as_bytes())?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn pem(text: &str) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    const HINT: &str = "is neither a JWK nor PEM that begins with BEGIN PRIVATE KEY: `openssl pkcs8 -topk8 -nocrypt` makes one";
    let inside = text.split_once("-----BEGIN PRIVATE KEY-----").map(|(_, rest)| rest);
    let (inside, _) = inside.and_then(|rest| rest.split_once("-----END PRIVATE KEY-----")).context(HINT)?;
    let lines: Zeroizing<String> = Zeroizing::new(inside.split_whitespace().collect());
    Ok(Zeroizing::new(STANDARD.decode(lines.as_bytes()).context("is PEM that is not base64")?))
}

type Read = (Zeroizing<Vec<u8>>, Option<String>);

fn jwk(text: &str) -> anyhow::Result<Read> {
    let key: Written = serde_json::from_str(text).map_err(|_| anyhow::anyhow!("is not a JWK"))?;
    let number = |text: &str| URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == 32);
    let d = Zeroizing::new(key.d.as_deref().and_then(number).unwrap_or_default());
    if d.is_empty() && key.kty != "RSA" {
        bail!("is a public key: the private one has a member d");
    }
    let der = match (key.kty.as_str(), key.crv.as_deref()) {
        ("EC", Some("P-256")) => {
            let [before, between] = P256;
            let (x, y) = (number(&key.x), number(&key.y));
            let (x, y) = x.zip(y).context("is a P-256 key without x and y")?;
            Zeroizing::new([before, &d, between, &x, &y].concat())
        }
        ("OKP", Some("Ed25519")) => Zeroizing::new([ED25519, &d].concat()),
        ("RSA", _) => bail!("is an RSA key as a JWK, which is not read here: give it as PEM"),
        _ => bail!("is neither P-256 nor Ed25519"),
    };
    Ok((der, key.kid))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(key: &SigningKey, kid: &str) -> KeySet {
        let mut jwk = key.public().jwk().clone();
        kid.clone_into(&mut jwk.kid);
        KeySet::new(vec![std::sync::Arc::new(sekisho_domain::jose::VerifyingKey::from_jwk(jwk).unwrap())])
    }

    fn as_pem(der: &[u8]) -> String {
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
    }

    #[test]
    fn every_kind_of_key_is_read_from_pem_and_goes_by_its_registered_name() {
        for alg in Alg::ALL {
            let key = SigningKey::generate(alg).unwrap();
            let read = Key::read(&as_pem(&key.to_pkcs8().unwrap()), Some(&set(&key, "desk-1"))).unwrap();
            let token = read.sign(&json!({ "sub": "desk" })).unwrap();
            let claims: Value = sekisho_domain::jose::verify_assertion(&token, &set(&key, "desk-1")).unwrap();
            assert_eq!(claims["sub"], "desk", "{alg}");
        }
    }

    #[test]
    fn a_jwk_on_a_curve_is_read_with_its_name() {
        // RFC 8037 appendix A.1, and RFC 7515 appendix A.3.
        let ed = r#"{"kty":"OKP","crv":"Ed25519","kid":"a","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        let ec = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
        for (text, alg, kid) in [(ed, Alg::EdDsa, Some("a")), (ec, Alg::Es256, None)] {
            let key = Key::read(text, None).unwrap();
            assert_eq!((key.key.alg(), key.kid.as_deref()), (alg, kid));
            let known = set(&key.key, "b");
            let token = Key::read(text, Some(&known)).unwrap().sign(&json!({})).unwrap();
            assert!(sekisho_domain::jose::verify_assertion::<Value>(&token, &known).is_ok());
        }
    }

    #[test]
    fn what_is_wrong_with_a_key_is_said_without_showing_it() {
        let (one, other) =
            (SigningKey::generate(Alg::Es256).unwrap(), SigningKey::generate(Alg::Es256).unwrap());
        let said = |text: &str| Key::read(text, Some(&set(&other, "b"))).err().unwrap().to_string();
        assert!(said(&as_pem(&one.to_pkcs8().unwrap())).contains(one.kid()));
        assert!(said("{}").contains("is not a JWK"));
        assert!(said(r#"{"kty":"EC","crv":"P-256","x":"a","y":"b"}"#).contains("is a public key"));
        assert!(said("-----BEGIN RSA PRIVATE KEY-----").contains("pkcs8"));
    }
}
