//! General insured persons: an ID, the birth date, two documents, an address, a link, a password of one's own.

use sekisho_tests::browser::{Browser, END, ENTER, Kind, SPACE, TAB};
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::kaede::{Member, SHOKO, Visitor};

/// Rows B4 to B10, B12, B13, B15 to B26, B36 to B38: the whole way, in one browser.
#[tokio::test(flavor = "multi_thread")]
async fn b36_who_was_given_an_id_registers_and_signs_in_with_it_ever_after() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE, SHOKO).await?;
    let browser = &visitor.browser;
    begin(&visitor).await?;
    read_by_keyboard(browser).await?;
    fill_in(&visitor).await?;
    confirm(&visitor).await?;
    finish(&visitor).await?;
    visitor.see_the_certificate().await?;
    browser.see("健保 翔子").await?;
    visitor.sign_out().await?;
    later(&visitor).await?;
    assert_eq!(browser.complaints().await?, Vec::<String>::new());
    Ok(())
}

/// B4, B5, B6, B12, B37: two pages; the second one is the same whether somebody has the ID or not.
async fn begin(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let browser = &visitor.browser;
    visitor.to_sign_in().await?;
    assert!(!browser.has("[name=password]").await?, "the ID stands alone on the first page");
    assert_eq!(browser.read("[name=login_id]", Some("autocomplete")).await?, "username webauthn");
    browser.picture("kaede-01-id").await?;
    visitor.answer(&[("login_id", "7132-099999999")]).await?;
    browser.see("生年月日の8けた").await?;
    let nobodys = browser.text().await?;
    browser.follow("/login").await?;
    // Full width is read as half width (B6).
    visitor.answer(&[("login_id", "７１３２－０９１２００００１")]).await?;
    browser.see("生年月日の8けた").await?;
    let shown = browser.text().await?;
    assert_eq!(
        shown.replace("７１３２－０９１２００００１", "ID").replace(SHOKO.given_id, "ID"),
        nobodys.replace("7132-099999999", "ID")
    );
    browser.picture("kaede-02-password").await?;
    visitor.answer(&[("password", "20000122")]).await?;
    browser.see("ログインできませんでした").await?;
    visitor.answer(&[("password", SHOKO.birth_date)]).await?;
    browser.see("個人情報の取り扱いについて").await
}

/// B15 to B17: two boxes; the first one takes no tick until its text was read, for which the keyboard is enough.
async fn read_by_keyboard(browser: &Browser) -> anyhow::Result<()> {
    for words in ["会員利用規約", "同意して、基本設定へ"] {
        browser.see(words).await?;
    }
    // A box that is pressed from afar answers gently and leads to the text.
    let press = "const tick = document.getElementById('accept_privacy'); tick.click(); return tick.checked";
    assert_eq!(browser.ask(press).await?, false);
    browser.see("終わりまでお読みになると").await?;
    browser.picture("kaede-03-unread").await?;
    browser.reload().await?;
    tab_to(browser, "return document.activeElement.hasAttribute('data-unread')").await?;
    browser.key(END).await?;
    tab_to(browser, "return document.activeElement.id === 'accept_privacy'").await?;
    browser.key(SPACE).await?;
    assert!(browser.is_ticked("accept_privacy").await?);
    // The other one is still to be agreed to.
    browser.onward().await?;
    browser.see("会員利用規約への同意が必要です").await?;
    assert!(browser.is_ticked("accept_privacy").await?, "what was agreed to stays");
    tab_to(browser, "return document.activeElement.id === 'accept_terms'").await?;
    browser.key(SPACE).await?;
    tab_to(browser, "return document.activeElement.matches('button.go')").await?;
    browser.key(ENTER).await?;
    browser.see("基本設定").await
}

/// Presses Tab until a script says that the focus has come to where it should.
async fn tab_to(browser: &Browser, there: &str) -> anyhow::Result<()> {
    for _ in 0..40 {
        browser.key(TAB).await?;
        if browser.ask(there).await? == true {
            return Ok(());
        }
    }
    anyhow::bail!("Tab never comes there: {there}")
}

