//! IDs that were given out: what happens when ID, password and address are all lost.

use sekisho_idp::flows::accounts;
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::kaede::{self, JUNICHI, SHOKO};
use sekisho_tests::walk::recover::Visitor;

use crate::look::Tour;

/// Row B3, on PostgreSQL.
#[tokio::test(flavor = "multi_thread")]
async fn b3_who_lost_id_and_password_is_reset_by_the_office_and_activates_the_id_again() -> anyhow::Result<()>
{
    let town = Town::start(Rows::Postgres).await?;
    let mut member = kaede::Visitor::new(&town, Kind::PHONE, SHOKO).await?;
    member.register().await?;
    member.sign_out().await?;
    let tour = Tour::new(&town, Kind::PHONE, "recovery-kaede").await?;
    tour.go("/login?insurer=kaede").await?;
    tour.browser.follow("/recover/id").await?;
    tour.browser.see("IDもパスワードも").await?;
    tour.browser.see("03-0000-0230").await?;
    tour.see("01-both").await?;
    // Who cannot read the mail either is told the same, before and after a name was sent.
    tour.go("/recover?insurer=kaede").await?;
    tour.see_unfolded("02-forgotten").await?;
    tour.answer(&[("login_id", SHOKO.given_id)]).await?;
    tour.see_unfolded("03-sent").await?;
    tour.browser.see("組合の窓口が登録をはじめの状態に戻します").await?;
    tour.browser.see("03-0000-0230").await?;
    tour.open_mail(SHOKO.email).await?;
    let pending = tour.browser.address().await?;

    let mut cx = town.state().cx();
    let found = accounts::find(town.state(), SHOKO.given_id, &cx).await?;
    let found = found.ok_or_else(|| anyhow::anyhow!("no account"))?;
    assert!(accounts::reset(town.state(), &found, "came to the office", &mut cx).await?);
    assert!(!accounts::reset(town.state(), &found, "once more", &mut cx).await?);

    // What was on its way leads nowhere, the old password is none, and the address hears of it.
    let back = Visitor { browser: tour.browser, town: &town, insurer: "kaede" };
    back.letter(SHOKO.email, "はじめの状態に戻しました").await?;
    back.browser.go(&pending).await?;
    back.browser.see_one_of(&["時間が", "使い終わりました"]).await?;
    back.sign_in(SHOKO.given_id, SHOKO.password).await?;
    back.browser.see("ログインできませんでした").await?;

    // The birth date opens the ID again, and the person chooses a new password.
    member = kaede::Visitor { browser: back.browser, town: &town, member: SHOKO };
    member.member.password = JUNICHI.password;
    member.register().await?;
    member.sign_out().await?;
    member.sign_in().await?;
    let tour = Tour::with(member.browser, &town, "recovery-kaede");
    tour.see_mails(SHOKO.email).await
}
