//! Members of the sample insurers, each registered as its guide says, and what they do with a browser.

use axum::http::StatusCode;
use sekisho_base::Timestamp;
use sekisho_site::clock::Clock as _;

use crate::browser::{Browser, Page};
use crate::client;
use crate::house::House;

pub use crate::post::{
    about, codes_to, first_digits, link, mailed_code, nth_about, nth_link, quiet, sms_code,
};

pub const PHONE: &str = "+819000001111";
pub const WORDS: &str = "kumo to kaze to niwa";
/// Like the passwords of guide 004.
const KINDS: &str = "kumo-2-kaze!";
const OLD: &str = "このリンクの時間が過ぎました";

const AOBA: &[(&str, &str)] = &[
    ("symbol", "91"),
    ("number", "200001"),
    ("branch", ""),
    ("family_name", "けんぽ"),
    ("given_name", "ショウコ"),
    ("birth_date", "20000121"),
];

/// What a member holds beside the password.
#[derive(Clone)]
pub enum Second {
    Nothing,
    Phone,
    App(Vec<u8>),
}

/// Somebody who has registered.
#[derive(Clone)]
pub struct Member {
    pub insurer: &'static str,
    pub name: &'static str,
    pub email: &'static str,
    pub password: &'static str,
    pub next_password: &'static str,
    pub second: Second,
}

/// One member of each insurer, aoba's with a phone.
pub async fn everybody(house: &House) -> Vec<Member> {
    vec![aoba(house).await, kaede(house).await, sora(house).await, shinonome(house).await]
}

fn member(insurer: &'static str, name: &'static str, email: &'static str) -> Member {
    let (password, next_password) = match insurer {
        "shinonome" => (KINDS, "ame-4-hoshi!"),
        _ => (WORDS, "tsuki no hikari to mori"),
    };
    Member { insurer, name, email, password, next_password, second: Second::Nothing }
}

/// Signs with a phone.
pub async fn aoba(house: &House) -> Member {
    let mut browser = Browser::at(house);
    let page = to_factor(house, &mut browser, "aoba@example.jp").await;
    set_up_phone(house, &mut browser, &page, "090-0000-1111").await;
    Member { second: Second::Phone, ..member("aoba", "aoba@example.jp", "aoba@example.jp") }
}

/// Signs with an authenticator app.
pub async fn aoba_app(house: &House) -> Member {
    let mut browser = Browser::at(house);
    let page = to_factor(house, &mut browser, "aoba@example.jp").await;
    let key = set_up_app(house, &mut browser, &page).await;
    house.later(60);
    Member { second: Second::App(key), ..member("aoba", "aoba@example.jp", "aoba@example.jp") }
}

pub async fn to_factor(house: &House, browser: &mut Browser, email: &str) -> Page {
    let page = browser.open("/signup?insurer=aoba").await;
    let page = browser.press(&page, &[("email", email), ("password", WORDS)]).await;
    let code = mailed_code(house, email, 1).await;
    let page = browser.press(&page, &[("code", &code)]).await;
    let page = browser.press(&page, AOBA).await;
    browser.press(&page, &[("accept_terms", "yes"), ("accept_privacy", "yes")]).await
}

/// Sets a phone up on the page that asks for a second factor, and gives what it led to.
pub async fn set_up_phone(house: &House, browser: &mut Browser, page: &Page, phone: &str) -> Page {
    let to = format!("+81{}", phone.replace('-', "").strip_prefix('0').unwrap());
    let before = codes_to(house, &to);
    let page = browser.press(page, &[("factor", "sms")]).await;
    let page = browser.press(&page, &[("phone", phone)]).await;
    let code = sms_code(house, &to, before + 1).await;
    browser.press(&page, &[("code", &code)]).await
}

