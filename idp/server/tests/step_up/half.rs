//! On the way a session has the rights that it had, and no more (MF-05).

use crate::browser::{Browser, ORIGIN};
use crate::desk::{self, ESSENTIAL_TWO, asking, silently, told};
use crate::house::House;
use crate::keys::{account, app, next_digits};
use crate::people::{self, WORDS};

#[tokio::test]
async fn mf_05_after_the_password_alone_nothing_opens() {
    let house = House::new().await;
    desk::open(&house).await;
    let member = people::aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    let page = people::show_password(&mut browser, &member, member.password).await.saying("name=\"code\"");
    assert_eq!(silently(&mut browser, "rp", &[]).await, "login_required");
    assert_eq!(told(&browser.open(&asking("rp", &[])).await), "/login");
    assert_eq!(told(&browser.open(&asking("third", &[("prompt", "consent")])).await), "/login");
    for path in
        ["/", "/account", "/account/codes", "/account/passkeys", "/account/devices", "/login/again?to=codes"]
    {
        let page = browser.open(path).await;
        assert!(
            ["/login", "404"].contains(&told(&page).as_str()),
            "{path} {} {}",
            page.status,
            page.location()
        );
    }
    let form: Vec<_> = [("form", page.hidden("form").as_str()), ("password", WORDS), ("decision", "allow")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    for path in
        ["/account/codes", "/account/codes/file", "/consent", "/login/again?to=codes", "/logout/confirm"]
    {
        let sent = browser.post(path, &form, ORIGIN).await;
        assert!(sent.status.is_client_error() || told(&sent) == "/login", "{path} {}", sent.status);
    }
    let live = "select count(*) as n from sessions where ended_at is null";
    assert_eq!(house.count(live).await, 1, "that of the registration");
}

#[tokio::test]
async fn mf_05_half_a_step_up_gives_nothing() {
    let house = House::new().await;
    desk::open(&house).await;
    let member = people::kaede(&house).await;
    let key = app(&house, account(&house, member.name).await).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &member).await;
    house.later(20 * 60);
    let led = browser.open(&asking("rp", &[ESSENTIAL_TWO, ("max_age", "60")])).await;
    let page = browser.follow(&led).await;
    let cookie = browser.cookies.clone();
    let half = browser.press(&page, &[("password", WORDS)]).await.saying("name=\"code\"");
    assert_eq!(browser.cookies, cookie, "the session is what it was");
    assert_eq!(silently(&mut browser, "rp", &[("max_age", "60")]).await, "login_required");
    assert_eq!(silently(&mut browser, "rp", &[ESSENTIAL_TWO]).await, "unmet_authentication_requirements");
    assert_eq!(told(&browser.open(led.location()).await), "200", "the password is asked for anew");
    // No step passes over the second, whatever is sent.
    let tries: [&[(&str, &str)]; 5] =
        [&[], &[("do", "back")], &[("do", "other")], &[("code", "000000")], &[("password", WORDS)]];
    let mut page = half;
    for fields in tries {
        let next = browser.press(&page, fields).await;
        assert_ne!(told(&next), "code", "{fields:?}");
        if next.says("name=\"code\"") {
            page = next;
        }
    }
    let code = next_digits(&house, &key);
    assert_eq!(told(&browser.press(&page, &[("code", &code)]).await), "code");
}

#[tokio::test]
async fn mf_05_who_signed_out_on_the_way_is_not_let_in_by_the_second_factor() {
    let house = House::new().await;
    desk::open(&house).await;
    let (kaede, sora) = (people::kaede(&house).await, people::sora(&house).await);
    let key = app(&house, account(&house, kaede.name).await).await;
    for leaves in [true, false] {
        let mut browser = Browser::at(&house);
        people::sign_in(&house, &mut browser, &kaede).await;
        let led = browser.open(&asking("rp", &[ESSENTIAL_TWO])).await;
        let page = browser.follow(&led).await.saying("先ほど確かめました");
        let page = browser.press(&page, &[]).await.saying("name=\"code\"");
        if leaves {
            let question = browser.open("/logout").await;
            browser.submit(&question, &[("decision", "allow")]).await;
            assert!(!people::is_signed_in(&mut browser).await);
        } else {
            people::sign_in(&house, &mut browser, &sora).await;
        }
        let code = next_digits(&house, &key);
        let after = browser.press(&page, &[("code", &code)]).await;
        assert_ne!(told(&after), "code");
        assert_eq!(people::is_signed_in(&mut browser).await, !leaves);
        assert_ne!(silently(&mut browser, "rp", &[ESSENTIAL_TWO]).await, "code");
    }
}
