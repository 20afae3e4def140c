//! The second key: a number without SMS, an app whose clock is off.

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{App, ONE_STEP, Second};

use super::at_the_second_key;

#[tokio::test(flavor = "multi_thread")]
async fn a_number_without_sms_is_refused_and_the_app_is_another_way() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let mut visitor = at_the_second_key(&town, Kind::PHONE).await?;
    visitor.browser.choose("factor", "sms").await?;
    visitor.browser.onward().await?;
    visitor.browser.fill("phone", "03-0000-0001").await?;
    visitor.browser.onward().await?;
    visitor.browser.see("SMSを受け取れないようです").await?;
    visitor.browser.press("do", "other").await?;
    visitor.member.phone = "unused";
    visitor.set_up(Second::App).await?;
    visitor.browser.arrive_at(&town.portal()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn mf_04_an_app_whose_clock_is_half_a_minute_off_works_and_five_minutes_do_not() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_second_key(&town, Kind::PHONE).await?;
    visitor.browser.choose("factor", "totp").await?;
    visitor.browser.onward().await?;
    let app = App::scan(&visitor.browser).await?;
    visitor.enter(&app.digits_off_by(&town, 300)).await?;
    visitor.browser.see("時刻が自動設定になっているか").await?;
    let late = -i64::try_from(ONE_STEP.as_secs())?;
    visitor.enter(&app.digits_off_by(&town, late)).await?;
    visitor.browser.arrive_at(&town.portal()).await
}
