//! One account, several insurers; new numbers, the same account (row B40).

use axum::http::StatusCode;
use sekisho_site::db::sql;

use crate::browser::{Browser, Page};
use crate::client;
use crate::house::House;
use crate::kaede::{self, ACCEPTED, ICHIRO};
use crate::registration::{self, register};

const NO_MATCH: &str = "一致しませんでした";

/// What kaede asks of shoko.
const SHOKO: [(&str, &str); 5] = [
    ("symbol", "91"),
    ("number", "200001"),
    ("insurer_number", "06999023"),
    ("kana_name", "ケンポ ショウコ"),
    ("birth_date", "20000121"),
];

/// Shoko's continued cover at aoba, whose record names the old numbers.
const CONTINUED: [(&str, &str); 6] = [
    ("symbol", "700"),
    ("number", "99999"),
    ("branch", ""),
    ("family_name", "けんぽ"),
    ("given_name", "ショウコ"),
    ("birth_date", "20000121"),
];

async fn joining(browser: &mut Browser, insurer: &str, claim: &[(&str, &str)]) -> Page {
    let page = browser.open(&format!("/signup?join=yes&insurer={insurer}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    browser.press(&page, claim).await
}

async fn memberships(house: &House) -> Vec<String> {
    let find =
        "select insurer || ' ' || person_key || case when ended_at is null then '' else ' ended' end as t
        from memberships order by bound_at, insurer";
    house.texts(sql(find)).await
}

#[tokio::test]
async fn a_member_of_one_insurer_adds_another() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    register(&house, &mut browser).await;
    let before = browser.cookies["sekisho_8080_session"].clone();
    house.later(60);
    let page = joining(&mut browser, "kaede", &SHOKO).await;
    let arrived = browser.press(&page, &ACCEPTED).await;
    assert_eq!(arrived.location(), "/?registered=join", "{}", arrived.body);
    assert_ne!(browser.cookies["sekisho_8080_session"], before, "a new cookie at each gain");
    let mut old = Browser::at(&house);
    old.cookies.insert("sekisho_8080_session".into(), before);
    assert_eq!(old.open("/").await.location(), "/login");
    assert_eq!(memberships(&house).await, ["aoba A0000001", "kaede K1000001"]);
    assert_eq!(house.count("select count(*) as n from accounts").await, 1);
    let (subject, _) = house.letters.wait(registration::EMAIL, 3).await;
    assert_eq!(subject, "【楓健康保険組合】登録が終わりました");
    // Neither the ID that kaede gave out nor its numbers open a second account.
    let refused = kaede::sign_in(&mut Browser::at(&house), kaede::ID, kaede::BORN).await;
    assert!(!refused.location().starts_with("/journey/"), "{}", refused.location());
}

#[tokio::test]
async fn an_insurer_that_asks_nothing_more_is_joined_on_one_page() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    register(&house, &mut browser).await;
    house.later(60);
    let arrived = joining(&mut browser, "shinonome", &crate::shinonome::SHOKO).await;
    assert_eq!(arrived.location(), "/?registered=join", "{}", arrived.body);
    assert_eq!(memberships(&house).await, ["aoba A0000001", "shinonome S4000001"]);
}

#[tokio::test]
async fn without_a_session_nobody_joins() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    assert_eq!(browser.open("/signup?join=yes&insurer=kaede").await.location(), "/login");
    assert_eq!(browser.open("/signup?join=yes").await.location(), "/login");
    let page = browser.open("/signup?insurer=kaede").await;
    let mut fields = vec![("form".to_owned(), page.hidden("form"))];
    fields.extend(SHOKO.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let refused = browser.post("/signup?insurer=kaede&join=yes", &fields, crate::browser::ORIGIN).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert!(memberships(&house).await.is_empty());
}

