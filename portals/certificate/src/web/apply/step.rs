//! One step of an application: what its page shows, and where it leads.

use std::time::Duration;

use axum::response::Response;
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};
use secrecy::ExposeSecret as _;
use sekisho_base::Language;
use sekisho_portal_kit::{Kit, SignedIn};
use sekisho_site::page::{FieldError, Form as PageForm, Notice, NoticeTone, Progress, Shell, Switch};
use serde::Deserialize;
use url::form_urlencoded;

use super::super::arrive::{name_where_needed, no_cover};
use super::super::{App, Stop, Turn, onward};
use crate::flows::Desk;
use crate::flows::apply::{Application, Outcome, apply};
use crate::rows::ApplicationId;
use crate::rules::address::Typed;
use crate::rules::person::Person;
use crate::rules::prefecture::Prefecture;
use crate::rules::reason::Reason as ReasonOnList;
use crate::view::{Address, OfferedReason, Reason};

/// The purpose of the forms' token.
pub(super) const APPLY: &str = "certificate-apply";
/// The cookie that keeps a typed address, sealed, while the claims are read again.
pub(super) const DRAFT: &str = "draft";
const DRAFT_IS_KEPT: Duration = Duration::from_mins(10);

/// What the address of a step may carry: what was chosen before, and that the claims were read in between.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Carried {
    pub(super) reason: String,
    pub(super) turn: Option<ApplicationId>,
    pub(super) address_changed: Option<String>,
    pub(super) reread: Option<String>,
}

/// One step at hand: who is asked, for whom, under which id.
pub(super) struct Step<'a> {
    pub(super) app: &'a App,
    pub(super) member: &'a SignedIn,
    pub(super) desk: Desk<'a>,
    pub(super) person: Person,
    pub(super) language: Language,
    pub(super) path: String,
    pub(super) turn: ApplicationId,
}

impl<'a> Step<'a> {
    pub(super) fn new(
        app: &'a App,
        member: &'a SignedIn,
        applicant: &'a str,
        mark: &str,
    ) -> Result<Self, Stop> {
        let desk = app.desk(member, applicant);
        let person = desk.person(mark)?;
        let turn = ApplicationId::draw(&mut app.door.cx());
        let path = format!("/certificates/{mark}");
        Ok(Self { app, member, desk, person, language: Language::Ja, path, turn })
    }

