//! Signing in again and out, and the help that stands beside it (guide rows A20 to A37, ④).

use std::time::Duration;

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{ONE_STEP, Second, Visitor};

async fn registered(
    town: &Town,
    second: Second,
) -> anyhow::Result<(Visitor<'_>, Option<sekisho_tests::walk::App>)> {
    let visitor = Visitor::new(town, Kind::PHONE).await?;
    let app = visitor.register(second).await?;
    visitor.sign_out().await?;
    town.pass(ONE_STEP * 3);
    Ok((visitor, app))
}

#[tokio::test(flavor = "multi_thread")]
async fn en_01_a_wrong_password_and_an_unknown_name_look_and_cost_the_same() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (mut visitor, _) = registered(&town, Second::Sms).await?;
    visitor.browser.go(&format!("{}/login?insurer=aoba", town.idp())).await?;
    let spent = || town.state().hashing.hashed();
    let before = spent();
    visitor.type_password("みどりの窓から川を見る").await?;
    visitor.browser.see("この内容ではログインできませんでした").await?;
    let (known, known_cost) = (visitor.browser.text().await?, spent() - before);

    let before = spent();
    visitor.member.email = "nobody@example.jp";
    visitor.type_password("みどりの窓から川を見る").await?;
    visitor.browser.see("この内容ではログインできませんでした").await?;
    assert_eq!(visitor.browser.text().await?, known);
    assert_eq!((spent() - before, known_cost), (1, 1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn mf_01_an_apps_digits_work_once_and_older_ones_never_again() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let (visitor, app) = registered(&town, Second::App).await?;
    let app = app.ok_or_else(|| anyhow::anyhow!("no app"))?;
    let of_before = app.digits(&town);
    town.pass(ONE_STEP);
    visitor.begin_sign_in().await?;
    let digits = app.digits(&town);
    visitor.enter(&digits).await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    visitor.sign_out().await?;

    visitor.begin_sign_in().await?;
    for spent in [&digits, &of_before] {
        visitor.enter(spent).await?;
        visitor.browser.see("もう一度お確かめください").await?;
    }
    town.pass(ONE_STEP * 2);
    visitor.enter(&app.digits(&town)).await?;
    visitor.browser.arrive_at(&town.portal()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn se_01_se_02_the_session_is_new_at_sign_in_and_of_no_use_after_sign_out() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, _) = registered(&town, Second::Sms).await?;
    visitor.begin_sign_in().await?;
    let before = visitor.browser.cookies().await?;
    visitor.enter_sms_code().await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    assert!(visitor.is_signed_in().await?);
    let signed_in = visitor.browser.cookies().await?;
    let new: Vec<_> = signed_in.iter().filter(|cookie| !before.contains(cookie)).collect();
    assert!(!new.is_empty(), "a cookie that was there before is none of a session");
    visitor.sign_out().await?;
    assert!(!visitor.is_signed_in().await?);
    visitor.browser.put_cookies(&signed_in).await?;
    assert!(!visitor.is_signed_in().await?, "the cookies of before are of no use");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn mf_09_an_old_code_by_sms_is_refused_a_new_one_can_be_sent_and_who_lost_the_phone_is_told_where_to_turn()
-> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let (visitor, _) = registered(&town, Second::Sms).await?;
    visitor.begin_sign_in().await?;
    let first = town.code(visitor.member.phone_e164).await?;
    town.pass(Duration::from_mins(11));
    visitor.enter(&first).await?;
    visitor.browser.see("時間が過ぎました").await?;
    visitor.browser.press("do", "resend").await?;
    visitor.browser.see("新しいコードを送りました").await?;
    visitor.enter_sms_code().await?;
    visitor.browser.arrive_at(&town.portal()).await?;
    visitor.sign_out().await?;

    visitor.begin_sign_in().await?;
    visitor.browser.follow("/recover/factor").await?;
    visitor.browser.see("03-0000-0150").await
}

#[tokio::test(flavor = "multi_thread")]
async fn se_14_signing_out_at_the_portal_signs_out_at_the_identity_provider() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.register(Second::Sms).await?;
    assert!(visitor.is_signed_in().await?);
    visitor.sign_out().await?;
    assert!(!visitor.is_signed_in().await?);
    // What was on the screen is gone as well.
    visitor.browser.back().await?;
    visitor.browser.go(&format!("{}/certificates", town.portal())).await?;
    visitor.browser.arrive_at("/login").await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_goes_through_the_gate_without_a_question() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.register(Second::Sms).await?;
    let sent = town.messages(visitor.member.phone_e164).len();
    visitor.browser.go(&format!("{}/login?insurer=aoba", town.portal())).await?;
    visitor.browser.arrive_at(&format!("{}/certificates", town.portal())).await?;
    assert_eq!(town.messages(visitor.member.phone_e164).len(), sent);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn se_04_an_unused_session_ends_after_an_hour() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.register(Second::Sms).await?;
    town.pass(Duration::from_mins(59));
    assert!(visitor.is_signed_in().await?);
    town.pass(Duration::from_mins(61));
    assert!(!visitor.is_signed_in().await?);
    visitor.browser.go(&format!("{}/certificates", town.portal())).await?;
    visitor.browser.arrive_at(&format!("{}/login", town.idp())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_and_inquiries_need_no_sign_in_and_reach_the_office() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.browser.go(&format!("{}/?insurer=aoba", town.portal())).await?;
    visitor.browser.follow(&format!("{}/help", town.idp())).await?;
    visitor.browser.see("よくある質問").await?;
    visitor.browser.see("記号・番号は、どこに書いてありますか").await?;
    visitor.browser.follow("/inquiry").await?;
    visitor.browser.fill("email", visitor.member.email).await?;
    visitor.browser.fill("message", "枝番の書かれた紙が見つかりません。").await?;
    visitor.browser.onward().await?;
    visitor.browser.see("受け取りました").await?;
    let mail = town.message("madoguchi@aoba.example.jp").await?;
    assert!(mail.text.contains("枝番の書かれた紙が見つかりません。"), "{}", mail.text);
    assert!(mail.subject.contains("お問い合わせ"), "{}", mail.subject);
    Ok(())
}
