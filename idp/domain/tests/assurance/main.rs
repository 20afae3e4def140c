//! Neither recovery nor a change ends with more assurance than the factors that were shown: over the journeys of all insurers, and
//! over evidence that nobody gathered.
#![expect(clippy::unwrap_used, reason = "what these walks are made of is not itself under test")]

mod changes;
mod walk;

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use sekisho_base::{Cx, Timestamp};
use sekisho_domain::email::Email;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, FactorId, RestorationId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{
    Evidence, account, credentials, email_code, email_link, passkey, password, restoration, second_factor,
    setup_factor, show_password,
};
use sekisho_domain::journey::{Fact, Kind, Reason, Step, arrival};
use sekisho_domain::phone::Phone;
use sekisho_domain::session::{Acr, Event, acr_of};

use walk::{ACTS, Walk, new_passkey, walked};

const FILES: [&str; 5] = [
    include_str!("../../../../config/insurers/aoba.toml"),
    include_str!("../../../../config/insurers/kaede.toml"),
    include_str!("../../../../config/insurers/minato.toml"),
    include_str!("../../../../config/insurers/shinonome.toml"),
    include_str!("../../../../config/insurers/sora.toml"),
];
const NOW: Timestamp = Timestamp::from_seconds(1_795_212_000);
const WAYS_BACK: [Kind; 3] = [Kind::Recover, Kind::LostFactor, Kind::Restore];

fn insurers() -> Vec<Insurer> {
    FILES
        .iter()
        .map(|text| Insurer::parse("file.toml", text, &|_| Some("text".to_owned())).unwrap())
        .collect()
}

fn gives(step: &Step, fact: Fact) -> bool {
    step.gives().contains(&fact)
}

#[test]
fn every_insurer_has_a_way_to_a_new_password_and_to_a_new_factor_where_it_asks_for_one() {
    for insurer in insurers() {
        assert!(insurer.journey(Kind::Recover).is_some(), "{}", insurer.code);
        let login = insurer.journey(Kind::Login).unwrap();
        let asks = login.steps().iter().any(|step| matches!(step, Step::SecondFactor(_)));
        for kind in [Kind::LostFactor, Kind::Restore] {
            assert_eq!(insurer.journey(kind).is_some(), asks, "{} {kind:?}", insurer.code);
        }
    }
}

#[test]
fn rc_03_no_way_to_a_new_password_is_shorter_than_the_sign_in_by_the_second_factor() {
    for insurer in insurers() {
        let login = insurer.journey(Kind::Login).unwrap().steps();
        let steps = insurer.journey(Kind::Recover).unwrap().steps();
        let place = |wanted: fn(&Step) -> bool| steps.iter().position(wanted);
        let read = place(|step| gives(step, Fact::Reader)).unwrap();
        let set = place(|step| matches!(step, Step::Credentials(_))).unwrap();
        assert!(read < set, "{}: the mail is read first", insurer.code);
        if login.iter().any(|step| matches!(step, Step::SecondFactor(_))) {
            let shown = place(|step| matches!(step, Step::SecondFactor(_))).unwrap();
            assert!(read < shown && shown < set, "{}", insurer.code);
        }
    }
}

#[test]
fn a_lost_factor_is_reported_with_all_that_is_left_and_replaced_with_the_password() {
    for insurer in insurers() {
        let Some(lost) = insurer.journey(Kind::LostFactor) else { continue };
        let words: Vec<_> = lost.steps().iter().map(Step::word).collect();
        assert_eq!(words, ["password", "email_code", "identity"], "{}", insurer.code);
        let restore = insurer.journey(Kind::Restore).unwrap();
        let words: Vec<_> = restore.steps().iter().map(Step::word).collect();
        assert_eq!(words, ["show_password", "setup_factor"], "{}", insurer.code);
    }
}

