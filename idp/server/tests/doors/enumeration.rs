//! What strangers learn of who has an account: nothing (`security.md` EN).

use crate::browser::{Browser, Page};
use crate::house::{House, Site};
use crate::kaede::{self, BORN, ID, JUNICHI};
use crate::registration::{EMAIL, PASSWORD, PHONE, SHOKO, register, to_code};
use crate::sora;

const KNOWN: &str = "すでに登録されています";

/// The page of a refused sign-in without what was typed, after the work of exactly one hash.
async fn refused(house: &House, insurer: &str, (name, password): (&str, &str)) -> String {
    let mut browser = Browser::at(house);
    let page = browser.open(&format!("/login?insurer={insurer}")).await;
    let page = if page.says("name=\"password\"") {
        page
    } else {
        browser.submit(&page, &[("login_id", name)]).await
    };
    let before = house.state.hashing.hashed();
    let answered = browser.submit(&page, &[("login_id", name), ("password", password)]).await;
    assert_eq!(house.state.hashing.hashed() - before, 1, "{name}");
    answered.saying("ログインできませんでした").bare(name)
}

#[tokio::test]
async fn en_01_whoever_does_not_get_in_gets_the_same_answer_after_the_same_work() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    let unknown = refused(&house, "aoba", ("nobody@example.jp", PASSWORD)).await;
    let changes = [
        "select 1",
        "update accounts set locked_at = 1",
        "update accounts set locked_at = null, suspended_at = 1",
        "update accounts set suspended_at = null, closed_at = 1",
        "update accounts set closed_at = null",
        "update factors set blocked_until = 9000000000000000, failures = 10 where kind = 'password'",
        "update factors set blocked_until = null, failures = 0, ended_at = 1 where kind = 'password'",
    ];
    for change in changes {
        house.change(change).await;
        // In all states but that of an account in order, even the right password is refused.
        let in_order = change == "select 1" || change.ends_with("closed_at = null");
        let password = if in_order { "not the password" } else { PASSWORD };
        assert_eq!(refused(&house, "aoba", (EMAIL, password)).await, unknown, "{change}");
    }
}

#[tokio::test]
async fn en_01_a_refusal_takes_its_whole_time_whatever_there_was_to_do() {
    const LEAST: std::time::Duration = std::time::Duration::from_millis(400);
    let house = House::with(Site { throttle: "refusal_milliseconds = 400", ..Site::default() }).await;
    register(&house, &mut Browser::at(&house)).await;
    for name in [EMAIL, "nobody@example.jp", ID, "7132-999999999"] {
        let begun = tokio::time::Instant::now();
        refused(&house, "aoba", (name, "not the password")).await;
        assert!(begun.elapsed() >= LEAST, "{name}");
    }
}

#[tokio::test]
async fn en_01_an_id_that_was_given_out_answers_as_one_that_was_not() {
    let house = House::new().await;
    let nobodys = refused(&house, "kaede", ("7132-999999999", BORN)).await;
    let given = [
        // Not activated; of a person whose cover has ended; no ID of this insurer's.
        (ID, "20000122"),
        ("7132-091200009", "19900506"),
        ("shoko", BORN),
        ("sora-09120000101", "20000122"),
    ];
    for typed in given {
        assert_eq!(refused(&house, "kaede", typed).await, nobodys, "{typed:?}");
    }
    kaede::activate(&house, &mut Browser::at(&house), "shoko@example.jp").await;
    for typed in [(ID, BORN), (ID, "not the password")] {
        assert_eq!(refused(&house, "kaede", typed).await, nobodys, "{typed:?}, activated");
    }
    // Who registered by the numbers on the card has no use for the ID any more.
    kaede::enrol(&house, &mut Browser::at(&house), &kaede::ICHIRO, "ichiro@example.jp").await;
    assert_eq!(refused(&house, "kaede", (kaede::ICHIROS_ID, "19850115")).await, nobodys);
}

#[tokio::test]
async fn en_01_a_body_without_a_name_or_a_password_spends_nothing_and_tells_nothing() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    let mut pages = Vec::new();
    for name in [EMAIL, "nobody@example.jp"] {
        let mut browser = Browser::at(&house);
        let page = browser.open("/login?insurer=aoba").await;
        pages.push(browser.submit(&page, &[("login_id", name), ("password", "")]).await.bare(name));
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn en_03_an_address_with_an_account_gets_the_same_page_and_its_owner_a_mail() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    let known = to_code(&mut Browser::at(&house), EMAIL).await;
    let unknown = to_code(&mut Browser::at(&house), "suto@example.jp").await;
    assert_eq!(known.bare(""), unknown.bare(""));
    let (subject, _) = house.letters.wait(EMAIL, 3).await;
    assert!(subject.contains(KNOWN), "{subject}");
}

