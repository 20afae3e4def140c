//! The ways back: what was forgotten or lost.

use sekisho_base::Language;
use sekisho_idp::web::view::{
    Code, Identifier, LinkOpen, LinkPurpose, Lost, Medium, Recover, RecoverId, RecoveryCodes, ResetSent,
    ShowPassword, lifetime,
};
use sekisho_site::page::{Form, Switch};

use super::others::office;
use super::{Sheet, journey_form, sheet, shell, wrong};

pub fn sheets(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut sheets = password(language)?;
    sheets.extend(id(language)?);
    sheets.extend(factor(language)?);
    sheets.extend(codes(language)?);
    sheets.extend(links(language)?);
    Ok(sheets)
}

fn password(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut recover = Recover {
        shell: shell(language, Switch::InForm)?,
        form: journey_form(),
        errors: Vec::new(),
        identifier: Identifier::Either,
        login_id: String::new(),
        forgot_id_href: Some("/recover/id?insurer=aoba".into()),
        office: Some(office(language)),
    };
    let plain = sheet("recover", &recover)?;
    let item = recover.shell.say("item.email_or_login_id").to_owned();
    recover.errors = vec![wrong(&recover.shell, "login_id", "error.empty", &[("item", &item)])];
    let failed = sheet("recover-error", &recover)?;
    let shell = shell(language, Switch::InForm)?;
    let mut sent = ResetSent {
        form: journey_form(),
        errors: Vec::new(),
        valid: lifetime(&shell.speech, 30),
        sender: "oshirase@aoba.example.jp".into(),
        resent: false,
        begin_again_href: "/recover?insurer=aoba".into(),
        office: Some(office(language)),
        shell,
    };
    let waiting = sheet("reset-sent", &sent)?;
    sent.resent = true;
    Ok(vec![plain, failed, waiting, sheet("reset-sent-again", &sent)?])
}

fn id(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut page = RecoverId {
        shell: shell(language, Switch::InForm)?,
        form: Form::plain("/recover/id?insurer=aoba", "sample-token"),
        errors: Vec::new(),
        email: String::new(),
        office: Some(office(language)),
    };
    let plain = sheet("recover-id", &page)?;
    page.email = "shoko@".into();
    page.errors = vec![wrong(&page.shell, "email", "error.email_shape", &[])];
    Ok(vec![plain, sheet("recover-id-error", &page)?])
}

fn factor(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut lost = Lost {
        shell: shell(language, Switch::InForm)?,
        form: Form::plain("/recover/factor?insurer=aoba", "sample-token"),
        errors: Vec::new(),
        identifier: Identifier::Email,
        login_id: String::new(),
        hours: 24,
        office: Some(office(language)),
    };
    let plain = sheet("lost", &lost)?;
    lost.login_id = "shoko@example.jp".into();
    lost.errors = vec![wrong(&lost.shell, "password", "error.sign_in", &[])];
    let failed = sheet("lost-error", &lost)?;
    let mut again =
        ShowPassword { shell: shell(language, Switch::InForm)?, form: journey_form(), errors: Vec::new() };
    let asked = sheet("show-password", &again)?;
    again.errors = vec![wrong(&again.shell, "password", "error.sign_in", &[])];
    Ok(vec![plain, failed, asked, sheet("show-password-error", &again)?])
}

fn codes(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut page = RecoveryCodes {
        shell: shell(language, Switch::InForm)?,
        form: Form::plain("/account/codes", "sample-token"),
        errors: Vec::new(),
        left: 3,
        codes: Vec::new(),
    };
    let plain = sheet("recovery-codes", &page)?;
    // New codes are shown once, without a switch of the language that would lose them.
    page.shell = shell(language, Switch::None)?;
    page.form = Form::plain("/account/codes/file", "sample-token");
    page.codes = (0..10).map(|number| format!("7K2M-{number}QX4-9TBV-H3N8")).collect();
    let made = sheet("recovery-codes-made", &page)?;
    let mut code = Code {
        shell: shell(language, Switch::InForm)?,
        form: journey_form(),
        errors: Vec::new(),
        medium: Medium::Recovery,
        digits: 16,
        sent_to: String::new(),
        minutes: 10,
        life: None,
        resent: false,
        back: None,
        other: true,
        lost_href: Some("/recover/factor?insurer=aoba".into()),
        sign_in: true,
        risk: false,
        remember: None,
    };
    let asked = sheet("code-recovery", &code)?;
    code.errors = vec![wrong(&code.shell, "code", "error.recovery_code_wrong", &[])];
    Ok(vec![plain, made, asked, sheet("code-recovery-error", &code)?])
}

fn links(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let page = |name: &str, purpose, elsewhere| {
        let page = LinkOpen {
            shell: shell(language, Switch::InForm)?,
            form: Form::plain("/link/sample", "sample-token"),
            errors: Vec::new(),
            purpose,
            elsewhere,
        };
        sheet(name, &page)
    };
    Ok(vec![
        page("link-reset", LinkPurpose::Reset, true)?,
        page("link-stop", LinkPurpose::Stop, false)?,
        page("link-restore", LinkPurpose::Restore, false)?,
    ])
}
