//! shinonome (rows E1–E36): the insurer's code word, the insured's birth date, the address of the record, a code by
//! mail, terms at the first sign-in.

use jiff::civil::date;
use sekisho_domain::account::NameKind;
use sekisho_domain::email::Email;
use sekisho_domain::journey::steps::Evidence;
use sekisho_domain::journey::{Challenge, CodeFor, Kind, Progress, Reason, Refusal, Turn, arrival};
use sekisho_domain::member::{Marks, Record};

use super::sample::{SHINONOME, but, junichi, shoko};
use super::turns::words;
use super::walker::{Sent, Walker};

const SHOKO: &[(&str, &str)] = &[
    ("insurer_code", "ＳＨＩＮＯＮＯＭＥ"),
    ("symbol", "91"),
    ("number", "200001"),
    ("birth_date", "H12.1.21"),
    ("kana_name", "けんぽ しょうこ"),
];
const CHOSEN: &[(&str, &str)] = &[("login_id", "shoko,2000"), ("password", "tsubame+42"), ("email", "")];

fn walker(kind: Kind) -> Walker {
    let walker = Walker::new(SHINONOME, kind);
    let email = Some(Email::parse("shoko@example.jp").unwrap());
    let people = [Record { email, ..shoko(&walker.insurer) }, junichi(&walker.insurer)];
    walker.among(people)
}

fn to_choice(walker: &mut Walker) -> Progress {
    let progress = walker.begin(vec![]);
    walker.onward(progress, SHOKO)
}

#[test]
fn the_whole_way_uses_the_address_of_the_record() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_choice(&mut walker);
    let progress = walker.onward(progress, CHOSEN);
    let [Sent::Code { to, minutes, purpose, .. }] = walker.sent.as_slice() else { panic!("no code") };
    assert_eq!((to.as_str(), *minutes, *purpose), ("shoko@example.jp", 30, CodeFor::Address));
    let code = walker.code();
    let evidence = walker.arrived(progress, &[("code", &code)]);
    assert_eq!(words(&evidence), ["identity", "credentials", "email_code"]);
    let account = walker.registered(&evidence).unwrap();
    let names: Vec<_> = account.names.iter().map(|name| (name.kind, name.folded.as_str())).collect();
    assert_eq!(names, [(NameKind::Chosen, "shoko,2000")]);
    assert_eq!(account.email.as_str(), "shoko@example.jp");
    assert!(account.joining.own_address.is_none(), "a family may share an address");
}

#[test]
fn the_address_of_the_record_cannot_be_edited_by_who_sends_another() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_choice(&mut walker);
    let progress = walker.onward(progress, &but(CHOSEN, "email", "stranger@example.jp"));
    assert!(matches!(walker.sent.last(), Some(Sent::Code { to, .. }) if to == "shoko@example.jp"));
    let Some(Evidence::Credentials(chosen)) = progress.evidence.last() else { panic!("nothing was chosen") };
    assert_eq!(chosen.email.as_ref().unwrap().as_str(), "shoko@example.jp");
}

#[test]
fn who_has_no_address_in_the_records_types_one() {
    let mut walker = walker(Kind::Enrol);
    let progress = walker.begin(vec![]);
    let progress = walker.onward(progress, &but(SHOKO, "kana_name", "ケンホ ジュンイチ"));
    assert_eq!(walker.refused(&progress, CHOSEN), [Refusal::at("email", Reason::Empty)]);
    let progress = walker.onward(progress, &but(CHOSEN, "email", "junichi@example.jp"));
    let code = walker.code();
    let evidence = walker.arrived(progress, &[("code", &code)]);
    let account = walker.registered(&evidence).unwrap();
    assert_eq!(account.joining.membership.person.as_str(), "P2");
}

#[test]
fn addresses_with_odd_dots_are_accepted_at_carriers_and_warned_of_elsewhere() {
    let mut walker = walker(Kind::Enrol);
    let progress = walker.begin(vec![]);
    let progress = walker.onward(progress, &but(SHOKO, "kana_name", "ケンホ ジュンイチ"));
    let refusals = walker.refused(&progress, &but(CHOSEN, "email", "jun..ichi.@example.jp"));
    assert_eq!(refusals, [Refusal::at("email", Reason::EmailAtRisk)]);
    walker.onward(progress, &but(CHOSEN, "email", "jun..ichi.@docomo.example"));
    assert!(matches!(walker.sent.last(), Some(Sent::Code { to, .. }) if to == "jun..ichi.@docomo.example"));
}

