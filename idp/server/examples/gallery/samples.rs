//! Every page with fictional people on it.

#[path = "samples/account.rs"]
mod account;
#[path = "samples/again.rs"]
mod again;
#[path = "samples/change.rs"]
mod change;
#[path = "samples/guides.rs"]
mod guides;
#[path = "samples/journey.rs"]
mod journey;
#[path = "samples/letters.rs"]
mod letters;
#[path = "samples/others.rs"]
mod others;
#[path = "samples/passkeys.rs"]
mod passkeys;
#[path = "samples/recovery.rs"]
mod recovery;

use askama::Template;
use sekisho_base::accent;
use sekisho_base::{Language, Speech};
use sekisho_idp::web::view;
use sekisho_site::page::{self, Brand, FieldError, Footer, Form, Place, Progress, Shell, Switch, Theme};

use letters::letters;

/// A rendered page.
pub struct Sheet {
    /// What it is called among the others.
    pub name: String,
    /// The page.
    pub html: String,
}

/// The theme of the sample insurer.
pub fn theme() -> Result<Theme, accent::AccentError> {
    Ok(Theme::new("aoba", &accent::guard("#2f6b4f")?))
}

/// Every mail in one language.
pub fn mails(language: Language) -> anyhow::Result<Vec<Sheet>> {
    letters(language)
}

/// Every page in one language.
pub fn pages(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut sheets = journey::sheets(language)?;
    sheets.extend(guides::sheets(language)?);
    sheets.extend(others::sheets(language)?);
    sheets.extend(recovery::sheets(language)?);
    sheets.extend(account::sheets(language)?);
    sheets.extend(change::sheets(language)?);
    sheets.extend(passkeys::sheets(language)?);
    sheets.extend(again::sheets(language)?);
    Ok(sheets)
}

fn sheet(name: &str, page: &impl Template) -> anyhow::Result<Sheet> {
    Ok(Sheet { name: name.to_owned(), html: page.render()? })
}

fn speech(language: Language) -> Speech<'static> {
    Speech::new(language, vec![view::texts(), page::texts()])
}

fn footer() -> Footer {
    Footer {
        help: "/help?insurer=aoba".into(),
        inquiry: "/inquiry?insurer=aoba".into(),
        terms: "/terms/terms?insurer=aoba".into(),
        privacy: "/terms/privacy?insurer=aoba".into(),
    }
}

/// A page of the insurer aoba.
fn shell(language: Language, switch: Switch) -> anyhow::Result<Shell<'static>> {
    let speech = speech(language);
    let brand = Brand {
        name: speech.pick("青葉健康保険組合", "Aoba Health Insurance Society").into(),
        seal: "青葉".into(),
        what: speech.say("brand.what").to_owned(),
        theme_href: Some(theme()?.href),
        gate: false,
    };
    let place = Some(Place {
        name: "青葉健康保険組合".into(),
        line: speech.say("site.place_line").to_owned(),
    });
    Ok(Shell { speech, brand, switch, footer: footer(), progress: None, place, notices: Vec::new() })
}

/// A page of the platform.
fn platform(language: Language, switch: Switch) -> Shell<'static> {
    let speech = speech(language);
    let brand = Brand {
        name: speech.say("brand.platform").to_owned(),
        seal: String::new(),
        what: speech.say("brand.what").to_owned(),
        theme_href: None,
        gate: true,
    };
    let place = Some(Place { name: "関所".into(), line: speech.say("site.place_line").to_owned() });
    Shell { speech, brand, switch, footer: footer(), progress: None, place, notices: Vec::new() }
}

/// A step of the registration.
fn step(language: Language, at: u8) -> anyhow::Result<Shell<'static>> {
    let mut shell = shell(language, Switch::InForm)?;
    let name = shell.say("signup.progress").to_owned();
    shell.progress = Some(Progress { name, at, of: 6 });
    Ok(shell)
}

/// One of two texts.
fn speech_of(language: Language, ja: &str, en: &str) -> String {
    match language {
        Language::Ja => ja.into(),
        Language::En => en.into(),
    }
}

fn form(action: &str) -> Form {
    Form {
        action: action.into(),
        token: "sample-token".into(),
        turn: Some("3".into()),
        request: action.starts_with("/journey").then(String::new).xor(Some(String::new())),
    }
}

fn journey_form() -> Form {
    form("/journey/jny_0193")
}

fn wrong(shell: &Shell<'_>, field: &str, key: &str, values: &[(&str, &str)]) -> FieldError {
    FieldError::new(field, shell.speech.with(key, values))
}
