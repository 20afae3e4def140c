//! The pages of a registration: what is chosen, who one is, what is mailed.

use axum::response::Response;
use sekisho_base::era;
use sekisho_domain::account::NameKind;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::credentials::{self, Field, Shown};
use sekisho_domain::journey::steps::email_link::{self, Of};
use sekisho_domain::journey::steps::identity;
use sekisho_domain::journey::{Evidence, Kind, Known, Notice};
use sekisho_domain::member::BirthDateOf;

use super::super::Carried;
use super::pages::Dress;
use super::{identifier, query, query_of};
use crate::flows::journeys::Walk;
use crate::web::Error;
use crate::web::page::html;
use crate::web::{documents, view};

impl Dress<'_> {
    /// The page on which something is chosen or told.
    pub(super) fn credentials(
        self,
        rule: &credentials::Rule,
        walk: &Walk<'_>,
        carried: &Carried,
    ) -> Result<Response, Error> {
        let insurer = self.insurer()?;
        let world = walk.world();
        let known = world.known(walk.progress.language, &walk.progress.evidence);
        let is_sign_up = walk.id.is_none() && !known.is_change();
        let typed = |field: Field| walk.progress.draft.get(field.control()).to_owned();
        let fixed_email = credentials::recorded(rule, &known).map(|email| email.as_str().to_owned());
        let asks = rule.fields.iter().copied();
        let asks =
            asks.filter(|field| fixed_email.is_none() || !matches!(field, Field::Email | Field::EmailAgain));
        let page = view::Credentials {
            kind: kind(rule, &known),
            asks: asks.map(ask).collect(),
            shows: self.present_address(&known).into_iter().chain(self.shows(rule, &known)).collect(),
            fixed_email,
            email: typed(Field::Email),
            email_again: typed(Field::EmailAgain),
            login_id: if rule.asks(Field::LoginId) { typed(Field::LoginId) } else { self.login_id(&known) },
            nickname: typed(Field::Nickname),
            opt_ins: self.opt_ins(rule, walk),
            email_is_login_id: rule.name() == Some(NameKind::Email),
            given_name_stays: rule.shows.contains(&Shown::LoginId),
            password: view::PasswordRule::of(&insurer.password),
            sender: insurer.mail_from.clone(),
            mail_domain: insurer.mail_from.rsplit('@').next().unwrap_or_default().to_owned(),
            contact_use: insurer.contacts.unique_email && rule.asks(Field::Email),
            carrier_note: rule.asks(Field::Email) && rule.name() != Some(NameKind::Email)
                || rule.asks(Field::EmailAgain),
            invited: known.invitation().is_some(),
            login_href: is_sign_up.then(|| format!("/login{}", query(Some(insurer), carried))),
            codes: self.codes(insurer, is_sign_up),
            shell: self.shell,
            form: self.form,
            errors: self.errors,
        };
        html(&page, self.callback)
    }

    /// The address that another one is to take the place of.
    fn present_address(&self, known: &Known<'_>) -> Option<(String, String)> {
        let email = known.holder.email.as_ref().filter(|_| known.is_change())?;
        Some((self.shell.say("change.email.present").to_owned(), email.as_str().to_owned()))
    }

    /// The login ID that a new password will belong to, for those who keep passwords.
    fn login_id(&self, known: &Known<'_>) -> String {
        self.shown(Shown::LoginId, known).map(|(_, login_id)| login_id).unwrap_or_default()
    }

    fn codes(&self, insurer: &Insurer, is_first: bool) -> Option<view::QrCodes> {
        if is_first { self.frame.state.codes.of(&insurer.code) } else { None }
    }

    fn shows(&self, rule: &credentials::Rule, known: &Known<'_>) -> Vec<(String, String)> {
        let shown = rule.shows.iter().filter_map(|shown| self.shown(*shown, known));
        shown.map(|(key, value)| (self.shell.say(key).to_owned(), value)).collect()
    }

    fn shown(&self, shown: Shown, known: &Known<'_>) -> Option<(&'static str, String)> {
        Some(match shown {
            Shown::KanaName => ("item.kana_name", known.person()?.kana_shown()),
            Shown::BirthDate => {
                ("item.birth_date", era::dual(known.person()?.birth_date, self.frame.language))
            }
            Shown::LoginId => {
                let chosen = || known.address().map(|address| address.email.as_str());
                ("item.login_id", known.given_id().or_else(chosen)?.to_owned())
            }
            Shown::Email => ("item.email", known.address()?.email.as_str().to_owned()),
        })
    }

    fn opt_ins(&self, rule: &credentials::Rule, walk: &Walk<'_>) -> Vec<view::OptInChoice> {
        if !rule.asks_opt_ins() {
            return Vec::new();
        }
        let choice = |opt_in: &sekisho_domain::insurer::OptIn| view::OptInChoice {
            id: opt_in.id.clone(),
            title: opt_in.title.get(self.frame.language).to_owned(),
            chosen: walk.progress.draft.has(&credentials::opt_in_control(&opt_in.id)),
        };
        walk.insurer.opt_ins.iter().map(choice).collect()
    }

    /// The page that waits for the mailed link, and the one that asks what was only typed before.
    pub(super) fn link(
        self,
        rule: &email_link::Rule,
        challenge: &email_link::Challenge,
        walk: &Walk<'_>,
    ) -> Result<Response, Error> {
        let insurer = self.insurer()?;
        let world = walk.world();
        let known = world.known(walk.progress.language, &walk.progress.evidence);
        if let Some(proof) = challenge.proof {
            let ask = match proof.of {
                Of::Key => view::Proof::Key,
                Of::Password => view::Proof::Password,
                Of::BirthDate => view::Proof::BirthDate,
            };
            let page = view::LinkProof {
                ask,
                elsewhere: proof.elsewhere,
                minutes: rule.valid_minutes,
                shell: self.shell,
                form: self.form,
                errors: self.errors,
            };
            return html(&page, self.callback);
        }
        let here = query_of(Some(insurer));
        if walk.journey.kind() == Kind::Recover {
            let page = view::ResetSent {
                valid: view::lifetime(&self.shell.speech, rule.valid_minutes),
                sender: insurer.mail_from.clone(),
                resent: walk.progress.notice == Some(Notice::Resent),
                begin_again_href: format!("/recover{here}"),
                office: self.frame.office(),
                shell: self.shell,
                form: self.form,
                errors: self.errors,
            };
            return html(&page, self.callback);
        }
        let page = view::LinkSent {
            to: known.address().map(|address| address.email.masked()).unwrap_or_default(),
            valid: view::lifetime(&self.shell.speech, rule.valid_minutes),
            sender: insurer.mail_from.clone(),
            key: challenge.key.clone(),
            resent: walk.progress.notice == Some(Notice::Resent),
            back: email_link::goes_back(&known),
            begin_again_href: format!("/signup{here}"),
            login_href: format!("/login{here}"),
            shell: self.shell,
            form: self.form,
            errors: self.errors,
        };
        html(&page, self.callback)
    }

    /// The name of the account whose password is forgotten.
    pub(super) fn account(self, walk: &Walk<'_>) -> Result<Response, Error> {
        let insurer = self.insurer()?;
        let by_address = insurer.sign_in.names == [NameKind::Email];
        let page = view::Recover {
            identifier: identifier(Some(insurer)),
            login_id: walk.progress.draft.get("login_id").to_owned(),
            forgot_id_href: (!by_address).then(|| self.frame.href("/recover/id")),
            office: self.frame.office(),
            shell: self.shell,
            form: self.form,
            errors: self.errors,
        };
        html(&page, self.callback)
    }

    /// The password once more.
    pub(super) fn show_password(self) -> Result<Response, Error> {
        let page = view::ShowPassword { shell: self.shell, form: self.form, errors: self.errors };
        html(&page, self.callback)
    }

    /// What was entered, to be looked at once more.
    pub(super) fn confirm(self, walk: &Walk<'_>) -> Result<Response, Error> {
        let world = walk.world();
        let known = world.known(walk.progress.language, &walk.progress.evidence);
        let label = |key: &str| self.shell.say(key).to_owned();
        let mut rows: Vec<(String, String)> =
            [Shown::KanaName, Shown::BirthDate, Shown::LoginId, Shown::Email]
                .into_iter()
                .filter_map(|shown| self.shown(shown, &known))
                .map(|(key, value)| (label(key), value))
                .collect();
        let wishes: Vec<&str> = known
            .evidence
            .iter()
            .filter_map(|found| match found {
                Evidence::Credentials(chosen) => Some(&chosen.opt_ins),
                _ => None,
            })
            .flatten()
            .filter_map(|id| walk.insurer.opt_ins.iter().find(|opt_in| opt_in.id == *id))
            .map(|opt_in| opt_in.title.get(self.frame.language))
            .collect();
        if !walk.insurer.opt_ins.is_empty() {
            let none = self.shell.say("confirm.none");
            let wishes = if wishes.is_empty() {
                none.to_owned()
            } else {
                wishes.join(self.shell.speech.pick("、", ", "))
            };
            rows.push((label("item.opt_ins"), wishes));
        }
        let to = known.address().map(|address| address.email.as_str().to_owned()).unwrap_or_default();
        let page = view::Confirm { rows, to, shell: self.shell, form: self.form, errors: self.errors };
        html(&page, self.callback)
    }

    /// Who one is, in the insurer's records; or first by which way one is known.
    pub(super) fn identity(
        self,
        rule: &identity::Rule,
        challenge: &identity::Challenge,
        walk: &Walk<'_>,
    ) -> Result<Response, Error> {
        let insurer = self.insurer()?;
        let draft = &walk.progress.draft;
        if challenge.offers_id && !rule.is_claim(draft) {
            let login_id = draft.get("login_id").to_owned();
            let page = view::Ways { login_id, shell: self.shell, form: self.form, errors: self.errors };
            return html(&page, self.callback);
        }
        let mut fields: Vec<view::IdentityField> = rule.fields.iter().copied().map(field).collect();
        // A first page keeps nothing but what was typed: who was asked for a branch has sent one.
        let asks_branch = challenge.asks_branch || draft.has("branch");
        if asks_branch && !fields.contains(&view::IdentityField::Branch) {
            let after = fields.iter().position(|field| *field == view::IdentityField::Number);
            fields.insert(after.map_or(0, |at| at + 1), view::IdentityField::Branch);
        }
        let consent = rule.consent.as_deref().and_then(|id| insurer.document(id));
        let page = view::Identity {
            other: rule.given_id && walk.id.is_some(),
            fields,
            typed: rule
                .fields
                .iter()
                .map(|field| field.control())
                .chain(["branch"])
                .map(|control| (control, draft.get(control).to_owned()))
                .collect(),
            birth_of_insured: insurer.proofing.birth_date_of == BirthDateOf::Insured,
            cards: rule.cards.iter().copied().map(card).collect(),
            consent: consent.map(|document| documents::shown(document, self.frame.language, false)),
            help_href: self.help(),
            codes: self.codes(insurer, walk.id.is_none()),
            login_href: walk.id.is_none().then(|| format!("/login{}", query_of(Some(insurer)))),
            shell: self.shell,
            form: self.form,
            errors: self.errors,
        };
        html(&page, self.callback)
    }
}

