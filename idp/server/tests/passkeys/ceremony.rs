//! The two ceremonies at the adapter: what is sent wrongly never holds (`security.md` §1.6, WA-02 … WA-13).

use sekisho_domain::factor::passkey::Refused;
use sekisho_domain::ids::AccountId;
use sekisho_idp::passkeys::{Known, Made, Owner, Passkeys, Response, Verified};
use serde_json::{Value, json};
use url::Url;

use crate::authenticator::{
    self, BE, BS, Handle, Kind, Passkey, Tweaks, UP, UV, base64, bytes_of, create_with,
};
use crate::browser::ORIGIN;
use crate::cbor::Cbor;

/// The house's relying party.
pub fn relying_party() -> Passkeys {
    Passkeys::new(&Url::parse(ORIGIN).unwrap(), &[]).unwrap()
}

/// Somebody.
pub const ACCOUNT: AccountId = AccountId::from_bytes([7; 16]);

pub const OWNER: Owner<'static> = Owner { account: ACCOUNT, name: "hanako@example.jp" };

/// Registers as told.
pub fn register(known: &[Known], tweaks: &Tweaks) -> (Passkey, Result<Made, Refused>) {
    let passkeys = relying_party();
    let asked = passkeys.creation(&OWNER, known).unwrap();
    let (passkey, response) = create_with(&parsed(&asked.options), tweaks);
    (passkey, passkeys.made(&response.to_string(), &asked.state))
}

/// A passkey and how it rests.
pub fn registered(tweaks: &Tweaks) -> (Passkey, String) {
    let (passkey, made) = register(&[], tweaks);
    (passkey, made.unwrap().key)
}

/// Shows it as told.
pub fn show((passkey, key): &mut (Passkey, String), tweaks: &Tweaks) -> Result<Verified, Refused> {
    let passkeys = relying_party();
    let asked = passkeys.proof(&[]).unwrap();
    let response = passkey.get_with(&parsed(&asked.options), tweaks);
    passkeys.verify(&Response::read(&response.to_string())?, asked.state, key)
}

pub fn parsed(options: &str) -> Value {
    serde_json::from_str(options).unwrap()
}

fn client(name: &'static str, value: Value) -> Tweaks {
    Tweaks { client: vec![(name, value)], ..Tweaks::default() }
}

pub fn reply(place: &'static str, value: Value) -> Tweaks {
    Tweaks { json: vec![(place, value)], ..Tweaks::default() }
}

pub fn flags(flags: u8) -> Tweaks {
    Tweaks { flags, ..Tweaks::default() }
}

/// Refused at both ceremonies.
#[track_caller]
pub fn refused(why: &str, tweaks: &Tweaks) {
    assert!(register(&[], tweaks).1.is_err(), "a registration: {why}");
    let mut held = registered(&Tweaks::default());
    assert!(show(&mut held, tweaks).is_err(), "a sign-in: {why}");
    assert!(show(&mut held, &Tweaks::default()).is_ok(), "and the right one holds: {why}");
}

#[test]
fn wa_01_options_ask_for_a_discoverable_credential_and_a_verified_user() {
    let passkeys = relying_party();
    let options = parsed(&passkeys.creation(&OWNER, &[]).unwrap().options);
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(bytes_of(&options["user"]["id"]), ACCOUNT.to_bytes());
    assert_eq!(bytes_of(&options["challenge"]).len(), 32);
    let selection = &options["authenticatorSelection"];
    assert_eq!(selection["residentKey"], "required");
    assert_eq!(selection["requireResidentKey"], true);
    assert_eq!(selection["userVerification"], "required");
    let options = parsed(&passkeys.proof(&[]).unwrap().options);
    assert_eq!(options["rpId"], "localhost");
    assert_eq!(options["userVerification"], "required");
    assert_eq!(bytes_of(&options["challenge"]).len(), 32);
    assert!(options.get("allowCredentials").is_none_or(|allowed| allowed == &json!([])));
    let mut seen: Vec<Vec<u8>> = Vec::new();
    for _ in 0..100 {
        seen.push(bytes_of(&parsed(&passkeys.proof(&[]).unwrap().options)["challenge"]));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 100, "each challenge is drawn anew");
}

