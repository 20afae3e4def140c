//! Invitations: mailed by an office, followed once (guide row A4).

use axum::http::StatusCode;
use sekisho_domain::email::Email;
use sekisho_domain::member::Cover;
use sekisho_idp::flows::invite::{Invited, invite};

use crate::browser::{Browser, Page};
use crate::house::House;
use crate::registration::{EMAIL, PASSWORD, PHONE, SHOKO, register};

const OLD: &str = "このリンクの時間が過ぎました";
const DAY: u64 = 86_400;

async fn invited(house: &House, person: &str, email: &str) -> Invited {
    let insurer = house.state.insurers.find("aoba").unwrap();
    let email = Email::parse(email).unwrap();
    let person = person.parse().unwrap();
    invite(&house.state, insurer, (&person, &email), &mut house.state.cx()).await.unwrap()
}

/// From the link to the page that asks for symbol and number; `count` is the number of the code's mail.
async fn to_identity(house: &House, browser: &mut Browser, link: &str, count: usize) -> Page {
    let page = browser.open(link).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let followed = browser.submit(&page, &[]).await;
    let page = browser.follow(&followed).await;
    assert!(page.says(&format!("value=\"{EMAIL}\"")), "the address is filled in: {}", page.body);
    let answered = browser.submit(&page, &[("email", EMAIL), ("password", PASSWORD)]).await;
    let page = browser.follow(&answered).await;
    let code = house.letters.code(EMAIL, count).await;
    let answered = browser.submit(&page, &[("code", &code)]).await;
    browser.follow(&answered).await
}

#[tokio::test]
async fn rc_11_an_invited_member_registers_and_the_invitation_is_used_up() {
    let house = House::new().await;
    let Invited::Mailed { days, .. } = invited(&house, "A0000001", EMAIL).await else { panic!("not mailed") };
    assert_eq!(days, 7);
    let link = house.letters.link(EMAIL, 1).await;
    house.later(7 * DAY - 60);
    let mut browser = Browser::at(&house);
    let page = to_identity(&house, &mut browser, &link, 2).await;
    let answered = browser.submit(&page, &SHOKO).await;
    let page = browser.follow(&answered).await;
    let answered = browser.submit(&page, &[("accept_terms", "yes"), ("accept_privacy", "yes")]).await;
    let page = browser.follow(&answered).await;
    let answered = browser.submit(&page, &[("factor", "sms")]).await;
    let page = browser.follow(&answered).await;
    let answered = browser.submit(&page, &[("phone", "090-0000-1111")]).await;
    let page = browser.follow(&answered).await;
    let code = house.letters.code(PHONE, 1).await;
    let arrived = browser.submit(&page, &[("code", &code)]).await;
    assert_eq!(arrived.location(), "/?registered=enrol", "{}", arrived.body);
    assert!(Browser::at(&house).open(&link).await.says(OLD));
    assert_eq!(invited(&house, "A0000001", EMAIL).await, Invited::Registered);
}

#[tokio::test]
async fn rc_11_an_invitation_is_for_its_member_only() {
    let house = House::new().await;
    invited(&house, "A0000002", EMAIL).await;
    let link = house.letters.link(EMAIL, 1).await;
    let mut browser = Browser::at(&house);
    let page = to_identity(&house, &mut browser, &link, 2).await;
    let refused = browser.submit(&page, &SHOKO).await;
    let page = if refused.status == StatusCode::SEE_OTHER { browser.follow(&refused).await } else { refused };
    assert!(page.says("組合の記録と一致しませんでした"), "{}", page.body);
}

#[tokio::test]
async fn rc_02_a_newer_invitation_ends_the_older_and_both_end_with_time() {
    let house = House::new().await;
    invited(&house, "A0000001", EMAIL).await;
    let older = house.letters.link(EMAIL, 1).await;
    invited(&house, "A0000001", EMAIL).await;
    let newer = house.letters.link(EMAIL, 2).await;
    let mut browser = Browser::at(&house);
    assert!(browser.open(&older).await.says(OLD));
    assert!(!browser.open(&newer).await.says(OLD));
    house.later(7 * DAY);
    assert!(browser.open(&newer).await.says(OLD));
}

