//! What must hold between the parts of an insurer's file.

use std::time::Duration;

use super::{Directory, Insurer};
use crate::account::NameKind;
use crate::email::Email;
use crate::factor::FactorKind;
use crate::journey::{Journey, Step};

/// Looks at everything that no part can see alone.
///
/// # Errors
/// A sentence for the operator.
pub fn check(insurer: &Insurer) -> Result<(), String> {
    if !(1..=4).contains(&insurer.seal.chars().count()) {
        return Err("seal: a seal has one to four characters".to_owned());
    }
    for address in [&insurer.mail_from, &insurer.office.email] {
        Email::parse(address).map_err(|_| format!("{address} is no e-mail address"))?;
    }
    insurer.journeys().try_for_each(|journey| steps(insurer, journey))?;
    insurer.directory.as_ref().map_or(Ok(()), Directory::check)?;
    given_ids(insurer)?;
    postponed(insurer)?;
    if insurer.sign_in.remember_device_days > 90 {
        return Err("sign_in.remember_device_days is 90 at most".to_owned());
    }
    names(insurer)
}

fn steps(insurer: &Insurer, journey: &Journey) -> Result<(), String> {
    for step in journey.steps() {
        let named = match step {
            Step::Terms(rule) => rule.documents.iter().collect(),
            Step::Identity(rule) => rule.consent.iter().collect(),
            _ => Vec::new(),
        };
        if let Some(unknown) = named.into_iter().find(|id| insurer.document(id).is_none()) {
            return Err(format!("step {}: there is no document \"{unknown}\"", step.word()));
        }
        if let Step::Identity(rule) = step
            && rule.given_id
            && insurer.given_ids.is_none()
        {
            return Err("step identity: given_id needs the table [given_ids]".to_owned());
        }
        if let Step::Credentials(rule) = step
            && rule.asks_opt_ins()
            && insurer.opt_ins.is_empty()
        {
            return Err("step credentials: opt_ins are asked for, but the file has no [[opt_ins]]".to_owned());
        }
        if let Step::SetupFactor(rule) = step
            && journey.kind().registers()
            && rule.choices.as_slice() == [FactorKind::Sms]
            && !insurer.sign_in.passkeys
        {
            return Err("step setup_factor: codes by SMS can be intercepted: offer \"totp\" beside them, or passkeys \
                by sign_in.passkeys"
                .to_owned());
        }
    }
    let sets_up_passkeys = |step: &Step| match step {
        Step::SetupFactor(rule) => rule.choices.contains(&FactorKind::Passkey),
        _ => false,
    };
    if !insurer.sign_in.passkeys && journey.steps().iter().any(sets_up_passkeys) {
        return Err("step setup_factor: \"passkey\" needs sign_in.passkeys".to_owned());
    }
    let promised: Duration = journey.steps().iter().filter_map(Step::link_validity).sum();
    if promised > insurer.lifetimes.journey() {
        let minutes = promised.as_secs() / 60;
        return Err(format!(
            "lifetimes.journey_minutes is shorter than the {minutes} minutes that mailed links of journey {} promise",
            journey.kind().as_str(),
        ));
    }
    Ok(())
}

/// Who has put off the second factor can sign in all the same.
fn postponed(insurer: &Insurer) -> Result<(), String> {
    let postpones = |step: &Step| matches!(step, Step::SetupFactor(rule) if rule.postpone);
    let insists = |step: &Step| matches!(step, Step::SecondFactor(rule) if !rule.if_held);
    let may = insurer
        .journeys()
        .filter(|journey| journey.kind().registers())
        .flat_map(Journey::steps)
        .any(postpones);
    if may && insurer.login().steps().iter().any(insists) {
        return Err("step setup_factor: who postpones it could not sign in: say if_held = true at the second_factor of \
            login"
            .to_owned());
    }
    Ok(())
}

fn given_ids(insurer: &Insurer) -> Result<(), String> {
    match (insurer.activate(), &insurer.given_ids) {
        (Some(_), None) => Err("journey activate needs the table [given_ids]".to_owned()),
        _ => Ok(()),
    }
}

/// The names that journeys give are those the sign-in page asks for, and the other way about.
fn names(insurer: &Insurer) -> Result<(), String> {
    let given: Vec<NameKind> = insurer
        .journeys()
        .flat_map(Journey::steps)
        .filter_map(|step| match step {
            Step::Credentials(rule) => rule.name(),
            Step::GivenId(_) => Some(NameKind::Given),
            _ => None,
        })
        .collect();
    if let Some(name) = given.iter().find(|name| !insurer.sign_in.names.contains(name)) {
        return Err(format!("sign_in.names lacks \"{}\", which a registration gives", name.as_str()));
    }
    match insurer.sign_in.names.iter().find(|name| !given.contains(name)) {
        Some(name) => Err(format!("sign_in.names has \"{}\", which no registration gives", name.as_str())),
        None => Ok(()),
    }
}
