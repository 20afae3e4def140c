//! One name, one account: whatever is chosen, a sign-in is never ambiguous (`security.md` RC-12).

use sekisho_site::db::sql;

use crate::browser::{Browser, Page};
use crate::house::House;
use crate::registration::{self, register};
use crate::shinonome::{self, JUNICHI};
use crate::sora::{self, EMAIL, SHOKO};

async fn choose(browser: &mut Browser, page: &Page, login_id: &str) -> Page {
    let chosen = [("login_id", login_id), ("password", sora::PASSWORD), ("password_again", sora::PASSWORD)];
    browser.press(page, &chosen).await
}

#[tokio::test]
async fn rc_12_an_id_that_is_somebodys_or_an_insurers_is_refused() {
    let house = House::new().await;
    // Somebody signs in with an address at one insurer, somebody with an ID at another.
    register(&house, &mut Browser::at(&house)).await;
    house.letters.wait(registration::EMAIL, 2).await;
    shinonome::register(&house, &mut Browser::at(&house)).await;
    let mut browser = Browser::at(&house);
    let page = sora::to_identity(&house, &mut browser, ("junichi@example.jp", 1)).await;
    let page = browser.press(&page, &sora::JUNICHI).await;
    let key = sora::key(&page);
    let link = house.letters.link("junichi@example.jp", 2).await;
    let page = browser.open(&link).await;
    let page = browser.press(&page, &[]).await;
    let mut page = browser.press(&page, &[("auth_key", &key)]).await;
    let refused = [
        // Another's address, taken or not; in any case.
        (registration::EMAIL, "ご自身のアドレスのときだけ"),
        ("SHOKO@example.jp", "ご自身のアドレスのときだけ"),
        ("nobody@example.jp", "ご自身のアドレスのときだけ"),
        // Another's ID, in any case.
        (shinonome::LOGIN_ID, "このログインIDは使えません"),
        ("SHOKO_k", "このログインIDは使えません"),
        // What insurers give out, their own and others'.
        ("7132-091200001", "このログインIDは使えません"),
        ("7132-999999999", "このログインIDは使えません"),
        ("sora-09120000101", "このログインIDは使えません"),
        ("SORA-09120000199", "このログインIDは使えません"),
        // Letters that only look like those of somebody's ID.
        ("shоko_K", "だけをお使いください"),
        ("ｓｈｏｋｏ＿Ｋ", "だけをお使いください"),
    ];
    for (login_id, why) in refused {
        page = choose(&mut browser, &page, login_id).await;
        assert!(page.says(why), "{login_id}: {} {}", page.status, page.body);
    }
    // One's own proven address may be one's name.
    assert_eq!(
        choose(&mut browser, &page, "Junichi@Example.jp").await.location(),
        "/signup?insurer=sora&done=yes"
    );
    let names = house.texts(sql("select folded as t from identifiers order by folded")).await;
    assert_eq!(names, ["junichi@example.jp", "shoko@example.jp", "shoko_k"]);
}

#[tokio::test]
async fn rc_12_a_phone_number_is_no_name_of_its_owner() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    let mut browser = Browser::at(&house);
    let page = shinonome::to_account(&mut browser, &JUNICHI).await;
    let chosen =
        [("login_id", "09000001111"), ("password", shinonome::PASSWORD), ("email", "jun@example.jp")];
    let page = browser.press(&page, &chosen).await;
    let code = house.letters.code("jun@example.jp", 1).await;
    browser.press(&page, &[("code", &code)]).await;
    // Who types the number means the ID: the phone's owner signs in with the address only.
    for (name, password, enters) in [
        ("09000001111", shinonome::PASSWORD, true),
        ("09000001111", registration::PASSWORD, false),
        ("+819000001111", registration::PASSWORD, false),
    ] {
        let mut browser = Browser::at(&house);
        let page = browser.open("/login").await;
        let answered = browser.submit(&page, &[("login_id", name), ("password", password)]).await;
        assert_eq!(answered.location().starts_with("/journey/"), enters, "{name} {}", answered.body);
    }
}

#[tokio::test]
async fn rc_12_an_address_that_is_somebodys_chosen_id_opens_no_second_account() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = sora::to_account(&house, &mut browser, &SHOKO).await;
    choose(&mut browser, &page, EMAIL).await;
    house.letters.wait(EMAIL, 3).await;
    let mut other = Browser::at(&house);
    registration::to_code(&mut other, EMAIL).await;
    let (subject, _) = house.letters.wait(EMAIL, 4).await;
    assert!(subject.contains("アカウントをお持ちです"), "{subject}");
}

#[tokio::test]
async fn rc_12_an_unproven_address_is_no_name_one_may_choose() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = shinonome::to_account(&mut browser, &JUNICHI).await;
    for login_id in ["jun@example.jp", "other@example.jp"] {
        let chosen = [("login_id", login_id), ("password", shinonome::PASSWORD), ("email", "jun@example.jp")];
        browser.press(&page, &chosen).await.saying("ご自身のアドレスのときだけ");
    }
}

#[tokio::test]
async fn rc_12_two_who_choose_a_name_at_once_get_one_of_it() {
    for house in House::both().await {
        let mut first = Browser::at(&house);
        let mut second = Browser::at(&house);
        let hers = shinonome::to_account(&mut first, &shinonome::SHOKO).await;
        let his = shinonome::to_account(&mut second, &JUNICHI).await;
        let chosen = [("login_id", "same.name"), ("password", shinonome::PASSWORD)];
        let hers = first.press(&hers, &chosen).await;
        let address = ("email", "jun@example.jp");
        let his = second.press(&his, &[chosen[0], chosen[1], address]).await;
        let code = house.letters.code(shinonome::EMAIL, 1).await;
        assert_eq!(
            first.press(&hers, &[("code", &code)]).await.location(),
            "/signup?insurer=shinonome&done=yes"
        );
        let code = house.letters.code("jun@example.jp", 1).await;
        let over = second.press(&his, &[("code", &code)]).await;
        assert_eq!(over.status, axum::http::StatusCode::OK, "{}", over.body);
        assert_eq!(house.count("select count(*) as n from accounts").await, 1);
        assert_eq!(house.count("select count(*) as n from memberships").await, 1);
    }
}
