//! How often one may claim to be somebody (`security.md` RP-07, PW-13).

use tokio::task::JoinSet;

use crate::browser::{Browser, Page};
use crate::house::{House, Site};
use crate::kaede::{self, BORN, ICHIRO, ID, JUNICHI};

const NO_MATCH: &str = "一致しませんでした";
const WAIT: &str = "しばらくお待ちいただいています";
const MINUTE: u64 = 60;

type Claim = [(&'static str, &'static str); 5];

fn altered(claim: Claim, field: &str, value: &'static str) -> Claim {
    claim.map(|(name, typed)| if name == field { (name, value) } else { (name, typed) })
}

/// A claim with a wrong birth date.
fn wrong(claim: Claim) -> Claim {
    altered(claim, "birth_date", "19000101")
}

/// Claims from a place of its own.
async fn claim(house: &House, number: u32, claim: &Claim) -> Page {
    let mut browser = Browser::from(house, number);
    let page = browser.open("/signup?insurer=kaede").await;
    browser.press(&page, claim).await
}

async fn is_accepted(house: &House, number: u32, right: &Claim) -> bool {
    claim(house, number, right).await.says("name=\"accept_privacy\"")
}

#[tokio::test]
async fn rp_07_after_ten_claims_a_record_rests_whether_there_is_one_or_not() {
    let house = House::new().await;
    let nobodys = altered(wrong(JUNICHI), "number", "987654");
    let mut rested = Vec::new();
    for claimed in [wrong(JUNICHI), nobodys] {
        let mut pages = Vec::new();
        for number in 0..12 {
            let page = claim(&house, number, &claimed).await;
            assert!(page.says(if number < 10 { NO_MATCH } else { WAIT }), "{number} {}", page.body);
            pages.push(page.bare("").replace("value=\"987654\"", "value=\"200001\""));
        }
        rested.push(pages);
    }
    assert_eq!(rested[0], rested[1]);
    // The right claim waits like any other, and so does every spelling of the number.
    assert!(!is_accepted(&house, 50, &JUNICHI).await);
    assert!(!is_accepted(&house, 50, &altered(JUNICHI, "number", "０２００００１")).await);
    // Another number does not.
    assert!(is_accepted(&house, 50, &ICHIRO).await);
}

#[tokio::test]
async fn rp_07_a_stranger_keeps_nobody_out_for_more_than_an_hour() {
    let house = House::new().await;
    for number in 0..10 {
        claim(&house, number, &wrong(JUNICHI)).await;
    }
    for minutes in [15, 30, 60, 60, 60] {
        house.later(minutes * MINUTE - 1);
        assert!(claim(&house, 20, &wrong(JUNICHI)).await.says(WAIT), "{minutes} minutes");
        house.later(1);
        assert!(claim(&house, 21, &wrong(JUNICHI)).await.says(NO_MATCH), "{minutes} minutes");
    }
    house.later(60 * MINUTE);
    assert!(is_accepted(&house, 22, &JUNICHI).await);
}

#[tokio::test]
async fn rp_07_a_right_claim_forgets_the_wrong_ones() {
    let house = House::new().await;
    for round in 0..3 {
        for _ in 0..9 {
            assert!(claim(&house, round, &wrong(JUNICHI)).await.says(NO_MATCH));
        }
        assert!(is_accepted(&house, round, &JUNICHI).await, "round {round}");
    }
}

#[tokio::test]
async fn rp_07_one_source_may_claim_so_often_whatever_it_claims() {
    let house = House::with(Site { throttle: "claims_per_source = 5", ..Site::default() }).await;
    for number in ["1", "2", "3", "4", "5"] {
        assert!(claim(&house, 1, &altered(wrong(JUNICHI), "number", number)).await.says(NO_MATCH));
    }
    assert!(claim(&house, 1, &JUNICHI).await.says(WAIT));
    // By a given ID it is the same source; nothing tells more than that the sign-in was refused.
    let mut browser = Browser::from(&house, 1);
    assert!(!kaede::sign_in(&mut browser, ID, BORN).await.location().starts_with("/journey/"));
    assert!(is_accepted(&house, 2, &JUNICHI).await);
    house.later(3_600);
    let mut browser = Browser::from(&house, 1);
    assert!(kaede::sign_in(&mut browser, ID, BORN).await.location().starts_with("/journey/"));
}

