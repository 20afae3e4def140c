//! Passkeys on a walk: one stands for the password and what follows it, shows a second factor, or is set up as one.
//! What an authenticator says, the walker says here: the ceremonies themselves are verified elsewhere.

use sekisho_base::Cx;
use sekisho_base::{Digest, Kind as Bearer};
use sekisho_domain::account::NewSecret;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::factor::passkey::{Answered, LIFETIME, New, Refused, Shown};
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{Evidence, second_factor, setup_factor};
use sekisho_domain::journey::{
    Ceremony, Challenge, HeldPasskey, Holder, Journey, Kind, Reason, Refusal, arrival,
};
use sekisho_domain::phone::Phone;
use sekisho_domain::session::{Acr, acr_of};

use super::sample::{AOBA, KAEDE, MINATO, SHINONOME, SORA, insurer, morning, parse, shoko};
use super::turns::words;
use super::walker::Walker;

/// The account that a new passkey is made for, where there is none yet.
pub const NEW_ACCOUNT: AccountId = AccountId::from_bytes([9; 16]);

/// A passkey that is found by a word.
pub fn held(word: &str, cx: &mut Cx) -> HeldPasskey {
    HeldPasskey { factor: FactorId::draw(cx), id: word.as_bytes().to_vec(), transports: vec![] }
}

/// What became of an assertion: who says the word of a passkey that is held shows it.
pub fn shown(holder: &Holder, account: AccountId, said: &Ceremony) -> Result<Shown, Refused> {
    let held = holder.passkeys.iter().find(|held| held.id == said.response.as_bytes());
    let factor = held.map(|held| held.factor).ok_or(Refused::Unknown)?;
    Ok(Shown { account, factor, answered: answered(said), sign_count: 0, backed_up: false, sealed: None })
}

/// What became of a registration: "made", or anything that does not hold.
pub fn made(account: Option<AccountId>, said: &Ceremony) -> Result<New, Refused> {
    if said.response != "made" {
        return Err(Refused::Faulty);
    }
    Ok(New {
        account: account.unwrap_or(NEW_ACCOUNT),
        credential: Digest::of_content(b"made"),
        key: "{}".to_owned(),
        aaguid: "00".repeat(16),
        transports: vec![],
        sign_count: 0,
        backed_up: true,
        answered: answered(said),
    })
}

fn answered(said: &Ceremony) -> Answered {
    Answered {
        challenge: Digest::of(Bearer("test"), 0, &said.sealed.as_str().into()),
        until: morning() + LIFETIME,
    }
}

const MINE: &[(&str, &str)] = &[("sealed", "x"), ("passkey", "mine")];
const MADE: &[(&str, &str)] = &[("sealed", "x"), ("passkey", "made")];
const ALL: [&str; 5] = [AOBA, KAEDE, MINATO, SHINONOME, SORA];

/// Somebody at the second factor after the password, whose account has what `edit` gives it.
fn second(edit: impl FnOnce(&mut Walker)) -> Walker {
    let mut walker = Walker::new(AOBA, Kind::Login);
    walker.holder.passkeys = vec![held("mine", &mut walker.cx)];
    edit(&mut walker);
    walker
}

fn phone(walker: &mut Walker) {
    let means = sekisho_domain::journey::Means::Phone(Phone::parse("090-0000-1111").unwrap());
    walker.holder.held = vec![sekisho_domain::journey::Held { id: FactorId::draw(&mut walker.cx), means }];
}

fn waits_for_a_passkey(challenge: &Challenge) -> bool {
    matches!(challenge, Challenge::SecondFactor(second_factor::Challenge::Passkey))
}

#[test]
fn a_passkey_stands_for_the_password_the_second_factor_and_the_code_by_mail() {
    for file in ALL {
        let mut walker = Walker::new(file, Kind::Login);
        let all = walker.insurer.documents().iter();
        walker.holder.accepted =
            all.map(|document| (document.id.clone(), document.version.clone())).collect();
        phone(&mut walker);
        let evidence = walker.passkey_shown();
        assert!(walker.is_there(evidence.clone()), "{}", walker.insurer.code);
        let (account, events) = arrival::shown(&evidence).unwrap();
        assert_eq!(Some(account), evidence[0].account());
        assert_eq!(acr_of(&events), Acr::PhishingResistant);
    }
}

#[test]
fn terms_are_accepted_whatever_one_signs_in_with() {
    let mut walker = Walker::new(SHINONOME, Kind::Login);
    let shown = walker.passkey_shown();
    assert!(!walker.is_there(shown.clone()));
    let progress = walker.begin(shown);
    let evidence = walker.arrived(progress, &[("accept_platform-terms", "yes")]);
    let (_, events) = arrival::shown(&evidence).unwrap();
    assert_eq!(events.len(), 1);
}

