//! Guide 001: an ID that was given out, or numbers; two documents, a mailed link, a password at its end.

use sekisho_tests::browser::Kind;
use sekisho_tests::town::Town;

use super::look::Tour;

const TO: &str = "maria@example.jp";
const FAMILY: &str = "junichi@example.jp";
const PASSWORD: &str = "みどりの窓から海を見て空を思い出す";

pub async fn walk(town: &Town, kind: Kind, name: &str) -> anyhow::Result<()> {
    let tour = Tour::new(town, kind, name).await?;
    activate(&tour).await?;
    finish(&tour).await?;
    family(&tour).await?;
    let elsewhere = Tour::new(town, kind, name).await?;
    other_device(&elsewhere).await?;
    tour.see_mails(TO).await
}

/// The insured: from the ID to the mail.
async fn activate(tour: &Tour<'_>) -> anyhow::Result<()> {
    tour.go("/login?insurer=kaede").await?;
    tour.see("01-sign-in").await?;
    tour.answer(&[("login_id", "7132-123004567")]).await?;
    tour.see("02-password").await?;
    tour.answer(&[("password", "19560302")]).await?;
    tour.see("03-password-wrong").await?;
    tour.answer(&[("password", "19560301")]).await?;
    tour.see("04-documents").await?;
    tour.browser.onward().await?;
    tour.see("05-documents-not-agreed").await?;
    agree(tour).await?;
    tour.see("06-details").await?;
    tour.browser.tick("opt_in_check-up-results").await?;
    tour.answer(&[("email", TO), ("email_again", TO)]).await?;
    tour.see("07-confirm").await?;
    tour.browser.onward().await?;
    tour.see("08-mail-sent").await
}

/// From the mail to the end.
async fn finish(tour: &Tour<'_>) -> anyhow::Result<()> {
    tour.open_mail(TO).await?;
    tour.see("09-link").await?;
    tour.browser.onward().await?;
    tour.see("10-new-password").await?;
    tour.answer(&[("password", "19560301"), ("password_again", "1956")]).await?;
    tour.see("11-new-password-wrong").await?;
    tour.answer(&[("password", PASSWORD), ("password_again", PASSWORD)]).await?;
    tour.see("12-done").await?;
    tour.go("/").await?;
    tour.see("13-home").await?;
    tour.browser.onward().await
}

/// Family members: from their numbers to the mail.
async fn family(tour: &Tour<'_>) -> anyhow::Result<()> {
    tour.go("/signup?insurer=kaede").await?;
    tour.see("14-identity").await?;
    tour.see_unfolded("15-identity-unfolded").await?;
    let who = [
        ("symbol", "91"),
        ("number", "200001"),
        ("insurer_number", "06999023"),
        ("kana_name", "けんぽ じゅんいち"),
        ("birth_date", "19991231"),
    ];
    tour.answer(&[&who[..], &[("symbol", "92")]].concat()).await?;
    tour.see("16-identity-wrong").await?;
    tour.answer(&who).await?;
    agree(tour).await?;
    tour.see("17-details").await?;
    tour.answer(&[("email", FAMILY), ("email_again", TO), ("password", "short"), ("password_again", "")])
        .await?;
    tour.see("18-details-wrong").await?;
    let own =
        [("email", FAMILY), ("email_again", FAMILY), ("password", PASSWORD), ("password_again", PASSWORD)];
    tour.answer(&own).await?;
    tour.see("19-confirm").await?;
    tour.browser.onward().await?;
    tour.browser.press("do", "resend").await?;
    tour.see("20-resent-too-early").await
}

/// The mail is opened at another device, which is asked for the password.
async fn other_device(tour: &Tour<'_>) -> anyhow::Result<()> {
    tour.open_mail(FAMILY).await?;
    tour.see("21-link-elsewhere").await?;
    tour.browser.onward().await?;
    tour.see("22-password-again").await?;
    tour.answer(&[("password", PASSWORD)]).await?;
    tour.see("23-done-elsewhere").await?;
    tour.go("/recover?insurer=kaede").await?;
    tour.see("24-forgot-password").await?;
    tour.see_mails(FAMILY).await
}

async fn agree(tour: &Tour<'_>) -> anyhow::Result<()> {
    for document in ["accept_privacy", "accept_terms"] {
        tour.browser.tick(document).await?;
    }
    tour.browser.onward().await
}
