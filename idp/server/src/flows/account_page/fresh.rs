//! Whether somebody signed in a moment ago with as much as the account can show: what changes an account asks for it.
//!
//! A session that somebody left open, or a stolen cookie, may look; it may not change (ASVS 7.5.1, MF-07).

use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::session::{Acr, Session};
use sekisho_store::factors;

use crate::flows::Error;
use crate::state::State;

/// How long what was shown counts as fresh.
pub const FRESH: Duration = Duration::from_mins(15);

/// What must have been shown, given the kinds of factors that the account holds: two factors where there are two or a
/// passkey, else the one there is. Recovery codes alone ask for nothing: they stand in for what was lost.
pub fn needs(held: &[FactorKind]) -> Acr {
    let is_second = |kind: &FactorKind| {
        matches!(kind, FactorKind::Totp | FactorKind::Sms | FactorKind::Passkey | FactorKind::Card)
    };
    if held.iter().any(is_second) { Acr::TwoFactor } else { Acr::OneFactor }
}

/// Whether that was shown in the last [`FRESH`] before `now`.
pub fn is_fresh(session: &Session, needs: Acr, now: Timestamp) -> bool {
    session.acr_since(now - FRESH).is_some_and(|acr| acr >= needs)
}

/// What a session's owner must have shown, by the live factors that the insurer takes: nobody is asked for a passkey
/// where none can be shown.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_session(state: &State, session: &Session) -> Result<Acr, Error> {
    let insurer = session.membership.as_ref().and_then(|held| state.insurers.get(&held.insurer));
    let takes_passkeys = insurer.is_none_or(|insurer| insurer.sign_in.passkeys);
    let held = factors::standing(&state.db, session.account).await?;
    let held: Vec<FactorKind> = held.iter().map(|held| held.kind).collect();
    let usable = |kind: &FactorKind| takes_passkeys || *kind != FactorKind::Passkey;
    Ok(needs(&held.into_iter().filter(usable).collect::<Vec<_>>()))
}

/// Whether the session may change its account now.
///
/// # Errors
/// When rows cannot be read.
pub async fn may_change(state: &State, session: &Session, now: Timestamp) -> Result<bool, Error> {
    Ok(is_fresh(session, of_session(state, session).await?, now))
}

#[cfg(test)]
mod tests {
    use sekisho_base::{Cx, Language};
    use sekisho_domain::ids::{AccountId, SessionId};
    use sekisho_domain::session::Event;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn session(shown: &[(FactorKind, u64)]) -> Session {
        let mut cx = Cx::seeded(NOW, 1);
        let event = |&(factor, minutes)| Event { at: NOW - Duration::from_mins(minutes), factor };
        Session {
            id: SessionId::draw(&mut cx),
            account: AccountId::draw(&mut cx),
            membership: None,
            events: shown.iter().map(event).collect(),
            language: Language::Ja,
            created_at: NOW - Duration::from_hours(5),
            last_seen_at: NOW,
            idle: Duration::from_hours(1),
            ends_at: NOW + Duration::from_hours(1),
        }
    }

    #[test]
    fn an_account_is_asked_for_as_much_as_it_holds() {
        use FactorKind::{Card, Passkey, Password, Recovery, Sms, Totp};
        let cases: [(&[FactorKind], Acr); 7] = [
            (&[Password], Acr::OneFactor),
            (&[Password, Recovery], Acr::OneFactor),
            (&[Password, Sms], Acr::TwoFactor),
            (&[Totp, Password], Acr::TwoFactor),
            (&[Passkey], Acr::TwoFactor),
            (&[Password, Passkey], Acr::TwoFactor),
            (&[Card], Acr::TwoFactor),
        ];
        for (held, expected) in cases {
            assert_eq!(needs(held), expected, "{held:?}");
        }
    }

    #[test]
    fn mf_07_what_was_shown_counts_for_fifteen_minutes_and_all_of_it_must() {
        use FactorKind::{Passkey, Password, Recovery, Sms};
        /// How many minutes ago each factor was shown.
        type Shown = &'static [(FactorKind, u64)];
        let cases: [(Shown, Acr, bool); 8] = [
            (&[(Password, 15)], Acr::OneFactor, true),
            (&[(Password, 16)], Acr::OneFactor, false),
            (&[(Password, 1)], Acr::TwoFactor, false),
            (&[(Password, 1), (Sms, 1)], Acr::TwoFactor, true),
            (&[(Password, 1), (Recovery, 1)], Acr::TwoFactor, true),
            (&[(Password, 60), (Sms, 1)], Acr::TwoFactor, false),
            (&[(Password, 1), (Sms, 60)], Acr::TwoFactor, false),
            (&[(Password, 60), (Passkey, 1)], Acr::TwoFactor, true),
        ];
        for (shown, needed, expected) in cases {
            assert_eq!(is_fresh(&session(shown), needed, NOW), expected, "{shown:?} for {needed}");
        }
    }
}
