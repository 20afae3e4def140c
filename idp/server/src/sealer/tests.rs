use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::ids::AccountId;
use sekisho_site::clock::MovableClock;
use sekisho_site::db::sql;
use sekisho_site::db::trial::Trial;
use sekisho_site::seal::Ring;

use super::verify::{Finding, Findings, Trail};
use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

struct House {
    db: Db,
    clock: MovableClock,
    cx: Cx,
    _trial: Trial,
}

impl House {
    async fn both() -> [Self; 2] {
        let trials = Trial::both().await.unwrap();
        for trial in &trials {
            trial.db.migrate(&sekisho_store::MIGRATIONS).await.unwrap();
        }
        trials.map(|trial| Self {
            db: trial.db.clone(),
            clock: MovableClock::at(NOW),
            cx: Cx::seeded(NOW, 1),
            _trial: trial,
        })
    }

    fn sealer(&self, holder: &str) -> Sealer {
        Sealer::new(self.db.clone(), Arc::new(self.clock.clone()), key(), holder.to_owned())
    }

    async fn happened(&mut self, insurer: &str, count: usize) {
        let mut tx = self.db.begin().await.unwrap();
        for _ in 0..count {
            let event = Event::registered(insurer.parse().unwrap(), AccountId::draw(&mut self.cx));
            audit::append(&mut tx, &key(), event, &mut self.cx).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn verify(&self, anchors: &[Anchor]) -> Findings {
        let trail = Trail { db: &self.db, key: &key(), anchors };
        trail.verify(NOW + Duration::from_secs(11), &mut |_| ()).await.unwrap()
    }

    async fn run(&self, text: &'static str) {
        self.db.execute(sql(text)).await.unwrap();
    }
}

fn key() -> MacKey {
    MacKey::new("a1", [7; 32])
}

#[tokio::test]
async fn what_happened_is_sealed_by_insurer_and_verifies() {
    for mut house in House::both().await {
        let mut sealer = house.sealer("a");
        assert_eq!(sealer.pass().await.unwrap(), 0);
        house.happened("aoba", 3).await;
        house.happened("kaede", 2).await;
        assert_eq!(sealer.pass().await.unwrap(), 5);
        assert_eq!(sealer.pass().await.unwrap(), 0);
        let findings = house.verify(&[]).await;
        assert_eq!((findings.chains, findings.links, findings.wrong), (2, 5, vec![]));
    }
}

#[tokio::test]
async fn one_node_seals_and_another_takes_over_when_it_is_gone() {
    for mut house in House::both().await {
        let (mut first, mut second) = (house.sealer("a"), house.sealer("b"));
        house.happened("aoba", 1).await;
        assert_eq!(first.pass().await.unwrap(), 1);
        house.happened("aoba", 1).await;
        assert_eq!(second.pass().await.unwrap(), 0);
        house.clock.advance(LEASE);
        assert_eq!(second.pass().await.unwrap(), 1);
        house.happened("aoba", 1).await;
        assert_eq!(first.pass().await.unwrap(), 0, "its lease ran out");
        house.clock.advance(LEASE);
        second.end().await;
        assert_eq!(house.verify(&[]).await.wrong, vec![]);
    }
}

#[tokio::test]
async fn f_24_an_event_that_waits_too_long_or_was_changed_before_its_seal_is_named() {
    for mut house in House::both().await {
        house.happened("aoba", 2).await;
        house
            .run("update audit_events set result = 'refused' where id = (select min(id) from audit_events)")
            .await;
        assert_eq!(house.sealer("a").pass().await.unwrap(), 1);
        house.happened("aoba", 1).await;
        let wrong = house.verify(&[]).await.wrong;
        let mut whole: Vec<_> = wrong
            .iter()
            .map(|finding| match finding {
                Finding::Unsealed { whole, .. } => *whole,
                other => panic!("{other}"),
            })
            .collect();
        whole.sort_unstable();
        assert_eq!(whole, [false, true]);
    }
}

#[tokio::test]
async fn lo_03_the_first_bad_row_is_named() {
    for mut house in House::both().await {
        house.happened("aoba", 5).await;
        house.sealer("a").pass().await.unwrap();
        house
            .run(
                "update audit_events set detail = '{\"source\":\"x\"}'
                where id = (select event_id from audit_seals where seq = 3)",
            )
            .await;
        let wrong = house.verify(&[]).await.wrong;
        assert!(matches!(wrong.as_slice(), [Finding::Link { seq: 3, .. }]), "{wrong:?}");
        assert!(wrong[0].to_string().starts_with("aoba 3 evt_"), "{}", wrong[0]);
    }
}

#[tokio::test]
async fn lo_03_a_cut_tail_is_shown_by_the_anchor() {
    for mut house in House::both().await {
        house.happened("aoba", 5).await;
        house.sealer("a").pass().await.unwrap();
        let anchor = Anchor::of(&audit::heads(&house.db).await.unwrap()[0]);
        assert_eq!(house.verify(std::slice::from_ref(&anchor)).await.wrong, vec![]);
        house.run("create table gone as select event_id from audit_seals where seq > 3").await;
        house.run("delete from audit_seals where seq > 3").await;
        house.run("delete from audit_events where id in (select event_id from gone)").await;
        assert_eq!(house.verify(&[]).await.wrong, vec![], "the chain alone cannot show it");
        assert_eq!(
            house.verify(std::slice::from_ref(&anchor)).await.wrong,
            [Finding::Anchor(anchor.clone())]
        );
    }
}

#[tokio::test]
async fn the_running_task_seals_within_a_second_and_ends_in_order() {
    for mut house in House::both().await {
        let shutdown = CancellationToken::new();
        let running = tokio::spawn(house.sealer("a").run(shutdown.clone()));
        house.happened("aoba", 1).await;
        tokio::time::sleep(Duration::from_millis(900)).await;
        assert_eq!(audit::unsealed(&house.db, 1).await.unwrap(), []);
        house.happened("aoba", 1).await;
        shutdown.cancel();
        running.await.unwrap();
        assert_eq!(audit::unsealed(&house.db, 1).await.unwrap(), []);
        let free = leases::take(&house.db, NAME, "b", NOW, LEASE).await.unwrap();
        assert!(free, "the lease was given back");
    }
}

#[tokio::test]
async fn the_key_is_made_once_and_rests_sealed() {
    for mut house in House::both().await {
        let ring = Ring::generate(&mut house.cx);
        let first = open_key(&house.db, &ring, &mut house.cx).await.unwrap();
        let again = open_key(&house.db, &ring, &mut house.cx).await.unwrap();
        let event = Event::started("1").record(&first, &mut house.cx);
        assert!(event.is_whole(&again));
        let other = Ring::generate(&mut house.cx);
        assert!(open_key(&house.db, &other, &mut house.cx).await.is_err());
    }
}
