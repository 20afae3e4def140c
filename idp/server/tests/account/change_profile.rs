//! What somebody wants to be called, spoken to in, and told of.

use axum::http::StatusCode;
use sekisho_site::db::sql;

use crate::browser::Browser;
use crate::house::House;
use crate::people::{aoba, kaede, sign_in};

const PATH: &str = "/account/profile";
const SAVED: &str = "/account/profile?done=yes";
const NEWS: &str = "select count(*) as n from opt_ins where topic = 'health-news' and ended_at is null";

#[tokio::test]
async fn wishes_are_saved_shown_and_taken_back() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    let page = browser.open(PATH).await.saying("健康だより");
    let wished = [("nickname", "かえちゃん"), ("language", "ja"), ("opt_in_health-news", "yes")];
    let saved = browser.submit(&page, &wished).await;
    assert_eq!(saved.location(), SAVED, "{}", saved.body);
    let page = browser.follow(&saved).await.saying("保存しました").saying("value=\"かえちゃん\"");
    assert!(page.says("name=\"opt_in_health-news\" value=\"yes\" checked"), "{}", page.body);
    assert!(!page.says("name=\"opt_in_events\" value=\"yes\" checked"));
    assert_eq!(house.count(NEWS).await, 1);
    let none = browser.submit(&page, &[("nickname", ""), ("language", "ja")]).await;
    assert_eq!(none.location(), SAVED);
    assert_eq!(house.count(NEWS).await, 0);
    assert_eq!(house.count("select count(*) as n from accounts where nickname = ''").await, 1);
}

#[tokio::test]
async fn the_language_of_mails_and_pages_changes() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    let page = browser.open(PATH).await;
    let saved = browser.submit(&page, &[("nickname", ""), ("language", "en")]).await;
    browser.follow(&saved).await.saying("Saved.").saying("Language of our e-mail");
    assert_eq!(house.count("select count(*) as n from accounts where language = 'en'").await, 1);
    let page = browser.open(PATH).await;
    browser.submit(&page, &[("nickname", ""), ("language", "xx")]).await;
    assert_eq!(house.count("select count(*) as n from accounts where language = 'en'").await, 1);
}

#[tokio::test]
async fn what_is_too_long_is_told_and_stays_and_so_it_does_when_the_language_is_switched() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let mut browser = Browser::at(&house);
    assert_eq!(browser.open(PATH).await.location(), "/login");
    sign_in(&house, &mut browser, &member).await;
    let page = browser.open(PATH).await;
    let long = "長".repeat(33);
    let typed = [("nickname", long.as_str()), ("language", "ja"), ("opt_in_events", "yes")];
    let refused = browser.submit(&page, &typed).await;
    assert_eq!(refused.status, StatusCode::OK);
    assert!(refused.says(&long) && refused.says("name=\"opt_in_events\" value=\"yes\" checked"));
    let typed = [("nickname", "<b>もみじ</b>"), ("language", "ja"), ("lang", "en")];
    let switched = browser.submit(&page, &typed).await.saying("Name and notices");
    assert!(switched.says("もみじ") && !switched.says("<b>もみじ"));
    let opt_ins = "select count(*) as n from opt_ins where topic = 'events' and ended_at is null";
    assert_eq!(house.count(opt_ins).await, 0, "nothing was saved");
}

#[tokio::test]
async fn a_dependent_decides_whether_the_insured_person_sees_their_notices() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    let asked = "name=\"sharing\"";
    assert!(!browser.open(PATH).await.says(asked), "an insured person has nobody to share with");
    let become_dependent = sql("update members set position = 'dependent' where insurer = 'aoba'");
    house.state.db.execute(become_dependent).await.unwrap();
    let page = browser.open(PATH).await.saying(asked);
    assert!(page.says("name=\"sharing\" value=\"no\" checked"), "{}", page.body);
    let wished = [("nickname", ""), ("language", "ja"), ("sharing", "yes")];
    let saved = browser.submit(&page, &wished).await;
    browser.follow(&saved).await.saying("name=\"sharing\" value=\"yes\" checked");
    let shared = "select count(*) as n from sharing where shares";
    assert_eq!(house.count(shared).await, 1);
    browser.submit(&page, &wished).await;
    let told = "select count(*) as n from audit_events where event = 'sharing.decided' and result = 'shared'";
    assert_eq!(house.count(told).await, 1, "the same again is no news");
    let objected = sql("update members set household_refused = $1 where insurer = 'aoba'").bind(true);
    house.state.db.execute(objected).await.unwrap();
    let page = browser.open(PATH).await;
    assert!(!page.says(asked), "who objected at the office says so there");
    browser.submit(&page, &[("nickname", ""), ("language", "ja"), ("sharing", "no")]).await;
    assert_eq!(house.count(shared).await, 1, "what was not asked is not answered");
}
