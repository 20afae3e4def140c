//! What ends a session ends it at once, on every node (SE-02, SE-03).

use sekisho_idp::startup;
use sekisho_idp::web::routes;
use sekisho_site::db::sql;

use crate::browser::Browser;
use crate::client;
use crate::house::House;
use crate::own::{bearing, cookie, sign_out, trail};
use crate::people::{aoba_app, is_out, is_signed_in, portal, settled, sign_in};

/// The same browsers at another node.
async fn second_node(house: &House) -> axum::Router {
    let clock = std::sync::Arc::new(house.clock.clone());
    routes::router(&startup::prepare(house.state.config.clone(), clock).await.unwrap())
}

#[tokio::test]
async fn se_02_a_cookie_is_worth_nothing_after_its_sign_out_at_either_node() {
    for house in House::both().await {
        portal(&house).await;
        let member = aoba_app(&house).await;
        let router = second_node(&house).await;
        let (mut browser, token) = settled(&house, &member).await;
        let old = bearing(&house, &cookie(&browser));
        let mut elsewhere = Browser { router, ..old.clone() };
        assert!(is_signed_in(&mut elsewhere).await);
        let gone = sign_out(&mut browser).await;
        assert_eq!(gone.headers["clear-site-data"], "\"cache\", \"storage\"");
        for mut replayed in [old, elsewhere] {
            assert!(!is_signed_in(&mut replayed).await);
            assert_eq!(client::code(&replayed.open(&client::authorize(&[])).await), None);
            assert_eq!(client::userinfo(&replayed, &token).await.status, 401);
        }
        assert!(trail(&house).await.iter().any(|event| event.starts_with("logout")), "it is noted");
    }
}

#[tokio::test]
async fn se_03_what_an_account_loses_ends_all_its_sessions_at_both_nodes() {
    let states = ["suspended_at", "locked_at", "closed_at"];
    for state in states {
        let house = House::new().await;
        portal(&house).await;
        let member = aoba_app(&house).await;
        let (one, two) = (settled(&house, &member).await, settled(&house, &member).await);
        let mut elsewhere = Browser { router: second_node(&house).await, ..one.0.clone() };
        let change = sql(match state {
            "suspended_at" => "update accounts set suspended_at = 1",
            "locked_at" => "update accounts set locked_at = 1",
            _ => "update accounts set closed_at = 1",
        });
        house.state.db.execute(change).await.unwrap();
        assert!(!is_signed_in(&mut elsewhere).await, "{state}");
        is_out(one).await;
        is_out(two).await;
    }
}

#[tokio::test]
async fn se_03_a_new_password_ends_every_other_session_and_its_tokens() {
    let house = House::new().await;
    portal(&house).await;
    let member = aoba_app(&house).await;
    let other = settled(&house, &member).await;
    let mut own = Browser::from(&house, 9);
    sign_in(&house, &mut own, &member).await;
    let page = own.open("/account/password").await;
    let changed = own
        .submit(
            &page,
            &[
                ("current_password", member.password),
                ("password", member.next_password),
                ("password_again", member.next_password),
            ],
        )
        .await;
    assert_eq!(changed.status, 303, "{}", changed.body);
    is_out(other).await;
    assert!(is_signed_in(&mut own).await, "who changed it stays");
}
