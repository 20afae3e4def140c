use std::time::Duration;

use sekisho_domain::audit::{Chain, Event, HOUSE, Kind, MacKey, Record, Sealed};
use sekisho_domain::ids::AccountId;
use sekisho_site::db::{Db, sql};
use sekisho_store::audit::{self, Asked};

use super::house::{House, NOW, key, race, wins};

async fn happened(house: &mut House, events: Vec<Event>) {
    let mut tx = house.db.begin().await.unwrap();
    for event in events {
        audit::append(&mut tx, &key(), event, &mut house.cx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn registered(house: &mut House, insurer: &str) -> Event {
    Event::registered(insurer.parse().unwrap(), AccountId::draw(&mut house.cx))
}

/// Seals whatever waits, as the sealer does.
async fn seal(db: &Db) -> Result<(), sekisho_store::Error> {
    let waiting = audit::unsealed(db, 100).await?;
    let mut tx = db.begin().await?;
    for of_one in waiting.chunk_by(|left, right| left.insurer == right.insurer) {
        let mut chain = audit::head(&mut tx, &of_one[0].insurer).await?;
        let links: Vec<Sealed> =
            of_one.iter().map(|record| chain.append(record, &key(), &key()).unwrap()).collect();
        audit::seal(&mut tx, chain.insurer(), &links, NOW).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn keys(id: &str) -> Option<MacKey> {
    (id == "k1").then(key)
}

/// The numbers of links that do not hold.
fn faults(insurer: &str, page: &[(Sealed, Record)]) -> Vec<i64> {
    let mut chain = Chain::empty(insurer);
    let broken =
        |(sealed, record): &(Sealed, Record)| chain.follow(sealed, record, &keys).err().map(|_| sealed.seq);
    page.iter().filter_map(broken).collect()
}

#[tokio::test]
async fn events_are_chained_by_insurer_in_the_order_they_happened() {
    for mut house in House::both().await {
        for _ in 0..2 {
            let events =
                vec![registered(&mut house, "aoba"), registered(&mut house, "kaede"), Event::started("1.0")];
            happened(&mut house, events).await;
            house.cx.now = house.cx.now + Duration::from_secs(1);
            assert_eq!(audit::unsealed(&house.db, 100).await.unwrap().len(), 3);
            seal(&house.db).await.unwrap();
            assert_eq!(audit::unsealed(&house.db, 100).await.unwrap(), []);
        }
        let heads = audit::heads(&house.db).await.unwrap();
        assert_eq!(
            heads.iter().map(|head| (head.insurer(), head.seq())).collect::<Vec<_>>(),
            [(HOUSE, 2), ("aoba", 2), ("kaede", 2)]
        );
        let page = audit::page(&house.db, "aoba", 0, 10).await.unwrap();
        assert_eq!(faults("aoba", &page), Vec::<i64>::new());
        assert_eq!(page.iter().map(|(sealed, _)| sealed.seq).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(
            page.iter().map(|(_, record)| record.at).collect::<Vec<_>>(),
            [NOW, NOW + Duration::from_secs(1)]
        );
        assert_eq!(audit::page(&house.db, "aoba", 1, 10).await.unwrap(), page[1..]);
        assert_eq!(audit::link(&house.db, "aoba", 2).await.unwrap().as_ref(), Some(&heads[1]));
        assert_eq!(audit::link(&house.db, "aoba", 3).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_event_stands_only_with_the_change_it_tells_of() {
    for mut house in House::both().await {
        let event = registered(&mut house, "aoba");
        let mut tx = house.db.begin().await.unwrap();
        audit::append(&mut tx, &key(), event, &mut house.cx).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(audit::unsealed(&house.db, 100).await.unwrap(), []);
    }
}

#[tokio::test]
async fn lo_03_an_edited_row_is_named_and_a_sealed_one_cannot_be_deleted() {
    for mut house in House::both().await {
        let events = (0..3).map(|_| registered(&mut house, "aoba")).collect();
        happened(&mut house, events).await;
        seal(&house.db).await.unwrap();
        let second = audit::page(&house.db, "aoba", 1, 1).await.unwrap()[0].1.id;
        assert!(house.db.execute(sql("delete from audit_events where id = $1").text(second)).await.is_err());
        let edit = "update audit_events set result = 'refused' where id = $1";
        house.db.execute(sql(edit).text(second)).await.unwrap();
        assert_eq!(faults("aoba", &audit::page(&house.db, "aoba", 0, 10).await.unwrap()), [2]);
    }
}

#[tokio::test]
async fn an_event_that_no_chain_holds_is_named_even_when_nothing_waits() {
    for mut house in House::both().await {
        let event = registered(&mut house, "aoba");
        happened(&mut house, vec![event]).await;
        let later = NOW + Duration::from_secs(10);
        assert_eq!(audit::forgotten(&house.db, NOW, 10).await.unwrap(), []);
        assert_eq!(audit::forgotten(&house.db, later, 10).await.unwrap().len(), 1);
        house.db.execute(sql("delete from audit_unsealed")).await.unwrap();
        assert_eq!(audit::unsealed(&house.db, 10).await.unwrap(), []);
        assert_eq!(audit::forgotten(&house.db, later, 10).await.unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f_24_of_twenty_sealers_at_once_one_seals_and_the_chain_holds() {
    for mut house in House::both().await {
        let events = (0..5).map(|_| registered(&mut house, "aoba")).collect();
        happened(&mut house, events).await;
        let waiting = audit::unsealed(&house.db, 100).await.unwrap();
        let results = race(&house.db, |db, _| {
            let waiting = waiting.clone();
            async move {
                let mut chain = Chain::empty("aoba");
                let links: Vec<_> =
                    waiting.iter().map(|record| chain.append(record, &key(), &key()).unwrap()).collect();
                let mut tx = db.begin().await.unwrap();
                match audit::seal(&mut tx, "aoba", &links, NOW).await {
                    Ok(()) => tx.commit().await.is_ok(),
                    Err(sekisho_store::Error::Driver(error)) if error.is_unique_violation() => false,
                    Err(error) => panic!("{error}"),
                }
            }
        })
        .await;
        assert_eq!(wins(&results), 1);
        let page = audit::page(&house.db, "aoba", 0, 10).await.unwrap();
        assert_eq!((page.len(), faults("aoba", &page)), (5, vec![]));
    }
}

#[tokio::test]
async fn a_person_reads_the_own_events_by_kind_and_age_page_by_page() {
    for mut house in House::both().await {
        let (own, other) = (AccountId::draw(&mut house.cx), AccountId::draw(&mut house.cx));
        let aoba = || Some("aoba".parse().unwrap());
        for day in 0..6_u64 {
            house.cx.now = NOW + Duration::from_hours(24 * day);
            let events = vec![
                Event::sign_in_ok(aoba(), own),
                Event::sign_in_refused(aoba(), other),
                Event::data_exported(aoba(), own, "history"),
            ];
            happened(&mut house, events).await;
        }
        let asked = |kinds, count| Asked { since: NOW, before: None, kinds, count };
        let all = [Kind::SignIn, Kind::DataExported];
        let found = audit::of_account(&house.db, own, asked(&all, 100)).await.unwrap();
        assert_eq!(found.len(), 12);
        assert!(found.is_sorted_by(|one, two| (one.at, one.id) >= (two.at, two.id)));
        assert!(found.iter().all(|record| record.account.as_deref() == Some(own.to_string().as_str())));
        let signed_in = audit::of_account(&house.db, own, asked(&[Kind::SignIn], 100)).await.unwrap();
        assert!(signed_in.len() == 6 && signed_in.iter().all(|record| record.event == "sign_in"));
        assert_eq!(audit::of_account(&house.db, own, asked(&[], 100)).await.unwrap(), []);
        let since = NOW + Duration::from_hours(24 * 5);
        let late = Asked { since, ..asked(&all, 100) };
        assert_eq!(audit::of_account(&house.db, own, late).await.unwrap().len(), 2);
        // Two events of one moment are told apart by their ids, so that no page skips or repeats one.
        let (mut pages, mut before) = (Vec::new(), None);
        loop {
            let page = audit::of_account(&house.db, own, Asked { before, ..asked(&all, 5) }).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some((last.at, last.id));
            pages.extend(page);
        }
        assert_eq!(pages, found);
    }
}
