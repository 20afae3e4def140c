//! aoba: address and password, a code by mail, symbol and number, terms, a second factor.

use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::FactorId;
use sekisho_domain::journey::steps::{Evidence, setup_factor};
use sekisho_domain::journey::{
    Challenge, Held, Kind, Means, Notice, Owner, Progress, Reason, Refusal, Turn, arrival,
};
use sekisho_domain::phone::Phone;

use super::sample::{AOBA, but, shoko};
use super::turns::words;
use super::walker::{Sent, Walker};

const CREDENTIALS: &[(&str, &str)] = &[("email", "shoko@example.jp"), ("password", "kumo to kaze to niwa")];
const SHOKO: &[(&str, &str)] = &[
    ("symbol", "９１"),
    ("number", "200001"),
    ("branch", ""),
    ("family_name", "けんぽ"),
    ("given_name", "ショウコ"),
    ("birth_date", "平成12年1月21日"),
];
const BOTH: &[(&str, &str)] = &[("accept_terms", "yes"), ("accept_privacy", "yes")];

fn walker(kind: Kind) -> Walker {
    let walker = Walker::new(AOBA, kind);
    let shoko = shoko(&walker.insurer);
    walker.among([shoko])
}

fn to_code(walker: &mut Walker) -> Progress {
    let progress = walker.begin(vec![]);
    walker.onward(progress, CREDENTIALS)
}

fn to_identity(walker: &mut Walker) -> Progress {
    let progress = to_code(walker);
    let code = walker.code();
    walker.onward(progress, &[("code", &code)])
}

pub fn to_factor(walker: &mut Walker) -> Progress {
    let progress = to_identity(walker);
    let progress = walker.onward(progress, SHOKO);
    walker.onward(progress, BOTH)
}

#[test]
fn a_registration_arrives_by_sms_with_everything_proven() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_factor(&mut walker);
    let progress = walker.again(progress, &[("factor", "sms")]);
    let progress = walker.again(progress, &[("phone", "090-0000-1111")]);
    let code = walker.code();
    let evidence = walker.arrived(progress, &[("code", &code)]);
    assert_eq!(words(&evidence), ["credentials", "email_code", "identity", "terms", "setup_factor"]);
    let account = walker.registered(&evidence).unwrap();
    assert_eq!(account.email.as_str(), "shoko@example.jp");
    assert_eq!(
        account.names.iter().map(|name| name.folded.as_str()).collect::<Vec<_>>(),
        ["shoko@example.jp"]
    );
    assert_eq!(account.joining.membership.person.as_str(), "P1");
    assert_eq!(account.joining.factors.len(), 2, "the password and the phone");
    assert_eq!(account.joining.acceptances.len(), 2);
    assert!(account.joining.own_address.is_none(), "aoba's members may share an address");
}

#[test]
fn a_registration_arrives_by_app_and_the_way_there_can_be_changed() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_factor(&mut walker);
    let progress = walker.again(progress, &[("factor", "sms")]);
    let progress = walker.again(progress, &[("do", "other")]);
    let progress = walker.again(progress, &[("factor", "totp")]);
    let Challenge::SetupFactor(setup_factor::Challenge::App { secret, .. }) = &progress.challenge else {
        panic!("no app is set up")
    };
    let digits = totp_rs::Builder::new().with_secret(secret.to_bytes()).build().unwrap();
    let digits = digits.generate(u64::try_from(walker.cx.now.seconds()).unwrap()).to_string();
    let progress = walker.again(progress, &[("code", "000000")]);
    assert_eq!(progress.refusals, [Refusal::at("code", Reason::AppWrong)]);
    let evidence = walker.arrived(progress, &[("code", &digits)]);
    let account = walker.registered(&evidence).unwrap();
    assert_eq!(account.joining.factors.len(), 2);
}

#[test]
fn nothing_comes_into_being_before_the_address_and_the_person_are_proven() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_code(&mut walker);
    assert!(walker.registered(&progress.evidence).is_none());
    let code = walker.code();
    let progress = walker.onward(progress, &[("code", &code)]);
    assert!(walker.registered(&progress.evidence).is_none(), "no person was found");
    let mut progress = walker.onward(progress, SHOKO);
    assert!(walker.registered(&progress.evidence).is_some());
    progress.evidence.retain(|evidence| !matches!(evidence, Evidence::EmailCode(_)));
    assert!(walker.registered(&progress.evidence).is_none(), "nobody read the address");
}

