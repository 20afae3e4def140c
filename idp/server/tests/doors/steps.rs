//! No step is skipped, whatever is sent (`security.md` RC-04).

use axum::http::StatusCode;

use crate::browser::{Browser, ORIGIN, Page};
use crate::house::House;
use crate::kaede;
use crate::links::follow;
use crate::registration::{self, to_code};
use crate::sora::{self, EMAIL, SHOKO};

/// What a page asks at the end of sora's registration.
const ACCOUNT: [(&str, &str); 4] = [
    ("login_id", sora::LOGIN_ID),
    ("password", sora::PASSWORD),
    ("password_again", sora::PASSWORD),
    ("nickname", ""),
];

async fn nothing_exists(house: &House) {
    assert_eq!(house.count("select count(*) as n from accounts").await, 0);
    assert_eq!(house.count("select count(*) as n from sessions").await, 0);
}

#[tokio::test]
async fn rc_04_without_the_link_no_answer_leads_past_the_page_that_waits_for_it() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let mut page = sora::to_key(&house, &mut browser, &SHOKO).await;
    let key = sora::key(&page);
    let tries: [&[(&str, &str)]; 7] = [
        &[],
        &[("auth_key", &key)],
        &ACCOUNT,
        &[("do", "other")],
        &[("do", "onward"), ("auth_key", &key)],
        &[("birth_date", "20000121"), ("password", sora::PASSWORD)],
        &[("token", "x"), ("opened", "true"), ("proof", "key")],
    ];
    for fields in tries {
        page = browser.press(&page, fields).await;
        assert!(page.says("id=\"shown_key\""), "{fields:?}: {}", page.body);
    }
    nothing_exists(&house).await;
    // The key is asked behind the link, and there only the key counts.
    let link = house.letters.link(EMAIL, 2).await;
    let mut page = follow(&mut browser, &link).await;
    for fields in [&ACCOUNT[..], &[], &[("do", "other")], &[("do", "back")], &[("do", "resend")]] {
        page = browser.press(&page, fields).await;
        assert!(page.says("name=\"auth_key\""), "{fields:?}: {}", page.body);
    }
    browser.press(&page, &[("auth_key", &key)]).await.saying("name=\"login_id\"");
}

#[tokio::test]
async fn rc_04_a_given_ids_owner_sets_no_password_before_the_link() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let mut page = kaede::to_mail(&mut browser, EMAIL).await;
    let password = [("password", kaede::PASSWORD), ("password_again", kaede::PASSWORD)];
    for fields in [&password[..], &[("do", "other")], &[]] {
        page = browser.press(&page, fields).await.saying("メールを");
    }
    nothing_exists(&house).await;
}

#[tokio::test]
async fn rc_04_the_id_of_a_journey_opens_nothing() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = sora::to_identity(&house, &mut browser, (EMAIL, 1)).await;
    let path = page.action();
    let mut stranger = Browser::at(&house);
    // Their own page gives them a token, but not for this journey.
    let theirs = sora::to_first_mail(&mut stranger, "stranger@example.jp").await;
    for token in ["", &theirs.hidden("form"), &page.hidden("form")] {
        let mut fields =
            vec![("form".to_owned(), token.to_owned()), ("turn".to_owned(), page.hidden("turn"))];
        fields.extend(SHOKO.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let refused = stranger.post(&path, &fields, ORIGIN).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    browser.open(&path).await.saying("name=\"symbol_number_branch\"");
}

#[tokio::test]
async fn rc_04_a_turn_that_never_was_is_not_taken() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = sora::to_identity(&house, &mut browser, (EMAIL, 1)).await;
    for turn in ["0", "1", "99", "-1", "x", ""] {
        let mut fields = vec![("form".to_owned(), page.hidden("form")), ("turn".to_owned(), turn.to_owned())];
        fields.extend(SHOKO.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let answered = browser.post(&page.action(), &fields, ORIGIN).await;
        assert_eq!(answered.status, StatusCode::SEE_OTHER, "{turn}");
        browser.follow(&answered).await.saying("name=\"symbol_number_branch\"");
    }
}

#[tokio::test]
async fn rc_04_after_the_other_way_the_step_still_asks() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let mut page = sora::to_identity(&house, &mut browser, (EMAIL, 1)).await;
    for _ in 0..3 {
        let ways = browser.press(&page, &[("do", "other")]).await.saying("IDが届いている方");
        // Changing one's mind proves nothing, and what later steps ask is not read.
        let ways = browser.press(&ways, &ACCOUNT).await;
        assert!(!ways.says("id=\"shown_key\""), "{}", ways.body);
        page = browser.open(&page.action()).await;
        if !page.says("name=\"symbol_number_branch\"") {
            page = browser.press(&page, &[("do", "other")]).await;
        }
    }
    let page = browser.press(&page.saying("name=\"symbol_number_branch\""), &[("do", "onward")]).await;
    assert!(!page.says("id=\"shown_key\""), "{}", page.body);
    nothing_exists(&house).await;
}

