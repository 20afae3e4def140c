//! An insurer that gives out IDs, page by page (guide 001, rows B1 to B39): who has one, and who registers by numbers.

use std::time::Duration;

use sekisho_tests::browser::{Browser, Kind};
use sekisho_tests::town::{Rows, Town};

const PASSWORD: &str = "みどりの窓から海を見て空を思い出す";
const JUNICHI: [(&str, &str); 5] = [
    ("symbol", "91"),
    ("number", "200001"),
    ("insurer_number", "06999023"),
    ("kana_name", "けんぽ じゅんいち"),
    ("birth_date", "19991231"),
];

/// Types into controls and goes onward.
async fn answer(browser: &Browser, items: &[(&str, &str)]) -> anyhow::Result<()> {
    for (name, value) in items {
        browser.fill(name, value).await?;
    }
    browser.onward().await
}

async fn see(browser: &Browser, all: &[&str]) -> anyhow::Result<()> {
    for words in all {
        browser.see(words).await?;
    }
    Ok(())
}

async fn to_sign_in(town: &Town, browser: &Browser) -> anyhow::Result<()> {
    browser.go(&format!("{}/login?insurer=kaede", town.idp())).await
}

/// Both documents: the first one's box is out of reach until its text was read to the end (B15 to B17).
async fn agree(browser: &Browser) -> anyhow::Result<()> {
    see(browser, &["個人情報の取り扱いについて", "会員利用規約", "同意して、基本設定へ"]).await?;
    browser.onward().await?;
    browser.see("への同意が必要です").await?;
    let press = "document.getElementById('accept_privacy').click(); \
                 return document.getElementById('accept_privacy').checked";
    assert_eq!(browser.ask(press).await?, false, "not read yet");
    browser.see("終わりまでお読みになると").await?;
    // The End key leads there as well as a finger does.
    let end = "const text = document.querySelector('[data-unread]'); text.scrollTo(0, text.scrollHeight)";
    browser.ask(end).await?;
    browser.tick("accept_privacy").await?;
    browser.tick("accept_terms").await?;
    browser.onward().await
}

/// What is known is shown and stays as it is; the address is typed twice, and mails are chosen (B18 to B24).
async fn basic_setup(browser: &Browser) -> anyhow::Result<()> {
    see(browser, &["基本設定", "ケンポ ショウコ", "2000年", "7132-091200001", "ログインIDは変えられません"])
        .await?;
    assert!(!browser.has("[name=login_id], [name=kana_name], [name=birth_date]").await?);
    see(browser, &["携帯電話会社のアドレスも使えます", "メールマガジン", "健診結果が登録されたお知らせ"])
        .await?;
    for choice in ["check-up-results", "health-news", "events"] {
        assert!(!browser.is_ticked(&format!("opt_in_{choice}")).await?);
    }
    browser.tick("opt_in_check-up-results").await?;
    answer(browser, &[("email", "shoko@docomo.example"), ("email_again", "shoko@example.jp")]).await?;
    browser.see("上の欄と違います").await?;
    answer(browser, &[("email_again", "shoko@docomo.example")]).await?;
    see(browser, &["お確かめください", "shoko@docomo.example", "健診結果が登録されたお知らせ"]).await?;
    browser.press("do", "back").await?;
    assert_eq!(browser.value("email").await?, "shoko@docomo.example");
    browser.onward().await?;
    browser.onward().await?;
    see(browser, &["メールを", "24時間"]).await
}

