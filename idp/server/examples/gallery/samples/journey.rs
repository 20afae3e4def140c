//! Signing in and registering.

use sekisho_base::Language;
use sekisho_idp::web::view::{
    App, Ask, Card, Code, CodeBack, CodeLeft, CodeLife, Credentials, CredentialsKind, Document, Done,
    FactorChoice, FirstTime, FirstTimeWords, Identifier, Identity, IdentityField, Medium, PasswordRule,
    Phone, SignIn, SignInStage, Terms, Typed, item,
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
            stage: SignInStage::Both,
            identifier,
            login_id: String::new(),
            passkey: None,
            forgot: Vec::new(),
            first_time: FirstTime {
                signup_href: Some("/signup?insurer=aoba".into()),
                words: FirstTimeWords::Plain,
            },
            codes: None,
            notices: Vec::new(),
            client: None,
        };
        page.forgot =
            vec![Link { href: "/recover".into(), text: page.shell.say("signin.forgot").to_owned() }];
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
    let mut page = credentials(language, CredentialsKind::Start, vec![Ask::Email, Ask::Password])?;
    page.login_href = Some("/login".into());
    page.email_is_login_id = true;
    let plain = sheet("sign-up", &page)?;
    page.email = "shoko@example".into();
    page.invited = true;
    page.errors = vec![
        wrong(&page.shell, "email", "error.email_shape", &[]),
        wrong(&page.shell, "password", "error.password_known", &[]),
    ];
    Ok(vec![plain, sheet("sign-up-error", &page)?])
}

/// A page of the step `credentials`, with nothing beside its controls.
pub fn credentials(
    language: Language,
    kind: CredentialsKind,
    asks: Vec<Ask>,
) -> anyhow::Result<Credentials<'static>> {
    Ok(Credentials {
        shell: step(language, 1)?,
        form: form("/signup"),
        errors: Vec::new(),
        kind,
        asks,
        shows: Vec::new(),
        fixed_email: None,
        email: "shoko@example.jp".into(),
        email_again: String::new(),
        login_id: String::new(),
        nickname: String::new(),
        opt_ins: Vec::new(),
        email_is_login_id: false,
        given_name_stays: false,
        password: PasswordRule { min: 8, max: None, mixed: false },
        sender: "oshirase@aoba.example.jp".into(),
        mail_domain: "aoba.example.jp".into(),
        contact_use: false,
        carrier_note: false,
        invited: false,
        login_href: None,
        codes: None,
    })
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
        life: Some(CodeLife { until: "10:34".into(), left: CodeLeft::Enough { soon_in: 480 } }),
        resent: true,
        back: Some(CodeBack::Address),
        other: false,
        lost_href: None,
        sign_in: false,
        risk: false,
        remember: None,
    };
    let mail = sheet("code-mail", &page)?;
    page.resent = false;
    page.risk = true;
    page.errors = vec![wrong(&page.shell, "code", "error.code_wrong", &[("left", "3")])];
    let failed = sheet("code-mail-error", &page)?;
    page.risk = false;
    page.shell = step(language, 6)?;
    page.errors = Vec::new();
    page.medium = Medium::Sms;
    page.sent_to = "•••-••••-1111".into();
    page.back = Some(CodeBack::Phone);
    page.other = true;
    let sms = sheet("code-sms", &page)?;
    page.life = Some(CodeLife { until: "10:34".into(), left: CodeLeft::Little });
    let soon = sheet("code-sms-soon", &page)?;
    page.life = Some(CodeLife { until: "10:34".into(), left: CodeLeft::Nothing });
    let over = sheet("code-sms-over", &page)?;
    page.shell = shell(language, Switch::InForm)?;
    page.back = None;
    page.sign_in = true;
    page.lost_href = Some("/help#lost".into());
    page.life = None;
    page.sent_to = String::new();
    page.errors = vec![wrong(&page.shell, "", "error.sms_rests", &[("until", "10:34")])];
    let rests = sheet("code-sms-rests-error", &page)?;
    page.errors = Vec::new();
    page.sent_to = "•••-••••-1111".into();
    page.life = Some(CodeLife { until: "10:34".into(), left: CodeLeft::Enough { soon_in: 480 } });
    let sign_in_sms = sheet("code-sms-sign-in", &page)?;
    page.remember = Some((page.shell.fill("code.remember.box", "days", 30), true));
    let remember = sheet("code-sms-remember", &page)?;
    page.remember = None;
    page.medium = Medium::App;
    page.sent_to = String::new();
    page.errors = vec![wrong(&page.shell, "code", "error.app_used", &[])];
    let app = sheet("code-app-sign-in-error", &page)?;
    page.errors = Vec::new();
    page.medium = Medium::Mail;
    page.sent_to = "sh•••@example.jp".into();
    page.lost_href = None;
    let sign_in_mail = sheet("code-mail-sign-in", &page)?;
    Ok(vec![mail, failed, sms, soon, over, rests, sign_in_sms, remember, app, sign_in_mail])
}

fn identity(language: Language) -> anyhow::Result<Vec<Sheet>> {
    use IdentityField::{BirthDate, Branch, FamilyName, GivenName, Number, Symbol};
    let mut page = identity_page(language, vec![Symbol, Number, Branch, FamilyName, GivenName, BirthDate])?;
    let plain = sheet("identity", &page)?;
    page.errors = vec![
        wrong(&page.shell, "", "error.no_match", &[]),
        wrong(&page.shell, "number", "error.my_number", &[]),
        wrong(&page.shell, "given_name", "error.kana_shape", &[]),
        wrong(&page.shell, "birth_date", "error.date_shape", &[]),
    ];
    let failed = sheet("identity-error", &page)?;
    page.errors = Vec::new();
    page.fields = vec![Number, Branch, FamilyName, GivenName];
    Ok(vec![plain, failed, sheet("identity-few", &page)?])
}

/// A page of the step `identity` that asks for `fields`, filled in.
pub fn identity_page(language: Language, fields: Vec<IdentityField>) -> anyhow::Result<Identity<'static>> {
    let typed = [
        ("insurer_code", "shinonome"),
        ("symbol", "91"),
        ("number", "200001"),
        ("branch", "00"),
        ("symbol_number_branch", "91-200001-00"),
        ("insurer_number", "06999015"),
        ("family_name", "ケンポ"),
        ("given_name", "ショウコ"),
        ("kana_name", "ケンポ ショウコ"),
        ("birth_date", "20000121"),
    ];
    Ok(Identity {
        other: false,
        shell: step(language, 3)?,
        form: journey_form(),
        errors: Vec::new(),
        fields,
        typed: typed.into_iter().collect::<Typed>(),
        birth_of_insured: false,
        cards: vec![Card::Plastic],
        consent: None,
        help_href: "/help".into(),
        login_href: None,
        codes: None,
    })
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
        gated: control == "accept_privacy",
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
        later: false,
    };
    let plain = sheet("factor", &choice)?;
    choice.later = true;
    let later = sheet("factor-later", &choice)?;
    choice.later = false;
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
        later: false,
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
        later: false,
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
        signed_in: true,
    };
    Ok(vec![plain, later, failed, plain_phone, failed_phone, sheet("app", &app)?, sheet("done", &done)?])
}
