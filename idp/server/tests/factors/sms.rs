//! MF-09: a code by SMS opens the sign-in that it was sent for, once, while it lives.

use crate::browser::Browser;
use crate::house::House;
use crate::people::{PHONE, aoba, codes_to, sms_code};
use crate::steps::{has_arrived, others, to_number, to_sms};

const WRONG: &str = "確認コードが違います";
const SPENT: &str = "回試したので、このコードは使えなくなりました";

#[tokio::test]
async fn mf_09_a_code_opens_its_own_sign_in_only_and_once() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut one, mut two) = (Browser::at(&house), Browser::from(&house, 1));
    let (first, code) = to_sms(&house, &mut one, &member).await;
    house.later(60);
    let (second, own) = to_sms(&house, &mut two, &member).await;
    let second = two.press(&second, &[("code", &code)]).await.saying(WRONG);
    assert!(has_arrived(&one.press(&first, &[("code", &code)]).await));
    assert!(!has_arrived(&one.press(&first, &[("code", &code)]).await));
    assert!(has_arrived(&two.press(&second, &[("code", &own)]).await));
}

#[tokio::test]
async fn mf_09_a_code_lives_for_ten_minutes() {
    let house = House::new().await;
    let member = aoba(&house).await;
    for (seconds, is_good) in [(599, true), (600, false)] {
        let mut browser = Browser::at(&house);
        let (page, code) = to_sms(&house, &mut browser, &member).await;
        house.later(seconds);
        let answered = browser.press(&page, &[("code", &code)]).await;
        assert_eq!(has_arrived(&answered), is_good, "{seconds}: {}", answered.body);
        house.later(60);
    }
}

#[tokio::test]
async fn mf_09_after_a_new_code_the_old_one_is_none_and_guesses_are_not_forgotten() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    let (mut page, code) = to_sms(&house, &mut browser, &member).await;
    for number in 0..3 {
        page = browser.press(&page, &[("code", &others(&code, number))]).await.saying(WRONG);
    }
    house.later(60);
    let before = codes_to(&house, PHONE);
    let page = browser.press(&page, &[("do", "resend")]).await.saying("前のコードは使えません");
    let new = sms_code(&house, PHONE, before + 1).await;
    assert_ne!(new, code);
    let page = browser.press(&page, &[("code", &code)]).await.saying("あと1回");
    let page = browser.press(&page, &[("code", &others(&new, 0))]).await.saying(SPENT);
    let page = browser.press(&page, &[("code", &new)]).await.saying(SPENT);
    // The next round of tries must wait longer than the last.
    house.later(60);
    let page = browser.press(&page, &[("do", "resend")]).await.saying("秒あとに");
    house.later(60);
    browser.press(&page, &[("do", "resend")]).await.saying("前のコードは使えません");
    let last = sms_code(&house, PHONE, before + 2).await;
    let page = browser.open(&page.action()).await;
    assert!(has_arrived(&browser.press(&page, &[("code", &last)]).await));
}

#[tokio::test]
async fn mf_09_a_code_proves_the_number_that_it_was_sent_to() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_number(&house, &mut browser).await;
    let page = browser.press(&page, &[("phone", "090-0000-1111")]).await;
    let code = sms_code(&house, PHONE, 1).await;
    let page = browser.press(&page, &[("do", "back")]).await;
    let page = browser.press(&page, &[("phone", "080-0000-2222")]).await;
    let own = sms_code(&house, "+818000002222", 1).await;
    let page = browser.press(&page, &[("code", &code)]).await.saying(WRONG);
    assert_eq!(house.count("select count(*) as n from factors").await, 0);
    let done = browser.press(&page, &[("code", &own)]).await;
    assert!(done.location().starts_with("/?registered"), "{}", done.body);
}

#[tokio::test]
async fn mf_18_whatever_the_insurer_is_called_the_last_line_binds_the_code_to_our_host() {
    let evil = r#"ja = "青葉 https://evil.example/ 000000\n@evil.example #111111""#;
    let house =
        House::new().await.reopened("aoba", |file| file.replace(r#"ja = "青葉健康保険組合""#, evil)).await;
    aoba(&house).await;
    let text = house.letters.all_to(PHONE).remove(0).1;
    let code = crate::people::first_digits(&text);
    assert_eq!(text.lines().last(), Some(format!("@localhost #{code}").as_str()), "{text}");
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(!text.contains("evil.example") && !text.contains("000000"), "{text}");
}
