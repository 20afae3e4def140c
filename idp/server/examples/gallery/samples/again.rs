//! Somebody signed in shows again who they are.

use sekisho_base::Language;
use sekisho_idp::web::view::{Again, AgainFor, AgainPassword, PasskeyAsk, PasskeyButton};
use sekisho_site::page::{Form, Switch};

use super::{Sheet, sheet, shell, speech_of, wrong};

pub fn sheets(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let change = page(language, AgainFor::Change, AgainPassword::Asked)?;
    let mut mistaken = page(language, AgainFor::Change, AgainPassword::Asked)?;
    mistaken.errors = vec![wrong(&mistaken.shell, "password", "error.password_wrong", &[])];
    let client = || AgainFor::Client(speech_of(language, "資格確認書", "Eligibility certificate"));
    let either = Again { passkey: Some(button()), ..page(language, client(), AgainPassword::Asked)? };
    let second = Again { passkey: Some(button()), ..page(language, client(), AgainPassword::Shown)? };
    let passkey = Again { passkey: Some(button()), ..page(language, client(), AgainPassword::Useless)? };
    Ok(vec![
        sheet("again", &change)?,
        sheet("again-error", &mistaken)?,
        sheet("again-either", &either)?,
        sheet("again-second", &second)?,
        sheet("again-passkey", &passkey)?,
    ])
}

fn page(language: Language, reason: AgainFor, password: AgainPassword) -> anyhow::Result<Again<'static>> {
    let changes = reason == AgainFor::Change;
    Ok(Again {
        shell: shell(language, Switch::InForm)?,
        form: here(),
        errors: Vec::new(),
        reason,
        name: "shoko@example.jp".into(),
        passkey: None,
        password,
        forgot_href: "/recover?insurer=aoba".into(),
        other_href: (!changes).then(|| "/login?request=sample".into()),
        back_href: changes.then_some("/account"),
    })
}

fn here() -> Form {
    Form::plain("/login/again?to=email", "sample-token")
}

fn button() -> PasskeyButton {
    PasskeyButton {
        ask: PasskeyAsk {
            options: r#"{"challenge":"c2FtcGxl","rpId":"id.example.jp"}"#.into(),
            sealed: "sample-sealed".into(),
        },
        form: here(),
        to: None,
        or: None,
        autofill: false,
        fresh_href: "",
        is_unknown: false,
    }
}
