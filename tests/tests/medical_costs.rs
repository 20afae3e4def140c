//! Medical costs, from a sign-in elsewhere to the files and out again: on a phone and on a desk, in both languages.

use anyhow::{bail, ensure};
use http::Request;
use sekisho_base::Language;
use sekisho_demo::greeting::Person;
use sekisho_demo::inbox::Message;
use sekisho_medical_costs::import::{Findings, Outcome, Place, Plan, import};
use sekisho_medical_costs::rules::calendar::Calendar;
use sekisho_site::clock::Door;
use sekisho_site::db::Db;
use sekisho_site::http::{Client, Reach};
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{Second, Visitor};

/// An insured person with two children who are ten years old.
const ICHIRO: Person = Person {
    name: "田中 一郎",
    symbol: "45",
    number: "321",
    branch: "00",
    family_name: "タナカ",
    given_name: "イチロウ",
    birth_date: "19850115",
};

/// Opens the portal for somebody who is signed in at the other one: nothing is asked.
async fn open(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let costs = visitor.town.costs();
    visitor.browser.go(&format!("{costs}/?insurer=aoba")).await?;
    visitor.browser.follow("/login").await?;
    visitor.browser.arrive_at(&format!("{costs}/costs")).await
}

/// Fetches a file with the browser's session: status, what it is saved as, and its bytes.
async fn save(visitor: &Visitor<'_>, path: &str) -> anyhow::Result<(u16, String, Vec<u8>)> {
    let cookies = visitor.browser.cookies().await?;
    let cookies: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request =
        Request::get(format!("{}{path}", visitor.town.costs())).header("cookie", cookies.join("; "));
    let answer = Client::new(Reach::Loopback).send(request.body(Vec::new())?).await?;
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ensure!(answer.status() != 200 || header("cache-control") == "no-store", "{path} may be kept");
    let name = header("content-disposition").to_owned();
    Ok((answer.status().as_u16(), name, answer.into_body()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_sees_a_year_lists_parts_of_it_saves_it_and_leaves() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.register(Second::Sms).await?;
    open(&visitor).await?;
    let browser = &visitor.browser;
    for words in
        ["あなたが窓口で払った額", "87,396", "9月分まで届いています", "点線は、まだ届いていない月です"]
    {
        browser.see(words).await?;
    }
    ensure!(!browser.has("nav .people").await?, "nobody else is spoken of");

    // Cards on a phone, and still a table to whoever listens.
    ensure!(
        browser
            .ask("return getComputedStyle(document.querySelector('.bills tr:not(thead tr)')).display")
            .await?
            == "grid"
    );
    ensure!(browser.read(".bills tbody", Some("role")).await? == "rowgroup");

    browser.poke("summary").await?;
    browser.pick("month", "2").await?;
    browser.onward().await?;
    browser.see("2件・自己負担 15,075円").await?;
    browser.follow_ending("#bills").await?;
    browser.tap(".bills tbody a").await?;
    browser.see("診療年月").await?;
    browser.tap("main .way a").await?;
    browser.see("87,396").await?;

    let year = town.now().date_in_tokyo().year();
    for (file, begins) in [
        ("notice.pdf", "%PDF-"),
        ("notice-tax.pdf", "%PDF-"),
        ("costs.csv", "\u{feff}"),
        ("costs-sjis.csv", ""),
        ("costs.xml", "<?xml"),
    ] {
        let (status, name, bytes) = save(&visitor, &format!("/costs/{year}/{file}")).await?;
        ensure!(status == 200 && name.starts_with("attachment; "), "{file}: {status} {name}");
        ensure!(bytes.starts_with(begins.as_bytes()) && bytes.len() > 500, "{file}: {} bytes", bytes.len());
        ensure!(!name.contains("A0000001") && name.is_ascii(), "{name}");
    }

    browser.follow("/eligibility").await?;
    for words in ["記号", "200001", "ケンポ ショウコ", "06999015"] {
        browser.see(words).await?;
    }
    browser.go(&format!("{}/logout", town.costs())).await?;
    browser.onward().await?;
    browser.see("ログアウトしました").await?;
    ensure!(!visitor.is_signed_in().await?, "the sign-in itself has ended");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_sees_the_children_whose_insurer_allows_it_alone_and_together() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let mut visitor = Visitor::new(&town, Kind::DESK.speaking(Language::En)).await?;
    visitor.member.record = ICHIRO;
    visitor.register(Second::Sms).await?;
    open(&visitor).await?;
    let browser = &visitor.browser;
    browser.see("What you paid").await?;
    browser.follow_ending("?person=all").await?;
    for words in ["What your family paid", "田中 春樹", "田中 春義"] {
        browser.see(words).await?;
    }
    browser.tap(".people li:nth-child(2) a").await?;
    browser.see("What 田中 春樹 paid").await?;

    // On paper: the table with its head, and nothing to press.
    browser.on_paper(true).await?;
    let shown = "const at = s => getComputedStyle(document.querySelector(s)).display; return [at('.bills thead'), at('.chips'), at('.saves'), at('.paper')].join()";
    ensure!(
        browser.ask(shown).await? == "table-header-group,none,none,block",
        "{:?}",
        browser.ask(shown).await?
    );
    browser.on_paper(false).await?;
    ensure!(browser.complaints().await?.is_empty(), "{:?}", browser.complaints().await?);
    Ok(())
}

/// One visit of Shōko's in August that was not among the samples.
const NEWS: &[u8] =
    "06999015,A0000001,202608,見本クリニック,9910000001,医科外来,1,1000,0,700,0,300,0,0,0,,\r\n".as_bytes();

/// Imports an extract, as the office does.
async fn deliver(town: &Town, extract: &'static [u8]) -> anyhow::Result<()> {
    let db = Db::connect(&town.costs_database).await?;
    let door = Door::new(town.clock.clone());
    let plan = Plan::new(("aoba", "06999015"), Calendar::default(), town.now().date_in_tokyo());
    let mut findings = Findings::new(std::io::sink());
    let report = import(Place { db: &db, door: &door }, &plan, extract, &mut findings, &mut |_| {}).await?;
    ensure!(report.outcome == Outcome::Merged && report.counts.added == 1, "{report:?}");
    db.close().await;
    Ok(())
}

/// The mail that tells of new data, among whatever else has come.
async fn told(town: &Town, address: &str) -> anyhow::Result<Message> {
    // Deliveries are looked for every ten seconds.
    for _ in 0..6 {
        match town.message(address).await {
            Ok(mail) if mail.subject.contains("医療費") => return Ok(mail),
            _ => {}
        }
    }
    bail!("nobody was told of the delivery")
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_chose_so_at_the_account_is_told_by_mail_that_new_data_have_come() -> anyhow::Result<()> {
    let at_once = [("medical-costs.toml", "at_once = false", "at_once = true")];
    let town = Town::start_otherwise(Rows::Sqlite, &at_once).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.register(Second::Sms).await?;
    let browser = &visitor.browser;
    browser.go(&format!("{}/account/profile", town.idp())).await?;
    browser.tick("opt_in_medical_costs").await?;
    browser.onward().await?;
    open(&visitor).await?;
    browser.see("87,396").await?;

    deliver(&town, NEWS).await?;
    browser.go(&format!("{}/costs", town.costs())).await?;
    browser.see("87,696").await?;
    let mail = told(&town, visitor.member.email).await?;
    ensure!(mail.text.contains(&town.costs()), "{}", mail.text);
    for kept_back in ["見本クリニック", "300", "健保 翔子", "200001"] {
        ensure!(
            !mail.text.contains(kept_back) && !mail.html.contains(kept_back),
            "{kept_back}: {}",
            mail.text
        );
    }
    Ok(())
}