#[test]
fn en_03_a_known_address_walks_the_same_pages_and_its_owner_gets_another_mail() {
    for (owner, elsewhere) in [(Owner::Member, false), (Owner::Elsewhere, true)] {
        let mut walker = walker(Kind::Enrol);
        let unknown = to_code(&mut walker);
        walker.sent.clear();
        walker.owners.insert("shoko@example.jp".to_owned(), owner);
        let known = to_code(&mut walker);
        assert_eq!(
            (known.at, &known.refusals, known.notice),
            (unknown.at, &unknown.refusals, unknown.notice)
        );
        assert_eq!(walker.sent, [Sent::Known { to: "shoko@example.jp".to_owned(), elsewhere }]);
        // Even the code that nobody was told opens nothing.
        let untold = serde_json::to_value(&known.challenge).unwrap();
        let untold = untold["challenge"]["sent"]["code"].as_str().unwrap().to_owned();
        for (typed, left) in [("no", 4), ("nor this", 3)] {
            let refusals = walker.refused(&known, &[("code", typed)]);
            assert_eq!(refusals, [Refusal::at("code", Reason::CodeWrong { left: 4 })], "as ever, not {left}");
        }
        assert_eq!(walker.over(known.clone(), &[("code", &untold)]), Reason::StartAgain);
        // Another one is asked for as by anybody, and told to nobody.
        walker.later(60);
        let known = walker.again(known, &[("do", "resend")]);
        assert_eq!(known.notice, Some(Notice::Resent));
        assert!(walker.sent.iter().all(|sent| matches!(sent, Sent::Known { .. })));
    }
}

#[test]
fn an_address_that_became_known_meanwhile_brings_nothing_into_being() {
    let mut walker = walker(Kind::Enrol);
    walker.owners.insert("shoko@example.jp".to_owned(), Owner::Member);
    let progress = to_code(&mut walker);
    let mut evidence = progress.evidence;
    evidence.push(Evidence::EmailCode(sekisho_domain::journey::steps::email_code::Evidence {}));
    let found = {
        let mut other = self::walker(Kind::Enrol);
        let progress = to_identity(&mut other);
        other.onward(progress, SHOKO).evidence.pop().unwrap()
    };
    evidence.push(found);
    assert!(walker.registered(&evidence).is_none());
}

#[test]
fn a_wrong_an_old_and_a_spent_code_are_told_apart() {
    let mut walker = walker(Kind::Enrol);
    let mut progress = to_code(&mut walker);
    for left in [4, 3, 2, 1] {
        progress = walker.again(progress, &[("code", "not it")]);
        assert_eq!(progress.refusals, [Refusal::at("code", Reason::CodeWrong { left })]);
    }
    progress = walker.again(progress, &[("code", "not it")]);
    assert_eq!(progress.refusals, [Refusal::at("code", Reason::CodeSpent { tries: 5 })]);
    let code = walker.code();
    let refusals = walker.refused(&progress, &[("code", &code)]);
    assert_eq!(refusals, [Refusal::at("code", Reason::CodeSpent { tries: 5 })], "even the right one");
    walker.later(120);
    progress = walker.again(progress, &[("do", "resend")]);
    assert_eq!(progress.notice, Some(Notice::Resent));
    walker.later(600);
    let code = walker.code();
    progress = walker.again(progress, &[("code", &code)]);
    assert_eq!(progress.refusals, [Refusal::at("code", Reason::CodeOld)]);
}

#[test]
fn going_back_from_the_code_keeps_the_address_and_forgets_the_password() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_code(&mut walker);
    let progress = walker.again(progress, &[("do", "back")]);
    assert_eq!(progress.at, 0);
    assert!(progress.evidence.is_empty());
    assert_eq!(progress.draft.get("email"), "shoko@example.jp");
    assert_eq!(progress.draft.get("password"), "");
}

#[test]
fn a_code_for_one_address_proves_no_other() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_code(&mut walker);
    let mine = walker.code();
    let progress = walker.again(progress, &[("do", "back")]);
    let progress = walker.onward(progress, &but(CREDENTIALS, "email", "somebody-else@example.jp"));
    assert!(matches!(walker.sent.last(), Some(Sent::Code { to, .. }) if to == "somebody-else@example.jp"));
    assert_eq!(
        walker.refused(&progress, &[("code", &mine)]),
        [Refusal::at("code", Reason::CodeWrong { left: 4 })]
    );
}

#[test]
fn going_back_is_no_way_to_tries_without_end() {
    let mut walker = walker(Kind::Enrol);
    let mut progress = to_code(&mut walker);
    for _ in 0..100 {
        progress = walker.again(progress, &[("code", "not it")]);
        match walker.send(progress, &[("do", "back")]) {
            Turn::Again(back, _) => progress = walker.onward(back, CREDENTIALS),
            Turn::Over(refusal, _) => return assert_eq!(refusal, Refusal::page(Reason::StartAgain)),
            _ => panic!("the answer was taken"),
        }
    }
    panic!("a hundred codes could be tried");
}

