//! What an office does with an account (row B3; `security.md` RC-14, MF-17, SE-03).

use clap::Parser;
use sekisho_idp::cli::account::{self, Verb};
use sekisho_idp::flows::accounts;
use sekisho_site::db::sql;

use crate::browser::Browser;
use crate::house::House;
use crate::people::{
    Member, PHONE, activate, aoba, forget, is_out, kaede, link, nth_about, portal, quiet, register_sora,
    reset_link, settled, show_password, sign_in, sora,
};

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    verb: Verb,
}

/// `sekisho account …`, as an operator types it.
async fn sekisho(house: &House, words: &[&str]) -> anyhow::Result<()> {
    let words = ["sekisho"].iter().chain(words);
    account::run(&house.state, Line::try_parse_from(words)?.verb).await
}

#[tokio::test]
async fn b3_a_reset_makes_an_account_un_enrolled_and_its_pre_issued_id_is_activated_anew() {
    let house = House::new().await;
    portal(&house).await;
    let member = kaede(&house).await;
    let before = settled(&house, &member).await;
    let mut waiting = Browser::at(&house);
    forget(&mut waiting, "kaede", member.name).await;
    let pending = reset_link(&house, &member, 1).await;
    let accepted = house.count("select count(*) as n from acceptances").await;
    assert!(accepted > 0);
    sekisho(&house, &["reset", member.name, "--reason", "asked at the counter"]).await.unwrap();
    is_out(before).await;
    waiting.open(&pending).await.saying("このリンクの時間が過ぎました");
    show_password(&mut Browser::at(&house), &member, member.password)
        .await
        .saying("ログインできませんでした");
    let text = nth_about(&house, member.email, "登録をはじめの状態に戻しました", 1).await;
    assert!(
        !text.contains("/link/") && text.contains("http://localhost:8080/signup?insurer=kaede"),
        "{text}"
    );
    assert_eq!(house.count("select count(*) as n from acceptances").await, accepted);
    let trail =
        house.texts(sql("select detail as t from audit_events where event = 'account.changed'")).await;
    assert!(trail.len() == 1 && trail[0].contains("asked at the counter"), "{trail:?}");
    activate(&house, 2).await;
    sign_in(&house, &mut Browser::at(&house), &member).await;
    assert_eq!(house.count("select count(*) as n from accounts").await, 2, "the history stays");
    assert_eq!(house.count("select count(*) as n from accounts where closed_at is null").await, 1);
}

#[tokio::test]
async fn b3_a_chosen_id_is_free_again() {
    let house = House::new().await;
    let member = sora(&house).await;
    sekisho(&house, &["reset", member.name, "--reason", "asked at the counter"]).await.unwrap();
    register_sora(&house, 2).await;
    sign_in(&house, &mut Browser::at(&house), &member).await;
}

#[tokio::test]
async fn rc_14_and_mf_17_an_office_picks_nothing_and_who_registers_again_is_proven_again() {
    let house = House::new().await;
    portal(&house).await;
    let member = aoba(&house).await;
    let before = settled(&house, &member).await;
    quiet(&house).await;
    let mails = house.letters.all_to(member.email).len();
    sekisho(&house, &["reset", member.name, "--reason", "phone and password lost"]).await.unwrap();
    is_out(before).await;
    nth_about(&house, PHONE, "大切な設定が変わります", 1).await;
    quiet(&house).await;
    let told = &house.letters.all_to(member.email)[mails..];
    assert_eq!(told.len(), 1);
    // No link is open: the mail leads to the first page of a registration, with its identity check.
    assert!(!told[0].1.contains("/link/"), "{}", told[0].1);
    assert_eq!(house.count("select count(*) as n from factors where ended_at is null").await, 0);
    assert_eq!(house.count("select count(*) as n from identifiers").await, 0);
    let mut browser = Browser::at(&house);
    forget(&mut browser, "aoba", member.name).await;
    quiet(&house).await;
    assert_eq!(house.letters.all_to(member.email).len(), mails + 1, "nobody has the name any more");
}

#[tokio::test]
async fn b3_a_reset_ends_a_report_of_a_lost_factor_and_its_mail() {
    let house = House::new().await;
    let member = aoba(&house).await;
    crate::lost::report(&house, &member, 1).await;
    let stop = link(&house, member.email, "2つめの鍵をなくしたとの届け出", 1).await;
    sekisho(&house, &["reset", member.name, "--reason", "asked at the counter"]).await.unwrap();
    Browser::at(&house).open(&stop).await.saying("このリンクの時間が過ぎました");
    quiet(&house).await;
    assert_eq!(
        house.count("select count(*) as n from outbox").await,
        0,
        "the mail that waited is taken back"
    );
}