#[test]
fn the_code_word_picks_the_insurer_in_any_width_and_case() {
    let mut walker = walker(Kind::Enrol);
    let progress = walker.begin(vec![]);
    for typed in ["shinonome", "Shinonome", " ｓｈｉｎｏｎｏｍｅ "] {
        walker.onward(progress.clone(), &but(SHOKO, "insurer_code", typed));
    }
    for typed in ["kaede", "06999056", "東雲"] {
        let refusals = walker.refused(&progress, &but(SHOKO, "insurer_code", typed));
        assert_eq!(refusals, [Refusal::at("insurer_code", Reason::InsurerUnknown)], "{typed}");
    }
}

#[test]
fn the_birth_date_is_the_insureds_whoever_signs_up_and_read_in_many_forms() {
    let mut walker = walker(Kind::Enrol);
    let progress = walker.begin(vec![]);
    for typed in ["20000121", "2000/1/21", "2000-01-21", "平成12年1月21日", "Ｈ１２．１．２１"] {
        for name in ["けんぽ しょうこ", "けんぽ じゅんいち"] {
            walker.onward(progress.clone(), &but(&but(SHOKO, "birth_date", typed), "kana_name", name));
        }
    }
    let own = but(&but(SHOKO, "birth_date", "19991231"), "kana_name", "けんぽ じゅんいち");
    assert_eq!(walker.refused(&progress, &own), [Refusal::page(Reason::NoMatch)]);
    let shapeless = walker.refused(&progress, &but(SHOKO, "birth_date", "2000-13-45"));
    assert_eq!(shapeless, [Refusal::at("birth_date", Reason::DateShape)]);
}

/// Twins whose names fold alike, in Shoko's household.
fn with_twins(walker: &mut Walker) {
    let born = date(2024, 7, 7);
    let twin = |key: &str, kana: &str, branch: &str| Record {
        person: key.parse().unwrap(),
        kana: kana.to_owned(),
        branch: Some(Marks::new(branch)),
        birth_date: born,
        ..junichi(&walker.insurer)
    };
    let twins = [twin("P8", "ｹﾝﾎﾟ ﾊﾙｷ", "02"), twin("P9", "ｹﾝﾎﾟ ﾊﾙｷﾞ", "03")];
    walker.records.extend(twins);
}

#[test]
fn twins_are_asked_their_branch_and_found_by_it() {
    let mut walker = walker(Kind::Enrol);
    with_twins(&mut walker);
    let progress = walker.begin(vec![]);
    let claim = but(SHOKO, "kana_name", "けんぽ はるき");
    let progress = walker.again(progress, &claim);
    assert_eq!(progress.refusals, [Refusal::at("branch", Reason::BranchNeeded)]);
    assert_eq!(
        walker.refused(&progress, &claim),
        [Refusal::at("branch", Reason::BranchNeeded)],
        "still empty"
    );
    assert!(walker.done.is_empty(), "an empty branch costs no try");
    assert!(matches!(&progress.challenge, Challenge::Identity(challenge) if challenge.asks_branch));
    let mut with_branch = claim.clone();
    with_branch.push(("branch", "３"));
    let progress = walker.onward(progress, &with_branch);
    let Some(Evidence::Identity(found)) = progress.evidence.last() else { panic!("nobody was found") };
    assert_eq!(found.found.person.as_str(), "P9");
}

#[test]
fn twins_that_no_branch_tells_apart_are_sent_to_the_office() {
    let mut walker = walker(Kind::Enrol);
    with_twins(&mut walker);
    for record in &mut walker.records {
        record.branch = Some(Marks::new("02"));
    }
    let progress = walker.begin(vec![]);
    let mut claim = but(SHOKO, "kana_name", "けんぽ はるき");
    let mut progress = walker.again(progress, &claim);
    claim.push(("branch", "02"));
    for _ in 0..3 {
        progress = walker.again(progress, &claim);
        assert_eq!(progress.refusals, [Refusal::page(Reason::NoMatch)]);
    }
    assert_eq!(walker.over(progress, &claim), Reason::NoMatchLast);
}

