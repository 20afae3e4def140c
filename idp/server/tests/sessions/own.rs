//! What these tests do with a browser's session.

use sekisho_site::db::sql;

use crate::browser::{Browser, Page};
use crate::house::House;

pub const SESSION: &str = "sekisho_8080_session";
pub const DEVICE: &str = "sekisho_8080_device";

/// The session's cookie.
pub fn cookie(browser: &Browser) -> String {
    browser.cookies.get(SESSION).cloned().unwrap_or_default()
}

/// A browser that has nothing but somebody's session cookie.
pub fn bearing(house: &House, cookie: &str) -> Browser {
    let mut browser = Browser::at(house);
    browser.cookies.insert(SESSION.to_owned(), cookie.to_owned());
    browser
}

/// The ids of all sessions that have not ended, the oldest first.
pub async fn live(house: &House) -> Vec<String> {
    house.texts(sql("select id as t from sessions where ended_at is null order by created_at, id")).await
}

/// What was noted of sessions, the oldest first.
pub async fn trail(house: &House) -> Vec<String> {
    let find = "select event || ' ' || result as t from audit_events
        where event in ('session.started', 'session.renewed', 'session.ended', 'logout') order by at, id";
    house.texts(sql(find)).await
}

/// Signs out.
pub async fn sign_out(browser: &mut Browser) -> Page {
    let page = browser.open("/logout").await;
    browser.submit(&page, &[]).await
}
