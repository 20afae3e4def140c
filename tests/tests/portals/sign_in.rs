//! One sign-in for all portals, and one sign-out.

use std::time::Duration;

use anyhow::ensure;
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{Second, Visitor};
use tokio::time::{Instant, sleep};

/// A page of the portal that only members see.
const COSTS: &str = "/costs";

/// Waits until the portal of medical costs has heard that the session has ended.
async fn is_shut(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let until = Instant::now() + Duration::from_secs(15);
    loop {
        visitor.browser.go(&format!("{}{COSTS}", visitor.town.costs())).await?;
        if visitor.browser.address().await?.contains("/login") {
            return Ok(());
        }
        ensure!(Instant::now() < until, "the other portal still opens: {}", visitor.browser.text().await?);
        sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_at_one_portal_opens_the_other_and_signing_out_closes_both() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    let browser = &visitor.browser;
    visitor.register(Second::Sms).await?;

    // No page is shown between the press and the other portal's own.
    browser.go(&format!("{}/?insurer=aoba", town.costs())).await?;
    browser.follow("/login").await?;
    browser.arrive_at(&format!("{}{COSTS}", town.costs())).await?;
    browser.see("あなたが窓口で払った額").await?;

    // Signing out at one ends both, and the sign-in itself.
    visitor.sign_out().await?;
    is_shut(&visitor).await?;
    assert!(!visitor.is_signed_in().await?);

    // The other way round.
    visitor.sign_in(None).await?;
    browser.go(&format!("{}{COSTS}", town.costs())).await?;
    browser.arrive_at(&format!("{}{COSTS}", town.costs())).await?;
    browser.go(&format!("{}/logout", town.costs())).await?;
    browser.onward().await?;
    browser.see("新規登録").await?;
    let until = Instant::now() + Duration::from_secs(15);
    loop {
        browser.go(&format!("{}/certificates", town.portal())).await?;
        if browser.address().await?.contains("/login") {
            return Ok(());
        }
        ensure!(Instant::now() < until, "the certificate portal still opens");
        sleep(Duration::from_millis(200)).await;
    }
}
