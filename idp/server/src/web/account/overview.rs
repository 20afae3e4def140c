//! `/account`: the account at a glance.

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use sekisho_base::Speech;
use sekisho_domain::email::Email;
use sekisho_domain::journey::To;
use sekisho_site::page::Form;

use super::guard::Member;
use super::said::Said;
use super::{Asked, PATH, devices, own_switch, passkeys, shell};
use crate::flows::account_page::keys::Keys;
use crate::flows::account_page::person::{self, Person};
use crate::flows::account_page::{self, history, keys, portals};
use crate::flows::recovery_codes;
use crate::state::State;
use crate::web::extract::Visit;
use crate::web::journey::{see_other, to};
use crate::web::page::html;
use crate::web::view::{Account, Held};
use crate::web::{Error, account::codes};

/// How many events stand on it.
const LATEST: usize = 5;

/// Shows it.
///
/// # Errors
/// When rows cannot be read.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let Some(member) = Member::of(&state, &visit) else { return Ok(see_other("/login")) };
    let (account, now, language) = (member.session.account, visit.cx.now, visit.visitor.language);
    let shell = shell(&state, &visit, member, own_switch(PATH));
    let said = Said { speech: &shell.speech, portals: portals::names(&state, language).await?, now };
    let person = person::of_session(&state, member.session).await?;
    let held = keys::of_account(&state, account).await?;
    let devices = account_page::devices::of_session(&state, member.session, language, now).await?;
    let latest = history::latest(&state, account, LATEST, now).await?;
    let access = portals::of_account(&state, account, language, now).await?.len();
    let with_codes = recovery_codes::are_of_use(member.insurer);
    let page = Account {
        form: Form::plain(devices::PATH, state.forms.issue(&visit.visitor.browser, devices::PURPOSE)),
        who: who(said.speech, &person),
        facts: facts(&state, said.speech, &person),
        passkeys: held.passkeys.iter().map(|passkey| passkeys::card(said.speech, passkey, now)).collect(),
        add_passkey_href: member.insurer.sign_in.passkeys.then(|| to::path(To::NewPasskey).to_owned()),
        keys: rows(&said, &held, with_codes),
        devices: devices.iter().map(|device| said.signed_in(device)).collect(),
        events: latest.iter().map(|own| said.event(own)).collect(),
        settings: settings(said.speech, &person, access),
        password_href: to::path(To::Password).to_owned(),
        inquiry_href: shell.footer.inquiry.clone(),
        shell,
    };
    Ok(asked.keep_language(&state, visit.greet(&state, html(&page, None)?)))
}

/// The reader's name and masked address.
fn who(speech: &Speech<'_>, person: &Person) -> String {
    let email = person.email.as_ref().map(Email::masked).unwrap_or_default();
    match &person.name {
        Some(name) => speech.with("account.who", &[("name", name.as_str()), ("email", email.as_str())]),
        None => email,
    }
}

/// Where the reader is a member, and the names to sign in with that are no addresses.
fn facts(state: &State, speech: &Speech<'_>, person: &Person) -> Vec<(String, String)> {
    let names = person.insurers.iter().filter_map(|code| state.insurers.get(code));
    let names = names.map(|insurer| insurer.name.get(speech.language).to_owned());
    let insurers = names.map(|name| (speech.say("account.facts.insurer").to_owned(), name));
    let ids = person.ids.iter().map(|id| (speech.say("account.facts.login_id").to_owned(), id.clone()));
    insurers.chain(ids).collect()
}

/// The keys beside passkeys, each with what can be done.
fn rows(said: &Said<'_>, keys: &Keys, with_codes: bool) -> Vec<Held> {
    let row = |icon, name: &str, hint: Option<String>, href: &str| Held {
        icon,
        name: said.speech.say(&format!("account.keys.{name}")).to_owned(),
        act: said.speech.say(if hint.is_some() { "account.change" } else { "account.add" }).to_owned(),
        hint: hint.unwrap_or_else(|| said.speech.say("account.keys.none").to_owned()),
        href: href.to_owned(),
    };
    let set = |at| said.speech.with("account.set", &[("day", said.near_day(at))]);
    // As numbers are written here; those of abroad keep their country's.
    let phone = keys.phone.as_ref().map(|phone| phone.masked().replace("+81•••", "•••-••••-"));
    let mut rows = vec![
        row("phone", "sms", phone, to::path(To::Phone)),
        row("clock", "app", keys.app.map(set), to::path(To::App)),
        row("lock", "password", keys.password.map(set), to::path(To::Password)),
    ];
    if with_codes {
        let left = said.speech.with("account.keys.codes_left", &[("count", keys.codes)]);
        let mut codes = row("card", "codes", (keys.codes > 0).then_some(left), codes::PATH);
        said.speech.say("account.keys.codes_act").clone_into(&mut codes.act);
        rows.push(codes);
    }
    rows
}

fn settings(speech: &Speech<'_>, person: &Person, access: usize) -> Vec<Held> {
    let row = |icon, (name, act): (&str, &str), hint: String, to: To| Held {
        icon,
        name: speech.say(&format!("account.settings.{name}")).to_owned(),
        hint,
        href: to::path(to).to_owned(),
        act: speech.say(act).to_owned(),
    };
    let email = person.email.as_ref().map(Email::masked).unwrap_or_default();
    let access = match access {
        0 => speech.say("account.settings.portals_none").to_owned(),
        count => speech.with("account.settings.portals_count", &[("count", count)]),
    };
    let data = speech.say("account.settings.data_hint").to_owned();
    vec![
        row("mail", ("email", "account.change"), email, To::Email),
        row("person", ("profile", "account.change"), String::new(), To::Profile),
        row("card", ("portals", "account.open"), access, To::Portals),
        row("info", ("data", "account.open"), data, To::Data),
        row("alert", ("close", "account.open"), String::new(), To::Close),
    ]
}