#[tokio::test]
async fn en_03_by_link_an_address_with_an_account_gets_the_same_page_and_no_link() {
    let house = House::new().await;
    sora::register(&house, &mut Browser::at(&house)).await;
    house.letters.wait(sora::EMAIL, 3).await;
    let mut stranger = Browser::at(&house);
    let known = sora::to_first_mail(&mut stranger, sora::EMAIL).await;
    let unknown = sora::to_first_mail(&mut Browser::at(&house), "suto@example.jp").await;
    assert_eq!(known.bare(""), unknown.bare(""));
    let (subject, text) = house.letters.wait(sora::EMAIL, 4).await;
    assert!(subject.contains(KNOWN) && !text.contains("/link/"), "{subject} {text}");
    // Asking again, too early or in time, tells nothing either.
    let mut other = Browser::at(&house);
    let early = sora::to_first_mail(&mut other, "seto@example.jp").await;
    for wait in [0, 61] {
        house.later(wait);
        let mine = stranger.press(&known, &[("do", "resend")]).await;
        let theirs = other.press(&early, &[("do", "resend")]).await;
        assert_eq!(mine.bare(""), theirs.bare(""), "after {wait} s");
    }
}

#[tokio::test]
async fn en_03_behind_an_identity_check_the_pages_are_the_same_too() {
    let house = House::new().await;
    kaede::enrol(&house, &mut Browser::at(&house), &JUNICHI, EMAIL).await;
    let mut browser = Browser::at(&house);
    let known = kaede::enrol_to_mail(&mut browser, &kaede::HANZO, EMAIL).await;
    let mut other = Browser::at(&house);
    let unknown = kaede::enrol_to_mail(&mut other, &kaede::HANZO, "suto@example.jp").await;
    assert_eq!(known.bare(""), unknown.bare(""));
    let (subject, text) = house.letters.wait(EMAIL, 3).await;
    assert!(subject.contains(KNOWN) && !text.contains("/link/"), "{subject} {text}");
    // An address at another insurer is led to sign in and join, by mail only (design §4).
    let elsewhere = to_code(&mut Browser::at(&house), EMAIL).await;
    let nobodys = to_code(&mut Browser::at(&house), "seto@example.jp").await;
    assert_eq!(elsewhere.bare(""), nobodys.bare(""));
    let (subject, _) = house.letters.wait(EMAIL, 4).await;
    assert!(subject.contains("アカウントをお持ちです"), "{subject}");
}

#[tokio::test]
async fn en_05_a_phone_that_another_member_uses_is_taken_without_a_word() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    let mut browser = Browser::at(&house);
    let page = to_code(&mut browser, "junichi@example.jp").await;
    let code = house.letters.code("junichi@example.jp", 1).await;
    let page = browser.press(&page, &[("code", &code)]).await;
    let page = browser.press(&page, &crate::registration::JUNICHI).await;
    let page = browser.press(&page, &[("accept_terms", "yes"), ("accept_privacy", "yes")]).await;
    let page = browser.press(&page, &[("factor", "sms")]).await;
    let page = browser.press(&page, &[("phone", "090-0000-1111")]).await;
    let code = house.letters.code(PHONE, 2).await;
    assert_eq!(browser.press(&page, &[("code", &code)]).await.location(), "/?registered=enrol");
}

#[tokio::test]
async fn en_06_the_page_after_a_name_is_the_same_for_every_name() {
    let house = House::new().await;
    kaede::activate(&house, &mut Browser::at(&house), "kaede@example.jp").await;
    register(&house, &mut Browser::at(&house)).await;
    let mut pages = Vec::new();
    let names = [ID, "7132-123004567", "7132-999999999", "nobody", EMAIL, "nobody@example.jp", "sora-0"];
    for name in names {
        let mut browser = Browser::at(&house);
        let page = browser.open("/login?insurer=kaede").await;
        let page = browser.submit(&page, &[("login_id", name)]).await.saying("name=\"password\"");
        pages.push(page.bare(name));
    }
    for page in &pages {
        assert_eq!(*page, pages[0]);
    }
}

