//! The one pool in which passwords are hashed.
//!
//! Argon2id costs 19 MiB and some 15 ms of a core. More threads than cores make nothing faster and only hold more
//! memory, so there is one worker per core, each with a buffer it takes at its first hash and keeps. A short queue smooths bursts; what does not fit
//! is refused at once with [`Busy`], which doors answer with 503 and Retry-After, so that a flood of sign-ins can
//! neither grow the memory nor pile up work nobody waits for any more.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_domain::factor::password;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Memory of one hash in KiB: OWASP's first recommendation for Argon2id.
const MEMORY: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Hashes a core does in a second, rounded down: how long a full queue takes.
const PER_SECOND: usize = 50;

/// All workers are busy and the queue is full: ask again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("every hashing worker is busy; ask again in {} s", .retry_after.as_secs())]
pub struct Busy {
    /// When a place is likely to be free, in whole seconds.
    pub retry_after: Duration,
}

/// A handle to the pool. Clones share the workers, which end when the last handle is dropped.
#[derive(Clone)]
pub struct Hashing {
    queue: mpsc::Sender<Job>,
    places: Arc<Semaphore>,
    tally: Arc<Tally>,
    retry_after: Duration,
}

/// What was done so far.
#[derive(Default)]
struct Tally {
    hashed: AtomicU64,
    running: AtomicU64,
    most: AtomicU64,
}

struct Job {
    password: SecretString,
    task: Task,
    _place: OwnedSemaphorePermit,
}

enum Task {
    Hash { salt: [u8; 16], reply: oneshot::Sender<Option<String>> },
    Verify { phc: String, reply: oneshot::Sender<bool> },
    Nobody { reply: oneshot::Sender<()> },
}

impl Hashing {
    /// Starts `workers` threads, which should be one per core, before which `queue` more requests may wait.
    ///
    /// # Errors
    /// When the operating system refuses a thread.
    pub fn start(workers: usize, queue: usize) -> std::io::Result<Self> {
        let workers = workers.max(1);
        let (sender, jobs) = mpsc::channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let tally = Arc::new(Tally::default());
        for number in 0..workers {
            let mut worker = Worker::new(Arc::clone(&tally))?;
            let jobs = Arc::clone(&jobs);
            std::thread::Builder::new().name(format!("hashing-{number}")).spawn(move || {
                while let Some(job) = next(&jobs) {
                    worker.perform(job);
                }
            })?;
        }
        Ok(Self {
            queue: sender,
            places: Arc::new(Semaphore::new(workers + queue)),
            tally,
            retry_after: Duration::from_secs(1 + u64::try_from(queue / (workers * PER_SECOND)).unwrap_or(0)),
        })
    }

    /// The PHC string of `password` under `salt`, which the caller draws from its `Cx`.
    ///
    /// # Errors
    /// [`Busy`] when the queue is full.
    pub async fn hash(&self, password: SecretString, salt: [u8; 16]) -> Result<String, Busy> {
        let (reply, answer) = oneshot::channel();
        self.put(password, Task::Hash { salt, reply })?;
        answer.await.ok().flatten().ok_or(self.busy())
    }

    /// Whether `password` is the one `phc` was made of. A text that is no PHC string of ours costs a hash as well and
    /// matches nothing.
    ///
    /// # Errors
    /// [`Busy`] when the queue is full.
    pub async fn verify(&self, password: SecretString, phc: String) -> Result<bool, Busy> {
        let (reply, answer) = oneshot::channel();
        self.put(password, Task::Verify { phc, reply })?;
        answer.await.map_err(|_| self.busy())
    }

    /// Spends what [`Hashing::verify`] spends, for a name that nobody has: the time of the answer tells nothing.
    ///
    /// # Errors
    /// [`Busy`] when the queue is full, exactly as for a known name.
    pub async fn verify_nobody(&self, password: SecretString) -> Result<(), Busy> {
        let (reply, answer) = oneshot::channel();
        self.put(password, Task::Nobody { reply })?;
        answer.await.map_err(|_| self.busy())
    }

    /// How many hashes were computed since the start. Tests compare it between known and unknown names.
    pub fn hashed(&self) -> u64 {
        self.tally.hashed.load(Ordering::Relaxed)
    }

    /// The most hashes that were ever computed at the same moment: never more than there are workers.
    pub fn most_at_once(&self) -> u64 {
        self.tally.most.load(Ordering::Relaxed)
    }