    fn shell(&self, at: u8, reread: bool) -> Shell<'a> {
        let mut shell =
            self.app.pages.shell(self.language, Some(&self.member.session.insurer), Switch::InForm);
        shell.progress = Some(Progress { name: shell.say("portal.apply.progress").to_owned(), at, of: 2 });
        if reread {
            shell.notices.push(Notice {
                tone: NoticeTone::Info,
                title: shell.say("portal.apply.reread").to_owned(),
                text: shell.say("portal.apply.reread_text").to_owned(),
            });
        }
        shell
    }

    fn form(&self, step: &str) -> PageForm {
        PageForm {
            turn: Some(self.turn.to_string()),
            ..PageForm::plain(format!("{}/{step}", self.path), self.app.kit.form_token(self.member, APPLY))
        }
    }

    fn status(errors: &[FieldError]) -> StatusCode {
        if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }

    pub(super) fn show_reason(&self, chosen: &str, moved: bool, (missing, reread): (bool, bool)) -> Response {
        let shell = self.shell(1, reread);
        let missing = missing.then(|| FieldError::new("reason", shell.say("portal.apply.missing")));
        let errors: Vec<FieldError> = missing.into_iter().collect();
        let reasons = self.app.config.reasons(&self.member.session.insurer).iter().enumerate();
        let reasons = reasons.map(|(place, reason)| OfferedReason {
            value: reason.id.as_str().to_owned(),
            id: if place == 0 { "reason".to_owned() } else { format!("reason-{place}") },
            text: reason.text(self.language).to_owned(),
            hint: reason.hint(self.language).to_owned(),
            chosen: reason.id.as_str() == chosen,
        });
        let page = Reason {
            reasons: reasons.collect(),
            who: name_where_needed(self.desk, &self.person)
                .map(|name| shell.fill("portal.apply.who", "name", name)),
            note: self.note(),
            head: self.app.pages.head(Some(&self.member.session.insurer)),
            form: self.form("apply"),
            errors,
            moved,
            shell,
        };
        self.app.pages.show(Self::status(&page.errors), &page)
    }

    /// What the insurer says above its list.
    fn note(&self) -> Option<String> {
        let insurer = self.app.config.insurer(&self.member.session.insurer)?;
        insurer.reasons_note.as_ref().map(|note| note.get(self.language).to_owned())
    }

    /// The reason of that name, if it can be chosen.
    pub(super) fn listed(&self, name: &str) -> Option<&'a ReasonOnList> {
        self.app.config.reasons(&self.member.session.insurer).find(name)
    }

    /// The address on record, as something to put right.
    pub(super) fn known_address(&self) -> Typed {
        let known = self.member.session.claims.membership.address.as_ref();
        known.map(Typed::known).unwrap_or_default()
    }

    pub(super) fn show_address(
        &self,
        reason: &str,
        mut typed: Typed,
        errors: Vec<FieldError>,
        reread: bool,
    ) -> Response {
        let known = !typed.is_empty() && typed == self.known_address();
        // However it was called, it is found on the list again.
        if let Some(found) = Prefecture::find(&typed.prefecture) {
            found.name.clone_into(&mut typed.prefecture);
        }
        let page = Address {
            shell: self.shell(2, reread),
            head: self.app.pages.head(Some(&self.member.session.insurer)),
            form: self.form("address"),
            errors,
            reason: reason.to_owned(),
            known,
            prefectures: Prefecture::all().collect(),
            typed,
        };
        self.app.pages.show(Self::status(&page.errors), &page)
    }

    fn draft_binding(&self) -> String {
        format!("draft:{}", self.desk.mark(&self.person.key).as_str())
    }

    /// What was typed into the address form before the claims were read again.
    pub(super) fn draft(&self, headers: &HeaderMap) -> Typed {
        let kept = self.app.cookies.read(headers, DRAFT);
        let opened =
            kept.map(|kept| self.app.ring.open_json_text(&self.draft_binding(), kept.expose_secret()));
        opened.and_then(Result::ok).unwrap_or_default()
    }

    /// Reads the claims again and comes back to the same step, with what was chosen and typed.
    pub(super) async fn reread(&self, step: &str, carried: Carried, typed: Option<&Typed>) -> Response {
        if !self.app.kit.provider_answers().await {
            let arrival_insurer = Some(self.member.session.insurer.clone());
            return self.app.pages.provider_away(self.language, arrival_insurer.as_deref());
        }
        let carried = Carried { reread: Some("yes".to_owned()), ..carried };
        let mut response = Kit::through_provider(
            &format!("{}/{step}{}", self.path, query(&carried)),
            Some(&self.member.session.insurer),
        );
        if let Some(typed) = typed
            && let Ok(kept) =
                self.app.ring.seal_json_text(&self.draft_binding(), typed, &mut self.app.door.cx())
        {
            let cookie = self.app.cookies.set(DRAFT, kept.as_str(), Some(DRAFT_IS_KEPT));
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }

    /// Applies, and leads to the certificate.
    pub(super) async fn finish(&self, reason: &str, address: Option<crate::rules::address::Address>) -> Turn {
        let Some(listed) = self.listed(reason) else { return Err(Stop::StaleForm) };
        let (id, reason, lifetime) = (self.turn, listed.id.clone(), listed.lifetime());
        let application = Application { id, reason, lifetime, address };
        Ok(match apply(self.desk, &self.person, &application, &mut self.app.door.cx()).await? {
            Outcome::Issued => onward(&format!("{}/card", self.path)),
            Outcome::NoCover(cover) => no_cover(self.app, self.language, self.member, cover),
        })
    }
}

pub(super) fn query(carried: &Carried) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !carried.reason.is_empty() {
        query.append_pair("reason", &carried.reason);
    }
    if let Some(turn) = carried.turn {
        query.append_pair("turn", &turn.to_string());
    }
    for (name, value) in [("address_changed", &carried.address_changed), ("reread", &carried.reread)] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() { query } else { format!("?{query}") }
}
