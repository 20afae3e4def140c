//! Tries of a password, as strangers and owners make them.

use axum::Router;
use axum::http::StatusCode;
use sekisho_base::Timestamp;
use sekisho_idp::startup;
use sekisho_idp::web::routes;
use sekisho_site::db::sql;
use std::sync::Arc;

use crate::browser::{Browser, Page};
use crate::house::House;
use crate::people::{Member, show_password, sign_in};

pub const WRONG: &str = "not the password";
pub const REFUSED: &str = "ログインできませんでした";
pub const WAIT: &str = "しばらくお待ちいただいています";

/// Sends a name and a password at aoba's sign-in.
pub async fn attempt(browser: &mut Browser, login_id: &str, password: &str) -> Page {
    let page = browser.open("/login?insurer=aoba").await;
    browser.submit(&page, &[("login_id", login_id), ("password", password)]).await
}

/// Whether an answer asks to wait, to people and to programs.
pub fn waits(page: &Page) -> bool {
    let waits = page.status == StatusCode::TOO_MANY_REQUESTS;
    assert_eq!(waits, page.says(WAIT), "{} {}", page.status, page.body);
    assert_eq!(waits, page.headers.contains_key("retry-after"));
    waits
}

/// Another node at the same rows.
pub async fn second_node(house: &House) -> (Router, Arc<sekisho_idp::state::State>) {
    let clock = Arc::new(house.clock.clone());
    let state = startup::prepare(house.state.config.clone(), clock).await.unwrap();
    (routes::router(&state), state)
}

/// A browser that the owner signed in with, and that is signed out again.
pub async fn at_home(house: &House, member: &Member) -> Browser {
    let mut browser = Browser::at(house);
    sign_in(house, &mut browser, member).await;
    browser.cookies.remove("sekisho_8080_session");
    browser
}

/// How many tries of the account's password were counted, and until when it rests.
pub async fn counted(house: &House) -> (i64, Option<Timestamp>) {
    let find = "select failures, blocked_until from factors where kind = 'password' and ended_at is null";
    let row = house.state.db.fetch_one(sql(find)).await.unwrap();
    (row.get("failures").unwrap(), row.get("blocked_until").unwrap())
}

/// Whether the right password opens the way to the second factor.
pub async fn opens(browser: &mut Browser, member: &Member) -> bool {
    let page = show_password(browser, member, member.password).await;
    page.says("name=\"code\"")
}
