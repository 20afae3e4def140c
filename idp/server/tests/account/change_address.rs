//! Another e-mail address, and how the one before comes back.

use axum::http::StatusCode;

use crate::browser::{Browser, Page};
use crate::house::House;
use crate::people::{
    Member, PHONE, WORDS, about, aoba, choose, follow, forget, is_out, is_signed_in, kaede, portal, quiet,
    reset_link, settled, show_password, sign_in,
};
use crate::post::{codes_to, first_digits, link, nth_about, sms_code};

const NEW: &str = "new@example.jp";
const CODE: &str = "このアドレスに変えるための確認コード";
const LEFT: &str = "別のアドレスに変わりました";
const ADDRESS: &str = "select count(*) as n from contacts where kind = 'email' and folded = 'new@example.jp'";

/// Types an address on the page, and gives what follows.
async fn ask(browser: &mut Browser, address: &str) -> Page {
    let page = browser.open("/account/email").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.location());
    browser.press(&page, &[("email", address)]).await
}

/// Changes to the new address.
async fn change(house: &House, browser: &mut Browser) -> Page {
    let page = ask(browser, NEW).await.saying("n•••@example.jp");
    let code = first_digits(&nth_about(house, NEW, CODE, 1).await);
    let done = browser.press(&page, &[("code", &code)]).await;
    assert!(done.location().starts_with("/account/changed"), "{} {}", done.status, done.body);
    browser.follow(&done).await
}

async fn undo_link(house: &House, member: &Member) -> String {
    link(house, member.email, LEFT, 1).await
}

/// A member of aoba that a browser is signed in as.
async fn signed_in(house: &House) -> (Member, Browser) {
    let member = aoba(house).await;
    let mut browser = Browser::at(house);
    sign_in(house, &mut browser, &member).await;
    (member, browser)
}

#[tokio::test]
async fn a_new_address_is_proven_and_both_are_told() {
    let house = House::new().await;
    let (member, mut browser) = signed_in(&house).await;
    browser.open("/account/email").await.saying("aoba@example.jp").saying("いまのアドレス");
    change(&house, &mut browser).await.saying("メールアドレスが<br>変わりました");
    assert!(is_signed_in(&mut browser).await);
    let told = nth_about(&house, member.email, LEFT, 1).await;
    assert!(told.contains("n•••@example.jp") && !told.contains(NEW), "{told}");
    nth_about(&house, NEW, "このアドレスになりました", 1).await;
    let renamed = Member { name: NEW, ..member.clone() };
    show_password(&mut Browser::at(&house), &renamed, WORDS).await.saying("name=\"code\"");
    let old = show_password(&mut Browser::at(&house), &member, WORDS).await;
    assert!(!old.says("name=\"code\""), "the address before is no name any more");
}

#[tokio::test]
async fn mistakes_are_told_and_what_was_typed_stays() {
    let house = House::new().await;
    let (_, mut browser) = signed_in(&house).await;
    ask(&mut browser, "").await.saying("メールアドレスを入れてください");
    ask(&mut browser, "new@").await.saying("メールアドレスの形").saying("value=\"new@\"");
    ask(&mut browser, "AOBA@example.jp").await.saying("いまと同じアドレスです");
    let page = browser.open("/account/email").await;
    browser.submit(&page, &[("email", NEW), ("lang", "en")]).await.saying("Present address").saying(NEW);
    // A wrong code changes nothing, and the address can be corrected.
    let page = ask(&mut browser, "nwe@example.jp").await;
    let page = browser.press(&page, &[("code", "000000")]).await;
    let page = browser.press(&page, &[("do", "back")]).await.saying("nwe@example.jp");
    browser.press(&page, &[("email", NEW)]).await;
    nth_about(&house, NEW, "e-mail address of your account", 1).await;
    assert_eq!(house.count(ADDRESS).await, 0);
}

#[tokio::test]
async fn en_05_an_address_that_is_somebody_elses_leads_to_the_same_page_and_only_its_owner_hears_of_it() {
    let house = House::new().await;
    let (_, mut browser) = signed_in(&house).await;
    house
        .change(
            "insert into accounts (id, language, created_at) select 'acc_other', language, created_at from accounts",
        )
        .await;
    house
        .change(
            "insert into identifiers (folded, kind, shown, account, created_at)
                select 'theirs@example.jp', kind, 'theirs@example.jp', 'acc_other', created_at from identifiers",
        )
        .await;
    let free = ask(&mut browser, "free@example.jp").await;
    let taken = ask(&mut browser, "theirs@example.jp").await;
    let shown = |page: &Page, typed: &str| page.bare(typed).replace(&page.hidden("turn"), "…");
    assert_eq!(shown(&free, "f•••@example.jp"), shown(&taken, "t•••@example.jp"));
    nth_about(&house, "theirs@example.jp", "すでに使われています", 1).await;
    quiet(&house).await;
    assert_eq!(house.letters.all_to("theirs@example.jp").len(), 1, "no code went there");
    for guess in ["000000", "123456"] {
        browser.press(&taken, &[("code", guess)]).await;
    }
    let still = "select count(*) as n from contacts where folded = 'aoba@example.jp'";
    assert_eq!(house.count(still).await, 1);
}

