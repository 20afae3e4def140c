//! Known addresses, second browsers, people who are registered already, invitations.

use std::time::Duration;

use sekisho_domain::email::Email;
use sekisho_domain::ids::PersonKey;
use sekisho_idp::flows::invite::invite;
use sekisho_tests::browser::{Browser, Kind};
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{Member, Second, Visitor};

use super::{at_the_code, at_the_identity};

#[tokio::test(flavor = "multi_thread")]
async fn en_03_a_known_address_shows_the_same_page_and_its_owner_is_told_by_mail() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let owner = Visitor::new(&town, Kind::PHONE).await?;
    owner.register(Second::Sms).await?;
    while let Ok(Ok(_)) = tokio::time::timeout(Duration::from_secs(2), town.message(owner.member.email)).await
    {
    }
    let mails = town.messages(owner.member.email).len();
    drop(owner);

    let stranger = at_the_code(&town, Kind::PHONE).await?;
    let shown = stranger.browser.text().await?;
    assert!(shown.contains("メールに届いた"), "{shown}");
    let mail = town.message(stranger.member.email).await?;
    assert!(mail.subject.contains("すでに登録されています"), "{}", mail.subject);
    assert_eq!(town.messages(stranger.member.email).len(), mails + 1);
    stranger.enter("123456").await?;
    stranger.browser.see("確認コードが違います").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_opened_again_or_answered_twice_changes_nothing() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_code(&town, Kind::PHONE).await?;
    let browser = &visitor.browser;
    let code = town.code(visitor.member.email).await?;
    visitor.enter(&code).await?;
    browser.see("枝番").await?;
    browser.back().await?;
    // The page of before, from the browser's memory or asked for again: either way the journey stands where it was.
    if browser.has("[name=code]").await? {
        visitor.enter(&code).await?;
    }
    browser.see("枝番").await?;
    browser.reload().await?;
    visitor.say_who().await?;
    browser.see("同意").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journeys_address_shows_nothing_in_another_browser() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = at_the_identity(&town, Kind::PHONE).await?;
    visitor.fill_identity().await?;
    visitor.browser.press("lang", "en").await?;
    let address = visitor.browser.address().await?;
    let other = Browser::open(Kind::PHONE).await?;
    other.go(&address).await?;
    let shown = other.text().await?;
    for secret in ["200001", "ケンポ", "shoko@example.jp", "sh•"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(!other.has("[name=symbol]").await?);
    visitor.browser.onward().await?;
    visitor.browser.see("agree").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_can_be_registered_once_only() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let first = Visitor::new(&town, Kind::PHONE).await?;
    first.register(Second::Sms).await?;
    drop(first);
    let mut second = Visitor::new(&town, Kind::PHONE).await?;
    second.member = Member { email: "other@example.jp", ..second.member };
    second.begin_registration().await?;
    second.choose_password().await?;
    second.enter_mailed_code().await?;
    second.say_who().await?;
    second.browser.see("登録は").await?;
    second.browser.see("この方の登録は済んでいます").await
}

#[tokio::test(flavor = "multi_thread")]
async fn rc_11_a_mailed_invitation_leads_into_registration_once_and_opening_it_spends_nothing()
-> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let insurer = town.state().insurers.find("aoba").ok_or_else(|| anyhow::anyhow!("no aoba"))?;
    let (person, email): (PersonKey, Email) = ("A0000001".parse()?, Email::parse("shoko@example.jp")?);
    invite(town.state(), insurer, (&person, &email), &mut town.state().cx()).await?;
    let mail = town.message("shoko@example.jp").await?;
    assert!(mail.subject.contains("登録のご案内"), "{}", mail.subject);
    let link = link_in(&mail.text).ok_or_else(|| anyhow::anyhow!("no link in {}", mail.text))?;
    assert!(link.starts_with(&format!("{}/link/", town.idp())), "{link}");

    // A scanner of the mail server opens it first.
    Browser::open(Kind::DESK).await?.go(&link).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.browser.go(&link).await?;
    visitor.browser.see("登録を").await?;
    visitor.browser.onward().await?;
    assert_eq!(visitor.browser.value("email").await?, "shoko@example.jp");
    visitor.choose_password().await?;
    visitor.enter_mailed_code().await?;
    visitor.say_who().await?;
    visitor.agree().await?;
    visitor.set_up(Second::Sms).await?;
    visitor.browser.see("登録が終わりました").await?;
    // From here the portal is one press away, and signing in again is not asked for.
    visitor.browser.follow(&town.portal()).await?;
    visitor.give_reason().await?;
    visitor.browser.see("有効").await?;

    let late = Browser::open(Kind::PHONE).await?;
    late.go(&link).await?;
    late.see_one_of(&["使い終わりました", "過ぎました"]).await?;
    Ok(())
}

fn link_in(text: &str) -> Option<String> {
    let from = text.get(text.find("http")?..)?;
    from.split_whitespace().next().map(str::to_owned)
}
