//! A second insurer for one account.

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::sora::SHOKO;
use sekisho_tests::walk::{Second, Visitor};
use serde_json::json;

use super::probe::Probe;
use super::{accounts, begin_to_join, bound};

/// Only the steps that give what the account lacks: for sora that is who one is, and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_aoba_adds_sora_by_saying_who_it_is_and_both_memberships_live() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let probe = Probe::register(&town).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    let browser = &visitor.browser;
    visitor.register(Second::Sms).await?;
    // The mail that tells of the registration.
    town.message(visitor.member.email).await?;

    begin_to_join(browser, &town, "sora").await?;
    browser.see("IDが届いていない方").await?;
    browser.picture("joining-01-ways").await?;
    browser.press("do", "other").await?;
    for asked in ["email", "password", "login_id", "code"] {
        assert!(!browser.has(&format!("[name={asked}]")).await?, "{asked} is known already");
    }
    // What was typed stays, in either language.
    browser.fill("symbol_number_branch", "91-200001-01").await?;
    browser.press("lang", "en").await?;
    assert_eq!(browser.value("symbol_number_branch").await?, "91-200001-01");
    browser.press("lang", "ja").await?;
    say_who(browser, "91-200001-01").await?;
    browser.see("組合の記録と一致しませんでした").await?;
    say_who(browser, SHOKO.marks).await?;
    browser.see("登録が終わりました").await?;
    browser.picture("joining-02-done").await?;
    let mail = town.message(visitor.member.email).await?;
    assert!(mail.subject.contains("空健康保険組合"), "{}", mail.subject);
    assert!(mail.text.contains("お使いのアカウントに"), "{}", mail.text);

    // From here the portal shows the new membership, and the other one when that is asked for.
    browser.follow(&town.portal()).await?;
    browser.arrive_at(&town.portal()).await?;
    browser.see("空健康保険組合").await?;
    assert_eq!(
        (bound(&town, "aoba").await?, bound(&town, "sora").await?),
        (vec!["A0000001".into()], vec!["S2000001".into()])
    );
    assert_eq!(accounts(&town).await?, 1);
    let (sora, aoba) = (probe.token(browser, "sora").await?, probe.token(browser, "aoba").await?);
    for (token, insurer) in [(&sora, "sora"), (&aoba, "aoba")] {
        let told = probe.membership(token).await?;
        assert_eq!(told, Some(json!({ "insurer": insurer, "symbol": "91", "number": "200001" })));
    }
    assert_eq!(probe.subject(&sora).await?, probe.subject(&aoba).await?, "it is one account");

    // Signed in anew, each insurer asks in its own way: a key by mail here, a code by SMS there.
    visitor.sign_out().await?;
    browser.go(&format!("{}/?insurer=sora", town.portal())).await?;
    browser.follow("/login").await?;
    visitor.type_password(visitor.member.password).await?;
    visitor.enter_mailed_code().await?;
    browser.arrive_at(&town.portal()).await?;
    browser.see("空健康保険組合").await?;
    visitor.sign_out().await?;
    visitor.sign_in(None).await?;
    browser.see("青葉健康保険組合").await?;
    // Whom one is registered as already cannot be registered again.
    begin_to_join(browser, &town, "sora").await?;
    browser.press("do", "other").await?;
    say_who(browser, SHOKO.marks).await?;
    browser.see_one_of(&["すでに", "済んでいます"]).await?;
    assert_eq!(browser.complaints().await?, Vec::<String>::new());
    Ok(())
}

async fn say_who(browser: &sekisho_tests::browser::Browser, marks: &str) -> anyhow::Result<()> {
    let items =
        [("symbol_number_branch", marks), ("kana_name", SHOKO.kana), ("birth_date", SHOKO.birth_date)];
    for (name, value) in items {
        browser.fill(name, value).await?;
    }
    browser.onward().await
}

/// A session that showed one factor opens no membership of an insurer that asks two.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_at_one_insurer_is_no_more_than_that_at_another() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let probe = Probe::register(&town).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    let browser = &visitor.browser;
    visitor.register(Second::Sms).await?;
    town.message(visitor.member.email).await?;
    begin_to_join(browser, &town, "sora").await?;
    browser.press("do", "other").await?;
    say_who(browser, SHOKO.marks).await?;
    browser.see("登録が終わりました").await?;
    town.message(visitor.member.email).await?;
    browser.follow(&town.portal()).await?;
    browser.see("空健康保険組合").await?;
    visitor.sign_out().await?;

    browser.go(&format!("{}/?insurer=sora", town.portal())).await?;
    browser.follow("/login").await?;
    visitor.type_password(visitor.member.password).await?;
    visitor.enter_mailed_code().await?;
    browser.arrive_at(&town.portal()).await?;
    // sora's mailed key is no second factor: aoba asks for its own.
    probe.ask(browser, "aoba").await?;
    browser.arrive_at(&format!("{}/login/again", town.idp())).await?;
    browser.see("パスワードは先ほど確かめました").await?;
    browser.onward().await?;
    visitor.enter_sms_code().await?;
    browser.arrive_at(&town.inbox()).await?;
    let told = probe.membership(&probe.token(browser, "aoba").await?).await?;
    assert_eq!(told, Some(json!({ "insurer": "aoba", "symbol": "91", "number": "200001" })));

    // Nor does joining get round it: minato asks a second factor at each sign-in, and the account has one.
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    let browser = &visitor.browser;
    browser.go(&format!("{}/?insurer=sora", town.portal())).await?;
    browser.follow("/login").await?;
    visitor.type_password(visitor.member.password).await?;
    visitor.enter_mailed_code().await?;
    browser.arrive_at(&town.portal()).await?;
    begin_to_join(browser, &town, "minato").await?;
    visitor.say_who().await?;
    visitor.agree().await?;
    browser.see("登録が終わりました").await?;
    assert_eq!(bound(&town, "minato").await?.len(), 1);
    probe.ask(browser, "minato").await?;
    browser.arrive_at(&format!("{}/login", town.idp())).await
}
