//! The whole way, screen by screen: as the guide has it, by the ID that was given out, in English, without scripts.

use sekisho_base::Language;
use sekisho_tests::browser::{Browser, Kind};
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::sora::{SHOKO, Visitor, link_in, other_than};

use super::check_foot;

/// Rows C1 to C41, in their order.
#[tokio::test(flavor = "multi_thread")]
async fn c01_to_c41_a_member_registers_and_signs_in_screen_by_screen() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    sign_in_page(&visitor).await?;
    address_page(&visitor).await?;
    first_mail(&visitor).await?;
    two_ways(&visitor).await?;
    let key = identity(&visitor).await?;
    second_mail(&visitor, &key).await?;
    own_id(&visitor).await?;
    later_sign_in(&visitor).await?;
    assert_eq!(visitor.browser.complaints().await?, Vec::<String>::new());
    Ok(())
}

async fn sees_all(browser: &Browser, words: &[&str]) -> anyhow::Result<()> {
    for words in words {
        browser.see(words).await?;
    }
    Ok(())
}

/// C1 to C4, C40.
async fn sign_in_page(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let browser = &visitor.browser;
    visitor.to_sign_in().await?;
    browser.picture("sora-01-sign-in").await?;
    sees_all(browser, &["ログインID", "パスワード", "ログインID・パスワードを忘れた方"]).await?;
    // C3, C4: the hint for who has not registered, and the button.
    sees_all(browser, &["利用登録がお済みでない方", "まだ必要ありません", "新規利用登録"]).await?;
    // C3: the password can be shown, and is hidden again.
    browser.fill("password", "a").await?;
    for (kind, pressed) in [("text", "true"), ("password", "false")] {
        browser.ask("document.querySelector('button.reveal').click()").await?;
        assert_eq!(browser.read("#password", Some("type")).await?, kind);
        assert_eq!(browser.read("button.reveal", Some("aria-pressed")).await?, pressed);
    }
    // C40: one way for both.
    assert_eq!(browser.ask("return document.querySelectorAll(\"a[href*='/recover']\").length").await?, 1);
    browser.follow("/recover").await?;
    sees_all(browser, &["忘れたとき", "ログインIDも忘れたとき", "メールが受け取れないとき"]).await?;
    browser.back().await?;
    browser.follow("/signup").await?;
    browser.arrive_at("/signup").await
}

/// C5 to C11.
async fn address_page(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let browser = &visitor.browser;
    browser.picture("sora-02-address").await?;
    for other in ["login_id", "password", "symbol_number_branch"] {
        assert!(!browser.has(&format!("[name={other}]")).await?, "{other} is not asked yet");
    }
    // C6, C10, C11: what the address is for, that it is one's own, who writes.
    sees_all(browser, &["ご案内もお送りします", "お一人に1つ", "oshirase@sora.example.jp"]).await?;
    visitor.send_address().await?;
    browser.picture("sora-03-sent").await?;
    // C7, C8, C9, C11.
    sees_all(browser, &["メールを", "s•••@", "3時間", "はじめからやり直す", "ログインの画面へ"]).await?;
    browser.see("oshirase@sora.example.jp").await?;
    assert!(!browser.text().await?.contains(visitor.member.email), "the address is masked");
    assert!(browser.has("a[href^='/signup']").await? && browser.has("a[href^='/login']").await?);
    Ok(())
}

/// C12 to C15, and C16's link.
async fn first_mail(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let mail = visitor.town.message(visitor.member.email).await?;
    assert_eq!(mail.subject, "利用登録のご案内");
    for words in [
        "利用登録の手続きのご案内",
        "shoko@example.jp 様",
        "空健康保険組合です",
        "依頼された方",
        "3時間",
        "メールアドレスの入力から",
    ] {
        assert!(mail.text.contains(words), "{words} is missing in {}", mail.text);
    }
    check_foot(&mail);
    let link = link_in(&mail.text)?;
    assert!(link.starts_with(&visitor.town.idp()), "{link}");
    // Looking at it, as a scanner of mails does, spends nothing.
    visitor.browser.go(link).await?;
    visitor.browser.reload().await?;
    sees_all(&visitor.browser, &["登録の続き", "何も登録されません"]).await?;
    visitor.browser.onward().await
}

