//! Mailed links: who may follow them, how often, and what they leave behind (`security.md` RC-02, RC-05, RC-06, RC-15).

use axum::http::StatusCode;
use sekisho_site::db::sql;
use tokio::task::JoinSet;

use crate::browser::{Browser, Page};
use crate::house::House;
use crate::kaede;
use crate::sora::{self, EMAIL, SHOKO};

const OLD: &str = "このリンクの時間が過ぎました";
const MINUTE: u64 = 60;

/// Opens a link and presses its button.
pub async fn follow(browser: &mut Browser, link: &str) -> Page {
    let page = browser.open(link).await;
    if page.says(OLD) { page } else { browser.press(&page, &[]).await }
}

#[tokio::test]
async fn rc_02_a_link_works_once() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    sora::to_first_mail(&mut browser, EMAIL).await;
    let link = house.letters.link(EMAIL, 1).await;
    let shown = browser.open(&link).await;
    browser.press(&shown, &[]).await.saying("IDが届いている方");
    browser.press(&shown, &[]).await.saying(OLD);
    browser.open(&link).await.saying(OLD);
    follow(&mut Browser::at(&house), &link).await.saying(OLD);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rc_02_of_fifty_who_follow_a_link_at_once_one_goes_on() {
    for house in House::both().await {
        let mut first = Browser::at(&house);
        let waiting = sora::to_first_mail(&mut first, EMAIL).await;
        let link = house.letters.link(EMAIL, 1).await;
        let mut ready = Vec::new();
        for number in 0..50 {
            // Half of them in the browser that began.
            let mut browser = if number % 2 == 0 { first.clone() } else { Browser::from(&house, number) };
            let shown = browser.open(&link).await;
            ready.push((browser, shown));
        }
        let mut racers = JoinSet::new();
        for (mut browser, shown) in ready {
            racers.spawn(async move {
                let answered = browser.submit(&shown, &[]).await;
                (browser, answered)
            });
        }
        let mut onward = Vec::new();
        while let Some(joined) = racers.join_next().await {
            let (browser, answered) = joined.unwrap();
            match answered.status {
                StatusCode::SEE_OTHER => onward.push((browser, answered)),
                StatusCode::OK => assert!(answered.says(OLD), "{}", answered.body),
                status => panic!("{status} {}", answered.body),
            }
        }
        assert_eq!(onward.len(), 1);
        let (mut winner, answered) = onward.pop().unwrap();
        winner.follow(&answered).await.saying("IDが届いている方");
        if winner.cookies["sekisho_8080_browser"] != first.cookies["sekisho_8080_browser"] {
            first.open(&waiting.action()).await.saying("別の端末で");
        }
    }
}

#[tokio::test]
async fn rc_02_a_link_ends_with_its_time() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    sora::to_first_mail(&mut browser, EMAIL).await;
    let link = house.letters.link(EMAIL, 1).await;
    house.later(180 * MINUTE - 1);
    let shown = browser.open(&link).await;
    assert!(!shown.says(OLD), "three hours");
    house.later(1);
    browser.press(&shown, &[]).await.saying(OLD);
    browser.open(&link).await.saying(OLD);
}

#[tokio::test]
async fn rc_02_the_second_link_lives_half_an_hour_and_that_of_kaede_a_day() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    sora::to_key(&house, &mut browser, &SHOKO).await;
    let link = house.letters.link(EMAIL, 2).await;
    house.later(30 * MINUTE - 1);
    assert!(!browser.open(&link).await.says(OLD));
    house.later(1);
    browser.open(&link).await.saying(OLD);
    let mut other = Browser::at(&house);
    kaede::to_mail(&mut other, "kaede@example.jp").await;
    let link = house.letters.link("kaede@example.jp", 1).await;
    house.later(1_440 * MINUTE - 1);
    assert!(!other.open(&link).await.says(OLD));
    house.later(1);
    other.open(&link).await.saying(OLD);
}

#[tokio::test]
async fn rc_02_a_newer_link_ends_the_older() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = sora::to_first_mail(&mut browser, EMAIL).await;
    let older = house.letters.link(EMAIL, 1).await;
    let page = browser.press(&page, &[("do", "resend")]).await.saying("もう一度送れます");
    house.later(MINUTE);
    browser.press(&page, &[("do", "resend")]).await.saying("前のメールのリンクは使えません");
    let newer = house.letters.link(EMAIL, 2).await;
    browser.open(&older).await.saying(OLD);
    follow(&mut browser, &newer).await.saying("IDが届いている方");
}

#[tokio::test]
async fn rc_02_a_link_is_long_and_kept_as_a_digest_only() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = sora::to_key(&house, &mut browser, &SHOKO).await;
    let key = sora::key(&page);
    for number in [1, 2] {
        let link = house.letters.link(EMAIL, number).await;
        let token = link.strip_prefix("/link/").unwrap();
        assert!(token.len() >= 22, "128 bits");
        for file in std::fs::read_dir(house.files.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(token.len()).any(|part| part == token.as_bytes()), "{token}");
        }
    }
    assert_eq!(key.len(), 6);
    let trail = house.texts(sql("select detail as t from audit_events")).await;
    assert!(trail.iter().all(|detail| !detail.contains(&key)), "{trail:?}");
}

