//! The portal's doors: what a request asks for, which flow answers, which page shows it.

mod apply;
mod arrive;
mod card;
mod check;
pub mod files;
mod history;
mod open;
mod paper;
mod routes;

use std::sync::Arc;

use axum::extract::FromRef;
use axum::response::Response;
use sekisho_portal_kit::front::pdf::Fonts;
use sekisho_portal_kit::front::{House, Limit, lenient, onward, readable};
use sekisho_portal_kit::{Kit, SignedIn};
use sekisho_site::web::Arrival;

use crate::config::Config;
use crate::flows::{self, Desk};
pub use files::SHELF;
pub use routes::pages;

/// How often one place may ask for the worth of certificates in a minute: enough for a busy reception desk, too
/// little to look for numbers.
const CHECKS: u32 = 30;

/// Everything the doors share: the house, and what is this portal's own.
#[derive(Clone)]
pub struct App {
    house: House,
    /// The configuration.
    pub config: Arc<Config>,
    /// How often the check page may be asked.
    pub checks: Arc<Limit>,
    /// The typefaces of PDF files; where they are missing, none is offered.
    pub fonts: Option<Fonts>,
}

impl App {
    /// An application in a house.
    pub fn new(house: House, config: Arc<Config>) -> Self {
        let fonts = Fonts::read(&config.pdf);
        if let Err(error) = &fonts {
            tracing::warn!(%error, "pdf.font cannot be used: no PDF files are offered");
        }
        Self { house, config, checks: Arc::new(Limit::new(CHECKS)), fonts: fonts.ok() }
    }

    /// A desk for a member, whose account is called `applicant`.
    fn desk<'a>(&'a self, member: &'a SignedIn, applicant: &'a str) -> Desk<'a> {
        Desk::new(&self.db, &self.ring, &member.session, applicant, self.door.cx().now)
    }
}

impl std::ops::Deref for App {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
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
