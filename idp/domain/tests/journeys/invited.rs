//! Registrations by an invitation that an office mailed (RC-11).

use sekisho_domain::ids::InvitationId;
use sekisho_domain::journey::steps::{Evidence, invitation};
use sekisho_domain::journey::{Kind, Progress, Reason, Refusal};

use super::sample::{AOBA, SHINONOME, junichi, shoko};
use super::turns::words;
use super::walker::Walker;

const JUNICHI: &[(&str, &str)] = &[
    ("symbol", "91"),
    ("number", "200001"),
    ("family_name", "けんぽ"),
    ("given_name", "じゅんいち"),
    ("birth_date", "19991231"),
];

fn invited(file: &str, person: &str) -> (Walker, Progress) {
    let walker = Walker::new(file, Kind::Enrol);
    let people = [shoko(&walker.insurer), junichi(&walker.insurer)];
    let mut walker = walker.among(people);
    let id = InvitationId::draw(&mut walker.cx);
    let email = "junichi@example.jp".to_owned();
    let invitation = invitation::Evidence { id, person: person.parse().unwrap(), email };
    let progress = walker.begin(vec![Evidence::Invitation(invitation)]);
    (walker, progress)
}

fn to_identity(walker: &mut Walker, progress: Progress) -> Progress {
    let typed = [("email", "junichi@example.jp"), ("password", "kumo to kaze to niwa")];
    let progress = walker.onward(progress, &typed);
    let code = walker.code();
    walker.onward(progress, &[("code", &code)])
}

#[test]
fn an_invitation_is_of_no_step_and_stays_with_the_evidence() {
    let (mut walker, progress) = invited(AOBA, "P2");
    assert_eq!(progress.at, 0);
    let progress = to_identity(&mut walker, progress);
    let progress = walker.onward(progress, JUNICHI);
    assert_eq!(words(&progress.evidence), ["invitation", "credentials", "email_code", "identity"]);
}

#[test]
fn rc_11_an_invitation_of_somebody_else_fits_nobody_who_comes_with_it() {
    let (mut walker, progress) = invited(AOBA, "P1");
    let mut progress = to_identity(&mut walker, progress);
    for _ in 0..4 {
        progress = walker.again(progress, JUNICHI);
        assert_eq!(progress.refusals, [Refusal::page(Reason::NoMatch)], "the same as for any wrong claim");
    }
    assert_eq!(walker.over(progress, JUNICHI), Reason::NoMatchLast);
}

#[test]
fn rc_11_the_address_of_an_invitation_is_proven_as_any_other() {
    let (mut walker, progress) = invited(AOBA, "P2");
    let typed = [("email", "other@example.jp"), ("password", "kumo to kaze to niwa")];
    let progress = walker.onward(progress, &typed);
    assert_eq!(progress.at, 1, "a code is asked for, at whichever address");
    assert_eq!(
        walker.refused(&progress, &[("code", "000000")]),
        [Refusal::at("code", Reason::CodeWrong { left: 4 })]
    );
}

#[test]
fn going_back_keeps_the_invitation() {
    let (mut walker, progress) = invited(AOBA, "P2");
    let typed = [("email", "junichi@example.jp"), ("password", "kumo to kaze to niwa")];
    let progress = walker.onward(progress, &typed);
    let progress = walker.again(progress, &[("do", "back")]);
    assert_eq!(words(&progress.evidence), ["invitation"]);
    let (mut walker, progress) = invited(SHINONOME, "P1");
    let progress = walker.again(progress, &[("do", "back")]);
    assert_eq!((progress.at, words(&progress.evidence)), (0, vec!["invitation".to_owned()]));
}
