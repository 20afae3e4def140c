//! What an owner sees of the account.

use sekisho_base::Language;
use sekisho_idp::web::view::{
    AccessCard, Account, Data, DeviceRow, Devices, EndOthers, EventRow, Held, History, PasskeyCard, Portals,
    Withdraw,
};
use sekisho_site::page::{Form, Shell, Switch};

use super::{Sheet, sheet, shell, speech_of};

pub fn sheets(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut sheets = overview(language)?;
    sheets.extend(devices(language)?);
    sheets.extend(history(language)?);
    sheets.extend(portals(language)?);
    let data =
        Data { shell: own(language, Switch::InForm)?, form: form("/account/data"), errors: Vec::new() };
    sheets.push(sheet("account-data", &data)?);
    Ok(sheets)
}

fn own(language: Language, switch: Switch) -> anyhow::Result<Shell<'static>> {
    let mut shell = shell(language, switch)?;
    shell.brand.what = shell.say("account.what").to_owned();
    Ok(shell)
}

fn switch(path: &str) -> Switch {
    Switch::Own { action: path.into(), query: Vec::new() }
}

fn form(path: &str) -> Form {
    Form::plain(path, "sample-token")
}

fn held(icon: &'static str, [name, hint, act]: [String; 3], href: &str) -> Held {
    Held { icon, name, hint, href: href.into(), act }
}

fn phone_and_computer(language: Language) -> Vec<DeviceRow> {
    let row = |id: &str, icon, is_this, name, hint| DeviceRow { id: id.into(), icon, name, is_this, hint };
    vec![
        row(
            "ses_1",
            "phone",
            true,
            speech_of(language, "iPhone・Safari", "iPhone, Safari"),
            speech_of(language, "今日 10:21・資格確認書", "today 10:21 · Eligibility certificate"),
        ),
        row(
            "ses_2",
            "laptop",
            false,
            speech_of(language, "Windows・Chrome", "Windows, Chrome"),
            speech_of(language, "11月18日 21:40・医療費のお知らせ", "18 November 21:40 · Medical costs"),
        ),
    ]
}

fn events(language: Language) -> Vec<EventRow> {
    let row = |when, what, failed| EventRow {
        when,
        what,
        device: speech_of(language, "iPhone・Safari", "iPhone, Safari"),
        failed,
    };
    let said = |ja, en| speech_of(language, ja, en);
    vec![
        row(said("今日 10:21", "today 10:21"), said("パスキーでログイン", "Signed in with passkey"), false),
        row(
            said("11月18日 21:40", "18 November 21:40"),
            said("パスワードとSMSでログイン", "Signed in with password and SMS"),
            false,
        ),
        row(
            said("11月18日 21:38", "18 November 21:38"),
            said("パスワードでのログイン", "Sign-in with password"),
            true,
        ),
    ]
}

fn overview(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let shell = own(language, switch("/account"))?;
    let said = |ja, en| speech_of(language, ja, en);
    let change = shell.say("account.change").to_owned();
    let mut page = Account {
        form: form("/account/devices"),
        who: said("健保 翔子さん・sh•••@example.jp", "健保 翔子 · sh•••@example.jp"),
        facts: vec![
            (shell.say("account.facts.insurer").to_owned(), shell.brand.name.clone()),
            (shell.say("account.facts.login_id").to_owned(), "shoko.k".into()),
        ],
        passkeys: vec![PasskeyCard {
            name: said("iPhone のパスキー", "Passkey on iPhone"),
            kept: said("iCloud Keychainに保存", "Kept in iCloud Keychain"),
            dates: said("11月21日に作成・今日使用", "Made 21 November, used today"),
            rename_href: "/account/passkeys/fac_1".into(),
            remove_href: "/account/passkeys/fac_1/remove".into(),
        }],
        add_passkey_href: Some("/account/passkeys".into()),
        keys: vec![
            held(
                "phone",
                [shell.say("account.keys.sms").into(), "•••-••••-1111".into(), change.clone()],
                "/account/phone",
            ),
            held(
                "lock",
                [
                    shell.say("account.keys.password").into(),
                    said("設定：11月21日", "Set 21 November"),
                    change.clone(),
                ],
                "/account/password",
            ),
        ],
        devices: phone_and_computer(language),
        events: events(language),
        settings: vec![held(
            "mail",
            [shell.say("account.settings.email").into(), "sh•••@example.jp".into(), change],
            "/account/email",
        )],
        password_href: "/account/password".into(),
        inquiry_href: "/inquiry?insurer=aoba".into(),
        shell,
    };
    let full = sheet("account", &page)?;
    page.passkeys.clear();
    page.devices.truncate(1);
    page.facts.clear();
    Ok(vec![full, sheet("account-bare", &page)?])
}

fn devices(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let shell = own(language, switch("/account/devices"))?;
    let remembered = DeviceRow {
        hint: shell.fill("account.remembered.until", "day", speech_of(language, "12月21日", "21 December")),
        ..phone_and_computer(language).remove(0)
    };
    let mut page = Devices {
        form: form("/account/devices"),
        done: String::new(),
        devices: phone_and_computer(language),
        remembered: vec![remembered],
        shell,
    };
    let plain = sheet("account-devices", &page)?;
    page.shell.say("account.devices.ended_others").clone_into(&mut page.done);
    page.devices.truncate(1);
    page.remembered.clear();
    let done = sheet("account-devices-done", &page)?;
    let others = EndOthers {
        shell: own(language, Switch::InForm)?,
        form: form("/account/devices/others"),
        errors: Vec::new(),
        count: 2,
    };
    Ok(vec![plain, done, sheet("account-others", &others)?])
}

fn history(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let mut page = History {
        shell: own(language, switch("/account/history"))?,
        events: events(language),
        first_href: Some("/account/history"),
        next_href: Some("/account/history?at=sealed".into()),
        form: form("/account/history/file"),
        password_href: "/account/password".into(),
        inquiry_href: "/inquiry?insurer=aoba".into(),
    };
    let full = sheet("account-history", &page)?;
    page.events.clear();
    page.first_href = None;
    page.next_href = None;
    Ok(vec![full, sheet("account-history-empty", &page)?])
}

fn portals(language: Language) -> anyhow::Result<Vec<Sheet>> {
    let shell = own(language, switch("/account/portals"))?;
    let card = AccessCard {
        name: speech_of(language, "資格確認書", "Eligibility certificate"),
        since: shell.fill("account.portals.since", "day", speech_of(language, "11月18日", "18 November")),
        reads: ["openid", "profile", "insurance"]
            .map(|scope| shell.say(&format!("consent.scope.{scope}")).to_owned())
            .into(),
        href: "/account/portals/certificate".into(),
    };
    let mut page = Portals { shell, done: String::new(), portals: vec![card.clone()] };
    let full = sheet("account-portals", &page)?;
    page.portals.clear();
    page.shell.say("account.portals.withdrawn").clone_into(&mut page.done);
    let none = sheet("account-portals-none", &page)?;
    let withdraw = Withdraw {
        shell: own(language, Switch::InForm)?,
        form: form("/account/portals/certificate"),
        errors: Vec::new(),
        portal: card,
    };
    Ok(vec![full, none, sheet("account-withdraw", &withdraw)?])
}
