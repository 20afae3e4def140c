//! One page for each step, and for each question within it.

use axum::response::Response;
use secrecy::SecretString;
use sekisho_domain::email::Grade;
use sekisho_domain::factor::totp;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{Challenge, second_factor, setup_factor, terms};
use sekisho_domain::journey::{Form, Kind, Means, Notice, Step, code};
use sekisho_site::page::{self, FieldError, Qr, Shell};

use super::super::Carried;
use crate::flows::journeys::Walk;
use crate::web::Error;
use crate::web::page::{Frame, html};
use crate::web::{documents, view};

/// What every step's page is dressed in.
pub struct Dress<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// Its form.
    pub form: page::Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Whose page it is.
    pub frame: Frame<'a>,
    /// The browser it is shown in.
    pub browser: &'a SecretString,
    /// The origin that the form may end at.
    pub callback: Option<&'a str>,
}

/// How the code came that a challenge waits for; by mail, where it waits for none.
pub const fn medium(challenge: &Challenge) -> view::Medium {
    match challenge {
        Challenge::SetupFactor(setup_factor::Challenge::Sms { .. })
        | Challenge::SecondFactor(second_factor::Challenge::Sms { .. }) => view::Medium::Sms,
        Challenge::SecondFactor(second_factor::Challenge::Recovery) => view::Medium::Recovery,
        Challenge::SecondFactor(second_factor::Challenge::App { .. })
        | Challenge::SetupFactor(setup_factor::Challenge::App { .. }) => view::Medium::App,
        _ => view::Medium::Mail,
    }
}

/// Whether a challenge is past the choice of its step.
pub const fn is_second_page(challenge: &Challenge) -> bool {
    matches!(
        challenge,
        Challenge::SetupFactor(
            setup_factor::Challenge::Number
                | setup_factor::Challenge::Sms { .. }
                | setup_factor::Challenge::App { .. }
                | setup_factor::Challenge::Passkey
        )
    )
}

