//! kaede (rows B1–B40): IDs that were given out, consent, confirmation, a link that is good for a day; and those who
//! have no ID.

use secrecy::ExposeSecret as _;
use sekisho_domain::account::{NameKind, NewSecret};
use sekisho_domain::journey::steps::Evidence;
use sekisho_domain::journey::steps::email_link::Letter;
use sekisho_domain::journey::{Kind, Owner, Progress, Reason, Refusal, Subject, arrival};
use sekisho_domain::member::Proof;
use sekisho_domain::terms::Mode;

use super::sample::{KAEDE, but, haru, junichi, shoko};
use super::turns::{arrives, ends, goes_on, hash, stays, words};
use super::walker::{Sent, Walker};

const ID: &str = "7132-091200001";
const PASSWORD: &str = "nagai yoru no hoshi";
const BOTH: &[(&str, &str)] = &[("accept_privacy", "yes"), ("accept_terms", "yes")];
const ADDRESS: &[(&str, &str)] = &[
    ("email", "shoko@example.jp"),
    ("email_again", "shoko@example.jp"),
    ("opt_in_check-up-results", "yes"),
    ("opt_in_events", "yes"),
];
const TWICE: &[(&str, &str)] = &[("password", PASSWORD), ("password_again", PASSWORD)];
const JUNICHI: &[(&str, &str)] = &[
    ("symbol", "91"),
    ("number", "200001"),
    ("insurer_number", "０６９９９０２３"),
    ("kana_name", "けんぽ じゅんいち"),
    ("birth_date", "平成11年12月31日"),
];
const ALL: &[(&str, &str)] = &[
    ("email", "junichi@example.jp"),
    ("email_again", "junichi@example.jp"),
    ("password", PASSWORD),
    ("password_again", PASSWORD),
    ("opt_in_health-news", "yes"),
];

pub fn walker(kind: Kind) -> Walker {
    let walker = Walker::new(KAEDE, kind);
    let people = [shoko(&walker.insurer), junichi(&walker.insurer), haru(&walker.insurer)];
    walker.among(people)
}

/// To the page that waits for the link, as who has an ID.
pub fn activating(walker: &mut Walker) -> Progress {
    let found = walker.given_id(ID, "20000121").unwrap();
    let progress = walker.begin(found);
    let progress = walker.onward(progress, BOTH);
    let progress = walker.onward(progress, ADDRESS);
    walker.onward(progress, &[])
}

/// The same, as who has none.
pub fn enrolling(walker: &mut Walker) -> Progress {
    let progress = walker.begin(vec![]);
    let progress = walker.onward(progress, JUNICHI);
    let progress = walker.onward(progress, BOTH);
    let progress = walker.onward(progress, ALL);
    walker.onward(progress, &[])
}

#[test]
fn who_has_an_id_activates_it_by_consent_address_confirmation_link_and_password() {
    let mut walker = walker(Kind::Activate);
    let progress = activating(&mut walker);
    let [Sent::Link { to, letter, minutes, subject, .. }] = walker.sent.as_slice() else {
        panic!("one link is mailed: {:?}", walker.sent)
    };
    assert_eq!((to.as_str(), *letter, *minutes), ("shoko@example.jp", Letter::Activate, 1_440));
    let shoko = Some(Subject::Person("P1".parse().unwrap()));
    assert_eq!(*subject, shoko, "a repeated sign-up supersedes the pending one (B39)");
    let progress = goes_on(walker.open(progress, false));
    let evidence = walker.arrived(progress, TWICE);
    assert_eq!(
        words(&evidence),
        ["given_id", "terms", "credentials", "confirm", "email_link", "credentials"]
    );
    let account = walker.registered(&evidence).unwrap();
    let names: Vec<_> = account.names.iter().map(|name| (name.kind, name.folded.as_str())).collect();
    assert_eq!(names, [(NameKind::Given, ID)]);
    assert_eq!(account.joining.opt_ins, ["check-up-results", "events"]);
    let Some(NewSecret::Password(stored)) = account.joining.factors.first().map(|factor| &factor.secret)
    else {
        panic!("the first factor is the password")
    };
    assert_eq!(stored.expose_secret(), hash(PASSWORD));
}

#[test]
fn who_has_no_id_signs_up_by_the_record_and_the_address_becomes_the_name() {
    let mut walker = walker(Kind::Enrol);
    let progress = enrolling(&mut walker);
    let evidence = arrives(walker.open(progress, false));
    let account = walker.registered(&evidence).unwrap();
    let names: Vec<_> = account.names.iter().map(|name| (name.kind, name.folded.as_str())).collect();
    assert_eq!(names, [(NameKind::Email, "junichi@example.jp")]);
    assert_eq!(account.joining.membership.person.as_str(), "P2");
    assert_eq!(account.joining.opt_ins, ["health-news"]);
    let accepted: Vec<_> = arrival::accepted(&evidence);
    let accepted: Vec<_> = accepted.iter().map(|it| (it.document.as_str(), it.mode)).collect();
    assert!(accepted.contains(&("inquiry", Mode::Button)), "the button said so (B28)");
    assert!(accepted.contains(&("privacy", Mode::Scrolled)) && accepted.contains(&("terms", Mode::Scrolled)));
}

