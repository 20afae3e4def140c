//! A code that will end soon says so before it does, with a script and without (WCAG 2.2.1).

use crate::browser::Browser;
use crate::house::House;
use crate::people::{PHONE, aoba, codes_to, sms_code};
use crate::steps::{has_arrived, to_sms};

const SOON: &str = "まもなく使えなくなります";

#[tokio::test]
async fn a_code_tells_until_when_it_lives_and_two_minutes_before_that_it_ends_and_a_new_one_can_be_had() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    let (page, _) = to_sms(&house, &mut browser, &member).await;
    let action = page.action();
    let page = page.saying("10分間使えます（10:10まで）").saying("value=\"resend\"");
    assert!(page.says("data-soon=\"480\" hidden"), "a script shows it: {}", page.body);
    house.later(479);
    browser.open(&action).await.saying("data-soon=\"1\" hidden");
    house.later(1);
    let page = browser.open(&action).await.saying(SOON);
    assert!(!page.says("data-soon"), "it is shown without a script: {}", page.body);
    let before = codes_to(&house, PHONE);
    let page = browser.press(&page, &[("do", "resend")]).await.saying("（10:18まで）");
    let code = sms_code(&house, PHONE, before + 1).await;
    house.later(600);
    browser.open(&action).await.saying("時間が過ぎて使えなくなりました");
    let page = browser.press(&page, &[("code", &code)]).await.saying("時間が過ぎました");
    browser.press(&page, &[("do", "resend")]).await;
    let code = sms_code(&house, PHONE, before + 2).await;
    let page = browser.open(&action).await;
    assert!(has_arrived(&browser.press(&page, &[("code", &code)]).await));
}

#[tokio::test]
async fn so_does_a_code_by_mail_and_in_english() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    browser.language = "en";
    let page = browser.open("/signup?insurer=aoba").await;
    let typed = [("email", "aoba@example.jp"), ("password", crate::people::WORDS)];
    let page = browser.press(&page, &typed).await.saying("(until 10:10)").saying("data-soon=\"480\" hidden");
    house.later(500);
    browser.open(&page.action()).await.saying("stop working soon (at 10:10)");
}
