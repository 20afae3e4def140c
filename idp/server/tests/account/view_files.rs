//! What an owner takes away.

use insta::assert_snapshot;
use serde_json::Value;

use crate::client;
use crate::house::House;
use crate::owner::{IPHONE, WINDOWS, press, settled, signed_in};
use crate::people::{aoba, portal, show_password, sora};

#[tokio::test]
async fn the_history_is_a_table_that_spreadsheets_open() {
    let house = House::new().await;
    house.register(vec![client::registration("rp", "=cmd|calc")]).await;
    let member = settled(&house).await;
    show_password(&mut crate::browser::Browser::from(&house, 7), &member, "not the password").await;
    house.later(60);
    let mut browser = signed_in(&house, &member, WINDOWS).await;
    client::access_token(&mut browser).await;
    house.later(60);
    let page = browser.open("/account/portals/rp").await;
    browser.submit(&page, &[]).await;
    house.later(60);
    let page = browser.open("/account/history").await;
    let file = press(&mut browser, &page, "/account/history/file", ("", "")).await;
    assert_eq!(file.headers.get("content-type").unwrap(), "text/csv; charset=utf-8");
    assert_eq!(
        file.headers.get("content-disposition").unwrap(),
        "attachment; filename=\"sekisho-history.csv\""
    );
    assert_eq!(file.headers.get("cache-control").unwrap(), "no-store");
    assert!(file.body.starts_with('\u{feff}') && !file.body.contains(",\"="));
    assert_snapshot!("history", file.body.trim_start_matches('\u{feff}').replace("\r\n", "\n"));
    browser.open("/account/history").await.saying("できごとのファイルを保存");
}

#[tokio::test]
async fn everything_kept_of_a_person_is_in_one_file_and_nothing_that_opens_a_door() {
    let house = House::new().await;
    portal(&house).await;
    let (member, neighbour) = (aoba(&house).await, sora(&house).await);
    house.later(60);
    let mut browser = signed_in(&house, &member, IPHONE).await;
    house.later(60);
    client::access_token(&mut browser).await;
    signed_in(&house, &neighbour, WINDOWS).await;
    let page = browser.open("/account/data").await;
    let file = browser.submit(&page, &[]).await;
    assert_eq!(file.headers.get("content-type").unwrap(), "application/json");
    assert_eq!(file.headers.get("cache-control").unwrap(), "no-store");
    let document: Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!(document["format"], "sekisho.account/1");
    assert_eq!(document["contacts"]["email"], "aoba@example.jp");
    assert_eq!(document["memberships"][0]["record"]["number"], "200001");
    for inside in
        ["argon2", "ses_", "acc_", "fac_", "dev_", "secret", "cookie", "digest", "192.0.2.1", "sora"]
    {
        assert!(!file.body.contains(inside), "{inside}: {}", file.body);
    }
    for cookie in browser.cookies.values().filter(|value| value.len() > 2) {
        assert!(!file.body.contains(cookie.as_str()));
    }
    assert_snapshot!("data", file.body);
    browser.open("/account/history").await.saying("保存されている内容を受け取り");
}