#[test]
fn every_algorithm_that_is_offered_holds_and_no_other_does() {
    let asked = relying_party().creation(&OWNER, &[]).unwrap();
    let offered: Vec<i64> = parsed(&asked.options)["pubKeyCredParams"]
        .as_array()
        .unwrap()
        .iter()
        .map(|offered| offered["alg"].as_i64().unwrap())
        .collect();
    assert!(offered.contains(&-7) && offered.contains(&-257), "{offered:?}");
    let made = [Kind::Es256, Kind::Es384, Kind::Rs256];
    assert!(offered.iter().all(|alg| made.iter().any(|kind| kind.number() == *alg)), "{offered:?}");
    for kind in made.into_iter().filter(|kind| offered.contains(&kind.number())) {
        let mut held = registered(&Tweaks { kind, ..Tweaks::default() });
        assert!(show(&mut held, &Tweaks::default()).is_ok(), "{kind:?}");
        let broken = Tweaks { signature: broken, ..Tweaks::default() };
        assert_eq!(show(&mut held, &broken).err(), Some(Refused::Faulty), "{kind:?}");
    }
}

fn broken(mut signature: Vec<u8>) -> Vec<u8> {
    let last = signature.last_mut().unwrap();
    *last ^= 1;
    signature
}

#[test]
fn wa_02_only_the_issuer_itself_is_the_origin_byte_for_byte() {
    for origin in [
        "https://localhost:8080",
        "http://localhost",
        "http://localhost:8081",
        "http://localhost:80800",
        "http://badlocalhost:8080",
        "http://idp.localhost:8080",
        "http://localhost.evil.test:8080",
        "http://127.0.0.1:8080",
        "null",
        "",
        "file://",
        "localhost:8080",
        "android:apk-key-hash:AAAA",
        // Not what a browser writes, though a parser of addresses takes it for the same.
        "http://localhost:8080/",
        "http://localhost:8080/x",
        "http://evil@localhost:8080",
        "http://localhost:8080#x",
        "http://localhost:8080?x",
        "HTTP://LOCALHOST:8080",
        " http://localhost:8080",
        "http:\\\\localhost:8080",
        "http://localhost:08080",
        "http://ｌocalhost:8080",
    ] {
        refused(origin, &client("origin", json!(origin)));
    }
    for origin in [json!(null), json!(["http://localhost:8080"]), json!({}), json!(8080)] {
        refused("an origin that is no text", &client("origin", origin));
    }
}

