//! The stage itself: that it is set once, that nobody in earnest stands on it, that it asks as often as a suite needs.

use axum::http::Request;
use sekisho_idp::cli::stage;
use sekisho_idp::flows::clients;
use sekisho_idp::startup;
use sekisho_site::db::sql;
use sekisho_site::http::{Error, Outbound};

use crate::house::{Browser, HOST, House, SECRET, SUITE, client, config, root, variable};

#[tokio::test]
async fn a_second_start_changes_nothing() {
    let house = House::open().await;
    assert!(house.set.is_new);
    assert_eq!((house.set.records, house.set.clients.len()), (2, 6));
    let rows = async || {
        let all = "select (select count(*) from accounts) + (select count(*) from members) + (select count(*) from clients) \
            + (select count(*) from account_claims) + (select count(*) from audit_events) as n";
        house.state.db.fetch_one(sql(all)).await.unwrap().get::<i64>("n").unwrap()
    };
    let before = rows().await;
    let again = stage::set(&house.state, &root().join("conformance"), variable).await.unwrap();
    assert!(!again.is_new);
    assert_eq!((rows().await, again.plans), (before, house.set.plans.clone()));
}

#[tokio::test]
async fn clients_need_their_whole_environment() {
    let file = root().join("conformance/clients.toml");
    assert_eq!(clients::read_with(&file, variable).unwrap().len(), 6);
    let without = clients::read_with(&file, |name| variable(name).filter(|_| name.ends_with("SUITE")));
    let refused = without.unwrap_err().to_string();
    assert!(refused.ends_with("environment: SEKISHO_STAGE_ALIAS is not set"), "{refused}");
}

#[test]
fn a_stage_and_insurers_in_earnest_are_never_served_together() {
    let staged = |changes: &[(&str, &str)]| {
        let config = config(changes);
        startup::staged(&config, &startup::insurers(&config.files).unwrap())
    };
    staged(&[]).unwrap();
    let alone = staged(&[("SEKISHO__SERVER__STAGE", "false")]).unwrap_err().to_string();
    assert!(alone.starts_with("stage: stage = true lifts throttles"), "{alone}");
    let (insurers, terms) = (root().join("insurers"), root().join("terms"));
    let earnest = staged(&[
        ("SEKISHO__FILES__INSURERS", &insurers.display().to_string()),
        ("SEKISHO__FILES__TERMS", &terms.display().to_string()),
    ]);
    let earnest = earnest.unwrap_err().to_string();
    assert!(earnest.contains("aoba is an insurer in earnest"), "{earnest}");
}

#[tokio::test]
async fn a_suite_signs_in_as_often_as_it_likes_from_one_place() {
    let few =
        [("SEKISHO__THROTTLE__SIGN_INS_PER_SOURCE", "2"), ("SEKISHO__THROTTLE__SIGN_INS_PER_INSURER", "2")];
    let house = House::open_with(&few).await;
    for _ in 0..6 {
        house.person().await;
    }
    // What guesses at the password is still counted in its row.
    for _ in 0..10 {
        let mut browser = Browser::default();
        house.sign_in(&mut browser, (&house.set.person.login_id, "a guess at the password")).await;
        assert!(!browser.is_signed_in());
    }
    let mut browser = Browser::default();
    house.sign_in(&mut browser, (&house.set.person.login_id, &house.password())).await;
    assert!(!browser.is_signed_in(), "the password rests");
}

#[tokio::test]
async fn the_stage_is_reached_by_whom_trusts_its_authority_and_by_nobody_else() {
    let house = House::open().await;
    let discovery = format!("{}/.well-known/openid-configuration", house.address);
    let hosts = vec![format!("{HOST}=127.0.0.1").parse().unwrap()];
    let strangers = client(&Outbound { private_hosts: hosts, ..Outbound::default() });
    let ask = |uri: &str| Request::get(uri).body(Vec::new()).unwrap();
    assert_eq!(strangers.send(ask(&discovery)).await.unwrap_err(), Error::Unreachable);
    let folder = tempfile::tempdir().unwrap();
    let hosts = vec!["other.sekisho-stage.test=127.0.0.1".parse().unwrap()];
    let elsewhere = client(&Outbound { private_hosts: hosts, ..house.authority.trusted(folder.path()) });
    let other = discovery.replace(HOST, "other.sekisho-stage.test");
    assert_eq!(elsewhere.send(ask(&other)).await.unwrap_err(), Error::Unreachable, "another name");
    let basic = house.token((SUITE, SECRET), "grant_type=authorization_code&code=x").await;
    assert_eq!(basic.json()["error"], "invalid_grant", "{}", basic.body);
}
