//! Every page as it is delivered: pictured into `target/screens`, and looked at for what no page may have.

mod account;
mod again;
mod aoba;
mod kaede;
mod look;
mod passkeys;
mod shinonome;
mod sora;

use sekisho_base::Language;
use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};

/// Walks through three insurers of one house.
async fn walk(kind: Kind, name: &str) -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let named = |insurer| format!("{insurer}-{name}");
    let (kaede, sora, shinonome) = (named("kaede"), named("sora"), named("shinonome"));
    tokio::try_join!(
        kaede::walk(&town, kind, &kaede),
        sora::walk(&town, kind, &sora),
        shinonome::walk(&town, kind, &shinonome),
    )?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_three_more_insurers_on_a_phone_in_japanese() -> anyhow::Result<()> {
    walk(Kind::PHONE, "phone-ja").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_three_more_insurers_at_a_desk_in_english_in_the_dark() -> anyhow::Result<()> {
    walk(Kind::DESK.speaking(Language::En).in_the_dark(), "desk-en-dark").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_three_more_insurers_on_a_phone_in_english_in_the_dark() -> anyhow::Result<()> {
    walk(Kind::PHONE.speaking(Language::En).in_the_dark(), "phone-en-dark").await
}
