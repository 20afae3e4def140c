//! The link to a new password: half an hour, once, the newest only (`security.md` RC-01, RC-02, RC-05, RC-06, RC-15).

use axum::http::StatusCode;
use sekisho_site::db::sql;
use tokio::task::JoinSet;

use crate::browser::Browser;
use crate::house::House;
use crate::people::{Member, aoba, choose, follow, forget, kaede, reset_link, show_password, sign_in, sora};

const OLD: &str = "このリンクの時間が過ぎました";
const HALF_AN_HOUR: u64 = 30 * 60;

async fn asked(house: &House, member: &Member, count: usize) -> (Browser, String) {
    let mut browser = Browser::at(house);
    forget(&mut browser, member.insurer, member.name).await;
    let link = reset_link(house, member, count).await;
    (browser, link)
}

#[tokio::test]
async fn rc_02_a_link_lives_half_an_hour_and_works_once() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let (mut browser, link) = asked(&house, &member, 1).await;
    house.later(HALF_AN_HOUR - 1);
    let shown = browser.open(&link).await;
    assert!(!shown.says(OLD));
    house.later(1);
    browser.open(&link).await.saying(OLD);
    browser.press(&shown, &[]).await.saying(OLD);
    let (mut browser, link) = asked(&house, &member, 2).await;
    follow(&mut browser, &link).await.saying("autocomplete=\"new-password\"");
    follow(&mut browser, &link).await.saying(OLD);
    follow(&mut Browser::at(&house), &link).await.saying(OLD);
}

#[tokio::test]
async fn rc_02_only_the_newest_link_lives_whoever_asked_for_it() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let (mut first, older) = asked(&house, &member, 1).await;
    let (mut second, newer) = asked(&house, &member, 2).await;
    for browser in [&mut first, &mut second, &mut Browser::at(&house)] {
        browser.open(&older).await.saying(OLD);
    }
    let page = follow(&mut second, &newer).await;
    assert!(choose(&mut second, &page, member.next_password).await.location().contains("done=recover"));
}