#[test]
fn the_temporary_password_opens_an_activation_for_its_own_id_only() {
    let walker = walker(Kind::Activate);
    assert!(walker.given_id(ID, "２０００ ０１２１").is_err());
    assert!(walker.given_id(ID, " ２００００１２１ ").is_ok(), "full width is folded");
    for (id, password) in [
        (ID, "20000122"),
        (ID, "19991231"),
        (ID, ""),
        (ID, "2000-01-21"),
        ("7132-900000077", "19700505"),
        ("7132-091200002", "20000121"),
        ("091200001", "20000121"),
        ("", "20000121"),
    ] {
        assert_eq!(walker.given_id(id, password).err(), Some(Proof::NoMatch), "{id} {password}");
    }
}

#[test]
fn the_temporary_password_and_the_id_cannot_be_chosen_as_password() {
    let mut walker = walker(Kind::Activate);
    let progress = activating(&mut walker);
    let progress = goes_on(walker.open(progress, false));
    for typed in ["20000121", "20000121 20000121", "7132-091200001", "7132-091200001!", "shoko@example.jp"] {
        let refusals = walker.refused(&progress, &[("password", typed), ("password_again", typed)]);
        assert!(
            matches!(refusals[0].reason, Reason::PasswordKnown | Reason::PasswordShort { least: 15 }),
            "{typed}: {refusals:?}"
        );
    }
    // Fourteen characters are too few where there is no second factor (PW-09).
    let refusals =
        walker.refused(&progress, &[("password", "nagai yoru noh"), ("password_again", "nagai yoru noh")]);
    assert_eq!(refusals, [Refusal::at("password", Reason::PasswordShort { least: 15 })]);
}

#[test]
fn what_is_typed_twice_must_be_the_same_twice() {
    let mut walker = walker(Kind::Enrol);
    let progress = walker.begin(vec![]);
    let progress = walker.onward(progress, JUNICHI);
    let progress = walker.onward(progress, BOTH);
    for (control, typed, reason) in [
        ("email_again", "other@example.jp", Reason::EmailDiffers),
        ("email_again", "", Reason::Empty),
        ("email_again", "no address", Reason::EmailDiffers),
        ("password_again", "nagai yoru no hosi", Reason::PasswordDiffers),
        ("password_again", " nagai yoru no hoshi", Reason::PasswordDiffers),
        ("password_again", "", Reason::Empty),
    ] {
        let refusals = walker.refused(&progress, &but(ALL, control, typed));
        assert_eq!(refusals, [Refusal::at(control, reason)], "{control} {typed}");
    }
    // The same address in another case and width is the same address.
    walker.onward(progress.clone(), &but(ALL, "email_again", "ＪＵＮＩＣＨＩ@Example.jp"));
    let refusals = walker.refused(&progress, &but(ALL, "email", "no address"));
    assert_eq!(refusals, [Refusal::at("email", Reason::EmailShape)], "one refusal says enough");
}

#[test]
fn the_privacy_document_and_the_terms_are_both_asked_for() {
    let mut walker = walker(Kind::Activate);
    let found = walker.given_id(ID, "20000121").unwrap();
    let progress = walker.begin(found);
    for document in ["privacy", "terms"] {
        let control = format!("accept_{document}");
        let others: Vec<_> = BOTH.iter().copied().filter(|(name, _)| *name != control).collect();
        let refusals = walker.refused(&progress, &others);
        assert_eq!(refusals, [Refusal::at(&control, Reason::NotAccepted { document: document.to_owned() })]);
    }
    assert_eq!(walker.refused(&progress, &[]).len(), 2);
}

#[test]
fn the_confirmation_leads_back_with_what_was_typed_but_without_the_password() {
    let mut walker = walker(Kind::Enrol);
    let progress = walker.begin(vec![]);
    let progress = walker.onward(progress, JUNICHI);
    let progress = walker.onward(progress, BOTH);
    let progress = walker.onward(progress, ALL);
    assert!(walker.sent.is_empty(), "nothing is mailed before the confirmation (B24)");
    let progress = walker.again(progress, &[("do", "back")]);
    assert_eq!(progress.at, 2);
    assert_eq!(progress.draft.get("email"), "junichi@example.jp");
    assert_eq!(progress.draft.get("email_again"), "junichi@example.jp");
    assert_eq!(progress.draft.get("opt_in_health-news"), "yes");
    assert_eq!((progress.draft.raw("password"), progress.draft.raw("password_again")), ("", ""));
    assert!(!serde_json::to_string(&progress).unwrap().contains(PASSWORD));
}

