use std::time::Duration;

use super::*;
use crate::factor::FactorKind;
use crate::oidc::authorize::tests::{asking, session};
use crate::oidc::authorize::{Consented, Verdict, Viewer};
use crate::session::Acr;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CALLBACK: &str = "https://rp.example/cb";

fn at(seconds: i64) -> Cx {
    Cx::seeded(Timestamp::from_seconds(seconds), 11)
}

fn issue(changes: &[(&'static str, &str)]) -> Code {
    let session = session(&[(9_000, FactorKind::Password)]);
    let asking = asking(changes);
    let viewer = Viewer {
        session: Some(&session),
        sub: None,
        consented: Consented::Nothing,
        can: Acr::OneFactor,
        least: None,
        has_stepped_up: false,
    };
    let Verdict::Code(passed) = asking.judge(Timestamp::from_seconds(10_000), &viewer) else {
        panic!("no code")
    };
    Code::new(&asking, session.account, passed, 3, &mut at(10_000))
}

fn redeem(
    code: Code,
    client: &str,
    uri: Option<&str>,
    verifier: Option<&str>,
    cx: &mut Cx,
) -> Result<Redeemed, Error> {
    let client = client.parse().unwrap();
    code.redeem(Presented { client: &client, redirect_uri: uri, verifier }, 3, cx)
}

fn refused(code: Code, client: &str, uri: Option<&str>, verifier: Option<&str>) -> ErrorCode {
    redeem(code, client, uri, verifier, &mut at(10_001)).unwrap_err().code
}

#[test]
fn the_rightful_client_gets_a_grant_of_what_was_frozen() {
    let redeemed = redeem(issue(&[]), "rp", Some(CALLBACK), Some(VERIFIER), &mut at(10_001)).unwrap();
    assert_eq!(redeemed.nonce.as_deref(), Some("n-1"));
    let grant = redeemed.grant;
    assert_eq!(grant.client.as_str(), "rp");
    assert_eq!(grant.membership.person.as_str(), "A1");
    assert_eq!(grant.authentication.auth_time.seconds(), 9_000);
    assert_eq!(grant.scopes.to_string(), "openid insurance");
    assert_eq!(grant.resources, ["https://id.example.jp"]);
    assert!(!grant.is_offline());
}

#[test]
fn the_same_code_has_the_same_digest_and_another_code_another() {
    let code = issue(&[]);
    let spend =
        |code: Code| redeem(code, "rp", Some(CALLBACK), Some(VERIFIER), &mut at(10_001)).unwrap().digest;
    assert_eq!(spend(code.clone()), spend(code.clone()));
    let sealed = serde_json::to_string(&code).unwrap();
    assert_eq!(serde_json::from_str::<Code>(&sealed).unwrap(), code);
    let mut other = code.clone();
    other.serial.push('x');
    assert_ne!(spend(other), spend(code));
}

#[test]
fn az_04_a_code_is_its_clients_own() {
    assert_eq!(refused(issue(&[]), "other", Some(CALLBACK), Some(VERIFIER)), ErrorCode::InvalidGrant);
}

#[test]
fn az_05_a_code_lives_for_sixty_seconds() {
    for (seconds, lives) in [(10_059, true), (10_060, false), (10_061, false)] {
        let redeemed = redeem(issue(&[]), "rp", Some(CALLBACK), Some(VERIFIER), &mut at(seconds));
        assert_eq!(redeemed.is_ok(), lives, "{seconds}");
    }
    assert_eq!(issue(&[]).expires_at, Timestamp::from_seconds(10_000) + Duration::from_mins(1));
}

#[test]
fn az_07_challenge_and_verifier_come_both_or_not_at_all() {
    let wrong = VERIFIER.replace('d', "e");
    for verifier in [None, Some(wrong.as_str()), Some(&VERIFIER[..42]), Some("")] {
        assert_eq!(
            refused(issue(&[]), "rp", Some(CALLBACK), verifier),
            ErrorCode::InvalidGrant,
            "{verifier:?}"
        );
    }
    let mut free = issue(&[]);
    free.challenge = None;
    assert_eq!(refused(free.clone(), "rp", Some(CALLBACK), Some(VERIFIER)), ErrorCode::InvalidGrant);
    assert!(redeem(free, "rp", Some(CALLBACK), None, &mut at(10_001)).is_ok());
}

#[test]
fn ru_17_the_address_is_the_one_of_the_request() {
    for uri in [None, Some("https://rp.example/cb2"), Some("https://rp.example/cb/")] {
        assert_eq!(refused(issue(&[]), "rp", uri, Some(VERIFIER)), ErrorCode::InvalidGrant, "{uri:?}");
    }
}

#[test]
fn a_restore_voids_codes() {
    let client = "rp".parse().unwrap();
    let presented = Presented { client: &client, redirect_uri: Some(CALLBACK), verifier: Some(VERIFIER) };
    assert_eq!(issue(&[]).redeem(presented, 4, &mut at(10_001)).unwrap_err().code, ErrorCode::InvalidGrant);
}

#[test]
fn a_code_is_never_shown() {
    assert_eq!(format!("{:?}", issue(&[])), "Code(…)");
}
