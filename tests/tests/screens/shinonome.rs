//! Guide 004: the word, the branch that tells twins apart, an address of the record and one that is typed, terms.

use sekisho_tests::browser::Kind;
use sekisho_tests::town::Town;

use super::look::Tour;

const SHOKO: [(&str, &str); 5] = [
    ("insurer_code", "shinonome"),
    ("symbol", "91"),
    ("number", "200001"),
    ("birth_date", "20000121"),
    ("kana_name", "ケンポ ショウコ"),
];
const CHOSEN: [(&str, &str); 2] = [("login_id", "shoko,2000"), ("password", "tsubame+42")];

pub async fn walk(town: &Town, kind: Kind, name: &str) -> anyhow::Result<()> {
    let tour = Tour::new(town, kind, name).await?;
    doors(&tour).await?;
    first_time(&tour).await?;
    later(&tour).await?;
    typed_address(&tour).await?;
    tour.see_mails("jun..ichi@docomo.example").await
}

/// The pages before anybody says who they are, and where they lead when it cannot go on.
async fn doors(tour: &Tour<'_>) -> anyhow::Result<()> {
    tour.go("/login?insurer=shinonome").await?;
    tour.see("01-sign-in").await?;
    tour.see_unfolded("02-sign-in-unfolded").await?;
    tour.go("/signup").await?;
    tour.answer(&[("insurer_code", "shinonomee")]).await?;
    tour.see("03-word-unknown").await?;
    tour.answer(&[("insurer_code", "shinonome")]).await?;
    tour.see_unfolded("04-identity-unfolded").await?;
    tour.answer(&SHOKO).await?;
    tour.go("/signup?insurer=shinonome").await?;
    let twins =
        [("symbol", "45"), ("number", "321"), ("birth_date", "19850115"), ("kana_name", "たなか はるき")];
    tour.answer(&[&SHOKO[..], &twins].concat()).await?;
    tour.see("05-branch").await?;
    tour.go("/signup?insurer=shinonome").await?;
    let ended = [("number", "200009"), ("birth_date", "19900505"), ("kana_name", "あおき はる")];
    tour.answer(&[&SHOKO[..], &ended].concat()).await?;
    tour.see("06-cover-ended").await
}

async fn first_time(tour: &Tour<'_>) -> anyhow::Result<()> {
    tour.go("/signup?insurer=shinonome").await?;
    tour.answer(&SHOKO).await?;
    tour.see("07-choose").await?;
    tour.answer(&[("login_id", "a"), ("password", "tsubame")]).await?;
    tour.see("08-choose-wrong").await?;
    tour.answer(&CHOSEN).await?;
    tour.see("09-code").await?;
    let code = tour.town.code("shoko@example.jp").await?;
    tour.answer(&[("code", &code)]).await?;
    tour.see("10-done").await
}

async fn later(tour: &Tour<'_>) -> anyhow::Result<()> {
    tour.go("/login?insurer=shinonome").await?;
    tour.answer(&CHOSEN).await?;
    tour.see("11-terms").await?;
    tour.browser.onward().await?;
    tour.see("12-terms-not-agreed").await?;
    tour.browser.tick("accept_platform-terms").await?;
    tour.browser.onward().await?;
    tour.see("13-home").await?;
    tour.browser.onward().await?;
    tour.see("14-signed-out").await?;
    tour.go("/recover/id?insurer=shinonome").await?;
    tour.see("15-forgot-id").await?;
    tour.go("/signup?insurer=shinonome").await?;
    tour.answer(&SHOKO).await?;
    tour.see("16-registered-already").await
}

/// The page of who has no address in the records, and of whose address may not be reached.
async fn typed_address(tour: &Tour<'_>) -> anyhow::Result<()> {
    tour.go("/signup?insurer=shinonome").await?;
    tour.answer(&[&SHOKO[..], &[("kana_name", "けんぽ じゅんいち")]].concat()).await?;
    tour.see("17-choose-with-address").await?;
    let own = [("login_id", "junichi-99"), ("password", "kamome_77"), ("email", "jun..ichi@docomo.example")];
    tour.answer(&own).await?;
    tour.see("18-code-at-risk").await
}