/// All evidence that says something of factors or of an account.
fn anything(cx: &mut Cx) -> Vec<Evidence> {
    let account = AccountId::draw(cx);
    let mut factor = || FactorId::draw(cx);
    let (first, second, third, again, key) = (factor(), factor(), factor(), factor(), factor());
    let shown = |factor, kind| {
        let remember = false;
        Evidence::SecondFactor(second_factor::Evidence { factor, kind, at: NOW, remember })
    };
    let phone = Phone::parse("090-0000-1111").unwrap();
    vec![
        Evidence::Account(account::Evidence {
            account: Some(account),
            email: Email::parse("a@example.jp").ok(),
        }),
        Evidence::Restoration(restoration::Evidence { account, id: RestorationId::draw(cx) }),
        Evidence::Password(password::Evidence { account, factor: first, at: NOW }),
        Evidence::EmailLink(email_link::Evidence { elsewhere: false, at: NOW }),
        Evidence::EmailCode(email_code::Evidence {}),
        Evidence::ShowPassword(show_password::Evidence { factor: again, at: NOW }),
        shown(second, FactorKind::Sms),
        shown(third, FactorKind::Recovery),
        Evidence::SetupFactor(setup_factor::Evidence::Phone { phone, at: NOW }),
        Evidence::Passkey(passkey::Evidence { account, factor: key, at: NOW }),
        shown(key, FactorKind::Passkey),
        Evidence::SetupFactor(setup_factor::Evidence::Passkey {
            made: Box::new(new_passkey(account)),
            at: NOW,
        }),
    ]
}

/// What was shown to sign in, counted by hand.
fn factors(evidence: &[Evidence]) -> Vec<Event> {
    evidence
        .iter()
        .filter_map(|found| match found {
            Evidence::Password(shown) => Some(Event { at: shown.at, factor: FactorKind::Password }),
            Evidence::Passkey(shown) => Some(Event { at: shown.at, factor: FactorKind::Passkey }),
            Evidence::SecondFactor(shown) => Some(Event { at: shown.at, factor: shown.kind }),
            _ => None,
        })
        .collect()
}

proptest! {
    /// A sign-in counts a password and a second factor that were shown, and nothing else: neither a mail that was
    /// read, nor what was set up or chosen on the way.
    #[test]
    fn a_session_never_says_more_than_was_shown(chosen in subsequence((0..12).collect::<Vec<usize>>(), 0..=12)) {
        let all = anything(&mut Cx::seeded(NOW, 1));
        let evidence: Vec<Evidence> = chosen.iter().filter_map(|index| all.get(*index).cloned()).collect();
        let by_hand = factors(&evidence);
        if let Some((_, events)) = arrival::shown(&evidence) {
            prop_assert_eq!(&events, &by_hand);
            let has = |kind| by_hand.iter().any(|event| event.factor == kind);
            let both = has(FactorKind::Password) && (has(FactorKind::Sms) || has(FactorKind::Recovery));
            let most = match (has(FactorKind::Passkey), both) {
                (true, _) => Acr::PhishingResistant,
                (false, true) => Acr::TwoFactor,
                (false, false) => Acr::OneFactor,
            };
            prop_assert_eq!(acr_of(&events), most);
        }
        // What a way back brings into being holds no event at all: an account, a hash, a factor.
        if let Some((account, _, _)) = arrival::recovered(&evidence, NOW) {
            prop_assert_eq!(Some(account), evidence.iter().find_map(Evidence::account));
        }
        if let Some((_, _, new)) = arrival::restored(&evidence, &mut Cx::seeded(NOW, 2)) {
            let set_up = evidence.iter().filter(|found| matches!(found, Evidence::SetupFactor(_))).count();
            prop_assert_eq!(new.len(), set_up);
            prop_assert!(evidence.iter().any(|found| matches!(found, Evidence::Restoration(_))));
        }
    }

    /// Whatever is sent, in whatever order, the ways back of all insurers arrive only with all that they ask for; and
    /// what they arrive with is never more than was shown.
    #[test]
    fn a_way_back_never_arrives_with_more_than_was_shown(
        (file, kind, second) in (any::<Index>(), any::<Index>(), 0..5_usize),
        acts in prop::collection::vec(any::<Index>(), 1..40),
        seed in any::<u64>(),
    ) {
        let insurers = insurers();
        let (insurer, kind) = (file.get(&insurers), *kind.get(&WAYS_BACK));
        if let Some(journey) = insurer.journey(kind) {
            let mut walk = Walk::new(insurer, journey.clone(), (second, seed));
            for act in acts {
                if walk.act(act.index(ACTS)) { break }
            }
            if let Some(evidence) = &walk.arrived {
                walk.is_earned(evidence);
            }
        }
    }
}

