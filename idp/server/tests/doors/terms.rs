//! What was accepted, chosen and told: documents once for each version, wishes, names, notices (rows B15, B17, B22, B28,
//! C25, E26–E29).

use sekisho_site::db::sql;

use crate::browser::Browser;
use crate::house::House;
use crate::kaede::{self, JUNICHI};
use crate::shinonome;
use crate::sora;

const TITLE: &str = "ウェブ閲覧システム利用規約";

async fn accepted(house: &House) -> Vec<String> {
    let find =
        "select document || ' ' || version || ' ' || mode as t from acceptances order by document, version";
    house.texts(sql(find)).await
}

async fn accept(browser: &mut Browser) {
    let page = shinonome::sign_in(browser).await.saying(TITLE);
    assert_eq!(browser.press(&page, &[("accept_platform-terms", "yes")]).await.location(), "/");
}

#[tokio::test]
async fn e28_documents_are_asked_for_once_for_each_version() {
    let house = House::new().await;
    shinonome::register(&house, &mut Browser::at(&house)).await;
    accept(&mut Browser::at(&house)).await;
    for _ in 0..2 {
        assert_eq!(shinonome::sign_in(&mut Browser::at(&house)).await.location(), "/");
    }
    let house = house
        .reopened("shinonome", |text| {
            let of_platform = "owner = \"operator\"\nversion = \"2026-11-01\"";
            assert!(text.contains(of_platform));
            text.replace(of_platform, "owner = \"operator\"\nversion = \"2027-04-01\"")
        })
        .await;
    accept(&mut Browser::at(&house)).await;
    assert_eq!(shinonome::sign_in(&mut Browser::at(&house)).await.location(), "/");
    assert_eq!(
        accepted(&house).await,
        ["platform-terms 2026-11-01 scrolled", "platform-terms 2027-04-01 scrolled"]
    );
}

#[tokio::test]
async fn e28_who_goes_away_unaccepted_is_asked_again_and_not_signed_in() {
    let house = House::new().await;
    shinonome::register(&house, &mut Browser::at(&house)).await;
    for _ in 0..2 {
        let mut browser = Browser::at(&house);
        let page = shinonome::sign_in(&mut browser).await.saying(TITLE);
        browser.press(&page, &[("accept_terms", "yes")]).await.saying("同意が必要です");
        assert_eq!(browser.open("/").await.location(), "/login");
    }
    assert!(accepted(&house).await.is_empty());
    assert_eq!(house.count("select count(*) as n from sessions").await, 0);
}

#[tokio::test]
async fn e28_what_was_shown_is_what_is_accepted_even_when_a_newer_text_appears() {
    let house = House::new().await;
    shinonome::register(&house, &mut Browser::at(&house)).await;
    let mut cookies = Browser::at(&house);
    let page = shinonome::sign_in(&mut cookies).await.saying(TITLE);
    let house = house
        .reopened("shinonome", |text| text.replace("version = \"2026-11-01\"", "version = \"2027-04-01\""))
        .await;
    let mut browser = Browser { cookies: cookies.cookies, ..Browser::at(&house) };
    assert_eq!(browser.press(&page, &[("accept_platform-terms", "yes")]).await.location(), "/");
    assert_eq!(accepted(&house).await, ["platform-terms 2026-11-01 scrolled"]);
    shinonome::sign_in(&mut Browser::at(&house)).await.saying(TITLE);
}

#[tokio::test]
async fn b28_what_the_button_accepted_is_recorded_as_such() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    kaede::enrol_to_mail(&mut browser, &JUNICHI, "junichi@example.jp").await;
    assert!(accepted(&house).await.is_empty(), "nothing exists before arrival");
    let link = house.letters.link("junichi@example.jp", 1).await;
    crate::links::follow(&mut browser, &link).await;
    assert_eq!(
        accepted(&house).await,
        ["inquiry 2026-11-01 button", "privacy 2026-11-01 scrolled", "terms 2026-11-01 scrolled"]
    );
    let trail = "select detail as t from audit_events where event like 'terms%' order by detail";
    assert_eq!(house.texts(sql(trail)).await.len(), 3);
}

