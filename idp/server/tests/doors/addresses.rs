//! Where mail goes, and what stands in it (`security.md` RC-01, RC-08, RC-09, RC-10).

use sekisho_domain::email::Email;
use sekisho_idp::flows::invite::invite;

use crate::browser::{Browser, ORIGIN, Page};
use crate::house::{House, Site};
use crate::kaede;
use crate::links::follow;
use crate::registration::{self, PASSWORD, register, to_code};
use crate::sora::{self, EMAIL, SHOKO};

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
async fn rc_01_every_mail_leads_to_the_configured_issuer() {
    let house = House::new().await;
    sora::register(&house, &mut evil(&house)).await;
    kaede::activate(&house, &mut evil(&house), "kaede@example.jp").await;
    kaede::enrol(&house, &mut evil(&house), &kaede::JUNICHI, "junichi@example.jp").await;
    let aoba = house.state.insurers.find("aoba").unwrap();
    let (person, to) = ("A0000001".parse().unwrap(), Email::parse("aoba@example.jp").unwrap());
    invite(&house.state, aoba, (&person, &to), &mut house.state.cx()).await.unwrap();
    let invitation = house.letters.link("aoba@example.jp", 1).await;
    let page = follow(&mut evil(&house), &invitation).await;
    assert!(!page.says("evil.test"), "{}", page.body);
    // Known addresses, at this insurer and at another.
    to_code(&mut evil(&house), "junichi@example.jp").await;
    sora::to_first_mail(&mut evil(&house), EMAIL).await;
    for (to, count) in
        [(EMAIL, 4), ("kaede@example.jp", 2), ("junichi@example.jp", 3), ("aoba@example.jp", 1)]
    {
        house.letters.wait(to, count).await;
        for (subject, text) in house.letters.all_to(to) {
            assert!(!text.contains("evil.test") && !subject.contains("evil.test"), "{text}");
            for (start, _) in text.match_indices("http") {
                assert!(text[start..].starts_with(&format!("{ORIGIN}/")), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn rc_01_pages_and_redirects_name_no_other_host_either() {
    let house = House::new().await;
    for path in ["/login?insurer=kaede", "/signup?insurer=shinonome", "/signup", "/help", "/"] {
        let page = evil(&house).open(path).await;
        assert!(!page.says("evil.test") && !page.location().contains("evil.test"), "{path}");
    }
}

/// Spellings of `shoko@example.jp` that are hers, and such as are nobody's.
const HERS: [&str; 6] = [
    "SHOKO@EXAMPLE.JP",
    "ｓｈｏｋｏ@example.jp",
    "shoko＠example.jp",
    " shoko@example.jp ",
    "shoko@ｅｘａｍｐｌｅ．ｊｐ",
    "\"shoko\"@example.jp",
];
const NOBODYS: [&str; 10] = [
    "shoko@example.jp@evil.test",
    "evil@evil.test@example.jp",
    "shoko@example.jp.",
    "shоko@example.jp",
    "shoko@example.jp, evil@evil.test",
    "shoko@example.jp;evil@evil.test",
    "<shoko@example.jp>",
    "shoko(x)@example.jp",
    "shoko@[192.0.2.1]",
    "shıoko@example.jp",
];

#[tokio::test]
async fn rc_08_every_spelling_of_an_address_is_the_same_account_or_refused() {
    let house = House::with(Site { throttle: "mails_per_address = 100", ..Site::default() }).await;
    register(&house, &mut Browser::at(&house)).await;
    house.letters.wait(registration::EMAIL, 2).await;
    let before = 2;
    for typed in HERS {
        to_code(&mut Browser::at(&house), typed).await.saying("メールに届いた");
    }
    // Each was known: its owner is told, and nobody else.
    house.letters.wait("SHOKO@example.jp", 1).await;
    house.letters.wait(registration::EMAIL, before + HERS.len() - 1).await;
    for typed in NOBODYS {
        let mut browser = Browser::at(&house);
        let page = browser.open("/signup?insurer=aoba").await;
        browser
            .submit(&page, &[("email", typed), ("password", PASSWORD)])
            .await
            .saying("の形をお確かめください");
    }
    let mut told = 0;
    for to in house.letters.everybody() {
        assert!(to.eq_ignore_ascii_case(registration::EMAIL) || to == registration::PHONE, "{to}");
        let letters = house.letters.all_to(&to);
        told += letters.iter().filter(|(subject, _)| subject.contains("すでに登録されています")).count();
    }
    assert_eq!(told, HERS.len());
}

#[tokio::test]
async fn rc_08_a_domain_that_only_looks_alike_is_mailed_itself() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    house.letters.wait(registration::EMAIL, 2).await;
    // With a Cyrillic а: another domain, under its own name.
    to_code(&mut Browser::at(&house), "shoko@exаmple.jp").await;
    let (subject, _) = house.letters.wait("shoko@xn--exmple-4nf.jp", 1).await;
    assert!(subject.contains("確認コード"), "{subject}");
    assert_eq!(house.letters.all_to(registration::EMAIL).len(), 2);
}

#[tokio::test]
async fn rc_09_line_breaks_in_what_is_typed_reach_no_header() {
    let house = House::new().await;
    for typed in ["a@b.example\r\nBcc: x@y.example", "a@b.example\nx@y.example", "a\r\n@b.example"] {
        let mut browser = Browser::at(&house);
        sora::to_first_mail(&mut browser, typed).await.saying("の形をお確かめください");
    }
    let mut browser = Browser::at(&house);
    let page = browser.open("/signup?insurer=kaede").await;
    let kana = kaede::JUNICHI.map(|(name, value)| {
        if name == "kana_name" { (name, "ケンポ\r\nBcc: x@y.example\r\n") } else { (name, value) }
    });
    browser.press(&page, &kana).await.saying("ひらがなかカタカナで");
    let mut browser = Browser::at(&house);
    let page = sora::to_account(&house, &mut browser, &SHOKO).await;
    let chosen = |nickname: &'static str| {
        [
            ("login_id", "shoko.k"),
            ("password", sora::PASSWORD),
            ("password_again", sora::PASSWORD),
            ("nickname", nickname),
        ]
    };
    let page = browser.press(&page, &chosen("しょうこ\r\nBcc: x@y.example")).await.saying("ニックネームは");
    assert_eq!(browser.press(&page, &chosen("しょうこ")).await.location(), "/signup?insurer=sora&done=yes");
    house.letters.wait(EMAIL, 3).await;
    assert_eq!(house.letters.everybody(), [EMAIL], "one recipient");
}

async fn asked(browser: &mut Browser, email: &str) -> Page {
    sora::to_first_mail(browser, email).await
}

#[tokio::test]
async fn rc_10_a_thousand_requests_for_one_address_mail_it_no_more_than_its_share() {
    let house = House::new().await;
    sora::register(&house, &mut Browser::at(&house)).await;
    house.letters.wait(EMAIL, 3).await;
    house.later(3_600);
    let most = usize::try_from(house.state.config.throttle.mails_per_address).unwrap();
    let mut pages = Vec::new();
    for number in 0..1_000 {
        let mine = asked(&mut Browser::from(&house, number), EMAIL).await.bare(EMAIL);
        if number < 20 {
            let other = asked(&mut Browser::from(&house, number), "suto@example.jp").await;
            assert_eq!(mine, other.bare("suto@example.jp"), "request {number}");
        }
        pages.push(mine);
    }
    assert!(pages[..most].iter().all(|page| *page == pages[0]));
    assert!(pages[most..].iter().all(|page| *page == pages[most]) && pages[most] != pages[0]);
    house.letters.wait(EMAIL, 3 + most).await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(house.letters.all_to(EMAIL).len(), 3 + most);
}

#[tokio::test]
async fn rc_10_a_thousand_addresses_from_one_source_end_at_the_sources_share() {
    let house = House::new().await;
    let most = house.state.config.throttle.sign_ups_per_source;
    let mut sent = 0;
    for number in 0..1_000 {
        let email = format!("m{number}@example.jp");
        let page = asked(&mut Browser::at(&house), &email).await;
        sent += u32::from(page.says("メールを") && page.says("送りました"));
    }
    assert_eq!(sent, most);
    assert_eq!(house.count("select count(*) as n from journeys").await, i64::from(most));
    // Another source is not held up, and after an hour the first is free again.
    asked(&mut Browser::from(&house, 7), "later@example.jp").await.saying("送りました");
    house.later(3_600);
    asked(&mut Browser::at(&house), "later2@example.jp").await.saying("送りました");
}
