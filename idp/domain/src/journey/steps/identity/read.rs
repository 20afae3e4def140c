//! Reading the page's controls.

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::era;

use super::{Answer, Challenge, Field, Rule};
use crate::insurer_number::InsurerNumber;
use crate::journey::{Form, Known, Reason, Refusal};
use crate::kana;
use crate::login_id;
use crate::member::{Claimed, Marks, split_joined};

/// Reads an ID and its temporary password.
///
/// # Errors
/// What is missing.
pub fn given_id(form: &Form) -> Result<Answer, Vec<Refusal>> {
    let password = SecretString::from(form.raw("password").to_owned());
    let empty = [("login_id", form.is_empty("login_id")), ("password", password.expose_secret().is_empty())];
    let refusals: Vec<Refusal> =
        empty.iter().filter(|(_, empty)| *empty).map(|(name, _)| Refusal::at(name, Reason::Empty)).collect();
    if refusals.is_empty() {
        Ok(Answer::GivenId { id: login_id::fold(form.get("login_id")), password })
    } else {
        Err(refusals)
    }
}

/// Reads who somebody says they are.
///
/// # Errors
/// What is missing or misshapen, field by field.
pub fn claim(
    rule: &Rule,
    challenge: &Challenge,
    form: &Form,
    known: &Known<'_>,
) -> Result<Answer, Vec<Refusal>> {
    let mut refusals: Vec<Refusal> = rule
        .fields
        .iter()
        .filter(|field| **field != Field::Branch && form.is_empty(field.control()))
        .map(|field| Refusal::at(field.control(), Reason::Empty))
        .collect();
    let mut note = |refusal: Refusal| {
        if !refusals.iter().any(|other| other.field == refusal.field) {
            refusals.push(refusal);
        }
    };
    let marks = marks(rule, challenge, form).map_err(&mut note).ok();
    let kana = name(rule, form, known).map_err(|wrong| wrong.into_iter().for_each(&mut note)).ok();
    let birth_date = match form.get("birth_date") {
        "" => None,
        typed => {
            era::parse_birth_date(typed).map_err(|_| note(Refusal::at("birth_date", Reason::DateShape))).ok()
        }
    };
    if rule.fields.contains(&Field::InsurerCode) && !names(form.get("insurer_code"), known) {
        note(Refusal::at("insurer_code", Reason::InsurerUnknown));
    }
    match (refusals.is_empty(), marks, kana) {
        (true, Some((symbol, number, branch)), Some(kana)) => Ok(Answer::Claim {
            claimed: Claimed { symbol, number, branch, kana, birth_date },
            of_this_insurer: !rule.fields.contains(&Field::InsurerNumber) || is_number(form, known),
        }),
        _ => Err(refusals),
    }
}

type Numbers = (Marks, Marks, Option<Marks>);

fn marks(rule: &Rule, challenge: &Challenge, form: &Form) -> Result<Numbers, Refusal> {
    if rule.fields.contains(&Field::SymbolNumberBranch) {
        let control = Field::SymbolNumberBranch.control();
        let joined = split_joined(form.get(control));
        let (symbol, number, branch) = joined.ok_or_else(|| Refusal::at(control, Reason::MarksShape))?;
        return Ok((symbol, number, Some(branch)));
    }
    let branch = form.get("branch");
    if challenge.asks_branch && branch.is_empty() {
        return Err(Refusal::at("branch", Reason::BranchNeeded));
    }
    let branch = (!branch.is_empty()).then(|| Marks::new(branch));
    Ok((Marks::new(form.get("symbol")), Marks::new(form.get("number")), branch))
}

/// The folded name; each part that is no kana is refused.
fn name(rule: &Rule, form: &Form, known: &Known<'_>) -> Result<kana::Folded, Vec<Refusal>> {
    let controls: &[&str] =
        if rule.fields.contains(&Field::KanaName) { &["kana_name"] } else { &["family_name", "given_name"] };
    let refusals: Vec<Refusal> = controls
        .iter()
        .filter(|control| {
            !form.is_empty(control) && kana::fold(form.get(control), known.insurer.kana).is_err()
        })
        .map(|control| Refusal::at(control, Reason::KanaShape))
        .collect();
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let whole: String = controls.iter().map(|control| form.get(control)).collect();
    let first = controls.first().copied().unwrap_or_default();
    kana::fold(&whole, known.insurer.kana).map_err(|_| vec![Refusal::at(first, Reason::KanaShape)])
}

/// Whether a typed word is the insurer's own, in any width and case (row E5).
fn names(typed: &str, known: &Known<'_>) -> bool {
    login_id::fold(typed) == known.insurer.code.as_str()
}

fn is_number(form: &Form, known: &Known<'_>) -> bool {
    form.get("insurer_number").parse::<InsurerNumber>().is_ok_and(|typed| typed == known.insurer.number)
}
