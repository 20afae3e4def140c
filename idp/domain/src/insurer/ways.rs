//! The journeys of an insurer. For the ways back a file says only where it departs from the house's, which are made of
//! the steps that its own journeys have.

use serde::Deserialize;

use super::settings::AfterEnrol;
use crate::factor::FactorKind;
use crate::journey::code;
use crate::journey::steps::credentials::{self, Field};
use crate::journey::steps::email_link::{self, Letter};
use crate::journey::steps::{
    account, email_code, identity, password, second_factor, setup_factor, show_password,
};
use crate::journey::{Fact, Journey, Kind, Step, Unwalkable};

/// The table `[journeys]` as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journeys {
    /// How a registration ends.
    #[serde(default)]
    pub after_enrol: AfterEnrol,
    enrol: Vec<Step>,
    #[serde(default)]
    activate: Vec<Step>,
    login: Vec<Step>,
    #[serde(default)]
    recover: Vec<Step>,
    #[serde(default)]
    lost_factor: Vec<Step>,
    #[serde(default)]
    restore: Vec<Step>,
}

/// Journeys that can be walked.
#[derive(Clone, Debug)]
pub struct Ways {
    /// The registration.
    pub enrol: Journey,
    /// The registration of who has a pre-issued ID.
    pub activate: Option<Journey>,
    /// The sign-in.
    pub login: Journey,
    /// To a new password.
    pub recover: Journey,
    /// To say that the second factor is lost.
    pub lost_factor: Option<Journey>,
    /// To the new second factor.
    pub restore: Option<Journey>,
    /// From a session to another address.
    pub change_email: Journey,
    /// From a session to another second factor, or to the first.
    pub change_factor: Changes,
}

/// The ways to another second factor. To the first one of an account the person is proven again.
#[derive(Clone, Debug)]
pub struct Changes {
    phone: Journey,
    app: Journey,
    first_phone: Journey,
    first_app: Journey,
    first_passkey: Journey,
}

impl Changes {
    /// The way to a factor of a kind, or to the first of an account; none for other kinds. A passkey beside other factors
    /// is made without a way.
    pub const fn of(&self, kind: FactorKind, is_first: bool) -> Option<&Journey> {
        match (kind, is_first) {
            (FactorKind::Sms, false) => Some(&self.phone),
            (FactorKind::Totp, false) => Some(&self.app),
            (FactorKind::Sms, true) => Some(&self.first_phone),
            (FactorKind::Totp, true) => Some(&self.first_app),
            (FactorKind::Passkey, true) => Some(&self.first_passkey),
            _ => None,
        }
    }
}

impl Ways {
    /// The journeys of a file.
    ///
    /// # Errors
    /// Which cannot be walked, and why.
    pub fn new(written: Journeys) -> Result<Self, (Kind, Unwalkable)> {
        let Journeys { enrol, activate, login, recover, lost_factor, restore, .. } = written;
        let enrol = walk(Kind::Enrol, enrol)?;
        let login = walk(Kind::Login, login)?;
        let activate = optional(Kind::Activate, activate)?;
        let recover = or(recover, || house_recover(&enrol, activate.as_ref()));
        let lost_factor = or(lost_factor, || house_lost_factor(&enrol, &login));
        let restore = or(restore, || house_restore(&enrol, &login));
        let set_up = |kind, first| walk(Kind::ChangeFactor, house_change_factor(&enrol, (kind, first)));
        Ok(Self {
            change_email: walk(Kind::ChangeEmail, house_change_email(&enrol))?,
            change_factor: Changes {
                phone: set_up(FactorKind::Sms, false)?,
                app: set_up(FactorKind::Totp, false)?,
                first_phone: set_up(FactorKind::Sms, true)?,
                first_app: set_up(FactorKind::Totp, true)?,
                first_passkey: set_up(FactorKind::Passkey, true)?,
            },
            recover: walk(Kind::Recover, recover)?,
            lost_factor: optional(Kind::LostFactor, lost_factor)?,
            restore: optional(Kind::Restore, restore)?,
            enrol,
            activate,
            login,
        })
    }

    /// The journey of a kind.
    pub const fn of(&self, kind: Kind) -> Option<&Journey> {
        match kind {
            Kind::Enrol => Some(&self.enrol),
            Kind::Activate => self.activate.as_ref(),
            Kind::Login => Some(&self.login),
            // These are no matter of the file: they depend on the account, or on what it asks for.
            Kind::Join | Kind::ChangeEmail | Kind::ChangeFactor => None,
            Kind::Recover => Some(&self.recover),
            Kind::LostFactor => self.lost_factor.as_ref(),
            Kind::Restore => self.restore.as_ref(),
        }
    }
}