#[test]
fn wa_03_nothing_of_another_relying_party_kind_or_frame_holds() {
    for rp_id in ["evil.test", "localhos", "", "http://localhost:8080", "LOCALHOST"] {
        refused(rp_id, &Tweaks { rp_id: Some(rp_id), ..Tweaks::default() });
    }
    for kind in ["webauthn.get", "webauthn.create"] {
        let tweaks = client("type", json!(kind));
        let held = &mut registered(&Tweaks::default());
        assert_eq!(register(&[], &tweaks).1.is_ok(), kind == "webauthn.create");
        assert_eq!(show(held, &tweaks).is_ok(), kind == "webauthn.get");
    }
    for kind in ["payment.get", "WEBAUTHN.GET", "", "navigator.id.getAssertion"] {
        refused(kind, &client("type", json!(kind)));
    }
    refused("no type", &client("type", Value::Null));
    refused("in a frame", &client("crossOrigin", json!(true)));
    refused("a frame as text", &client("crossOrigin", json!("true")));
    refused("below another page", &client("topOrigin", json!("https://evil.test")));
    refused("below a page of ours", &client("topOrigin", json!(ORIGIN)));
    let both = vec![("crossOrigin", json!(true)), ("topOrigin", json!("https://evil.test"))];
    refused("both", &Tweaks { client: both, ..Tweaks::default() });
    let twice = |tail: &str| {
        let text = format!(r#"{{"type":"webauthn.get","challenge":"AA","origin":"{ORIGIN}"{tail}}}"#);
        Tweaks { client_bytes: Some(text.into_bytes()), ..Tweaks::default() }
    };
    for tail in [
        r#","crossOrigin":false,"crossOrigin":true"#,
        r#","type":"webauthn.get""#,
        r#","origin":"https://evil.test""#,
        r#","challenge":"BB""#,
    ] {
        refused(tail, &twice(tail));
    }
}

#[test]
fn wa_01_wa_08_a_response_answers_its_own_challenge() {
    for challenge in ["", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "not base64!"] {
        refused(challenge, &client("challenge", json!(challenge)));
    }
    refused("none", &client("challenge", Value::Null));
    let (passkeys, mut held) = (relying_party(), registered(&Tweaks::default()));
    let [one, two] = [passkeys.proof(&[]).unwrap(), passkeys.proof(&[]).unwrap()];
    let response = Response::read(&held.0.get(&parsed(&one.options)).to_string()).unwrap();
    assert_eq!(passkeys.verify(&response, two.state, &held.1).err(), Some(Refused::Faulty));
    assert!(passkeys.verify(&response, one.state, &held.1).is_ok());
    let [one, two] = [passkeys.creation(&OWNER, &[]).unwrap(), passkeys.creation(&OWNER, &[]).unwrap()];
    let (_, response) = authenticator::create(&parsed(&one.options));
    assert_eq!(passkeys.made(&response.to_string(), &two.state).err(), Some(Refused::Faulty));
    assert!(passkeys.made(&response.to_string(), &one.state).is_ok());
}

#[test]
fn wa_04_the_user_is_present_and_verified() {
    refused("nobody there", &flags(UV));
    refused("nothing at all", &flags(0));
    refused("touched only", &flags(UP));
    let held = &mut registered(&Tweaks::default());
    assert_eq!(show(held, &flags(UP)).err(), Some(Refused::Unverified));
    assert_eq!(register(&[], &flags(UP)).1.err(), Some(Refused::Unverified));
}

#[test]
fn wa_05_a_count_that_does_not_grow_is_a_copy_and_zeros_are_fine() {
    let counted = |counter| Tweaks { counter: Some(counter), ..Tweaks::default() };
    let mut held = registered(&Tweaks::default());
    for _ in 0..3 {
        assert_eq!(show(&mut held, &counted(0)).unwrap().sign_count, 0);
    }
    let mut held = registered(&counted(7));
    for counter in [7, 6, 1, 0] {
        assert_eq!(show(&mut held, &counted(counter)).err(), Some(Refused::Cloned), "{counter}");
    }
    let shown = show(&mut held, &counted(8)).unwrap();
    assert_eq!(shown.sign_count, 8);
    held.1 = shown.changed.unwrap();
    assert_eq!(show(&mut held, &counted(8)).err(), Some(Refused::Cloned));
    assert_eq!(show(&mut held, &counted(u32::MAX)).unwrap().sign_count, u32::MAX);
}

#[test]
fn wa_06_a_response_names_its_account_and_opens_with_its_own_key_only() {
    let (mut mine, theirs) = (registered(&Tweaks::default()), registered(&Tweaks::default()));
    let passkeys = relying_party();
    let asked = passkeys.proof(&[]).unwrap();
    let response = mine.0.get(&parsed(&asked.options)).to_string();
    let response = Response::read(&response).unwrap();
    assert_eq!(response.account(), Some(ACCOUNT));
    assert!(passkeys.verify(&response, asked.state, &theirs.1).is_err(), "the key of another credential");
    for handle in [
        Handle::Absent,
        Handle::Of(Vec::new()),
        Handle::Of(vec![7; 15]),
        Handle::Of(vec![7; 17]),
        Handle::Of(vec![7; 64]),
    ] {
        let asked = passkeys.proof(&[]).unwrap();
        let tweaks = Tweaks { handle, ..Tweaks::default() };
        let response = mine.0.get_with(&parsed(&asked.options), &tweaks).to_string();
        let account = Response::read(&response).ok().and_then(|response| response.account());
        assert_eq!(account, None);
    }
    // The id of one credential with the signature of another.
    let claim = base64(&theirs.0.id);
    let claimed = vec![("/id", json!(claim)), ("/rawId", json!(claim))];
    let asked = passkeys.proof(&[]).unwrap();
    let tweaks = Tweaks { json: claimed, ..Tweaks::default() };
    let response = mine.0.get_with(&parsed(&asked.options), &tweaks).to_string();
    let response = Response::read(&response).unwrap();
    assert!(passkeys.verify(&response, asked.state, &theirs.1).is_err());
}

#[test]
fn wa_07_a_registration_keeps_to_what_was_asked() {
    for kind in [Kind::EdDsa, Kind::Called(-8), Kind::Called(-36), Kind::Called(-65535), Kind::Called(0)] {
        let tweaks = Tweaks { kind, ..Tweaks::default() };
        assert_eq!(register(&[], &tweaks).1.err(), Some(Refused::Faulty), "{kind:?}");
    }
    for (length, holds) in [(0, false), (1, true), (16, true), (1_023, true), (1_024, false), (4_096, false)]
    {
        let tweaks = Tweaks { id_length: length, ..Tweaks::default() };
        assert_eq!(register(&[], &tweaks).1.is_ok(), holds, "an id of {length} bytes");
    }
    let (passkey, _) = registered(&Tweaks::default());
    let known = [Known { id: passkey.id.clone(), transports: vec!["internal".to_owned()] }];
    let asked = relying_party().creation(&OWNER, &known).unwrap();
    assert_eq!(parsed(&asked.options)["excludeCredentials"][0]["id"], base64(&passkey.id));
    let again = Tweaks { id: Some(passkey.id), ..Tweaks::default() };
    assert_eq!(register(&known, &again).1.err(), Some(Refused::Faulty), "one that is known");
    for format in ["fido-u2f", "packed", "tpm", "android-key", "android-safetynet", "apple", "", "x"] {
        let tweaks = Tweaks { attestation: (format, Cbor::Map(Vec::new())), ..Tweaks::default() };
        assert!(register(&[], &tweaks).1.is_err(), "{format}");
    }
}

#[test]
fn wa_02_pages_that_are_related_may_use_the_passkeys_byte_for_byte() {
    let related = [Url::parse("https://portal.example.jp/start").unwrap()];
    let passkeys = Passkeys::new(&Url::parse(ORIGIN).unwrap(), &related).unwrap();
    let (mut passkey, key) = registered(&Tweaks::default());
    for (origin, holds) in [
        (ORIGIN, true),
        ("https://portal.example.jp", true),
        ("https://portal.example.jp/", false),
        ("https://portal.example.jp:443", false),
        ("http://portal.example.jp", false),
        ("https://x.portal.example.jp", false),
    ] {
        let asked = passkeys.proof(&[]).unwrap();
        let said = passkey.get_with(&parsed(&asked.options), &client("origin", json!(origin)));
        let shown = passkeys.verify(&Response::read(&said.to_string()).unwrap(), asked.state, &key);
        assert_eq!(shown.is_ok(), holds, "{origin}");
    }
}

#[test]
fn wa_05_what_is_kept_of_a_new_passkey_is_what_was_verified() {
    let made =
        register(&[], &Tweaks { counter: Some(7), flags: UP | UV | BE | BS, ..Tweaks::default() }).1.unwrap();
    assert_eq!((made.sign_count, made.backed_up, made.aaguid), (7, true, "5e".repeat(16)));
    // A statement that looks like an authenticator's data, before the data themselves.
    let rp_id = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"localhost");
    let decoy = [rp_id.as_ref(), &[UP | UV | BE | BS], &[0xff; 4], &[1; 16]].concat();
    let attestation = ("none", Cbor::Map(vec![(Cbor::Text("x"), Cbor::Bytes(decoy))]));
    if let Ok(made) = register(&[], &Tweaks { attestation, ..Tweaks::default() }).1 {
        assert_eq!((made.sign_count, made.backed_up, made.aaguid), (0, false, "5e".repeat(16)));
    }
}
