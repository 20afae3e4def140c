//! sora (rows C1–C42): the address first, a link, an ID that was given out or an identity check, a second link with a
//! key that the screen shows, a login ID of one's own; a key by mail at each sign-in.

use sekisho_domain::account::NameKind;
use sekisho_domain::email::Email;
use sekisho_domain::insurer::AfterEnrol;
use sekisho_domain::journey::steps::email_link::Letter;
use sekisho_domain::journey::{
    Challenge, CodeFor, Kind, Notice, Owner, Progress, Reason, Refusal, Turn, arrival,
};

use super::sample::{SORA, but, junichi, shoko};
use super::turns::{ends, goes_on, stays, words};
use super::walker::{Sent, Walker};

const PASSWORD: &str = "nagai yoru no hoshi";
const ADDRESS: &[(&str, &str)] = &[("email", "shoko@example.jp")];
pub const SHOKO: &[(&str, &str)] = &[
    ("symbol_number_branch", "９１－２００００１－００"),
    ("kana_name", "けんぽ しょうこ"),
    ("birth_date", "20000121"),
];
pub const CHOSEN: &[(&str, &str)] = &[
    ("login_id", "Shoko_2000"),
    ("password", PASSWORD),
    ("password_again", PASSWORD),
    ("nickname", "しょうちゃん"),
];

pub fn walker(kind: Kind) -> Walker {
    let walker = Walker::new(SORA, kind);
    let people = [shoko(&walker.insurer), junichi(&walker.insurer)];
    walker.among(people)
}

pub fn to_first_link(walker: &mut Walker) -> Progress {
    let progress = walker.begin(vec![]);
    walker.onward(progress, ADDRESS)
}

fn to_ways(walker: &mut Walker) -> Progress {
    let progress = to_first_link(walker);
    goes_on(walker.open(progress, false))
}

pub fn to_second_link(walker: &mut Walker) -> Progress {
    let progress = to_ways(walker);
    let progress = walker.again(progress, &[("do", "other")]);
    walker.onward(progress, SHOKO)
}

/// The key that the waiting page shows.
pub fn key(progress: &Progress) -> String {
    match &progress.challenge {
        Challenge::EmailLink(challenge) => challenge.key.clone().unwrap(),
        _ => panic!("no page that waits for a link"),
    }
}

pub fn to_choice(walker: &mut Walker) -> Progress {
    let progress = to_second_link(walker);
    let key = key(&progress);
    let progress = stays(walker.open(progress, false));
    walker.onward(progress, &[("auth_key", &key)])
}

#[test]
fn the_whole_way_by_identity_check_arrives_with_an_id_of_ones_own() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_choice(&mut walker);
    let letters = walker.sent.iter().map(|sent| match sent {
        Sent::Link { letter, minutes, subject, .. } => (*letter, *minutes, subject.is_some()),
        _ => panic!("only links are mailed"),
    });
    assert_eq!(letters.collect::<Vec<_>>(), [(Letter::Begin, 180, false), (Letter::Proven, 30, true)]);
    let evidence = walker.arrived(progress, CHOSEN);
    assert_eq!(words(&evidence), ["credentials", "email_link", "identity", "email_link", "credentials"]);
    let account = walker.registered(&evidence).unwrap();
    let names: Vec<_> = account.names.iter().map(|name| (name.kind, name.folded.as_str())).collect();
    assert_eq!(names, [(NameKind::Chosen, "shoko_2000")]);
    assert_eq!(account.names[0].shown, "Shoko_2000");
    assert_eq!((account.email.as_str(), account.nickname.as_str()), ("shoko@example.jp", "しょうちゃん"));
    let own = account.joining.own_address.as_ref().map(Email::as_str);
    assert_eq!(own, Some("shoko@example.jp"), "the address is one member's only (C10)");
    assert_eq!(walker.insurer.after_enrol, AfterEnrol::SignIn, "then they sign in by themselves (C28)");
}

