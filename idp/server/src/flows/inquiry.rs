//! A question to the office: stored, and mailed to it.

use std::time::Duration;

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::email::Email;
use sekisho_domain::ids::InquiryId;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Form, Reason, Refusal};
use sekisho_store::{audit, inquiries};

use super::Error;
use super::effects::{self, Sender};
use super::throttle::{self, Counted};
use super::visitor::Visitor;
use crate::mail::Letter;
use crate::state::State;

/// How long a question may wait for the office's mail server.
const WEEK: Duration = Duration::from_hours(7 * 24);
/// The longest question.
pub const LONGEST: usize = 2_000;

/// What came of a question.
pub enum Asked {
    /// It was taken under this number.
    Taken {
        /// A number that can be read out.
        number: String,
    },
    /// It was not complete.
    Refused(Vec<Refusal>),
}

/// Takes a question.
///
/// # Errors
/// When rows cannot be written.
pub async fn ask(
    state: &State,
    visitor: &Visitor,
    insurer: &Insurer,
    form: &Form,
    cx: &mut Cx,
) -> Result<Asked, Error> {
    let (email, message) = match read(form) {
        Ok(read) => read,
        Err(refusals) => return Ok(Asked::Refused(refusals)),
    };
    if !throttle::is_lifted(Some(insurer))
        && let Err(until) = throttle::count(state, Counted::Inquiry, &visitor.source, cx.now).await
    {
        return Ok(Asked::Refused(vec![Refusal::page(Reason::Wait { until })]));
    }
    let id = InquiryId::draw(cx);
    let number = number_of(id);
    let sealed = state.ring.seal(&format!("inquiries.message:{id}"), message.as_bytes(), cx);
    let row = inquiries::Inquiry {
        id,
        insurer: insurer.code.clone(),
        email: email.as_str().to_owned(),
        language: visitor.language,
        message: sealed,
        created_at: cx.now,
        answered_at: None,
    };
    let sender = Sender::of(insurer.code.clone(), sekisho_base::Language::Ja);
    let letter = Letter::Inquiry { number: number.clone(), from: email.as_str().to_owned(), message };
    let mut tx = state.db.begin().await?;
    inquiries::insert(&mut tx, &row).await?;
    effects::mail(state, &mut tx, &sender, (&insurer.office.email, &letter, cx.now + WEEK), cx).await?;
    audit::append(&mut tx, &state.audit_key, Event::inquiry_received(insurer.code.clone(), id), cx).await?;
    tx.commit().await?;
    Ok(Asked::Taken { number })
}

/// The end of the id, which can be read out and found again.
fn number_of(id: InquiryId) -> String {
    let text = id.to_string().to_uppercase();
    text.get(text.len().saturating_sub(8)..).unwrap_or_default().to_owned()
}

fn read(form: &Form) -> Result<(Email, String), Vec<Refusal>> {
    let mut refusals = form.my_numbers();
    let typed = form.get("email");
    let email = match Email::parse(typed) {
        Ok(email) => Some(email),
        Err(_) => {
            let reason = if typed.is_empty() { Reason::Empty } else { Reason::EmailShape };
            refusals.push(Refusal::at("email", reason));
            None
        }
    };
    let message = form.get("message").to_owned();
    if message.is_empty() {
        refusals.push(Refusal::at("message", Reason::Empty));
    } else if message.chars().count() > LONGEST {
        refusals.push(Refusal::at("message", Reason::MessageLong { most: LONGEST }));
    }
    match email {
        Some(email) if refusals.is_empty() => Ok((email, message)),
        _ => Err(refusals),
    }
}
