//! The main ways for a reader of English on a phone, and without any script.

use sekisho_base::Language;
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::kaede::{HANZO, JUNICHI, MARIA, SHOKO, Visitor};

/// Rows B5, B11, B15 to B26 in English, with the guide's second example of an ID.
#[tokio::test(flavor = "multi_thread")]
async fn b11_the_insured_and_the_voluntarily_continued_register_in_english_on_a_phone() -> anyhow::Result<()>
{
    let town = Town::start(Rows::Sqlite).await?;
    let mut visitor = Visitor::new(&town, Kind::PHONE.speaking(Language::En), MARIA).await?;
    visitor.to_sign_in().await?;
    visitor.answer(&[("login_id", MARIA.given_id)]).await?;
    visitor.browser.see("date of birth").await?;
    visitor.answer(&[("password", MARIA.birth_date)]).await?;
    for words in ["How we handle personal information", "Terms for members"] {
        visitor.browser.see(words).await?;
    }
    visitor.agree().await?;
    visitor.browser.see("E-mail magazine").await?;
    visitor.browser.picture("kaede-en-04-details").await?;
    visitor.set_up().await?;
    visitor.browser.see("Check your details").await?;
    visitor.browser.onward().await?;
    visitor.browser.see("24 hours").await?;
    let mail = town.message(MARIA.email).await?;
    assert!(mail.subject.contains("complete your sign-up"), "{}", mail.subject);
    assert!(mail.text.contains("24 hours"), "{}", mail.text);
    let link = mail.text.split_whitespace().find(|word| word.contains("/link/")).unwrap_or_default();
    visitor.open(link).await?;
    visitor.choose_password(MARIA.password).await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    visitor.see_the_certificate().await?;
    visitor.sign_out().await?;
    visitor.sign_in().await?;
    visitor.sign_out().await?;

    town.message(MARIA.email).await?;
    visitor.member = HANZO;
    visitor.register().await?;
    visitor.see_the_certificate().await?;
    visitor.sign_out().await?;
    visitor.sign_in().await?;
    assert_eq!(visitor.browser.complaints().await?, Vec::<String>::new());
    Ok(())
}

/// Rows B5, B15 to B34 without scripts, on PostgreSQL: the box is not locked, the text stands above it (B17).
#[tokio::test(flavor = "multi_thread")]
async fn b17_without_any_script_both_ways_are_walked_on_postgresql() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let mut visitor = Visitor::new(&town, Kind::PHONE.without_scripts(), SHOKO).await?;
    for member in [SHOKO, JUNICHI] {
        visitor.member = member;
        visitor.register().await?;
        visitor.see_the_certificate().await?;
        visitor.sign_out().await?;
        visitor.sign_in().await?;
        visitor.sign_out().await?;
    }
    Ok(())
}
