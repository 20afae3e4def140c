//! Grants: spent codes, and what they depend on.

use sekisho_base::{Cx, Digest, Kind, Language, Timestamp};
use sekisho_domain::ids::{AccountId, GrantId, MembershipId, SessionId};
use sekisho_domain::oidc::authorize::{Authentication, ClaimsRequest};
use sekisho_domain::oidc::grant::Grant;
use sekisho_domain::oidc::scope::ScopeSet;
use sekisho_domain::session::{Acr, MembershipRef};
use sekisho_site::db::{Db, Statement, sql};
use sekisho_store::grants::{self, Party, Spent};
use sekisho_store::{Error, clients};

use super::clients::{now, put, registration};
use crate::both;

/// A grant whose account, membership, session and client exist.
pub(crate) async fn scene(db: &Db, seed: u64, scopes: &str) -> Grant {
    let mut cx = Cx::seeded(now(), seed);
    let grant = Grant {
        id: GrantId::draw(&mut cx),
        client: "rp".parse().unwrap(),
        account: AccountId::draw(&mut cx),
        membership: MembershipRef {
            insurer: "aoba".parse().unwrap(),
            id: MembershipId::draw(&mut cx),
            person: format!("P{seed}").parse().unwrap(),
        },
        session: SessionId::draw(&mut cx),
        authentication: Authentication {
            auth_time: now(),
            acr: Acr::TwoFactor,
            amr: vec!["pwd".to_owned(), "sms".to_owned()],
        },
        scopes: ScopeSet::understood(scopes),
        claims: ClaimsRequest::default(),
        resources: vec!["https://id.example.jp".to_owned()],
        created_at: now(),
    };
    put(db, &registration("rp")).await;
    let account =
        sql("insert into accounts (id, language, created_at) values ($1, 'en', 1)").text(grant.account);
    db.execute(account).await.unwrap();
    for (kind, value) in [("email", "shoko@example.jp"), ("phone", "+819000001111")] {
        let contact =
            sql("insert into contacts (account, kind, value, folded, proven_at) values ($1, $2, $3, $3, 1)");
        db.execute(contact.text(grant.account).bind(kind).bind(value)).await.unwrap();
    }
    let membership = sql("insert into memberships (insurer, id, account, person_key, bound_at) \
         values ('aoba', $1, $2, $3, 1)");
    db.execute(membership.text(grant.membership.id).text(grant.account).text(&grant.membership.person))
        .await
        .unwrap();
    let session =
        sql("insert into sessions (id, cookie, account, events, language, user_agent, created_at, \
         last_seen_at, idle_micros, ends_at) values ($1, $2, $3, '[]', 'ja', '', 1, 1, 1, $4)");
    let cookie = Digest::of_content(grant.session.to_string().as_bytes());
    let ends_at = now() + std::time::Duration::from_hours(24);
    db.execute(session.text(grant.session).bind(cookie).text(grant.account).bind(ends_at)).await.unwrap();
    grant
}

pub(crate) fn code(text: &str) -> Digest {
    Digest::of(Kind("code"), 0, &text.into())
}

pub(crate) async fn spend(db: &Db, grant: &Grant, digest: Digest) -> Spent {
    let mut tx = db.begin().await.unwrap();
    let spent = grants::insert(&mut tx, grant, digest, Some(&[7; 16])).await.unwrap();
    tx.commit().await.unwrap();
    spent
}

fn party(grant: &Grant) -> Party {
    Party { client: grant.client.clone(), account: grant.account, session: grant.session }
}

async fn lives(db: &Db, grant: &Grant, at: Timestamp) -> bool {
    grants::standing(db, grant.id, at).await.unwrap().is_some()
}

fn again(grant: &Grant, seed: u64) -> Grant {
    Grant { id: GrantId::draw(&mut Cx::seeded(now(), seed)), ..grant.clone() }
}

