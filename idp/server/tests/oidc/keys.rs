use std::time::Duration;

use sekisho_domain::factor::FactorKind::{Password, Sms};
use sekisho_domain::jose::Alg;
use sekisho_idp::keys::{Keys, Maker, Pace};
use sekisho_site::clock::Door;
use sekisho_site::db::sql;

use crate::house::{House, header};

fn maker(house: &House) -> Maker<'_> {
    Maker { db: &house.state.db, ring: &house.state.ring, audit: &house.state.audit_key }
}

fn signer(house: &House) -> String {
    house.state.keys.signer(Alg::Es256, house.state.cx().now).unwrap().kid().to_owned()
}

fn served(house: &House) -> Vec<String> {
    house.state.keys.jwks(house.state.cx().now).keys.into_iter().map(|key| key.kid).collect()
}

#[tokio::test]
async fn another_node_has_the_same_keys_and_names_people_alike() {
    let house = House::open().await;
    let state = &house.state;
    let door: Door = state.door.clone();
    let other = Keys::open(maker(&house), &door).await.unwrap();
    let now = state.cx().now;
    assert_eq!(other.jwks(now), state.keys.jwks(now));
    let account = house.member(&[Password]).await.session.unwrap().account;
    let subject = sekisho_domain::oidc::client::Subject::Pairwise("rp.example".to_owned());
    assert_eq!(other.name(&subject, account), state.keys.name(&subject, account));
}

#[tokio::test]
async fn f_14_a_new_key_is_published_before_it_signs_and_the_old_one_is_served_on() {
    let house = House::open().await;
    let old = signer(&house);
    house.state.keys.rotate(maker(&house), Alg::Es256, Pace::Ordinary, &mut house.state.cx()).await.unwrap();
    assert_eq!((signer(&house), served(&house).len()), (old.clone(), 3));
    house.wait(Duration::from_mins(59));
    assert_eq!(signer(&house), old);
    house.wait(Duration::from_mins(1));
    assert_ne!(signer(&house), old);
    assert!(served(&house).contains(&old));
    house.wait(Duration::from_hours(24));
    assert!(!served(&house).contains(&old));
}

#[tokio::test]
async fn oidcc_server_rotate_keys_by_age_shows_the_next_key_beside_the_old_one() {
    let house = House::open().await;
    let (age, old) = (Duration::from_hours(24 * 90), signer(&house));
    let renew = || async { house.state.keys.renew(maker(&house), age, &mut house.state.cx()).await.unwrap() };
    house.wait(age.saturating_sub(Duration::from_secs(1)));
    renew().await;
    assert_eq!(served(&house).len(), 2);
    house.wait(Duration::from_secs(1));
    renew().await;
    renew().await;
    assert_eq!(served(&house).len(), 4, "one next key of each algorithm, however often it is asked for");
    assert_eq!(signer(&house), old);
    house.wait(Duration::from_hours(1));
    assert_ne!(signer(&house), old);
    assert!(served(&house).contains(&old));
}

#[tokio::test]
async fn in_an_emergency_the_old_key_counts_no_more() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = browser.code(&house, &[]).await;
    let token = house.redeem(&code).await.json()["access_token"].as_str().unwrap().to_owned();
    let old = signer(&house);
    assert_eq!(header(&token)["kid"], old);
    house.state.keys.rotate(maker(&house), Alg::Es256, Pace::Emergency, &mut house.state.cx()).await.unwrap();
    assert_ne!(signer(&house), old);
    assert!(!served(&house).contains(&old));
    assert_eq!(house.userinfo(&token).await.status.as_u16(), 401);
}

#[tokio::test]
async fn lo_09_private_keys_and_the_key_of_names_are_sealed_at_rest() {
    let house = House::open().await;
    let rows = house.state.db.fetch_all(sql("select kid, private from signing_keys")).await.unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        let (kid, sealed): (String, Vec<u8>) = (row.get("kid").unwrap(), row.get("private").unwrap());
        let ring = &house.state.ring;
        assert!(ring.open(&format!("signing_keys.private:{kid}"), &sealed).is_ok());
        assert!(ring.open("signing_keys.private:other", &sealed).is_err(), "a moved key does not open");
    }
    let row =
        house.state.db.fetch_one(sql("select value from meta where key = 'subject_key'")).await.unwrap();
    assert!(row.get::<String>("value").unwrap().len() > 60);
}