#[test]
fn the_other_way_is_an_id_that_was_sent_beforehand_with_the_birth_date() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_ways(&mut walker);
    let progress = walker.onward(progress, &[("login_id", " SORA-09120000100 "), ("password", "20000121")]);
    assert_eq!(progress.at, 3);
    let key = key(&progress);
    let progress = stays(walker.open(progress, false));
    let progress = walker.onward(progress, &[("auth_key", &key)]);
    let evidence = walker.arrived(progress, CHOSEN);
    let account = walker.registered(&evidence).unwrap();
    assert_eq!(account.joining.membership.person.as_str(), "P1");
    assert_eq!(account.names.len(), 1, "the ID that was sent is temporary here");
}

#[test]
fn a_wrong_id_or_temporary_password_is_one_sentence_and_tries_count_over_both_ways() {
    let mut walker = walker(Kind::Enrol);
    let mut progress = to_ways(&mut walker);
    for (id, password) in
        [("sora-09120000100", "20000122"), ("sora-09120000100", "19991231"), ("sora-09120000102", "20000121")]
    {
        progress = walker.again(progress, &[("login_id", id), ("password", password)]);
        assert_eq!(progress.refusals, [Refusal::at("login_id", Reason::Temporary)]);
        assert_eq!(progress.draft.raw("password"), "");
        progress = walker.again(progress, &[("do", "other")]);
        progress = walker.again(progress, &[("do", "other")]);
    }
    progress = walker.again(progress, &[("do", "other")]);
    progress = walker.again(progress, &but(SHOKO, "birth_date", "20000122"));
    assert_eq!(progress.refusals, [Refusal::page(Reason::NoMatch)]);
    assert_eq!(walker.over(progress, &but(SHOKO, "birth_date", "20000122")), Reason::NoMatchLast);
}

#[test]
fn empty_controls_of_both_ways_are_named() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_ways(&mut walker);
    let fields = |refusals: Vec<Refusal>| -> Vec<String> {
        refusals.into_iter().map(|refusal| refusal.field.unwrap_or_default()).collect()
    };
    assert_eq!(fields(walker.refused(&progress, &[])), ["login_id", "password"]);
    let progress = walker.again(progress, &[("do", "other")]);
    let refused = fields(walker.refused(&progress, &[]));
    assert_eq!(refused, ["symbol_number_branch", "kana_name", "birth_date"]);
}

#[test]
fn the_one_field_is_read_in_any_width_and_refused_where_parts_are_missing() {
    for typed in ["91-200001-00", "９１ー２００００１ー００", "091-0200001-00", " 91 - 200001 - 00 "]
    {
        let mut walker = walker(Kind::Enrol);
        let progress = to_ways(&mut walker);
        let progress = walker.again(progress, &[("do", "other")]);
        walker.onward(progress, &but(SHOKO, "symbol_number_branch", typed));
    }
    for typed in ["91-200001", "91200001-00", "91-200001-0", "-200001-00"] {
        let mut walker = walker(Kind::Enrol);
        let progress = to_ways(&mut walker);
        let progress = walker.again(progress, &[("do", "other")]);
        let refusals = walker.refused(&progress, &but(SHOKO, "symbol_number_branch", typed));
        assert_eq!(refusals, [Refusal::at("symbol_number_branch", Reason::MarksShape)], "{typed}");
    }
}

#[test]
fn en_05_an_address_that_another_member_has_gets_no_link() {
    let mut walker = walker(Kind::Enrol);
    walker.owners.insert("shoko@example.jp".to_owned(), Owner::Member);
    let progress = to_first_link(&mut walker);
    assert_eq!(walker.sent, [Sent::Known { to: "shoko@example.jp".to_owned(), elsewhere: false }]);
    assert_eq!((progress.at, progress.refusals.len()), (1, 0));
}

#[test]
fn the_counters_are_asked_before_ids_and_records_are_compared() {
    let mut walker = walker(Kind::Enrol);
    let choice = to_choice(&mut walker);
    let until = walker.cx.now;
    walker.blocked = Some(until);
    assert_eq!(walker.refused(&choice, CHOSEN), [Refusal::page(Reason::Wait { until })]);
    walker.blocked = None;
    let ways = to_ways(&mut walker);
    walker.blocked = Some(until);
    let id = [("login_id", "sora-09120000100"), ("password", "20000121")];
    let refused = walker.again(ways, &id);
    assert_eq!(refused.refusals, [Refusal::page(Reason::Wait { until })]);
    let claim = walker.again(refused, &[("do", "other")]);
    assert_eq!(walker.refused(&claim, SHOKO), [Refusal::page(Reason::Wait { until })]);
}

