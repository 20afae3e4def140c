//! What somebody signed in changes of the own account.

use sekisho_base::Cx;

use super::factor_of;
use crate::account::NewFactor;
use crate::email::Email;
use crate::journey::known::Owner;
use crate::journey::steps::{Evidence, change};

/// An address in place of the one before.
pub struct NewAddress {
    /// Whose, and in which session.
    pub change: change::Evidence,
    /// The address, which its reader has proven to be.
    pub email: Email,
}

/// The address that was typed and proven, unless it was somebody's; none when the evidence is not enough.
pub fn changed_email(evidence: &[Evidence]) -> Option<NewAddress> {
    let change = change_of(evidence)?;
    let (mut email, mut is_proven) = (None, false);
    for found in evidence {
        match found {
            Evidence::Credentials(typed) => {
                email = typed.email.clone().filter(|_| typed.owner == Owner::Nobody);
                is_proven = false;
            }
            Evidence::EmailCode(_) => is_proven = true,
            _ => {}
        }
    }
    email.filter(|_| is_proven).map(|email| NewAddress { change, email })
}

/// The phone or app that was set up, and by whom.
pub fn changed_factor(evidence: &[Evidence], cx: &mut Cx) -> Option<(change::Evidence, NewFactor)> {
    let change = change_of(evidence)?;
    let set_up = evidence.iter().find_map(|found| match found {
        Evidence::SetupFactor(set_up) => Some(set_up),
        _ => None,
    })?;
    Some((change, factor_of(set_up, cx)?.0))
}

fn change_of(evidence: &[Evidence]) -> Option<change::Evidence> {
    evidence.iter().find_map(|found| match found {
        Evidence::Change(change) => Some(change.clone()),
        _ => None,
    })
}
