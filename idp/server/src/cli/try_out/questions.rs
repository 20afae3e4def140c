//! What each step asks, control by control.

use std::io::{BufRead, Write};

use anyhow::bail;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{Challenge, credentials, email_link, setup_factor, terms};
use sekisho_domain::journey::{Form, Progress, Step};

/// Asks one thing.
///
/// # Errors
/// When the input has ended.
pub fn ask(what: &str, from: &mut impl BufRead, to: &mut impl Write) -> anyhow::Result<String> {
    write!(to, "{what}: ")?;
    to.flush()?;
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        bail!("the input has ended before the journey has");
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Asks for every control of a step. A button's word in place of an answer (`resend`, `other`, `back`) presses it.
///
/// # Errors
/// When the input has ended.
pub fn fill(
    step: &Step,
    challenge: &Challenge,
    insurer: &Insurer,
    (from, to): (&mut impl BufRead, &mut impl Write),
) -> anyhow::Result<Form> {
    let mut pairs = Vec::new();
    for control in controls(step, challenge, insurer) {
        let typed = ask(&control, from, to)?;
        if ["resend", "other", "back"].contains(&typed.as_str()) {
            pairs.push(("do".to_owned(), typed));
            break;
        }
        // A box that is not ticked is not sent.
        let is_box = control.starts_with("accept_") || control.starts_with("opt_in_");
        if !(is_box && typed.is_empty()) {
            pairs.push((control, typed));
        }
    }
    Ok(super::form(pairs))
}

/// Says why an answer was not enough.
///
/// # Errors
/// When it cannot be printed.
pub fn refusals(progress: &Progress, to: &mut impl Write) -> std::io::Result<()> {
    for refusal in &progress.refusals {
        let field = refusal.field.as_deref().unwrap_or("this page");
        writeln!(to, "  ✗ {field}: {:?}", refusal.reason)?;
    }
    Ok(())
}

fn controls(step: &Step, challenge: &Challenge, insurer: &Insurer) -> Vec<String> {
    match (step, challenge) {
        (Step::Credentials(rule), _) => rule
            .fields
            .iter()
            .flat_map(|field| match field {
                credentials::Field::OptIns => {
                    insurer.opt_ins.iter().map(|opt_in| credentials::opt_in_control(&opt_in.id)).collect()
                }
                field => vec![field.control().to_owned()],
            })
            .collect(),
        (Step::Identity(_), Challenge::Identity(identity)) if identity.offers_id => {
            words(&["login_id", "password"])
        }
        (Step::Identity(rule), _) => rule.fields.iter().map(|field| field.control().to_owned()).collect(),
        (_, Challenge::Terms(terms)) => terms.shown.iter().map(|(id, _)| terms::control(id)).collect(),
        (_, Challenge::SetupFactor(setup_factor::Challenge::Choice)) => words(&["factor"]),
        (_, Challenge::SetupFactor(setup_factor::Challenge::Number)) => words(&["phone"]),
        (_, Challenge::EmailLink(email_link::Challenge { proof: Some(proof), .. })) => {
            words(&[proof.of.control()])
        }
        (Step::Confirm(_), _) => words(&["do"]),
        (Step::Account(_), _) => words(&["login_id"]),
        (Step::ShowPassword(_), _) => words(&["password"]),
        _ => words(&["code"]),
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
