//! Whatever strangers try, the owner gets in.

use axum::http::StatusCode;

use crate::browser::Browser;
use crate::house::House;
use crate::people::{Member, aoba_app, choose, follow, forget, reset_link, show_second, sign_in};
use crate::tries::{REFUSED, WRONG, at_home, attempt, counted, opens, waits};

/// A year of days has not so many: when a password that met the hard stop may be tried again.
const NEVER: i64 = 253_370_764_800;

/// A thousand wrong passwords, a hundred at each time that the password can be tried.
async fn a_thousand_wrong(house: &House, member: &Member) {
    // Whatever the name spent before is forgotten.
    house.later(3_600);
    for round in 0..10 {
        let mut stranger = Browser::at(house);
        let page = stranger.open("/login?insurer=aoba").await;
        for number in 0..100 {
            stranger.source = Browser::from(house, round * 100 + number).source;
            stranger.submit(&page, &[("login_id", member.name), ("password", WRONG)]).await;
        }
        house.later(17 * 3_600);
    }
}

#[tokio::test]
async fn pw_06_after_a_thousand_wrong_passwords_the_owner_gets_in_on_a_known_device() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut home = at_home(&house, &member).await;
    a_thousand_wrong(&house, &member).await;
    let (failures, until) = counted(&house).await;
    assert_eq!((failures, until.unwrap().seconds()), (100, NEVER), "for strangers it is over");
    attempt(&mut Browser::from(&house, 5_000), member.name, member.password).await.saying(REFUSED);
    sign_in(&house, &mut home, &member).await;
    assert_eq!(counted(&house).await.0, 100, "a guesser gains nothing by the owner's sign-in");
}

#[tokio::test]
async fn pw_06_and_anywhere_by_mail_to_a_new_password() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    a_thousand_wrong(&house, &member).await;
    let mut browser = Browser::from(&house, 6_000);
    forget(&mut browser, "aoba", member.name).await;
    let link = reset_link(&house, &member, 1).await;
    let page = follow(&mut browser, &link).await;
    let page = show_second(&house, &mut browser, (page, &member), 0).await;
    choose(&mut browser, &page, member.next_password).await;
    let member = Member { password: member.next_password, ..member };
    assert_eq!(counted(&house).await, (0, None));
    sign_in(&house, &mut browser, &member).await;
}

#[tokio::test]
async fn pw_06_below_a_hundred_in_a_row_nothing_is_over_for_good() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    house.change("update factors set failures = 98 where kind = 'password'").await;
    attempt(&mut Browser::from(&house, 1), member.name, WRONG).await.saying(REFUSED);
    assert_eq!(counted(&house).await, (99, None));
    assert!(opens(&mut Browser::from(&house, 2), &member).await, "the hundredth was right");
    assert_eq!(counted(&house).await, (0, None));
}

#[tokio::test]
async fn pw_06_rests_double_up_to_sixteen_hours() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut rests = Vec::new();
    for round in 0..9 {
        for number in 0..10 {
            attempt(&mut Browser::from(&house, round * 10 + number), member.name, WRONG)
                .await
                .saying(REFUSED);
        }
        let now = sekisho_site::clock::Clock::now(&house.clock);
        rests.push(counted(&house).await.1.unwrap().since(now).as_secs() / 60);
        house.later(17 * 3_600);
    }
    assert_eq!(rests, [15, 30, 60, 120, 240, 480, 960, 960, 960]);
}

#[tokio::test]
async fn pw_06_a_thousand_tries_at_a_device_of_somebody_elses_are_a_strangers() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let home = at_home(&house, &member).await;
    // The owner's cookie in another browser is a bearer's; one that was made up, or of nobody's, is none.
    for made_up in ["x".repeat(43), String::new(), home.cookies["sekisho_8080_browser"].clone()] {
        let mut stranger = Browser::from(&house, 1);
        stranger.cookies.insert("sekisho_8080_device".to_owned(), made_up);
        attempt(&mut stranger, member.name, WRONG).await.saying(REFUSED);
    }
    assert_eq!(counted(&house).await.0, 3);
    assert_eq!(house.count("select count(*) as n from devices where failures > 0").await, 0);
}

#[tokio::test]
async fn a_sources_limit_holds_up_no_owner_behind_it() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut home = at_home(&house, &member).await;
    let mut neighbour = Browser { source: home.source, ..Browser::at(&house) };
    for number in 0..61 {
        let answer = attempt(&mut neighbour, &format!("nobody-{number}@example.jp"), WRONG).await;
        assert_eq!(waits(&answer), number == 60, "{number}");
    }
    let answer = attempt(&mut home, member.name, member.password).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}
