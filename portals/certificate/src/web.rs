//! The portal's doors: what a request asks for, which flow answers, which page shows it.

mod apply;
mod arrive;
mod card;
mod check;
pub mod files;
mod limit;
mod look;
mod open;
mod routes;

use std::sync::Arc;

use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, FromRef, Query};
use axum::response::{IntoResponse, Response};
use sekisho_portal_kit::{Kit, SignedIn};
use sekisho_site::clock::Door;
use sekisho_site::db::Db;
use sekisho_site::seal::Ring;
use sekisho_site::web::{Arrival, Cookies};

use crate::config::Config;
use crate::flows::{self, Desk};
pub use limit::Limit;
pub use look::Pages;
pub use routes::router;

/// Everything the doors share.
#[derive(Clone)]
pub struct App(Arc<House>);

/// What an [`App`] is made of.
pub struct House {
    /// The configuration.
    pub config: Arc<Config>,
    /// The pages.
    pub pages: Arc<Pages>,
    /// The sign-in.
    pub kit: Arc<Kit>,
    /// The database.
    pub db: Db,
    /// The master keys.
    pub ring: Ring,
    /// Where each request's moment comes from.
    pub door: Door,
    /// The cookies.
    pub cookies: Cookies,
    /// How often the check page may be asked.
    pub checks: Limit,
}

impl App {
    /// An application that serves from `house`.
    pub fn new(house: House) -> Self {
        Self(Arc::new(house))
    }

    /// A desk for a member, whose account is called `applicant`.
    fn desk<'a>(&'a self, member: &'a SignedIn, applicant: &'a str) -> Desk<'a> {
        Desk::new(&self.db, &self.ring, &member.session, applicant, self.door.cx().now)
    }
}

impl std::ops::Deref for App {
    type Target = House;

    fn deref(&self) -> &House {
        &self.0
    }
}

impl FromRef<App> for Arc<Kit> {
    fn from_ref(app: &App) -> Self {
        Self::clone(&app.kit)
    }
}

/// Why a door shows no page of its own.
enum Stop {
    /// A flow failed, or there is nothing of that name.
    Flow(flows::Error),
    /// The form is too old, or was not made for this person.
    StaleForm,
    /// Something else answers.
    Answer(Box<Response>),
}

impl From<flows::Error> for Stop {
    fn from(error: flows::Error) -> Self {
        Self::Flow(error)
    }
}

impl From<Response> for Stop {
    fn from(response: Response) -> Self {
        Self::Answer(Box::new(response))
    }
}

type Turn = Result<Response, Stop>;

/// Turns a door's end into an answer; a failure is logged here, once.
fn close(app: &App, arrival: &Arrival, insurer: Option<&str>, turn: Turn) -> Response {
    match turn {
        Ok(response) => response,
        Err(Stop::Answer(response)) => *response,
        Err(Stop::StaleForm) => app.pages.stale_form(arrival.language, insurer),
        Err(Stop::Flow(flows::Error::Unknown)) => app.pages.missing(arrival.language, insurer),
        Err(Stop::Flow(error)) => {
            tracing::error!(%error, "a certificate page failed");
            app.pages.broken(arrival.language, insurer, arrival.request_id.as_str())
        }
    }
}

/// What an address carries; one that cannot be read carries nothing.
fn lenient<T: Default>(query: Result<Query<T>, QueryRejection>) -> T {
    query.map(|Query(carried)| carried).unwrap_or_default()
}

/// What a form carries; one that cannot be read is none of ours, and fails by its missing token.
fn readable<T: Default>(form: Result<Form<T>, FormRejection>) -> T {
    form.map(|Form(answer)| answer).unwrap_or_default()
}

/// A redirect after a form or on the way through.
fn onward(to: &str) -> Response {
    axum::response::Redirect::to(to).into_response()
}
