//! A portal on a home screen: what the browser reads in its manifest, and what it shows without a connection.

use anyhow::Context as _;
use sekisho_base::Language;
use sekisho_tests::browser::{Browser, Kind};
use sekisho_tests::town::{Rows, Town};
use serde_json::Value;

use super::portals;

#[tokio::test(flavor = "multi_thread")]
async fn each_portal_has_a_manifest_of_its_own_that_browsers_take() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    for language in [Language::Ja, Language::En] {
        let browser = Browser::open(Kind::PHONE.speaking(language)).await?;
        let mut names = Vec::new();
        for (name, portal) in portals(&town) {
            browser.go(&format!("{portal}/?insurer=aoba")).await?;
            let read = browser.manifest().await?;
            assert_eq!(read["errors"], Value::Array(Vec::new()), "{name}");
            let text = read["data"].as_str().context("the browser reads no manifest")?;
            let manifest: Value = serde_json::from_str(text)?;
            assert_eq!((&manifest["display"], &manifest["scope"]), (&"standalone".into(), &"/".into()));
            assert_eq!(manifest["lang"], language.tag());
            let start = manifest["start_url"].as_str().unwrap_or_default();
            assert!(start.starts_with('/') && start.contains("insurer=aoba"), "{name} starts at {start}");
            let icons = manifest["icons"].as_array().context("no icons")?;
            for wanted in [("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")] {
                let fits = |icon: &Value| icon["sizes"] == wanted.0 && icon["purpose"] == wanted.1;
                assert!(icons.iter().any(fits), "{name} has no icon {wanted:?}");
            }
            names.push(manifest["name"].clone());
        }
        names.dedup();
        assert_eq!(names.len(), portals(&town).len(), "{names:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_each_portal_says_so_on_a_page_of_its_own() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let browser = Browser::open(Kind::PHONE).await?;
    let portals = portals(&town);
    for (_, portal) in &portals {
        browser.go(&format!("{portal}/?insurer=aoba")).await?;
        browser
            .wait_for("return navigator.serviceWorker.ready.then(it => it.active.state === 'activated')")
            .await?;
    }
    // Nobody answers any more.
    town.close().await?;
    for (name, portal) in &portals {
        browser.go(&format!("{portal}/?insurer=aoba")).await?;
        browser.see("つながると、続きから始められます").await.with_context(|| (*name).to_owned())?;
        let faults = browser.faults().await?;
        assert!(faults.is_empty(), "{name}: {}", faults.join("\n"));
        // Nothing of a person is kept, and the page has its own look.
        let kept = browser.ask(KEPT).await?;
        let kept: Vec<&str> = kept.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        assert!(kept.contains(&"/offline") && kept.len() <= 3, "{name} keeps {kept:?}");
        assert_ne!(browser.ask("return getComputedStyle(document.body).margin").await?, "8px", "{name}");
    }
    Ok(())
}

/// The paths that the worker keeps.
const KEPT: &str = "
return caches.keys().then(names => Promise.all(names.map(name => caches.open(name))))
  .then(all => Promise.all(all.map(one => one.keys())))
  .then(lists => lists.flat().map(request => new URL(request.url).pathname));";
