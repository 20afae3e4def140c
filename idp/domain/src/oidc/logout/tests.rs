use std::sync::Arc;

use super::*;
use crate::factor::FactorKind;
use crate::jose::{Alg, SigningKey, Typ, sign};
use crate::oidc::authorize::tests::{client, issuer, session};

struct Scene {
    key: SigningKey,
    session: Session,
}

impl Scene {
    fn new() -> Self {
        Self {
            key: SigningKey::generate(Alg::Es256).unwrap(),
            session: session(&[(9_000, FactorKind::Password)]),
        }
    }

    fn hint(&self, aud: &str) -> String {
        let claims = serde_json::json!({
            "iss": issuer().as_str(), "aud": aud, "sub": "me", "sid": self.session.id, "exp": 1, "iat": 0,
            "auth_time": 0, "acr": "urn:sekisho:acr:2f", "amr": ["pwd"]
        });
        sign(&self.key, Typ::Jwt, &claims).unwrap()
    }

    fn judge(&self, pairs: &[(&str, &str)], session: Option<&Session>) -> Verdict {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let keys = KeySet::new(vec![Arc::clone(self.key.public())]);
        let wish = Wish::read(&Params::parse(&form).unwrap(), &issuer(), &keys);
        let client = client();
        let found = wish.client().filter(|id| **id == client.id).map(|_| &client);
        wish.judge(session, found)
    }
}

fn location(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::End(onward) | Verdict::Gone(onward) => onward.as_ref().map(Onward::location),
        Verdict::Ask => None,
    }
}

const BYE: (&str, &str) = ("post_logout_redirect_uri", "https://rp.example/bye");

#[test]
fn lg_02_a_valid_hint_of_this_session_signs_out_and_goes_on() {
    let scene = Scene::new();
    let hint = scene.hint("rp");
    let hint = ("id_token_hint", hint.as_str());
    let ended = scene.judge(&[hint, BYE, ("state", "a b")], Some(&scene.session));
    assert!(matches!(ended, Verdict::End(_)));
    assert_eq!(location(&ended).unwrap(), "https://rp.example/bye?state=a+b");
    assert_eq!(location(&scene.judge(&[hint, BYE], Some(&scene.session))).unwrap(), BYE.1);
    assert_eq!(scene.judge(&[hint], Some(&scene.session)), Verdict::End(None));
    assert_eq!(location(&scene.judge(&[hint, BYE], None)).unwrap(), BYE.1);
    let mut other = scene.session.clone();
    other.id = crate::ids::SessionId::draw(&mut sekisho_base::Cx::seeded(other.created_at, 99));
    assert_eq!(scene.judge(&[hint, BYE], Some(&other)), Verdict::Ask);
}

#[test]
fn lg_01_without_a_valid_hint_the_person_is_asked() {
    let scene = Scene::new();
    let good = scene.hint("rp");
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let unsigned = format!("{signed}.");
    let edited = format!("{}.{signature}", signed.replacen('e', "f", 1));
    let foreign = Scene::new().hint("rp");
    for hint in [unsigned.as_str(), &edited, &foreign, "x", ""] {
        let verdict = scene.judge(&[("id_token_hint", hint), BYE, ("state", "s")], Some(&scene.session));
        assert_eq!(verdict, Verdict::Ask, "{hint}");
        assert_eq!(location(&scene.judge(&[("id_token_hint", hint), BYE], None)), None, "{hint}");
    }
    assert_eq!(scene.judge(&[("state", "s")], Some(&scene.session)), Verdict::Ask);
    assert_eq!(scene.judge(&[("client_id", "rp"), BYE], Some(&scene.session)), Verdict::Ask);
    assert_eq!(scene.judge(&[], None), Verdict::Gone(None));
}

#[test]
fn ru_10_the_address_after_sign_out_is_the_clients_own() {
    let scene = Scene::new();
    let hint = scene.hint("rp");
    let hint = ("id_token_hint", hint.as_str());
    for uri in [
        "https://rp.example/bye?foo=bar",
        "https://rp.example/cb",
        "https://evil.test/",
        "https://rp.example/bye/",
    ] {
        let to = ("post_logout_redirect_uri", uri);
        assert_eq!(scene.judge(&[hint, to], Some(&scene.session)), Verdict::Ask, "{uri}");
        assert_eq!(scene.judge(&[hint, to], None), Verdict::Gone(None), "{uri}");
    }
    let other = scene.hint("other");
    assert_eq!(scene.judge(&[("id_token_hint", &other), BYE], Some(&scene.session)), Verdict::Ask);
    assert_eq!(scene.judge(&[hint, ("client_id", "other"), BYE], Some(&scene.session)), Verdict::Ask);
}
