//! What an owner sees of the account: an iPhone's pages, with a computer signed in beside it.

use sekisho_base::Language;
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{Second, Visitor};

use super::look::Tour;

/// A member of aoba with two browsers and one portal.
async fn walk(kind: Kind, name: &str) -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let registering = Visitor::new(&town, Kind::PHONE).await?;
    registering.register(Second::Sms).await?;
    let visitor = Visitor::new(&town, kind).await?;
    visitor.sign_in(None).await?;
    let tour = Tour::with(visitor.browser, &town, name);
    for (page, path) in [
        ("01-overview", "/account"),
        ("02-devices", "/account/devices"),
        ("03-others", "/account/devices/others"),
        ("04-history", "/account/history"),
        ("05-portals", "/account/portals"),
        ("06-withdraw", "/account/portals/certificate"),
        ("07-data", "/account/data"),
    ] {
        tour.go(path).await?;
        tour.see(page).await?;
    }
    files(&tour).await?;
    end(&tour).await?;
    registering.browser.go(&format!("{}/account", town.idp())).await?;
    anyhow::ensure!(registering.browser.address().await?.contains("/login"), "the other browser is still in");
    Ok(())
}

/// What is taken away.
async fn files(tour: &Tour<'_>) -> anyhow::Result<()> {
    let (name, text) = tour.browser.download("/account/data").await?;
    anyhow::ensure!(name == "sekisho-account.json" && text.contains("shoko@example.jp"), "{name} {text}");
    tour.go("/account/history").await?;
    let (name, text) = tour.browser.download("/account/history/file").await?;
    anyhow::ensure!(name == "sekisho-history.csv" && text.contains("SMS"), "{name} {text}");
    Ok(())
}

/// What is ended.
async fn end(tour: &Tour<'_>) -> anyhow::Result<()> {
    tour.go("/account/devices/others").await?;
    tour.browser.onward().await?;
    tour.see("08-others-signed-out").await?;
    tour.go("/account/portals/certificate").await?;
    tour.browser.onward().await?;
    tour.see("09-portal-disconnected").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_on_a_phone_in_japanese() -> anyhow::Result<()> {
    walk(Kind::PHONE, "account-phone-ja").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_at_a_desk_in_english_without_scripts() -> anyhow::Result<()> {
    walk(Kind::DESK.speaking(Language::En).without_scripts(), "account-desk-en").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_on_a_small_phone_in_english_in_the_dark() -> anyhow::Result<()> {
    let kind = Kind { size: (320, 640), ..Kind::PHONE };
    walk(kind.speaking(Language::En).in_the_dark(), "account-small-en-dark").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_at_a_desk_in_japanese() -> anyhow::Result<()> {
    walk(Kind::DESK, "account-desk-ja").await
}
