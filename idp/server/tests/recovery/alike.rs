//! What a stranger learns on the ways back of who has an account: nothing (`security.md` EN-02, PW-12).

use sekisho_site::db::sql;

use crate::browser::{Browser, Page};
use crate::house::{House, Site};
use crate::people::{about, aoba, everybody, forget, kaede, nth_about, quiet, sora};

/// The page after a name, and those after asking again, too early and in time.
async fn pages(house: &House, insurer: &str, name: &str) -> (Browser, Page, Vec<String>) {
    let mut browser = Browser::at(house);
    let before = house.state.hashing.hashed();
    let page = forget(&mut browser, insurer, name).await;
    let early = browser.press(&page, &[("do", "resend")]).await;
    house.later(61);
    let again = browser.press(&early, &[("do", "resend")]).await;
    assert_eq!(house.state.hashing.hashed(), before, "no hash is spent for anybody");
    let seen = [&page, &early, &again].map(|page| page.bare(name)).to_vec();
    (browser, again, seen)
}

#[tokio::test]
async fn en_02_a_forgotten_password_gets_the_same_pages_whoever_asks() {
    let house = House::new().await;
    for member in everybody(&house).await {
        let (_, _, unknown) = pages(&house, member.insurer, "nobody@example.jp").await;
        let (_, _, known) = pages(&house, member.insurer, member.name).await;
        assert_eq!(known, unknown, "{}", member.insurer);
        nth_about(&house, member.email, "新しいパスワードを決めるリンク", 2).await;
        // A member of another insurer is nobody here.
        let elsewhere = if member.insurer == "sora" { "shoko_K" } else { "shoko.k" };
        let (_, _, elsewhere) = pages(&house, member.insurer, elsewhere).await;
        assert_eq!(elsewhere, unknown, "{}", member.insurer);
    }
    quiet(&house).await;
    assert!(house.letters.all_to("nobody@example.jp").is_empty());
}

#[tokio::test]
async fn en_02_an_account_that_may_not_be_used_is_as_unknown() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, _, unknown) = pages(&house, "aoba", "nobody@example.jp").await;
    for change in [
        "update accounts set suspended_at = 1",
        "update accounts set suspended_at = null, locked_at = 1",
        "update accounts set locked_at = null, closed_at = 1",
        "update factors set ended_at = 1 where kind = 'password'",
    ] {
        house.change(change).await;
        let (_, _, seen) = pages(&house, "aoba", member.name).await;
        assert_eq!(seen, unknown, "{change}");
    }
    quiet(&house).await;
    assert!(about(&house, member.email, "新しいパスワード").is_empty());
}

#[tokio::test]
async fn en_02_an_id_that_was_given_out_and_not_activated_is_as_unknown() {
    let house = House::new().await;
    let (_, _, unknown) = pages(&house, "kaede", "7132-999999999").await;
    for id in ["7132-091200001", "sora-09120000101"] {
        let (_, _, seen) = pages(&house, "kaede", id).await;
        assert_eq!(seen, unknown, "{id}");
    }
}

#[tokio::test]
async fn en_02_mails_that_are_too_many_tell_nobody_apart() {
    let house = House::with(Site { throttle: "mails_per_address = 3", ..Site::default() }).await;
    let (member, _) = (kaede(&house).await, sora(&house).await);
    let ask_again = async |name: &str| {
        let mut browser = Browser::at(&house);
        let mut page = forget(&mut browser, "kaede", name).await;
        let mut seen = vec![page.bare(name)];
        for wait in [61, 121, 241, 481] {
            // A mail that is on its way while the clock jumps would be sent twice.
            quiet(&house).await;
            house.later(wait);
            page = browser.press(&page, &[("do", "resend")]).await;
            seen.push(page.bare(name));
        }
        seen
    };
    let known = ask_again(member.name).await;
    let unknown = ask_again("7132-999999999").await;
    assert_eq!(known, unknown);
    quiet(&house).await;
    let mails = about(&house, member.email, "新しいパスワードを決めるリンク");
    assert!(mails.len() <= 3, "RC-10: {}", mails.len());
}

#[tokio::test]
async fn en_02_the_same_rows_are_looked_at_and_only_the_known_ones_mail_is_written() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let rows = async || {
        let counts = [
            "select count(*) as n from journeys",
            "select count(*) as n from sessions",
            "select count(*) as n from accounts",
            "select count(*) as n from attempts",
        ];
        let mut found = Vec::new();
        for count in counts {
            found.push(house.count(count).await);
        }
        found
    };
    let before = rows().await;
    forget(&mut Browser::at(&house), "kaede", "7132-999999999").await;
    let unknown = rows().await;
    forget(&mut Browser::at(&house), "kaede", member.name).await;
    let known = rows().await;
    let grown = |from: &[i64], to: &[i64]| -> Vec<i64> { from.iter().zip(to).map(|(a, b)| b - a).collect() };
    assert_eq!(grown(&before, &unknown), grown(&unknown, &known));
    let subjects = house.texts(sql("select purpose as t from links where used_at is null")).await;
    assert_eq!(subjects, ["journey"]);
}

#[tokio::test]
async fn pw_12_an_empty_or_missing_name_or_password_tells_nothing() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut empty = Vec::new();
    for name in [member.name, "nobody@example.jp"] {
        for fields in [vec![("login_id", name), ("password", "")], vec![("login_id", name)]] {
            for path in ["/recover/factor?insurer=aoba", "/login?insurer=aoba"] {
                let mut browser = Browser::at(&house);
                let page = browser.open(path).await;
                let before = house.state.hashing.hashed();
                let answered = browser.submit(&page, &fields).await;
                assert_eq!(house.state.hashing.hashed(), before);
                empty.push((path, answered.bare(name)));
            }
        }
    }
    for path in ["/recover/factor?insurer=aoba", "/login?insurer=aoba"] {
        let mut seen: Vec<_> = empty.iter().filter(|(of, _)| *of == path).map(|(_, page)| page).collect();
        seen.dedup();
        assert_eq!(seen.len(), 1, "{path}");
    }
    let mut browser = Browser::at(&house);
    let page = browser.open("/recover?insurer=aoba").await;
    browser.submit(&page, &[("login_id", "")]).await.saying("name=\"login_id\"");
}

#[tokio::test]
async fn en_01_who_reports_a_lost_factor_without_the_password_learns_nothing() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut seen = Vec::new();
    for name in [member.name, "nobody@example.jp"] {
        let mut browser = Browser::at(&house);
        let page = browser.open("/recover/factor?insurer=aoba").await;
        let before = house.state.hashing.hashed();
        let answered = browser.submit(&page, &[("login_id", name), ("password", "not it at all")]).await;
        assert_eq!(house.state.hashing.hashed() - before, 1);
        seen.push(answered.bare(name));
    }
    assert_eq!(seen[0], seen[1]);
}