#[test]
fn a_passkey_beside_the_password_is_a_second_factor() {
    let mut walker = second(|_| {});
    let shown = walker.password_shown();
    let progress = walker.begin(shown);
    assert!(waits_for_a_passkey(&progress.challenge));
    let evidence = walker.arrived(progress, MINE);
    assert_eq!(walker.done, ["show passkey", "record"], "its challenge is spent with the turn");
    assert_eq!(words(&evidence), ["password", "second_factor"]);
    let (_, events) = arrival::shown(&evidence).unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.factor).collect();
    assert_eq!(kinds, [FactorKind::Password, FactorKind::Passkey]);
    assert_eq!(acr_of(&events), Acr::PhishingResistant);
}

#[test]
fn a_passkey_that_does_not_hold_leaves_the_page_where_it_is() {
    let mut walker = second(|_| {});
    let shown = walker.password_shown();
    let progress = walker.begin(shown);
    let unknown = Refusal::at("passkey", Reason::Passkey(Refused::Unknown));
    let again = walker.again(progress, &[("sealed", "x"), ("passkey", "theirs")]);
    assert_eq!(again.refusals, [unknown]);
    assert_eq!(walker.done, ["record"], "nothing is spent, and the trail knows of it");
    for nothing in [&[][..], &[("passkey", "")], &[("code", "000000")], &[("sealed", "x")]] {
        let missing = Refusal::at("passkey", Reason::PasskeyMissing);
        assert_eq!(walker.refused(&again, nothing), [missing]);
        assert!(walker.done.is_empty());
    }
    walker.arrived(again, MINE);
}

#[test]
fn mf_16_another_way_is_another_way_and_skips_nothing() {
    let mut walker = second(phone);
    let shown = walker.password_shown();
    let begun = walker.begin(shown);
    let mut progress = begun.clone();
    let mut seen = 0;
    for _ in 0..6 {
        let is_passkey = waits_for_a_passkey(&progress.challenge);
        seen += u32::from(is_passkey);
        if !is_passkey {
            // A passkey's answer is none where digits are asked for.
            assert_eq!(walker.refused(&progress, MINE), [Refusal::at("code", Reason::Empty)]);
        }
        progress = walker.again(progress, &[("do", "other")]);
    }
    assert_eq!(seen, 3, "two ways in turn");
    let passkey = if waits_for_a_passkey(&progress.challenge) {
        progress
    } else {
        walker.again(progress, &[("do", "other")])
    };
    let evidence = walker.arrived(passkey, MINE);
    assert_eq!(words(&evidence), ["password", "second_factor"]);
}

#[test]
fn what_is_blocked_for_wrong_codes_is_said_of_a_passkey_too_only_where_its_rows_say_so() {
    let mut walker = second(phone);
    let shown = walker.password_shown();
    let progress = walker.begin(shown);
    let until = walker.cx.now;
    walker.blocked = Some(until);
    let wait = [Refusal::page(Reason::Wait { until })];
    assert_eq!(walker.refused(&progress, &[("code", "123456")]), wait);
}

#[test]
fn a_remembered_device_needs_no_second_factor_save_to_prove_oneself_again() {
    for (is_remembered, proves_again, is_there) in
        [(false, false, false), (true, false, true), (true, true, false), (false, true, false)]
    {
        let mut walker = second(phone);
        walker.holder.is_remembered = is_remembered;
        walker.holder.proves_again = proves_again;
        let shown = walker.password_shown();
        assert_eq!(walker.is_there(shown.clone()), is_there, "{is_remembered} {proves_again}");
        let (_, events) = arrival::shown(&shown).unwrap();
        assert_eq!(acr_of(&events), Acr::OneFactor, "a remembered device is no event");
    }
}

#[test]
fn only_who_asks_for_it_is_remembered_and_never_by_a_recovery_code() {
    let mut walker = second(|_| {});
    let shown = walker.password_shown();
    let progress = walker.begin(shown);
    let plain = walker.arrived(progress.clone(), MINE);
    assert!(!arrival::is_to_be_remembered(&plain));
    let asks = [MINE, &[("remember_device", "yes")]].concat();
    let asked = walker.arrived(progress, &asks);
    assert!(arrival::is_to_be_remembered(&asked));
    let with = |kind| {
        let factor = FactorId::draw(&mut Cx::seeded(morning(), 4));
        [Evidence::SecondFactor(second_factor::Evidence { factor, kind, at: morning(), remember: true })]
    };
    assert!(arrival::is_to_be_remembered(&with(FactorKind::Sms)));
    assert!(!arrival::is_to_be_remembered(&with(FactorKind::Recovery)));
}

