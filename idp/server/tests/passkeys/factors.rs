//! Passkeys on a journey: shown beside the password, made at the end of a registration; and what a session that waits
//! for the second factor may not do.

use axum::http::StatusCode;

use crate::authenticator::{Handle, Tweaks, create_with};
use crate::browser::{Browser, ORIGIN, Page};
use crate::house::House;
use crate::people::{Member, aoba, kaede, show_password, to_factor};
use crate::visit::{
    Asked, FAULTY, OLD, UNKNOWN, asked, fresh_holder, holder, in_by, is_in, listed, show, wrongs,
};

const WITH_PASSKEY: &str = "choices = [\"passkey\", \"sms\", \"totp\"]";

/// The page that asks for a passkey after the password.
async fn to_passkey(browser: &mut Browser, member: &Member) -> Page {
    let mut page = show_password(browser, member, member.password).await;
    for _ in 0..3 {
        if Asked::on(&page).is_some() {
            return page;
        }
        page = browser.press(&page, &[("do", "other")]).await;
    }
    panic!("no passkey is asked for: {}", page.body)
}

/// aoba with passkeys among the second factors to choose from.
async fn with_choice() -> House {
    let edit = |text: String| text.replacen("choices = [\"sms\", \"totp\"]", WITH_PASSKEY, 1);
    House::new().await.reopened("aoba", edit).await
}

async fn answer(browser: &mut Browser, page: &Page, answer: &str) -> Page {
    let answered = Asked::on(page).unwrap().send(browser, answer).await;
    if answered.location().starts_with("/journey/") { browser.follow(&answered).await } else { answered }
}

#[tokio::test]
async fn wa_06_a_second_factor_is_ones_own_passkey_and_no_others() {
    let house = House::new().await;
    let (mine, theirs) = (aoba(&house).await, kaede(&house).await);
    let (_, mut own) = holder(&house, &mine, &Tweaks::default()).await;
    let (_, mut foreign) = holder(&house, &theirs, &Tweaks::default()).await;
    let mut browser = Browser::at(&house);
    let mut page = to_passkey(&mut browser, &mine).await;
    let options = Asked::on(&page).unwrap().options;
    let allowed = options["allowCredentials"].as_array().unwrap();
    assert_eq!(allowed.len(), 1);
    assert_eq!(allowed[0]["id"], crate::authenticator::base64(&own.id));
    for tweaks in [
        Tweaks::default(),
        Tweaks { handle: Handle::Of(own.handle.clone()), ..Tweaks::default() },
        Tweaks { handle: Handle::Absent, ..Tweaks::default() },
    ] {
        let said = foreign.get_with(&Asked::on(&page).unwrap().options, &tweaks).to_string();
        page = answer(&mut browser, &page, &said).await.saying(UNKNOWN);
    }
    for (what, tweaks, why) in wrongs() {
        let said = own.get_with(&Asked::on(&page).unwrap().options, &tweaks).to_string();
        page = answer(&mut browser, &page, &said).await;
        assert!(page.says(why), "{what}: {}", page.body);
    }
    assert!(!is_in(&mut browser).await);
    let said = own.get(&Asked::on(&page).unwrap().options).to_string();
    in_by(&answer(&mut browser, &page, &said).await);
}

#[tokio::test]
async fn wa_01_wa_08_an_answer_to_the_second_page_is_of_that_page_once() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, mut own) = holder(&house, &member, &Tweaks::default()).await;
    let (mut browser, mut other) = (Browser::at(&house), Browser::at(&house));
    let page = to_passkey(&mut browser, &member).await;
    let said = own.get(&Asked::on(&page).unwrap().options).to_string();
    let elsewhere = to_passkey(&mut other, &member).await;
    let stolen = Asked::on(&elsewhere).unwrap().with("sealed", Asked::on(&page).unwrap().control("sealed"));
    let answered = stolen.send(&mut other, &said).await;
    let shown = other.follow(&answered).await;
    assert!(shown.says(OLD), "{}", shown.body);
    in_by(&answer(&mut browser, &page, &said).await);
    // The same answer at the door of the sign-in, and at another second page of the same browser.
    browser.cookies.remove("sekisho_8080_session");
    let at_login =
        asked(&mut browser, "/login").await.with("sealed", Asked::on(&page).unwrap().control("sealed"));
    assert!(at_login.send(&mut browser, &said).await.says(OLD));
    let again = to_passkey(&mut browser, &member).await;
    let replay = Asked::on(&again).unwrap().with("sealed", Asked::on(&page).unwrap().control("sealed"));
    let answered = replay.send(&mut browser, &said).await;
    assert!(answered.location() != "/", "{}", answered.body);
    assert!(!is_in(&mut browser).await);
}

