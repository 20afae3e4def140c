//! The mailed link on another device, and strangers who begin with somebody's address (rows B25, B34).

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::kaede::{JUNICHI, Member, SHOKO, Visitor};

const MOVED: &str = "別の端末で";

/// Both classes: what was only typed is proven again, the old tab says where it goes on and is not signed in.
#[tokio::test(flavor = "multi_thread")]
async fn b25_b34_a_link_opened_on_another_device_goes_on_there_alone() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let mut phone = Visitor::new(&town, Kind::PHONE, SHOKO).await?;
    let mut desk = Visitor::new(&town, Kind::DESK, SHOKO).await?;
    phone.to_the_mail().await?;
    let waiting = phone.browser.address().await?;
    let link = town.link(SHOKO.email).await?;
    desk.browser.go(&link).await?;
    desk.browser.see("はじめに開いた端末では続けられなくなります").await?;
    desk.browser.picture("kaede-20-elsewhere").await?;
    phone.browser.go(&waiting).await?;
    phone.browser.see("24時間").await?;
    desk.browser.onward().await?;
    desk.browser.see("登録する方の生年月日").await?;
    let shown = desk.browser.source().await?;
    for typed in ["ケンポ", SHOKO.given_id, SHOKO.email] {
        assert!(!shown.contains(typed), "nothing entered earlier is shown: {typed}");
    }
    desk.browser.picture("kaede-21-birth-date").await?;
    moved(&phone, &waiting).await?;
    desk.answer(&[("birth_date", "20000122")]).await?;
    desk.browser.see("あと4回").await?;
    desk.answer(&[("birth_date", "平成12年1月21日")]).await?;
    desk.choose_password(SHOKO.password).await?;
    done(&desk, &phone).await?;

    // The second class has a password already, and shows it again.
    desk.sign_out().await?;
    phone.member = JUNICHI;
    desk.member = JUNICHI;
    phone.to_the_mail().await?;
    let waiting = phone.browser.address().await?;
    desk.open_link().await?;
    desk.browser.see("登録のはじめに決めたパスワード").await?;
    assert!(!desk.browser.source().await?.contains("ジユンイチ"));
    desk.answer(&[("password", SHOKO.password)]).await?;
    desk.browser.see("あと4回").await?;
    moved(&phone, &waiting).await?;
    desk.answer(&[("password", JUNICHI.password)]).await?;
    done(&desk, &phone).await
}

/// The tab of before says that it goes on elsewhere, and nothing of it can be done here any more.
async fn moved(phone: &Visitor<'_>, waiting: &str) -> anyhow::Result<()> {
    phone.browser.go(waiting).await?;
    phone.browser.see(MOVED).await?;
    phone.browser.picture("kaede-23-moved").await?;
    assert!(!phone.browser.has("main form").await?);
    Ok(())
}

/// The end: here a word about it and the way to the portal, there nothing.
async fn done(desk: &Visitor<'_>, phone: &Visitor<'_>) -> anyhow::Result<()> {
    desk.browser.see("登録が終わりました").await?;
    desk.browser.see("はじめに開いた画面は、そのまま閉じてください").await?;
    desk.browser.picture("kaede-22-done").await?;
    desk.town.message(desk.member.email).await?;
    assert!(!phone.is_signed_in().await?);
    desk.browser.follow(&format!("{}/initiate", desk.town.portal())).await?;
    desk.browser.arrive_at(&format!("{}/certificates", desk.town.portal())).await?;
    desk.see_the_certificate().await?;
    // On the phone signing in is what it always is.
    phone.sign_in().await?;
    phone.sign_out().await
}

/// Rows B25, B38 (RC-05): neither who began with a stranger's address nor that address's owner gets anything.
#[tokio::test(flavor = "multi_thread")]
async fn rc_05_who_begins_with_somebody_elses_address_gets_nowhere_in_either_browser() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let owner = Visitor::new(&town, Kind::PHONE, SHOKO).await?;
    owner.register().await?;
    owner.sign_out().await?;

    // An address that has an account: the same page, and its owner is told, without a link.
    let mut stranger =
        Visitor::new(&town, Kind::DESK, Member { email: "fresh@example.jp", ..JUNICHI }).await?;
    stranger.to_the_mail().await?;
    let fresh = stranger.browser.text().await?;
    town.link("fresh@example.jp").await?;
    stranger.member.email = "taken@example.jp";
    stranger.to_the_mail().await?;
    let other = stranger.browser.text().await?;
    let masked =
        |text: &str| text.lines().filter(|line| !line.contains("•")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(masked(&fresh), masked(&other));

    // The owner of the address opens the link that the stranger caused, and cannot go on with it.
    let victim = Visitor { member: Member { email: "taken@example.jp", ..SHOKO }, ..owner };
    let waiting = stranger.browser.address().await?;
    let link = town.link("taken@example.jp").await?;
    victim.open(&link).await?;
    for left in ["あと4回", "あと3回", "あと2回", "あと1回"] {
        victim.answer(&[("password", SHOKO.password)]).await?;
        victim.browser.see(left).await?;
        let shown = victim.browser.source().await?;
        assert!(!shown.contains("ジユンイチ") && !shown.contains(JUNICHI.birth_date));
    }
    victim.answer(&[("password", SHOKO.password)]).await?;
    victim.browser.see("はじめから").await?;
    assert!(!victim.is_signed_in().await?);
    stranger.browser.go(&waiting).await?;
    assert!(!stranger.browser.has("button[value=resend]").await?, "{}", stranger.browser.text().await?);
    assert!(!stranger.is_signed_in().await?);
    for visitor in [&stranger, &victim] {
        visitor.browser.go(&link).await?;
        visitor.browser.see_one_of(&["使い終わりました", "過ぎました"]).await?;
    }
    stranger.to_sign_in().await?;
    stranger.type_in("taken@example.jp", JUNICHI.password).await?;
    stranger.browser.see("ログインできませんでした").await
}
