//! Whatever is sent, the adapter says whether it holds; it never stops the house, and nothing altered ever holds.

use proptest::collection::vec;
use proptest::prelude::*;
use sekisho_idp::passkeys::Response;
use serde_json::{Value, json};

use crate::authenticator::{Kind, Tweaks, base64, bytes_of, create_with};
use crate::cbor::Cbor;
use crate::ceremony::{OWNER, parsed, register, registered, relying_party};

/// Any JSON.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        vec(any::<u8>(), 0..80).prop_map(|bytes| Value::from(base64(&bytes))),
    ];
    leaf.prop_recursive(4, 64, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((name(), inner), 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "id",
            "rawId",
            "type",
            "response",
            "clientDataJSON",
            "attestationObject",
            "authenticatorData",
            "signature",
            "userHandle",
            "transports",
            "clientExtensionResults",
            "extensions",
        ])
        .prop_map(str::to_owned),
        ".{0,12}",
    ]
}

/// Any CBOR, well-formed.
fn any_cbor() -> impl Strategy<Value = Cbor> {
    let leaf = prop_oneof![
        (-70_000_i64..70_000).prop_map(Cbor::Int),
        vec(any::<u8>(), 0..300).prop_map(Cbor::Bytes),
        prop::sample::select(vec!["x5c", "sig", "alg", "ver", "certInfo", "pubArea", "response", "", "2.0"])
            .prop_map(Cbor::Text),
        any::<bool>().prop_map(Cbor::Bool),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        let list = |items: Vec<Cbor>| {
            let mut bytes = vec![0x80 | u8::try_from(items.len()).unwrap()];
            bytes.extend(items.iter().flat_map(Cbor::bytes));
            Cbor::Raw(bytes)
        };
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(list),
            vec((inner.clone(), inner), 0..6).prop_map(Cbor::Map),
        ]
    })
}

/// A place among `length` bytes, and what becomes of it.
#[derive(Clone, Debug)]
enum Change {
    Flip(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<prop::sample::Index>(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, 1 << bit)),
        1 => any::<prop::sample::Index>().prop_map(Change::Cut),
        1 => (any::<prop::sample::Index>(), vec(any::<u8>(), 1..9)).prop_map(|(at, more)| Change::Insert(at, more)),
    ]
}

fn changed(mut bytes: Vec<u8>, change: &Change) -> Vec<u8> {
    match change {
        Change::Flip(at, bit) => {
            let at = at.index(bytes.len());
            bytes[at] ^= bit;
        }
        Change::Cut(at) => bytes.truncate(at.index(bytes.len())),
        Change::Insert(at, more) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, more.iter().copied());
        }
    }
    bytes
}

fn put(json: &mut Value, place: &str, change: &Change) {
    let value = json.pointer_mut(place).unwrap();
    *value = json!(base64(&changed(bytes_of(value), change)));
}

