//! RFC 6238, its vectors, its drift, and that a code is right once.

use proptest::prelude::*;

use super::*;

// RFC 6238 appendix B: the secret "12345678901234567890", last six of the eight digits.
const VECTORS: [(i64, &str); 5] = [
    (59, "287082"),
    (1_111_111_109, "081804"),
    (1_111_111_111, "050471"),
    (1_234_567_890, "005924"),
    (2_000_000_000, "279037"),
];

fn secret() -> Secret {
    Secret::from_bytes(b"12345678901234567890").unwrap()
}

/// What an app shows in a step.
fn shown(step: i64) -> String {
    let seconds = u64::try_from(step * STEP_SECONDS).unwrap();
    secret().totp("", "").unwrap().generate(seconds).to_string()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

#[test]
fn the_vectors_of_rfc_6238_are_right() {
    for (seconds, code) in VECTORS {
        let step = seconds / STEP_SECONDS;
        assert_eq!(secret().check(code, at(seconds), None).unwrap(), Check::Right { step }, "{code}");
    }
}

#[test]
fn mf_04_a_clock_may_be_one_step_off_and_no_more() {
    let now = 1_800_000_000;
    let step = now / STEP_SECONDS;
    for second in [0, 1, 29] {
        for (drift, is_right) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let check = secret().check(&shown(step + drift), at(now + second), None).unwrap();
            let expected = if is_right { Check::Right { step: step + drift } } else { Check::Wrong };
            assert_eq!(check, expected, "{drift} steps off, second {second}");
        }
    }
}

#[test]
fn mf_04_at_the_edge_of_a_step_the_window_moves_by_one() {
    let step = 60_000_000;
    let edge = step * STEP_SECONDS;
    assert_eq!(
        secret().check(&shown(step - 2), at(edge - 1), None).unwrap(),
        Check::Right { step: step - 2 }
    );
    assert_eq!(secret().check(&shown(step - 2), at(edge), None).unwrap(), Check::Wrong);
    assert_eq!(secret().check(&shown(step + 1), at(edge - 1), None).unwrap(), Check::Wrong);
    assert_eq!(secret().check(&shown(step + 1), at(edge), None).unwrap(), Check::Right { step: step + 1 });
}

#[test]
fn mf_01_a_code_is_right_once_and_after_a_newer_one_the_older_never() {
    let step = 60_000_000;
    let now = at(step * STEP_SECONDS);
    for (drift, last, expected) in [
        (0, Some(step), Check::Used),
        (-1, Some(step), Check::Used),
        (-1, Some(step - 1), Check::Used),
        (0, Some(step + 1), Check::Used),
        (1, Some(step), Check::Right { step: step + 1 }),
        (0, Some(step - 1), Check::Right { step }),
        (0, None, Check::Right { step }),
    ] {
        assert_eq!(secret().check(&shown(step + drift), now, last).unwrap(), expected, "{drift} {last:?}");
    }
    assert_eq!(secret().check("000000", now, Some(step)).unwrap(), Check::Wrong);
}

#[test]
fn mf_15_only_six_digits_of_ascii_are_a_code() {
    // In this step the code begins with a nought, which is part of it.
    let now = at(1_234_567_890);
    assert!(matches!(secret().check("005924", now, None), Ok(Check::Right { .. })));
    for typed in [
        "5924",
        "05924",
        "0005924",
        "00005924",
        "+05924",
        "-05924",
        " 05924",
        "00592４",
        "٠٠٥٩٢٤",
        "005924\0",
        "",
    ] {
        assert_eq!(secret().check(typed, now, None).unwrap(), Check::Wrong, "{typed}");
    }
    assert_eq!(secret().check(&"0".repeat(1 << 20), now, None).unwrap(), Check::Wrong);
}

#[test]
fn the_key_is_shown_in_fours_and_the_address_names_both() {
    assert_eq!(secret().in_fours().unwrap(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    let address = secret().address("青葉: 健保", "taro@example.jp").unwrap();
    assert!(address.starts_with("otpauth://totp/"), "{address}");
    assert!(address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{address}");
}

proptest! {
    #[test]
    fn mf_01_whatever_is_shown_when_the_used_step_only_grows(
        tries in proptest::collection::vec((0_i64..12, -3_i64..4), 1..60)
    ) {
        let (mut now, mut last) = (60_000_000 * STEP_SECONDS, None);
        for (passed, drift) in tries {
            now += passed * 10;
            let step = now / STEP_SECONDS + drift;
            let check = secret().check(&shown(step), at(now), last).unwrap();
            let fresh = last.is_none_or(|last| step > last);
            match check {
                Check::Right { step: used } => {
                    prop_assert!(used == step && fresh && drift.abs() <= 1);
                    last = Some(used);
                }
                Check::Used => prop_assert!(!fresh),
                Check::Wrong => prop_assert!(drift.abs() > 1),
            }
        }
    }
}
