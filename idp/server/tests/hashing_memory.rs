//! The memory of the hashing pool, measured in a process of its own.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use sekisho_idp::hashing::Hashing;

const WORKERS: usize = 2;
const ONE_HASH_KIB: usize = 19 * 1024;

/// The most memory this process ever held, in KiB (`VmHWM`).
fn peak_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn sixty_hashes_asked_for_at_once_hold_the_memory_of_two() {
    let pool = Hashing::start(WORKERS, 64).unwrap();
    let before = peak_kib();
    let callers: Vec<_> = (0..60)
        .map(|number| {
            let pool = pool.clone();
            tokio::spawn(async move { pool.hash("a password".into(), [number; 16]).await })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    let grown = peak_kib() - before;
    assert!(grown < (WORKERS + 1) * ONE_HASH_KIB, "grew by {grown} KiB");
    assert_eq!(pool.hashed(), 60);
}
