//! Recovery codes: made by who showed both factors, kept as digests, used once (`security.md` MF-12).

use axum::http::StatusCode;
use sekisho_site::db::sql;
use tokio::task::JoinSet;

use crate::browser::{Browser, ORIGIN, Page};
use crate::house::{House, Site};
use crate::people::{
    Member, PHONE, aoba, choose, follow, forget, kaede, nth_about, reset_link, show_password, sign_in,
};

const PATH: &str = "/account/codes";

/// The codes that a page shows.
fn shown(page: &Page) -> Vec<String> {
    let items = page.body.split("<li class=\"key\">").skip(1);
    items.map(|item| item.split("</li>").next().unwrap().to_owned()).collect()
}

/// Signs in and makes codes.
async fn made(house: &House, member: &Member) -> (Browser, Page, Vec<String>) {
    let mut browser = Browser::at(house);
    sign_in(house, &mut browser, member).await;
    let page = browser.open(PATH).await.saying("回復コード");
    let page = browser.submit(&page, &[]).await;
    let codes = shown(&page);
    assert_eq!(codes.len(), 10, "{}", page.body);
    (browser, page, codes)
}

/// To the page that asks for a recovery code.
async fn to_code(browser: &mut Browser, member: &Member) -> Page {
    let page = show_password(browser, member, member.password).await;
    browser.press(&page, &[("do", "other")]).await.saying("回復コード")
}

async fn left(house: &House) -> i64 {
    house.count("select count(*) as n from factors where kind = 'recovery' and ended_at is null").await
}

#[tokio::test]
async fn mf_12_ten_codes_are_shown_once_told_of_and_kept_as_digests() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut browser, page, codes) = made(&house, &member).await;
    assert_eq!(page.headers["cache-control"], "no-store");
    nth_about(&house, member.email, "回復コードを作りました", 1).await;
    nth_about(&house, PHONE, "大切な設定が変わります", 1).await;
    let again = browser.open(PATH).await.saying("10個");
    assert_eq!(shown(&again), Vec::<String>::new());
    for file in std::fs::read_dir(house.files.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for code in &codes {
            for form in [code.clone(), code.replace('-', "")] {
                assert!(!bytes.windows(form.len()).any(|part| part == form.as_bytes()), "{form}");
            }
        }
    }
}

#[tokio::test]
async fn mf_12_a_code_signs_in_once_however_it_is_typed_and_its_owner_is_told() {
    let house = House::with(Site { throttle: "sms_per_number = 60", ..Site::default() }).await;
    let member = aoba(&house).await;
    let (_, _, codes) = made(&house, &member).await;
    let wide: String = codes[1].chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
    let spellings = [codes[0].to_lowercase(), wide, codes[2].replace('-', " "), codes[3].clone()];
    for (count, typed) in spellings.iter().enumerate() {
        let mut browser = Browser::at(&house);
        let page = to_code(&mut browser, &member).await;
        assert_eq!(browser.press(&page, &[("code", typed)]).await.location(), "/", "{typed}");
        browser.open("/").await.saying("でログインしています");
        nth_about(&house, member.email, "回復コードが使われました", count + 1).await;
    }
    assert_eq!(left(&house).await, 6);
    let mut browser = Browser::at(&house);
    let page = to_code(&mut browser, &member).await;
    browser.press(&page, &[("code", &codes[0])]).await.saying("この回復コードは使えません");
    assert_eq!(browser.open("/").await.location(), "/login");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mf_12_of_fifty_who_use_a_code_at_once_one_gets_in() {
    for house in House::both().await {
        let member = aoba(&house).await;
        let (_, _, codes) = made(&house, &member).await;
        let mut walks = Vec::new();
        // Few journeys, many presses: the code is one whatever the walk.
        for number in 0..4 {
            let mut browser = Browser::from(&house, number);
            let page = to_code(&mut browser, &member).await;
            walks.push((browser, page));
        }
        let mut racers = JoinSet::new();
        for number in 0..50 {
            let ((mut browser, page), code) = (walks[number % 4].clone(), codes[0].clone());
            racers.spawn(async move { browser.submit(&page, &[("code", &code)]).await });
        }
        let answers = racers.join_all().await;
        assert!(answers.iter().all(|answer| !answer.status.is_server_error()));
        assert_eq!(answers.iter().filter(|answer| answer.location() == "/").count(), 1);
        assert_eq!(left(&house).await, 9);
    }
}

#[tokio::test]
async fn mf_12_old_codes_die_when_new_ones_are_made() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut browser, _, old) = made(&house, &member).await;
    let page = browser.open(PATH).await;
    let new = shown(&browser.submit(&page, &[]).await);
    assert!(new.len() == 10 && new.iter().all(|code| !old.contains(code)));
    assert_eq!(left(&house).await, 10);
    let mut browser = Browser::at(&house);
    let page = to_code(&mut browser, &member).await;
    let page = browser.press(&page, &[("code", &old[0])]).await.saying("この回復コードは使えません");
    assert_eq!(browser.press(&page, &[("code", &new[0])]).await.location(), "/");
}

