//! What an owner changes of the account.

use sekisho_base::Language;
use sekisho_idp::web::view::{
    Ask, ChangeFactor, ChangePassword, ChangeProfile, Changed, ChangedKind, Close, Credentials,
    CredentialsKind, Ending, Keep, LinkOpen, LinkPurpose, OptInChoice, PasswordRule, SecondKey, Sure,
};
use sekisho_site::page::{Form, Shell, Switch};

use super::{Sheet, sheet, shell, speech_of, wrong};

const RULE: PasswordRule = PasswordRule { min: 8, max: None, mixed: false };

pub fn sheets(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut sheets = vec![
        sheet("change-password", &password(language, false)?)?,
        sheet("change-password-error", &password(language, true)?)?,
        sheet("change-email", &email(language, false)?)?,
        sheet("change-email-error", &email(language, true)?)?,
        sheet("change-profile", &profile(language, true)?)?,
        sheet("change-profile-error", &profile(language, false)?)?,
        sheet("change-undo", &undo(language)?)?,
    ];
    sheets.extend(factors(language)?);
    sheets.extend(closing(language)?);
    for kind in ChangedKind::ALL {
        let page = Changed {
            shell: own(language, Switch::None)?,
            kind,
            value: day(language),
            onward_href: "/account".into(),
        };
        sheets.push(sheet(&format!("changed-{}", kind.as_str()), &page)?);
    }
    Ok(sheets)
}

fn own(language: Language, switch: Switch) -> anyhow::Result<Shell<'static>> {
    let mut shell = shell(language, switch)?;
    let what = shell.say("account.what").to_owned();
    shell.brand.what = what;
    Ok(shell)
}

fn form(path: &str) -> Form {
    Form::plain(path, "sample-token")
}

fn day(language: Language) -> String {
    speech_of(language, "12月21日（月）10:24", "10:24 on Monday, 21 December")
}

fn password(language: Language, is_wrong: bool) -> anyhow::Result<ChangePassword<'static>> {
    let shell = own(language, Switch::InForm)?;
    let errors = if is_wrong {
        vec![
            wrong(&shell, "current_password", "error.password_wrong", &[]),
            wrong(&shell, "password", "error.password_known", &[]),
        ]
    } else {
        Vec::new()
    };
    Ok(ChangePassword {
        shell,
        form: form("/account/password"),
        errors,
        login_id: "shoko@example.jp".into(),
        has_one: true,
        twice: is_wrong,
        rule: RULE,
        forgot_href: "/recover?insurer=aoba".into(),
    })
}

fn email(language: Language, is_wrong: bool) -> anyhow::Result<Credentials<'static>> {
    let shell = shell(language, Switch::InForm)?;
    let errors = if is_wrong { vec![wrong(&shell, "email", "error.email_own", &[])] } else { Vec::new() };
    let present = (shell.say("change.email.present").to_owned(), "shoko@example.jp".to_owned());
    Ok(Credentials {
        shell,
        form: form("/account/email"),
        errors,
        kind: CredentialsKind::NewAddress,
        asks: vec![Ask::Email],
        shows: vec![present],
        fixed_email: None,
        email: if is_wrong { "shoko@example.jp".into() } else { String::new() },
        email_again: String::new(),
        login_id: String::new(),
        nickname: String::new(),
        opt_ins: Vec::new(),
        email_is_login_id: false,
        given_name_stays: false,
        password: RULE,
        sender: "no-reply@aoba.example.jp".into(),
        mail_domain: "aoba.example.jp".into(),
        contact_use: false,
        carrier_note: true,
        invited: false,
        login_href: None,
        codes: None,
    })
}

fn factors(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let page = |key, held: &[(&str, String)], (is_first, is_offered, may_go)| -> anyhow::Result<_> {
        let shell = own(language, Switch::InForm)?;
        let held = held.iter().map(|(label, value)| (shell.say(label).to_owned(), value.clone())).collect();
        let form = form("/account/phone");
        Ok(ChangeFactor { shell, form, errors: Vec::new(), key, held, is_first, is_offered, may_go })
    };
    let since = ("change.since", speech_of(language, "2026年4月2日（木）", "Thursday, 2 April 2026"));
    let number = ("item.phone", "•••-••••-1111".to_owned());
    let phone = [number, since.clone()];
    Ok(vec![
        sheet("change-phone", &page(SecondKey::Phone, &phone, (false, true, true))?)?,
        sheet("change-phone-last", &page(SecondKey::Phone, &phone, (false, true, false))?)?,
        sheet("change-phone-first", &page(SecondKey::Phone, &[], (true, true, false))?)?,
        sheet("change-app", &page(SecondKey::App, std::slice::from_ref(&since), (false, true, true))?)?,
        sheet("change-app-last", &page(SecondKey::App, &[since], (false, true, false))?)?,
        sheet("change-app-none", &page(SecondKey::App, &[], (false, true, false))?)?,
        sheet("change-app-not-offered", &page(SecondKey::App, &[], (false, false, false))?)?,
    ])
}

fn profile(language: Language, saved: bool) -> anyhow::Result<ChangeProfile<'static>> {
    let shell = own(language, Switch::InForm)?;
    let errors = if saved {
        Vec::new()
    } else {
        vec![wrong(&shell, "nickname", "error.nickname_long", &[("most", "32")])]
    };
    let choice =
        |id: &str, ja, en, chosen| OptInChoice { id: id.into(), title: speech_of(language, ja, en), chosen };
    Ok(ChangeProfile {
        shell,
        form: form("/account/profile"),
        errors,
        nickname: if saved { "しょうこ".into() } else { "しょ".repeat(20) },
        language,
        opt_ins: vec![
            choice("health-news", "健康だより", "Health newsletter", true),
            choice("events", "催しのご案内", "News of events", false),
        ],
        sharing: Some(true),
        saved,
    })
}

fn closing(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let close = Close {
        shell: own(language, Switch::InForm)?,
        form: form("/account/close"),
        errors: Vec::new(),
        days: 30,
    };
    let keep = Keep {
        shell: shell(language, Switch::InForm)?,
        form: form("/account/close"),
        errors: Vec::new(),
        on: day(language),
    };
    let mut sheets = vec![sheet("change-close", &close)?, sheet("change-keep", &keep)?];
    for (name, ending) in [
        ("change-sure-phone", Ending::Phone),
        ("change-sure-app", Ending::App),
        ("change-sure-close", Ending::Account),
    ] {
        let page = Sure {
            shell: own(language, Switch::InForm)?,
            form: form("/account/close"),
            errors: Vec::new(),
            ending,
            on: day(language),
            back_href: "/account",
        };
        sheets.push(sheet(name, &page)?);
    }
    Ok(sheets)
}

fn undo(language: Language) -> anyhow::Result<LinkOpen<'static>> {
    Ok(LinkOpen {
        shell: shell(language, Switch::InForm)?,
        form: form("/link/sample"),
        errors: Vec::new(),
        purpose: LinkPurpose::Undo,
        elsewhere: false,
    })
}
