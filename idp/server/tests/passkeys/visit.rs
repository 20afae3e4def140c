//! A browser with an authenticator at the doors of the house.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::authenticator::{Handle, Passkey, Tweaks, create_with};
use crate::browser::{Browser, ORIGIN, Page};
use crate::house::House;
use crate::people::{Member, sign_in};
use crate::post::{first_digits, nth_about};

pub const OLD: &str = "時間がたちすぎました";
pub const UNKNOWN: &str = "このパスキーは、ここでは使えません";
pub const UNVERIFIED: &str = "端末での本人確認";
pub const CLONED: &str = "このパスキーは安全のため使えません";
pub const FAULTY: &str = "パスキーを確かめられませんでした";

/// Where a passkey is added.
const NEW: &str = "/account/passkeys/new";
/// Who the member of `kaede` says to be.
const KAEDE: &[(&str, &str)] = &[
    ("symbol", "91"),
    ("number", "200001"),
    ("insurer_number", "06999023"),
    ("kana_name", "ケンポ ショウコ"),
    ("birth_date", "20000121"),
];

/// What a page asks the authenticator, and the form that takes the answer.
#[derive(Clone)]
pub struct Asked {
    pub options: Value,
    pub action: String,
    /// The hidden controls, all but the answer's.
    pub controls: Vec<(String, String)>,
}

impl Asked {
    /// What a page asks for; none where it asks for no passkey.
    pub fn on(page: &Page) -> Option<Self> {
        let at = page.body.find("name=\"sealed\"")?;
        let form = page.body[..at].rfind("<form")?;
        let form = page.body[form..].split("</form>").next()?;
        let controls = form
            .split("<input type=\"hidden\"")
            .skip(1)
            .filter_map(|input| input.split('>').next())
            .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)))
            .collect();
        let options = serde_json::from_str(&attribute(form, "data-options")?).unwrap();
        let action = attribute(form, "action").filter(|action| !action.is_empty());
        Some(Self { options, action: action.unwrap_or_else(|| page.action()), controls })
    }

    /// The value of a control.
    pub fn control(&self, name: &str) -> &str {
        self.controls.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }

    /// The same with a control's value replaced.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        for (_, old) in self.controls.iter_mut().filter(|(other, _)| other == name) {
            value.clone_into(old);
        }
        self
    }

    /// Sends an answer.
    pub async fn send(&self, browser: &mut Browser, answer: &str) -> Page {
        let mut fields = self.controls.clone();
        fields.push(("passkey".to_owned(), answer.to_owned()));
        browser.post(&self.action, &fields, ORIGIN).await
    }
}

/// An attribute's value, as a browser reads it.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mark = format!(" {name}=\"");
    let value = tag.split(&mark).nth(1)?.split('"').next()?;
    let value = value.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'");
    let value = value.replace("&lt;", "<").replace("&#60;", "<").replace("&gt;", ">").replace("&#62;", ">");
    Some(value.replace("&amp;", "&").replace("&#38;", "&"))
}

/// What the page at a path asks for.
pub async fn asked(browser: &mut Browser, path: &str) -> Asked {
    let page = browser.open(path).await;
    Asked::on(&page).unwrap_or_else(|| panic!("{path} asks for no passkey: {} {}", page.status, page.body))
}

/// Signs in by a passkey, as told.
pub async fn show(browser: &mut Browser, passkey: &mut Passkey, tweaks: &Tweaks) -> Page {
    let asked = asked(browser, "/login").await;
    let answer = passkey.get_with(&asked.options, tweaks);
    asked.send(browser, &answer.to_string()).await
}

/// Adds a passkey on the account's page, as told.
pub async fn add(browser: &mut Browser, tweaks: &Tweaks) -> (Passkey, Page) {
    let asked = asked(browser, NEW).await;
    let (passkey, answer) = create_with(&asked.options, tweaks);
    let answered = asked.send(browser, &answer.to_string()).await;
    (passkey, answered)
}

/// A browser in which a member is signed in, and a passkey that was just added there.
pub async fn holder(house: &House, member: &Member, tweaks: &Tweaks) -> (Browser, Passkey) {
    let mut browser = Browser::at(house);
    sign_in(house, &mut browser, member).await;
    let page = browser.open(NEW).await;
    if Asked::on(&page).is_none() {
        let passkey = first(house, &mut browser, (member, &page), tweaks).await;
        return (browser, passkey);
    }
    let (passkey, answered) = add(&mut browser, tweaks).await;
    assert_eq!(answered.location(), "/account/passkeys?done=added", "{}", answered.body);
    (browser, passkey)
}

