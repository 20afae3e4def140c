//! Setting up a second factor: what is shown once, what is proven first, and what is said of SMS.

use axum::http::StatusCode;
use sekisho_site::db::sql;

use crate::browser::{Browser, ORIGIN, Page};
use crate::house::House;
use crate::people::{self, digits, is_signed_in, to_factor};
use crate::steps::to_number;

const FACTORS: &str = "select count(*) as n from factors";

fn secret(page: &Page) -> String {
    let after = page.body.split("secret=").nth(1).unwrap_or_else(|| panic!("{}", page.body));
    after.split(['&', '"']).next().unwrap().to_owned()
}

#[tokio::test]
async fn mf_08_an_app_is_kept_when_its_code_was_right_in_the_browser_that_was_shown_its_secret() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_factor(&house, &mut browser, "aoba@example.jp").await;
    let mut page = browser.press(&page, &[("factor", "totp")]).await;
    let key = secret(&page);
    for fields in [&[][..], &[("code", "")], &[("code", "000000")], &[("code", "000000"), ("secret", "AAAA")]]
    {
        page = browser.press(&page, fields).await;
        assert_eq!(secret(&page), key, "it is shown until it is proven");
    }
    let code = digits(&people::key_of(&key), house.state.cx().now);
    // Whoever reads the secret from afar has not this browser.
    let mut stranger = Browser::from(&house, 1);
    let own = stranger.open("/signup?insurer=aoba").await;
    for form in [page.hidden("form"), own.hidden("form")] {
        let fields = [("form", form.as_str()), ("turn", &page.hidden("turn")), ("code", &code)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let refused = stranger.post(&page.action(), &fields, ORIGIN).await;
        assert!(refused.status.is_client_error(), "{}", refused.status);
    }
    assert_eq!(house.count(FACTORS).await, 0);
    let done = browser.press(&page, &[("code", &code)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_eq!(house.count("select count(*) as n from factors where kind = 'totp'").await, 1);
}

#[tokio::test]
async fn mf_08_an_app_s_secret_is_sealed_and_never_shown_again() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_factor(&house, &mut browser, "aoba@example.jp").await;
    let page = browser.press(&page, &[("factor", "totp")]).await;
    let (key, journey) = (secret(&page), page.action());
    let bytes = people::key_of(&key);
    let done = browser.press(&page, &[("code", &digits(&bytes, house.state.cx().now))]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(is_signed_in(&mut browser).await);
    let fours: Vec<&str> = key.as_bytes().chunks(4).map(|four| std::str::from_utf8(four).unwrap()).collect();
    for path in
        [&journey, "/", "/account", "/account/app", "/account/keys", "/account/data", "/account/export"]
    {
        let page = browser.open(path).await;
        assert!(!page.says(&key) && !page.says(&fours.join(" ")) && !page.says("secret="), "{path}");
    }
    let row = house.state.db.fetch_one(sql("select secret from factors where kind = 'totp'")).await.unwrap();
    let kept: Vec<u8> = row.get("secret").unwrap();
    let holds = |part: &[u8]| kept.windows(part.len()).any(|window| window == part);
    assert!(!holds(&bytes) && !holds(key.as_bytes()));
    let told = house.letters.all_to("aoba@example.jp");
    assert!(told.iter().all(|(_, text)| !text.contains(&key)));
}

#[tokio::test]
async fn mf_13_beside_sms_stands_a_stronger_way_and_what_speaks_against_sms() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_factor(&house, &mut browser, "aoba@example.jp").await;
    let page = page.saying("value=\"sms\"").saying("value=\"totp\"").saying("電話番号をだまし取られると");
    let page = browser.press(&page, &[("factor", "sms")]).await.saying("電話番号をだまし取られると");
    let page = page.saying("value=\"other\"");
    browser.press(&page, &[("do", "other")]).await.saying("value=\"totp\"");
    let mut english = Browser::at(&house);
    english.cookies = browser.cookies.clone();
    english.language = "en";
    english.open(&page.action()).await.saying("withstands that");
}

#[tokio::test]
async fn mf_13_an_address_proven_by_mail_is_no_second_factor() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_number(&house, &mut browser).await;
    for kind in ["email", "mail", "email_code", "recovery"] {
        let page = browser.press(&page, &[("do", "other")]).await;
        browser.press(&page, &[("factor", kind)]).await.saying("を選んでください");
    }
    assert_eq!(house.count(FACTORS).await, 0);
    assert!(!is_signed_in(&mut browser).await);
}
