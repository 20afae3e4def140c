//! Registration where it does not go smoothly (guide rows A1 to A15, A37).

mod codes;
mod identity;
mod keys;
mod others;
mod words;

use sekisho_tests::browser::Kind;
use sekisho_tests::town::Town;
use sekisho_tests::walk::Visitor;

async fn at_the_code(town: &Town, kind: Kind) -> anyhow::Result<Visitor<'_>> {
    let visitor = Visitor::new(town, kind).await?;
    visitor.begin_registration().await?;
    visitor.choose_password().await?;
    visitor.browser.see_one_of(&["sho", "@example.jp"]).await?;
    Ok(visitor)
}

async fn at_the_identity(town: &Town, kind: Kind) -> anyhow::Result<Visitor<'_>> {
    let visitor = at_the_code(town, kind).await?;
    visitor.enter_mailed_code().await?;
    visitor.browser.see_one_of(&["枝番", "Branch"]).await?;
    Ok(visitor)
}

async fn at_the_second_key(town: &Town, kind: Kind) -> anyhow::Result<Visitor<'_>> {
    let visitor = at_the_identity(town, kind).await?;
    visitor.say_who().await?;
    visitor.agree().await?;
    visitor.browser.see("SMS").await?;
    Ok(visitor)
}
