//! One way for everything forgotten, and a key by mail at every sign-in.

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::recover::Visitor;
use sekisho_tests::walk::sora;

use crate::look::look;

const NEW: &str = "山の向こうの湖で魚を釣る日曜日";

/// Row C40, without scripts.
#[tokio::test(flavor = "multi_thread")]
async fn c40_a_forgotten_password_is_replaced_and_the_mailed_key_is_still_asked_for() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let member = sora::Visitor::new(&town, Kind::PHONE.without_scripts()).await?;
    member.register().await?;
    let sora::Member { email, login_id, password, .. } = member.member;
    let visitor = Visitor { browser: member.browser, town: &town, insurer: "sora" };
    // Nothing is sent for an ID that nobody has, and the page is the same.
    let sent = town.messages(email).len();
    visitor.forget_password("nobody_2000").await?;
    visitor.browser.see("登録があれば").await?;
    visitor.forget_password(login_id).await?;
    visitor.browser.see("登録があれば").await?;
    visitor.browser.picture("recovery-sora-01-sent").await?;
    let letter = visitor.letter(email, "新しいパスワード").await?;
    assert_eq!(town.messages(email).len(), sent + 1);
    visitor.open(&letter).await?;
    visitor.browser.onward().await?;
    // Too short, and then not the same twice: the page says so, and keeps neither.
    visitor.choose_password("みじかい").await?;
    visitor.browser.see("15文字以上").await?;
    visitor.browser.picture("recovery-sora-02-too-short").await?;
    visitor.choose_password(NEW).await?;
    visitor.browser.see("新しいパスワードを\n決めました").await?;
    visitor.letter(email, "パスワードが変わりました").await?;
    visitor.open(&letter).await?;
    visitor.browser.see_one_of(&["時間が", "使い終わりました"]).await?;

    visitor.sign_in(login_id, password).await?;
    visitor.browser.see("ログインできませんでした").await?;
    visitor.sign_in(login_id, NEW).await?;
    visitor.browser.see("ログイン認証キー").await?;
    visitor.answer(&[("code", &town.code(email).await?)]).await?;
    visitor.browser.see("ログインしています").await
}

/// Row C40: the one way leads to the ID as well.
#[tokio::test(flavor = "multi_thread")]
async fn c40_who_forgot_the_id_too_finds_it_on_the_same_way() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let member = sora::Visitor::new(&town, Kind::DESK).await?;
    member.register().await?;
    let visitor = Visitor { browser: member.browser, town: &town, insurer: "sora" };
    visitor.to_sign_in().await?;
    visitor.browser.follow("/recover?").await?;
    look(&visitor.browser, "recovery-sora-03-forgotten").await?;
    visitor.browser.follow("/recover/id").await?;
    look(&visitor.browser, "recovery-sora-04-id").await?;
    visitor.answer(&[("email", sora::SHOKO.email)]).await?;
    visitor.browser.see("登録があれば").await?;
    look(&visitor.browser, "recovery-sora-05-sent").await?;
    let letter = visitor.letter(sora::SHOKO.email, "ログインID").await?;
    assert!(letter.text.contains(sora::SHOKO.login_id), "{}", letter.text);
    Ok(())
}