#[tokio::test]
async fn rc_05_a_link_moves_its_own_journey_and_no_other() {
    let house = House::new().await;
    let mut a = Browser::at(&house);
    let a_waits = sora::to_first_mail(&mut a, EMAIL).await;
    let mut b = Browser::at(&house);
    let b_waits = sora::to_first_mail(&mut b, "b@example.jp").await;
    let link = house.letters.link(EMAIL, 1).await;
    // The link of A in B's browser goes on with A's journey; B's own goes on waiting for B's mail.
    let moved = follow(&mut b, &link).await.saying("IDが届いている方");
    assert_eq!(moved.action(), a_waits.action());
    b.open(&b_waits.action()).await.saying("メールを");
    a.open(&a_waits.action()).await.saying("別の端末で");
    // Its form belongs to A's journey: posted to B's it changes nothing.
    let fields: Vec<(String, String)> = [("form", moved.hidden("form")), ("turn", b_waits.hidden("turn"))]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
    let refused = b.post(&b_waits.action(), &fields, crate::browser::ORIGIN).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn rc_05_names_in_a_links_form_choose_nobody() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    sora::to_first_mail(&mut browser, EMAIL).await;
    let link = house.letters.link(EMAIL, 1).await;
    let page = browser.open(&link).await;
    let others =
        [("email", "thief@example.jp"), ("account", "acc_1"), ("insurer", "kaede"), ("journey", "x")];
    browser.press(&page, &others).await;
    let page = browser.open(&browser_journey(&house).await).await;
    let page = browser.press(&page, &[("do", "other"), ("email", "thief@example.jp")]).await;
    browser.press(&page, &SHOKO).await;
    house.letters.link(EMAIL, 2).await;
    assert_eq!(house.letters.everybody(), [EMAIL]);
}

async fn browser_journey(house: &House) -> String {
    format!("/journey/{}", house.texts(sql("select id as t from journeys")).await.remove(0))
}

#[tokio::test]
async fn rc_05_a_link_of_one_insurer_is_no_link_of_another() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    sora::to_first_mail(&mut browser, EMAIL).await;
    let link = house.letters.link(EMAIL, 1).await;
    // The insurer is the journey's: what an address adds does not change it.
    let page = browser.open(&format!("{link}?insurer=kaede")).await.saying("空健康保険組合");
    browser.press(&page, &[]).await.saying("空健康保険組合");
}

#[tokio::test]
async fn rc_06_looking_at_a_link_consumes_nothing_and_tells_nobody() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    sora::to_first_mail(&mut browser, EMAIL).await;
    let link = house.letters.link(EMAIL, 1).await;
    for _ in 0..3 {
        let mut scanner = Browser::at(&house);
        let head = scanner.head(&link).await;
        assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
        let page = scanner.open(&link).await;
        for answer in [&head, &page] {
            let policy = answer.headers["referrer-policy"].to_str().unwrap();
            assert!(matches!(policy, "no-referrer" | "same-origin"), "{policy}");
            assert_eq!(answer.headers["cache-control"], "no-store");
        }
        // Nothing of another party is loaded, and nobody's address is shown.
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("http"), "{policy}");
        for attribute in ["src=\"http", "src=\"//", "href=\"http"] {
            assert!(!page.says(attribute), "{attribute}");
        }
        assert!(!page.says("example.jp") && !page.says("s•••"), "{}", page.body);
    }
    assert_eq!(house.count("select count(*) as n from links where used_at is not null").await, 0);
    follow(&mut browser, &link).await.saying("IDが届いている方");
}

#[tokio::test]
async fn rc_06_a_post_without_the_pages_own_token_follows_nothing() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    sora::to_first_mail(&mut browser, EMAIL).await;
    let link = house.letters.link(EMAIL, 1).await;
    let shown = Browser::at(&house).open(&link).await;
    for token in ["", "x", &shown.hidden("form")] {
        let fields = [("form".to_owned(), token.to_owned())];
        let refused = browser.post(&link, &fields, crate::browser::ORIGIN).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    follow(&mut browser, &link).await.saying("IDが届いている方");
}

#[tokio::test]
async fn rc_15_another_spelling_of_a_token_is_another_token() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    sora::to_first_mail(&mut browser, EMAIL).await;
    let link = house.letters.link(EMAIL, 1).await;
    let token = link.strip_prefix("/link/").unwrap();
    let swapped: String = token
        .chars()
        .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect();
    // The last character of an encoding may hold bits that nobody reads: those count too.
    let last = token.chars().last().unwrap();
    let next = char::from(u8::try_from(last).unwrap() + 1);
    let altered = [
        swapped,
        token.to_ascii_lowercase(),
        format!("{token}%20"),
        format!("%20{token}"),
        format!("{token}="),
        format!("{token}%00"),
        format!("{token}%0A"),
        token.replace('-', "+").replace('_', "%2F") + "A",
        format!("{}{next}", &token[..token.len() - 1]),
        token[..token.len() - 1].to_owned(),
        format!("{token}{token}"),
    ];
    for altered in altered {
        let page = browser.open(&format!("/link/{altered}")).await;
        let refused = page.says(OLD) || page.status.is_client_error();
        assert!(refused && altered != token, "{altered}: {} {}", page.status, page.body);
    }
    follow(&mut browser, &link).await.saying("IDが届いている方");
}