/// C16, C17.
async fn two_ways(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let browser = &visitor.browser;
    browser.see("仮パスワード").await?;
    browser.picture("sora-04-two-ways").await?;
    assert!(browser.has("[name=login_id]").await? && browser.has("button.reveal").await?);
    sees_all(browser, &["IDが届いていない方", "本人確認へ"]).await?;
    visitor.take_the_other_way().await
}

/// C18 to C21.
async fn identity(visitor: &Visitor<'_>) -> anyhow::Result<String> {
    let browser = &visitor.browser;
    // C18, C20: one field, an example, and where the numbers are to be found.
    sees_all(browser, &["記号・番号・枝番", "999-123456-00", "お名前（フリガナ）", "生年月日"]).await?;
    browser.picture("sora-05-identity").await?;
    let page = browser.source().await?;
    for words in ["マイナポータル", "健康保険証として登録", "資格確認書"] {
        assert!(page.contains(words), "{words} is not on the page");
    }
    browser.fill("symbol_number_branch", "91200001").await?;
    browser.onward().await?;
    browser.see("「-」でつないで").await?;
    // C18: full width and other dashes are read as well.
    visitor.say_who_as("９１－２００００１ー００", "けんぽ　しょうこ", "平成12年1月21日").await?;
    let key = visitor.note_the_key().await?;
    browser.picture("sora-06-key").await?;
    assert!(key.len() == 6 && key.chars().all(|digit| digit.is_ascii_digit()), "{key}");
    sees_all(browser, &["認証キー", "書きとめて", "30分"]).await?;
    Ok(key)
}

/// C22 to C24.
async fn second_mail(visitor: &Visitor<'_>, key: &str) -> anyhow::Result<()> {
    let browser = &visitor.browser;
    let mail = visitor.town.message(visitor.member.email).await?;
    assert_eq!(mail.subject, "本人確認完了のご案内");
    for words in ["shoko@example.jp 様", "空健康保険組合です", "利用者情報の登録", "30分", "新規登録から"]
    {
        assert!(mail.text.contains(words), "{words} is missing in {}", mail.text);
    }
    assert!(!mail.text.contains(key), "the key is on the screen alone");
    check_foot(&mail);
    visitor.open(link_in(&mail.text)?).await?;
    browser.see("認証キー").await?;
    browser.picture("sora-07-prove").await?;
    // C23 (C42): a wrong one costs a try.
    visitor.enter_the_key(other_than(key)).await?;
    browser.see("あと4回").await?;
    visitor.enter_the_key(key).await
}

/// C25 to C28.
async fn own_id(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let browser = &visitor.browser;
    sees_all(browser, &["新しいログインID", "新しいパスワード", "ニックネーム", "お忘れにならないよう"])
        .await?;
    browser.see(visitor.member.email).await?;
    browser.picture("sora-08-own-id").await?;
    browser.fill("login_id", "sora-1").await?;
    browser.fill("password", "みどりの窓から").await?;
    browser.fill("password_again", "青い窓から").await?;
    browser.onward().await?;
    sees_all(browser, &["15文字以上", "上の欄と違います"]).await?;
    visitor.choose_an_id().await?;
    visitor.is_registered().await?;
    browser.picture("sora-09-done").await?;
    // C28: nobody is signed in by registering.
    let cookies = browser.cookies().await?;
    assert!(!cookies.iter().any(|(name, _)| name.contains("session")), "{cookies:?}");
    browser.follow("/login").await?;
    browser.arrive_at("/login").await
}