#[tokio::test]
async fn a_grant_stands_as_it_was_frozen_with_what_its_tokens_need() {
    for trial in both().await {
        let grant = scene(&trial.db, 1, "openid insurance").await;
        assert_eq!(spend(&trial.db, &grant, code("a")).await, Spent::Granted);
        let standing = grants::standing(&trial.db, grant.id, now()).await.unwrap().unwrap();
        assert_eq!(standing.grant, grant);
        assert_eq!(standing.client, registration("rp").parse(false).unwrap());
        assert_eq!(standing.language, Language::En);
        assert_eq!(standing.email.as_deref(), Some("shoko@example.jp"));
        assert_eq!(standing.phone.as_deref(), Some("+819000001111"));
        let mut tx = trial.db.begin().await.unwrap();
        assert!(grants::standing_in(&mut tx, grant.id, now()).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn az_01_a_code_that_comes_again_ends_the_grant_it_made() {
    for trial in both().await {
        let grant = scene(&trial.db, 1, "openid").await;
        let other = again(&grant, 7);
        spend(&trial.db, &grant, code("a")).await;
        spend(&trial.db, &other, code("b")).await;
        assert_eq!(spend(&trial.db, &again(&grant, 8), code("a")).await, Spent::Replayed(grant.id));
        assert!(!lives(&trial.db, &grant, now()).await);
        assert!(lives(&trial.db, &other, now()).await);
        assert_eq!(spend(&trial.db, &again(&grant, 9), code("a")).await, Spent::Replayed(grant.id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn az_02_of_twenty_redemptions_at_once_exactly_one_makes_a_grant() {
    for trial in both().await {
        let grant = scene(&trial.db, 1, "openid").await;
        let racing = (100..120).map(|seed| {
            let (db, grant) = (trial.db.clone(), again(&grant, seed));
            tokio::spawn(async move { spend(&db, &grant, code("raced")).await })
        });
        let mut granted = 0;
        for task in racing.collect::<Vec<_>>() {
            granted += usize::from(task.await.unwrap() == Spent::Granted);
        }
        assert_eq!(granted, 1);
        let rows = trial.db.fetch_all(sql("select id from grants")).await.unwrap();
        assert_eq!(rows.len(), 1);
    }
}

#[tokio::test]
async fn tk_12_a_grant_dies_with_whatever_it_depends_on() {
    let causes: [fn(&Grant) -> Statement; 6] = [
        |grant| sql("update sessions set ended_at = 1 where id = $1").text(grant.session),
        |grant| sql("update sessions set ends_at = 1 where id = $1").text(grant.session),
        |grant| sql("update accounts set suspended_at = 1 where id = $1").text(grant.account),
        |grant| sql("update accounts set closed_at = 1 where id = $1").text(grant.account),
        |grant| sql("update memberships set ended_at = 1 where id = $1").text(grant.membership.id),
        |grant| sql("update clients set ended_at = 1 where id = $1").text(&grant.client),
    ];
    for (place, cause) in causes.iter().enumerate() {
        for trial in both().await {
            let grant = scene(&trial.db, 1, "openid").await;
            spend(&trial.db, &grant, code("a")).await;
            assert!(lives(&trial.db, &grant, now()).await);
            trial.db.execute(cause(&grant)).await.unwrap();
            assert!(!lives(&trial.db, &grant, now()).await, "cause {place}");
        }
    }
}

#[tokio::test]
async fn an_offline_grant_outlives_its_session_and_nothing_else() {
    for trial in both().await {
        let offline = scene(&trial.db, 1, "openid offline_access").await;
        let bound = Grant { scopes: ScopeSet::understood("openid"), ..again(&offline, 5) };
        spend(&trial.db, &offline, code("a")).await;
        spend(&trial.db, &bound, code("b")).await;
        let mut tx = trial.db.begin().await.unwrap();
        let told = grants::end_of_session(&mut tx, offline.session, "logout", now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(told, [party(&bound)], "each client once");
        assert!(lives(&trial.db, &offline, now()).await && !lives(&trial.db, &bound, now()).await);
        trial.db.execute(sql("update sessions set ended_at = 1")).await.unwrap();
        assert!(lives(&trial.db, &offline, now()).await);
        let mut tx = trial.db.begin().await.unwrap();
        let spared = Some(offline.session);
        let ended = grants::end_of_account(&mut tx, offline.account, spared, ("reset", now())).await.unwrap();
        assert_eq!(ended, []);
        let ended = grants::end_of_account(&mut tx, offline.account, None, ("reset", now())).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ended, [party(&offline)]);
        assert!(!lives(&trial.db, &offline, now()).await);
    }
}

#[tokio::test]
async fn a_client_that_comes_back_does_not_bring_its_grants() {
    for trial in both().await {
        let grant = scene(&trial.db, 1, "openid offline_access").await;
        spend(&trial.db, &grant, code("a")).await;
        let mut tx = trial.db.begin().await.unwrap();
        clients::end(&mut tx, &grant.client, now()).await.unwrap();
        tx.commit().await.unwrap();
        put(&trial.db, &registration("rp")).await;
        assert!(!lives(&trial.db, &grant, now()).await);
    }
}

#[tokio::test]
async fn a_damaged_grant_is_named_by_table_id_and_column() {
    for trial in both().await {
        let grant = scene(&trial.db, 1, "openid").await;
        spend(&trial.db, &grant, code("a")).await;
        trial.db.execute(sql("update grants set amr = 'x'")).await.unwrap();
        let Err(Error::Damaged { table, id, column }) = grants::standing(&trial.db, grant.id, now()).await
        else {
            panic!("damage was not found")
        };
        assert_eq!((table, id, column.as_str()), ("grants", grant.id.to_string(), "amr"));
    }
}

#[tokio::test]
async fn a_person_sees_what_lives_of_the_own_grants_and_takes_back_all_of_a_client() {
    for trial in both().await {
        let offline = scene(&trial.db, 1, "openid offline_access").await;
        let bound = Grant { scopes: ScopeSet::understood("openid insurance"), ..again(&offline, 5) };
        put(&trial.db, &registration("desk")).await;
        let elsewhere = Grant { client: "desk".parse().unwrap(), ..again(&bound, 6) };
        let stranger = scene(&trial.db, 9, "openid").await;
        for (grant, digest) in [(&offline, "a"), (&bound, "b"), (&elsewhere, "c"), (&stranger, "d")] {
            spend(&trial.db, grant, code(digest)).await;
        }
        let ids = async |at| -> Vec<GrantId> {
            let given = grants::of_account(&trial.db, offline.account, at).await.unwrap();
            given.iter().map(|given| given.id).collect()
        };
        assert_eq!(ids(now()).await.len(), 3);
        let given = grants::of_account(&trial.db, offline.account, now()).await.unwrap();
        let found = given.iter().find(|given| given.id == bound.id).unwrap();
        assert_eq!(
            (&found.client, found.session, &found.scopes),
            (&bound.client, bound.session, &bound.scopes)
        );
        assert!(!found.is_offline && given.iter().any(|given| given.is_offline));
        let after = now() + std::time::Duration::from_hours(25);
        assert_eq!(ids(after).await, [offline.id], "the session is over");
        let mut tx = trial.db.begin().await.unwrap();
        let (account, client) = (offline.account, &offline.client);
        let ended =
            grants::end_of_client_for_account(&mut tx, account, client, ("withdrawn", now())).await.unwrap();
        assert_eq!(ended, [party(&offline), party(&bound)]);
        let again = grants::end_of_client_for_account(&mut tx, account, client, ("withdrawn", now())).await;
        assert_eq!(again.unwrap(), []);
        tx.commit().await.unwrap();
        assert_eq!(ids(now()).await, [elsewhere.id]);
        assert!(lives(&trial.db, &stranger, now()).await && !lives(&trial.db, &bound, now()).await);
    }
}

#[tokio::test]
async fn rt_08_one_grant_ends_alone_and_once() {
    for trial in both().await {
        let grant = scene(&trial.db, 1, "openid").await;
        let other = again(&grant, 7);
        spend(&trial.db, &grant, code("a")).await;
        spend(&trial.db, &other, code("b")).await;
        let mut tx = trial.db.begin().await.unwrap();
        assert!(grants::end(&mut tx, grant.id, "revoked", now()).await.unwrap());
        assert!(!grants::end(&mut tx, grant.id, "revoked", now()).await.unwrap());
        tx.commit().await.unwrap();
        assert!(!lives(&trial.db, &grant, now()).await);
        assert!(lives(&trial.db, &other, now()).await);
    }
}
