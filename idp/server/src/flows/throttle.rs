//! How much one source, number or address may ask for (`[throttle]` of the configuration).
//!
//! These counters are fleeting: they make abuse dear, and nobody is locked out by them.
//! What must hold for certain is counted in SQL, beside the factor or the record.

pub mod claims;
pub mod spray;

use std::time::Duration;

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::insurer::Insurer;
use sekisho_store::fleeting::{Pass, Rate};

use crate::state::State;

/// How long a name or a factor rests after too many wrong tries in a row.
pub const REST: Duration = Duration::from_mins(15);
const MINUTE: Duration = Duration::from_mins(1);
const TEN_MINUTES: Duration = Duration::from_mins(10);
const HOUR: Duration = Duration::from_hours(1);

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub enum Counted {
    /// Passwords from one source.
    SignIn,
    /// Passwords at one insurer, from anywhere.
    SignInAtInsurer,
    /// Passwords for one name, whether anybody has it or not: the answer tells nothing about that.
    Name,
    /// Refused sign-ins from one source; more raise the alarm.
    RefusedFromSource,
    /// Refused sign-ins at one insurer; more raise the alarm.
    RefusedAtInsurer,
    /// Alarms.
    Alarm,
    /// Registrations from one source.
    SignUp,
    /// Mails to one address.
    Mail,
    /// Inquiries from one source.
    Inquiry,
    /// Clients that one source tries to register.
    Registration,
    /// Forgotten passwords from one source.
    Recover,
    /// Forgotten passwords of one name, whether anybody has it or not.
    RecoverName,
    /// Claims on member records from one source.
    Claims,
    /// Claims on the member records of one insurer, from anywhere.
    ClaimsAtInsurer,
}

impl Counted {
    const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignInAtInsurer => "sign_in_at_insurer",
            Self::Name => "name",
            Self::RefusedFromSource => "refused_from_source",
            Self::RefusedAtInsurer => "refused_at_insurer",
            Self::Alarm => "alarm",
            Self::SignUp => "sign_up",
            Self::Mail => "mail",
            Self::Inquiry => "inquiry",
            Self::Registration => "registration",
            Self::Recover => "recover",
            Self::RecoverName => "recover_name",
            Self::Claims => "claims",
            Self::ClaimsAtInsurer => "claims_at_insurer",
        }
    }
}

/// Whether what is asked for at an insurer is not counted by source, name and insurer: on a stage, whose members are made
/// up. Tries in a row of one factor are counted there as everywhere, and so are mails to one address.
pub fn is_lifted(insurer: Option<&Insurer>) -> bool {
    insurer.is_some_and(|insurer| insurer.stage)
}

/// Counts one more.
///
/// # Errors
/// The moment from which it will be allowed again.
pub async fn count(state: &State, counted: Counted, subject: &str, now: Timestamp) -> Result<(), Timestamp> {
    let limits = &state.config.throttle;
    let rate = match counted {
        Counted::SignIn => Rate { limit: limits.sign_ins_per_source, within: TEN_MINUTES },
        Counted::SignInAtInsurer => Rate { limit: limits.sign_ins_per_insurer, within: TEN_MINUTES },
        Counted::RefusedFromSource => Rate { limit: limits.alarm_per_source, within: TEN_MINUTES },
        Counted::RefusedAtInsurer => Rate { limit: limits.alarm_per_insurer, within: MINUTE },
        Counted::Alarm => Rate { limit: 1, within: MINUTE },
        Counted::Name => Rate { limit: limits.failures_per_factor, within: REST },
        Counted::SignUp | Counted::Recover => Rate { limit: limits.sign_ups_per_source, within: HOUR },
        Counted::Mail | Counted::RecoverName => Rate { limit: limits.mails_per_address, within: HOUR },
        Counted::Inquiry => Rate { limit: limits.inquiries_per_source, within: HOUR },
        Counted::Registration => Rate { limit: limits.registrations_per_source, within: HOUR },
        Counted::Claims => Rate { limit: limits.claims_per_source, within: HOUR },
        Counted::ClaimsAtInsurer => Rate { limit: limits.claims_per_insurer, within: MINUTE },
    };
    // The subject is hashed, so that memory holds neither addresses nor numbers.
    let key = format!("{}:{}", counted.name(), Digest::of_content(subject.as_bytes()).short_hex(16));
    match state.fleeting.count(&key, rate, now).await {
        Pass::Go => Ok(()),
        Pass::Wait { until } => Err(until),
    }
}