#[tokio::test]
async fn rp_07_many_sources_together_slow_down_at_one_insurer_only() {
    let house = House::with(Site { throttle: "claims_per_insurer = 5", ..Site::default() }).await;
    for (source, number) in (0..).zip(["1", "2", "3", "4", "5"]) {
        assert!(claim(&house, source, &altered(wrong(JUNICHI), "number", number)).await.says(NO_MATCH));
    }
    assert!(claim(&house, 9, &JUNICHI).await.says(WAIT));
    let mut browser = Browser::from(&house, 10);
    let page = crate::shinonome::to_account(&mut browser, &crate::shinonome::SHOKO).await;
    assert!(page.says("name=\"login_id\""), "{}", page.body);
    house.later(MINUTE);
    assert!(is_accepted(&house, 9, &JUNICHI).await);
}

#[tokio::test]
async fn rp_07_a_given_id_rests_after_ten_birth_dates_and_says_nothing() {
    // So many that the names themselves do not rest first.
    let house = House::with(Site { throttle: "failures_per_factor = 1000", ..Site::default() }).await;
    let mut pages = Vec::new();
    for (number, day) in (0..).zip(10..20) {
        let mut browser = Browser::from(&house, number);
        pages.push(kaede::sign_in(&mut browser, ID, &format!("199001{day}")).await.bare(ID));
    }
    let mut browser = Browser::from(&house, 99);
    pages.push(kaede::sign_in(&mut browser, ID, BORN).await.bare(ID));
    assert!(pages.iter().all(|page| *page == pages[0]));
    // Another ID does not rest; this one no longer than its time.
    assert!(
        kaede::sign_in(&mut browser, "7132-123004567", "19560301").await.location().starts_with("/journey/")
    );
    house.later(15 * MINUTE);
    assert!(kaede::sign_in(&mut browser, ID, BORN).await.location().starts_with("/journey/"));
}

#[tokio::test]
async fn rp_07_a_right_birth_date_forgets_the_wrong_ones() {
    let house = House::with(Site { throttle: "failures_per_factor = 1000", ..Site::default() }).await;
    for round in 0..3 {
        let mut browser = Browser::from(&house, round);
        for _ in 0..9 {
            kaede::sign_in(&mut browser, ID, "19000101").await.saying("ログインできませんでした");
        }
        let begun = kaede::sign_in(&mut browser, ID, BORN).await;
        assert!(begun.location().starts_with("/journey/"), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rp_07_claims_at_the_same_instant_are_counted_one_by_one() {
    for house in House::both().await {
        let mut racers = JoinSet::new();
        for number in 0..40 {
            let mut browser = Browser::from(&house, number);
            let page = browser.open("/signup?insurer=kaede").await;
            racers.spawn(async move { browser.press(&page, &wrong(JUNICHI)).await });
        }
        let pages = racers.join_all().await;
        let said = |text: &str| pages.iter().filter(|page| page.says(text)).count();
        assert_eq!((said(NO_MATCH), said(WAIT)), (10, 30));
    }
}

#[tokio::test]
async fn pw_13_a_name_rests_across_the_edge_of_any_window() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let mut tried = 0;
    let mut passed = async |browser: &mut Browser, times: usize| {
        for _ in 0..times {
            let page = kaede::sign_in(browser, "nobody@example.jp", "not it").await;
            tried += usize::from(page.says("ログインできませんでした"));
        }
    };
    house.later(899);
    passed(&mut browser, 10).await;
    house.later(2);
    passed(&mut browser, 10).await;
    assert_eq!(tried, 10);
}

#[tokio::test]
async fn rp_07_what_was_claimed_is_kept_in_the_trail_without_what_was_typed() {
    let house = House::new().await;
    claim(&house, 1, &wrong(JUNICHI)).await;
    claim(&house, 1, &JUNICHI).await;
    let find =
        "select result as t from audit_events where insurer = 'kaede' and event like 'proofing%' order by at";
    let results = house.texts(sekisho_site::db::sql(find)).await;
    assert_eq!(results.len(), 2, "{results:?}");
    let details = house.texts(sekisho_site::db::sql("select detail as t from audit_events")).await;
    for typed in ["200001", "19000101", "19991231", "ケンポ"] {
        assert!(details.iter().all(|detail| !detail.contains(typed)), "{details:?}");
    }
    let subjects = house.texts(sekisho_site::db::sql("select subject as t from attempts")).await;
    assert!(subjects.iter().all(|subject| !subject.contains("200001")), "{subjects:?}");
}
