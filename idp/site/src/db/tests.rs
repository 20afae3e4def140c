use sekisho_base::{Digest, Timestamp};

use super::trial::Trial;
use super::*;

async fn with_table() -> [Trial; 2] {
    let trials = Trial::both().await.unwrap();
    for trial in &trials {
        trial
            .db
            .execute(sql("create table things (id text primary key, n bigint, ok boolean, raw bytea)"))
            .await
            .unwrap();
    }
    trials
}

fn insert(id: &str) -> Statement {
    sql("insert into things (id, n, ok, raw) values ($1, $2, $3, $4)").bind(id)
}

#[tokio::test]
async fn every_kind_of_value_comes_back_as_it_was_bound_and_so_does_its_absence() {
    for Trial { db, .. } in &with_table().await {
        let moment = Timestamp::from_micros(1_700_000_000_000_001);
        let digest = Digest::of_content(b"x");
        db.execute(insert("full").bind(moment).bind(true).bind(digest)).await.unwrap();
        db.execute(insert("none").bind(None::<Timestamp>).bind(None::<bool>).bind(None::<Digest>))
            .await
            .unwrap();

        let full = db.fetch_one(sql("select * from things where id = $1").bind("full")).await.unwrap();
        assert_eq!(full.get::<Timestamp>("n").unwrap(), moment);
        assert!(full.get::<bool>("ok").unwrap());
        assert_eq!(full.get::<Digest>("raw").unwrap(), digest);
        assert_eq!(full.get::<Vec<u8>>("raw").unwrap(), digest.as_bytes());

        let none = db.fetch_one(sql("select * from things where id = $1").bind("none")).await.unwrap();
        assert_eq!(none.get::<Option<i64>>("n").unwrap(), None);
        assert_eq!(none.get::<Option<bool>>("ok").unwrap(), None);
        assert_eq!(none.get::<Option<Digest>>("raw").unwrap(), None);
    }
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_damage_that_names_its_column() {
    for Trial { db, .. } in &with_table().await {
        db.execute(insert("a").bind(None::<i64>).bind(None::<bool>).bind(&b"short"[..])).await.unwrap();
        let row = db.fetch_one(sql("select * from things")).await.unwrap();
        let column = |error| match error {
            Error::Damaged { column, .. } => column,
            other => panic!("{other}"),
        };
        assert_eq!(column(row.get::<i64>("n").unwrap_err()), "n");
        assert_eq!(column(row.get::<Digest>("raw").unwrap_err()), "raw");
        assert_eq!(column(row.parse::<i64>("id").unwrap_err()), "id");
    }
}

#[tokio::test]
async fn literals_and_counts_read_as_integers_on_both() {
    for Trial { db, .. } in &with_table().await {
        let row = db.fetch_one(sql("select 1 as one, count(*) as many from things")).await.unwrap();
        assert_eq!((row.get::<i64>("one").unwrap(), row.get::<i64>("many").unwrap()), (1, 0));
    }
}

#[tokio::test]
async fn a_transaction_is_all_or_nothing() {
    for Trial { db, .. } in &with_table().await {
        let plain = |id| insert(id).bind(1_i64).bind(true).bind(None::<Vec<u8>>);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.execute(plain("kept")).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.execute(plain("lost")).await.unwrap();
        drop(tx);
        let rows = db.fetch_all(sql("select id from things")).await.unwrap();
        let ids: Vec<String> = rows.iter().map(|row| row.get("id").unwrap()).collect();
        assert_eq!(ids, ["kept"]);
    }
}

#[tokio::test]
async fn lo_01_a_unique_violation_is_recognised_and_prints_no_value() {
    for Trial { db, .. } in &with_table().await {
        let plain = || insert("hanako@example.jp").bind(1_i64).bind(true).bind(None::<Vec<u8>>);
        db.execute(plain()).await.unwrap();
        let error = db.execute(plain()).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        let Error::Driver(source) = &error else { panic!("{error}") };
        let printed = format!("{error} {error:?} {source} {source:?}");
        assert!(!printed.contains("hanako"), "{printed}");
    }
}

#[tokio::test]
async fn twenty_conditional_updates_at_once_have_exactly_one_winner() {
    for Trial { db, .. } in &with_table().await {
        db.execute(insert("once").bind(None::<i64>).bind(false).bind(None::<Vec<u8>>)).await.unwrap();
        let tries = (0..20_i64).map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                db.fetch_optional(
                    sql("update things set n = $1 where id = $2 and n is null returning id")
                        .bind(n)
                        .bind("once"),
                )
                .await
            })
        });
        let mut winners = 0;
        for done in tries.collect::<Vec<_>>() {
            winners += usize::from(done.await.unwrap().unwrap().is_some());
        }
        assert_eq!(winners, 1);
    }
}

