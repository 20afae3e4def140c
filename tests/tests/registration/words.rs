//! What the pages say on the way.

use sekisho_base::Language;
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};

use super::at_the_identity;

#[tokio::test(flavor = "multi_thread")]
async fn pages_say_where_the_numbers_stand_in_which_letters_to_type_and_how_to_choose_a_key()
-> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_identity(&town, Kind::PHONE.speaking(Language::En)).await?;
    let browser = &visitor.browser;
    // A3 and A8.
    browser
        .see("Mynaportal, your Notice of Eligibility Information, or your eligibility certificate")
        .await?;
    browser.see("must be typed in Japanese kana").await?;
    browser.press("lang", "ja").await?;
    browser.see("マイナポータル、資格情報のお知らせ、資格確認書のどれか").await?;
    visitor.say_who().await?;
    visitor.agree().await?;
    // A13: the other way is explained, and the way back is the journey's own page.
    browser.see("認証アプリ").await?;
    let page = browser.address().await?;
    browser.follow("/help").await?;
    browser.see("どの方法を選べばよいですか").await?;
    browser.go(&page).await?;
    browser.choose("factor", "totp").await?;
    browser.onward().await?;
    // A15: nothing is sent.
    browser.see("メールやSMSは届きません").await?;
    assert!(browser.has(".qr").await?);
    assert!(town.messages(visitor.member.phone_e164).is_empty());
    Ok(())
}
