//! Two members with one address: which IDs it has, and a new password for one of them.

use sekisho_base::Language;
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::recover::Visitor;
use sekisho_tests::walk::shinonome::{self, JUNICHI, Member, SHOKO};

use crate::look::Tour;

const NEW: &str = "kamome_99";

/// Row E25, in English.
#[tokio::test(flavor = "multi_thread")]
async fn e25_a_forgotten_id_is_mailed_with_the_others_of_the_address_and_a_password_replaced()
-> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let english = Kind::PHONE.speaking(Language::En);
    let mut member = shinonome::Visitor::new(&town, english, SHOKO).await?;
    member.register().await?;
    town.message(SHOKO.email).await?;
    member.member = Member { email: SHOKO.email, ..JUNICHI };
    member.register().await?;
    town.message(SHOKO.email).await?;

    let tour = Tour::with(member.browser, &town, "recovery-shinonome");
    tour.go("/login?insurer=shinonome").await?;
    tour.browser.see("Forgot your user ID?").await?;
    tour.browser.follow("/recover/id").await?;
    tour.answer(&[("email", "shoko@")]).await?;
    tour.see("01-address-error").await?;
    tour.answer(&[("email", "shoko@example.jp")]).await?;
    tour.browser.see("We have sent").await?;
    tour.see("02-sent").await?;
    let letter = town.message(SHOKO.email).await?;
    assert!(
        letter.text.contains(SHOKO.login_id) && letter.text.contains(JUNICHI.login_id),
        "{}",
        letter.text
    );
    tour.browser.follow("/login").await?;
    tour.browser.follow("/recover?").await?;
    tour.see_unfolded("03-forgotten").await?;
    tour.answer(&[("login_id", JUNICHI.login_id)]).await?;
    tour.see_unfolded("04-sent").await?;
    tour.open_mail(SHOKO.email).await?;
    tour.see("05-link").await?;
    tour.browser.onward().await?;
    tour.see("06-new-password").await?;
    let visitor = Visitor { browser: tour.browser, town: &town, insurer: "shinonome" };
    visitor.choose_password(NEW).await?;
    visitor.browser.see("Your new password\nis set").await?;
    let tour = Tour::with(visitor.browser, &town, "recovery-shinonome");
    tour.see("07-done").await?;
    tour.browser.follow("/login").await?;

    // The one password is new, the other's is as it was.
    let visitor = Visitor { browser: tour.browser, town: &town, insurer: "shinonome" };
    visitor.sign_in(JUNICHI.login_id, JUNICHI.password).await?;
    visitor.browser.see("We could not sign you in").await?;
    visitor.sign_in(JUNICHI.login_id, NEW).await?;
    visitor.browser.see("Read and agree").await?;
    visitor.sign_in(SHOKO.login_id, SHOKO.password).await?;
    visitor.browser.see("Read and agree").await?;
    let tour = Tour::with(visitor.browser, &town, "recovery-shinonome");
    tour.see_mails(SHOKO.email).await
}
