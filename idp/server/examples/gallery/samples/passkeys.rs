//! Passkeys: shown, made, named, removed.

use sekisho_base::Language;
use sekisho_idp::web::view::{
    FirstTime, FirstTimeWords, Identifier, PasskeyAsk, PasskeyButton, PasskeyCard, PasskeyCreate, PasskeyFor,
    PasskeyList, PasskeyOne, PasskeyProve, PasskeyRemove, SignIn, SignInStage,
};
use sekisho_site::page::{Form, Notice, NoticeTone, Switch};

use super::{Sheet, form, journey_form, sheet, shell, speech_of, wrong};

pub fn sheets(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut sheets = sign_in(language)?;
    sheets.extend(making(language)?);
    sheets.extend(proving(language)?);
    sheets.extend(keeping(language)?);
    Ok(sheets)
}

fn ask() -> PasskeyAsk {
    PasskeyAsk {
        options: r#"{"challenge":"c2FtcGxl","rpId":"id.example.jp"}"#.into(),
        sealed: "sample-sealed".into(),
    }
}

fn sign_in(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut page = SignIn {
        shell: shell(language, Switch::InForm)?,
        form: form("/login"),
        errors: Vec::new(),
        stage: SignInStage::Both,
        identifier: Identifier::Email,
        login_id: String::new(),
        passkey: Some(PasskeyButton {
            ask: ask(),
            form: form("/login/passkey"),
            to: None,
            or: Some(Identifier::Email),
            autofill: true,
            fresh_href: "/passkey/options",
            is_unknown: false,
        }),
        forgot: Vec::new(),
        first_time: FirstTime { signup_href: Some("/signup".into()), words: FirstTimeWords::Plain },
        codes: None,
        notices: Vec::new(),
        client: None,
    };
    let plain = sheet("sign-in-passkey", &page)?;
    page.errors = vec![wrong(&page.shell, "", "error.passkey_unknown", &[])];
    Ok(vec![plain, sheet("sign-in-passkey-error", &page)?])
}

fn making(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let page = |name: &str, form, purpose| {
        let page = PasskeyCreate {
            shell: shell(language, Switch::InForm)?,
            form,
            errors: Vec::new(),
            ask: ask(),
            purpose,
            name: "iPhone".into(),
            back_href: (purpose == PasskeyFor::Account).then(|| "/account/passkeys".into()),
        };
        sheet(name, &page)
    };
    Ok(vec![
        page("passkey-registration", journey_form(), PasskeyFor::Registration { other: true })?,
        page("passkey-offer", Form::plain("/account/passkeys/offer", "sample-token"), PasskeyFor::Offer)?,
        page("passkey-new", Form::plain("/account/passkeys/new", "sample-token"), PasskeyFor::Account)?,
    ])
}

fn proving(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let page = PasskeyProve {
        shell: shell(language, Switch::InForm)?,
        form: journey_form(),
        errors: Vec::new(),
        ask: ask(),
        other: true,
        lost_href: Some("/recover/factor?insurer=aoba".into()),
    };
    Ok(vec![sheet("passkey-prove", &page)?])
}

fn keeping(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let said = |ja: &str, en: &str| speech_of(language, ja, en);
    let name = said("iPhone のパスキー", "Passkey on iPhone");
    let here = "/account/passkeys/fac_1";
    let mut list = PasskeyList {
        shell: shell(language, Switch::Own { action: "/account/passkeys".into(), query: Vec::new() })?,
        passkeys: vec![PasskeyCard {
            name: name.clone(),
            kept: said("iCloud キーチェーンに保存", "Kept in iCloud Keychain"),
            dates: said("11月21日に作成・今日使用", "Created 21 November, used today"),
            rename_href: here.into(),
            remove_href: format!("{here}/remove"),
        }],
        add_href: Some("/account/passkeys/new"),
        full: String::new(),
        signal: "{}".into(),
        back_href: "/account",
    };
    let text = list.shell.say("passkey.added").to_owned();
    list.shell.notices = vec![Notice { tone: NoticeTone::Ok, title: String::new(), text }];
    let one = PasskeyOne {
        shell: shell(language, Switch::InForm)?,
        form: Form::plain(here, "sample-token"),
        errors: Vec::new(),
        name: name.clone(),
        kept_in: Some(said("iCloud キーチェーン", "iCloud Keychain")),
        made: said("2026年11月21日（土）", "Saturday, 21 November 2026"),
        used: None,
        remove_href: format!("{here}/remove"),
        back_href: "/account/passkeys".into(),
    };
    let remove = PasskeyRemove {
        shell: shell(language, Switch::InForm)?,
        form: Form::plain(format!("{here}/remove"), "sample-token"),
        errors: vec![wrong(&one.shell, "", "passkey.remove.last_key", &[])],
        name,
        back_href: here.into(),
    };
    Ok(vec![sheet("passkeys", &list)?, sheet("passkey", &one)?, sheet("passkey-remove-error", &remove)?])
}
