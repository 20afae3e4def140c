//! Guide 000 from end to end, in a real browser against the real house: first registration (①), return within 48 hours
//! (②), return after 48 hours (③), by SMS and by app, on both databases.

use std::time::Duration;

use sekisho_base::Language;
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{Second, Visitor};

const HOUR: Duration = Duration::from_hours(1);

/// ①, ② and ③ by one person, one after the other.
async fn guide(rows: Rows, kind: Kind, second: Second) -> anyhow::Result<()> {
    let town = Town::start(rows).await?;
    let visitor = Visitor::new(&town, kind).await?;
    let browser = &visitor.browser;

    let app = visitor.register(second).await?;
    visitor.give_reason().await?;
    browser.see("有効").await?;
    browser.see(visitor.member.record.name).await?;
    let first = serial(&visitor).await?;
    visitor.sign_out().await?;

    // ② within 48 hours: the same certificate, or another one if it is asked for.
    town.pass(47 * HOUR);
    visitor.sign_in(app.as_ref()).await?;
    browser.see_one_of(&["申し込み直す", "Apply again"]).await?;
    browser.follow_ending("/card").await?;
    assert_eq!(serial(&visitor).await?, first);
    browser.back().await?;
    browser.follow_ending("/apply").await?;
    visitor.give_reason().await?;
    let second = serial(&visitor).await?;
    assert_ne!(second, first);
    visitor.sign_out().await?;

    // ③ after 48 hours: a reason again. Exactly 48 hours count as expired.
    town.pass(48 * HOUR);
    visitor.sign_in(app.as_ref()).await?;
    visitor.give_reason().await?;
    assert_ne!(serial(&visitor).await?, second);
    assert_eq!(browser.complaints().await?, Vec::<String>::new());
    Ok(())
}

/// The number of the certificate on the screen.
async fn serial(visitor: &Visitor<'_>) -> anyhow::Result<String> {
    visitor.browser.see("発行番号").await?;
    let text = visitor.browser.text().await?;
    let after = text.split_once("発行番号").map(|(_, after)| after.trim_start().to_owned());
    Ok(after.and_then(|after| after.split_whitespace().next().map(str::to_owned)).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_registers_by_sms_and_comes_back_before_and_after_48_hours() -> anyhow::Result<()> {
    guide(Rows::Sqlite, Kind::PHONE, Second::Sms).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_registers_with_an_app_on_postgresql_and_comes_back() -> anyhow::Result<()> {
    guide(Rows::Postgres, Kind::PHONE, Second::App).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_registers_with_an_app_in_english_at_a_desk() -> anyhow::Result<()> {
    guide(Rows::Sqlite, Kind::DESK.speaking(Language::En), Second::App).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_registers_by_sms_on_postgresql_without_any_script() -> anyhow::Result<()> {
    guide(Rows::Postgres, Kind::PHONE.without_scripts(), Second::Sms).await
}
