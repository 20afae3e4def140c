//! A request for more assurance is met by showing it, and the token says what was shown.

use crate::browser::{Browser, ORIGIN};
use crate::desk::{self, ESSENTIAL_PR, ESSENTIAL_TWO, ONE, PR, TWO, asking, id_token, shown, silently, told};
use crate::house::House;
use crate::keys::{account, app, next_digits, options, passkey, send, show};
use crate::people::{self, WORDS};

const UNMET: &str = "unmet_authentication_requirements";

#[tokio::test]
async fn az_14_two_factors_are_asked_for_before_any_code_and_the_token_says_so() {
    for house in House::both().await {
        two_factors(house).await;
    }
}

async fn two_factors(house: House) {
    desk::open(&house).await;
    let member = people::kaede(&house).await;
    let key = app(&house, account(&house, member.name).await).await;
    for asked in [ESSENTIAL_TWO, ("acr_values", "urn:sekisho:acr:pr urn:sekisho:acr:2f")] {
        let mut browser = Browser::at(&house);
        people::sign_in(&house, &mut browser, &member).await;
        house.later(60);
        let led = browser.open(&asking("rp", &[asked])).await;
        assert_eq!(told(&led), "/login/again");
        // The password was right a minute ago: what follows it is next.
        let page = browser.follow(&led).await.saying("先ほど確かめました");
        assert!(!page.says("name=\"password\""));
        let page = browser.press(&page, &[]).await.saying("name=\"code\"");
        assert_eq!(silently(&mut browser, "rp", &[ESSENTIAL_TWO]).await, UNMET);
        let wrong = browser.press(&page, &[("code", "000000")]).await.saying("name=\"code\"");
        let code = next_digits(&house, &key);
        let back = browser.press(&wrong, &[("code", &code)]).await;
        let token = id_token(&browser, "rp", &back).await;
        let (ago, acr, amr) = shown(&house, &token);
        assert_eq!((acr.as_str(), amr.as_str()), (TWO, "pwd+otp+mfa"));
        assert!(ago >= 60, "the password was not shown again, and the token does not say so: {ago}");
        assert_eq!(silently(&mut browser, "rp", &[ESSENTIAL_TWO]).await, "code");
        // The journey is over: its page is not to be had again.
        assert!(!browser.press(&wrong, &[("code", &code)]).await.says("name=\"code\""));
    }
}

#[tokio::test]
async fn az_14_who_signs_in_for_the_request_is_asked_for_the_second_factor_after_the_password() {
    let house = House::new().await;
    desk::open(&house).await;
    let member = people::kaede(&house).await;
    let key = app(&house, account(&house, member.name).await).await;
    let mut browser = Browser::at(&house);
    let led = browser.open(&asking("rp", &[ESSENTIAL_TWO, ("insurer", "kaede")])).await;
    assert_eq!(told(&led), "/login");
    let page = browser.follow(&led).await;
    house.later(20);
    let page = browser.submit(&page, &[("login_id", member.name)]).await;
    let led = browser.submit(&page, &[("login_id", member.name), ("password", WORDS)]).await;
    assert_eq!(told(&led), "/login/again");
    house.later(20);
    let page = browser.follow(&led).await.saying("先ほど確かめました");
    let page = browser.press(&page, &[]).await.saying("name=\"code\"");
    let code = next_digits(&house, &key);
    let back = browser.press(&page, &[("code", &code)]).await;
    let token = id_token(&browser, "rp", &back).await;
    assert_eq!(shown(&house, &token), (50, TWO.to_owned(), "pwd+otp+mfa".to_owned()));
}

#[tokio::test]
async fn az_14_who_shows_no_more_goes_on_with_what_was_shown_or_not_at_all() {
    let house = House::new().await;
    desk::open(&house).await;
    let member = people::kaede(&house).await;
    app(&house, account(&house, member.name).await).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &member).await;
    house.later(60);
    for (client, more, expected) in [
        ("rp", &[("acr_values", TWO)][..], "code"),
        ("rp", &[ESSENTIAL_TWO], UNMET),
        ("rp", &[("acr_values", TWO), ("prompt", "login")], "login_required"),
        ("rp", &[("max_age", "0")], "login_required"),
        ("third", &[("acr_values", TWO)], "200"),
    ] {
        let led = browser.open(&asking(client, more)).await;
        let page = browser.follow(&led).await;
        let back = browser.submit(&page, &[("do", "without")]).await;
        assert_eq!(told(&back), expected, "{client} {more:?} {}", back.location());
        if expected == "code" {
            let token = id_token(&browser, client, &back).await;
            assert_eq!(shown(&house, &token), (60, ONE.to_owned(), "pwd".to_owned()));
        }
        if client == "third" {
            // The question whether it may read comes once, and the wish for more not again.
            let asked = ("request", back.hidden("request"));
            let form = [("form", back.hidden("form")), asked, ("decision", "allow".to_owned())];
            let form: Vec<_> = form.map(|(name, value)| (name.to_owned(), value)).to_vec();
            assert_eq!(told(&browser.post("/consent", &form, ORIGIN).await), "code");
        }
    }
}

