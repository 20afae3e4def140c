//! Everything beside the journeys.

use sekisho_base::Language;
use sekisho_idp::web::view::{
    AboutClient, Busy, ChooseInsurer, Consent, ErrorPage, Help, Home, Inquiry, InsurerChoice, Kind, LinkOpen,
    LinkPurpose, LogoutConfirm, Message, Office, Portal, TermsDocument, Trouble, item,
};
use sekisho_site::page::{Form, Link, Notice, NoticeTone, Switch};

use super::journey::privacy;
use super::{Sheet, platform, sheet, shell, speech_of, wrong};

pub fn sheets(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut sheets = messages(language)?;
    sheets.extend(links(language)?);
    sheets.extend(help(language)?);
    sheets.extend(account(language)?);
    sheets.extend(trouble(language)?);
    Ok(sheets)
}

fn own(action: &str) -> Switch {
    Switch::Own { action: action.into(), query: vec![("insurer".into(), "aoba".into())] }
}

pub fn office(language: Language) -> Office {
    let pick = |ja: &str, en: &str| match language {
        Language::Ja => ja.to_owned(),
        Language::En => en.to_owned(),
    };
    Office {
        name: pick("青葉健康保険組合の窓口", "Office of Aoba Health Insurance Society"),
        phone: "03-0000-0150".into(),
        hours: pick("平日 9:00〜17:00", "Weekdays 9:00 to 17:00"),
    }
}

fn messages(language: Language) -> anyhow::Result<Vec<Sheet>> {
    Kind::ALL
        .into_iter()
        .map(|kind| {
            let value = match (kind, language) {
                (Kind::CoverEnded | Kind::CoverAhead, Language::Ja) => "2026年10月31日",
                (Kind::CoverEnded | Kind::CoverAhead, Language::En) => "31 October 2026",
                (Kind::NotServed, Language::Ja) => "資格確認書",
                (Kind::NotServed, Language::En) => "Eligibility certificate",
                (Kind::Paused, _) => "10:24",
                (Kind::FactorAsked, Language::Ja) => "11月22日（日）10:24",
                (Kind::FactorAsked, Language::En) => "10:24 on Sunday, 22 November",
                (Kind::InquirySent, _) => "4821",
                _ => "",
            };
            let helped = matches!(kind, Kind::LostFactor | Kind::IdentityStopped | Kind::CoverAhead);
            let page = Message {
                shell: shell(language, own("/journey/jny_0193"))?,
                kind,
                value: value.into(),
                office: helped.then(|| office(language)),
                onward_href: Some("/login".into()),
            };
            sheet(&kind.key().replace(['.', '_'], "-"), &page)
        })
        .collect()
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
        page("link-begin", LinkPurpose::Begin, false)?,
        page("link-proven", LinkPurpose::Proven, true)?,
        page("link-activate", LinkPurpose::Activate, false)?,
        page("link-invitation", LinkPurpose::Invitation, false)?,
    ])
}

fn help(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let help = Help {
        shell: shell(language, own("/help"))?,
        inquiry_href: "/inquiry?insurer=aoba".into(),
        office: Some(office(language)),
    };
    let mut inquiry = Inquiry {
        shell: shell(language, Switch::InForm)?,
        form: Form::plain("/inquiry", "sample-token"),
        errors: Vec::new(),
        email: String::new(),
        message: String::new(),
        help_href: "/help?insurer=aoba".into(),
        office: Some(office(language)),
    };
    let plain = sheet("inquiry", &inquiry)?;
    let item = item(&inquiry.shell.speech, "message");
    inquiry.errors = vec![wrong(&inquiry.shell, "message", "error.empty", &[("item", &item)])];
    inquiry.email = "shoko@example.jp".into();
    let mut document =
        TermsDocument { shell: shell(language, own("/terms/privacy"))?, document: privacy(language) };
    document.shell.notices = vec![Notice {
        tone: NoticeTone::Warn,
        title: document.shell.speech.pick("11月23日（月）はお休みします", "Closed on 23 November").into(),
        text: document
            .shell
            .speech
            .pick("受付では、マイナ保険証をお見せください。", "At reception, show your My Number card.")
            .into(),
    }];
    Ok(vec![sheet("help", &help)?, plain, sheet("inquiry-error", &inquiry)?, sheet("document", &document)?])
}