#[tokio::test]
async fn mf_05_mf_06_before_the_second_factor_nothing_of_the_account_is_reached() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut owner, _) = holder(&house, &member, &Tweaks::default()).await;
    let [id] = listed(&mut owner).await.try_into().unwrap();
    let owners = owner.open("/account/passkeys/new").await;
    let mut browser = Browser::at(&house);
    let page = to_passkey(&mut browser, &member).await;
    let token = page.hidden("form");
    let one = format!("/account/passkeys/{id}");
    let removal = format!("{one}/remove");
    for path in
        ["/account", "/account/passkeys", "/account/passkeys/new", "/account/passkeys/offer", &one, &removal]
    {
        let opened = browser.open(path).await;
        assert!(opened.location().starts_with("/login"), "{path}: {} {}", opened.status, opened.location());
        let asked = Asked::on(&owners).unwrap();
        let (_, made) = create_with(&asked.options, &Tweaks::default());
        let fields = [
            ("form", token.as_str()),
            ("sealed", asked.control("sealed")),
            ("passkey", &made.to_string()),
            ("name", "x"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let posted = browser.post(path, &fields, ORIGIN).await;
        assert!(
            posted.status.is_client_error() || posted.location().starts_with("/login"),
            "{path}: {} {}",
            posted.status,
            posted.location()
        );
    }
    assert_eq!(listed(&mut owner).await, [id]);
    assert!(!is_in(&mut browser).await);
}

#[tokio::test]
async fn a_registration_ends_with_a_passkey_that_signs_in() {
    let house = with_choice().await;
    let mut browser = Browser::at(&house);
    let page = to_factor(&house, &mut browser, "aoba@example.jp").await;
    let page = browser.press(&page, &[("factor", "passkey")]).await;
    let (mut passkey, made) = create_with(&Asked::on(&page).unwrap().options, &Tweaks::default());
    let arrived = answer(&mut browser, &page, &made.to_string()).await;
    assert_eq!(arrived.location(), "/?registered=enrol", "{}", arrived.body);
    assert_eq!(listed(&mut browser).await.len(), 1);
    in_by(&show(&mut Browser::at(&house), &mut passkey, &Tweaks::default()).await);
}

#[tokio::test]
async fn wa_08_a_state_for_an_account_begins_no_other_and_a_new_ones_adds_to_none() {
    let house = with_choice().await;
    let member = kaede(&house).await;
    let (mut browser, known) = fresh_holder(&house, &member).await;
    let of_account = asked(&mut browser, "/account/passkeys/new").await;
    let page = to_factor(&house, &mut browser, "aoba@example.jp").await;
    let page = browser.press(&page, &[("factor", "passkey")]).await;
    let of_beginning = Asked::on(&page).unwrap();
    let (_, made) = create_with(&of_account.options, &Tweaks::default());
    let crossed = of_beginning.clone().with("sealed", of_account.control("sealed"));
    let answered = crossed.send(&mut browser, &made.to_string()).await;
    let page = browser.follow(&answered).await.saying(OLD);
    let (_, made) = create_with(&of_beginning.options, &Tweaks::default());
    let crossed = of_account.with("sealed", of_beginning.control("sealed"));
    let answered = crossed.send(&mut browser, &made.to_string()).await;
    assert!(answered.says(OLD), "{} {}", answered.location(), answered.body);
    assert_eq!(listed(&mut browser).await.len(), 1);
    // A passkey of somebody else's cannot be brought into a new account.
    let tweaks = Tweaks { id: Some(known.id), ..Tweaks::default() };
    let (_, made) = create_with(&Asked::on(&page).unwrap().options, &tweaks);
    let arrived = answer(&mut browser, &page, &made.to_string()).await;
    assert!(!arrived.status.is_server_error(), "{}", arrived.body);
    assert_eq!(house.count("select count(*) as n from accounts").await, 1);
}

#[tokio::test]
async fn mf_06_what_the_insurer_does_not_offer_is_not_set_up() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_factor(&house, &mut browser, "aoba@example.jp").await;
    let page = browser.press(&page, &[("factor", "passkey")]).await;
    assert!(Asked::on(&page).is_none());
    let page = browser.press(&page, &[("sealed", "x"), ("passkey", "{}")]).await;
    assert!(!page.says(FAULTY), "{}", page.body);
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(house.count("select count(*) as n from accounts").await, 0);
}

#[tokio::test]
async fn wa_06_who_shows_again_who_they_are_does_so_with_a_passkey_of_their_own() {
    let house = House::new().await;
    let (mine, theirs) = (aoba(&house).await, kaede(&house).await);
    let (mut browser, mut own) = holder(&house, &mine, &Tweaks::default()).await;
    let (_, mut foreign) = holder(&house, &theirs, &Tweaks::default()).await;
    house.later(16 * 60);
    let led = browser.open("/account/passkeys/new").await;
    let again = led.location().to_owned();
    assert!(again.starts_with("/login/again"), "{again}");
    let cookie = browser.cookies["sekisho_8080_session"].clone();
    for tweaks in [Tweaks::default(), Tweaks { handle: Handle::Of(own.handle.clone()), ..Tweaks::default() }]
    {
        let asked = asked(&mut browser, &again).await;
        let said = foreign.get_with(&asked.options, &tweaks).to_string();
        let answered = asked.send(&mut browser, &said).await;
        assert!(answered.says(UNKNOWN), "{} {}", answered.location(), answered.body);
    }
    for (what, tweaks, why) in wrongs() {
        let asked = asked(&mut browser, &again).await;
        let said = own.get_with(&asked.options, &tweaks).to_string();
        assert!(asked.send(&mut browser, &said).await.says(why), "{what}");
    }
    assert_eq!(browser.open("/account/passkeys/new").await.location(), again, "nothing was gained");
    let asked = asked(&mut browser, &again).await;
    let said = own.get(&asked.options).to_string();
    assert_eq!(asked.send(&mut browser, &said).await.location(), "/account/passkeys/new");
    assert_ne!(browser.cookies["sekisho_8080_session"], cookie, "the cookie is new");
    // Nothing is lacking any more, so a second time leads there too, but gains nothing: later it is refused.
    let gained = browser.cookies["sekisho_8080_session"].clone();
    asked.send(&mut browser, &said).await;
    assert_eq!(browser.cookies["sekisho_8080_session"], gained);
    house.later(16 * 60);
    let replay = asked.send(&mut browser, &said).await;
    assert!(replay.says(OLD), "{} {}", replay.location(), replay.body);
}