#[tokio::test]
async fn b15_each_document_has_a_box_of_its_own() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let answered = kaede::sign_in(&mut browser, kaede::ID, kaede::BORN).await;
    let mut page = browser.follow(&answered).await;
    for ticked in [&[][..], &[("accept_privacy", "yes")], &[("accept_terms", "yes")]] {
        page = browser.press(&page, ticked).await.saying("同意が必要です");
    }
    browser.press(&page, &kaede::ACCEPTED).await.saying("name=\"email\"");
}

#[tokio::test]
async fn b22_wishes_are_kept_as_far_as_they_are_offered() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let answered = kaede::sign_in(&mut browser, kaede::ID, kaede::BORN).await;
    let page = browser.follow(&answered).await;
    let page = browser.press(&page, &kaede::ACCEPTED).await;
    let profile = [
        ("email", "shoko@example.jp"),
        ("email_again", "shoko@example.jp"),
        ("opt_in_events", "yes"),
        ("opt_in_check-up-results", "on"),
        ("opt_in_nothing-of-the-kind", "yes"),
    ];
    let page = browser.press(&page, &profile).await.saying("健診結果が登録されたお知らせ");
    browser.press(&page, &[]).await;
    let link = house.letters.link("shoko@example.jp", 1).await;
    let page = crate::links::follow(&mut browser, &link).await;
    browser.press(&page, &[("password", kaede::PASSWORD), ("password_again", kaede::PASSWORD)]).await;
    let chosen = house.texts(sql("select topic as t from opt_ins order by topic")).await;
    assert_eq!(chosen, ["check-up-results", "events"]);
}

#[tokio::test]
async fn c25_a_nickname_is_kept_and_may_be_left_out() {
    let house = House::new().await;
    sora::register(&house, &mut Browser::at(&house)).await;
    assert_eq!(house.texts(sql("select nickname as t from accounts")).await, ["しょうこ"]);
    kaede::activate(&house, &mut Browser::at(&house), "kaede@example.jp").await;
    let find = "select nickname as t from accounts order by nickname";
    assert_eq!(house.texts(sql(find)).await, ["", "しょうこ"]);
}

#[tokio::test]
async fn c25_each_member_of_a_family_has_an_address_of_their_own() {
    let house = House::new().await;
    sora::register(&house, &mut Browser::at(&house)).await;
    house.letters.wait(sora::EMAIL, 3).await;
    let mut browser = Browser::at(&house);
    sora::to_first_mail(&mut browser, "SHOKO@example.jp").await.saying("メールを");
    let (subject, text) = house.letters.wait("SHOKO@example.jp", 1).await;
    assert!(subject.contains("すでに登録されています") && !text.contains("/link/"), "{subject}");
}

#[tokio::test]
async fn e26_notices_are_shown_on_their_days_only() {
    const ALWAYS: &str = "推奨ブラウザについて";
    const DATED: &str = "システムメンテナンスのお知らせ";
    let house = House::new().await;
    let shows = async |house: &House, text: &str| {
        Browser::at(house).open("/login?insurer=shinonome").await.says(text)
    };
    assert!(shows(&house, ALWAYS).await && shows(&house, DATED).await);
    assert!(!Browser::at(&house).open("/login?insurer=sora").await.says(DATED), "another insurer's");
    // From 2026-11-21 10:00 to the last moment of 2027-03-31 in Tokyo, and over it.
    let days = 130;
    house.later(days * 86_400 + 14 * 3_600 - 1);
    assert!(shows(&house, ALWAYS).await && shows(&house, DATED).await);
    house.later(1);
    assert!(shows(&house, ALWAYS).await && !shows(&house, DATED).await);
    let house = house.reopened("shinonome", |text| text.replace("\"2027-03-31\"", "\"2027-04-30\"")).await;
    assert!(shows(&house, DATED).await);
    let from = "from = \"2026-11-01\"";
    let house = house.reopened("shinonome", |text| text.replace(from, "from = \"2027-04-02\"")).await;
    assert!(!shows(&house, DATED).await, "tomorrow's");
    house.later(86_400);
    assert!(shows(&house, DATED).await);
}
