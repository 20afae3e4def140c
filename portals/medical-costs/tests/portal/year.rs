//! A year at a glance: its sum, its months, its visits, what came back.

use http::StatusCode;

use crate::house::{Portal, Row, VISIT, links};

fn rows() -> Vec<Row<'static>> {
    vec![
        VISIT,
        Row { month: 202_602, kind: "pharmacy", institution: "あかり薬局", total: 4_000, ..VISIT },
        Row {
            month: 202_605,
            kind: "medical-inpatient",
            institution: "例町病院",
            total: 750_000,
            public: 1_720,
            meals: 7_650,
            refund: 147_009,
            ..VISIT
        },
    ]
}

#[tokio::test]
async fn a_year_says_what_was_paid_by_whom_until_when_and_what_came_back() {
    let portal = Portal::with(&rows()).await;
    let (_, page) = portal.signed_in().await;
    assert_eq!(page.status, StatusCode::OK);
    // 3000 + 1200 + 225000 and the meals.
    for shown in [
        "236,850<small>円</small>",
        "2026年（令和8年）",
        "7,650円",
        "540,730円",
        "1,720円",
        "9月分まで届いています",
        "6月 見本クリニック",
        "医科 外来・2日",
        "調剤・2回",
        "高額療養費",
        "147,009円",
        "5月の例町病院・2026年10月1日に支給",
        "二〇二六年",
        "令和八年",
    ] {
        assert!(page.body.contains(shown), "{shown} is not in {}", page.body);
    }
    assert!(
        page.body.contains("10月分は<span class=\"nw\">2027年1月15日ごろ</span>の予定です"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn the_chart_says_all_twelve_months_in_words_too() {
    let portal = Portal::with(&rows()).await;
    let (mut browser, page) = portal.signed_in().await;
    let (_, drawing) = page.body.split_once("<svg viewBox=\"0 0 336").unwrap();
    let drawing = drawing.split("</svg>").next().unwrap();
    assert!(
        drawing.contains("role=\"img\"") && drawing.contains("aria-labelledby=\"chart-name chart-desc\"")
    );
    let desc = drawing.split("<desc").nth(1).unwrap().split("</desc>").next().unwrap();
    for said in [
        "1月 0円",
        "2月 1,200円",
        "5月 232,650円",
        "9月 0円",
        "10月 まだ届いていません",
        "12月 まだ届いていません",
    ] {
        assert!(desc.contains(said), "{said} is not in {desc}");
    }
    assert!(desc.ends_with("いちばん多いのは5月です。"), "{desc}");
    assert_eq!(drawing.matches("class=\"none\"").count(), 3);
    assert_eq!(drawing.matches("class=\"bar-top\"").count(), 1);
    browser.language = "en";
    let page = browser.get("/costs/2026").await;
    for said in ["May ¥232,650", "December not yet arrived", "The highest month is May."] {
        assert!(page.body.contains(said), "{said}");
    }
}

#[tokio::test]
async fn visits_are_listed_by_month_and_kind_while_the_sum_stays_the_years() {
    let portal = Portal::with(&rows()).await;
    let (mut browser, _) = portal.signed_in().await;
    let may = browser.get("/costs/2026?month=5&kind=").await;
    assert!(
        may.body.contains("1件・自己負担 232,650円") && may.body.contains("236,850<small>"),
        "{}",
        may.body
    );
    assert!(may.body.contains("例町病院") && !may.body.contains("あかり薬局</a>"));
    let pharmacy = browser.get("/costs/2026?kind=pharmacy").await;
    assert!(pharmacy.body.contains("1件・自己負担 1,200円"));
    assert!(pharmacy.body.contains("<option value=\"pharmacy\" selected>調剤</option>"));
    let nothing = browser.get("/costs/2026?month=5&kind=pharmacy").await;
    assert!(
        nothing.body.contains("あてはまる明細はありません") && nothing.body.contains("しぼりこみをやめる")
    );
    // The language is changed without losing what was chosen.
    assert!(nothing.body.contains("<input type=\"hidden\" name=\"month\" value=\"5\">"));
}

#[tokio::test]
async fn a_visit_has_a_page_of_its_own_with_the_six_items_first() {
    let portal = Portal::with(&rows()).await;
    let (mut browser, page) = portal.signed_in().await;
    let stay = links(&page, "/bills/").remove(1);
    let page = browser.get(&stay).await;
    assert_eq!(page.status, StatusCode::OK);
    let order = [
        "2026年5月",
        "健保 翔子",
        "例町病院",
        "232,650円",
        "青葉健康保険組合",
        "医科 入院",
        "765,300円",
        "147,009円",
    ];
    let facts = page.body.split_once("<dl").unwrap().1;
    let mut at = 0;
    for item in order {
        at += facts[at..].find(item).unwrap_or_else(|| panic!("{item} is not in {facts}"));
    }
    assert!(page.body.contains("href=\"/costs/2026\""));
    // It is the same page from a list of something else.
    let listed = browser.get("/costs/2026?month=5").await;
    assert_eq!(links(&listed, "/bills/"), [stay]);
}

#[tokio::test]
async fn a_year_without_bills_says_when_something_will_come() {
    let portal = Portal::empty().await;
    let (_, page) = portal.signed_in().await;
    assert!(page.body.contains("まだお知らせはありません"), "{}", page.body);
    for absent in ["<table", "role=\"img\"", ".pdf\""] {
        assert!(!page.body.contains(absent), "{absent}");
    }
    portal.deliver("aoba", (202_501, 202_609), &[]).await;
    let (mut browser, page) = portal.signed_in().await;
    assert!(page.body.contains("まだお知らせはありません"));
    let last = browser.get("/costs/2025").await;
    assert!(last.body.contains("2025年のお知らせはありません"), "{}", last.body);
    for path in [
        "/costs/2024",
        "/costs/2027",
        "/costs/02026",
        "/costs/x",
        "/costs/2026?month=13",
        "/costs/2026?kind=x",
    ] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn many_visits_are_listed_in_part_and_the_page_stays_light() {
    let rows: Vec<Row<'_>> = (0..200).map(|n| Row { month: 202_601 + n % 9, ..VISIT }).collect();
    let portal = Portal::with(&rows).await;
    let (_, page) = portal.signed_in().await;
    assert!(page.body.len() < 100_000, "{}", page.body.len());
    assert!(page.body.contains("はじめの120件を出しています") && page.body.contains("残りの114件を見る"));
}

#[tokio::test]
async fn c41_the_notice_of_eligibility_information_says_what_the_claims_say() {
    let portal = Portal::empty().await;
    let (mut browser, _) = portal.signed_in().await;
    let page = browser.get("/eligibility").await;
    for shown in [
        "資格情報のお知らせ",
        "06999015",
        "91",
        "200001",
        "健保 翔子",
        "ケンポ ショウコ",
        "平成12年（2000年）1月21日",
        "令和4年（2022年）4月1日",
        "本人（被保険者）",
        "03-0000-0150",
    ] {
        assert!(page.body.contains(shown), "{shown} is not in {}", page.body);
    }
    assert!(!page.body.contains("負担割合"), "only from 70");
    {
        let mut issuer = portal.issuer.set();
        issuer.insurance["membership"]["birth_date"] = "1956-03-01".into();
        issuer.insurance["membership"]["burden_from"] = "2026-04-01".into();
    }
    let (mut browser, _) = portal.signed_in().await;
    let page = browser.get("/eligibility").await;
    assert!(page.body.contains("3割（令和8年（2026年）4月1日から）"), "{}", page.body);
}
