//! The identity provider and a portal on two registrable domains, over https, in Chromium: what browsers do there that they
//! do not do on one machine's `localhost` (design §4 “Browsers”).

use anyhow::{Context as _, ensure};
use sekisho_tests::apart::Apart;
use sekisho_tests::browser::{Browser, Kind};

/// What the portal's front page says to whom it knows.
const SIGNED_IN: &str = "ログインしています";

async fn open() -> anyhow::Result<(Apart, Browser)> {
    let houses = Apart::start().await?;
    let browser = Browser::open(Kind::PHONE.among_those_apart()).await?;
    Ok((houses, browser))
}

/// Fills the sign-in page in, wherever it leads.
async fn show(houses: &Apart, browser: &Browser) -> anyhow::Result<()> {
    let (login_id, password) = houses.person();
    browser.fill("login_id", login_id).await?;
    browser.fill("password", password).await?;
    browser.onward().await
}

/// From the portal's front page to the sign-in page on the other domain, and back.
async fn sign_in(houses: &Apart, browser: &Browser) -> anyhow::Result<()> {
    browser.go(&format!("{}/", houses.portal)).await?;
    browser.follow("/login").await?;
    browser.arrive_at(&format!("{}/login", houses.idp)).await?;
    show(houses, browser).await?;
    browser.arrive_at(&houses.portal).await
}

/// Whether the portal knows this browser as signed in.
async fn is_at_the_portal(houses: &Apart, browser: &Browser) -> anyhow::Result<bool> {
    browser.go(&format!("{}/", houses.portal)).await?;
    Ok(browser.text().await?.contains(SIGNED_IN))
}

/// What the identity provider says without asking the person.
async fn silently(houses: &Apart, browser: &Browser) -> anyhow::Result<String> {
    browser.go(&houses.asked("&prompt=none")).await?;
    browser.arrive_at(&houses.stranger).await?;
    browser.text().await
}

/// The names of the cookies that an address would be sent.
async fn names(browser: &Browser, address: &str) -> anyhow::Result<Vec<String>> {
    let jar = browser.jar(&[address]).await?;
    let mut names: Vec<String> =
        jar.iter().filter_map(|cookie| Some(cookie.get("name")?.as_str()?.to_owned())).collect();
    names.sort();
    Ok(names)
}

