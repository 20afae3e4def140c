//! Signing in and registering.

use sekisho_base::Language;
use sekisho_idp::web::view::{
    App, Asked, Code, CodeBack, Document, Done, FactorChoice, Identifier, Identity, Medium, PasswordRule,
    Phone, SignIn, SignUp, Terms, item,
};
use sekisho_site::page::{Link, Qr, Switch, read_prose};

use super::{Sheet, form, journey_form, platform, sheet, shell, step, wrong};

pub fn sheets(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut sheets = sign_in(language)?;
    sheets.extend(sign_up(language)?);
    sheets.extend(codes(language)?);
    sheets.extend(identity(language)?);
    sheets.extend(terms(language)?);
    sheets.extend(factors(language)?);
    Ok(sheets)
}

fn sign_in(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let page = |name: &str, shell, failed: bool, identifier| {
        let mut page = SignIn {
            shell,
            form: form("/login"),
            errors: Vec::new(),
            identifier,
            login_id: String::new(),
            forgot_href: "/recover".into(),
            signup_href: Some("/signup?insurer=aoba".into()),
        };
        if failed {
            page.login_id = "shoko@example.jp".into();
            page.errors = vec![wrong(&page.shell, "login_id", "error.sign_in", &[])];
        }
        sheet(name, &page)
    };
    Ok(vec![
        page("sign-in", shell(language, Switch::InForm)?, false, Identifier::Email)?,
        page("sign-in-error", shell(language, Switch::InForm)?, true, Identifier::Email)?,
        page("sign-in-platform", platform(language, Switch::InForm), false, Identifier::Either)?,
    ])
}

fn sign_up(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut page = SignUp {
        shell: step(language, 1)?,
        form: form("/signup"),
        errors: Vec::new(),
        email: "shoko@example.jp".into(),
        invited: false,
        password: PasswordRule { min: 8, max: None, mixed: false },
        mail_domain: "mail.example.jp".into(),
        login_href: "/login".into(),
    };
    let plain = sheet("sign-up", &page)?;
    page.email = "shoko@example".into();
    page.invited = true;
    page.password = PasswordRule { min: 8, max: Some(20), mixed: true };
    page.errors = vec![
        wrong(&page.shell, "email", "error.email_shape", &[]),
        wrong(&page.shell, "password", "error.password_known", &[]),
    ];
    Ok(vec![plain, sheet("sign-up-error", &page)?])
}

fn codes(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut page = Code {
        shell: step(language, 2)?,
        form: journey_form(),
        errors: Vec::new(),
        medium: Medium::Mail,
        digits: 6,
        sent_to: "sh•••@example.jp".into(),
        minutes: 10,
        resent: true,
        back: Some(CodeBack::Address),
        other: false,
        lost_href: None,
    };
    let mail = sheet("code-mail", &page)?;
    page.resent = false;
    page.errors = vec![wrong(&page.shell, "code", "error.code_wrong", &[("left", "3")])];
    let failed = sheet("code-mail-error", &page)?;
    page.shell = step(language, 6)?;
    page.errors = Vec::new();
    page.medium = Medium::Sms;
    page.sent_to = "•••-••••-1111".into();
    page.back = Some(CodeBack::Phone);
    page.other = true;
    let sms = sheet("code-sms", &page)?;
    page.shell = shell(language, Switch::InForm)?;
    page.back = None;
    page.lost_href = Some("/help#lost".into());
    let sign_in_sms = sheet("code-sms-sign-in", &page)?;
    page.medium = Medium::App;
    page.sent_to = String::new();
    page.errors = vec![wrong(&page.shell, "code", "error.app_wrong", &[])];
    Ok(vec![mail, failed, sms, sign_in_sms, sheet("code-app-sign-in", &page)?])
}

