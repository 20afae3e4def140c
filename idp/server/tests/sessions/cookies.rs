//! What cookies are, and which are taken (SE-05, SE-09, SE-13).

use crate::browser::Browser;
use crate::house::House;
use crate::own::{SESSION, cookie};
use crate::people::{aoba_app, is_signed_in, show_password, sign_in};

#[tokio::test]
async fn se_05_every_cookie_of_a_sign_in_is_small_opaque_and_for_this_host_alone() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    let mut set = Vec::new();
    for page in [browser.open("/login").await, browser.open("/login?lang=en").await] {
        set.extend(cookies_of(&page));
    }
    browser.language = "ja";
    browser.cookies.remove("sekisho_8080_lang");
    sign_in(&house, &mut browser, &member).await;
    house.later(60);
    let page = show_password(&mut browser, &member, member.password).await;
    let crate::people::Second::App(key) = &member.second else { panic!("she has an app") };
    let code = crate::people::digits(key, sekisho_site::clock::Clock::now(&house.clock));
    set.extend(cookies_of(&browser.submit(&page, &[("code", &code)]).await));
    assert!(set.len() >= 3, "{set:?}");
    for cookie in set {
        assert!(cookie.len() < 4_096, "{cookie}");
        for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        for told in ["acc_", "ses_", "aoba", "@", "shoko"] {
            assert!(!cookie.contains(told), "{cookie}");
        }
    }
}

fn cookies_of(page: &crate::browser::Page) -> Vec<String> {
    let set = page.headers.get_all("set-cookie").iter();
    set.map(|cookie| cookie.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn se_09_a_session_that_came_twice_or_under_another_name_is_none() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    let own = cookie(&browser);
    let plain =
        ["sid", "session", "sekisho_session", "sekisho", "__Host-sekisho-session", "sekisho_8081_session"];
    for name in plain {
        let mut other = Browser::at(&house);
        other.cookies.insert(name.to_owned(), own.clone());
        assert!(!is_signed_in(&mut other).await, "{name}");
    }
    for tossed in [own.clone(), "x".repeat(43), String::new()] {
        let mut other = Browser::at(&house);
        let header: &'static str = Box::leak(format!("{SESSION}={own}; {SESSION}={tossed}").into_boxed_str());
        other.headers = vec![("cookie", header)];
        assert!(!is_signed_in(&mut other).await, "{tossed}");
        let (first, second): (&'static str, &'static str) = (
            Box::leak(format!("{SESSION}={own}").into_boxed_str()),
            Box::leak(format!("{SESSION}={tossed}").into_boxed_str()),
        );
        other.headers = vec![("cookie", first), ("cookie", second)];
        assert!(!is_signed_in(&mut other).await, "in two headers: {tossed}");
        other.headers = vec![("cookie", first)];
        assert!(is_signed_in(&mut other).await);
    }
}

#[tokio::test]
async fn se_13_no_cookie_that_opens_something_stands_in_the_rows_or_in_an_address() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    let secrets: Vec<String> = browser.cookies.values().filter(|value| value.len() > 20).cloned().collect();
    assert_eq!(secrets.len(), 3, "session, browser, device");
    for file in std::fs::read_dir(house.files.path()).unwrap() {
        let path = file.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for secret in &secrets {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{}", path.display());
        }
    }
    for path in ["/", "/account", "/account/devices", "/login"] {
        let page = browser.open(path).await;
        for secret in &secrets {
            assert!(!page.body.contains(secret) && !page.location().contains(secret), "{path}");
        }
    }
    for secret in &secrets {
        // 43 signs of base64url: 256 bits.
        assert_eq!(secret.len(), 43);
    }
}
