//! Passkeys and everybody else: strangers, who may not sign in, insurers that want none.

use axum::http::StatusCode;
use serde_json::json;

use crate::authenticator::Tweaks;
use crate::browser::{Browser, Page};
use crate::house::House;
use crate::people::{aoba, kaede, show_password};
use crate::visit::{Asked, UNKNOWN, add, fresh_holder, holder, in_by, out_by, show};

#[tokio::test]
async fn pw_06_a_stranger_at_the_same_place_keeps_no_passkey_out() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    let mut stranger = Browser::at(&house);
    let page = stranger.open("/login?insurer=aoba").await;
    let mut waits = 0;
    for _ in 0..1_000 {
        let answered = stranger.submit(&page, &[("login_id", member.name), ("password", "not it")]).await;
        assert_ne!(answered.status, StatusCode::SEE_OTHER);
        waits += u32::from(answered.says("しばらくお待ち"));
    }
    assert!(waits > 900, "the stranger waits: {waits}");
    in_by(&show(&mut Browser::at(&house), &mut passkey, &Tweaks::default()).await);
}

#[tokio::test]
async fn pw_04_who_may_not_sign_in_does_not_by_a_passkey_either() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    for (shut, open) in [
        ("update accounts set suspended_at = 1", "update accounts set suspended_at = null"),
        ("update accounts set locked_at = 1", "update accounts set locked_at = null"),
        ("update accounts set closed_at = 1", "update accounts set closed_at = null"),
        ("update memberships set ended_at = 1", "update memberships set ended_at = null"),
    ] {
        house.change(shut).await;
        let mut browser = Browser::at(&house);
        let answered = show(&mut browser, &mut passkey, &Tweaks::default()).await;
        out_by(&mut browser, &answered, UNKNOWN).await;
        house.change(open).await;
    }
    in_by(&show(&mut Browser::at(&house), &mut passkey, &Tweaks::default()).await);
    house.change("update factors set ended_at = 1 where kind = 'passkey'").await;
    let mut browser = Browser::at(&house);
    let answered = show(&mut browser, &mut passkey, &Tweaks::default()).await;
    out_by(&mut browser, &answered, UNKNOWN).await;
}

#[tokio::test]
async fn an_insurer_that_wants_no_passkeys_takes_none_and_offers_none() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
    let house = house.reopened("aoba", |text| text.replacen("passkeys = true", "passkeys = false", 1)).await;
    let mut browser = Browser::at(&house);
    assert!(Asked::on(&browser.open("/login?insurer=aoba").await).is_none());
    let answered = show(&mut browser, &mut passkey, &Tweaks::default()).await;
    out_by(&mut browser, &answered, UNKNOWN).await;
    let page = show_password(&mut browser, &member, member.password).await;
    assert!(Asked::on(&page).is_none());
    let page = browser.press(&page, &[("do", "other")]).await;
    assert!(Asked::on(&page).is_none(), "{}", page.body);
}

/// What a page says, without what is drawn anew each time.
fn without_draws(page: &Page) -> String {
    let asked = Asked::on(page);
    let mut text = page.bare("");
    if let Some(asked) = asked {
        text = text.replace(asked.control("sealed"), "…");
        text = text.replace(asked.options["challenge"].as_str().unwrap(), "…");
    }
    text
}

#[tokio::test]
async fn en_04_options_are_the_same_for_everybody_and_name_nobody() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let (mut owner, _) = fresh_holder(&house, &member).await;
    add(&mut owner, &Tweaks::default()).await;
    let mut seen = Vec::new();
    for path in ["/login", "/login?insurer=kaede", "/login?insurer=aoba", "/passkey/options"] {
        for _ in 0..3 {
            let mut browser = Browser::at(&house);
            let page = browser.open(path).await;
            let mut options = match Asked::on(&page) {
                Some(asked) => asked.options,
                None => {
                    let body: serde_json::Value = serde_json::from_str(&page.body).unwrap();
                    serde_json::from_str(body["options"].as_str().unwrap()).unwrap()
                }
            };
            assert!(options.get("allowCredentials").is_none_or(|allowed| allowed == &json!([])), "{options}");
            options["challenge"] = json!("…");
            seen.push(options.to_string());
        }
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
    // Nothing that follows a name tells whether it has a passkey, or anybody.
    let mut pages = Vec::new();
    for name in [member.name, "7132-091200002", "nobody@example.jp"] {
        let mut browser = Browser::at(&house);
        let page = browser.open("/login?insurer=kaede").await;
        let after = browser.submit(&page, &[("login_id", name)]).await;
        let wrong = browser.submit(&after, &[("login_id", name), ("password", "not it")]).await;
        pages.push([&after, &wrong].map(|page| without_draws(page).replace(name, "NAME")));
    }
    assert_eq!(pages[0], pages[2]);
    assert_eq!(pages[0], pages[1]);
    let writes = "select (select count(*) from spent) + (select count(*) from journeys) as n";
    let before = house.count(writes).await;
    for _ in 0..50 {
        Browser::at(&house).open("/passkey/options").await;
    }
    assert_eq!(house.count(writes).await, before, "anonymous traffic writes nothing");
}