#[tokio::test]
async fn se_03_a_suspended_account_is_out_until_it_is_resumed() {
    let house = House::new().await;
    portal(&house).await;
    let member = kaede(&house).await;
    let before = settled(&house, &member).await;
    sekisho(&house, &["suspend", member.name, "--reason", "a report"]).await.unwrap();
    is_out(before).await;
    show_password(&mut Browser::at(&house), &member, member.password)
        .await
        .saying("ログインできませんでした");
    let again = sekisho(&house, &["suspend", member.name, "--reason", "twice"]).await.unwrap_err();
    assert_eq!(again.to_string(), "it was suspended before");
    sekisho(&house, &["resume", member.name, "--reason", "cleared up"]).await.unwrap();
    sign_in(&house, &mut Browser::at(&house), &member).await;
    let find = "select result as t from audit_events where event = 'account.changed' order by at, result";
    let mut results = house.texts(sql(find)).await;
    results.sort();
    assert_eq!(results, ["resumed", "suspended"]);
}

#[tokio::test]
async fn an_unlocked_account_may_try_again_at_once() {
    let house = House::new().await;
    let member = kaede(&house).await;
    house.change("update factors set failures = 10, blocked_until = 9000000000000000").await;
    house.change("update accounts set locked_at = 1").await;
    show_password(&mut Browser::at(&house), &member, member.password)
        .await
        .saying("ログインできませんでした");
    sekisho(&house, &["unlock", member.name, "--reason", "called"]).await.unwrap();
    sign_in(&house, &mut Browser::at(&house), &member).await;
}

#[tokio::test]
async fn an_account_is_found_by_its_id_or_any_spelling_of_a_name_and_shown_without_secrets() {
    let house = House::new().await;
    let member: Member = aoba(&house).await;
    let cx = house.state.cx();
    let found = accounts::find(&house.state, " AOBA@example.jp ", &cx).await.unwrap().unwrap();
    let id = found.account.id.to_string();
    let by_id = accounts::find(&house.state, &id, &cx).await.unwrap().unwrap();
    assert_eq!(by_id.names, found.names);
    assert_eq!((found.memberships.len(), found.factors.len(), found.sessions), (1, 2, 1));
    assert_eq!(found.addresses.phone.unwrap().as_e164(), PHONE);
    sekisho(&house, &["show", &id]).await.unwrap();
    sekisho(&house, &["show", member.name]).await.unwrap();
    let nobody = sekisho(&house, &["show", "nobody"]).await.unwrap_err();
    assert_eq!(nobody.to_string(), "there is no account nobody");
    for verb in ["unlock", "suspend", "resume", "reset"] {
        assert!(Line::try_parse_from(["sekisho", verb, "nobody"]).is_err(), "{verb} wants a reason");
        assert!(sekisho(&house, &[verb, "nobody", "--reason", "x"]).await.is_err());
    }
}

#[tokio::test]
async fn an_account_is_reset_once() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let mut cx = house.state.cx();
    let found = accounts::find(&house.state, member.name, &cx).await.unwrap().unwrap();
    assert!(accounts::reset(&house.state, &found, "one", &mut cx).await.unwrap());
    assert!(!accounts::reset(&house.state, &found, "two", &mut cx).await.unwrap());
    let id = found.account.id.to_string();
    let again = sekisho(&house, &["reset", &id, "--reason", "x"]).await.unwrap_err();
    assert_eq!(again.to_string(), "it was closed before");
}

#[tokio::test]
async fn pw_16_a_fresh_house_has_no_account_client_or_secret_that_another_has() {
    let (one, other) = (House::new().await, House::new().await);
    for house in [&one, &other] {
        for count in [
            "select count(*) as n from accounts",
            "select count(*) as n from identifiers",
            "select count(*) as n from factors",
            "select count(*) as n from sessions",
            "select count(*) as n from clients",
        ] {
            assert_eq!(house.count(count).await, 0, "{count}");
        }
        for name in ["admin", "root", "demo", "test", "sekisho"] {
            let mut browser = Browser::at(house);
            let page = browser.open("/login?insurer=aoba").await;
            let answered = browser.submit(&page, &[("login_id", name), ("password", name)]).await;
            answered.saying("ログインできませんでした");
        }
    }
    let key = |house: &House| std::fs::read(house.files.path().join("master.key")).unwrap();
    assert!(!key(&one).is_empty());
    assert_ne!(key(&one), key(&other));
    let kids = async |house: &House| house.texts(sql("select kid as t from signing_keys")).await;
    let (ours, theirs) = (kids(&one).await, kids(&other).await);
    assert!(!ours.is_empty() && ours.iter().all(|kid| !theirs.contains(kid)), "{ours:?} {theirs:?}");
}