#[tokio::test]
async fn en_06_the_platforms_own_page_asks_everybody_the_same_whatever_the_insurer() {
    let house = House::new().await;
    kaede::activate(&house, &mut Browser::at(&house), "shoko@example.jp").await;
    let page = Browser::at(&house).open("/login").await;
    assert!(page.says("name=\"login_id\"") && page.says("name=\"password\""), "{}", page.body);
    let mut pages = Vec::new();
    for name in [ID, "7132-123004567", "7132-999999999", "nobody@example.jp", "sora-09120000101"] {
        let mut browser = Browser::at(&house);
        let page = browser.open("/login").await;
        let typed = [("login_id", name), ("password", "not the password")];
        pages.push(browser.submit(&page, &typed).await.bare(name));
    }
    for page in &pages {
        assert_eq!(*page, pages[0]);
    }
}

#[tokio::test]
async fn en_06_another_insurers_page_knows_its_members_no_better() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    let known = refused(&house, "sora", (EMAIL, "not the password")).await;
    assert_eq!(known, refused(&house, "sora", ("nobody@example.jp", "not the password")).await);
}

async fn claimed(house: &House, claim: &[(&str, &str)]) -> Page {
    let mut browser = Browser::at(house);
    let page = browser.open("/signup?insurer=kaede").await;
    // The answer repeats what was typed, nothing more.
    browser.press(&page, claim).await
}

#[tokio::test]
async fn en_07_an_identity_check_that_fails_never_says_why() {
    let house = House::new().await;
    kaede::enrol(&house, &mut Browser::at(&house), &JUNICHI, "junichi@example.jp").await;
    let changed = |field: &str, value: &'static str| {
        JUNICHI.map(|(name, typed)| if name == field { (name, value) } else { (name, typed) })
    };
    let wrong = [
        ("number", "999999", "no such record"),
        ("birth_date", "19991230", "another birth date"),
        ("kana_name", "サトウ ジュンイチ", "another name"),
        ("insurer_number", "06999015", "another insurer"),
    ];
    let mut pages = Vec::new();
    for (field, value, why) in wrong {
        let page = claimed(&house, &changed(field, value)).await.saying("一致しませんでした");
        let right = JUNICHI.iter().find(|(name, _)| *name == field).unwrap().1;
        pages
            .push((page.bare("").replace(&format!("value=\"{value}\""), &format!("value=\"{right}\"")), why));
    }
    for (page, why) in &pages {
        assert_eq!(*page, pages[0].0, "{why}");
    }
    // That the person is registered is told to whom everything is known (row E35).
    claimed(&house, &JUNICHI).await.saying("登録は");
    // And that the cover has ended, likewise.
    let haru = [
        ("symbol", "91"),
        ("number", "200009"),
        ("insurer_number", "06999023"),
        ("kana_name", "アオキ ハル"),
        ("birth_date", "19900505"),
    ];
    claimed(&house, &haru).await.saying("2026年4月1日");
    let guessed =
        haru.map(|(name, value)| if name == "birth_date" { (name, "19900506") } else { (name, value) });
    claimed(&house, &guessed).await.saying("一致しませんでした");
}

#[tokio::test]
async fn en_08_names_rest_alike_whether_anybody_has_them_or_not() {
    let house = House::new().await;
    kaede::activate(&house, &mut Browser::at(&house), "shoko@example.jp").await;
    // The sign-in by the ID was counted too.
    house.later(900);
    let mut rested = Vec::new();
    for (number, name) in (0..).zip([ID, "7132-123004567", "7132-999999999", "nobody@example.jp"]) {
        let mut pages = Vec::new();
        for _ in 0..11 {
            let mut browser = Browser::from(&house, number);
            pages.push(kaede::sign_in(&mut browser, name, "19000101").await.bare(name));
        }
        assert!(pages[..10].iter().all(|page| *page == pages[0]), "{name}");
        assert_ne!(pages[10], pages[0], "{name}");
        rested.push(pages);
    }
    for pages in &rested {
        assert_eq!(*pages, rested[0]);
    }
}

#[tokio::test]
async fn en_03_a_registration_with_a_known_address_never_arrives() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    let mut stranger = Browser::at(&house);
    let page = to_code(&mut stranger, EMAIL).await;
    for code in ["000000", "123456", "999999", "111111"] {
        stranger.press(&page, &[("code", code)]).await;
    }
    house.letters.wait(EMAIL, 3).await;
    assert_eq!(house.count("select count(*) as n from accounts").await, 1);
    // SHOKO's own second try ends where everybody's does.
    let mut other = Browser::at(&house);
    let page = to_code(&mut other, "second@example.jp").await;
    let code = house.letters.code("second@example.jp", 1).await;
    let page = other.press(&page, &[("code", &code)]).await;
    other.press(&page, &SHOKO).await.saying("登録は");
    assert_eq!(house.count("select count(*) as n from memberships").await, 1);
}
