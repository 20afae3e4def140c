//! Every page of both portals and of a member's account that links lead to, looked at as delivered.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anyhow::Context as _;
use sekisho_base::Language;
use sekisho_tests::browser::{Browser, Kind};
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{Second, Visitor};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{hands, portals};

/// Pages of one form are looked at this often.
const OF_A_FORM: usize = 2;

/// Where no link leads, or only somebody else's.
const BESIDE: [&str; 4] = ["/offline", "/nothing-here", "/logout", "/home-screen?insurer=aoba"];

/// The pages that a page leads to, without files and without the ways out of the portal.
const LINKS: &str = "
const file = /\\.(pdf|csv|xml|zip|webmanifest)$/;
const away = ['/login', '/register', '/initiate', '/logout'];
return [...document.querySelectorAll('a[href]')].filter(link => !link.hasAttribute('download'))
  .map(link => new URL(link.href))
  .filter(url => url.origin === location.origin && !file.test(url.pathname) && !away.includes(url.pathname))
  .map(url => url.pathname + url.search);";

/// A path with everything in it that differs from person to person and year to year made equal.
fn form(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let fixed = |part: &str| part.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
    let parts: Vec<&str> = path.split('/').map(|part| if fixed(part) { part } else { "…" }).collect();
    let names: Vec<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{}", parts.join("/"), names.join("&"))
}

/// Goes wherever links lead from the front page, and looks at each page.
async fn crawl(
    browser: &Browser,
    portal: &str,
    look: impl AsyncFn(&Browser, &str) -> anyhow::Result<()>,
) -> anyhow::Result<BTreeSet<String>> {
    let mut waiting: VecDeque<String> = ["/"].iter().chain(&BESIDE).map(|path| (*path).to_owned()).collect();
    let mut known: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut forms: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    while let Some(path) = waiting.pop_front() {
        let seen = forms.entry(form(&path)).or_default();
        if *seen >= OF_A_FORM {
            continue;
        }
        *seen += 1;
        browser.go(&format!("{portal}{path}")).await?;
        if let Err(error) = look(browser, &path).await {
            wrong.push(format!("{path}: {error:#}"));
        }
        let links = browser.ask(LINKS).await?;
        for link in links.as_array().into_iter().flatten().filter_map(Value::as_str) {
            if known.insert(link.to_owned()) {
                waiting.push_back(link.to_owned());
            }
        }
    }
    anyhow::ensure!(wrong.is_empty(), "{portal}\n{}", wrong.join("\n"));
    Ok(forms.into_keys().collect())
}

/// What must hold of every page, whoever looks at it.
async fn is_sound(browser: &Browser) -> anyhow::Result<()> {
    let faults = browser.faults().await?;
    anyhow::ensure!(faults.is_empty(), "{}", faults.join("\n"));
    browser.weigh().await?;
    hands::fits(browser).await
}

/// What must hold for who uses a thumb, or the keys alone, and asked for stillness.
async fn is_at_hand(browser: &Browser) -> anyhow::Result<()> {
    let found = [
        is_sound(browser).await,
        hands::is_still(browser).await,
        hands::targets_are_large(browser).await,
        hands::keys_lead_through(browser).await,
    ];
    let wrong: Vec<String> =
        found.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect();
    anyhow::ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// The pages of the identity provider that only another party's client leads to: a question about what it wants to read,
/// a refusal, and a question about signing out.
async fn meet_another_party(
    town: &Town,
    browser: &Browser,
    look: impl AsyncFn(&Browser) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let callback = "http://localhost:9/callback";
    let third = json!({
        "id": "third", "name": { "ja": "健康手帳", "en": "Health diary" }, "insurers": ["aoba"],
        "redirect_uris": [callback], "token_endpoint_auth_method": "none", "scopes": ["openid", "profile", "insurance"],
    });
    town.register(third).await?;
    let asking = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("client_id", "third"), ("redirect_uri", callback), ("response_type", "code")])
        .extend_pairs([("scope", "openid profile insurance"), ("code_challenge_method", "S256")])
        .append_pair("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        .finish();
    for (path, selector) in [
        (format!("/authorize?{asking}"), "button[name=decision]"),
        ("/authorize?client_id=nobody".to_owned(), "main"),
        ("/logout".to_owned(), "main form"),
    ] {
        browser.go(&format!("{}{path}", town.idp())).await?;
        anyhow::ensure!(browser.has(selector).await?, "{path} shows {}", browser.text().await?);
        look(browser).await.context(path)?;
    }
    Ok(())
}

async fn signed_in(town: &Town, kind: Kind) -> anyhow::Result<Visitor<'_>> {
    let visitor = Visitor::new(town, kind).await?;
    visitor.register(Second::Sms).await?;
    visitor.give_reason().await?;
    visitor.browser.see("発行番号").await?;
    Ok(visitor)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_both_portals_can_be_used_by_hand_and_read_aloud() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = signed_in(&town, Kind::PHONE).await?;
    let browser = &visitor.browser;
    browser.keep_still().await?;
    for (name, portal) in portals(&town).into_iter().chain([("identity provider", town.idp())]) {
        let forms = crawl(browser, &portal, async |browser, _| is_at_hand(browser).await).await?;
        assert!(forms.len() >= 8, "{name} has only {forms:?}");
    }
    meet_another_party(&town, browser, async |browser| is_at_hand(browser).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_both_portals_reads_as_well_at_a_desk_in_english_in_the_dark() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = signed_in(&town, Kind::DESK.speaking(Language::En).in_the_dark()).await?;
    for (_, portal) in portals(&town) {
        crawl(&visitor.browser, &portal, async |browser, _| is_sound(browser).await).await?;
    }
    meet_another_party(&town, &visitor.browser, async |browser| is_sound(browser).await).await
}

#[test]
fn pages_of_one_form_are_told_from_others() {
    assert_eq!(form("/costs/2026/bills/b_1?month=3&kind=x"), "/costs/…/bills/…?month&kind");
    assert_eq!(form("/certificates"), "/certificates?");
}