#[test]
fn passwords_keep_to_the_recorded_exception() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_choice(&mut walker);
    for (typed, reason) in [
        ("tsub+42", Reason::PasswordShort { least: 8 }),
        ("tsubame+42-tsubame+42", Reason::PasswordLong { most: 20 }),
        ("tsubameno42", Reason::PasswordKinds),
        ("tsubame+no", Reason::PasswordKinds),
        ("20000121+a", Reason::PasswordKnown),
        ("Shinonome+1", Reason::PasswordKnown),
        ("shoko,2000", Reason::PasswordKnown),
    ] {
        let refusals = walker.refused(&progress, &but(CHOSEN, "password", typed));
        assert_eq!(refusals, [Refusal::at("password", reason)], "{typed}");
    }
}

#[test]
fn rc_12_the_address_of_the_record_is_no_login_id_before_it_is_proven() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_choice(&mut walker);
    for typed in ["shoko@example.jp", "other@example.jp"] {
        let refusals = walker.refused(&progress, &but(CHOSEN, "login_id", typed));
        assert_eq!(refusals, [Refusal::at("login_id", Reason::LoginIdAddress)], "{typed}");
    }
}

#[test]
fn going_back_from_the_code_keeps_the_id_and_forgets_the_password() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_choice(&mut walker);
    let progress = walker.onward(progress, CHOSEN);
    let progress = walker.again(progress, &[("do", "back")]);
    assert_eq!((progress.at, progress.draft.get("login_id")), (1, "shoko,2000"));
    assert_eq!(progress.draft.raw("password"), "");
}

#[test]
fn whether_login_ids_are_taken_is_not_asked_without_end_by_going_back() {
    let mut walker = walker(Kind::Enrol);
    walker.taken = vec!["taken".to_owned()];
    let mut progress = to_choice(&mut walker);
    let mut asked = 0;
    'walk: loop {
        for _ in 0..18 {
            progress = walker.again(progress, &but(CHOSEN, "login_id", "taken"));
            asked += 1;
            assert!(asked <= 250, "{asked} login IDs were asked for");
        }
        progress = walker.onward(progress, CHOSEN);
        match walker.send(progress, &[("do", "back")]) {
            Turn::Again(back, _) => progress = back,
            _ => break 'walk,
        }
    }
}

fn accepted(version: &str) -> Vec<(String, String)> {
    vec![("platform-terms".to_owned(), version.to_owned())]
}

#[test]
fn terms_are_asked_at_the_first_sign_in_and_again_for_a_new_version() {
    let mut walker = walker(Kind::Login);
    let shown = walker.password_shown();
    for (before, asked) in [(vec![], true), (accepted("2025-01-01"), true), (accepted("2026-11-01"), false)] {
        walker.holder.accepted.clone_from(&before);
        assert_eq!(walker.is_there(shown.clone()), !asked, "{before:?}");
    }
    walker.holder.accepted.clear();
    let progress = walker.begin(shown);
    let missing = Reason::NotAccepted { document: "platform-terms".to_owned() };
    assert_eq!(walker.refused(&progress, &[]), [Refusal::at("accept_platform-terms", missing)]);
    let evidence = walker.arrived(progress, &[("accept_platform-terms", "yes")]);
    let accepted = arrival::accepted(&evidence);
    assert_eq!(
        (accepted[0].document.as_str(), accepted[0].version.as_str()),
        ("platform-terms", "2026-11-01")
    );
    assert!(arrival::shown(&evidence).is_some());
}

#[test]
fn terms_of_a_new_version_that_appears_meanwhile_are_asked_at_the_next_sign_in() {
    let mut walker = walker(Kind::Login);
    let shown = walker.password_shown();
    let progress = walker.begin(shown.clone());
    let newer = SHINONOME.replacen("version = \"2026-11-01\"", "version = \"2026-12-01\"", 1);
    walker.insurer = super::sample::insurer(&newer);
    let evidence = walker.arrived(progress, &[("accept_platform-terms", "yes")]);
    let read: Vec<_> = arrival::accepted(&evidence).into_iter().map(|it| (it.document, it.version)).collect();
    assert_eq!(read, accepted("2026-11-01"), "what was shown is what was accepted");
    walker.holder.accepted = read;
    assert!(!walker.is_there(shown), "the newer one is asked for");
}
