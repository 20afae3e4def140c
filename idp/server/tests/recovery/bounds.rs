//! Mails lead to the configured issuer, and go where the rows say (`security.md` RC-01, RC-08, RC-10, RC-13).

use crate::browser::{Browser, ORIGIN};
use crate::house::{House, Site};
use crate::people::{
    about, aoba, everybody, follow, forget, kaede, link, nth_about, quiet, reset_link, show_second,
};

const EVIL: [(&str, &str); 6] = [
    ("host", "evil.test"),
    ("x-forwarded-host", "evil.test"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-port", "444"),
    ("forwarded", "host=evil.test;proto=https"),
    ("x-original-url", "https://evil.test/"),
];

fn evil(house: &House) -> Browser {
    Browser { headers: EVIL.to_vec(), authority: "http://evil.test", ..Browser::at(house) }
}

#[tokio::test]
async fn rc_01_every_mail_of_the_ways_back_leads_to_the_configured_issuer() {
    let house = House::new().await;
    for member in everybody(&house).await {
        let sms = crate::people::codes_to(&house, crate::people::PHONE);
        let mut browser = evil(&house);
        forget(&mut browser, member.insurer, member.name).await;
        let reset = reset_link(&house, &member, 1).await;
        let page = follow(&mut browser, &reset).await;
        assert!(!page.says("evil.test"), "{}", page.body);
        let page = show_second(&house, &mut browser, (page, &member), sms).await;
        let chosen = [("password", member.next_password), ("password_again", member.next_password)];
        let done = browser.press(&page, &chosen).await;
        assert!(done.location().starts_with("/recover?"), "{}", done.location());
        let page = browser.open(&format!("/recover/id?insurer={}", member.insurer)).await;
        browser.submit(&page, &[("email", member.email)]).await;
        nth_about(&house, member.email, "このアドレスで登録されている", 1).await;
    }
    quiet(&house).await;
    for to in house.letters.everybody() {
        for (subject, text) in house.letters.all_to(&to) {
            assert!(!text.contains("evil.test") && !subject.contains("evil.test"), "{text}");
            for (start, _) in text.match_indices("http") {
                assert!(text[start..].starts_with(&format!("{ORIGIN}/")), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn rc_01_so_do_those_about_a_lost_factor() {
    let house = House::new().await;
    let member = aoba(&house).await;
    crate::lost::report(&house, &member, 1).await;
    house.later(24 * 3_600);
    let stop = link(&house, member.email, "届け出がありました", 1).await;
    link(&house, member.email, "替えられるようになりました", 1).await;
    let page = evil(&house).open(&stop).await;
    assert!(!page.says("evil.test"), "{}", page.body);
    follow(&mut evil(&house), &stop).await.saying("止めました");
}

#[tokio::test]
async fn rc_08_a_name_in_any_spelling_is_the_same_account_and_mail_goes_to_the_stored_address() {
    let house = House::new().await;
    let member = aoba(&house).await;
    for (count, typed) in
        ["AOBA@Example.JP", "ａｏｂａ@example.jp", "aoba＠example.jp"].into_iter().enumerate()
    {
        forget(&mut Browser::at(&house), "aoba", typed).await;
        reset_link(&house, &member, count + 1).await;
    }
    for typed in
        ["aoba@example.jp@evil.test", "aoba@example.jp.", "аoba@example.jp", "aoba@example.jp,x@evil.test"]
    {
        forget(&mut Browser::at(&house), "aoba", typed).await;
    }
    quiet(&house).await;
    assert_eq!(about(&house, member.email, "新しいパスワードを決めるリンク").len(), 3);
    let mut everybody = house.letters.everybody();
    everybody.retain(|to| to != crate::people::PHONE);
    assert_eq!(everybody, [member.email]);
}

#[tokio::test]
async fn rc_10_a_name_is_asked_for_so_often_whether_anybody_has_it_or_not() {
    let house = House::with(Site { throttle: "mails_per_address = 3", ..Site::default() }).await;
    let member = kaede(&house).await;
    let mut seen = Vec::new();
    for name in [member.name, "7132-999999999"] {
        let mut pages = Vec::new();
        for number in 0..6 {
            pages.push(forget(&mut Browser::from(&house, number), "kaede", name).await.bare(name));
        }
        seen.push(pages);
    }
    assert_eq!(seen[0], seen[1]);
    assert!(seen[0][5].contains("しばらくお待ち"), "{}", seen[0][5]);
    quiet(&house).await;
    assert!((1..=3).contains(&about(&house, member.email, "新しいパスワードを決めるリンク").len()));
}

#[tokio::test]
async fn rc_13_a_link_that_was_asked_for_goes_to_the_address_that_was_proven_then() {
    let house = House::new().await;
    let member = kaede(&house).await;
    house.change("update contacts set value = 'new@example.jp', folded = 'new@example.jp'").await;
    forget(&mut Browser::at(&house), "kaede", member.name).await;
    link(&house, "new@example.jp", "新しいパスワードを決めるリンク", 1).await;
    quiet(&house).await;
    assert!(about(&house, member.email, "新しいパスワードを決めるリンク").is_empty());
}
