use proptest::prelude::*;
use sekisho_base::{Cx, Timestamp};

use super::*;

const OLD: &str = "old:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const NEW: &str = "new:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

fn cx() -> Cx {
    Cx::seeded(Timestamp::from_seconds(0), 5)
}

proptest! {
    #[test]
    fn what_is_sealed_opens_and_every_changed_byte_breaks_it(plain: Vec<u8>, place in 0_usize..200, bit in 0_u8..8) {
        let ring = Ring::parse(OLD).unwrap();
        let mut sealed = ring.seal("t.c:1", &plain, &mut cx());
        prop_assert_eq!(ring.open("t.c:1", &sealed), Ok(plain));
        let place = place % sealed.len();
        sealed[place] ^= 1 << bit;
        prop_assert!(ring.open("t.c:1", &sealed).is_err());
    }

    #[test]
    fn no_input_makes_opening_panic(sealed: Vec<u8>, text: String) {
        let ring = Ring::parse(OLD).unwrap();
        prop_assert!(ring.open("x", &sealed).is_err());
        prop_assert!(ring.open_text("x", &text).is_err());
    }
}

#[test]
fn az_22_a_value_of_one_place_does_not_open_in_another() {
    let ring = Ring::generate(&mut cx());
    let sealed = ring.seal_text("request:browser-a", b"x", &mut cx());
    assert_eq!(ring.open_text("request:browser-b", &sealed), Err(SealError::Broken));
    assert_eq!(ring.open_text("code:browser-a", &sealed), Err(SealError::Broken));
    assert_eq!(ring.open_text("request:browser-a", &sealed).unwrap(), b"x");
}

#[test]
fn tk_10_a_shortened_value_does_not_open() {
    let ring = Ring::generate(&mut cx());
    let sealed = ring.seal("p", b"some content", &mut cx());
    for length in 0..sealed.len() {
        assert!(ring.open("p", &sealed[..length]).is_err(), "{length}");
    }
}

#[test]
fn f_15_after_rotation_the_new_key_seals_and_the_old_one_still_opens() {
    let old = Ring::parse(OLD).unwrap();
    let sealed = old.seal("p", b"x", &mut cx());
    let mac = old.mac("form", b"x");
    let both = Ring::parse(&format!("{NEW},{OLD}")).unwrap();
    assert_eq!(both.open("p", &sealed).unwrap(), b"x");
    assert!(both.verify("form", b"x", &mac));
    let resealed = both.seal("p", b"x", &mut cx());
    assert_eq!((Ring::kid_of(&sealed), Ring::kid_of(&resealed)), (Some("old"), Some("new")));
    assert_eq!(old.open("p", &resealed), Err(SealError::UnknownKey));
    assert_eq!(both.mac_under("old", "form", b"x"), Some(mac));
}

#[test]
fn a_mac_holds_for_its_label_and_content_only() {
    let ring = Ring::generate(&mut cx());
    let mac = ring.mac("form", b"x");
    assert!(ring.verify("form", b"x", &mac));
    assert!(!ring.verify("audit", b"x", &mac));
    assert!(!ring.verify("form", b"y", &mac));
    assert!(!ring.verify("form", b"x", &mac[..16]));
}

#[test]
fn a_list_of_keys_that_cannot_be_used_is_refused_without_repeating_it() {
    let cases = ["", ",", "AAAA", "k1:AAAA", "K1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="];
    for list in cases {
        let refused = Ring::parse(list).unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("AAAA"), "{refused}");
    }
    assert!(matches!(Ring::parse(&format!("{OLD},{OLD}")), Err(KeyError::Twice(kid)) if kid == "old"));
    assert!(!format!("{:?}", Ring::parse(OLD).unwrap()).contains("AAAA"));
}

#[test]
fn a_missing_file_is_made_for_its_owner_alone_and_read_again() {
    let path = std::env::temp_dir().join(format!("sekisho-ring-{}", std::process::id()));
    let ring = Ring::open_or_create(&path, &mut cx()).unwrap();
    let again = Ring::open_or_create(&path, &mut cx()).unwrap();
    let sealed = ring.seal("p", b"x", &mut cx());
    assert_eq!(again.open("p", &sealed).unwrap(), b"x");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::remove_file(path).unwrap();
}

#[test]
fn json_comes_back_as_its_type_and_not_as_another() {
    let ring = Ring::generate(&mut cx());
    let sealed = ring.seal_json_text("p", &("a", 1), &mut cx()).unwrap();
    assert_eq!(ring.open_json_text::<(String, i64)>("p", &sealed).unwrap(), ("a".to_owned(), 1));
    assert_eq!(ring.open_json_text::<Vec<i64>>("p", &sealed), Err(SealError::Broken));
}