#[tokio::test(flavor = "multi_thread")]
async fn se_05_a_member_signs_in_from_one_domain_to_another_with_cookies_that_stay_where_they_were_set()
-> anyhow::Result<()> {
    let (houses, browser) = open().await?;
    sign_in(&houses, &browser).await?;
    ensure!(is_at_the_portal(&houses, &browser).await?, "{}", browser.text().await?);
    for address in [&houses.idp, &houses.portal] {
        let host = url::Url::parse(address)?.host_str().context("no host")?.to_owned();
        let jar = browser.jar(&[address]).await?;
        assert!(!jar.is_empty(), "{address} has set no cookie");
        for cookie in jar {
            let text =
                |key: &str| cookie.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
            let yes = |key: &str| cookie.get(key).and_then(serde_json::Value::as_bool) == Some(true);
            let name = text("name");
            assert!(name.starts_with("__Host-"), "{cookie}");
            // A cookie without a domain of its own is the host's alone; one with a domain begins with a dot here.
            assert_eq!(
                (text("domain"), text("path"), text("sameSite")),
                (host.clone(), "/".into(), "Lax".into()),
                "{name}"
            );
            assert!(yes("secure") && yes("httpOnly") && text("value").len() < 4096, "{cookie}");
        }
    }
    let (idp, portal) = (names(&browser, &houses.idp).await?, names(&browser, &houses.portal).await?);
    assert!(idp.contains(&"__Host-sekisho-session".to_owned()), "{idp:?}");
    assert!(idp.iter().all(|name| !portal.contains(name)), "{idp:?} {portal:?}");
    assert_eq!(browser.complaints().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_ours_ends_at_another_origin_by_redirect_and_by_form_post_alike() -> anyhow::Result<()> {
    let (houses, browser) = open().await?;
    // Straight from the sign-in page: a redirect after a POST, which a browser follows only where form-action has it.
    browser.go(&houses.asked("")).await?;
    browser.arrive_at(&format!("{}/login", houses.idp)).await?;
    show(&houses, &browser).await?;
    browser.arrive_at(&houses.stranger).await?;
    browser.see("GET code state iss").await?;
    // Signed in, the page that posts by itself is the first that comes.
    browser.go(&houses.asked("&response_mode=form_post")).await?;
    browser.arrive_at(&houses.stranger).await?;
    browser.see("POST code state iss").await?;
    assert_eq!(browser.complaints().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_by_form_post_follows_the_sign_in_and_needs_no_script() -> anyhow::Result<()> {
    let houses = Apart::start().await?;
    for kind in [Kind::PHONE, Kind::PHONE.without_scripts()] {
        let browser = Browser::open(kind.among_those_apart()).await?;
        browser.go(&houses.asked("&response_mode=form_post")).await?;
        browser.arrive_at(&format!("{}/login", houses.idp)).await?;
        show(&houses, &browser).await?;
        if !kind.scripts {
            browser.see("サービスへ進む").await?;
            browser.onward().await?;
        }
        browser.arrive_at(&houses.stranger).await?;
        browser.see("POST code state iss").await?;
        assert_eq!(browser.complaints().await?, Vec::<String>::new(), "{kind:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn se_14_a_sign_out_at_the_portal_ends_both_and_takes_no_cookie_of_another_site() -> anyhow::Result<()>
{
    let (houses, browser) = open().await?;
    assert!(silently(&houses, &browser).await?.contains("error=login_required"));
    sign_in(&houses, &browser).await?;
    assert!(silently(&houses, &browser).await?.contains("GET code state iss"));
    assert!(is_at_the_portal(&houses, &browser).await?);
    let before = names(&browser, &houses.stranger).await?;
    browser.go(&format!("{}/logout", houses.portal)).await?;
    browser.onward().await?;
    browser.arrive_at(&houses.portal).await?;
    assert!(!is_at_the_portal(&houses, &browser).await?);
    assert!(silently(&houses, &browser).await?.contains("error=login_required"));
    assert_eq!(
        (before.as_slice(), names(&browser, &houses.stranger).await?),
        (["__Host-stranger".to_owned()].as_slice(), before.clone())
    );
    assert!(!names(&browser, &houses.idp).await?.contains(&"__Host-sekisho-session".to_owned()));
    assert_eq!(browser.complaints().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_at_the_identity_provider_is_told_to_the_portal_over_https() -> anyhow::Result<()> {
    let (houses, browser) = open().await?;
    sign_in(&houses, &browser).await?;
    ensure!(is_at_the_portal(&houses, &browser).await?, "{}", browser.text().await?);
    let held = names(&browser, &houses.portal).await?;
    let known = names(&browser, &houses.idp).await?;
    browser.go(&format!("{}/logout", houses.idp)).await?;
    browser.press("decision", "yes").await?;
    browser.see("ログアウトしました").await?;
    // Nothing of the portal's was touched by the browser: its cookie is still there when its page is asked for again …
    assert_eq!(names(&browser, &houses.portal).await?, held);
    // … and what the identity provider keeps of the browser beside the session stays as well.
    let kept: Vec<_> = known.into_iter().filter(|name| name != "__Host-sekisho-session").collect();
    let after = names(&browser, &houses.idp).await?;
    assert!(kept.iter().all(|name| after.contains(name)), "{kept:?} {after:?}");
    // The portal is told from server to server.
    for _ in 0..100 {
        if !is_at_the_portal(&houses, &browser).await? {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    anyhow::bail!("the portal was never told: {}", browser.text().await?)
}
