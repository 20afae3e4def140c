//! The pipeline as a relying party meets it: one table a check.

use std::sync::Arc;

use sekisho_base::{Cx, Timestamp};

use super::*;
use crate::factor::FactorKind;
use crate::ids::{AccountId, MembershipId, SessionId};
use crate::jose::{Alg, SigningKey, Typ, sign};
use crate::oidc::client::{Pkce, Profile, Registration};
use crate::oidc::error::ErrorCode;
use crate::session::{Acr, Event, MembershipRef, Session};

const ISSUER: &str = "https://id.example.jp";
const CALLBACK: &str = "https://rp.example/cb";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) fn issuer() -> Issuer {
    Issuer::parse(ISSUER).unwrap()
}

pub(crate) fn client() -> Client {
    let registration: Registration = toml::from_str(
        r#"
id = "rp"
name = { ja = "窓口", en = "Desk" }
insurers = ["aoba", "kaede"]
redirect_uris = ["https://rp.example/cb"]
post_logout_redirect_uris = ["https://rp.example/bye"]
secret_sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
first_party = true
scopes = ["openid", "profile", "insurance"]
"#,
    )
    .unwrap();
    registration.parse(false).unwrap()
}

/// Parameters to be set in a good request; an empty one is taken out.
pub(crate) type Changes<'a> = &'a [(&'static str, &'a str)];

