//! What three more insurers ask: pre-issued IDs, links, keys, an address from the records.

use sekisho_base::Language;
use sekisho_idp::web::view::{
    Ask, Card, Confirm, CredentialsKind, DatedNotice, Done, FirstTime, FirstTimeWords, Identifier,
    IdentityField, LinkProof, LinkSent, OptInChoice, PasswordRule, Proof, QrCodes, QrLink, SignIn,
    SignInStage, Ways, lifetime,
};
use sekisho_site::page::{Link, Qr, Switch};

use super::journey::{credentials, identity_page, privacy};
use super::{Sheet, form, journey_form, sheet, shell, speech_of, step, wrong};

const MASKED: &str = "sh•••@example.jp";

pub fn sheets(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut sheets = sign_in(language)?;
    sheets.extend(addresses(language)?);
    sheets.extend(accounts(language)?);
    sheets.extend(identities(language)?);
    sheets.extend(links(language)?);
    Ok(sheets)
}

fn qr_codes() -> Option<QrCodes> {
    let link = |path: &str| {
        let href = format!("https://id.example.jp/{path}?insurer=shinonome");
        Some(QrLink { qr: Qr::of(&href)?, href })
    };
    Some(QrCodes { login: link("login")?, signup: link("signup")? })
}

fn blank(language: Language, words: FirstTimeWords) -> anyhow::Result<SignIn<'static>> {
    Ok(SignIn {
        shell: shell(language, Switch::InForm)?,
        form: form("/login"),
        errors: Vec::new(),
        stage: SignInStage::Both,
        identifier: Identifier::LoginId,
        login_id: String::new(),
        passkey: None,
        forgot: Vec::new(),
        first_time: FirstTime { signup_href: Some("/signup".into()), words },
        codes: None,
        notices: Vec::new(),
        client: None,
    })
}

fn sign_in(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut page = blank(language, FirstTimeWords::NoId)?;
    let link =
        |key: &str| Link { href: "/recover".into(), text: super::speech(language).say(key).to_owned() };
    page.forgot = vec![link("signin.forgot_id"), link("signin.forgot")];
    page.identifier = Identifier::Either;
    page.stage = SignInStage::Name;
    let name = sheet("sign-in-name", &page)?;
    page.stage = SignInStage::Password;
    page.login_id = "7132-091200001".into();
    page.form.request = Some("sealed".into());
    let password = sheet("sign-in-password", &page)?;
    page.errors = vec![wrong(&page.shell, "password", "error.sign_in", &[])];
    let failed = sheet("sign-in-password-error", &page)?;
    let mut page = blank(language, FirstTimeWords::IdNotMade)?;
    page.forgot = vec![link("signin.forgot"), link("signin.forgot_id")];
    page.codes = qr_codes();
    page.notices = vec![
        DatedNotice {
            date: speech_of(language, "2026年11月20日", "20 November 2026"),
            title: speech_of(language, "システムメンテナンスのお知らせ", "Maintenance"),
            text: speech_of(
                language,
                "11月23日（月）の夜は、お休みします。",
                "Closed on the night of 23 November.",
            ),
        },
        DatedNotice {
            date: speech_of(language, "2026年11月1日", "1 November 2026"),
            title: speech_of(language, "推奨ブラウザーについて", "Which browsers to use"),
            text: speech_of(language, "新しい版のブラウザーをお使いください。", "Use an up-to-date browser."),
        },
    ];
    let notices = sheet("sign-in-notices", &page)?;
    let mut page = blank(language, FirstTimeWords::Plain)?;
    page.forgot = vec![link("signin.forgot_both")];
    Ok(vec![name, password, failed, notices, sheet("sign-in-combined", &page)?])
}

fn opt_ins(language: Language) -> Vec<OptInChoice> {
    vec![
        OptInChoice {
            id: "checkup".into(),
            title: speech_of(language, "健診の結果が登録されたお知らせ", "When check-up results were added"),
            chosen: true,
        },
        OptInChoice {
            id: "magazine".into(),
            title: speech_of(language, "健康づくりのメールマガジン", "Health magazine"),
            chosen: false,
        },
    ]
}

fn known(language: Language) -> Vec<(String, String)> {
    let say = |key: &str| super::speech(language).say(key).to_owned();
    vec![
        (say("item.kana_name"), "ケンポ ショウコ".into()),
        (say("item.birth_date"), speech_of(language, "平成12年（2000年）1月21日", "21 January 2000")),
        (say("item.login_id"), "7132-091200001".into()),
    ]
}

fn addresses(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut address = credentials(language, CredentialsKind::Address, vec![Ask::Email])?;
    address.contact_use = true;
    address.login_href = Some("/login".into());
    let first = sheet("credentials-address", &address)?;
    let asks = vec![Ask::Email, Ask::EmailAgain, Ask::OptIns];
    let mut profile = credentials(language, CredentialsKind::Profile, asks)?;
    profile.shows = known(language);
    profile.opt_ins = opt_ins(language);
    profile.given_name_stays = true;
    profile.carrier_note = true;
    profile.form = journey_form();
    let given = sheet("credentials-profile", &profile)?;
    profile.asks = vec![Ask::Email, Ask::EmailAgain, Ask::Password, Ask::PasswordAgain, Ask::OptIns];
    profile.shows = known(language).into_iter().take(2).collect();
    profile.given_name_stays = false;
    profile.email_is_login_id = true;
    profile.password.min = 15;
    profile.email_again = "shoko@example.com".into();
    profile.errors = vec![
        wrong(&profile.shell, "email_again", "error.email_again", &[]),
        wrong(&profile.shell, "password_again", "error.password_again", &[]),
    ];
    let family = sheet("credentials-profile-error", &profile)?;
    let rows = known(language).into_iter().chain([(
        super::speech(language).say("item.opt_ins").to_owned(),
        speech_of(language, "健診の結果が登録されたお知らせ", "When check-up results were added"),
    )]);
    let confirm = Confirm {
        shell: step(language, 4)?,
        form: journey_form(),
        errors: Vec::new(),
        rows: rows.collect(),
        to: "shoko@example.jp".into(),
    };
    Ok(vec![first, given, family, sheet("confirm", &confirm)?])
}