/// Where to turn: for the ID, for the password, for both (B2, B3).
async fn forgotten(town: &Town, browser: &Browser) -> anyhow::Result<()> {
    for (href, title) in [("/recover?", "パスワードを"), ("/recover/id", "ログインIDを")] {
        to_sign_in(town, browser).await?;
        browser.follow(href).await?;
        see(browser, &[title, "忘れたとき"]).await?;
    }
    see(browser, &["組合の窓口", "03-0000-0230"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_given_an_id_goes_from_the_birth_date_to_a_password_of_their_own() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let browser = Browser::open(Kind::PHONE).await?;
    forgotten(&town, &browser).await?;
    to_sign_in(&town, &browser).await?;
    see(&browser, &["IDをお持ちでない方", "ご家族の方", "任意継続の方"]).await?;
    assert!(!browser.has("[name=password]").await?, "the ID stands alone on the first page");
    // Full width is read as half width, and the password is the date of birth.
    answer(&browser, &[("login_id", "７１３２－０９１２００００１")]).await?;
    browser.see("生年月日の8けた").await?;
    answer(&browser, &[("password", "20000121")]).await?;
    agree(&browser).await?;

    basic_setup(&browser).await?;

    // After a day the link is old, and the first sign-up is repeated: the ID and the birth date still open it.
    let first = town.link("shoko@docomo.example").await?;
    town.pass(Duration::from_mins(24 * 60 + 1));
    browser.go(&first).await?;
    see(&browser, &["過ぎました", "はじめから"]).await?;
    to_sign_in(&town, &browser).await?;
    answer(&browser, &[("login_id", "7132-091200001")]).await?;
    answer(&browser, &[("password", "20000121")]).await?;
    agree(&browser).await?;
    answer(&browser, &[("email", "shoko@example.jp"), ("email_again", "shoko@example.jp")]).await?;
    browser.onward().await?;
    browser.see("24時間").await?;
    browser.go(&town.link("shoko@example.jp").await?).await?;
    browser.onward().await?;
    // The date of birth is no password to keep.
    answer(&browser, &[("password", "2000012120000121"), ("password_again", "2000012120000121")]).await?;
    browser.see("広く知られています").await?;
    answer(&browser, &[("password", PASSWORD), ("password_again", PASSWORD)]).await?;
    browser.see("登録が終わりました").await?;

    // From now on it opens nothing, and the ID and the new password open the door.
    browser.go(&town.idp()).await?;
    browser.onward().await?;
    for (password, words) in [("20000121", "ログインできませんでした"), (PASSWORD, "ログインしています")]
    {
        to_sign_in(&town, &browser).await?;
        answer(&browser, &[("login_id", "7132-091200001")]).await?;
        answer(&browser, &[("password", password)]).await?;
        browser.see(words).await?;
    }

    // It can be chosen anew, by a mail to the proven address.
    let told = town.message("shoko@example.jp").await?;
    assert!(told.subject.contains("登録が終わりました"), "{}", told.subject);
    browser.onward().await?;
    browser.go(&format!("{}/recover?insurer=kaede", town.idp())).await?;
    answer(&browser, &[("login_id", "7132-091200001")]).await?;
    browser.go(&town.link("shoko@example.jp").await?).await?;
    browser.onward().await?;
    let other = "山の向こうの湖で魚を釣る日曜日";
    answer(&browser, &[("password", other), ("password_again", other)]).await?;
    to_sign_in(&town, &browser).await?;
    answer(&browser, &[("login_id", "7132-091200001")]).await?;
    answer(&browser, &[("password", other)]).await?;
    browser.see("ログインしています").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_member_registers_by_numbers_and_signs_in_with_the_address() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let browser = Browser::open(Kind::PHONE).await?;
    to_sign_in(&town, &browser).await?;
    browser.see("資格確認書などをお手元に").await?;
    browser.follow("/signup").await?;
    // Numbers at the fields are those of the drawing; the paper one is a fold away; the button says what it accepts.
    for mark in ["1", "2", "3"] {
        assert!(
            browser.source().await?.contains(&format!("class=\"mark\" aria-hidden=\"true\">{mark}</span>"))
        );
    }
    see(&browser, &["紙の場合", "資格の照会についての同意", "上記に同意して、個人情報と規約の確認へ"])
        .await?;
    assert_eq!(browser.ask("return document.querySelectorAll('svg.sample').length").await?, 2);
    answer(&browser, &[&JUNICHI[..], &[("insurer_number", "06999015")]].concat()).await?;
    browser.see("組合の記録と一致しませんでした").await?;
    answer(&browser, &JUNICHI).await?;
    agree(&browser).await?;

    see(&browser, &["ケンホ ジユンイチ", "1999年", "ログインIDになります"]).await?;
    let (email, password) = ("junichi@example.jp", PASSWORD);
    let own =
        [("email", email), ("email_again", email), ("password", password), ("password_again", password)];
    answer(&browser, &own).await?;
    see(&browser, &["お確かめください", "受け取りません"]).await?;
    browser.onward().await?;
    // A second sign-up takes the place of the first, whose link is of no use then.
    let first = town.link(email).await?;
    browser.go(&format!("{}/signup?insurer=kaede", town.idp())).await?;
    answer(&browser, &JUNICHI).await?;
    agree(&browser).await?;
    answer(&browser, &own).await?;
    browser.onward().await?;
    let second = town.link(email).await?;
    browser.go(&first).await?;
    browser.see_one_of(&["使い終わりました", "過ぎました"]).await?;
    browser.go(&second).await?;
    browser.onward().await?;
    browser.see("登録が終わりました").await?;
    browser.go(&town.idp()).await?;
    browser.onward().await?;
    to_sign_in(&town, &browser).await?;
    answer(&browser, &[("login_id", "Junichi@Example.JP")]).await?;
    answer(&browser, &[("password", password)]).await?;
    browser.see("ログインしています").await
}