#[tokio::test]
async fn mf_12_guesses_are_throttled_across_journeys() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, _, codes) = made(&house, &member).await;
    for _ in 0..2 {
        let mut browser = Browser::at(&house);
        let mut page = to_code(&mut browser, &member).await;
        for _ in 0..5 {
            page = browser.press(&page, &[("code", "0000-0000-0000-0000")]).await;
        }
    }
    let mut browser = Browser::at(&house);
    let page = to_code(&mut browser, &member).await;
    browser.press(&page, &[("code", &codes[0])]).await.saying("しばらくお待ち");
    assert_eq!(left(&house).await, 10);
    house.later(15 * 60);
    let mut browser = Browser::at(&house);
    let page = to_code(&mut browser, &member).await;
    assert_eq!(browser.press(&page, &[("code", &codes[0])]).await.location(), "/");
}

#[tokio::test]
async fn mf_07_codes_are_made_only_a_moment_after_both_factors_and_from_our_own_page() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    assert_eq!(browser.open(PATH).await.location(), "/login");
    sign_in(&house, &mut browser, &member).await;
    let page = browser.open(PATH).await;
    for (token, origin) in [("", ORIGIN), ("x", ORIGIN), (page.hidden("form").as_str(), "https://evil.test")]
    {
        let refused = browser.post(PATH, &[("form".to_owned(), token.to_owned())], origin).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    house.later(15 * 60 + 1);
    let page = browser.open(PATH).await;
    assert_eq!(browser.submit(&page, &[]).await.location(), "/login/again?to=codes");
    assert_eq!(left(&house).await, 0);
    sign_in(&house, &mut browser, &member).await;
    let page = browser.open(PATH).await;
    assert_eq!(shown(&browser.submit(&page, &[]).await).len(), 10);
    // Where one factor is all that is asked, there is nothing for codes to stand in for.
    let other = kaede(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &other).await;
    assert_eq!(browser.open(PATH).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_file_holds_ones_own_codes_only() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (mut browser, page, codes) = made(&house, &member).await;
    let typed = format!("{} 0000-0000-0000-0000 <script> {}", codes[0], codes[1]);
    let fields = [("form".to_owned(), page.hidden("form")), ("codes".to_owned(), typed)];
    let file = browser.post("/account/codes/file", &fields, ORIGIN).await;
    assert_eq!(file.headers["content-type"], "text/plain; charset=utf-8");
    assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert!(file.says(&codes[0]) && file.says(&codes[1]), "{}", file.body);
    assert!(!file.says("0000-0000") && !file.says("<script>"), "{}", file.body);
    let stranger = Browser::at(&house).post("/account/codes/file", &fields, ORIGIN).await;
    assert_eq!(stranger.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn rc_03_a_recovery_code_stands_in_for_the_second_factor_on_the_way_to_a_new_password() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (_, _, codes) = made(&house, &member).await;
    let mut browser = Browser::at(&house);
    forget(&mut browser, "aoba", member.name).await;
    let link = reset_link(&house, &member, 1).await;
    let page = follow(&mut browser, &link).await;
    let page = browser.press(&page, &[("do", "other")]).await.saying("回復コード");
    let page = browser.press(&page, &[("code", "0000-0000-0000-0000")]).await;
    let page = browser.press(&page, &[("code", &codes[0])]).await;
    assert!(choose(&mut browser, &page, member.next_password).await.location().contains("done=recover"));
    assert_eq!(left(&house).await, 9, "the others stay");
    nth_about(&house, member.email, "回復コードが使われました", 1).await;
    let kinds = house
        .texts(sql(
            "select kind as t from factors where ended_at is null and kind <> 'recovery' order by kind",
        ))
        .await;
    assert_eq!(kinds, ["password", "sms"]);
}
