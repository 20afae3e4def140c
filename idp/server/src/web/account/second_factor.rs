//! `/account/phone` and `/account/app`: the second key beside passkeys.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use sekisho_base::era;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::journey::{Reason, Refusal};
use sekisho_site::page::{Form, Shell, Switch};

use super::guard::{self, Member};
use super::{changed, shell};
use crate::flows::account_page::second_factor::{self, Begun, Standing};
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;
use crate::web::journey::{Posted, see_other, show};
use crate::web::page::html;
use crate::web::view::{ChangeFactor, ChangedKind, Ending, SecondKey, Sure};

/// Where the phone's page is.
pub const PHONE: &str = "/account/phone";
/// Where the app's page is.
pub const APP: &str = "/account/app";
const PURPOSE: &str = "change factor";

/// One of the two pages.
#[derive(Clone, Copy)]
struct Page {
    path: &'static str,
    /// The page's word.
    to: &'static str,
    kind: FactorKind,
    key: SecondKey,
    ending: Ending,
}

const OF_PHONE: Page =
    Page { path: PHONE, to: "phone", kind: FactorKind::Sms, key: SecondKey::Phone, ending: Ending::Phone };
const OF_APP: Page =
    Page { path: APP, to: "app", kind: FactorKind::Totp, key: SecondKey::App, ending: Ending::App };

/// How it stands with the phone.
///
/// # Errors
/// When rows cannot be read.
pub async fn phone(Shared(state): Shared<Arc<State>>, visit: Visit) -> Result<Response, Error> {
    OF_PHONE.get(&state, &visit).await
}

/// How it stands with the app.
///
/// # Errors
/// When rows cannot be read.
pub async fn app(Shared(state): Shared<Arc<State>>, visit: Visit) -> Result<Response, Error> {
    OF_APP.get(&state, &visit).await
}

/// Sets out to another phone, or takes the present one away.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be written.
pub async fn post_phone(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    OF_PHONE.post(&state, &visit, posted).await
}

/// Sets out to another app, or takes the present one away.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be written.
pub async fn post_app(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    OF_APP.post(&state, &visit, posted).await
}

impl Page {
    async fn get(self, state: &State, visit: &Visit) -> Result<Response, Error> {
        match guard::fresh(state, visit, self.to).await? {
            ControlFlow::Break(response) => Ok(response),
            ControlFlow::Continue(member) => self.show(state, visit, member, &[]).await,
        }
    }

    async fn post(
        self,
        state: &State,
        visit: &Visit,
        posted: Vec<(String, String)>,
    ) -> Result<Response, Error> {
        let sent = guard::sent(state, visit, (PURPOSE, posted), (self.to, self.path));
        let (member, form) = match sent.await? {
            ControlFlow::Break(response) => return Ok(response),
            ControlFlow::Continue(sent) => sent,
        };
        let whose = (member.insurer, member.session);
        let mut cx = state.cx();
        if form.raw("do") != "remove" {
            return match second_factor::begin(state, &visit.visitor, whose, self.kind, &mut cx).await? {
                Begun::Journey(id) => Ok(see_other(&format!("/journey/{id}"))),
                Begun::Wait(until) => {
                    self.show(state, visit, member, &[Refusal::page(Reason::Wait { until })]).await
                }
            };
        }
        if !form.has("sure") {
            return self.sure(state, visit, member);
        }
        if second_factor::remove(state, &visit.visitor, whose, self.kind, &mut cx).await? {
            Ok(changed::to(ChangedKind::Removed))
        } else {
            Ok(see_other(self.path))
        }
    }

    async fn show(
        self,
        state: &State,
        visit: &Visit,
        member: Member<'_>,
        refusals: &[Refusal],
    ) -> Result<Response, Error> {
        let standing = second_factor::standing(state, (member.insurer, member.session), self.kind).await?;
        let shell = shell(state, visit, member, Switch::InForm);
        let page = ChangeFactor {
            errors: show::errors(&shell, &member.frame(state, visit), refusals),
            form: self.form(state, visit),
            key: self.key,
            held: held(&shell, &standing),
            is_first: standing.is_first,
            is_offered: standing.is_offered,
            may_go: standing.may_go,
            shell,
        };
        html(&page, None)
    }

    fn sure(self, state: &State, visit: &Visit, member: Member<'_>) -> Result<Response, Error> {
        let page = Sure {
            shell: shell(state, visit, member, Switch::InForm),
            form: self.form(state, visit),
            errors: Vec::new(),
            ending: self.ending,
            on: String::new(),
            back_href: self.path,
        };
        html(&page, None)
    }

    fn form(self, state: &State, visit: &Visit) -> Form {
        Form::plain(self.path, state.forms.issue(&visit.visitor.browser, PURPOSE))
    }
}

/// What there is, in words.
fn held(shell: &Shell<'_>, standing: &Standing) -> Vec<(String, String)> {
    let Some(since) = standing.since else { return Vec::new() };
    let number = standing.number.clone().map(|number| (shell.say("item.phone").to_owned(), number));
    let day = era::day(since.date_in_tokyo(), shell.speech.language);
    number.into_iter().chain([(shell.say("change.since").to_owned(), day)]).collect()
}
