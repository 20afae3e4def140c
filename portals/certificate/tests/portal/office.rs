//! What the insurer's office does at the command line, and what the member sees of it.

use sekisho_certificate::office::{Order, OrderError, carried_out};
use sekisho_certificate::{Config, Means, assemble};
use sekisho_site::clock::{Door, MovableClock};
use sekisho_site::db::Db;
use sekisho_site::seal::Ring;

use crate::browser::Browser;
use crate::house::{HOUR, START, portal_with, serial};

const KEYS: &str = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// The configuration of an office: the same database and keys as the portal's.
fn office(config: &mut Config, directory: &std::path::Path) {
    config.server.database = format!("sqlite:{}", directory.join("certificate.db").display());
    config.keys_file = None;
    config.master_keys = Some(KEYS.into());
}

fn revoke(serial: &str, reason: &str) -> Order {
    Order::Revoke { serial: serial.into(), reason: reason.into(), by: "窓口 一係".into() }
}

#[tokio::test]
async fn the_office_takes_a_certificate_back_at_once_and_the_member_reads_why() {
    let directory = tempfile::tempdir().unwrap();
    let mut portal = portal_with(|config| office(config, directory.path())).await;
    let db = Db::connect(&portal.config.server.database).await.unwrap();
    db.migrate(&sekisho_certificate::rows::MIGRATIONS).await.unwrap();
    let door = Door::new(portal.clock.clone());
    let means = Means { db, ring: Ring::parse(KEYS).unwrap(), door: door.clone() };
    portal.router = assemble(portal.config.clone(), means).unwrap();
    let (mut browser, path, card) = portal.applied().await;
    let number = serial(&card);
    portal.clock.advance(HOUR / 60);

    let note = "住所の届け出を確かめるためです。";
    let said = carried_out(&portal.config, &door, revoke(&number.to_lowercase(), note)).await.unwrap();
    assert_eq!(said, format!("certificate {number} is revoked"));
    let (_, revoked) = portal.follow(&mut browser, &path).await;
    for shown in [
        "取消",
        "使えません",
        "組合の窓口で取り消しました。",
        note,
        "新しく申し込む",
        "03-0000-0150",
        "11月21日 10:25",
    ] {
        assert!(revoked.body.contains(shown), "{shown} is not in {}", revoked.body);
    }
    assert!(!revoked.body.contains("窓口 一係"), "who it was is the office's own business");
    let mut stranger = Browser::new(portal.router.clone());
    assert!(stranger.get(&format!("/c/{number}")).await.body.contains("この資格確認書は使えません"));

    let history = browser.get(&path.replace("/card", "/history")).await;
    for shown in [
        "今日 10:24",
        "マイナンバーカードをなくした",
        "このページから申し込み",
        &number,
        "組合の窓口で取り消しました",
        note,
        "取消",
    ] {
        assert!(history.body.contains(shown), "{shown} is not in {}", history.body);
    }
    let told = carried_out(&portal.config, &door, Order::Show { serial: number.clone() }).await.unwrap();
    for shown in ["issued", "card-lost", "revoked", "窓口 一係", note] {
        assert!(told.contains(shown), "{shown} is not in {told}");
    }
    for hidden in ["健保", "200001", "ショウコ"] {
        assert!(!told.contains(hidden), "{hidden}");
    }
    // Who has cover applies again.
    let (path, page) = portal.follow(&mut browser, &path.replace("/card", "/apply")).await;
    let (_, card) = portal.submit(&mut browser, &path, &page, &[("reason", "helper")]).await;
    assert!(card.body.contains("有効") && serial(&card) != number);
}

#[tokio::test]
async fn an_order_that_cannot_be_carried_out_says_so_and_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut config: Config = toml::from_str(include_str!("../../../../config/certificate.toml")).unwrap();
    office(&mut config, directory.path());
    let door = Door::new(MovableClock::at(START));
    let order = async |order| carried_out(&config, &door, order).await.unwrap_err();
    assert!(matches!(order(revoke("7K2M-94Q", "理由")).await, OrderError::Serial(_)));
    assert!(matches!(order(revoke("7K2M-94QX", " ")).await, OrderError::Word(_)));
    assert!(matches!(order(revoke("7K2M-94QX", "理由")).await, OrderError::Unknown(_)));
    assert!(matches!(order(Order::Show { serial: "7K2M-94QX".into() }).await, OrderError::Unknown(_)));
    config.master_keys = None;
    let closed = carried_out(&config, &door, Order::Show { serial: "7K2M-94QX".into() }).await;
    assert!(matches!(closed, Err(OrderError::Closed(_))));
}