/// aoba's registration with these choices, after everything but the second factor.
fn at_set_up(choices: &str) -> (Walker, sekisho_domain::journey::Progress) {
    let file = AOBA.replacen(r#"choices = ["sms", "totp"]"#, &format!("choices = {choices}"), 1);
    let house: Insurer = insurer(&file);
    let journey = house.journey(Kind::Enrol).unwrap().clone();
    let people = [shoko(&house)];
    let mut walker = Walker::on(house, journey).among(people);
    let progress = super::aoba::to_factor(&mut walker);
    (walker, progress)
}

#[test]
fn a_passkey_is_set_up_as_second_factor_and_its_account_is_the_new_one() {
    let (mut walker, progress) = at_set_up(r#"["passkey", "sms"]"#);
    let progress = walker.again(progress, &[("factor", "passkey")]);
    assert!(matches!(progress.challenge, Challenge::SetupFactor(setup_factor::Challenge::Passkey)));
    let faulty = Refusal::at("passkey", Reason::Passkey(Refused::Faulty));
    assert_eq!(walker.refused(&progress, MINE), [faulty]);
    assert_eq!(walker.refused(&progress, &[]), [Refusal::at("passkey", Reason::PasskeyMissing)]);
    let other = walker.again(progress.clone(), &[("do", "other")]);
    assert!(matches!(other.challenge, Challenge::SetupFactor(setup_factor::Challenge::Choice)));
    let evidence = walker.arrived(progress, MADE);
    assert_eq!(walker.done, ["spend challenge"]);
    let account = walker.registered(&evidence).unwrap();
    assert_eq!(account.id, NEW_ACCOUNT, "the authenticator keeps the account's name");
    let kinds: Vec<bool> =
        account.joining.factors.iter().map(|new| matches!(new.secret, NewSecret::Passkey(_))).collect();
    assert_eq!(kinds, [false, true]);
}

#[test]
fn mf_06_what_was_not_offered_is_not_set_up() {
    let (mut walker, progress) = at_set_up(r#"["sms", "totp"]"#);
    for kind in ["passkey", "recovery", "password", "card", ""] {
        let refusals = walker.refused(&progress, &[("factor", kind), ("sealed", "x"), ("passkey", "made")]);
        assert_eq!(refusals, [Refusal::at("factor", Reason::Empty)], "{kind}");
    }
}

#[test]
fn a_passkey_alone_is_enough_to_register_and_something_to_choose_is_not() {
    let journey = |choices: &str| {
        let steps = format!(
            r#"[{{"step":"credentials","fields":["email"]}},{{"step":"email_code"}},
               {{"step":"identity","fields":["symbol","number","kana_name","birth_date"]}},
               {{"step":"credentials","fields":["login_id"]}},
               {{"step":"setup_factor","choices":{choices}}}]"#
        );
        Journey::from_rules(Kind::Enrol, &steps)
    };
    assert_eq!(journey(r#"["passkey"]"#).err().map(|error| error.to_string()), None);
    for choices in [r#"["passkey","sms"]"#, r#"["sms"]"#] {
        let refused = journey(choices).unwrap_err().to_string();
        assert!(refused.contains("a first factor to sign in with"), "{refused}");
    }
    let house = insurer(AOBA);
    let people = [shoko(&house)];
    let mut walker = Walker::on(house, journey(r#"["passkey"]"#).unwrap()).among(people);
    let progress = walker.begin(vec![]);
    let progress = walker.onward(progress, &[("email", "own@example.jp")]);
    let code = walker.code();
    let progress = walker.onward(progress, &[("code", &code)]);
    let claim = [
        ("symbol", "91"),
        ("number", "200001"),
        ("kana_name", "けんぽ しょうこ"),
        ("birth_date", "20000121"),
    ];
    let progress = walker.onward(progress, &claim);
    let progress = walker.onward(progress, &[("login_id", "shoko_2000")]);
    assert!(walker.registered(&progress.evidence).is_none(), "there is nothing to sign in with yet");
    let evidence = walker.arrived(progress, MADE);
    let account = walker.registered(&evidence).unwrap();
    assert_eq!(account.id, NEW_ACCOUNT);
    assert!(
        matches!(account.joining.factors.as_slice(), [only] if matches!(only.secret, NewSecret::Passkey(_)))
    );
    let (_, events) =
        arrival::registered(&evidence, &walker.insurer, sekisho_base::Language::Ja, &mut walker.cx).unwrap();
    assert_eq!(acr_of(&events), Acr::PhishingResistant);
}

#[test]
fn a_choice_that_no_way_sets_up_is_refused_in_the_file() {
    for choice in ["recovery", "password", "card"] {
        let file = AOBA.replacen(r#"choices = ["sms", "totp"]"#, &format!(r#"choices = ["{choice}"]"#), 1);
        assert!(parse(&file).is_err(), "{choice}");
    }
    let file = AOBA.replacen("passkeys = true", "passkeys = false", 1);
    assert!(parse(&file).is_ok());
    let file = file.replacen(r#"choices = ["sms", "totp"]"#, r#"choices = ["passkey", "totp"]"#, 1);
    assert!(parse(&file).unwrap_err().contains("needs sign_in.passkeys"));
}