#[test]
fn rc_03_without_a_second_factor_the_mail_and_with_one_the_factor_too() {
    for insurer in &insurers() {
        let bare = walked(insurer, Kind::Recover, 0, &[0, 8, 1]);
        bare.is_earned(bare.arrived.as_deref().unwrap());
        assert!(walked(insurer, Kind::Recover, 1, &[0, 8, 1]).arrived.is_none(), "{}", insurer.code);
        let shown = walked(insurer, Kind::Recover, 1, &[0, 8, 2, 3, 1]);
        shown.is_earned(shown.arrived.as_deref().unwrap());
        assert!(walked(insurer, Kind::Recover, 1, &[0, 1, 3, 5, 6, 1]).arrived.is_none(), "without the mail");
    }
}

#[test]
fn mf_12_a_recovery_code_stands_in_and_only_where_there_is_one() {
    for insurer in &insurers() {
        let walk = walked(insurer, Kind::Recover, 2, &[0, 8, 5, 4, 1]);
        let evidence = walk.arrived.as_deref().unwrap();
        walk.is_earned(evidence);
        assert_eq!(factors(evidence).first().map(|event| event.factor), Some(FactorKind::Recovery));
        assert!(walked(insurer, Kind::Recover, 1, &[0, 8, 5, 4, 1]).arrived.is_none(), "{}", insurer.code);
    }
}

#[test]
fn a_passkey_is_a_second_factor_on_the_way_back_and_the_mail_is_read_all_the_same() {
    for insurer in &insurers() {
        let shown = walked(insurer, Kind::Recover, 3, &[0, 8, 9, 1]);
        let evidence = shown.arrived.as_deref().unwrap();
        shown.is_earned(evidence);
        assert_eq!(factors(evidence).first().map(|event| event.factor), Some(FactorKind::Passkey));
        assert!(walked(insurer, Kind::Recover, 3, &[0, 8, 1]).arrived.is_none(), "{}", insurer.code);
        assert!(walked(insurer, Kind::Recover, 1, &[0, 8, 9, 1]).arrived.is_none(), "a stranger's passkey");
        assert!(walked(insurer, Kind::Recover, 3, &[0, 9, 1]).arrived.is_none(), "without the mail");
        let instead = walked(insurer, Kind::Recover, 4, &[0, 8, 5, 4, 1]);
        instead.is_earned(instead.arrived.as_deref().unwrap());
    }
}

#[test]
fn a_new_factor_is_set_up_after_the_password_and_is_no_event() {
    for insurer in &insurers() {
        if insurer.journey(Kind::Restore).is_none() {
            continue;
        }
        assert!(walked(insurer, Kind::Restore, 1, &[7, 7, 3]).arrived.is_none(), "{}", insurer.code);
        let walk = walked(insurer, Kind::Restore, 1, &[1, 7, 7, 3]);
        let evidence = walk.arrived.as_deref().unwrap();
        walk.is_earned(evidence);
        assert_eq!(factors(evidence), []);
    }
}

#[test]
fn a_lost_factor_is_not_reported_while_the_records_are_away() {
    for insurer in &insurers() {
        let Some(journey) = insurer.journey(Kind::LostFactor) else { continue };
        let mut walk = Walk::new(insurer, journey.clone(), (1, 7));
        for act in [3, 2, 3, 5, 6, 1, 7] {
            walk.act(act);
        }
        assert!(walk.arrived.is_none());
        let refusal = walk.progress.map(|progress| progress.refusals);
        assert!(!refusal.is_some_and(|refusals| refusals.iter().any(|one| one.reason == Reason::Enrolled)));
    }
}

#[test]
fn credentials_of_a_way_back_choose_no_name_and_no_address() {
    for insurer in insurers() {
        for step in insurer.journey(Kind::Recover).unwrap().steps() {
            let Step::Credentials(rule) = step else { continue };
            for field in [credentials::Field::Email, credentials::Field::LoginId] {
                assert!(!rule.asks(field), "{}", insurer.code);
            }
        }
    }
}