/// The first passkey of a member of `kaede` without a second factor, from the page that says what comes before it.
pub async fn first(
    house: &House,
    browser: &mut Browser,
    (member, page): (&Member, &Page),
    tweaks: &Tweaks,
) -> Passkey {
    let page = browser.press(page, &[]).await.saying("name=\"code\"");
    let mailed = first_digits(&nth_about(house, member.email, "新しい鍵を登録する操作", 1).await);
    let page = browser.press(&page, &[("code", &mailed)]).await;
    let page = browser.press(&page, KAEDE).await;
    let asked = Asked::on(&page).unwrap_or_else(|| panic!("no passkey is asked for: {}", page.body));
    let (passkey, answer) = create_with(&asked.options, tweaks);
    let answered = asked.send(browser, &answer.to_string()).await;
    assert!(answered.location().starts_with("/account/changed"), "{} {}", answered.location(), answered.body);
    passkey
}

/// The same, and all that the account can show was shown just now.
pub async fn fresh_holder(house: &House, member: &Member) -> (Browser, Passkey) {
    let (mut browser, mut passkey) = holder(house, member, &Tweaks::default()).await;
    in_by(&show(&mut browser, &mut passkey, &Tweaks::default()).await);
    (browser, passkey)
}

/// The ids of a member's passkeys, as the own page lists them.
pub async fn listed(browser: &mut Browser) -> Vec<String> {
    let page = browser.open("/account/passkeys").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.location());
    let parts = page.body.split("href=\"/account/passkeys/fac_").skip(1);
    let ids = parts.filter_map(|part| part.split_once("/remove\"").map(|(id, _)| id));
    ids.filter(|id| !id.contains('"')).map(|id| format!("fac_{id}")).collect()
}

/// Whether a browser is signed in.
pub async fn is_in(browser: &mut Browser) -> bool {
    browser.open("/account").await.status == StatusCode::OK
}

/// In, and led on.
#[track_caller]
pub fn in_by(page: &Page) {
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/"), "{}", page.body);
}

/// Not in: the page says why.
pub async fn out_by(browser: &mut Browser, page: &Page, why: &str) {
    assert_eq!(page.status, StatusCode::OK, "{why}: {}", page.location());
    assert!(page.says(why), "{why}: {}", page.body);
    assert!(!is_in(browser).await, "{why}");
}

/// A change of the client data.
pub fn client(name: &'static str, value: Value) -> Tweaks {
    Tweaks { client: vec![(name, value)], ..Tweaks::default() }
}

/// Everything that is wrong with an answer in one way, with the words that say so.
pub fn wrongs() -> Vec<(&'static str, Tweaks, &'static str)> {
    let flags = |flags| Tweaks { flags, ..Tweaks::default() };
    let broken = |mut bytes: Vec<u8>| {
        bytes.reverse();
        bytes
    };
    vec![
        ("wa_02 another port", client("origin", json!("http://localhost:8081")), FAULTY),
        ("wa_02 a look-alike", client("origin", json!("http://badlocalhost:8080")), FAULTY),
        ("wa_02 a sub-domain", client("origin", json!("http://x.localhost:8080")), FAULTY),
        ("wa_02 with a path", client("origin", json!("http://localhost:8080/")), FAULTY),
        ("wa_02 null", client("origin", json!("null")), FAULTY),
        ("wa_03 another RP", Tweaks { rp_id: Some("evil.test"), ..Tweaks::default() }, FAULTY),
        ("wa_03 of a registration", client("type", json!("webauthn.create")), FAULTY),
        ("wa_03 in a frame", client("crossOrigin", json!(true)), FAULTY),
        ("wa_03 below another page", client("topOrigin", json!("https://evil.test")), FAULTY),
        ("wa_04 not verified", flags(0x01), UNVERIFIED),
        ("wa_04 not present", flags(0x04), FAULTY),
        ("wa_06 nobody's", Tweaks { handle: Handle::Absent, ..Tweaks::default() }, UNKNOWN),
        ("wa_06 another's", Tweaks { handle: Handle::Of(vec![7; 16]), ..Tweaks::default() }, UNKNOWN),
        ("wa_09 backed up though it may not be", flags(0x15), FAULTY),
        ("wa_09 may be backed up now", flags(0x0d), FAULTY),
        ("wa_10 a broken signature", Tweaks { signature: broken, ..Tweaks::default() }, FAULTY),
        ("wa_10 no signature", Tweaks { signature: |_| Vec::new(), ..Tweaks::default() }, FAULTY),
        ("wa_13 appid", Tweaks { rp_id: Some(ORIGIN), ..extension(json!({ "appid": true })) }, FAULTY),
    ]
}

/// An extension's output.
pub fn extension(outputs: Value) -> Tweaks {
    Tweaks { json: vec![("/clientExtensionResults", outputs)], ..Tweaks::default() }
}
