//! The portal's doors: what a request asks for, which flow answers, which page shows it.

mod closed;
mod costs;
mod eligibility;
mod files;
mod open;
mod routes;
mod saves;

use std::sync::Arc;

use axum::extract::FromRef;
use axum::response::Response;
use http::StatusCode;
use sekisho_base::{Language, era};
use sekisho_portal_kit::front::House;
use sekisho_portal_kit::front::pdf::Fonts;
use sekisho_portal_kit::{Kit, SignedIn};
use sekisho_site::page::{Link, Notice, NoticeTone, Shell};
use sekisho_site::web::Arrival;

use crate::config::Config;
use crate::flows::{self, Desk};
use crate::notices::{Said, follow};
pub use files::SHELF;
pub use routes::pages;

/// Everything the doors share: the house, and what is this portal's own.
#[derive(Clone)]
pub struct App {
    house: House,
    /// The configuration.
    pub config: Arc<Config>,
    /// What papers are set in; without it there are none.
    pub fonts: Option<Fonts>,
}

impl App {
    /// An application in a house.
    pub fn new(house: House, config: Arc<Config>) -> Self {
        let fonts = Fonts::read(&config.pdf);
        if let Err(error) = &fonts {
            tracing::warn!(%error, "pdf.font cannot be used: years are not offered as PDF files");
        }
        Self { house, config, fonts: fonts.ok() }
    }

    /// A desk for a member.
    fn desk<'a>(&'a self, member: &'a SignedIn) -> Desk<'a> {
        Desk {
            db: &self.db,
            ring: &self.ring,
            session: &member.session,
            calendar: &self.config.calendar,
            now: self.door.cx().now,
        }
    }

    /// Takes over what the claims say about whether the member wishes to hear of new bills.
    async fn follow(&self, member: &SignedIn, language: Language) -> Result<(), flows::Error> {
        let said = Said::of(&member.session);
        Ok(follow((&self.db, &self.ring), said, language, &mut self.door.cx()).await?)
    }

    /// The telephone number of an insurer's office.
    fn phone(&self, insurer: &str) -> String {
        self.config.insurer(insurer).map(|insurer| insurer.phone.clone()).unwrap_or_default()
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

/// Turns a door's end into an answer; a failure is logged here, once.
fn close(app: &App, arrival: &Arrival, member: &SignedIn, turn: Result<Response, flows::Error>) -> Response {
    let insurer = Some(member.session.insurer.as_str());
    match turn {
        Ok(response) => response,
        // Whoever has lost cover sees nobody's costs, and is told why every page is gone.
        Err(flows::Error::Unknown) if app.desk(member).persons().is_empty() => ended(app, arrival, member),
        Err(flows::Error::Unknown) => app.pages.missing(arrival.language, insurer),
        Err(error) => {
            tracing::error!(%error, "a page of medical costs failed");
            app.pages.broken(arrival.language, insurer, arrival.request_id.as_str())
        }
    }
}

/// Says that the cover has ended, and where to turn.
fn ended(app: &App, arrival: &Arrival, member: &SignedIn) -> Response {
    let insurer = member.session.insurer.as_str();
    let keys = ("costs.eligibility.ended", "costs.eligibility.ended_text");
    let mut page = app.pages.message(arrival.language, Some(insurer), keys);
    page.extra = page.shell.fill("costs.eligibility.wrong_text", "phone", app.phone(insurer));
    page.way =
        Some(Link { href: "/logout".to_owned(), text: page.shell.say("costs.word.sign_out").to_owned() });
    app.pages.show(StatusCode::FORBIDDEN, &page)
}

/// Says from when the claims are, where the provider could not be asked just now.
fn stale(shell: &Shell<'_>, member: &SignedIn) -> Option<Notice> {
    let at = era::moment(member.session.claims_read_at, shell.speech.language);
    (!member.fresh).then(|| Notice {
        tone: NoticeTone::Warn,
        title: shell.say("costs.stale.title").to_owned(),
        text: shell.fill("costs.stale.text", "at", at),
    })
}
