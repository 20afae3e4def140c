//! An ID that was given out keeps its owner; the password behind it can be chosen anew (guide 001, row B20).

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::kaede::{SHOKO, Visitor};

#[tokio::test(flavor = "multi_thread")]
async fn b20_the_password_is_chosen_anew_by_a_mail_to_the_proven_address() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE, SHOKO).await?;
    visitor.register().await?;
    let browser = &visitor.browser;
    visitor.sign_out().await?;
    browser.go(&format!("{}/recover?insurer=kaede", town.idp())).await?;
    visitor.answer(&[("login_id", visitor.name())]).await?;
    visitor.open_link().await?;
    let other = "山の向こうの湖で魚を釣る日曜日";
    visitor.choose_password(other).await?;
    visitor.to_sign_in().await?;
    visitor.type_in(visitor.name(), SHOKO.password).await?;
    browser.see("ログインできませんでした").await?;
    visitor.to_sign_in().await?;
    visitor.type_in(visitor.name(), other).await?;
    browser.arrive_at(&town.portal()).await
}