#[tokio::test]
async fn az_14_both_fresher_and_more_is_asked_for_in_full() {
    let house = House::new().await;
    desk::open(&house).await;
    let member = people::kaede(&house).await;
    let key = app(&house, account(&house, member.name).await).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &member).await;
    house.later(120);
    let led = browser.open(&asking("rp", &[ESSENTIAL_TWO, ("max_age", "60")])).await;
    let page = browser.follow(&led).await.saying("name=\"password\"");
    let page = browser.press(&page, &[("password", WORDS)]).await;
    let code = next_digits(&house, &key);
    let back = browser.press(&page.saying("name=\"code\""), &[("code", &code)]).await;
    let token = id_token(&browser, "rp", &back).await;
    assert_eq!(shown(&house, &token), (30, TWO.to_owned(), "pwd+otp+mfa".to_owned()));
}

#[tokio::test]
async fn az_14_who_has_no_second_factor_is_told_so_or_goes_on_and_the_token_is_true() {
    let house = House::new().await;
    desk::open(&house).await;
    let member = people::kaede(&house).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &member).await;
    for more in [&[ESSENTIAL_TWO][..], &[ESSENTIAL_PR], &[ESSENTIAL_TWO, ("prompt", "login")]] {
        assert_eq!(told(&browser.open(&asking("rp", more)).await), UNMET, "{more:?}");
    }
    for wish in [TWO, PR, "urn:other:acr", "1 2"] {
        let back = browser.open(&asking("rp", &[("acr_values", wish)])).await;
        let token = id_token(&browser, "rp", &back).await;
        assert_eq!(shown(&house, &token).1, ONE, "{wish}");
    }
}

#[tokio::test]
async fn az_14_a_passkey_is_asked_for_where_one_is_held_and_only_the_owners_own_will_do() {
    let house = House::new().await;
    desk::open(&house).await;
    let (kaede, sora) = (people::kaede(&house).await, people::sora(&house).await);
    let mut own = passkey(&house, account(&house, kaede.name).await).await;
    let mut strange = passkey(&house, account(&house, sora.name).await).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &kaede).await;
    house.later(60);
    let led = browser.open(&asking("rp", &[ESSENTIAL_PR])).await;
    let page = browser.follow(&led).await;
    assert!(!page.says("name=\"password\""), "a password would not do");
    let asked = options(&page).unwrap();
    let asked = asked.get("publicKey").unwrap_or(&asked);
    assert_eq!(asked["allowCredentials"].as_array().unwrap().len(), 1, "the owner's and nobody else's");
    assert_eq!(asked["userVerification"], "required");
    let refused = show(&mut browser, &page, &mut strange).await;
    assert_eq!(told(&refused), "200");
    assert_eq!(silently(&mut browser, "rp", &[ESSENTIAL_PR]).await, UNMET);
    // A page shown again asks with another challenge.
    let page = refused;
    let answer = own.get(&options(&page).unwrap());
    let mut thief = browser.clone();
    let back = send(&mut browser, &page, &answer).await;
    let token = id_token(&browser, "rp", &back).await;
    assert_eq!(shown(&house, &token), (0, PR.to_owned(), "pwd+pop+user+mfa".to_owned()));
    // What was shown once is not shown twice, and the cookie of before is nobody's.
    assert_eq!(told(&send(&mut thief, &page, &answer).await), "/login");
    house.later(60);
    let led = browser.open(&asking("rp", &[ESSENTIAL_PR, ("prompt", "login")])).await;
    let again = browser.follow(&led).await;
    let (sealed, said) = (page.hidden("sealed"), answer.to_string());
    let replayed = browser.submit(&again, &[("sealed", &sealed), ("passkey", &said)]).await;
    assert_eq!(told(&replayed), "200");
    assert_eq!(told(&show(&mut browser, &again, &mut own).await), "code");
}

#[tokio::test]
async fn az_14_either_key_will_do_for_a_wish_and_an_insurer_without_passkeys_asks_for_none() {
    let house = House::new().await;
    desk::open(&house).await;
    let kaede = people::kaede(&house).await;
    passkey(&house, account(&house, kaede.name).await).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &kaede).await;
    house.later(60);
    let led = browser.open(&asking("rp", &[("acr_values", PR)])).await;
    let page = browser.follow(&led).await;
    assert!(options(&page).is_some() && page.says("id=\"step\""), "the password's way stands beside it");
    let house =
        house.reopened("kaede", |text| text.replace("[sign_in]\n", "[sign_in]\npasskeys = false\n")).await;
    browser.router = house.router.clone();
    assert_eq!(told(&browser.open(&asking("rp", &[ESSENTIAL_PR])).await), UNMET);
    assert_eq!(told(&browser.open(&asking("rp", &[("acr_values", PR)])).await), "code");
}
