//! Who is signed in on an account page, and whether freshly enough to change something there.

use std::ops::ControlFlow;

use axum::response::Response;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::Form;
use sekisho_domain::session::Session;

use crate::flows::account_page::fresh;
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;
use crate::web::journey::{read, see_other, switched};
use crate::web::page::Frame;

/// A member on an own page.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    /// The browser's session.
    pub session: &'a Session,
    /// The insurer under which it was begun.
    pub insurer: &'a Insurer,
}

impl<'a> Member<'a> {
    /// Who is signed in, if anybody is and still is a member.
    pub fn of(state: &'a State, visit: &'a Visit) -> Option<Self> {
        let session = visit.visitor.session.as_ref()?;
        let insurer = state.insurers.get(&session.membership.as_ref()?.insurer)?;
        Some(Self { session, insurer })
    }

    /// The frame of the member's pages.
    pub const fn frame(&self, state: &'a State, visit: &Visit) -> Frame<'a> {
        Frame { state, insurer: Some(self.insurer), language: visit.visitor.language }
    }
}

/// Lets a member in who signed in a moment ago; everybody else is led to sign in, and from there to the page `to`, a
/// word of ours (RU-09).
///
/// # Errors
/// When rows cannot be read.
pub async fn fresh<'a>(
    state: &'a State,
    visit: &'a Visit,
    to: &str,
) -> Result<ControlFlow<Response, Member<'a>>, Error> {
    let Some(member) = Member::of(state, visit) else { return Ok(ControlFlow::Break(see_other("/login"))) };
    if fresh::may_change(state, member.session, visit.cx.now).await? {
        Ok(ControlFlow::Continue(member))
    } else {
        Ok(ControlFlow::Break(again(to)))
    }
}

/// Reads a form of the page `here` that changes something, of a member who signed in a moment ago. A press on the form's
/// language switch shows the page anew; who has to sign in again comes back to the page `to`, as with [`fresh()`].
///
/// # Errors
/// When the form is not this browser's, or rows cannot be read.
pub async fn sent<'a>(
    state: &'a State,
    visit: &'a Visit,
    (purpose, posted): (&str, Vec<(String, String)>),
    (to, here): (&str, &str),
) -> Result<ControlFlow<Response, (Member<'a>, Form)>, Error> {
    let form = read(state, &visit.visitor.browser, purpose, posted)?;
    if let Some(language) = switched(&form) {
        let response = Visit::remember_language(state, language, see_other(here));
        return Ok(ControlFlow::Break(response));
    }
    Ok(fresh(state, visit, to).await?.map_continue(|member| (member, form)))
}

/// To sign in once more, and then to the page `to`.
pub fn again(to: &str) -> Response {
    see_other(&format!("/login/again?to={to}"))
}