#[test]
fn the_waiting_page_leads_back_to_the_confirmation_and_on_to_another_address() {
    let mut walker = walker(Kind::Activate);
    let progress = activating(&mut walker);
    let progress = walker.again(progress, &[("do", "back")]);
    assert_eq!(progress.at, 3);
    let progress = walker.again(progress, &[("do", "back")]);
    assert_eq!(progress.at, 2);
    let other = but(&but(ADDRESS, "email", "new@example.jp"), "email_again", "new@example.jp");
    let progress = walker.onward(progress, &other);
    let progress = walker.onward(progress, &[]);
    assert!(matches!(walker.sent.last(), Some(Sent::Link { to, .. }) if to == "new@example.jp"));
    let progress = goes_on(walker.open(progress, false));
    let evidence = walker.arrived(progress, TWICE);
    assert_eq!(walker.registered(&evidence).unwrap().email.as_str(), "new@example.jp");
}

#[test]
fn the_insurers_number_must_be_this_insurers_and_is_not_named_as_wrong() {
    let mut walker = walker(Kind::Enrol);
    let progress = walker.begin(vec![]);
    for typed in ["06999015", "06999024", "123"] {
        let refusals = walker.refused(&progress, &but(JUNICHI, "insurer_number", typed));
        assert_eq!(refusals, [Refusal::page(Reason::NoMatch)], "{typed}");
    }
    let refusals = walker.refused(&progress, &but(JUNICHI, "insurer_number", ""));
    assert_eq!(refusals, [Refusal::at("insurer_number", Reason::Empty)]);
}

#[test]
fn the_voluntarily_continued_sign_up_and_have_no_given_id() {
    let mut walker = walker(Kind::Enrol);
    let progress = walker.begin(vec![]);
    let haru = [
        ("symbol", "900"),
        ("number", "0077"),
        ("insurer_number", "06999023"),
        ("kana_name", "スズキ　ハル"),
        ("birth_date", "S45.5.5"),
    ];
    let progress = walker.onward(progress, &haru);
    assert_eq!(progress.at, 1);
    assert!(walker.done.iter().any(|done| done == "forget claims"));
}

#[test]
fn en_03_a_known_address_waits_on_the_same_page_and_no_link_goes_out() {
    let mut walker = walker(Kind::Enrol);
    walker.owners.insert("junichi@example.jp".to_owned(), Owner::Elsewhere);
    let progress = enrolling(&mut walker);
    assert_eq!(walker.sent, [Sent::Known { to: "junichi@example.jp".to_owned(), elsewhere: true }]);
    assert_eq!((progress.at, progress.refusals.len()), (4, 0));
    walker.later(60);
    let progress = walker.again(progress, &[("do", "resend")]);
    assert_eq!(walker.sent.len(), 2);
    // No link was mailed; one of an earlier address would open nothing either.
    assert_eq!(ends(walker.open(progress.clone(), false)), Reason::StartAgain);
    assert_eq!(ends(walker.open(progress, true)), Reason::StartAgain);
}

#[test]
fn who_is_registered_already_is_told_so_only_after_a_full_match() {
    let mut walker = walker(Kind::Enrol);
    walker.bound = vec!["P2".parse().unwrap()];
    let progress = walker.begin(vec![]);
    let refusals = walker.refused(&progress, &but(JUNICHI, "birth_date", "20000101"));
    assert_eq!(refusals, [Refusal::page(Reason::NoMatch)]);
    assert_eq!(walker.over(progress, JUNICHI), Reason::Enrolled);
}

#[test]
fn rc_08_look_alikes_of_an_address_are_that_address_or_refused() {
    let mut walker = walker(Kind::Enrol);
    let progress = walker.begin(vec![]);
    let progress = walker.onward(progress, JUNICHI);
    let progress = walker.onward(progress, BOTH);
    for (typed, folded) in [
        ("ｊunichi@example.jp", Some("junichi@example.jp")),
        ("JUNICHI@EXAMPLE.JP", Some("junichi@example.jp")),
        ("junichi＠example.jp", Some("junichi@example.jp")),
        ("junıchi@example.jp", None),
        ("junichi@example.jp.", None),
        ("junichi@a@example.jp", None),
    ] {
        let form = but(&but(ALL, "email", typed), "email_again", typed);
        match folded {
            None => {
                let refusals = walker.refused(&progress, &form);
                assert_eq!(refusals, [Refusal::at("email", Reason::EmailShape)], "{typed}");
            }
            Some(folded) => {
                let progress = walker.onward(progress.clone(), &form);
                let Some(Evidence::Credentials(chosen)) = progress.evidence.last() else { panic!("{typed}") };
                assert_eq!(chosen.email.as_ref().unwrap().folded(), folded, "{typed}");
            }
        }
    }
}

#[test]
fn a_sign_in_needs_the_password_only() {
    let mut walker = walker(Kind::Login);
    let shown = walker.password_shown();
    assert!(walker.is_there(shown));
}

#[test]
fn an_activation_never_shows_its_first_step_again() {
    let mut walker = walker(Kind::Activate);
    let found = walker.given_id(ID, "20000121").unwrap();
    let mut progress = walker.begin(found);
    for act in ["back", "other", "resend"] {
        progress = stays(walker.send(progress, &[("do", act)]));
        assert_eq!(progress.at, 1, "{act}");
    }
}