    fn put(&self, password: SecretString, task: Task) -> Result<(), Busy> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| self.busy())?;
        self.queue.send(Job { password, task, _place: place }).map_err(|_| self.busy())
    }

    const fn busy(&self) -> Busy {
        Busy { retry_after: self.retry_after }
    }
}

/// The next job; none once every handle is gone.
fn next(jobs: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    jobs.lock().ok()?.recv().ok()
}

struct Worker {
    memory: Vec<Block>,
    params: Params,
    tally: Arc<Tally>,
}

impl Worker {
    fn new(tally: Arc<Tally>) -> std::io::Result<Self> {
        let params = Params::new(MEMORY, PASSES, 1, Some(Params::DEFAULT_OUTPUT_LEN))
            .map_err(std::io::Error::other)?;
        Ok(Self { memory: Vec::new(), params, tally })
    }

    /// The buffer, taken when it is needed first: a service at rest holds none.
    fn memory(&mut self) -> Option<&mut [Block]> {
        let blocks = self.params.block_count();
        if self.memory.len() < blocks {
            self.memory.try_reserve_exact(blocks).ok()?;
            self.memory.resize(blocks, Block::new());
        }
        Some(self.memory.as_mut_slice())
    }

    /// Does a job, unless whoever asked has gone meanwhile.
    fn perform(&mut self, job: Job) {
        match job.task {
            Task::Hash { salt, reply } if !reply.is_closed() => {
                let _ = reply.send(self.hash(&job.password, salt));
            }
            Task::Verify { phc, reply } if !reply.is_closed() => {
                let _ = reply.send(self.verify(&job.password, &phc));
            }
            Task::Nobody { reply } if !reply.is_closed() => {
                let _ = self.digest(&job.password, &[0; 16], self.params.clone());
                let _ = reply.send(());
            }
            Task::Hash { .. } | Task::Verify { .. } | Task::Nobody { .. } => {}
        }
    }

    fn hash(&mut self, password: &SecretString, salt: [u8; 16]) -> Option<String> {
        let digest = self.digest(password, &salt, self.params.clone())?;
        let phc = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.params).ok()?,
            salt: Some(Salt::new(&salt).ok()?),
            hash: Some(Output::new(&digest).ok()?),
        };
        Some(phc.to_string())
    }

    fn verify(&mut self, password: &SecretString, phc: &str) -> bool {
        let Some((params, salt, expected)) = read(phc, &self.params) else {
            let _ = self.digest(password, &[0; 16], self.params.clone());
            return false;
        };
        let digest = self.digest(password, &salt, params);
        digest.is_some_and(|digest| verify_slices_are_equal(&digest, expected.as_bytes()).is_ok())
    }

    fn digest(&mut self, password: &SecretString, salt: &[u8], params: Params) -> Option<[u8; 32]> {
        let tally = Arc::clone(&self.tally);
        let memory = self.memory()?;
        let running = tally.running.fetch_add(1, Ordering::Relaxed) + 1;
        tally.most.fetch_max(running, Ordering::Relaxed);
        let mut digest = [0; 32];
        // Two forms of one text are one password (PW-08).
        let password = password::normal(password);
        let done = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into_with_memory(
            password.expose_secret().as_bytes(),
            salt,
            &mut digest,
            memory,
        );
        tally.running.fetch_sub(1, Ordering::Relaxed);
        tally.hashed.fetch_add(1, Ordering::Relaxed);
        done.ok().map(|()| digest)
    }
}

/// Whether a stored hash cost less than one does today: then the next right password is hashed anew (PW-11).
pub fn is_outdated(phc: &str) -> bool {
    let stored = PasswordHash::new(phc).ok().and_then(|stored| Params::try_from(&stored).ok());
    stored.is_some_and(|params| params.m_cost() < MEMORY || params.t_cost() < PASSES)
}

/// What a stored PHC string asks for. Costs beyond ours are not ours: nobody may order memory through a row.
fn read(phc: &str, ours: &Params) -> Option<(Params, Salt, Output)> {
    let stored = PasswordHash::new(phc).ok()?;
    let params = Params::try_from(&stored).ok()?;
    let affordable = params.m_cost() <= ours.m_cost() && params.t_cost() <= 2 * ours.t_cost();
    let ours = stored.algorithm == ARGON2ID_IDENT && stored.version == Some(Version::V0x13.into());
    (affordable && ours).then_some(())?;
    Some((params, stored.salt?, stored.hash?))
}

#[cfg(test)]
mod tests;