/// C28 to C39, C41.
async fn later_sign_in(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let (browser, town) = (&visitor.browser, visitor.town);
    visitor.type_password(visitor.member.password).await?;
    browser.arrive_at("/journey/").await?;
    let mail = town.message(visitor.member.email).await?;
    // C29 to C31, C35.
    assert_eq!(mail.subject, "認証キーのご案内");
    for words in ["空健康保険組合です", "10分", "閉じると", "1回だけ"] {
        assert!(mail.text.contains(words), "{words} is missing in {}", mail.text);
    }
    check_foot(&mail);
    // C33 to C39.
    browser.picture("sora-10-sign-in-key").await?;
    sees_all(
        browser,
        &["ログイン認証キー", "閉じないでください", "s•••@", "10分", "迷惑メール", "もう一度送る"],
    )
    .await?;
    assert!(!browser.text().await?.contains(visitor.member.email), "the address is masked");
    let code = sekisho_tests::town::code_in(&mail.text).unwrap_or_default();
    visitor.enter(&code).await?;
    // C41.
    browser.arrive_at(&town.portal()).await?;
    assert!(browser.has("[name=reason]").await?, "{}", browser.text().await?);
    Ok(())
}

/// Rows C16, C19, C23, C25, C28, C33 in English, by the ID that the insurer gave out.
#[tokio::test(flavor = "multi_thread")]
async fn c16_who_has_an_id_and_a_temporary_password_registers_in_english() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE.speaking(Language::En)).await?;
    let browser = &visitor.browser;
    visitor.to_sign_up().await?;
    sees_all(browser, &["Register", "oshirase@sora.example.jp"]).await?;
    visitor.send_address().await?;
    browser.see("3 hours").await?;
    let mail = town.message(visitor.member.email).await?;
    assert_eq!(mail.subject, "Your registration");
    assert!(
        mail.text.contains("3 hours") && mail.text.contains("Sora Health Insurance Society"),
        "{}",
        mail.text
    );
    visitor.open(link_in(&mail.text)?).await?;
    visitor.use_the_given_id("20000122").await?;
    browser.see("temporary password").await?;
    assert_eq!(browser.value("login_id").await?, SHOKO.given_id);
    browser.picture("sora-en-04-two-ways").await?;
    visitor.use_the_given_id(SHOKO.birth_date).await?;
    let key = visitor.note_the_key().await?;
    browser.picture("sora-en-06-key").await?;
    visitor.open_link().await?;
    visitor.enter_the_key(&key).await?;
    browser.see("Nickname").await?;
    browser.picture("sora-en-08-own-id").await?;
    // The temporary password is nobody's own one.
    browser.fill("login_id", SHOKO.login_id).await?;
    for name in ["password", "password_again"] {
        browser.fill(name, "2000012120000121").await?;
    }
    browser.onward().await?;
    assert!(browser.has("#password[aria-invalid=true]").await?, "{}", browser.text().await?);
    visitor.choose_an_id().await?;
    visitor.is_registered().await?;
    // The given ID opened the registration and is no name to sign in with.
    visitor.to_sign_in().await?;
    visitor.use_the_given_id(SHOKO.birth_date).await?;
    browser.arrive_at("/login").await?;
    visitor.sign_in().await?;
    browser.see("Eligibility").await?;
    assert_eq!(browser.complaints().await?, Vec::<String>::new());
    Ok(())
}

/// Rows C5 to C41 where no script runs, on PostgreSQL.
#[tokio::test(flavor = "multi_thread")]
async fn c05_to_c41_the_whole_way_needs_no_script() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let visitor = Visitor::new(&town, Kind::PHONE.without_scripts()).await?;
    visitor.register().await?;
    visitor.browser.follow("/login").await?;
    visitor.type_password(visitor.member.password).await?;
    let code = town.code(visitor.member.email).await?;
    visitor.enter(&code).await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    visitor.browser.see("資格確認書").await
}