#[tokio::test]
async fn who_signed_out_or_is_somebody_else_meanwhile_does_not_arrive() {
    let house = House::new().await;
    let mut first = Browser::at(&house);
    register(&house, &mut first).await;
    let mut second = Browser::at(&house);
    kaede::enrol(&house, &mut second, &kaede::JUNICHI, "junichi@example.jp").await;
    let theirs = second.cookies["sekisho_8080_session"].clone();
    for session in [None, Some(theirs)] {
        let mut browser = first.clone();
        let page = joining(&mut browser, "kaede", &ICHIRO).await;
        browser.cookies.remove("sekisho_8080_session");
        if let Some(session) = session {
            browser.cookies.insert("sekisho_8080_session".into(), session);
        }
        let over = browser.press(&page, &ACCEPTED).await;
        assert!(
            over.status == StatusCode::OK && over.says("時間が過ぎました"),
            "{} {}",
            over.status,
            over.body
        );
    }
    assert_eq!(memberships(&house).await, ["aoba A0000001", "kaede K1000002"]);
}

#[tokio::test]
async fn a_membership_is_not_exchanged_for_another_persons() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    register(&house, &mut browser).await;
    let ichiro = [
        ("symbol", "45"),
        ("number", "321"),
        ("branch", "00"),
        ("family_name", "タナカ"),
        ("given_name", "イチロウ"),
        ("birth_date", "19850115"),
    ];
    for other in [registration::JUNICHI, ichiro] {
        joining(&mut browser, "aoba", &other).await.saying(NO_MATCH);
    }
    // One's own, which is live already.
    joining(&mut browser, "aoba", &registration::SHOKO).await.saying("登録が済んでいます");
    assert_eq!(memberships(&house).await, ["aoba A0000001"]);
}

/// Aoba's first record under new numbers.
fn continued() -> &'static [u8] {
    let extract = include_bytes!("../../../../config/sample/members-aoba.csv").as_slice();
    let mut line = extract.split_inclusive(|byte| *byte == b'\n').next().unwrap().to_vec();
    for (old, new) in [
        (",91,200001,00,A0000001,A0000001,1,1,", ",700,99999,00,A0000099,A0000099,1,2,"),
        (",0,0,1,,,,", ",0,0,1,,,91-200001,"),
    ] {
        let at = line.windows(old.len()).position(|part| part == old.as_bytes()).unwrap();
        line.splice(at..at + old.len(), new.bytes());
    }
    line.leak()
}

#[tokio::test]
async fn b40_new_numbers_end_the_old_membership_and_what_was_given_under_it() {
    let house = House::new().await;
    house.register(vec![client::registration("rp", "証明の窓口")]).await;
    let mut browser = Browser::at(&house);
    register(&house, &mut browser).await;
    let before = client::access_token(&mut browser).await;
    assert_eq!(client::userinfo(&browser, &before).await.status, StatusCode::OK);
    house.import("aoba", continued()).await;
    house.later(60);
    // Documents and second factor are the account's already.
    let arrived = joining(&mut browser, "aoba", &CONTINUED).await;
    assert_eq!(arrived.location(), "/?registered=join", "{}", arrived.body);
    assert_eq!(memberships(&house).await, ["aoba A0000001 ended", "aoba A0000099"]);
    assert_eq!(client::userinfo(&browser, &before).await.status, StatusCode::UNAUTHORIZED);
    let after = client::access_token(&mut browser).await;
    client::userinfo(&browser, &after).await.saying("A0000099");
    assert_eq!(house.count("select count(*) as n from accounts").await, 1);
}

#[tokio::test]
async fn b40_a_stranger_who_knows_the_new_numbers_takes_no_account_over() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    house.import("aoba", continued()).await;
    // Junichi is signed in with his own account, and claims to be her under her new numbers.
    let mut browser = Browser::at(&house);
    let page = registration::to_code(&mut browser, "junichi@example.jp").await;
    let code = house.letters.code("junichi@example.jp", 1).await;
    let page = browser.press(&page, &[("code", &code)]).await;
    let page = browser.press(&page, &registration::JUNICHI).await;
    let page = browser.press(&page, &[("accept_terms", "yes"), ("accept_privacy", "yes")]).await;
    let page = browser.press(&page, &[("factor", "sms")]).await;
    let page = browser.press(&page, &[("phone", "090-0000-2222")]).await;
    let code = house.letters.code("+819000002222", 1).await;
    browser.press(&page, &[("code", &code)]).await;
    joining(&mut browser, "aoba", &CONTINUED).await.saying(NO_MATCH);
    assert_eq!(memberships(&house).await, ["aoba A0000001", "aoba A0000002"]);
}