fn identity(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut page = Identity {
        shell: step(language, 3)?,
        form: journey_form(),
        errors: Vec::new(),
        asked: Asked { symbol: true, branch: true, names: true, birth_date: true },
        symbol: "91".into(),
        number: "200001".into(),
        branch: "00".into(),
        family_name: "ケンポ".into(),
        given_name: "ショウコ".into(),
        birth_date: "20000121".into(),
        help_href: "/help".into(),
    };
    let plain = sheet("identity", &page)?;
    page.errors = vec![
        wrong(&page.shell, "", "error.no_match", &[]),
        wrong(&page.shell, "number", "error.my_number", &[]),
        wrong(&page.shell, "given_name", "error.kana_shape", &[]),
        wrong(&page.shell, "birth_date", "error.date_shape", &[]),
    ];
    let failed = sheet("identity-error", &page)?;
    page.errors = Vec::new();
    page.asked = Asked { symbol: false, branch: true, names: true, birth_date: false };
    Ok(vec![plain, failed, sheet("identity-few", &page)?])
}

fn document(language: Language, control: &str, name: (&str, &str)) -> Document {
    let text = match language {
        Language::Ja => include_str!("../../../../../config/terms/aoba-privacy.ja.md"),
        Language::En => include_str!("../../../../../config/terms/aoba-privacy.en.md"),
    };
    let (name, version) = match language {
        Language::Ja => (name.0, "2026年11月1日版"),
        Language::En => (name.1, "1 November 2026"),
    };
    Document {
        control: control.into(),
        name: name.into(),
        version: version.into(),
        written_in: String::new(),
        blocks: read_prose(text),
        agreed: false,
    }
}

pub fn privacy(language: Language) -> Document {
    document(language, "accept_privacy", ("個人情報の取り扱い", "Privacy policy"))
}

fn terms(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let use_of = document(language, "accept_terms", ("利用規約", "Terms of use"));
    let mut page = Terms {
        shell: step(language, 4)?,
        form: journey_form(),
        errors: Vec::new(),
        documents: vec![privacy(language), use_of],
    };
    let plain = sheet("terms", &page)?;
    let name = page.documents.first().map(|document| document.name.clone()).unwrap_or_default();
    page.errors = vec![wrong(&page.shell, "accept_privacy", "error.not_accepted", &[("document", &name)])];
    Ok(vec![plain, sheet("terms-error", &page)?])
}

fn factors(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut choice = FactorChoice {
        shell: step(language, 5)?,
        form: journey_form(),
        errors: Vec::new(),
        offered: vec!["sms".into(), "totp".into()],
        chosen: "sms".into(),
        recommended: "sms".into(),
        help_href: "/help".into(),
    };
    let plain = sheet("factor", &choice)?;
    choice.chosen = String::new();
    let item = item(&choice.shell.speech, "factor");
    choice.errors = vec![wrong(&choice.shell, "factor", "error.choose", &[("item", &item)])];
    let failed = sheet("factor-error", &choice)?;
    let mut phone = Phone {
        shell: step(language, 5)?,
        form: journey_form(),
        errors: Vec::new(),
        phone: String::new(),
        other: true,
    };
    let plain_phone = sheet("phone", &phone)?;
    phone.phone = "03-0000-0000".into();
    phone.errors = vec![wrong(&phone.shell, "phone", "error.phone_no_sms", &[])];
    let failed_phone = sheet("phone-error", &phone)?;
    let otpauth =
        "otpauth://totp/Aoba:shoko%40example.jp?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Aoba";
    let app = App {
        shell: step(language, 6)?,
        form: journey_form(),
        errors: Vec::new(),
        qr: Qr::of(otpauth),
        otpauth: otpauth.into(),
        key: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".into(),
        other: true,
    };
    let done = Done {
        shell: shell(language, Switch::Own { action: "/journey/jny_0193".into(), query: Vec::new() })?,
        next: Some(Link {
            href: "/authorize".into(),
            text: app.shell.fill(
                "done.onward",
                "portal",
                app.shell.speech.pick("資格確認書", "your certificate"),
            ),
        }),
        mailed_to: Some("sh•••@example.jp".into()),
        elsewhere: false,
    };
    Ok(vec![plain, failed, plain_phone, failed_phone, sheet("app", &app)?, sheet("done", &done)?])
}