#[tokio::test]
async fn mf_07_no_session_grown_stale_sets_out_and_no_other_arrives() {
    let house = House::new().await;
    let (member, mut browser) = signed_in(&house).await;
    let first = browser.open("/account/email").await;
    let page = ask(&mut browser, NEW).await;
    let code = first_digits(&nth_about(&house, NEW, CODE, 1).await);
    // Another browser, even of the same account, has no part in it.
    let mut other = Browser::at(&house);
    sign_in(&house, &mut other, &member).await;
    let fields = [("form", other.open("/account/email").await.hidden("form")), ("code", code.clone())];
    let fields: Vec<_> = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let refused = other.post(&page.action(), &fields, crate::browser::ORIGIN).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    // Nor has this one once it has signed out.
    let cookies = browser.cookies.clone();
    browser.cookies.retain(|name, _| !name.contains("session"));
    let gone = browser.submit(&page, &[("code", &code)]).await;
    assert!(gone.location().is_empty() && !gone.says("name=\"code\""), "{} {}", gone.status, gone.body);
    assert_eq!(house.count(ADDRESS).await, 0);
    browser.cookies = cookies;
    house.later(16 * 60);
    for led in [browser.open("/account/email").await, browser.submit(&first, &[("email", NEW)]).await] {
        assert_eq!(led.location(), "/login/again?to=email");
    }
}

#[tokio::test]
async fn the_address_before_undoes_the_change_and_whoever_made_it_is_out() {
    let house = House::new().await;
    portal(&house).await;
    let member = aoba(&house).await;
    house.later(3_600);
    let (mut thief, token) = settled(&house, &member).await;
    change(&house, &mut thief).await;
    let page = thief.open("/account/password").await;
    let mine = "ame ni mo makezu";
    let changed = thief.submit(&page, &[("current_password", WORDS), ("password", mine)]).await;
    assert_eq!(changed.location(), "/account/changed?done=password");
    house.later(3 * 86_400);
    let link = undo_link(&house, &member).await;
    let mut owner = Browser::at(&house);
    let page = owner.open(&link).await.saying("メールアドレスを<br>元に戻します").saying("元に戻す");
    assert_eq!(house.count(ADDRESS).await, 1, "looking changes nothing");
    owner.press(&page, &[]).await.saying("メールアドレスを<br>元に戻しました");
    is_out((thief, token)).await;
    assert_eq!(house.count(ADDRESS).await, 0);
    for told in [member.email, NEW] {
        nth_about(&house, told, "前のアドレスに戻しました", 1).await;
    }
    // The password that was chosen since signs nobody in; a new one is a mail away.
    for password in [mine, WORDS] {
        let page = show_password(&mut Browser::at(&house), &member, password).await;
        assert!(page.status == StatusCode::OK && !page.says("name=\"code\""));
    }
    let sms = codes_to(&house, PHONE);
    forget(&mut owner, "aoba", member.name).await;
    let page = follow(&mut owner, &reset_link(&house, &member, 1).await).await;
    assert!(page.says("name=\"code\""), "{} {} {}", page.status, page.location(), page.body);
    let code = sms_code(&house, PHONE, sms + 1).await;
    let page = owner.press(&page, &[("code", &code)]).await;
    choose(&mut owner, &page, member.next_password).await;
    show_password(&mut Browser::at(&house), &member, member.next_password).await.saying("name=\"code\"");
    owner.open(&link).await.saying("このリンクの時間が過ぎました");
}

#[tokio::test]
async fn after_seven_days_nothing_is_undone_and_what_is_undone_once_is_not_undone_again() {
    let house = House::new().await;
    let (member, mut browser) = signed_in(&house).await;
    change(&house, &mut browser).await;
    let link = undo_link(&house, &member).await;
    let mut owner = Browser::at(&house);
    let page = owner.open(&link).await.saying("元に戻す");
    house.later(7 * 86_400);
    owner.open(&link).await.saying("このリンクの時間が過ぎました");
    owner.press(&page, &[]).await.saying("このリンクの時間が過ぎました");
    assert_eq!(house.count(ADDRESS).await, 1);
    // A guess is no link.
    let guess = format!("{}x", link.trim_end_matches(|c: char| c.is_ascii_alphanumeric()));
    owner.open(&guess).await.saying("このリンクの時間が過ぎました");
}

#[tokio::test]
async fn where_one_signs_in_by_an_id_the_id_stays_and_the_mail_goes_elsewhere() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    change(&house, &mut browser).await;
    sign_in(&house, &mut Browser::at(&house), &member).await;
    let to_old = about(&house, member.email, "").len();
    let page = browser.open("/account/password").await;
    let filled = [
        ("current_password", WORDS),
        ("password", member.next_password),
        ("password_again", member.next_password),
    ];
    browser.submit(&page, &filled).await;
    nth_about(&house, NEW, "パスワードが変わりました", 1).await;
    quiet(&house).await;
    assert_eq!(about(&house, member.email, "").len(), to_old);
}
