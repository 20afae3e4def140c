//! Family members and voluntarily continued persons, who have no ID: the numbers of the card, and the address as name.

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::kaede::{HANZO, HARUKI, JUNICHI, Member, Visitor};

/// Rows B1, B14, B21, B27 to B34, on PostgreSQL.
#[tokio::test(flavor = "multi_thread")]
async fn b14_a_dependent_registers_by_numbers_and_the_address_becomes_the_id() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let visitor = Visitor::new(&town, Kind::PHONE, JUNICHI).await?;
    let browser = &visitor.browser;
    visitor.to_sign_in().await?;
    for words in ["IDをお持ちでない方", "ご家族の方、任意継続の方", "資格確認書などをお手元に"]
    {
        browser.see(words).await?;
    }
    visitor.to_sign_up().await?;
    // The paper card is a fold away (B29); its numbers are those of the fields (B30); the button consents (B28).
    let drawn =
        "return [...document.querySelectorAll('svg.sample')].filter(it => it.checkVisibility()).length";
    assert_eq!(browser.ask(drawn).await?, 1);
    browser.ask("document.querySelector('details:has(svg.sample)').open = true").await?;
    assert_eq!(browser.ask(drawn).await?, 2);
    for words in ["紙の場合", "資格の照会についての同意", "上記に同意して、個人情報と規約の確認へ"]
    {
        browser.see(words).await?;
    }
    browser.picture("kaede-10-numbers").await?;
    visitor.say_who().await?;
    browser.see("会員利用規約").await?;
    visitor.agree().await?;
    // B31, B32: name and birth date as text, the address and a password, each twice; B33 is said.
    for words in ["ケンホ ジユンイチ", "平成11年（1999年）12月31日", "ログインIDになります"]
    {
        browser.see(words).await?;
    }
    assert!(!browser.has("[name=login_id], [name=kana_name], [name=birth_date]").await?);
    browser.tick("opt_in_health-news").await?;
    browser.picture("kaede-11-details").await?;
    visitor.set_up().await?;
    for words in ["お確かめください", JUNICHI.email, "健康だより"] {
        browser.see(words).await?;
    }
    assert!(!browser.text().await?.contains(JUNICHI.password), "a password is never shown");
    browser.onward().await?;
    browser.see("24時間").await?;
    visitor.open_link().await?;
    browser.arrive_at(&town.portal()).await?;
    visitor.see_the_certificate().await?;
    browser.see("健保 純一").await?;
    visitor.sign_out().await?;
    visitor.sign_in().await?;
    browser.see("申し込み直す").await
}

/// Rows B1, B14, B30: numbers as the voluntarily continued have them on paper; who has no ID is given none by its form.
#[tokio::test(flavor = "multi_thread")]
async fn b1_the_voluntarily_continued_register_by_numbers_and_twins_by_their_branch() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let mut visitor = Visitor::new(&town, Kind::DESK, HANZO).await?;
    visitor.to_sign_in().await?;
    visitor.type_in("7132-700012345", "19640229").await?;
    visitor.browser.see("ログインできませんでした").await?;
    visitor.register().await?;
    visitor.see_the_certificate().await?;
    visitor.browser.see("服部 半蔵").await?;
    visitor.sign_out().await?;
    visitor.member = Member { email: "Hanzo@Example.JP", ..HANZO };
    visitor.sign_in().await?;
    visitor.sign_out().await?;

    // Two persons fit: neither is bound until the branch says which, and their names are not told.
    visitor.member = HARUKI;
    visitor.to_sign_up().await?;
    assert!(!visitor.browser.has("[name=branch]").await?);
    visitor.say_who().await?;
    visitor.browser.see("枝番も入れてください").await?;
    visitor.browser.picture("kaede-12-twins").await?;
    let shown = visitor.browser.source().await?;
    assert!(!shown.contains("春樹") && !shown.contains("春義") && !shown.contains("ハルギ"));
    visitor.browser.fill("branch", "03").await?;
    visitor.say_who().await?;
    visitor.browser.see("組合の記録と一致しませんでした").await?;
    visitor.browser.fill("branch", "01").await?;
    visitor.say_who().await?;
    visitor.agree().await?;
    visitor.set_up().await?;
    visitor.browser.onward().await?;
    visitor.open_link().await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    visitor.see_the_certificate().await?;
    visitor.browser.see("田中 春樹").await
}
