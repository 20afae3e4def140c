//! A registration that is begun again takes the place of the one that waits (row B39).

use crate::browser::Browser;
use crate::house::House;
use crate::kaede::{self, ACCEPTED, ICHIRO, ICHIROS_ID, JUNICHI};
use crate::links::follow;
use crate::sora;

const OLD: &str = "このリンクの時間が過ぎました";
const SUPERSEDED: &str = "あとからはじめた登録に変わりました";

#[tokio::test]
async fn b39_a_repeated_registration_ends_the_pending_one_and_its_link() {
    let house = House::new().await;
    let mut first = Browser::at(&house);
    let waiting = kaede::enrol_to_mail(&mut first, &JUNICHI, "first@example.jp").await;
    let older = house.letters.link("first@example.jp", 1).await;
    let mut second = Browser::from(&house, 2);
    kaede::enrol_to_mail(&mut second, &JUNICHI, "second@example.jp").await;
    let newer = house.letters.link("second@example.jp", 1).await;
    first.open(&waiting.action()).await.saying(SUPERSEDED);
    first.press(&waiting, &[("do", "resend")]).await.saying(SUPERSEDED);
    for browser in [&mut first, &mut second] {
        follow(browser, &older).await.saying(OLD);
    }
    assert_eq!(follow(&mut second, &newer).await.location(), "/?registered=enrol");
    assert_eq!(house.count("select count(*) as n from accounts").await, 1);
}

#[tokio::test]
async fn b39_by_the_id_or_by_the_numbers_it_is_the_same_person() {
    let house = House::new().await;
    let mut first = Browser::at(&house);
    let waiting = kaede::enrol_to_mail(&mut first, &ICHIRO, "first@example.jp").await;
    let mut second = Browser::from(&house, 2);
    let answered = kaede::sign_in(&mut second, ICHIROS_ID, "19850115").await;
    let page = second.follow(&answered).await;
    let page = second.press(&page, &ACCEPTED).await;
    let profile = [("email", "second@example.jp"), ("email_again", "second@example.jp")];
    let page = second.press(&page, &profile).await;
    // Until its mail is sent, the newer one has not taken the place.
    assert!(!first.open(&waiting.action()).await.says(SUPERSEDED));
    second.press(&page, &[]).await;
    first.open(&waiting.action()).await.saying(SUPERSEDED);
}

#[tokio::test]
async fn b39_nobody_elses_registration_is_touched() {
    let house = House::new().await;
    let mut first = Browser::at(&house);
    let waiting = kaede::enrol_to_mail(&mut first, &JUNICHI, "first@example.jp").await;
    // Another of the household; the same person at another insurer; a stranger who knows the numbers only.
    kaede::to_mail(&mut Browser::from(&house, 2), "shoko@example.jp").await;
    let mut third = Browser::from(&house, 3);
    let page = sora::to_identity(&house, &mut third, ("third@example.jp", 1)).await;
    third.press(&page, &sora::JUNICHI).await;
    let mut stranger = Browser::from(&house, 4);
    let page = stranger.open("/signup?insurer=kaede").await;
    let guess =
        JUNICHI.map(|(name, value)| if name == "birth_date" { (name, "19000101") } else { (name, value) });
    stranger.press(&page, &guess).await.saying("一致しませんでした");
    first.open(&waiting.action()).await.saying("メールを");
    let link = house.letters.link("first@example.jp", 1).await;
    assert_eq!(follow(&mut first, &link).await.location(), "/?registered=enrol");
}

#[tokio::test]
async fn b39_at_sora_the_second_mail_counts() {
    let house = House::new().await;
    let mut first = Browser::at(&house);
    let waiting = sora::to_key(&house, &mut first, &sora::SHOKO).await;
    let older = house.letters.link(sora::EMAIL, 2).await;
    let mut second = Browser::from(&house, 2);
    let page = sora::to_identity(&house, &mut second, ("second@example.jp", 1)).await;
    assert!(!first.open(&waiting.action()).await.says(SUPERSEDED));
    second.press(&page, &sora::SHOKO).await;
    first.open(&waiting.action()).await.saying(SUPERSEDED);
    follow(&mut first, &older).await.saying(OLD);
}

#[tokio::test]
async fn b26_after_a_day_one_begins_again_with_the_same_id() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let waiting = kaede::to_mail(&mut browser, "late@example.jp").await;
    let link = house.letters.link("late@example.jp", 1).await;
    house.later(86_400);
    follow(&mut browser, &link).await.saying(OLD);
    house.later(3_600);
    browser.open(&waiting.action()).await.saying("時間が過ぎました");
    let page = kaede::to_mail(&mut browser, "late@example.jp").await.saying("メールを");
    assert_ne!(page.action(), waiting.action());
    let link = house.letters.link("late@example.jp", 2).await;
    follow(&mut browser, &link).await.saying("name=\"password\"");
}
