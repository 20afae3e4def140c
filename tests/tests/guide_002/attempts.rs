//! What goes wrong (row C42): addresses that somebody has, people who are not found, keys that are guessed.

use std::time::Duration;

use sekisho_tests::browser::Kind;
use sekisho_tests::town::{Rows, Town};
use sekisho_tests::walk::sora::{ICHIRO, Member, SHOKO, Visitor, other_than};

/// Rows C10, C42: nothing on the screen tells whether somebody has an address; its owner is told by mail.
#[tokio::test(flavor = "multi_thread")]
async fn c10_en_03_an_address_that_a_family_member_has_is_refused_without_a_word() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let owner = Visitor::new(&town, Kind::PHONE).await?;
    owner.register().await?;
    let mails = town.messages(SHOKO.email).len();
    drop(owner);

    let mut family = Visitor::new(&town, Kind::PHONE).await?;
    family.member = Member { email: "fresh@example.jp", ..ICHIRO };
    family.to_sign_up().await?;
    family.send_address().await?;
    let fresh = without_the_address(&family.browser.text().await?);
    // The same address, written another way.
    family.member.email = "SHOKO@Example.JP";
    family.to_sign_up().await?;
    family.send_address().await?;
    assert_eq!(without_the_address(&family.browser.text().await?), fresh);

    let mail = town.message("SHOKO@example.jp").await?;
    assert!(mail.subject.contains("すでに登録されています"), "{}", mail.subject);
    assert!(!mail.text.contains("/link/"), "{}", mail.text);
    assert!(mail.text.contains("/login?insurer=sora"), "{}", mail.text);
    assert_eq!(town.messages(SHOKO.email).len(), mails);
    // Asking for another mail tells no more.
    town.pass(Duration::from_mins(1));
    family.browser.press("do", "resend").await?;
    family.browser.see("前のメールのリンクは使えません").await
}

fn without_the_address(page: &str) -> Vec<String> {
    page.lines().filter(|line| !line.contains("•••@")).map(str::to_owned).collect()
}

/// Row C42 (EN-07): a claim that fits nobody is one sentence; after five the office helps.
#[tokio::test(flavor = "multi_thread")]
async fn c42_en_07_who_is_not_found_tries_five_times_in_either_way() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    let browser = &visitor.browser;
    visitor.to_sign_up().await?;
    visitor.send_address().await?;
    visitor.open_link().await?;
    for birth_date in ["20000122", "19850115"] {
        visitor.use_the_given_id(birth_date).await?;
        browser.see("ログインIDと仮パスワードをお確かめください").await?;
        assert_eq!(browser.value("login_id").await?, SHOKO.given_id);
        assert_eq!(browser.value("password").await?, "", "a password never comes back");
    }
    // The other way counts along.
    visitor.take_the_other_way().await?;
    let Member { marks, kana, birth_date, .. } = SHOKO;
    for (marks, kana) in [("91-200001-01", kana), (marks, "タナカ イチロウ")] {
        visitor.say_who_as(marks, kana, birth_date).await?;
        browser.see("組合の記録と一致しませんでした").await?;
        assert_eq!(browser.value("symbol_number_branch").await?, marks, "what was typed stays");
        assert!(!browser.has("[aria-invalid=true]").await?, "which part did not fit is never shown");
    }
    visitor.say_who_as("91-200002-00", kana, birth_date).await?;
    browser.see("ここでは").await?;
    browser.see("03-0000-0310").await?;
    browser.picture("sora-15-stopped").await?;
    browser.follow("/inquiry").await?;
    assert!(browser.has("textarea[name=message]").await?, "one press leads to whom to ask");
    // Others are not locked out by it.
    let other = visitor.elsewhere(Kind::PHONE).await?;
    other.register().await
}

/// Rows C21, C23, C42: five wrong keys end the registration; the person begins again.
#[tokio::test(flavor = "multi_thread")]
async fn c42_wrong_keys_end_the_registration_and_nothing_of_it_is_left() -> anyhow::Result<()> {
    let town = Town::start(Rows::Postgres).await?;
    let visitor = Visitor::new(&town, Kind::PHONE).await?;
    let browser = &visitor.browser;
    let key = visitor.to_the_key().await?;
    visitor.open_link().await?;
    visitor.enter_the_key("").await?;
    browser.see("認証キーを入れてください").await?;
    for left in ["あと4回", "あと3回", "あと2回", "あと1回"] {
        visitor.enter_the_key(other_than(&key)).await?;
        browser.see(left).await?;
    }
    let page = browser.address().await?;
    visitor.enter_the_key(other_than(&key)).await?;
    browser.see("はじめから").await?;
    browser.go(&page).await?;
    assert!(!browser.has("[name=auth_key]").await?);
    visitor.register().await?;
    visitor.sign_in().await
}

/// Row C42, and C25: an ID that somebody has; a person who is registered already.
#[tokio::test(flavor = "multi_thread")]
async fn c25_an_id_that_somebody_has_is_refused_and_nobody_registers_twice() -> anyhow::Result<()> {
    let town = Town::start(Rows::Sqlite).await?;
    let mut visitor = Visitor::new(&town, Kind::PHONE).await?;
    visitor.register().await?;

    visitor.member = Member { email: "another@example.jp", ..SHOKO };
    visitor.to_identity().await?;
    visitor.say_who().await?;
    visitor.browser.see("この方の登録は済んでいます").await?;

    visitor.member = ICHIRO;
    let key = visitor.to_the_key().await?;
    visitor.open_link().await?;
    visitor.enter_the_key(&key).await?;
    let taken = ["Shoko_2000", "ｓｈｏｋｏ_2000", "sora-04500032100", "shoko@example.jp", "ab"];
    let said = ["使えません", "だけをお使いください", "使えません", "ご自身のアドレス", "4文字以上"];
    for (login_id, said) in taken.into_iter().zip(said) {
        visitor.member.login_id = login_id;
        visitor.choose_an_id().await?;
        visitor.browser.see(said).await?;
    }
    // One's own proven address may be the ID.
    visitor.member.login_id = ICHIRO.email;
    visitor.choose_an_id().await?;
    visitor.is_registered().await?;
    visitor.sign_in().await
}
