//! What belongs to somebody else is not found.

use axum::http::StatusCode;

use crate::client;
use crate::house::House;
use crate::log;
use crate::owner::{IPHONE, WINDOWS, buttons, press, settled, signed_in};
use crate::people::{is_signed_in, portal, sora};

const DEVICES: &str = "/account/devices";

#[tokio::test]
async fn se_10_sessions_and_devices_of_others_are_not_found_and_stay_as_they_are() {
    log::listen();
    let house = House::new().await;
    let (victim, thief) = (settled(&house).await, sora(&house).await);
    let mut hers = signed_in(&house, &victim, WINDOWS).await;
    let mut second = signed_in(&house, &victim, IPHONE).await;
    let mut mine = signed_in(&house, &thief, IPHONE).await;
    let sessions = buttons(&second.open(DEVICES).await, "session");
    let devices = house.texts(sekisho_site::db::sql("select id as t from devices order by id")).await;
    assert!(sessions.len() == 1 && devices.len() >= 3);
    let page = mine.open(DEVICES).await;
    let before = log::said("somebody named what is not theirs").len();
    for named in [sessions[0].as_str(), "ses_01920000000070008000000000000001", "x", ""] {
        let answer = press(&mut mine, &page, DEVICES, ("session", named)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{named}");
        assert!(!answer.says(named) || named.len() < 2, "{named} is not repeated");
    }
    let mut foreign = 0;
    for named in &devices {
        let page = mine.open(DEVICES).await;
        let answer = press(&mut mine, &page, DEVICES, ("device", named)).await;
        foreign += i32::from(answer.status == StatusCode::NOT_FOUND);
    }
    assert!(foreign >= 2, "{foreign}");
    assert!(is_signed_in(&mut hers).await && is_signed_in(&mut second).await);
    let said = log::said("somebody named what is not theirs");
    assert_eq!(said.len(), before + 4 + usize::try_from(foreign).unwrap());
    assert!(
        said.iter().all(|line| line.contains("account=acc_") && !line.contains(&sessions[0])),
        "{said:?}"
    );
}

#[tokio::test]
async fn se_10_portals_of_others_are_not_found_and_keep_what_they_were_given() {
    let house = House::new().await;
    portal(&house).await;
    let (victim, thief) = (settled(&house).await, sora(&house).await);
    let mut hers = signed_in(&house, &victim, WINDOWS).await;
    let token = client::access_token(&mut hers).await;
    let mut mine = signed_in(&house, &thief, IPHONE).await;
    for path in
        ["/account/portals/rp", "/account/portals/nobody", "/account/portals/%00", "/account/portals/a%2Fb"]
    {
        assert_eq!(mine.open(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // With a good token from the own portal's page, the own access ends and no other's.
    client::access_token(&mut mine).await;
    let page = mine.open("/account/portals/rp").await;
    assert_eq!(mine.submit(&page, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(client::userinfo(&hers, &token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn se_10_a_place_in_the_history_of_another_is_not_found() {
    let house = House::new().await;
    let (victim, thief) = (settled(&house).await, sora(&house).await);
    for _ in 0..24 {
        house.later(600);
        signed_in(&house, &victim, WINDOWS).await;
    }
    let mut hers = signed_in(&house, &victim, WINDOWS).await;
    let page = hers.open("/account/history").await;
    let next = page.body.split("href=\"/account/history?at=").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/account/history?at={next}");
    assert_eq!(hers.open(&path).await.status, StatusCode::OK);
    let mut mine = signed_in(&house, &thief, IPHONE).await;
    for path in [path.as_str(), "/account/history?at=", "/account/history?at=x"] {
        assert_eq!(mine.open(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