/// Neither ceremony takes it.
fn is_nothing(text: &str) -> bool {
    let passkeys = relying_party();
    let (_, key) = registered(&Tweaks::default());
    let creation = passkeys.creation(&OWNER, &[]).unwrap();
    let proof = passkeys.proof(&[]).unwrap();
    let shown = Response::read(text).and_then(|response| passkeys.verify(&response, proof.state, &key));
    passkeys.made(text, &creation.state).is_err() && shown.is_err()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wa_10_any_text_is_no_response(text in ".{0,400}") {
        prop_assert!(is_nothing(&text));
    }

    #[test]
    fn wa_10_any_json_is_no_response(json in any_json()) {
        prop_assert!(is_nothing(&json.to_string()));
    }

    #[test]
    fn wa_10_a_sign_in_with_anything_altered_does_not_hold(
        place in prop::sample::select(vec!["/response/clientDataJSON", "/response/authenticatorData",
            "/response/signature", "/rawId"]),
        change in change(),
    ) {
        let passkeys = relying_party();
        let (mut passkey, key) = registered(&Tweaks::default());
        let asked = passkeys.proof(&[]).unwrap();
        let right = passkey.get(&parsed(&asked.options));
        let mut wrong = right.clone();
        put(&mut wrong, place, &change);
        prop_assume!(wrong != right);
        let shown = Response::read(&wrong.to_string())
            .and_then(|response| passkeys.verify(&response, asked.state, &key));
        prop_assert!(shown.is_err());
    }

    #[test]
    fn wa_10_an_altered_registration_stops_nothing(
        place in prop::sample::select(vec!["/response/clientDataJSON", "/response/attestationObject", "/rawId"]),
        changes in vec(change(), 1..4),
        kind in prop::sample::select(vec![Kind::Es256, Kind::Es384]),
    ) {
        let passkeys = relying_party();
        let asked = passkeys.creation(&OWNER, &[]).unwrap();
        let (mut passkey, mut json) = create_with(&parsed(&asked.options), &Tweaks { kind, ..Tweaks::default() });
        for change in &changes {
            if json.pointer(place).is_some_and(|value| value != "") {
                put(&mut json, place, change);
            }
        }
        // What still holds, its key can be tried.
        if let Ok(made) = passkeys.made(&json.to_string(), &asked.state) {
            let asked = passkeys.proof(&[]).unwrap();
            let response = passkey.get(&parsed(&asked.options)).to_string();
            let _ = passkeys.verify(&Response::read(&response).unwrap(), asked.state, &made.key);
        }
    }

    #[test]
    fn wa_10_any_attestation_and_any_extension_stop_nothing(
        format in prop::sample::select(vec!["none", "packed", "tpm", "fido-u2f", "android-key", "apple",
            "android-safetynet", "compound"]),
        statement in any_cbor(),
        extensions in prop::option::of(any_cbor()),
    ) {
        let tweaks = Tweaks { attestation: (format, statement), extensions, ..Tweaks::default() };
        let (_, made) = register(&[], &tweaks);
        prop_assert!(format == "none" || made.is_err());
    }

    #[test]
    fn wa_10_any_key_stops_nothing(key in any_cbor(), modulus in vec(any::<u8>(), 256), exponent in any::<[u8; 3]>()) {
        let rsa = Cbor::Map(vec![
            (Cbor::Int(1), Cbor::Int(3)),
            (Cbor::Int(3), Cbor::Int(-257)),
            (Cbor::Int(-1), Cbor::Bytes(modulus)),
            (Cbor::Int(-2), Cbor::Bytes(exponent.to_vec())),
        ]);
        for key in [key, rsa] {
            let tweaks = Tweaks { public: Some(key), ..Tweaks::default() };
            let (mut passkey, made) = register(&[], &tweaks);
            if let Ok(made) = made {
                let passkeys = relying_party();
                let asked = passkeys.proof(&[]).unwrap();
                let tweaks = Tweaks { signature: |_| vec![1; 256], ..Tweaks::default() };
                let response = passkey.get_with(&parsed(&asked.options), &tweaks).to_string();
                let response = Response::read(&response).unwrap();
                prop_assert!(passkeys.verify(&response, asked.state, &made.key).is_err());
            }
        }
    }
}

#[test]
fn wa_10_keys_that_are_no_keys_stop_nothing() {
    for modulus in
        [vec![0; 256], vec![0xff; 256], [vec![0; 255], vec![1]].concat(), [vec![0x80], vec![0; 255]].concat()]
    {
        for exponent in [[0, 0, 0], [0, 0, 1], [1, 0, 1], [0, 0, 2], [0xff, 0xff, 0xff]] {
            let key = Cbor::Map(vec![
                (Cbor::Int(1), Cbor::Int(3)),
                (Cbor::Int(3), Cbor::Int(-257)),
                (Cbor::Int(-1), Cbor::Bytes(modulus.clone())),
                (Cbor::Int(-2), Cbor::Bytes(exponent.to_vec())),
            ]);
            let (mut passkey, made) = register(&[], &Tweaks { public: Some(key), ..Tweaks::default() });
            let Ok(made) = made else { continue };
            for signature in
                [|_| vec![0; 256], |_| vec![0xff; 256], (|_| Vec::new()) as fn(Vec<u8>) -> Vec<u8>]
            {
                let passkeys = relying_party();
                let asked = passkeys.proof(&[]).unwrap();
                let tweaks = Tweaks { signature, ..Tweaks::default() };
                let response = passkey.get_with(&parsed(&asked.options), &tweaks).to_string();
                let response = Response::read(&response).unwrap();
                let shown = passkeys.verify(&response, asked.state, &made.key);
                assert!(shown.is_err(), "{:02x}… {exponent:?}", modulus[0]);
            }
        }
    }
}