/// A good request as pairs, to be altered.
fn good() -> Vec<(&'static str, String)> {
    [
        ("client_id", "rp"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid insurance"),
        ("state", "xyz"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

fn altered(changes: Changes<'_>) -> Params {
    let mut pairs = good();
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        pairs.push((*name, (*value).to_owned()));
    }
    Params::parse(&url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()).unwrap()
}

fn addressed(params: Params, client: Client) -> Result<Addressed, Local> {
    Asked::new(params).known(client)?.addressed(&issuer())
}

fn run_with(changes: Changes<'_>, client: Client, keys: &KeySet) -> Result<Asking, Error> {
    let issuer = issuer();
    addressed(altered(changes), client)
        .unwrap()
        .asking(Grounds { issuer: &issuer, keys })
        .map_err(|refusal| refusal.error)
}

pub(crate) fn asking(changes: Changes<'_>) -> Asking {
    run_with(changes, client(), &KeySet::default()).unwrap()
}

fn code_of(changes: Changes<'_>) -> Option<ErrorCode> {
    run_with(changes, client(), &KeySet::default()).err().map(|error| error.code)
}

#[test]
fn a_good_request_passes_and_says_what_it_wants() {
    let asking = asking(&[("ui_locales", "fr en"), ("insurer", "aoba"), ("extra", "foobar")]);
    assert_eq!(asking.scopes().to_string(), "openid insurance");
    assert_eq!(asking.nonce(), Some("n-1"));
    assert_eq!(asking.language(), Some(Language::En));
    assert_eq!(asking.insurer().unwrap().as_str(), "aoba");
    assert!(!asking.is_for_registration());
    for unserved in ["minato", "../x", ""] {
        assert_eq!(super::tests::asking(&[("insurer", unserved)]).insurer(), None, "{unserved}");
    }
    assert_eq!(asking.params().get("extra"), None);
}

#[test]
fn ru_02_and_ru_03_look_alike_addresses_are_refused_here() {
    let bad = [
        "https://rp.example@evil.test/cb",
        "https://rp.example%40evil.test/cb",
        "https://a@b@evil.test/cb",
        "https://rp.example:pw@rp.example/cb",
        "https://rp.example/cb/..;/x",
        "https://rp.example/cb/%2e%2e/x",
        "https://rp.example/cb/..%2fx",
        "https://rp.example/cb\\..\\x",
        "https://rp.example/cb/../cb",
        "https://[::ffff:127.0.0.1]/cb",
        "https://[fe80::1%25eth0]/cb",
        "https://rp.example:99999/cb",
        "https://rp.example:/cb",
        "",
    ];
    for uri in bad {
        let refused = addressed(altered(&[("redirect_uri", uri)]), client()).unwrap_err();
        assert_eq!(refused, Local::RedirectUri, "{uri}");
    }
}

#[test]
fn ru_05_a_bad_address_is_refused_here_whatever_else_is_wrong() {
    for also in [("response_type", "token"), ("scope", "profile"), ("prompt", "none"), ("request", "x")] {
        let params = altered(&[("redirect_uri", "https://evil.test/cb"), also]);
        assert_eq!(addressed(params, client()).unwrap_err(), Local::RedirectUri, "{also:?}");
    }
    for id in ["nobody", "", "r p", "rp\u{e9}"] {
        assert_eq!(
            addressed(altered(&[("client_id", id)]), client()).unwrap_err(),
            Local::UnknownClient,
            "{id}"
        );
    }
}

#[test]
fn each_check_answers_with_its_registered_error() {
    use ErrorCode::{
        InvalidRequest, InvalidScope, InvalidTarget, RegistrationNotSupported, RequestNotSupported,
        RequestUriNotSupported, UnsupportedResponseType,
    };
    let cases = [
        (("state", "a\nb"), InvalidRequest),
        (("request", "e30.e30."), RequestNotSupported),
        (("request_uri", "https://rp.example/r"), RequestUriNotSupported),
        (("registration", "{}"), RegistrationNotSupported),
        (("response_mode", "fragment"), InvalidRequest),
        (("response_mode", "form_post.jwt"), InvalidRequest),
        (("response_type", ""), InvalidRequest),
        (("response_type", "token"), UnsupportedResponseType),
        (("response_type", "code id_token"), UnsupportedResponseType),
        (("scope", ""), InvalidScope),
        (("scope", "profile"), InvalidScope),
        (("prompt", "none login"), InvalidRequest),
        (("prompt", "maybe"), InvalidRequest),
        (("max_age", "-1"), InvalidRequest),
        (("max_age", "+1"), InvalidRequest),
        (("max_age", "soon"), InvalidRequest),
        (("claims", "{"), InvalidRequest),
        (("claims", "[]"), InvalidRequest),
        (("claims", r#"{"userinfo":1}"#), InvalidRequest),
        (("id_token_hint", "e30.e30.x"), InvalidRequest),
        (("resource", "https://api.example"), InvalidTarget),
    ];
    for (change, expected) in cases {
        assert_eq!(code_of(&[change]), Some(expected), "{change:?}");
    }
    assert_eq!(code_of(&[("resource", ISSUER), ("display", "popup"), ("claims_locales", "se")]), None);
}

#[test]
fn az_06_the_challenge_is_required_and_is_s256() {
    let long = "a".repeat(129);
    let bad = [
        "",
        &CHALLENGE[..42],
        &long,
        &CHALLENGE.replace('-', "+"),
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN",
    ];
    for challenge in bad {
        assert_eq!(code_of(&[("code_challenge", challenge)]), Some(ErrorCode::InvalidRequest), "{challenge}");
    }
    for method in ["plain", "", "s256"] {
        assert_eq!(
            code_of(&[("code_challenge_method", method)]),
            Some(ErrorCode::InvalidRequest),
            "{method}"
        );
    }
    let lax = || Client { pkce: Pkce::Optional, ..client() };
    let keys = KeySet::default();
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    assert!(run_with(&without, lax(), &keys).unwrap().challenge().is_none());
    assert!(run_with(&[], lax(), &keys).unwrap().challenge().is_some());
    assert!(run_with(&[("code_challenge", "")], lax(), &keys).is_err());
    assert!(run_with(&[("code_challenge_method", "plain")], lax(), &keys).is_err());
}

#[test]
fn az_09_a_client_that_must_push_may_not_ask_openly() {
    let pushing = Client { profile: Profile::Fapi2Security, ..client() };
    let refused = run_with(&[], pushing, &KeySet::default()).unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
}

#[test]
fn az_11_every_answer_says_who_answers_and_repeats_the_state() {
    let issuer = issuer();
    let grounds = Grounds { issuer: &issuer, keys: &KeySet::default() };
    let granted = asking(&[]).into_callback().grant("c o+de".to_owned());
    let expected = "https://rp.example/cb?code=c+o%2Bde&state=xyz&iss=https%3A%2F%2Fid.example.jp";
    assert_eq!(granted, Answer::Redirect(expected.to_owned()));
    let refusal =
        addressed(altered(&[("response_type", "token")]), client()).unwrap().asking(grounds).unwrap_err();
    let Answer::Redirect(location) = refusal.callback.refuse(refusal.error) else { panic!("not a redirect") };
    let expected = "https://rp.example/cb?error=unsupported_response_type&error_description=response_type+is+code\
                    &state=xyz&iss=https%3A%2F%2Fid.example.jp";
    assert_eq!(location, expected);
}

#[test]
fn az_20_claims_nested_two_thousand_deep_are_refused() {
    let deep = format!("{{\"userinfo\":{}", "[".repeat(2_000));
    assert_eq!(code_of(&[("claims", &deep)]), Some(ErrorCode::InvalidRequest));
}

#[test]
fn xs_04_a_form_carries_exactly_what_was_sent() {
    let state = "\"'></form><script>&amp;";
    let answer =
        asking(&[("response_mode", "form_post"), ("state", state)]).into_callback().grant("c".to_owned());
    let Answer::FormPost { action, origin, fields } = answer else { panic!("not a form") };
    assert_eq!((action.as_str(), origin.as_str()), (CALLBACK, "https://rp.example"));
    assert_eq!(fields, [("code", "c".to_owned()), ("state", state.to_owned()), ("iss", ISSUER.to_owned())]);
}

#[test]
fn ru_12_a_refusal_by_form_stays_a_form_and_an_unknown_mode_is_not_used() {
    let issuer = issuer();
    let grounds = Grounds { issuer: &issuer, keys: &KeySet::default() };
    for (mode, by_form) in [("form_post", true), ("fragment", false), ("query.jwt", false)] {
        let params = altered(&[("response_mode", mode), ("response_type", "token")]);
        let refusal = addressed(params, client()).unwrap().asking(grounds).unwrap_err();
        let answer = refusal.callback.refuse(refusal.error);
        assert_eq!(matches!(answer, Answer::FormPost { .. }), by_form, "{mode}");
    }
}

#[test]
fn az_15_scopes_and_claims_beyond_the_registration_fall_away() {
    let claims = r#"{"userinfo":{"name":{"essential":true},"email":null,"nonsense":null}}"#;
    let asking = asking(&[("scope", "email openid admin profile"), ("claims", claims)]);
    assert_eq!(asking.scopes().to_string(), "openid profile");
    assert!(asking.claims().has(Claim::Name) && !asking.claims().has(Claim::Email));
}

const ASKED_AT: Timestamp = Timestamp::from_seconds(10_000);

pub(crate) fn session(shown: &[(i64, FactorKind)]) -> Session {
    let mut cx = Cx::seeded(ASKED_AT, 5);
    let membership = MembershipRef {
        insurer: "aoba".parse().unwrap(),
        id: MembershipId::draw(&mut cx),
        person: "A1".parse().unwrap(),
    };
    let events = shown.iter().map(|(at, factor)| Event { at: Timestamp::from_seconds(*at), factor: *factor });
    Session {
        id: SessionId::draw(&mut cx),
        account: AccountId::draw(&mut cx),
        membership: Some(membership),
        events: events.collect(),
        language: Language::Ja,
        created_at: Timestamp::from_seconds(9_000),
        last_seen_at: Timestamp::from_seconds(9_000),
        idle: Duration::from_hours(1),
        ends_at: Timestamp::from_seconds(90_000),
    }
}

fn outcome(changes: Changes<'_>, client: Client, viewer: &Viewer<'_>) -> String {
    let verdict = run_with(changes, client, &KeySet::default()).unwrap().judge(ASKED_AT, viewer);
    match verdict {
        Verdict::SignIn => "sign in".to_owned(),
        Verdict::StepUp(Lack { since, wanted, least }) => {
            let short = |acr: Acr| acr.as_urn().rsplit(':').next().unwrap().to_owned();
            let since = since.map_or("ever".to_owned(), |since| since.seconds().to_string());
            format!("show {} or {} since {since}", short(wanted), short(least))
        }
        Verdict::Consent => "consent".to_owned(),
        Verdict::Refuse(error) => error.code.as_str().to_owned(),
        Verdict::Code(passed) => {
            let Authentication { auth_time, acr, amr } = passed.authentication;
            format!("{} {} {}", auth_time.seconds(), acr.as_urn().rsplit(':').next().unwrap(), amr.join("+"))
        }
    }
}

fn viewer(session: Option<&Session>) -> Viewer<'_> {
    Viewer {
        session,
        sub: session.map(|_| "me"),
        consented: Consented::Nothing,
        can: Acr::OneFactor,
        least: None,
        has_stepped_up: false,
    }
}

#[test]
fn az_12_and_az_13_who_must_sign_in_is_decided_by_time_and_prompt() {
    let old = session(&[(9_000, FactorKind::Password), (9_005, FactorKind::Sms)]);
    let fresh =
        session(&[(9_000, FactorKind::Password), (10_000, FactorKind::Password), (10_009, FactorKind::Totp)]);
    let both = "9000 2f pwd+sms+mfa";
    let anew = "show 1f or 1f since 10000";
    let cases: [(Changes<'_>, Option<&Session>, &str); 17] = [
        (&[], None, "sign in"),
        (&[("prompt", "login"), ("acr_values", "urn:sekisho:acr:pr")], None, "sign in"),
        (&[("prompt", "none")], None, "login_required"),
        (&[], Some(&old), both),
        (&[("prompt", "none")], Some(&old), both),
        (&[("prompt", "login")], Some(&old), anew),
        (&[("prompt", "login")], Some(&fresh), "10000 2f pwd+otp+mfa"),
        (&[("prompt", "select_account")], Some(&old), anew),
        (&[("prompt", "create")], Some(&old), "sign in"),
        (&[("prompt", "create")], Some(&fresh), "10000 2f pwd+otp+mfa"),
        (&[("max_age", "0")], Some(&old), anew),
        (&[("max_age", "999")], Some(&old), "show 1f or 1f since 9001"),
        (&[("max_age", "1000")], Some(&old), both),
        (&[("max_age", "999"), ("prompt", "none")], Some(&old), "login_required"),
        (&[("claims", r#"{"id_token":{"sub":{"value":"me"}}}"#)], Some(&old), both),
        (&[("claims", r#"{"id_token":{"sub":{"value":"you"}}}"#)], Some(&old), "sign in"),
        (&[("claims", r#"{"id_token":{"sub":{"value":"you"}}}"#)], Some(&fresh), "login_required"),
    ];
    for (changes, session, expected) in cases {
        assert_eq!(outcome(changes, client(), &viewer(session)), expected, "{changes:?}");
    }
}

const ESSENTIAL: &str = r#"{"id_token":{"acr":{"essential":true,"values":["urn:sekisho:acr:2f"]}}}"#;

#[test]
fn az_14_assurance_is_stated_as_it_is_and_never_invented() {
    use Acr::{OneFactor as One, PhishingResistant as Pr, TwoFactor as Two};
    let one = session(&[(9_000, FactorKind::Password)]);
    let as_is = "9000 1f pwd";
    let unmet = "unmet_authentication_requirements";
    let cases: [(Changes<'_>, Option<Acr>, Acr, &str); 16] = [
        (&[("acr_values", "urn:sekisho:acr:2f")], None, One, as_is),
        (&[("acr_values", "urn:sekisho:acr:2f")], None, Two, "show 2f or 1f since ever"),
        (&[("acr_values", "urn:sekisho:acr:2f"), ("prompt", "none")], None, Two, as_is),
        (&[("acr_values", "urn:sekisho:acr:pr urn:sekisho:acr:1f")], None, Pr, as_is),
        (&[("acr_values", "urn:sekisho:acr:pr")], None, Two, as_is),
        (&[("acr_values", "1 2")], None, Two, as_is),
        (&[("claims", ESSENTIAL)], None, Two, "show 2f or 2f since ever"),
        (&[("claims", ESSENTIAL)], None, One, unmet),
        (&[("claims", ESSENTIAL), ("prompt", "none")], None, Two, unmet),
        (&[("claims", ESSENTIAL), ("max_age", "60")], None, Two, "show 2f or 2f since 9940"),
        (&[("claims", ESSENTIAL), ("prompt", "login")], None, One, unmet),
        (
            &[("acr_values", "urn:sekisho:acr:2f"), ("prompt", "login")],
            None,
            One,
            "show 1f or 1f since 10000",
        ),
        (&[], Some(Two), Two, "show 2f or 2f since ever"),
        (&[], Some(Two), One, unmet),
        (&[], Some(Pr), Pr, "show pr or pr since ever"),
        (&[("prompt", "none")], Some(Two), Two, unmet),
    ];
    for (changes, min_acr, can, expected) in cases {
        let client = Client { min_acr, ..client() };
        let viewer = Viewer { can, ..viewer(Some(&one)) };
        assert_eq!(outcome(changes, client, &viewer), expected, "{changes:?} {min_acr:?} {can}");
    }
}

#[test]
fn az_14_a_step_up_that_did_not_help_is_refused_or_goes_on_and_never_goes_round() {
    use Acr::TwoFactor as Two;
    let unmet = "unmet_authentication_requirements";
    let again = session(&[(9_000, FactorKind::Password), (10_001, FactorKind::Password)]);
    let second_alone = session(&[(9_000, FactorKind::Password), (10_001, FactorKind::Sms)]);
    let cases: [(Changes<'_>, Option<Acr>, &Session, &str); 7] = [
        (&[("claims", ESSENTIAL)], None, &again, unmet),
        (&[], Some(Two), &again, unmet),
        (&[("acr_values", "urn:sekisho:acr:2f")], None, &again, "10001 1f pwd"),
        (&[("claims", ESSENTIAL)], None, &second_alone, "9000 2f pwd+sms+mfa"),
        (&[("prompt", "login")], None, &again, "10001 1f pwd"),
        // The second factor alone is no fresh sign-in.
        (&[("prompt", "login")], None, &second_alone, "login_required"),
        (&[("max_age", "60")], None, &second_alone, "login_required"),
    ];
    for (changes, min_acr, session, expected) in cases {
        let client = Client { min_acr, ..client() };
        let viewer = Viewer { can: Acr::PhishingResistant, has_stepped_up: true, ..viewer(Some(session)) };
        assert_eq!(outcome(changes, client, &viewer), expected, "{changes:?} {min_acr:?}");
    }
}

#[test]
fn mf_16_what_the_insurer_of_another_membership_asks_for_is_asked_there_too() {
    let one = session(&[(9_000, FactorKind::Password)]);
    let two = session(&[(9_000, FactorKind::Password), (9_001, FactorKind::Sms)]);
    for (session, can, expected) in [
        (&one, Acr::TwoFactor, "show 2f or 2f since ever"),
        (&one, Acr::OneFactor, "unmet_authentication_requirements"),
        (&two, Acr::TwoFactor, "9000 2f pwd+sms+mfa"),
    ] {
        let viewer = Viewer { can, least: Some(Acr::TwoFactor), ..viewer(Some(session)) };
        assert_eq!(outcome(&[], client(), &viewer), expected);
    }
}

#[test]
fn mf_05_a_second_factor_without_a_first_is_nobodys_sign_in() {
    let half = session(&[(9_999, FactorKind::Totp)]);
    assert_eq!(outcome(&[("prompt", "none")], client(), &viewer(Some(&half))), "login_required");
}

#[test]
fn no_code_for_a_membership_outside_the_clients_insurers() {
    let mut elsewhere = session(&[(9_000, FactorKind::Password)]);
    elsewhere.membership.as_mut().unwrap().insurer = "minato".parse().unwrap();
    assert_eq!(outcome(&[], client(), &viewer(Some(&elsewhere))), "access_denied");
    // Who is to sign in afresh may do so as somebody else.
    assert_eq!(outcome(&[("prompt", "login")], client(), &viewer(Some(&elsewhere))), "sign in");
    elsewhere.membership = None;
    assert_eq!(outcome(&[("prompt", "none")], client(), &viewer(Some(&elsewhere))), "access_denied");
}

#[test]
fn az_16_consent_is_remembered_only_for_clients_that_prove_who_they_are() {
    let session = session(&[(9_000, FactorKind::Password)]);
    let third = || Client { first_party: false, ..client() };
    let public = || Client { credential: crate::oidc::client::Credential::Public, ..third() };
    let given = || Consented::Remembered(ScopeSet::understood("openid profile insurance"));
    let narrow = || Consented::Remembered(ScopeSet::understood("openid"));
    let code = "9000 1f pwd";
    let cases: [(Changes<'_>, Client, Consented, &str); 9] = [
        (&[], client(), Consented::Nothing, code),
        (&[("prompt", "consent")], client(), Consented::Nothing, "consent"),
        (&[("prompt", "consent")], client(), Consented::JustNow, code),
        (&[], third(), Consented::Nothing, "consent"),
        (&[("prompt", "none")], third(), Consented::Nothing, "consent_required"),
        (&[], third(), given(), code),
        (&[], third(), narrow(), "consent"),
        (&[], public(), given(), "consent"),
        (&[], public(), Consented::JustNow, code),
    ];
    for (changes, client, consented, expected) in cases {
        let viewer = Viewer { consented, ..viewer(Some(&session)) };
        assert_eq!(outcome(changes, client, &viewer), expected, "{changes:?} {viewer:?}");
    }
}

#[test]
fn a_hint_is_ours_and_this_clients_or_it_is_refused() {
    let key = SigningKey::generate(Alg::Es256).unwrap();
    let keys = KeySet::new(vec![Arc::clone(key.public())]);
    let hint = |iss: &str, aud: &str, typ| {
        let claims = serde_json::json!({
            "iss": iss, "aud": aud, "sub": "me", "sid": session(&[]).id, "exp": 1, "iat": 0, "auth_time": 0,
            "acr": "urn:sekisho:acr:2f", "amr": []
        });
        sign(&key, typ, &claims).unwrap()
    };
    let run = |token: String, keys: &KeySet| run_with(&[("id_token_hint", token.as_str())], client(), keys);
    assert!(run(hint(ISSUER, "rp", Typ::Jwt), &keys).is_ok());
    assert!(run(hint(ISSUER, "other", Typ::Jwt), &keys).is_err());
    assert!(run(hint("https://evil.test", "rp", Typ::Jwt), &keys).is_err());
    assert!(run(hint(ISSUER, "rp", Typ::AccessToken), &keys).is_err());
    assert!(run(hint(ISSUER, "rp", Typ::Jwt), &KeySet::default()).is_err());
}