#[tokio::test]
async fn rc_02_what_was_opened_before_a_newer_password_was_set_sets_none() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let (mut thief, older) = asked(&house, &member, 1).await;
    let open = follow(&mut thief, &older).await.saying("autocomplete=\"new-password\"");
    house.later(1);
    let (mut owner, newer) = asked(&house, &member, 2).await;
    house.later(1);
    let page = follow(&mut owner, &newer).await;
    assert!(choose(&mut owner, &page, member.next_password).await.location().contains("done=recover"));
    let refused = choose(&mut thief, &open, "kore ha nusubito no mono").await;
    assert!(!refused.location().contains("done=recover"), "{}", refused.body);
    let renewed = Member { password: member.next_password, ..member };
    sign_in(&house, &mut Browser::at(&house), &renewed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rc_02_of_fifty_who_follow_the_link_at_once_one_goes_on_and_of_fifty_new_passwords_one_is_set() {
    for house in House::both().await {
        let member = kaede(&house).await;
        let (first, link) = asked(&house, &member, 1).await;
        let mut racers = JoinSet::new();
        for number in 0..50 {
            let mut browser = if number % 2 == 0 { first.clone() } else { Browser::from(&house, number) };
            let shown = browser.open(&link).await;
            racers.spawn(async move {
                let answered = browser.submit(&shown, &[]).await;
                (browser, answered)
            });
        }
        let answers = racers.join_all().await;
        assert!(answers.iter().all(|(_, answered)| !answered.status.is_server_error()));
        let mut onward: Vec<_> =
            answers.into_iter().filter(|(_, answered)| answered.status == StatusCode::SEE_OTHER).collect();
        assert_eq!(onward.len(), 1);
        let (mut winner, answered) = onward.pop().unwrap();
        let page = winner.follow(&answered).await;
        let mut racers = JoinSet::new();
        for _ in 0..50 {
            let (mut browser, page) = (winner.clone(), page.clone());
            racers.spawn(async move { choose(&mut browser, &page, "tsuki no hikari to mori").await });
        }
        let answers = racers.join_all().await;
        let done = answers.iter().filter(|answered| answered.location().contains("done=recover")).count();
        let statuses: Vec<_> = answers.iter().map(|answered| answered.status).collect();
        // Fifty hashes at once are more than the pool takes: those are told to come again.
        assert_eq!(done, 1, "{statuses:?}");
        let live = "select count(*) as n from factors where kind = 'password' and ended_at is null";
        assert_eq!(house.count(live).await, 1);
        let told = "select count(*) as n from audit_events where event = 'recovered'";
        assert_eq!(house.count(told).await, 1);
    }
}

#[tokio::test]
async fn a_link_opened_in_another_browser_goes_on_there_and_there_only() {
    let house = House::new().await;
    let member = sora(&house).await;
    let mut first = Browser::at(&house);
    let waiting = forget(&mut first, "sora", member.name).await;
    let link = reset_link(&house, &member, 1).await;
    let mut second = Browser::at(&house);
    let page = follow(&mut second, &link).await;
    first.open(&waiting.action()).await.saying("別の端末で");
    let done = choose(&mut second, &page, member.next_password).await;
    assert_eq!(done.location(), "/recover?insurer=sora&done=recover", "{}", done.body);
    show_password(&mut first, &member, member.password).await.saying("ログインできませんでした");
}

#[tokio::test]
async fn rc_05_a_link_is_its_own_accounts_whatever_a_form_or_an_address_says() {
    let house = House::new().await;
    let (one, other) = (kaede(&house).await, sora(&house).await);
    let (mut browser, link) = asked(&house, &one, 1).await;
    let shown = browser.open(&format!("{link}?insurer=sora")).await.saying("楓健康保険組合");
    let others =
        [("login_id", other.name), ("email", other.email), ("insurer", "sora"), ("account", "acc_1")];
    let page = browser.press(&shown, &others).await;
    let mut fields = others.to_vec();
    fields.extend([("password", one.next_password), ("password_again", one.next_password)]);
    let done = browser.press(&page, &fields).await;
    assert_eq!(done.location(), "/recover?insurer=kaede&done=recover", "{}", done.body);
    sign_in(&house, &mut Browser::at(&house), &other).await;
    let renewed = Member { password: one.next_password, ..one };
    sign_in(&house, &mut Browser::at(&house), &renewed).await;
}

#[tokio::test]
async fn rc_06_looking_at_a_link_uses_nothing_up_and_shows_nobody() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut browser, link) = asked(&house, &member, 1).await;
    for _ in 0..3 {
        let mut scanner = Browser::at(&house);
        scanner.head(&link).await;
        let page = scanner.open(&link).await;
        let policy = page.headers["referrer-policy"].to_str().unwrap();
        assert!(matches!(policy, "no-referrer" | "same-origin"), "{policy}");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert!(!page.says("example.jp") && !page.says("src=\"http"), "{}", page.body);
    }
    assert_eq!(house.count("select count(*) as n from links where used_at is not null").await, 0);
    follow(&mut browser, &link).await.saying("name=\"code\"");
}

#[tokio::test]
async fn rc_02_and_rc_15_a_token_is_long_kept_as_a_digest_and_has_one_spelling() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let (mut browser, link) = asked(&house, &member, 1).await;
    let token = link.strip_prefix("/link/").unwrap();
    assert!(token.len() >= 22, "128 bits");
    for file in std::fs::read_dir(house.files.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(token.len()).any(|part| part == token.as_bytes()));
    }
    let trail = house.texts(sql("select detail as t from audit_events")).await;
    assert!(trail.iter().all(|detail| !detail.contains(token)));
    let last = char::from(u8::try_from(token.chars().last().unwrap()).unwrap() + 1);
    for altered in [
        token.to_ascii_lowercase(),
        token.to_ascii_uppercase(),
        format!("{token}%20"),
        format!("{token}="),
        format!("{}{last}", &token[..token.len() - 1]),
        token[..token.len() - 1].to_owned(),
    ] {
        let page = browser.open(&format!("/link/{altered}")).await;
        assert!(page.says(OLD) || page.status.is_client_error(), "{altered}");
    }
    follow(&mut browser, &link).await.saying("autocomplete=\"new-password\"");
}
