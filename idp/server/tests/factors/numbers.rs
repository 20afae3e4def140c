//! MF-10: to which numbers codes go.

use crate::browser::Browser;
use crate::house::House;
use crate::people::{sms_code, to_factor};
use crate::steps::to_number;

const NO_SMS: &str = "この番号ではSMSを受け取れないようです";

#[tokio::test]
async fn mf_10_codes_go_to_japanese_mobiles_only() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let mut page = to_number(&house, &mut browser).await;
    for typed in [
        "+1 202 555 0100",
        "+82 10 0000 0000",
        "+881 6 0000 0000",
        "+979 0 0000 0000",
        "03-0000-0150",
        "050-0000-1111",
        "0120-000-150",
        "0570-000-150",
        "0990-000-000",
    ] {
        page = browser.press(&page, &[("phone", typed)]).await.saying(NO_SMS);
    }
    for typed in [
        "110",
        "090-0000-11",
        "020-0000-1111",
        "090-0000-111111",
        "090-0000-1111;090-0000-2222",
        "+81 90 0000 1111 x1",
    ] {
        page = browser.press(&page, &[("phone", typed)]).await.saying("電話番号の形をお確かめください");
    }
    assert_eq!(house.count("select count(*) as n from sms_sent").await, 0);
    for (typed, to) in [
        ("060-0000-1111", "+816000001111"),
        ("０７０００００１１１１", "+817000001111"),
        ("+81 80 0000 1111", "+818000001111"),
        ("(090) 0000 1111", "+819000001111"),
    ] {
        let sent = browser.press(&page, &[("phone", typed)]).await.saying("SMSに届いた");
        sms_code(&house, to, 1).await;
        page = browser.press(&sent, &[("do", "back")]).await;
    }
}

#[tokio::test]
async fn mf_10_numbers_of_another_country_are_taken_where_the_insurer_says_so_and_work_at_each_sign_in() {
    let abroad = |file: String| file.replace("# abroad = [\"+82\"]", "abroad = [\"+82\"]");
    let house = House::new().await.reopened("aoba", abroad).await;
    let mut browser = Browser::at(&house);
    let page = to_factor(&house, &mut browser, "aoba@example.jp").await;
    let page = browser.press(&page, &[("factor", "sms")]).await;
    let page = browser.press(&page, &[("phone", "+1 202 555 0100")]).await.saying(NO_SMS);
    let page = browser.press(&page, &[("phone", "+82 10-0000-0000")]).await;
    let done = browser.press(&page, &[("code", &sms_code(&house, "+821000000000", 1).await)]).await;
    assert!(done.location().starts_with("/?registered"), "{}", done.body);
    let mut browser = Browser::at(&house);
    let page = browser.open("/login?insurer=aoba").await;
    let typed = [("login_id", "aoba@example.jp"), ("password", crate::people::WORDS)];
    let page = browser.press(&page, &typed).await.saying("+•••0000");
    let code = sms_code(&house, "+821000000000", 2).await;
    assert_eq!(browser.press(&page, &[("code", &code)]).await.location(), "/");
}
