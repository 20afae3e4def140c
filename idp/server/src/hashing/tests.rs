use argon2::PasswordHasher as _;

use super::*;

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

#[tokio::test]
async fn a_password_verifies_against_its_own_hash_only() {
    let pool = Hashing::start(1, 4).unwrap();
    let phc = pool.hash(secret("しょうこの長い文"), [7; 16]).await.unwrap();
    assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
    assert!(pool.verify(secret("しょうこの長い文"), phc.clone()).await.unwrap());
    assert!(!pool.verify(secret("しょうこの長い分"), phc.clone()).await.unwrap());
    assert_ne!(pool.hash(secret("しょうこの長い文"), [8; 16]).await.unwrap(), phc);
}

#[tokio::test]
async fn a_hash_of_another_implementation_with_the_same_costs_verifies() {
    let params = Params::new(MEMORY, PASSES, 1, None).unwrap();
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let phc = argon.hash_password_with_salt(b"known password", &[9; 16]).unwrap().to_string();
    let pool = Hashing::start(1, 1).unwrap();
    assert!(pool.verify(secret("known password"), phc).await.unwrap());
}

#[tokio::test]
async fn what_is_no_hash_of_ours_matches_nothing_and_costs_the_same() {
    let pool = Hashing::start(1, 4).unwrap();
    let strange = [
        "",
        "password",
        "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=19456,t=900,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ];
    for (number, phc) in strange.into_iter().enumerate() {
        assert!(!pool.verify(secret("password"), phc.to_owned()).await.unwrap(), "{phc}");
        assert_eq!(pool.hashed(), number as u64 + 1, "{phc}");
    }
}

#[tokio::test]
async fn an_unknown_name_spends_exactly_one_hash_like_a_known_one() {
    let pool = Hashing::start(1, 1).unwrap();
    let phc = pool.hash(secret("right"), [1; 16]).await.unwrap();
    let before = pool.hashed();
    pool.verify(secret("wrong"), phc).await.unwrap();
    assert_eq!(pool.hashed() - before, 1);
    pool.verify_nobody(secret("wrong")).await.unwrap();
    assert_eq!(pool.hashed() - before, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_workers_and_queue_callers_are_refused_at_once_and_the_rest_are_served() {
    let pool = Hashing::start(2, 3).unwrap();
    let callers: Vec<_> = (0..20)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move { pool.verify_nobody(secret("x")).await })
        })
        .collect();
    let (mut served, mut refused) = (0, 0);
    for caller in callers {
        match caller.await.unwrap() {
            Ok(()) => served += 1,
            Err(busy) => {
                assert_eq!(busy.retry_after, Duration::from_secs(1));
                refused += 1;
            }
        }
    }
    assert!(served >= 5, "{served} were served");
    assert_eq!(served + refused, 20);
    assert!(refused > 0, "twenty at once do not fit into five places");
    assert!(pool.most_at_once() <= 2, "{} ran at once", pool.most_at_once());
    pool.verify_nobody(secret("after the burst")).await.unwrap();
}

#[tokio::test]
async fn work_nobody_waits_for_any_more_is_left_out() {
    let pool = Hashing::start(1, 8).unwrap();
    let left: Vec<_> = (0..6).map(|_| pool.verify_nobody(secret("x"))).collect();
    for waiting in left {
        // Each is polled once, which queues it, and then dropped.
        tokio::select! { biased; _ = waiting => {}, () = std::future::ready(()) => {} }
    }
    pool.verify_nobody(secret("still here")).await.unwrap();
    assert!(pool.hashed() <= 2, "{} hashes for one waiting caller", pool.hashed());
}

#[tokio::test]
async fn pw_07_every_sign_of_a_long_password_counts() {
    let pool = Hashing::start(1, 4).unwrap();
    for length in [64, 72, 73, 128] {
        let long: String = "長い文の一つ".chars().cycle().take(length - 1).collect();
        let phc = pool.hash(secret(&format!("{long}a")), [3; 16]).await.unwrap();
        assert!(pool.verify(secret(&format!("{long}a")), phc.clone()).await.unwrap(), "{length}");
        assert!(!pool.verify(secret(&format!("{long}b")), phc.clone()).await.unwrap(), "{length}");
        assert!(!pool.verify(secret(&long), phc).await.unwrap(), "{length}");
    }
}

#[tokio::test]
async fn pw_08_forms_of_one_text_are_one_password_and_nothing_is_cut_off() {
    let pool = Hashing::start(1, 4).unwrap();
    let phc = pool.hash(secret("パスポート 🗝\0 niwa "), [4; 16]).await.unwrap();
    assert!(pool.verify(secret("ハ\u{309A}スホ\u{309A}ート 🗝\0 niwa "), phc.clone()).await.unwrap());
    for other in [
        "パスポート 🗝",
        "パスポート 🗝\0",
        "パスポート 🗝\0 niwa",
        "パスポート 🗝\0 niwo ",
        "パスポート 🗝 niwa ",
    ] {
        assert!(!pool.verify(secret(other), phc.clone()).await.unwrap(), "{other:?}");
    }
}

#[tokio::test]
async fn pw_11_hashes_cost_what_they_must_older_ones_still_verify_and_absurd_ones_allocate_nothing() {
    const { assert!(MEMORY >= 19_456 && PASSES >= 2) };
    let pool = Hashing::start(1, 4).unwrap();
    let older = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8 * 1024, 1, 1, None).unwrap());
    let phc = older.hash_password_with_salt(b"from years ago", &[9; 16]).unwrap().to_string();
    assert!(pool.verify(secret("from years ago"), phc.clone()).await.unwrap());
    assert!(!pool.verify(secret("from days ago"), phc.clone()).await.unwrap());
    assert!(is_outdated(&phc));
    assert!(!is_outdated(&pool.hash(secret("from today"), [9; 16]).await.unwrap()));
    assert!(!is_outdated("no hash at all"));
    let absurd =
        "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert!(!pool.verify(secret("password"), absurd.to_owned()).await.unwrap());
}
