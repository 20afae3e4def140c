//! What members hold beside what they registered with.

use secrecy::SecretString;
use sekisho_base::Cx;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_domain::journey::Ceremony;
use sekisho_idp::flows::passkeys as ceremonies;
use sekisho_site::db::sql;
use sekisho_store::{factors, passkeys};
use serde_json::Value;

use crate::authenticator::{self, Passkey};
use crate::browser::{Browser, Page};
use crate::house::House;
use crate::people::digits;

/// The account of the person who signs in with a name.
pub async fn account(house: &House, name: &str) -> AccountId {
    let find = sql("select account as t from identifiers where folded = $1").bind(name);
    house.texts(find).await[0].parse().unwrap()
}

/// Gives an account an authenticator app.
pub async fn app(house: &House, account: AccountId) -> Vec<u8> {
    let mut cx = house.state.cx();
    let (id, key) = (FactorId::draw(&mut cx), cx.bytes::<20>().to_vec());
    let secret = house.state.seal_factor(id, &key, &mut cx);
    let kind = FactorKind::Totp;
    let mut tx = house.state.db.begin().await.unwrap();
    let new = factors::New { id, account, kind, secret: &secret, last_step: None, at: cx.now };
    factors::insert(&mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    key
}

/// What the app shows next.
pub fn next_digits(house: &House, key: &[u8]) -> String {
    house.later(30);
    digits(key, house.state.cx().now)
}

/// Gives an account a passkey.
pub async fn passkey(house: &House, account: AccountId) -> Passkey {
    let mut cx: Cx = house.state.cx();
    let browser: SecretString = cx.secret();
    let state = &house.state;
    let ask = ceremonies::ask_new(state, &browser, (Some(account), "sample", &[]), &mut cx).unwrap();
    let (key, answer) = authenticator::create(&serde_json::from_str(&ask.options).unwrap());
    let ceremony = Ceremony { sealed: ask.sealed, response: answer.to_string() };
    let made = ceremonies::made(state, &browser, (Some(account), &ceremony), &cx).unwrap();
    let factor = FactorId::draw(&mut cx);
    let secret = state.seal_factor(factor, made.key.as_bytes(), &mut cx);
    let mut tx = state.db.begin().await.unwrap();
    let new = passkeys::New { factor, made: &made, secret: &secret, name: "sample", at: cx.now };
    passkeys::insert(&mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    key
}

/// What a page asks a browser for a passkey with; none where it does not.
pub fn options(page: &Page) -> Option<Value> {
    let text = page.body.split("data-options=\"").nth(1)?.split('"').next()?;
    let text =
        text.replace("&quot;", "\"").replace("&#34;", "\"").replace("&amp;", "&").replace("&#38;", "&");
    Some(serde_json::from_str(&text).unwrap())
}

/// The form that a page's script sends: `answer` to what the page asked.
pub async fn send(browser: &mut Browser, page: &Page, answer: &Value) -> Page {
    let (sealed, answer) = (page.hidden("sealed"), answer.to_string());
    browser.submit(page, &[("sealed", &sealed), ("passkey", &answer)]).await
}

/// Shows a passkey to the page that asks for one.
pub async fn show(browser: &mut Browser, page: &Page, key: &mut Passkey) -> Page {
    let answer = key.get(&options(page).unwrap());
    send(browser, page, &answer).await
}
