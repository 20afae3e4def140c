//! Guide 002: the address first, two ways to say who one is, the key on the screen, a key by mail at each sign-in.

use sekisho_tests::browser::Kind;
use sekisho_tests::town::Town;

use super::look::Tour;

const TO: &str = "ichiro@example.jp";
const PASSWORD: &str = "みどりの窓から海を見て空を思い出す";

pub async fn walk(town: &Town, kind: Kind, name: &str) -> anyhow::Result<()> {
    let tour = Tour::new(town, kind, name).await?;
    let key = identity(&tour).await?;
    register(&tour, &key).await?;
    sign_in(&tour).await?;
    tour.see_mails(TO).await
}

async fn identity(tour: &Tour<'_>) -> anyhow::Result<String> {
    tour.go("/login?insurer=sora").await?;
    tour.see("01-sign-in").await?;
    tour.go("/signup?insurer=sora").await?;
    tour.see("02-address").await?;
    tour.answer(&[("email", TO)]).await?;
    tour.see("03-mail-sent").await?;
    tour.open_mail(TO).await?;
    tour.see("04-link").await?;
    tour.browser.onward().await?;
    tour.see("05-two-ways").await?;
    tour.answer(&[("login_id", "sora-04500032100"), ("password", "19850116")]).await?;
    tour.see("06-given-id-wrong").await?;
    tour.browser.press("do", "other").await?;
    tour.see("07-identity").await?;
    let who =
        [("symbol_number_branch", "45-321-00"), ("kana_name", "タナカ イチロウ"), ("birth_date", "19850115")];
    tour.answer(&who).await?;
    tour.see("08-key").await?;
    let key = tour.browser.read("#shown_key", None).await?;
    Ok(key.split_whitespace().collect())
}

async fn register(tour: &Tour<'_>, key: &str) -> anyhow::Result<()> {
    tour.open_mail(TO).await?;
    tour.see("09-link").await?;
    tour.browser.onward().await?;
    tour.see("10-enter-key").await?;
    tour.answer(&[("auth_key", if key == "000000" { "000001" } else { "000000" })]).await?;
    tour.see("11-key-wrong").await?;
    tour.answer(&[("auth_key", key)]).await?;
    tour.see("12-choose").await?;
    let own = [
        ("login_id", "ichiro-85"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
        ("nickname", "いち"),
    ];
    tour.answer(&own).await?;
    tour.see("13-done").await
}

async fn sign_in(tour: &Tour<'_>) -> anyhow::Result<()> {
    tour.town.message(TO).await?;
    tour.go("/login?insurer=sora").await?;
    tour.answer(&[("login_id", "ichiro-85"), ("password", PASSWORD)]).await?;
    tour.see("14-key-by-mail").await?;
    tour.answer(&[("code", "1")]).await?;
    tour.see("15-key-by-mail-wrong").await?;
    let code = tour.town.code(TO).await?;
    tour.answer(&[("code", &code)]).await?;
    tour.see("16-home").await?;
    tour.go("/recover/id?insurer=sora").await?;
    tour.see("17-forgot-both").await
}
