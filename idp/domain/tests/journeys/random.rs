//! Journeys that nobody wrote, walked by people who do anything at all: nothing arrives without every evidence.

mod actor;
mod dice;
mod people;
mod rules;

use proptest::prelude::*;
use sekisho_domain::journey::{Journey, Kind, Unwalkable};

use actor::{Actor, End};
use dice::Dice;

const KINDS: [Kind; 9] = Kind::ALL;

/// How many acts one walk is given.
const ACTS: usize = 60;

fn walk(kind: Kind, seed: u64) -> End {
    let mut dice = Dice::new(seed);
    let journey = rules::journey(kind, &mut dice);
    Actor::new(journey, dice).walk(ACTS)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// All that [`Actor`] looks at after each act and at the end.
    #[test]
    fn nothing_arrives_without_every_evidence_whatever_anybody_does(seed in any::<u64>()) {
        for kind in KINDS {
            walk(kind, seed);
        }
    }

    #[test]
    fn steps_that_make_no_journey_are_refused_with_a_sentence_that_names_the_step(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        for kind in KINDS {
            let steps = rules::steps(&mut dice);
            let Err(refusal) = Journey::new(kind, steps.clone()) else { continue };
            let sentence = refusal.to_string();
            match refusal {
                Unwalkable::Needs { number, word, .. } | Unwalkable::Rule { number, word, .. } => {
                    prop_assert_eq!(steps[number - 1].word(), word);
                    let named = format!("step {number} ({word})");
                    prop_assert!(sentence.starts_with(&named), "{}", sentence);
                }
                Unwalkable::Ends { .. } => prop_assert!(sentence.contains(kind.as_str()), "{}", sentence),
            }
            // What is refused as steps is refused as a row of rules, too.
            let rules = serde_json::to_string(&steps).unwrap();
            prop_assert!(Journey::from_rules(kind, &rules).is_err());
        }
    }

    #[test]
    fn rules_of_any_journey_survive_their_row(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        for kind in KINDS {
            let journey = rules::journey(kind, &mut dice);
            let kept = Journey::from_rules(kind, &journey.rules()).unwrap();
            prop_assert_eq!(kept.digest(), journey.digest());
            prop_assert_eq!(kept, journey);
        }
    }
}

#[test]
fn random_walks_do_arrive_often_enough_to_mean_something() {
    for kind in KINDS {
        let ends: Vec<End> = (0..40).map(|seed| walk(kind, seed)).collect();
        let count = |end| ends.iter().filter(|other| **other == end).count();
        assert!(count(End::Arrived) >= 4, "{kind:?}: {} arrived", count(End::Arrived));
        let never_ends = matches!(kind, Kind::Login | Kind::ChangeEmail);
        assert!(never_ends || count(End::Over) >= 1, "{kind:?}: {} ended", count(End::Over));
    }
}
