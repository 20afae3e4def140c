//! The two ceremonies with what is broken, cut, too large or said beside (`security.md` WA-09, WA-10, WA-13).

use sekisho_domain::factor::passkey::Refused;
use sekisho_idp::passkeys::Response;
use serde_json::{Value, json};

use crate::authenticator::{BE, BS, Passkey, Tweaks, UP, UV, base64};
use crate::browser::ORIGIN;
use crate::cbor::{Cbor, deep};
use crate::ceremony::{OWNER, flags, refused, register, registered, relying_party, reply, show};

#[test]
fn wa_09_what_is_backed_up_may_be_and_whether_it_may_never_changes() {
    refused("backed up though it may not be", &flags(UP | UV | BS));
    for before in [0, BE, BE | BS] {
        for after in [0, BE, BE | BS] {
            let held = &mut registered(&flags(UP | UV | before));
            let shown = show(held, &flags(UP | UV | after));
            assert_eq!(shown.is_ok(), before & BE == after & BE, "{before:#x} {after:#x}");
            if let Ok(shown) = shown {
                assert_eq!(shown.backed_up, after & BS != 0);
            }
        }
    }
}

#[test]
fn wa_10_what_is_not_exactly_a_response_is_none() {
    let right = || base64(&[9; 32]);
    for tweaks in [
        reply("/id", json!(right())),
        reply("/rawId", json!(right())),
        reply("/id", Value::Null),
        reply("/rawId", Value::Null),
        reply("/type", json!("password")),
        reply("/type", Value::Null),
        reply("/response", Value::Null),
        reply("/response/clientDataJSON", Value::Null),
        reply("/response/clientDataJSON", json!("")),
        reply("/response/clientDataJSON", json!("e30")),
        reply("/response/clientDataJSON", json!("***")),
        reply("/id", json!(7)),
        reply("/rawId", json!([1, 2, 3])),
        Tweaks { client_bytes: Some(b"\xef\xbb\xbf{}".to_vec()), ..Tweaks::default() },
        Tweaks { client_bytes: Some(vec![b'['; 20_000]), ..Tweaks::default() },
        Tweaks { client_bytes: Some(vec![b'['; 5_000]), ..Tweaks::default() },
        Tweaks { client_bytes: Some(vec![0xff; 64]), ..Tweaks::default() },
    ] {
        refused("odd", &tweaks);
    }
    let padded = |passkey: &Passkey| format!("{}=", base64(&passkey.id));
    let mut held = registered(&Tweaks::default());
    let (id, standard) = (padded(&held.0), held.0.id.iter().map(|_| '+').collect::<String>());
    for places in [
        vec![("/id", json!(id))],
        vec![("/id", json!(id)), ("/rawId", json!(id))],
        vec![("/id", json!(standard)), ("/rawId", json!(standard))],
    ] {
        let tweaks = Tweaks { json: places, ..Tweaks::default() };
        assert!(show(&mut held, &tweaks).is_err());
    }
    let cuts: [fn(Vec<u8>) -> Vec<u8>; 6] = [
        |data| data[..20].to_vec(),
        |data| data[..33].to_vec(),
        |data| data[..36].to_vec(),
        |_| Vec::new(),
        |data| data[1..].to_vec(),
        |_| deep(10_000),
    ];
    for data in cuts {
        refused("cut", &Tweaks { data, ..Tweaks::default() });
    }
}

#[test]
fn wa_10_a_broken_attestation_object_is_none() {
    let objects: [fn(Vec<u8>) -> Vec<u8>; 9] = [
        |object| object[..object.len() / 2].to_vec(),
        |object| object[..object.len() - 1].to_vec(),
        |_| Vec::new(),
        |_| deep(10_000),
        |_| vec![0xbf; 10_000],
        |_| vec![0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        |_| vec![0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        |_| vec![0x9b, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff],
        |_| b"{\"fmt\":\"none\"}".to_vec(),
    ];
    for object in objects {
        assert!(register(&[], &Tweaks { object, ..Tweaks::default() }).1.is_err());
    }
    let statement = Cbor::Map(vec![(Cbor::Text("x"), Cbor::Raw(deep(10_000)))]);
    let tweaks = Tweaks { attestation: ("none", statement), ..Tweaks::default() };
    assert!(register(&[], &tweaks).1.is_err());
}

#[test]
fn wa_10_what_is_too_large_is_not_even_read() {
    let passkeys = relying_party();
    let asked = passkeys.creation(&OWNER, &[]).unwrap();
    for large in
        ["x".repeat(10_000_000), "[".repeat(10_000_000), format!("{{\"id\":\"{}\"}}", "A".repeat(20_000))]
    {
        assert!(matches!(passkeys.made(&large, &asked.state), Err(Refused::Faulty)));
        assert!(Response::read(&large).is_err());
    }
}

#[test]
fn wa_13_extension_outputs_change_nothing() {
    let outputs = json!({ "appid": true, "uvm": [[2, 4, 2]], "prf": { "enabled": true }, "x": { "y": [] } });
    let tweaks = reply("/clientExtensionResults", outputs);
    let mut held = registered(&tweaks);
    assert!(show(&mut held, &tweaks).is_ok());
    assert!(show(&mut held, &reply("/clientExtensionResults", Value::Null)).is_ok());
    for app_id in [ORIGIN, "http://localhost:8080/app-id.json", "https://evil.test/appid.json"] {
        let tweaks =
            Tweaks { rp_id: Some(app_id), ..reply("/clientExtensionResults", json!({ "appid": true })) };
        refused(app_id, &tweaks);
    }
    let said = Cbor::Map(vec![
        (Cbor::Text("credProtect"), Cbor::Int(3)),
        (Cbor::Text("unknown"), Cbor::Map(vec![(Cbor::Int(1), Cbor::Bool(true))])),
    ]);
    let mut held = registered(&Tweaks { extensions: Some(said), ..Tweaks::default() });
    let said = Cbor::Map(vec![(Cbor::Text("unknown"), Cbor::Bytes(vec![1; 64]))]);
    assert!(show(&mut held, &Tweaks { extensions: Some(said), ..Tweaks::default() }).is_ok());
}