#[tokio::test]
async fn rc_04_after_back_what_was_proven_for_one_address_proves_no_other() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = kaede::to_mail(&mut browser, "mine@example.jp").await;
    let mine = house.letters.link("mine@example.jp", 1).await;
    let page = browser.press(&page, &[("do", "back")]).await;
    follow(&mut browser, &mine).await.saying("時間が過ぎました");
    let page = browser.press(&page, &[("do", "back")]).await.saying("value=\"mine@example.jp\"");
    let address = [("email", "victim@example.jp"), ("email_again", "victim@example.jp")];
    let page = browser.press(&page, &address).await;
    let page = browser.press(&page, &[]).await.saying("メールを");
    follow(&mut browser, &mine).await.saying("時間が過ぎました");
    browser.open(&page.action()).await.saying("メールを");
    nothing_exists(&house).await;
}

#[tokio::test]
async fn rc_04_after_back_to_a_known_address_the_older_link_ends_the_journey() {
    let house = House::new().await;
    kaede::enrol(&house, &mut Browser::at(&house), &kaede::JUNICHI, "known@example.jp").await;
    let mut browser = Browser::at(&house);
    let page = kaede::to_mail(&mut browser, "mine@example.jp").await;
    let mine = house.letters.link("mine@example.jp", 1).await;
    let page = browser.press(&page, &[("do", "back")]).await;
    let page = browser.press(&page, &[("do", "back")]).await;
    let address = [("email", "known@example.jp"), ("email_again", "known@example.jp")];
    let page = browser.press(&page, &address).await;
    browser.press(&page, &[]).await.saying("メールを");
    let over = follow(&mut browser, &mine).await;
    assert!(!over.says("name=\"password\""), "{}", over.body);
    assert_eq!(house.count("select count(*) as n from accounts").await, 1);
}

#[tokio::test]
async fn rc_04_after_back_an_older_code_is_none() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_code(&mut browser, "mine@example.jp").await;
    let code = house.letters.code("mine@example.jp", 1).await;
    let page = browser.press(&page, &[("do", "back")]).await;
    let typed = [("email", "victim@example.jp"), ("password", registration::PASSWORD)];
    let page = browser.press(&page, &typed).await;
    house.letters.wait("victim@example.jp", 1).await;
    browser.press(&page, &[("code", &code)]).await.saying("確認コードが違います");
}

/// Everything that any step of aoba's registration asks.
const EVERYTHING: [(&str, &str); 14] = [
    ("email", "mine@example.jp"),
    ("password", registration::PASSWORD),
    ("code", "000000"),
    ("symbol", "91"),
    ("number", "200001"),
    ("branch", "00"),
    ("family_name", "ケンポ"),
    ("given_name", "ショウコ"),
    ("birth_date", "20000121"),
    ("accept_terms", "yes"),
    ("accept_privacy", "yes"),
    ("factor", "sms"),
    ("phone", "09000001111"),
    ("account", "acc_00000000000000000000000000"),
];

#[tokio::test]
async fn rc_04_everything_at_once_passes_one_step_at_most() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page: Page = browser.open("/signup?insurer=aoba").await;
    let page = browser.press(&page, &EVERYTHING).await.saying("メールに届いた");
    let page = browser.press(&page, &EVERYTHING).await.saying("メールに届いた");
    let code = house.letters.code("mine@example.jp", 1).await;
    let mut all = EVERYTHING;
    all[2].1 = &code;
    let page = browser.press(&page, &all).await.saying("name=\"symbol\"");
    let page = browser.press(&page, &all).await.saying("name=\"accept_terms\"");
    let page = browser.press(&page, &all).await.saying("name=\"factor\"");
    browser.press(&page, &all).await.saying("name=\"phone\"");
    nothing_exists(&house).await;
}
