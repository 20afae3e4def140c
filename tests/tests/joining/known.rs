//! An address that is known at another insurer: its owner is led by mail to sign in and add a membership.

use sekisho_demo::greeting::SHOKO;
use sekisho_tests::browser::{Browser, Kind};
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::{Second, Visitor};
use serde_json::json;

use super::probe::Probe;
use super::{accounts, bound};

const EMAIL: &str = "shoko@example.jp";
const PASSWORD: &str = "みどりの窓から海を見て空を思い出す";

/// Registers at kaede as who signs in with an address (rows B28 to B34).
async fn register_at_kaede(town: &Town, browser: &Browser) -> anyhow::Result<()> {
    browser.go(&format!("{}/signup?insurer=kaede", town.idp())).await?;
    let items = [
        ("symbol", "91"),
        ("number", "200001"),
        ("insurer_number", "06999023"),
        ("kana_name", "ケンポ ショウコ"),
        ("birth_date", "20000121"),
    ];
    for (name, value) in items {
        browser.fill(name, value).await?;
    }
    browser.onward().await?;
    browser.tick("accept_privacy").await?;
    browser.tick("accept_terms").await?;
    browser.onward().await?;
    for (name, value) in
        [("email", EMAIL), ("email_again", EMAIL), ("password", PASSWORD), ("password_again", PASSWORD)]
    {
        browser.fill(name, value).await?;
    }
    browser.onward().await?;
    browser.onward().await?;
    browser.go(&town.link(EMAIL).await?).await?;
    browser.onward().await?;
    browser.see("登録が終わりました").await?;
    town.message(EMAIL).await.map(drop)
}

/// The account gains what it lacks at aoba: who one is there, aoba's documents, a second factor.
#[tokio::test(flavor = "multi_thread")]
async fn en_03_who_has_an_account_at_another_insurer_is_led_by_mail_to_sign_in_and_join() -> anyhow::Result<()>
{
    let town = Town::start(Rows::Sqlite).await?;
    let probe = Probe::register(&town).await?;
    let mut visitor = Visitor::new(&town, Kind::PHONE.without_scripts()).await?;
    register_at_kaede(&town, &visitor.browser).await?;
    visitor.member.password = PASSWORD;

    // In another browser: the page is that of any address.
    let mut other = Visitor::new(&town, Kind::PHONE).await?;
    other.member.password = PASSWORD;
    other.begin_registration().await?;
    other.choose_password().await?;
    other.browser.see("メールに届いた").await?;
    let mail = town.message(EMAIL).await?;
    assert!(mail.subject.contains("アカウントをお持ちです"), "{}", mail.subject);
    assert!(mail.text.contains("青葉健康保険組合"), "{}", mail.text);
    other.enter("123456").await?;
    other.browser.see("確認コードが違います").await?;

    let link = mail.text.split_whitespace().find(|word| word.starts_with(&town.idp()));
    let link = link.ok_or_else(|| anyhow::anyhow!("no link in {}", mail.text))?;
    other.browser.go(link).await?;
    other.browser.arrive_at("/login").await?;
    other.browser.picture("joining-04-led-to-sign-in").await?;
    other.type_password(PASSWORD).await?;
    // Signed in, one is at the first page of aoba, or one press away from it.
    if !other.browser.has("[name=family_name]").await? {
        super::begin_to_join(&other.browser, &town, "aoba").await?;
    }
    assert!(!other.browser.has("[name=email], [name=password]").await?, "what the account has is not asked");
    other.say_who().await?;
    other.agree().await?;
    other.set_up(Second::Sms).await?;
    other.browser.see("登録が終わりました").await?;
    other.browser.follow(&town.portal()).await?;
    other.give_reason().await?;
    other.browser.see("有効").await?;
    other.browser.see(SHOKO.name).await?;
    assert_eq!(
        (bound(&town, "kaede").await?, bound(&town, "aoba").await?),
        (vec!["K1000001".into()], vec!["A0000001".into()])
    );
    assert_eq!(accounts(&town).await?, 1);
    for insurer in ["kaede", "aoba"] {
        let told = probe.membership(&probe.token(&other.browser, insurer).await?).await?;
        assert_eq!(told, Some(json!({ "insurer": insurer, "symbol": "91", "number": "200001" })));
    }
    Ok(())
}