fn account(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let home = Home {
        shell: shell(language, own("/"))?,
        form: Form::plain("/logout", "sample-token"),
        signed_in_as: "sh•••@example.jp".into(),
        portals: vec![Portal {
            name: speech_of(language, "資格確認書", "Eligibility certificate"),
            line: speech_of(
                language,
                "受付で見せる、48時間の資格確認書",
                "Your 48-hour certificate for the reception desk",
            ),
            href: "https://certificate.example.jp/".into(),
        }],
        join_href: Some("/signup?insurer=aoba".into()),
        account_href: "/account",
    };
    let logout = LogoutConfirm {
        shell: shell(language, Switch::InForm)?,
        form: Form::plain("/logout", "sample-token"),
        errors: Vec::new(),
        client_name: Some(speech_of(language, "資格確認書", "Eligibility certificate")),
    };
    let mut choose = ChooseInsurer {
        shell: platform(language, own("/signup")),
        errors: Vec::new(),
        insurer_code: String::new(),
        insurers: vec![
            choice(&speech_of(language, "青葉健康保険組合", "Aoba Health Insurance Society"), "青葉", "aoba"),
            choice(
                &speech_of(language, "東雲市国民健康保険", "Shinonome National Health Insurance"),
                "東雲市",
                "shinonome",
            ),
            choice(&speech_of(language, "空と海の共済組合", "Sora Mutual Aid"), "共済", "sora"),
        ],
        login_href: "/login".into(),
    };
    let few = sheet("choose", &choose)?;
    let many = |number| choice(&format!("{number}"), "例", "example");
    choose.insurers = (1..=1_400).map(many).collect();
    choose.insurer_code = "shinonom".into();
    choose.errors = vec![wrong(&choose.shell, "insurer_code", "error.insurer_code", &[])];
    Ok(vec![
        sheet("home", &home)?,
        sheet("logout", &logout)?,
        sheet("consent", &consent(language)?)?,
        few,
        sheet("choose-many-error", &choose)?,
    ])
}

fn consent(language: Language) -> anyhow::Result<Consent<'static>> {
    let link = |path: &str, ja: &str, en: &str| Link {
        href: format!("https://points.example.jp/{path}"),
        text: speech_of(language, ja, en),
    };
    Ok(Consent {
        shell: shell(language, Switch::InForm)?,
        form: Form::plain("/consent", "sample-token"),
        errors: Vec::new(),
        client_name: speech_of(language, "健康ポイント", "Health points"),
        client_host: "points.example.jp".into(),
        scopes: vec!["openid".into(), "profile".into(), "insurance".into(), "urn:example:steps".into()],
        client: Some(AboutClient {
            name: speech_of(language, "健康ポイント", "Health points"),
            logo_href: None,
            links: vec![
                link("privacy", "個人情報の取り扱い", "Privacy policy"),
                link("terms", "利用規約", "Terms of use"),
            ],
        }),
    })
}

fn choice(name: &str, seal: &str, code: &str) -> InsurerChoice {
    InsurerChoice { name: name.into(), seal: seal.into(), href: format!("/signup?insurer={code}") }
}

fn trouble(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let page = |name: &str, trouble| {
        let page = ErrorPage {
            shell: platform(language, Switch::None),
            trouble,
            number: "482915377".into(),
            home_href: "/".into(),
        };
        sheet(name, &page)
    };
    let busy =
        Busy { shell: shell(language, own("/login"))?, seconds: 20, again_href: "/login".into(), kept: true };
    Ok(vec![
        page("error-404", Trouble::NotFound)?,
        page("error-400", Trouble::Unusable)?,
        page("error-403", Trouble::Stale)?,
        page("error-500", Trouble::Fault)?,
        sheet("busy", &busy)?,
    ])
}
