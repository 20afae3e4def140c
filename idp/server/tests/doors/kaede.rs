//! An ID that was given out, or the numbers on a card; a link by mail (guide 001, rows B5–B39).

use axum::http::StatusCode;
use sekisho_site::db::sql;

use crate::browser::{Browser, Page};
use crate::house::House;

/// The given ID and the birth date of the insured person 91-200001.
pub const ID: &str = "7132-091200001";
pub const BORN: &str = "20000121";
pub const PASSWORD: &str = "kumo to kaze to niwa";

/// A dependent of hers, who has no ID.
pub const JUNICHI: [(&str, &str); 5] = [
    ("symbol", "91"),
    ("number", "200001"),
    ("insurer_number", "06999023"),
    ("kana_name", "ケンポ ジュンイチ"),
    ("birth_date", "19991231"),
];

/// Voluntarily continued, and so without an ID (row B11).
pub const HANZO: [(&str, &str); 5] = [
    ("symbol", "700"),
    ("number", "12345"),
    ("insurer_number", "06999023"),
    ("kana_name", "はっとり はんぞう"),
    ("birth_date", "昭和39年2月29日"),
];

/// Insured; what his ID is.
pub const ICHIRO: [(&str, &str); 5] = [
    ("symbol", "45"),
    ("number", "321"),
    ("insurer_number", "06999023"),
    ("kana_name", "タナカ イチロウ"),
    ("birth_date", "19850115"),
];
pub const ICHIROS_ID: &str = "7132-045000321";

pub const ACCEPTED: [(&str, &str); 2] = [("accept_privacy", "yes"), ("accept_terms", "yes")];

/// Name first, then the password.
pub async fn sign_in(browser: &mut Browser, login_id: &str, password: &str) -> Page {
    let page = browser.open("/login?insurer=kaede").await;
    let page = browser.submit(&page, &[("login_id", login_id)]).await;
    browser.submit(&page, &[("login_id", login_id), ("password", password)]).await
}

/// From ID and birth date to the page that waits for the mail.
pub async fn to_mail(browser: &mut Browser, email: &str) -> Page {
    let answered = sign_in(browser, ID, BORN).await;
    let page = browser.follow(&answered).await;
    let page = browser.press(&page, &ACCEPTED).await;
    let profile = [("email", email), ("email_again", email), ("opt_in_health-news", "yes")];
    let page = browser.press(&page, &profile).await;
    browser.press(&page, &[]).await
}

/// All the way by the ID, in one browser; the link is in the first mail.
pub async fn activate(house: &House, browser: &mut Browser, email: &str) -> Page {
    to_mail(browser, email).await;
    let link = house.letters.link(email, 1).await;
    let page = browser.open(&link).await;
    let page = browser.press(&page, &[]).await;
    browser.press(&page, &[("password", PASSWORD), ("password_again", PASSWORD)]).await
}

/// From the numbers to the page that waits for the mail.
pub async fn enrol_to_mail(browser: &mut Browser, claim: &[(&str, &str)], email: &str) -> Page {
    let page = browser.open("/signup?insurer=kaede").await;
    let page = browser.press(&page, claim).await;
    let page = browser.press(&page, &ACCEPTED).await;
    let chosen =
        [("email", email), ("email_again", email), ("password", PASSWORD), ("password_again", PASSWORD)];
    let page = browser.press(&page, &chosen).await;
    browser.press(&page, &[]).await
}

/// All the way by the numbers, in one browser; the link is in the first mail.
pub async fn enrol(house: &House, browser: &mut Browser, claim: &[(&str, &str)], email: &str) -> Page {
    enrol_to_mail(browser, claim, email).await;
    let link = house.letters.link(email, 1).await;
    let page = browser.open(&link).await;
    browser.press(&page, &[]).await
}

#[tokio::test]
async fn a_given_id_becomes_an_account() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let arrived = activate(&house, &mut browser, "shoko@example.jp").await;
    assert_eq!((arrived.status, arrived.location()), (StatusCode::SEE_OTHER, "/?registered=activate"));
    browser.open("/").await.saying("でログインしています");
    let names = house.texts(sql("select folded as t from identifiers")).await;
    assert_eq!(names, [ID], "the address is no name of this class");
    let mut again = Browser::at(&house);
    assert_eq!(sign_in(&mut again, ID, PASSWORD).await.location(), "/");
    sign_in(&mut Browser::at(&house), ID, BORN).await.saying("ログインできませんでした");
}

#[tokio::test]
async fn a_dependent_signs_in_with_the_address() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let arrived = enrol(&house, &mut browser, &JUNICHI, "junichi@example.jp").await;
    assert_eq!(arrived.location(), "/?registered=enrol", "{}", arrived.body);
    let mut again = Browser::at(&house);
    assert_eq!(sign_in(&mut again, "Junichi@Example.JP", PASSWORD).await.location(), "/");
}

#[tokio::test]
async fn b38_id_and_birth_date_open_a_registration_and_nothing_else() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let answered = sign_in(&mut browser, ID, BORN).await;
    assert!(answered.location().starts_with("/journey/"));
    assert_eq!(browser.open("/").await.location(), "/login", "nobody is signed in");
    assert_eq!(house.count("select count(*) as n from accounts").await, 0);
    // The temporary password cannot become the real one.
    let page = browser.follow(&answered).await;
    let page = browser.press(&page, &ACCEPTED).await;
    let address = [("email", "shoko@example.jp"), ("email_again", "shoko@example.jp")];
    let page = browser.press(&page, &address).await;
    browser.press(&page, &[]).await;
    let link = house.letters.link("shoko@example.jp", 1).await;
    let page = browser.open(&link).await;
    let page = browser.press(&page, &[]).await;
    for password in [BORN, "2000012120000121", "7132-091200001 7132-091200001"] {
        let page = browser.press(&page, &[("password", password), ("password_again", password)]).await;
        assert_eq!(page.status, StatusCode::OK, "{password}");
    }
    assert_eq!(house.count("select count(*) as n from accounts").await, 0);
}