const fn ask(field: Field) -> view::Ask {
    match field {
        Field::Email => view::Ask::Email,
        Field::EmailAgain => view::Ask::EmailAgain,
        Field::LoginId => view::Ask::LoginId,
        Field::Password => view::Ask::Password,
        Field::PasswordAgain => view::Ask::PasswordAgain,
        Field::Nickname => view::Ask::Nickname,
        Field::OptIns => view::Ask::OptIns,
    }
}

const fn field(field: identity::Field) -> view::IdentityField {
    match field {
        identity::Field::InsurerCode => view::IdentityField::InsurerCode,
        identity::Field::Symbol => view::IdentityField::Symbol,
        identity::Field::Number => view::IdentityField::Number,
        identity::Field::Branch => view::IdentityField::Branch,
        identity::Field::SymbolNumberBranch => view::IdentityField::Joined,
        identity::Field::InsurerNumber => view::IdentityField::InsurerNumber,
        identity::Field::FamilyName => view::IdentityField::FamilyName,
        identity::Field::GivenName => view::IdentityField::GivenName,
        identity::Field::KanaName => view::IdentityField::KanaName,
        identity::Field::BirthDate => view::IdentityField::BirthDate,
    }
}

const fn card(card: identity::Card) -> view::Card {
    match card {
        identity::Card::Plastic => view::Card::Plastic,
        identity::Card::Paper => view::Card::Paper,
    }
}

/// What the page is about, by what it asks and what is known already.
fn kind(rule: &credentials::Rule, known: &Known<'_>) -> view::CredentialsKind {
    let asks = |field| rule.asks(field);
    if known.is_change() {
        view::CredentialsKind::NewAddress
    } else if asks(Field::LoginId) {
        view::CredentialsKind::Account
    } else if !asks(Field::Email) {
        view::CredentialsKind::NewPassword
    } else if known.person().is_some() {
        view::CredentialsKind::Profile
    } else if asks(Field::Password) {
        view::CredentialsKind::Start
    } else {
        view::CredentialsKind::Address
    }
}