impl Dress<'_> {
    /// The page of a step.
    pub fn page(self, step: &Step, walk: &Walk<'_>, carried: &Carried) -> Result<Response, Error> {
        match (step, &walk.progress.challenge) {
            (Step::Credentials(rule), _) => self.credentials(rule, walk, carried),
            (Step::EmailCode(rule), _) => self.email_code(&rule.code, walk),
            (Step::EmailLink(rule), Challenge::EmailLink(challenge)) => self.link(rule, challenge, walk),
            (Step::Identity(rule), Challenge::Identity(challenge)) => self.identity(rule, challenge, walk),
            (Step::Confirm(_), _) => self.confirm(walk),
            (Step::Account(_), _) => self.account(walk),
            (Step::ShowPassword(_), _) => self.show_password(),
            (Step::Terms(rule), Challenge::Terms(challenge)) => {
                self.terms(rule, challenge, &walk.progress.draft)
            }
            (Step::SetupFactor(rule), Challenge::SetupFactor(challenge)) => self.setup(rule, challenge, walk),
            (Step::SecondFactor(rule), Challenge::SecondFactor(challenge)) => {
                self.second(&rule.code, challenge, walk)
            }
            _ => Err(Error::NotFound),
        }
    }

    pub(super) fn insurer(&self) -> Result<&Insurer, Error> {
        self.frame.insurer.ok_or(Error::NotFound)
    }

    pub(super) fn help(&self) -> String {
        self.frame.href("/help")
    }

    fn email_code(self, rule: &code::Rule, walk: &Walk<'_>) -> Result<Response, Error> {
        let world = walk.world();
        let address = world.known(walk.progress.language, &walk.progress.evidence).address();
        let risk = address.is_some_and(|address| address.email.grade() == Grade::Carrier);
        let to = address.map(|address| address.email.masked()).unwrap_or_default();
        // Only an address that was typed on the way can be put right; an account's own cannot.
        let typed = !matches!(walk.journey.kind(), Kind::Login | Kind::LostFactor | Kind::ChangeFactor);
        let code = match &walk.progress.challenge {
            Challenge::EmailCode(challenge) => Some(&challenge.sent),
            _ => None,
        };
        let sent = Sent { medium: view::Medium::Mail, to, code, rule, risk };
        self.code(walk, sent, (typed.then_some(view::CodeBack::Address), false))
    }

    fn code(
        self,
        walk: &Walk<'_>,
        sent: Sent<'_>,
        (back, other): (Option<view::CodeBack>, bool),
    ) -> Result<Response, Error> {
        let lost_href = match walk.journey.kind() {
            Kind::Login if sent.medium != view::Medium::Mail => Some(self.frame.href("/recover/factor")),
            // Without password and second factor only the office is left, and the page says so.
            Kind::Recover => Some(self.frame.href("/recover/office")),
            _ => None,
        };
        let remember = self.remember(walk, sent.medium);
        let now = self.frame.state.door.clock.now();
        let life = sent.code.filter(|code| code.is_told()).map(|code| view::life_of(code, sent.rule, now));
        let Self { shell, form, errors, callback, .. } = self;
        let page = view::Code {
            shell,
            form,
            errors,
            medium: sent.medium,
            sent_to: if life.is_some() { sent.to } else { String::new() },
            life,
            digits: u32::try_from(sent.rule.digits).unwrap_or(6),
            minutes: u32::try_from(sent.rule.valid_seconds / 60).unwrap_or(0),
            resent: walk.progress.notice == Some(Notice::Resent),
            back,
            other,
            lost_href,
            risk: sent.risk,
            sign_in: walk.journey.kind() == Kind::Login,
            remember,
        };
        html(&page, callback)
    }

    /// The box that spares the second factor on this device: at the sign-in of an insurer that allows it, beside a second
    /// factor of the account's own.
    fn remember(&self, walk: &Walk<'_>, medium: view::Medium) -> Option<(String, bool)> {
        let is_own = matches!(medium, view::Medium::Sms | view::Medium::App);
        let asks = is_own && walk.journey.kind() == Kind::Login && !walk.progress.is_step_up;
        let days = walk.insurer.sign_in.remember_device_days;
        let label = || self.shell.fill("code.remember.box", "days", days);
        (asks && days > 0).then(|| (label(), walk.progress.draft.has("remember_device")))
    }

    fn terms(
        self,
        rule: &terms::Rule,
        challenge: &terms::Challenge,
        draft: &Form,
    ) -> Result<Response, Error> {
        let insurer = self.insurer()?;
        let documents = challenge
            .shown
            .iter()
            .filter_map(|(id, _)| insurer.document(id))
            .map(|document| {
                let ticked = draft.has(&terms::control(&document.id));
                let shown = documents::shown(document, self.frame.language, ticked);
                view::Document { gated: rule.scroll_gate.contains(&document.id), ..shown }
            })
            .collect();
        let Self { shell, form, errors, callback, .. } = self;
        html(&view::Terms { shell, form, errors, documents }, callback)
    }

    fn setup(
        self,
        rule: &setup_factor::Rule,
        challenge: &setup_factor::Challenge,
        walk: &Walk<'_>,
    ) -> Result<Response, Error> {
        let other = rule.choices.len() > 1;
        // With several to choose from, going on without stands beside the choice.
        let later = rule.postpone && !other;
        match challenge {
            setup_factor::Challenge::Choice => self.choice(rule, &walk.progress.draft),
            setup_factor::Challenge::Number => {
                let phone = walk.progress.draft.get("phone").to_owned();
                let Self { shell, form, errors, callback, .. } = self;
                html(&view::Phone { shell, form, errors, phone, other, later }, callback)
            }
            setup_factor::Challenge::Sms { phone, sent } => {
                let sent = Sent::by_sms(phone.masked(), sent, &rule.code);
                self.code(walk, sent, (Some(view::CodeBack::Phone), false))
            }
            setup_factor::Challenge::Passkey => self.passkey(walk, other),
            setup_factor::Challenge::App { secret, .. } => self.app(secret, walk, (other, later)),
        }
    }

    fn choice(self, rule: &setup_factor::Rule, draft: &Form) -> Result<Response, Error> {
        let offered: Vec<String> = rule.choices.iter().map(|kind| kind.as_str().to_owned()).collect();
        let recommended = offered.first().cloned().unwrap_or_default();
        let typed = draft.get("factor");
        let chosen = if typed.is_empty() { recommended.clone() } else { typed.to_owned() };
        let (help_href, later) = (self.help(), rule.postpone);
        let Self { shell, form, errors, callback, .. } = self;
        let page = view::FactorChoice { shell, form, errors, offered, chosen, recommended, help_href, later };
        html(&page, callback)
    }

    fn app(
        self,
        secret: &totp::Secret,
        walk: &Walk<'_>,
        (other, later): (bool, bool),
    ) -> Result<Response, Error> {
        let insurer = self.insurer()?;
        let world = walk.world();
        let known = world.known(walk.progress.language, &walk.progress.evidence);
        let account = known.address().map(|address| address.email.as_str().to_owned());
        let issuer = insurer.name.get(self.frame.language);
        let otpauth =
            secret.address(issuer, &account.unwrap_or_default()).map_err(|error| Error::fault(&error))?;
        let key = secret.in_fours().map_err(|error| Error::fault(&error))?.replace(' ', "");
        let Self { shell, form, errors, callback, .. } = self;
        let qr = Qr::of(&otpauth);
        html(&view::App { shell, form, errors, qr, otpauth, key, other, later }, callback)
    }

    fn second(
        self,
        rule: &code::Rule,
        challenge: &second_factor::Challenge,
        walk: &Walk<'_>,
    ) -> Result<Response, Error> {
        let other = walk.holder.ways() > 1;
        match challenge {
            second_factor::Challenge::Sms { factor, sent } => {
                let to = walk.holder.held.iter().find_map(|held| match &held.means {
                    Means::Phone(phone) if held.id == *factor => Some(phone.masked()),
                    _ => None,
                });
                let sent = Sent::by_sms(to.unwrap_or_default(), sent, rule);
                self.code(walk, sent, (None, other))
            }
            second_factor::Challenge::App { .. } => {
                self.code(walk, Sent::nowhere(view::Medium::App, rule), (None, other))
            }
            second_factor::Challenge::Passkey => self.prove(walk, other),
            second_factor::Challenge::Recovery => {
                let rule = code::Rule { digits: 16, ..rule.clone() };
                self.code(walk, Sent::nowhere(view::Medium::Recovery, &rule), (None, true))
            }
            second_factor::Challenge::Nothing => {
                super::message(&self.frame, (view::Kind::LostFactor, String::new()), None)
            }
        }
    }
}

struct Sent<'a> {
    medium: view::Medium,
    to: String,
    code: Option<&'a code::Sent>,
    rule: &'a code::Rule,
    risk: bool,
}

impl<'a> Sent<'a> {
    const fn by_sms(to: String, code: &'a code::Sent, rule: &'a code::Rule) -> Self {
        Self { medium: view::Medium::Sms, to, code: Some(code), rule, risk: false }
    }

    /// Nothing was sent: the person has the code.
    const fn nowhere(medium: view::Medium, rule: &'a code::Rule) -> Self {
        Self { medium, to: String::new(), code: None, rule, risk: false }
    }
}
