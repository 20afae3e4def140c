//! What the evidence of a journey at its end brings into being. Nothing is decided by the flow that stores it.

mod change;

use sekisho_base::{Cx, Language, Timestamp};

use super::Evidence;
use super::known::Owner;
use super::steps::setup_factor;
use crate::account::{Joining, Name, NameKind, NewAccount, NewFactor, NewSecret};
use crate::email::Email;
use crate::factor::FactorKind;
use crate::ids::{AccountId, FactorId, MembershipId, PersonKey, RestorationId};
use crate::insurer::Insurer;
use crate::session::{Event, MembershipRef};
use crate::terms::{Acceptance, Mode};

pub use change::{NewAddress, changed_email, changed_factor};

/// A new account, and what was shown on the way to it; none when the evidence is not enough.
pub fn registered(
    evidence: &[Evidence],
    insurer: &Insurer,
    language: Language,
    cx: &mut Cx,
) -> Option<(NewAccount, Vec<Event>)> {
    let mut names = Vec::new();
    let (mut email, mut nickname, mut password) = (None, String::new(), None);
    let mut is_proven = false;
    for found in evidence {
        match found {
            Evidence::GivenId(given) => names.push(Name::given(&given.id)),
            Evidence::Credentials(chosen) => {
                if chosen.email.is_some() && chosen.owner != Owner::Nobody {
                    return None;
                }
                names.extend(name_of(chosen));
                if chosen.email.is_some() {
                    email.clone_from(&chosen.email);
                    is_proven = false;
                }
                password = chosen.password_hash.clone().or(password);
                if !chosen.nickname.is_empty() {
                    nickname.clone_from(&chosen.nickname);
                }
            }
            Evidence::EmailCode(_) | Evidence::EmailLink(_) => is_proven = true,
            _ => {}
        }
    }
    let email = email?;
    if names.is_empty() || !is_proven {
        return None;
    }
    let (mut joining, mut events) = joined(evidence, insurer, Some(&email), cx)?;
    let passkey = joining.factors.iter().find_map(|factor| match &factor.secret {
        NewSecret::Passkey(made) => Some(made.account),
        _ => None,
    });
    match password {
        Some(password) => {
            let secret = NewSecret::Password(password.into());
            joining.factors.insert(0, NewFactor { id: FactorId::draw(cx), secret });
            // The password was chosen on this walk; having chosen it is having shown it.
            events.insert(0, Event { at: cx.now, factor: FactorKind::Password });
        }
        // Who has a passkey needs no password.
        None => drop(passkey?),
    }
    // A passkey names the account that it was made for.
    let id = passkey.unwrap_or_else(|| AccountId::draw(cx));
    let account = NewAccount { id, language, names, email, nickname, joining, at: cx.now };
    Some((account, events))
}

fn name_of(chosen: &super::steps::credentials::Evidence) -> Option<Name> {
    match chosen.name()? {
        NameKind::Chosen => chosen.login_id.as_ref().map(Name::chosen),
        NameKind::Email => chosen.email.as_ref().map(Name::email),
        NameKind::Given => None,
    }
}

/// What a membership brings with it, and the factors that were tried on the way; none when nobody was found.
/// `email` is the account's address.
pub fn joined(
    evidence: &[Evidence],
    insurer: &Insurer,
    email: Option<&Email>,
    cx: &mut Cx,
) -> Option<(Joining, Vec<Event>)> {
    let (mut person, mut opt_ins) = (None, Vec::new());
    let (mut factors, mut events) = (Vec::new(), Vec::new());
    for found in evidence {
        match found {
            Evidence::Identity(found) => person = Some(&found.found.person),
            Evidence::GivenId(found) => person = Some(&found.found.person),
            Evidence::Credentials(chosen) => opt_ins.extend(chosen.opt_ins.iter().cloned()),
            Evidence::SetupFactor(set_up) => {
                let (factor, event) = factor_of(set_up, cx).unzip();
                factors.extend(factor);
                events.extend(event);
            }
            _ => {}
        }
    }
    let joining = Joining {
        membership: membership(insurer, person?, cx),
        own_address: email.filter(|_| insurer.contacts.unique_email).cloned(),
        factors,
        acceptances: accepted(evidence),
        opt_ins,
    };
    Some((joining, events))
}

