//! What the operator decides: whether clients register at all, and the file beside those that did.

use std::time::Duration;

use sekisho_idp::flows::clients::{self, Failure};
use sekisho_idp::flows::registration::{Invited, Wanted, invite};
use serde_json::json;

use super::desk::{Desk, text};
use crate::house::{House, registration};

#[tokio::test]
async fn where_registration_is_off_it_is_not_there() {
    let house = House::open().await;
    let said = house.get("/.well-known/openid-configuration").await.json();
    assert!(said.get("registration_endpoint").is_none());
    for path in ["/register/x", "/register"] {
        assert!([404, 405].contains(&house.get(path).await.status.as_u16()), "{path}");
    }
    assert_eq!(house.post("/register", "").await.status.as_u16(), 404);
    assert_eq!(house.get("/register/x").await.status.as_u16(), 404);
}

#[tokio::test]
async fn the_file_leaves_alone_who_registered_and_cannot_take_their_place() {
    let desk = Desk::open().await;
    let told = desk.registered(&json!({})).await;
    let state = &desk.house.state;
    let plan = clients::apply(state, vec![registration("rp")], &mut state.cx()).await.unwrap();
    assert_eq!((plan.added.len(), plan.unlisted.len()), (1, 0));
    assert_eq!(desk.manage("GET", &told, None).await.status.as_u16(), 200);
    let id = text(&told, "client_id");
    let taken = clients::apply(state, vec![registration(id)], &mut state.cx()).await;
    assert!(matches!(taken, Err(Failure::Registered(taken)) if taken.as_str() == id));
    let ends = [id.parse().unwrap()];
    let plan = clients::apply_and_end(state, (&[registration("rp")], &ends), &mut state.cx()).await.unwrap();
    assert_eq!(plan.ended, ends);
    assert_eq!(desk.manage("GET", &told, None).await.status.as_u16(), 401);
}

#[tokio::test]
async fn nobody_is_invited_to_what_cannot_be_registered() {
    let house = House::open().await;
    for (insurers, scopes, uses) in [
        (json!(["nobody"]), json!(["openid"]), 1),
        (json!([]), json!(["openid"]), 1),
        (json!("all"), json!(["email"]), 1),
        (json!("all"), json!(["openid"]), 0),
    ] {
        let allowance = serde_json::from_value(json!({ "insurers": insurers, "scopes": scopes })).unwrap();
        let wanted = Wanted { allowance, uses, life: Duration::from_hours(1) };
        let made = invite(&house.state, wanted, &mut house.state.cx()).await.unwrap();
        assert!(matches!(made, Invited::Refused(_)), "{made:?}");
    }
    assert_eq!(house.count("select count(*) as n from registration_invitations").await, 0);
}
