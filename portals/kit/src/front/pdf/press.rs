//! Where documents are set: typesetting keeps a core busy for a while, so it holds nobody up and only few at once.

use std::fmt::Display;

use tokio::sync::Semaphore;

/// How many documents of this process are set at once; others wait for their turn.
static PRESSES: Semaphore = Semaphore::const_new(2);

/// Has `paper` set, aside from requests. None when it fails, which is logged here.
pub async fn set<E: Display + Send + 'static>(
    paper: impl FnOnce() -> Result<Vec<u8>, E> + Send + 'static,
) -> Option<Vec<u8>> {
    let press = PRESSES.acquire().await.ok()?;
    // The press goes along: a reader who has left does not free it before its work is done.
    let set = move || {
        let file = paper();
        drop(press);
        file
    };
    match tokio::task::spawn_blocking(set).await {
        Ok(Ok(file)) => Some(file),
        Ok(Err(error)) => {
            tracing::error!(%error, "a document could not be set");
            None
        }
        Err(error) => {
            tracing::error!(%error, "the typesetting of a document broke off");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn only_two_documents_are_set_at_once_and_a_failed_one_frees_its_press() {
        static BUSY: AtomicUsize = AtomicUsize::new(0);
        let job = |at: usize| {
            set(move || {
                let busy = BUSY.fetch_add(1, Ordering::SeqCst);
                std::thread::yield_now();
                BUSY.fetch_sub(1, Ordering::SeqCst);
                match (busy < 2, at % 3) {
                    (false, _) => Ok(b"too many".to_vec()),
                    (true, 0) => Err("torn"),
                    (true, _) => Ok(Vec::new()),
                }
            })
        };
        let jobs: Vec<_> = (0..30).map(|at| tokio::spawn(job(at))).collect();
        for (at, job) in jobs.into_iter().enumerate() {
            let file = job.await.unwrap();
            assert_eq!(file, (at % 3 != 0).then(Vec::new), "{at}");
        }
    }
}