fn signing_in(walker: &mut Walker) -> Progress {
    walker.holder.email = Some(Email::parse("shoko@example.jp").unwrap());
    let shown = walker.password_shown();
    walker.begin(shown)
}

#[test]
fn a_sign_in_asks_for_the_key_that_was_mailed_to_the_account() {
    let mut walker = walker(Kind::Login);
    let progress = signing_in(&mut walker);
    let Some(Sent::Code { to, minutes, purpose, .. }) = walker.sent.last() else { panic!("no key") };
    assert_eq!((to.as_str(), *minutes, *purpose), ("shoko@example.jp", 10, CodeFor::SignIn));
    let code = walker.code();
    let evidence = walker.arrived(progress, &[("code", &code)]);
    assert_eq!(words(&evidence), ["password", "email_code"]);
    assert_eq!(walker.done, ["forget mail tries"]);
    let (_, events) = arrival::shown(&evidence).unwrap();
    assert_eq!(events.len(), 1, "a code by mail is a step, never a factor");
}

#[test]
fn a_sign_in_has_no_way_back_and_a_wrong_key_is_counted() {
    let mut walker = walker(Kind::Login);
    let mut progress = signing_in(&mut walker);
    for left in [4, 3, 2, 1] {
        progress = walker.again(progress, &[("do", "back")]);
        assert_eq!((progress.at, progress.evidence.len()), (1, 1));
        progress = walker.again(progress, &[("code", "not it")]);
        assert_eq!(progress.refusals, [Refusal::at("code", Reason::CodeWrong { left })]);
    }
    walker.later(60);
    progress = walker.again(progress, &[("do", "resend")]);
    assert_eq!(progress.notice, Some(Notice::Resent));
    progress = walker.again(progress, &[("code", "not it")]);
    assert_eq!(progress.refusals, [Refusal::at("code", Reason::CodeSpent { tries: 5 })]);
}

#[test]
fn pw_14_while_tries_are_blocked_the_right_key_is_answered_as_a_wrong_one() {
    let mut walker = walker(Kind::Login);
    let progress = signing_in(&mut walker);
    let code = walker.code();
    let until = walker.cx.now;
    walker.blocked = Some(until);
    let wait = [Refusal::page(Reason::Wait { until })];
    assert_eq!(walker.refused(&progress, &[("code", &code)]), wait);
    assert_eq!(walker.refused(&progress, &[("code", "000000")]), wait);
}

#[test]
fn a_key_dies_after_ten_minutes() {
    let mut walker = walker(Kind::Login);
    let progress = signing_in(&mut walker);
    let code = walker.code();
    walker.later(600);
    assert_eq!(walker.refused(&progress, &[("code", &code)]), [Refusal::at("code", Reason::CodeOld)]);
    assert!(walker.journey.is_one_at_a_time(), "one begun anew ends the others (C32)");
}

#[test]
fn an_account_without_an_address_is_mailed_nothing_and_does_not_arrive() {
    let mut walker = walker(Kind::Login);
    let shown = walker.password_shown();
    let progress = walker.begin(shown);
    assert!(walker.sent.is_empty());
    let untold = serde_json::to_value(&progress.challenge).unwrap();
    let untold = untold["challenge"]["sent"]["code"].as_str().unwrap().to_owned();
    assert_eq!(ends(walker.send(progress, &[("code", &untold)])), Reason::StartAgain);
}

#[test]
fn the_waiting_page_of_the_first_link_corrects_the_address_and_that_of_the_second_does_not() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_first_link(&mut walker);
    let progress = walker.again(progress, &[("do", "back")]);
    assert_eq!((progress.at, progress.draft.get("email")), (0, "shoko@example.jp"));
    let progress = to_second_link(&mut walker);
    let shown = key(&progress);
    let progress = walker.again(progress, &[("do", "back")]);
    assert_eq!(progress.at, 3, "the address is proven and the person found");
    assert_eq!(key(&progress), shown, "reload and Back keep the key (C32)");
    assert!(matches!(walker.send(progress, &[]), Turn::Again(progress, _) if key(&progress) == shown));
}
