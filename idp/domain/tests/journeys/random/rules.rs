//! Steps of all kinds with any rule, sound or not, and the journeys that can be made of them.

use sekisho_domain::factor::FactorKind;
use sekisho_domain::journey::steps::{
    account, confirm, credentials, email_code, email_link, given_id, identity, password, second_factor,
    setup_factor, show_password, terms,
};
use sekisho_domain::journey::{Journey, Kind, Step, Unwalkable, code};

use super::dice::Dice;

/// Any steps.
pub fn steps(dice: &mut Dice) -> Vec<Step> {
    let count = dice.below(7);
    (0..count).map(|_| step(dice)).collect()
}

/// A journey of a kind: steps are drawn until what is there can be walked.
pub fn journey(kind: Kind, dice: &mut Dice) -> Journey {
    loop {
        let mut steps = vec![];
        for _ in 0..80 {
            steps.push(step(dice));
            match Journey::new(kind, steps.clone()) {
                Ok(journey) if dice.in_hundred(60) => return journey,
                Ok(_) | Err(Unwalkable::Ends { .. }) => {}
                Err(_) => drop(steps.pop()),
            }
            if steps.len() > 8 {
                break;
            }
        }
    }
}

fn step(dice: &mut Dice) -> Step {
    match dice.below(12) {
        0 => Step::Credentials(credentials(dice)),
        1 => Step::EmailCode(email_code::Rule { code: code(dice), one_at_a_time: dice.in_hundred(50) }),
        2 => Step::EmailLink(email_link::Rule {
            valid_minutes: dice.of(&[4, 5, 30, 180, 1_440, 10_080, 20_000]),
            letter: dice.of(&[
                email_link::Letter::Begin,
                email_link::Letter::Proven,
                email_link::Letter::Activate,
                email_link::Letter::Reset,
            ]),
            key_digits: dice.of(&[None, None, Some(5), Some(6), Some(8)]),
            tries: tries(dice),
            resend_seconds: dice.of(&[0, 60, 600]),
        }),
        3 => Step::Identity(identity(dice)),
        4 => Step::GivenId(given_id::Rule {}),
        5 => Step::Terms(terms::Rule {
            documents: dice.some_of(&["terms", "privacy", "nowhere"].map(str::to_owned), 60),
            scroll_gate: dice.some_of(&["terms", "privacy"].map(str::to_owned), 20),
        }),
        6 => Step::Confirm(confirm::Rule {}),
        7 => Step::SetupFactor(setup_factor::Rule {
            choices: dice.some_of(&[FactorKind::Sms, FactorKind::Totp, FactorKind::Passkey], 50),
            code: code(dice),
            postpone: dice.in_hundred(30),
        }),
        8 => Step::Password(password::Rule {}),
        9 => Step::Account(account::Rule {}),
        10 => Step::ShowPassword(show_password::Rule {}),
        _ => Step::SecondFactor(second_factor::Rule { code: code(dice), if_held: dice.in_hundred(30) }),
    }
}

fn tries(dice: &mut Dice) -> u32 {
    dice.of(&[0, 1, 2, 5, 5, 10, 11])
}

fn code(dice: &mut Dice) -> code::Rule {
    code::Rule {
        digits: dice.of(&[5, 6, 6, 8, 9]),
        valid_seconds: dice.of(&[30, 600, 1_800, 3_600, 4_000]),
        tries: tries(dice),
        resend_seconds: dice.of(&[0, 60, 600]),
    }
}

fn credentials(dice: &mut Dice) -> credentials::Rule {
    use credentials::{Field, Shown};
    let fields = match dice.below(5) {
        0 => vec![Field::Email],
        1 => vec![Field::Email, Field::Password],
        2 => vec![Field::LoginId, Field::Password, Field::PasswordAgain],
        _ => {
            let all = [
                Field::Email,
                Field::EmailAgain,
                Field::LoginId,
                Field::Password,
                Field::PasswordAgain,
                Field::Nickname,
                Field::OptIns,
            ];
            dice.some_of(&all, 50)
        }
    };
    let shows = [Shown::KanaName, Shown::BirthDate, Shown::LoginId, Shown::Email];
    credentials::Rule { fields, shows: dice.some_of(&shows, 15), email_from_record: dice.in_hundred(25) }
}

fn identity(dice: &mut Dice) -> identity::Rule {
    use identity::Field;
    let mut fields = match dice.below(4) {
        0 => vec![Field::SymbolNumberBranch],
        1 => vec![Field::Symbol, Field::Number, Field::Branch],
        2 => vec![Field::Symbol],
        _ => vec![Field::Symbol, Field::Number],
    };
    fields.extend(match dice.below(3) {
        0 => vec![Field::FamilyName, Field::GivenName],
        1 => vec![Field::KanaName],
        _ => vec![Field::KanaName, Field::BirthDate],
    });
    fields.extend(dice.some_of(&[Field::InsurerCode, Field::InsurerNumber], 30));
    identity::Rule {
        fields,
        tries: tries(dice),
        given_id: dice.in_hundred(30),
        consent: dice.of(&[None, None, Some("terms".to_owned())]),
        cards: vec![identity::Card::Paper],
    }
}