fn membership(insurer: &Insurer, person: &PersonKey, cx: &mut Cx) -> MembershipRef {
    MembershipRef { insurer: insurer.code.clone(), id: MembershipId::draw(cx), person: person.clone() }
}

fn factor_of(set_up: &setup_factor::Evidence, cx: &mut Cx) -> Option<(NewFactor, Event)> {
    let id = FactorId::draw(cx);
    Some(match set_up {
        setup_factor::Evidence::Postponed { .. } => return None,
        setup_factor::Evidence::Phone { phone, at } => (
            NewFactor { id, secret: NewSecret::Phone(phone.clone()) },
            Event { at: *at, factor: FactorKind::Sms },
        ),
        setup_factor::Evidence::Passkey { made, at } => (
            NewFactor { id, secret: NewSecret::Passkey(made.clone()) },
            Event { at: *at, factor: FactorKind::Passkey },
        ),
        setup_factor::Evidence::App { secret, step, at } => (
            NewFactor { id, secret: NewSecret::App { secret: secret.clone(), step: *step } },
            Event { at: *at, factor: FactorKind::Totp },
        ),
    })
}

/// Everything that was accepted on the way, each document once.
pub fn accepted(evidence: &[Evidence]) -> Vec<Acceptance> {
    let mut accepted = Vec::new();
    for found in evidence {
        match found {
            Evidence::Terms(terms) => accepted
                .extend(terms.accepted.iter().map(|document| acceptance(document, terms.at, Mode::Scrolled))),
            Evidence::Identity(identity) => accepted.extend(
                identity.consented.iter().map(|document| acceptance(document, identity.at, Mode::Button)),
            ),
            _ => {}
        }
    }
    accepted
}

fn acceptance((document, version): &(String, String), at: Timestamp, mode: Mode) -> Acceptance {
    Acceptance { document: document.clone(), version: version.clone(), at, mode }
}

/// Whether who showed a second factor wants the device to be remembered. A recovery code stands in for what was lost,
/// and is no reason to.
pub fn is_to_be_remembered(evidence: &[Evidence]) -> bool {
    evidence.iter().any(|found| match found {
        Evidence::SecondFactor(shown) => shown.remember && shown.kind != FactorKind::Recovery,
        _ => false,
    })
}

/// Whose factors were shown on the way to a sign-in, and which.
pub fn shown(evidence: &[Evidence]) -> Option<(AccountId, Vec<Event>)> {
    let account = evidence.iter().find_map(Evidence::account)?;
    let events = evidence.iter().filter_map(|found| match found {
        Evidence::Password(shown) => Some(Event { at: shown.at, factor: FactorKind::Password }),
        Evidence::Passkey(shown) => Some(Event { at: shown.at, factor: FactorKind::Passkey }),
        Evidence::SecondFactor(shown) => Some(Event { at: shown.at, factor: shown.kind }),
        _ => None,
    });
    Some((account, events.collect()))
}

/// A new password: whose, its hash, and since when its owner is known to have read the mail; a code that was typed here
/// is known since `now`. None when nobody's.
pub fn recovered(evidence: &[Evidence], now: Timestamp) -> Option<(AccountId, &str, Timestamp)> {
    let account = evidence.iter().find_map(Evidence::account)?;
    let hash = evidence.iter().rev().find_map(|found| match found {
        Evidence::Credentials(chosen) => chosen.password_hash.as_deref(),
        _ => None,
    });
    let opened = evidence.iter().find_map(|found| match found {
        Evidence::EmailLink(link) => Some(link.at),
        _ => None,
    });
    Some((account, hash?, opened.unwrap_or(now)))
}

/// A new second factor in place of a lost one: by which permission, whose, and the factor.
pub fn restored(evidence: &[Evidence], cx: &mut Cx) -> Option<(RestorationId, AccountId, Vec<NewFactor>)> {
    let permission = evidence.iter().find_map(|found| match found {
        Evidence::Restoration(restoration) => Some((restoration.id, restoration.account)),
        _ => None,
    });
    let (id, account) = permission?;
    let set_up = evidence.iter().filter_map(|found| match found {
        Evidence::SetupFactor(set_up) => Some(set_up),
        _ => None,
    });
    let factors: Vec<NewFactor> =
        set_up.filter_map(|set_up| factor_of(set_up, cx)).map(|(factor, _)| factor).collect();
    (!factors.is_empty()).then_some((id, account, factors))
}
