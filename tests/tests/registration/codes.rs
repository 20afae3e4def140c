//! Codes by mail: wrong, old, spent, sent again, typed as people type them.

use std::time::Duration;

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};

use super::at_the_code;

/// A code that is not `code`.
fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_says_how_many_tries_are_left_and_after_five_only_a_new_one_works() -> anyhow::Result<()>
{
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_code(&town, Kind::PHONE).await?;
    let (browser, code) = (&visitor.browser, town.code(visitor.member.email).await?);
    for left in ["あと4回", "あと3回", "あと2回", "あと1回"] {
        visitor.enter(other_than(&code)).await?;
        browser.see(left).await?;
    }
    visitor.enter(other_than(&code)).await?;
    browser.see("このコードは使えなくなりました").await?;
    // The right one comes too late.
    visitor.enter(&code).await?;
    browser.see("新しいコードを送ってください").await?;
    browser.press("do", "resend").await?;
    browser.see_one_of(&["送ったばかりです", "新しいコードを送りました"]).await?;
    town.pass(Duration::from_mins(2));
    browser.press("do", "resend").await?;
    browser.see("新しいコードを送りました").await?;
    visitor.enter_mailed_code().await?;
    browser.see("枝番").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_ends_after_ten_minutes_and_resending_has_a_pause_of_a_minute() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let visitor = at_the_code(&town, Kind::PHONE).await?;
    let (browser, old) = (&visitor.browser, town.code(visitor.member.email).await?);
    browser.press("do", "resend").await?;
    browser.see("送ったばかりです").await?;
    town.pass(Duration::from_mins(10));
    visitor.enter(&old).await?;
    browser.see("時間が過ぎました").await?;
    browser.press("do", "resend").await?;
    browser.see("新しいコードを送りました").await?;
    let new = town.code(visitor.member.email).await?;
    if new != old {
        visitor.enter(&old).await?;
        browser.see("確認コードが違います").await?;
    }
    visitor.enter(&new).await?;
    browser.see("枝番").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_read_as_people_type_it() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_code(&town, Kind::PHONE).await?;
    let code = town.code(visitor.member.email).await?;
    let wide: String = code.chars().filter_map(|digit| char::from_u32(u32::from(digit) + 0xFEE0)).collect();
    let (first, rest) = wide.split_at("０００".len());
    visitor.enter(&format!("{first}-{rest}")).await?;
    visitor.browser.see("枝番").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_can_be_mended_and_the_first_one_proves_nothing_any_more() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let mut visitor = at_the_code(&town, Kind::PHONE).await?;
    let first = town.code(visitor.member.email).await?;
    visitor.browser.press("do", "back").await?;
    visitor.member.email = "shoko.kempo@example.jp";
    visitor.choose_password().await?;
    let second = town.code(visitor.member.email).await?;
    if first != second {
        visitor.enter(&first).await?;
        visitor.browser.see("確認コードが違います").await?;
    }
    visitor.enter(&second).await?;
    visitor.browser.see("枝番").await
}
