//! One account and several memberships: of a second insurer, and under new numbers (row B40).

mod known;
mod probe;
mod renewal;
mod second;

use sekisho_site::db::sql;
use sekisho_tests::browser::Browser;
use sekisho_tests::town::Town;

/// From one's own page at the identity provider to the first page of another membership at `insurer`.
async fn begin_to_join(browser: &Browser, town: &Town, insurer: &str) -> anyhow::Result<()> {
    browser.go(&town.idp()).await?;
    browser.see_one_of(&["新しい記号・番号、ほかの組合を登録する"]).await?;
    browser.follow("/signup?join").await?;
    browser.follow(&format!("/signup?insurer={insurer}")).await
}

/// The persons that are bound at an insurer, with the number of accounts they belong to.
async fn bound(town: &Town, insurer: &str) -> anyhow::Result<Vec<String>> {
    let find = "select person_key from memberships where insurer = $1 and ended_at is null order by bound_at";
    let rows = town.state().db.fetch_all(sql(find).bind(insurer)).await?;
    rows.iter().map(|row| Ok(row.get("person_key")?)).collect()
}

/// How many accounts there are.
async fn accounts(town: &Town) -> anyhow::Result<usize> {
    Ok(town.state().db.fetch_all(sql("select id from accounts")).await?.len())
}