#[test]
fn five_claims_that_fit_nobody_lead_to_the_office() {
    let mut walker = walker(Kind::Enrol);
    let mut progress = to_identity(&mut walker);
    let wrong = but(SHOKO, "number", "200002");
    for _ in 0..4 {
        progress = walker.again(progress, &wrong);
        assert_eq!(progress.refusals, [Refusal::page(Reason::NoMatch)]);
        assert_eq!(progress.draft.get("family_name"), "けんぽ", "what was typed stays");
    }
    assert_eq!(walker.over(progress, &wrong), Reason::NoMatchLast);
}

#[test]
fn en_07_every_part_of_a_claim_counts_and_none_is_named() {
    for (control, typed) in
        [("symbol", "92"), ("number", "200002"), ("given_name", "ショウタ"), ("birth_date", "20000122")]
    {
        let mut walker = walker(Kind::Enrol);
        let progress = to_identity(&mut walker);
        let progress = walker.again(progress, &but(SHOKO, control, typed));
        assert_eq!(progress.refusals, [Refusal::page(Reason::NoMatch)], "{control}");
    }
}

#[test]
fn a_my_number_is_refused_before_anything_looks_at_it() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_identity(&mut walker);
    let progress = walker.again(progress, &[("symbol", "91"), ("number", "123456789018")]);
    assert_eq!(progress.refusals, [Refusal::at("number", Reason::MyNumber)]);
    assert!(!serde_json::to_string(&progress).unwrap().contains("123456789018"));
}

#[test]
fn both_documents_must_be_accepted_and_their_versions_are_kept() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_identity(&mut walker);
    let progress = walker.onward(progress, SHOKO);
    let progress = walker.again(progress, &[("accept_terms", "yes")]);
    let missing = Reason::NotAccepted { document: "privacy".into() };
    assert_eq!(progress.refusals, [Refusal::at("accept_privacy", missing)]);
    let progress = walker.onward(progress, BOTH);
    let accepted = arrival::accepted(&progress.evidence);
    let accepted: Vec<_> = accepted.iter().map(|it| (it.document.as_str(), it.version.as_str())).collect();
    assert_eq!(accepted, [("terms", "2026-11-01"), ("privacy", "2026-11-01")]);
}

#[test]
fn a_phone_that_receives_no_sms_is_named_and_kept() {
    let mut walker = walker(Kind::Enrol);
    let progress = to_factor(&mut walker);
    let progress = walker.again(progress, &[("factor", "sms")]);
    let progress = walker.again(progress, &[("phone", "03-0000-1111")]);
    assert_eq!(progress.refusals, [Refusal::at("phone", Reason::PhoneNoSms)]);
    assert_eq!(progress.draft.get("phone"), "03-0000-1111");
}

fn with_phone(walker: &mut Walker) -> FactorId {
    let id = FactorId::draw(&mut walker.cx);
    walker.holder.held = vec![Held { id, means: Means::Phone(Phone::parse("09000001111").unwrap()) }];
    id
}

fn signing_in(walker: &mut Walker) -> Progress {
    let shown = walker.password_shown();
    walker.begin(shown)
}

#[test]
fn a_sign_in_asks_for_the_second_factor_and_arrives() {
    let mut walker = walker(Kind::Login);
    with_phone(&mut walker);
    let progress = signing_in(&mut walker);
    assert_eq!(progress.at, 1);
    let code = walker.code();
    let evidence = walker.arrived(progress, &[("code", &code)]);
    let (_, events) = arrival::shown(&evidence).unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.factor).collect();
    assert_eq!(kinds, [FactorKind::Password, FactorKind::Sms]);
    assert!(walker.done.iter().any(|done| done == "clear failures"));
}

#[test]
fn mf_16_another_way_never_skips_the_second_factor() {
    let mut walker = walker(Kind::Login);
    with_phone(&mut walker);
    let progress = signing_in(&mut walker);
    for act in ["other", "back", "resend"] {
        assert!(matches!(walker.send(progress.clone(), &[("do", act)]), Turn::Again(..)), "{act}");
    }
    assert!(!walker.is_there(progress.evidence));
}

#[test]
fn an_account_without_a_second_factor_does_not_arrive() {
    let mut walker = walker(Kind::Login);
    let progress = signing_in(&mut walker);
    assert!(matches!(walker.send(progress, &[("code", "123456")]), Turn::Again(..)));
}