fn accounts(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let asks = vec![Ask::LoginId, Ask::Password, Ask::PasswordAgain, Ask::Nickname];
    let mut account = credentials(language, CredentialsKind::Account, asks)?;
    account.form = journey_form();
    account.shows =
        vec![(super::speech(language).say("item.email").to_owned(), "shoko@example.jp".to_owned())];
    let own = sheet("credentials-account", &account)?;
    account.asks = vec![Ask::LoginId, Ask::Password, Ask::Email];
    account.shows = Vec::new();
    account.carrier_note = true;
    account.password = PasswordRule { min: 8, max: Some(20), mixed: true };
    account.login_id = "shoko!".into();
    account.errors = vec![
        wrong(&account.shell, "login_id", "error.login_id_shape", &[]),
        wrong(&account.shell, "password", "error.password_kinds", &[]),
    ];
    let typed = sheet("credentials-account-error", &account)?;
    account.errors = Vec::new();
    account.asks = vec![Ask::LoginId, Ask::Password];
    account.fixed_email = Some("jun..ichi@docomo.example".into());
    let fixed = sheet("credentials-account-fixed", &account)?;
    let asks = vec![Ask::Password, Ask::PasswordAgain];
    let mut password = credentials(language, CredentialsKind::NewPassword, asks)?;
    password.form = journey_form();
    password.shows = known(language).into_iter().skip(2).collect();
    password.password.min = 15;
    Ok(vec![own, typed, fixed, sheet("credentials-new-password", &password)?])
}

fn identities(language: Language) -> anyhow::Result<Vec<Sheet>> {
    use IdentityField::{BirthDate, InsurerCode, InsurerNumber, Joined, KanaName, Number, Symbol};
    let mut page = identity_page(language, vec![Symbol, Number, InsurerNumber, KanaName, BirthDate])?;
    page.cards = vec![Card::Plastic, Card::Paper];
    page.consent = Some(privacy(language));
    page.login_href = Some("/login".into());
    let consent = sheet("identity-consent", &page)?;
    page.cards = vec![Card::Paper];
    page.consent = None;
    let paper = sheet("identity-paper", &page)?;
    page.fields = vec![Joined, KanaName, BirthDate];
    page.cards = vec![Card::Plastic];
    page.login_href = None;
    let joined = sheet("identity-joined", &page)?;
    page.errors = vec![wrong(&page.shell, "symbol_number_branch", "error.marks_shape", &[])];
    let misjoined = sheet("identity-joined-error", &page)?;
    page.errors = Vec::new();
    page.fields = vec![InsurerCode, Symbol, Number, BirthDate, KanaName];
    page.birth_of_insured = true;
    page.login_href = Some("/login".into());
    page.codes = qr_codes();
    let mut ways =
        Ways { shell: step(language, 3)?, form: journey_form(), errors: Vec::new(), login_id: String::new() };
    let plain = sheet("ways", &ways)?;
    ways.login_id = "sora-00100002301".into();
    ways.errors = vec![wrong(&ways.shell, "login_id", "error.temporary", &[])];
    let failed = sheet("ways-error", &ways)?;
    Ok(vec![consent, paper, joined, misjoined, sheet("identity-insured", &page)?, plain, failed])
}

fn links(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let speech = super::speech(language);
    let mut sent = LinkSent {
        shell: step(language, 2)?,
        form: journey_form(),
        errors: Vec::new(),
        to: MASKED.into(),
        valid: lifetime(&speech, 180),
        sender: "oshirase@sora.example.jp".into(),
        key: None,
        resent: false,
        back: true,
        begin_again_href: "/signup?insurer=sora".into(),
        login_href: "/login?insurer=sora".into(),
    };
    let plain = sheet("link-sent", &sent)?;
    sent.valid = lifetime(&speech, 30);
    sent.key = Some("482915".into());
    sent.resent = true;
    sent.back = false;
    let keyed = sheet("link-sent-key", &sent)?;
    let proof = |name: &str, ask, elsewhere, errors| {
        let page = LinkProof {
            shell: step(language, 4)?,
            form: journey_form(),
            errors,
            ask,
            elsewhere,
            minutes: 30,
        };
        sheet(name, &page)
    };
    let key_wrong = wrong(&sent.shell, "auth_key", "error.key_wrong", &[("left", "3")]);
    let proof_wrong = wrong(&sent.shell, "birth_date", "error.proof_wrong", &[("left", "4")]);
    let done = Done {
        shell: shell(language, Switch::None)?,
        next: Some(Link { href: "/login".into(), text: speech.say("done.sign_in").to_owned() }),
        mailed_to: Some(MASKED.into()),
        elsewhere: true,
        signed_in: false,
    };
    Ok(vec![
        plain,
        keyed,
        proof("proof-key", Proof::Key, false, Vec::new())?,
        proof("proof-key-error", Proof::Key, true, vec![key_wrong])?,
        proof("proof-password", Proof::Password, true, Vec::new())?,
        proof("proof-birth-date-error", Proof::BirthDate, true, vec![proof_wrong])?,
        sheet("done-sign-in", &done)?,
    ])
}
