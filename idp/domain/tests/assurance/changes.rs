//! What somebody signed in changes of the own account: nothing is gained by it but what was set out to.

use proptest::prelude::*;
use proptest::sample::Index;
use sekisho_base::Cx;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Journey, Kind, Owner, Step, arrival};

use super::walk::{ACTS, Walk};
use super::{NOW, factors, insurers};

/// All changes of an insurer.
fn changes(insurer: &Insurer) -> Vec<Journey> {
    let kinds = [FactorKind::Sms, FactorKind::Totp, FactorKind::Passkey];
    let ways = kinds.into_iter().flat_map(|kind| [(kind, false), (kind, true)]);
    let of_factors = ways.filter_map(|(kind, is_first)| insurer.change_factor(kind, is_first));
    of_factors.chain([insurer.change_email()]).cloned().collect()
}

fn words(journey: &Journey) -> Vec<&'static str> {
    journey.steps().iter().map(Step::word).collect()
}

#[test]
fn a_first_factor_of_an_account_is_set_up_only_by_who_is_proven_again() {
    for insurer in insurers() {
        for kind in [FactorKind::Sms, FactorKind::Totp] {
            let another = insurer.change_factor(kind, false).unwrap();
            assert_eq!(words(another), ["setup_factor"], "{}", insurer.code);
            let first = insurer.change_factor(kind, true).unwrap();
            assert_eq!(words(first), ["email_code", "identity", "setup_factor"], "{}", insurer.code);
        }
        assert!(insurer.change_factor(FactorKind::Recovery, false).is_none());
        assert_eq!(words(insurer.change_email()), ["credentials", "email_code"], "{}", insurer.code);
        for kind in [Kind::ChangeEmail, Kind::ChangeFactor] {
            assert!(insurer.journey(kind).is_none(), "no file says how an account is changed");
        }
    }
}

proptest! {
    /// Whatever is sent, in whatever order: a change arrives only with what it asks for, shows no factor, and brings
    /// nothing into being that was not set out to.
    #[test]
    fn a_change_never_ends_with_more_assurance_than_was_shown(
        (file, way, second) in (any::<Index>(), any::<Index>(), 0..5_usize),
        acts in prop::collection::vec(any::<Index>(), 1..40),
        (seed, is_taken) in (any::<u64>(), any::<bool>()),
    ) {
        let insurers = insurers();
        let insurer = file.get(&insurers);
        let ways = changes(insurer);
        let journey = way.get(&ways);
        let mut walk = Walk::new(insurer, journey.clone(), (second, seed));
        walk.owner = if is_taken { Owner::Elsewhere } else { Owner::Nobody };
        for act in acts {
            if walk.act(act.index(ACTS)) { break }
        }
        let Some(evidence) = &walk.arrived else { return Ok(()) };
        walk.is_earned(evidence);
        prop_assert_eq!(factors(evidence), []);
        let address = arrival::changed_email(evidence);
        let factor = arrival::changed_factor(evidence, &mut Cx::seeded(NOW, 1));
        let is_email = journey.kind() == Kind::ChangeEmail;
        prop_assert_eq!((address.is_some(), factor.is_some()), (is_email, !is_email));
        prop_assert!(!(is_email && is_taken), "an address that is somebody's");
        // Nor is it mistaken for the end of another way.
        prop_assert!(arrival::recovered(evidence, NOW).is_none());
        prop_assert!(arrival::restored(evidence, &mut Cx::seeded(NOW, 1)).is_none());
    }
}

#[test]
fn en_05_the_code_of_an_address_that_is_somebodys_is_told_to_nobody() {
    for insurer in &insurers() {
        let walk = |owner| {
            let mut walk = Walk::new(insurer, insurer.change_email().clone(), (0, 7));
            walk.owner = owner;
            for act in [0, 3] {
                walk.act(act);
            }
            walk
        };
        let free = walk(Owner::Nobody);
        assert!(free.arrived.is_some(), "{}", insurer.code);
        for taken in [Owner::Member, Owner::Elsewhere] {
            assert!(walk(taken).arrived.is_none(), "{}", insurer.code);
        }
    }
}