fn walk(kind: Kind, steps: Vec<Step>) -> Result<Journey, (Kind, Unwalkable)> {
    Journey::new(kind, steps).map_err(|error| (kind, error))
}

fn optional(kind: Kind, steps: Vec<Step>) -> Result<Option<Journey>, (Kind, Unwalkable)> {
    if steps.is_empty() { Ok(None) } else { walk(kind, steps).map(Some) }
}

fn or(own: Vec<Step>, house: impl FnOnce() -> Vec<Step>) -> Vec<Step> {
    if own.is_empty() { house() } else { own }
}

/// How long a mailed link to a new password can be opened, in minutes (design §6.2).
const RESET_MINUTES: u64 = 30;

/// To a new password: a link to the proven address, the second factor where there is one, the password typed as often
/// as at registration.
fn house_recover(enrol: &Journey, activate: Option<&Journey>) -> Vec<Step> {
    let asks_twice = |step: &Step| matches!(step, Step::Credentials(rule) if rule.asks(Field::PasswordAgain));
    let steps = enrol.steps().iter().chain(activate.map(Journey::steps).unwrap_or_default());
    let mut fields = vec![Field::Password];
    if steps.into_iter().any(asks_twice) {
        fields.push(Field::PasswordAgain);
    }
    vec![
        Step::Account(account::Rule::default()),
        Step::EmailLink(email_link::Rule::new(RESET_MINUTES, Letter::Reset)),
        Step::SecondFactor(second_factor::Rule { code: code::Rule::default(), if_held: true }),
        Step::Credentials(credentials::Rule { fields, ..credentials::Rule::default() }),
    ]
}

/// To say that the second factor is lost: the password, a code to the proven address, and the identity check of the
/// registration again. Nothing where a sign-in asks for no second factor.
fn house_lost_factor(enrol: &Journey, login: &Journey) -> Vec<Step> {
    match house_identity(enrol) {
        Some(identity) if asks_second_factor(login) => vec![
            Step::Password(password::Rule::default()),
            Step::EmailCode(email_code::Rule::default()),
            identity,
        ],
        _ => Vec::new(),
    }
}

/// The identity check of the registration, once more.
fn house_identity(enrol: &Journey) -> Option<Step> {
    enrol.steps().iter().find_map(|step| match step {
        Step::Identity(rule) => {
            Some(Step::Identity(identity::Rule { given_id: false, consent: None, ..rule.clone() }))
        }
        _ => None,
    })
}

/// To the new second factor: the password once more, and what registration sets up.
fn house_restore(enrol: &Journey, login: &Journey) -> Vec<Step> {
    let set_up = enrol.steps().iter().find_map(|step| match step {
        Step::SetupFactor(rule) => Some(setup_factor::Rule { postpone: false, ..rule.clone() }),
        _ => None,
    });
    match set_up {
        Some(set_up) if asks_second_factor(login) => {
            vec![Step::ShowPassword(show_password::Rule::default()), Step::SetupFactor(set_up)]
        }
        _ => Vec::new(),
    }
}

/// To another address: it is typed, and proven by a code that behaves as that of the registration.
fn house_change_email(enrol: &Journey) -> Vec<Step> {
    let code = enrol.steps().iter().find_map(|step| match step {
        Step::EmailCode(rule) => Some(rule.code.clone()),
        _ => None,
    });
    let rule = email_code::Rule { code: code.unwrap_or_default(), one_at_a_time: false };
    let fields = vec![Field::Email];
    vec![
        Step::Credentials(credentials::Rule { fields, ..credentials::Rule::default() }),
        Step::EmailCode(rule),
    ]
}

/// To another phone or app: it is set up as at registration. To the first one, only by who reads the proven address and
/// is found in the records again (design "Freshness, assurance, step-up").
fn house_change_factor(enrol: &Journey, (kind, is_first): (FactorKind, bool)) -> Vec<Step> {
    let code = enrol.steps().iter().find_map(|step| match step {
        Step::SetupFactor(rule) => Some(rule.code.clone()),
        _ => None,
    });
    let rule = setup_factor::Rule { choices: vec![kind], code: code.unwrap_or_default(), postpone: false };
    let mut steps = Vec::new();
    if is_first {
        steps.push(Step::EmailCode(email_code::Rule::default()));
        steps.extend(house_identity(enrol));
    }
    steps.push(Step::SetupFactor(rule));
    steps
}

fn asks_second_factor(login: &Journey) -> bool {
    login.steps().iter().any(|step| step.gives().contains(&Fact::SecondFactor))
}
