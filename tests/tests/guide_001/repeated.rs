//! Links that are too old, registrations that are begun again, and what was forgotten.

use std::time::Duration;

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::kaede::{JUNICHI, Member, SHOKO, Visitor};

/// Rows B26, B34, B39: after a day the link is too old; a repeated registration takes the place of the pending one.
#[tokio::test(flavor = "multi_thread")]
async fn b26_b39_a_link_lasts_a_day_and_a_repeated_registration_supersedes_it() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let mut visitor = Visitor::new(&town, Kind::PHONE, SHOKO).await?;
    for member in [SHOKO, JUNICHI] {
        visitor.member = member;
        visitor.to_the_mail().await?;
        let waiting = visitor.browser.address().await?;
        let link = town.link(visitor.member.email).await?;
        // Just before the day is over the page still waits, and exactly a day counts as over.
        town.pass(Duration::from_mins(24 * 60 - 1));
        visitor.browser.go(&waiting).await?;
        visitor.browser.see("24時間").await?;
        town.pass(Duration::from_mins(1));
        visitor.browser.go(&link).await?;
        visitor.browser.see("時間が過ぎました").await?;
        visitor.browser.see("はじめからやり直す").await?;
        visitor.browser.picture("kaede-30-too-old").await?;

        // A pending registration blocks nobody, and the newest link alone is good.
        visitor.to_the_mail().await?;
        let pending = town.link(visitor.member.email).await?;
        visitor.to_the_mail().await?;
        let newest = town.link(visitor.member.email).await?;
        for old in [&link, &pending] {
            visitor.browser.go(old).await?;
            visitor.browser.see_one_of(&["時間が過ぎました", "使い終わりました"]).await?;
        }
        // People read their mail when they have time: longer than a portal's request lives.
        town.pass(Duration::from_hours(1));
        visitor.open(&newest).await?;
        if !visitor.member.given_id.is_empty() {
            visitor.choose_password(visitor.member.password).await?;
        }
        visitor.browser.see("登録が終わりました").await?;
        visitor.browser.follow(&format!("{}/initiate", town.portal())).await?;
        visitor.browser.arrive_at(&format!("{}/certificates", town.portal())).await?;
        town.message(visitor.member.email).await?;
        visitor.sign_out().await?;
    }
    // Once registered, one signs in: the numbers do not lead to a second account.
    visitor.member = Member { email: "second@example.jp", ..JUNICHI };
    visitor.to_sign_up().await?;
    visitor.say_who().await?;
    visitor.browser.see("この方の登録は済んでいます").await
}

/// Rows B2, B3: two links at the foot of the sign-in page; who has lost everything is told where to turn.
#[tokio::test(flavor = "multi_thread")]
async fn b2_b3_who_forgot_the_id_or_the_password_or_both_is_told_where_to_turn() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE, SHOKO).await?;
    let browser = &visitor.browser;
    let pages = [
        ("/recover?", "パスワードを忘れたとき", "パスワードを\n忘れたとき"),
        ("/recover/id", "ログインIDを忘れたとき", "ログインIDを\n忘れたとき"),
    ];
    for (href, link, title) in pages {
        visitor.to_sign_in().await?;
        browser.see(link).await?;
        browser.follow(href).await?;
        browser.see(title).await?;
        // What to do when both are lost stands on each of them.
        let page = browser.read("main", None).await?;
        assert!(page.contains("組合の窓口") && page.contains("03-0000-0230"), "{page}");
    }
    browser.see("IDもパスワードも").await?;
    browser.picture("kaede-31-both-forgotten").await.map(drop)
}
