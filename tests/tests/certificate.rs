//! The certificate itself: reasons, addresses, families, its end, and the home screen (guide rows A9, A10, A16 to A34).

use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_demo::greeting::Person;
use sekisho_site::http::{Client, Reach};
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{Second, Visitor};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_is_asked_for_when_it_changed() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.register(Second::Sms).await?;
    let browser = &visitor.browser;
    browser.onward().await?;
    browser.see("もう一度お確かめください").await?;
    browser.choose("reason", "card-lost").await?;
    browser.tick("address_changed").await?;
    browser.onward().await?;
    let items = [
        ("postal_code", "100-0000"),
        ("city", "見本市"),
        ("street", "例町１－２－３"),
        ("phone", "0300000001"),
    ];
    for (name, value) in items {
        browser.fill(name, value).await?;
    }
    browser.pick("prefecture", "東京都").await?;
    browser.onward().await?;
    browser.see("有効").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_insured_person_chooses_for_whom_the_certificate_is() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let mut visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.member.record = Person {
        name: "田中 一郎",
        symbol: "45",
        number: "321",
        branch: "00",
        family_name: "タナカ",
        given_name: "イチロウ",
        birth_date: "19850115",
    };
    visitor.register(Second::Sms).await?;
    let browser = &visitor.browser;
    browser.see("田中 春樹").await?;
    let child = browser.read("label:nth-of-type(2) input[name=certificate]", Some("value")).await?;
    browser.choose("certificate", &child).await?;
    browser.onward().await?;
    visitor.give_reason().await?;
    browser.see("有効").await?;
    browser.see("田中 春樹").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_outlives_sessions_and_shows_its_end() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.register(Second::Sms).await?;
    visitor.give_reason().await?;
    visitor.browser.see("有効").await?;
    visitor.browser.go(&format!("{}/certificates", town.portal())).await?;
    visitor.browser.follow_ending("/card").await?;
    let card = visitor.browser.address().await?;
    // Used every hour, the session lives for a day.
    for _ in 0..23 {
        town.pass(Duration::from_mins(59));
        visitor.browser.reload().await?;
    }
    visitor.browser.see("有効").await?;
    // Exactly 48 hours count as expired.
    town.pass(Duration::from_mins(48 * 60 - 23 * 59));
    visitor.sign_in(None).await?;
    visitor.browser.see("理由").await?;
    visitor.browser.go(&card).await?;
    visitor.browser.see("期限切れ").await?;
    visitor.browser.see("もう一度申し込むと").await?;
    assert!(!visitor.browser.has(".clock").await?, "what has ended shows no clock");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_on_the_screen_announces_its_end_and_turns_grey_by_itself() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    let browser = &visitor.browser;
    visitor.register(Second::Sms).await?;
    visitor.give_reason().await?;
    browser.see("有効").await?;
    let ends_at = browser.read("#clock", Some("data-until")).await?.parse::<i64>()?;
    town.pass(Duration::from_mins(47 * 60 + 30));
    visitor.sign_in(None).await?;
    browser.see("有効な資格確認書が").await?;
    browser.follow_ending("/card").await?;
    browser.see("まもなく期限です").await?;
    // Eight seconds before the end it is still good; then nobody touches anything.
    town.clock.set(Timestamp::from_micros((ends_at - 8_000) * 1_000));
    browser.reload().await?;
    browser.see("あと0分").await?;
    browser.see("期限切れ").await?;
    browser.see("もう一度申し込むと").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_stays_japanese_for_a_reader_of_english() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE.speaking(sekisho_base::Language::En)).await?;
    visitor.register(Second::Sms).await?;
    visitor.give_reason().await?;
    visitor.browser.see("Show this card at reception").await?;
    for words in ["有効", "記号", "番号", "枝番", "保険者番号", "有効期限"] {
        visitor.browser.see(words).await?;
    }
    assert_eq!(visitor.browser.read(".cert", Some("lang")).await?, "ja");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_portal_can_be_put_on_the_home_screen() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.browser.go(&format!("{}/?insurer=aoba", town.portal())).await?;
    let href = visitor.browser.read("link[rel=manifest]", Some("href")).await?;
    let http = Client::new(Reach::Loopback);
    let manifest = fetch(&http, &format!("{}{href}", town.portal())).await?;
    let manifest: Value = serde_json::from_slice(&manifest)?;
    assert_eq!(manifest["display"], "standalone");
    let icons = manifest["icons"].as_array().cloned().unwrap_or_default();
    assert!(icons.iter().any(|icon| icon["sizes"] == "192x192"), "{manifest}");
    assert!(icons.iter().any(|icon| icon["sizes"] == "512x512"), "{manifest}");
    for icon in icons {
        let source = icon["src"].as_str().unwrap_or_default();
        assert!(fetch(&http, &format!("{}{source}", town.portal())).await?.len() > 200, "{source}");
    }
    visitor.browser.follow("/home-screen").await?;
    for words in ["Safari", "Chrome", "ホーム画面に追加"] {
        visitor.browser.see(words).await?;
    }
    Ok(())
}

async fn fetch(http: &Client, address: &str) -> anyhow::Result<Vec<u8>> {
    let answer = http.send(http::Request::get(address).body(Vec::new())?).await?;
    anyhow::ensure!(answer.status() == 200, "{address}: {}", answer.status());
    Ok(answer.into_body())
}
