//! What people choose to be known by: login IDs and nicknames.

use sekisho_domain::journey::{Kind, Reason, Refusal};

use super::sample::but;
use super::sora::{CHOSEN, to_choice, walker};

#[test]
fn rc_12_a_login_id_that_is_an_address_must_be_ones_own() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_choice(&mut walker);
    for typed in ["victim@example.jp", "Victim@Example.JP"] {
        let refusals = walker.refused(&progress, &but(CHOSEN, "login_id", typed));
        assert_eq!(refusals, [Refusal::at("login_id", Reason::LoginIdAddress)], "{typed}");
    }
    let evidence = walker.arrived(progress, &but(CHOSEN, "login_id", "SHOKO@example.jp"));
    let account = walker.registered(&evidence).unwrap();
    assert_eq!(account.names[0].folded, account.email.folded());
}

#[test]
fn rc_12_a_login_id_in_the_form_of_an_insurers_ids_is_taken_as_any_other() {
    let mut walker = walker(Kind::Enrol);
    walker.taken = vec!["taken_one".to_owned()];
    let progress = to_choice(&mut walker);
    for typed in ["sora-09120000100", "SORA-00000000000", "Taken_One"] {
        let refusals = walker.refused(&progress, &but(CHOSEN, "login_id", typed));
        assert_eq!(refusals, [Refusal::at("login_id", Reason::LoginIdTaken)], "{typed}");
    }
}

#[test]
fn login_ids_keep_to_their_alphabet_and_length() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_choice(&mut walker);
    let long = "a".repeat(65);
    for (typed, reason) in [
        ("", Reason::Empty),
        ("abc", Reason::LoginIdShort { least: 4 }),
        (long.as_str(), Reason::LoginIdLong { most: 64 }),
        ("しょうこ", Reason::LoginIdShape),
        ("shoko 2000", Reason::LoginIdShape),
    ] {
        let refusals = walker.refused(&progress, &but(CHOSEN, "login_id", typed));
        assert_eq!(refusals, [Refusal::at("login_id", reason)], "{typed}");
    }
}

#[test]
fn that_login_ids_are_taken_is_told_twenty_times_at_most() {
    let mut walker = walker(Kind::Enrol);
    walker.taken = vec!["taken_one".to_owned()];
    let mut progress = to_choice(&mut walker);
    let taken = but(CHOSEN, "login_id", "taken_one");
    for _ in 0..19 {
        progress = walker.again(progress, &taken);
        assert_eq!(progress.draft.raw("nickname"), "しょうちゃん");
        assert_eq!(progress.draft.raw("password"), "");
        // Nothing else brings the tries back.
        progress = walker.again(progress, &[]);
        progress = walker.again(progress, &[("do", "back")]);
    }
    assert_eq!(walker.over(progress, &taken), Reason::StartAgain);
}

#[test]
fn a_nickname_may_stay_empty_and_is_no_longer_than_names_are() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_choice(&mut walker);
    let (most, long) = ("あ".repeat(32), "あ".repeat(33));
    for (typed, reason) in [
        (long.as_str(), Reason::NicknameLong { most: 32 }),
        ("a\r\nBcc: x@example.jp", Reason::NicknameLong { most: 32 }),
    ] {
        let refusals = walker.refused(&progress, &but(CHOSEN, "nickname", typed));
        assert_eq!(refusals, [Refusal::at("nickname", reason)], "{typed:?}");
    }
    for typed in ["", "　", most.as_str()] {
        walker.arrived(progress.clone(), &but(CHOSEN, "nickname", typed));
    }
}