/// Sets an app up, and gives its key.
pub async fn set_up_app(house: &House, browser: &mut Browser, page: &Page) -> Vec<u8> {
    let page = browser.press(page, &[("factor", "totp")]).await;
    let secret = page
        .body
        .split("secret=")
        .nth(1)
        .unwrap_or_else(|| panic!("{}", page.body))
        .split(['&', '"'])
        .next()
        .unwrap()
        .to_owned();
    let key = key_of(&secret);
    let done = browser.press(&page, &[("code", &digits(&key, house.clock.now()))]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    key
}

/// The key of an app, as it is shown to be typed.
pub fn key_of(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for sign in text.bytes() {
        let value = if sign.is_ascii_uppercase() { sign - b'A' } else { sign - b'2' + 26 };
        bits = bits << 5 | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    bytes
}

/// What an app shows.
pub fn digits(key: &[u8], now: Timestamp) -> String {
    let app = totp_rs::Builder::new().with_secret(key.to_vec()).build().unwrap();
    app.generate(u64::try_from(now.seconds()).unwrap()).to_string()
}

/// Has a pre-issued ID.
pub async fn kaede(house: &House) -> Member {
    activate(house, 1).await;
    member("kaede", "7132-091200001", "kaede@example.jp")
}

/// The same, the link being in so many mails of its kind.
pub async fn activate(house: &House, count: usize) {
    let mut browser = Browser::at(house);
    let page = browser.open("/login?insurer=kaede").await;
    let page = browser.submit(&page, &[("login_id", "7132-091200001")]).await;
    let given = [("login_id", "7132-091200001"), ("password", "20000121")];
    let page = browser.press(&page, &given).await;
    let page = browser.press(&page, &[("accept_privacy", "yes"), ("accept_terms", "yes")]).await;
    let address = [("email", "kaede@example.jp"), ("email_again", "kaede@example.jp")];
    let page = browser.press(&page, &address).await;
    browser.press(&page, &[]).await;
    let link = link(house, "kaede@example.jp", "登録を仕上げるご案内", count).await;
    let page = follow(&mut browser, &link).await;
    let done = browser.press(&page, &[("password", WORDS), ("password_again", WORDS)]).await;
    assert_eq!(done.location(), "/?registered=activate", "{}", done.body);
}

/// Has chosen an ID.
pub async fn sora(house: &House) -> Member {
    register_sora(house, 1).await;
    member("sora", "shoko.k", "sora@example.jp")
}

/// The same, after so many first mails.
pub async fn register_sora(house: &House, count: usize) {
    let (mut browser, email) = (Browser::at(house), "sora@example.jp");
    let page = browser.open("/signup?insurer=sora").await;
    browser.press(&page, &[("email", email)]).await;
    let first = nth_link(house, email, 2 * count - 1).await;
    let page = follow(&mut browser, &first).await;
    let page = browser.press(&page, &[("do", "other")]).await;
    let claim = [
        ("symbol_number_branch", "91-200001-00"),
        ("kana_name", "ケンポ ショウコ"),
        ("birth_date", "20000121"),
    ];
    let page = browser.press(&page, &claim).await;
    let shown = page.body.split("id=\"shown_key\"").nth(1).unwrap().split("</p>").next().unwrap();
    let key: String = shown.chars().filter(char::is_ascii_digit).collect();
    let second = nth_link(house, email, 2 * count).await;
    let page = follow(&mut browser, &second).await;
    let page = browser.press(&page, &[("auth_key", &key)]).await;
    let chosen =
        [("login_id", "shoko.k"), ("password", WORDS), ("password_again", WORDS), ("nickname", "しょうこ")];
    let done = browser.press(&page, &chosen).await;
    assert_eq!(done.location(), "/signup?insurer=sora&done=yes", "{}", done.body);
}

/// Signs with the address of her record.
pub async fn shinonome(house: &House) -> Member {
    let (mut browser, email) = (Browser::at(house), "shoko@example.jp");
    let page = browser.open("/signup?insurer=shinonome").await;
    let claim = [
        ("insurer_code", "shinonome"),
        ("symbol", "91"),
        ("number", "200001"),
        ("birth_date", "20000121"),
        ("kana_name", "けんぽ しょうこ"),
    ];
    let page = browser.press(&page, &claim).await;
    let page = browser.press(&page, &[("login_id", "shoko_K"), ("password", KINDS)]).await;
    let code = first_digits(&nth_about(house, email, "認証コードです", 1).await);
    let done = browser.press(&page, &[("code", &code)]).await;
    assert_eq!(done.location(), "/signup?insurer=shinonome&done=yes", "{}", done.body);
    let member = member("shinonome", "shoko_K", email);
    // The operator's terms are behind her.
    sign_in(house, &mut Browser::at(house), &member).await;
    member
}

/// Sends name and password, and gives the page that follows.
pub async fn show_password(browser: &mut Browser, member: &Member, password: &str) -> Page {
    let page = browser.open(&format!("/login?insurer={}", member.insurer)).await;
    let page = if page.says("name=\"password\"") {
        page
    } else {
        browser.submit(&page, &[("login_id", member.name)]).await
    };
    browser.press(&page, &[("login_id", member.name), ("password", password)]).await
}

/// Signs in, whatever the insurer asks for.
pub async fn sign_in(house: &House, browser: &mut Browser, member: &Member) {
    let (sms, keys) = (codes_to(house, PHONE), about(house, member.email, "認証キー").len());
    let page = show_password(browser, member, member.password).await;
    let answered = match (member.insurer, &member.second) {
        (_, Second::Phone) => {
            let code = sms_code(house, PHONE, sms + 1).await;
            browser.press(&page, &[("code", &code)]).await
        }
        (_, Second::App(key)) => {
            house.later(30);
            browser.press(&page, &[("code", &digits(key, house.clock.now()))]).await
        }
        ("sora", _) => {
            let code = first_digits(&nth_about(house, member.email, "認証キー", keys + 1).await);
            browser.press(&page, &[("code", &code)]).await
        }
        ("shinonome", _) if page.says("accept_platform-terms") => {
            browser.press(&page, &[("accept_platform-terms", "yes")]).await
        }
        _ => page,
    };
    assert_eq!((answered.status, answered.location()), (StatusCode::SEE_OTHER, "/"), "{}", answered.body);
    browser.open("/").await.saying("でログインしています");
}

/// Whether a browser is signed in.
pub async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.open("/").await.location() != "/login"
}

/// A browser that is signed in, and an access token of a portal that works.
pub async fn settled(house: &House, member: &Member) -> (Browser, String) {
    let mut browser = Browser::at(house);
    sign_in(house, &mut browser, member).await;
    let token = client::access_token(&mut browser).await;
    assert_eq!(client::userinfo(&browser, &token).await.status, StatusCode::OK);
    (browser, token)
}

/// Neither the browser nor the token works any more.
pub async fn is_out((mut browser, token): (Browser, String)) {
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(client::userinfo(&browser, &token).await.status, StatusCode::UNAUTHORIZED);
}

/// A portal for members of all insurers.
pub async fn portal(house: &House) {
    house.register(vec![client::registration("rp", "ポータル")]).await;
}

/// Says that a password is forgotten; gives the page that follows.
pub async fn forget(browser: &mut Browser, insurer: &str, name: &str) -> Page {
    let page = browser.open(&format!("/recover?insurer={insurer}")).await;
    browser.press(&page, &[("login_id", name)]).await
}

/// The path of the `count`th link to a new password.
pub async fn reset_link(house: &House, member: &Member, count: usize) -> String {
    link(house, member.email, "新しいパスワードを決めるリンク", count).await
}

/// Opens a link and presses its button.
pub async fn follow(browser: &mut Browser, link: &str) -> Page {
    let page = browser.open(link).await;
    if page.says(OLD) { page } else { browser.press(&page, &[]).await }
}

/// Shows the second factor on the page that asks for it.
pub async fn show_second(
    house: &House,
    browser: &mut Browser,
    (page, member): (Page, &Member),
    sms: usize,
) -> Page {
    let code = match &member.second {
        Second::Nothing => return page,
        Second::Phone => sms_code(house, PHONE, sms + 1).await,
        Second::App(key) => {
            house.later(30);
            digits(key, house.clock.now())
        }
    };
    browser.press(&page.saying("name=\"code\""), &[("code", &code)]).await
}

/// Sets a new password on the page that asks for one.
pub async fn choose(browser: &mut Browser, page: &Page, password: &str) -> Page {
    assert!(page.says("autocomplete=\"new-password\""), "{} {}", page.status, page.body);
    browser.press(page, &[("password", password), ("password_again", password)]).await
}

/// Through the `count`th mail to a new password.
pub async fn reset(house: &House, browser: &mut Browser, member: &Member, count: usize) -> Page {
    let sms = codes_to(house, PHONE);
    forget(browser, member.insurer, member.name).await;
    let link = reset_link(house, member, count).await;
    let page = follow(browser, &link).await;
    let page = show_second(house, browser, (page, member), sms).await;
    choose(browser, &page, member.next_password).await
}