#[tokio::test]
async fn rc_06_looking_at_an_invitation_spends_nothing() {
    let house = House::new().await;
    invited(&house, "A0000001", EMAIL).await;
    let link = house.letters.link(EMAIL, 1).await;
    // A mail scanner opens every link it sees.
    for _ in 0..3 {
        Browser::at(&house).open(&link).await;
    }
    to_identity(&house, &mut Browser::at(&house), &link, 2).await;
}

#[tokio::test]
async fn only_covered_members_without_an_account_are_invited() {
    let house = House::new().await;
    assert_eq!(invited(&house, "Z1", EMAIL).await, Invited::Unknown);
    let ended = Cover::Ended(jiff::civil::date(2026, 4, 1));
    assert_eq!(invited(&house, "A0000005", EMAIL).await, Invited::NotCovered(ended));
    register(&house, &mut Browser::at(&house)).await;
    assert_eq!(invited(&house, "A0000001", EMAIL).await, Invited::Registered);
}

#[tokio::test]
async fn rc_11_another_address_is_proven_by_its_own_code() {
    let house = House::new().await;
    invited(&house, "A0000001", EMAIL).await;
    let link = house.letters.link(EMAIL, 1).await;
    let mut browser = Browser::at(&house);
    let page = browser.open(&link).await;
    let page = browser.press(&page, &[]).await;
    let page = browser.press(&page, &[("email", "other@example.jp"), ("password", PASSWORD)]).await;
    page.saying("メールに届いた");
    let (subject, _) = house.letters.wait("other@example.jp", 1).await;
    assert!(subject.contains("確認コード"), "{subject}");
    assert_eq!(house.letters.all_to(EMAIL).len(), 1, "nothing more goes to the invited address");
}

#[tokio::test]
async fn rc_11_a_forged_or_altered_invitation_is_none() {
    let house = House::new().await;
    invited(&house, "A0000001", EMAIL).await;
    let link = house.letters.link(EMAIL, 1).await;
    let mut browser = Browser::at(&house);
    let id = house.texts(sekisho_site::db::sql("select id as t from invitations")).await.remove(0);
    let turned: String = link.trim_start_matches("/link/").chars().rev().collect();
    for token in [id.as_str(), "x", &"A".repeat(43), &turned, "eyJhbGciOiJub25lIn0.e30."] {
        browser.open(&format!("/link/{token}")).await.saying(OLD);
        let page = browser.open("/login").await;
        let fields = [("form".to_owned(), page.hidden("form"))];
        let posted = browser.post(&format!("/link/{token}"), &fields, crate::browser::ORIGIN).await;
        assert_eq!(posted.status, StatusCode::FORBIDDEN);
    }
    // What the address adds makes it no invitation of another insurer.
    let page = browser.open(&format!("{link}?insurer=kaede&person=A0000002")).await;
    browser.press(&page, &[("insurer", "kaede")]).await.saying("青葉健康保険組合");
    assert_eq!(house.count("select count(*) as n from journeys").await, 1);
}

#[tokio::test]
async fn rc_11_an_invitation_that_was_taken_back_while_it_was_walked_does_not_arrive() {
    let house = House::new().await;
    invited(&house, "A0000001", EMAIL).await;
    let older = house.letters.link(EMAIL, 1).await;
    let mut browser = Browser::at(&house);
    let page = to_identity(&house, &mut browser, &older, 2).await;
    let page = browser.press(&page, &SHOKO).await;
    // A newer invitation ends the older, also for who is on the way with it.
    invited(&house, "A0000001", "new@example.jp").await;
    let page = browser.press(&page, &[("accept_terms", "yes"), ("accept_privacy", "yes")]).await;
    let page = browser.press(&page, &[("factor", "sms")]).await;
    let page = browser.press(&page, &[("phone", "090-0000-1111")]).await;
    let code = house.letters.code(PHONE, 1).await;
    let over = browser.press(&page, &[("code", &code)]).await;
    assert_eq!(over.status, StatusCode::OK, "{}", over.location());
    assert_eq!(house.count("select count(*) as n from accounts").await, 0);
}