/// B19, B21 to B23: what is known is shown, what is chosen is asked.
async fn fill_in(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let browser = &visitor.browser;
    let shown = [
        "ケンポ ショウコ",
        "2000年",
        "7132-091200001",
        "ログインIDは変えられません",
        "携帯電話会社のアドレス",
    ];
    for words in shown {
        browser.see(words).await?;
    }
    assert!(
        !browser.has("[name=login_id], [name=kana_name], [name=birth_date]").await?,
        "text, not controls"
    );
    for mails in ["check-up-results", "health-news", "events"] {
        assert!(!browser.is_ticked(&format!("opt_in_{mails}")).await?, "{mails}");
    }
    browser.tick("opt_in_check-up-results").await?;
    browser.tick("opt_in_events").await?;
    browser.picture("kaede-04-details").await?;
    visitor.answer(&[("email", SHOKO.email), ("email_again", "syoko@example.jp")]).await?;
    browser.see("上の欄と違います").await?;
    assert!(browser.is_ticked("opt_in_events").await?);
    visitor.answer(&[("email", "mistaken@example.jp"), ("email_again", "mistaken@example.jp")]).await
}

/// B18, B24, B25: everything is shown once more, corrected, and then the mail is sent.
async fn confirm(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let browser = &visitor.browser;
    for words in ["お確かめください", "mistaken@example.jp", "健診結果が登録されたお知らせ", "催しのご案内"]
    {
        browser.see(words).await?;
    }
    browser.picture("kaede-05-confirm").await?;
    browser.press("do", "back").await?;
    assert_eq!(browser.value("email").await?, "mistaken@example.jp");
    assert!(browser.is_ticked("opt_in_check-up-results").await?, "nothing is lost");
    assert!(!browser.is_ticked("opt_in_health-news").await?);
    visitor.set_up().await?;
    browser.see(SHOKO.email).await?;
    assert!(visitor.town.messages("mistaken@example.jp").is_empty(), "nothing was sent yet");
    browser.onward().await?;
    for words in ["メールを", "24時間", "oshirase@kaede.example.jp"] {
        browser.see(words).await?;
    }
    browser.picture("kaede-06-mail-sent").await.map(drop)
}

/// B13, B25, B38: the link leads to a new password, which the birth date cannot be.
async fn finish(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let browser = &visitor.browser;
    let link = visitor.town.link(SHOKO.email).await?;
    // Opening it changes nothing: mail servers do so as well.
    browser.go(&link).await?;
    browser.reload().await?;
    browser.picture("kaede-07-link").await?;
    browser.onward().await?;
    browser.see(SHOKO.given_id).await?;
    for (password, words) in [(SHOKO.birth_date, "15文字以上"), ("2000012120000121", "広く知られています")]
    {
        visitor.choose_password(password).await?;
        browser.see(words).await?;
    }
    visitor.answer(&[("password", SHOKO.password), ("password_again", "みどりの窓")]).await?;
    browser.see("上の欄と違います").await?;
    browser.picture("kaede-08-new-password").await?;
    visitor.choose_password(SHOKO.password).await?;
    browser.arrive_at(&visitor.town.portal()).await?;
    let mail = visitor.town.message(SHOKO.email).await?;
    assert!(mail.subject.contains("登録が終わりました"), "{}", mail.subject);
    Ok(())
}

/// B5, B19, B38: ID and own password from now on; neither the birth date nor the address opens anything.
async fn later(visitor: &Visitor<'_>) -> anyhow::Result<()> {
    let Member { given_id, birth_date, email, password, .. } = SHOKO;
    for (name, wrong) in [(given_id, birth_date), (email, password)] {
        visitor.to_sign_in().await?;
        visitor.type_in(name, wrong).await?;
        visitor.browser.see("ログインできませんでした").await?;
        assert!(!visitor.is_signed_in().await?);
    }
    visitor.sign_in().await?;
    visitor.browser.see("申し込み直す").await
}