#[tokio::test]
async fn f_22_fifty_writers_on_sqlite_all_get_their_turn() {
    let [Trial { db, .. }, _] = &with_table().await;
    let writers = (0..50_i64).map(|n| {
        let db = db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await?;
            let count = tx.fetch_one(sql("select count(*) as n from things")).await?.get::<i64>("n")?;
            tx.execute(insert(&n.to_string()).bind(count).bind(true).bind(None::<Vec<u8>>)).await?;
            tx.commit().await
        })
    });
    for done in writers.collect::<Vec<_>>() {
        done.await.unwrap().unwrap();
    }
    let row = db.fetch_one(sql("select count(distinct n) as n from things")).await.unwrap();
    assert_eq!(row.get::<i64>("n").unwrap(), 50);
}

#[tokio::test]
async fn a_commit_that_asks_for_it_wakes_and_a_rollback_does_not() {
    for Trial { db, .. } in &with_table().await {
        let wake = db.wake();
        let heard = |wake: Wake| async move {
            tokio::time::timeout(std::time::Duration::from_millis(50), wake.woken()).await.is_ok()
        };
        let mut tx = db.begin().await.unwrap();
        tx.wake_after_commit();
        tx.rollback().await.unwrap();
        assert!(!heard(wake.clone()).await);
        let mut tx = db.begin().await.unwrap();
        tx.wake_after_commit();
        tx.commit().await.unwrap();
        assert!(heard(wake).await);
    }
}

fn steps(upto: i64) -> Migrator {
    use sqlx::migrate::{Migration, MigrationType};
    let texts = ["create table one (id bigint)", "create table two (id bigint)"];
    let migrations = texts.iter().zip(1..=upto).map(|(text, version)| {
        Migration::new(
            version,
            "step".into(),
            MigrationType::Simple,
            sqlx::SqlSafeStr::into_sql_str(*text),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

#[tokio::test]
async fn f_13_nodes_that_migrate_at_once_wait_for_each_other_and_again_is_harmless() {
    for trial in Trial::both().await.unwrap() {
        let nodes = (0..4).map(|_| {
            let db = trial.db.clone();
            tokio::spawn(async move { db.migrate(&steps(2)).await })
        });
        for node in nodes.collect::<Vec<_>>() {
            node.await.unwrap().unwrap();
        }
        trial.db.migrate(&steps(2)).await.unwrap();
        trial.db.execute(sql("insert into two (id) values (1)")).await.unwrap();
        let refused = trial.db.migrate(&steps(1)).await.unwrap_err();
        assert!(matches!(refused, Error::Migration(_)), "an older program must not run on newer tables");
    }
}

#[tokio::test]
async fn the_readers_of_sqlite_refuse_to_write_and_the_log_is_durable() {
    let path = std::env::temp_dir().join(format!("sekisho-test-{}.db", std::process::id()));
    let db = Db::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let Pools::Sqlite { writer, readers, .. } = &db.pools else { panic!("not SQLite") };
    assert!(sqlx::query("create table x (id bigint)").execute(readers).await.is_err());
    let (mode,): (String,) = sqlx::query_as("pragma journal_mode").fetch_one(writer).await.unwrap();
    let (full,): (i64,) = sqlx::query_as("pragma synchronous").fetch_one(writer).await.unwrap();
    let (keys,): (i64,) = sqlx::query_as("pragma foreign_keys").fetch_one(writer).await.unwrap();
    assert_eq!((mode.as_str(), full, keys), ("wal", 2, 1));
    db.close().await;
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn f_22_a_writer_that_waits_too_long_is_told_to_come_back() {
    let path = std::env::temp_dir().join(format!("sekisho-busy-{}.db", std::process::id()));
    let url = format!("sqlite:{}", path.display());
    let (one, other) = (Db::connect(&url).await.unwrap(), Db::connect(&url).await.unwrap());
    let held = one.begin().await.unwrap();
    let refused = other.begin().await.map(drop).unwrap_err();
    assert!(matches!(refused, Error::Busy), "{refused}");
    held.rollback().await.unwrap();
    other.begin().await.unwrap().rollback().await.unwrap();
    one.close().await;
    other.close().await;
    std::fs::remove_file(path).unwrap();
}
