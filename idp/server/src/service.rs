//! The running service: listeners, outbox, audit sealer, keys that are read again, rows that are swept.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sekisho_domain::audit::Event;
use sekisho_site::http::Reach;
use sekisho_site::mail::SmtpTransport;
use sekisho_site::outbox::{Caller, Senders, Worker};
use sekisho_site::serve::{self, Doors, Listening};
use sekisho_site::sms::{Failover, HttpSmsGateway, SmsGateway};
use sekisho_store::{audit, sweep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::flows::account_page::closing;
use crate::keys::Maker;
use crate::mail::Writers;
use crate::sealer::Sealer;
use crate::state::State;
use crate::web::routes;

/// How often signing keys are read again: a key that another node made signs here after this at the latest.
const KEYS: Duration = Duration::from_mins(1);
/// How often what has expired is deleted.
const SWEEP: Duration = Duration::from_mins(10);

/// A service that answers.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    tasks: TaskTracker,
}

impl Running {
    /// Waits for an orderly end: requests answered, messages on their way handed over.
    pub async fn ended(self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Starts a service over what [`startup::prepare`](crate::startup::prepare) made ready; it ends with `shutdown`.
///
/// # Errors
/// When an address cannot be bound, or the store does not answer.
pub async fn start(state: Arc<State>, shutdown: CancellationToken) -> anyhow::Result<Running> {
    let public =
        Listening::bind(state.config.server.listen).await?.under(state.config.server.tls.as_ref())?;
    let operators = match state.config.server.operators {
        Some(address) => Some(Listening::bind(address).await?),
        None => None,
    };
    let address = public.address()?;
    note_start(&state).await?;
    let tasks = TaskTracker::new();
    tasks.spawn(outbox(&state)?.run(shutdown.clone()));
    tasks.spawn(keep_keys(Arc::clone(&state), shutdown.clone()));
    tasks.spawn(Sealer::of(&state).run(shutdown.clone()));
    tasks.spawn(keep_house(Arc::clone(&state), shutdown.clone()));
    let doors = Doors { public, router: routes::router(&state), operators, db: state.db.clone() };
    tasks.spawn(serve::run(doors, shutdown));
    tracing::info!(issuer = %state.issuer, %address, "serving");
    Ok(Running { address, tasks })
}

async fn note_start(state: &State) -> anyhow::Result<()> {
    let mut tx = state.db.begin().await?;
    audit::append(&mut tx, &state.audit_key, Event::started(env!("CARGO_PKG_VERSION")), &mut state.cx())
        .await?;
    Ok(tx.commit().await?)
}

fn outbox(state: &Arc<State>) -> anyhow::Result<Worker> {
    let config = &state.config;
    let reach = if config.server.loopback { Reach::Loopback } else { Reach::Public };
    let senders = Senders {
        mail: Arc::new(SmtpTransport::new(&config.mail, &config.outbound)?),
        sms: Arc::new(gateways(state)?),
        call: Arc::new(Caller::new(config.outbound.client(reach)?)),
    };
    let render = Arc::new(Writers::new(Arc::clone(state)));
    let clock = Arc::clone(&state.door.clock);
    Ok(Worker::new(state.db.clone(), Arc::clone(&state.ring), clock, render, senders))
}

/// The gateways of SMS: the second takes what the first does not.
///
/// # Errors
/// When no message can be sent this way.
pub fn gateways(state: &State) -> anyhow::Result<Failover> {
    let (config, outbound) = (&state.config.sms, &state.config.outbound);
    let first = Arc::new(HttpSmsGateway::new(&config.first(), outbound)?);
    let second = match &config.fallback {
        Some(other) => Some(Arc::new(HttpSmsGateway::new(other, outbound)?) as Arc<dyn SmsGateway>),
        None => None,
    };
    Ok(Failover::new(first, second, Arc::clone(&state.door.clock)))
}

async fn keep_keys(state: Arc<State>, shutdown: CancellationToken) {
    while !pause(&shutdown, KEYS).await {
        let now = state.door.clock.now();
        if let Err(error) = state.keys.reload(&state.db, &state.ring, now).await {
            tracing::error!(%error, "the signing keys could not be read again; those at hand are used on");
            continue;
        }
        let maker = Maker { db: &state.db, ring: &state.ring, audit: &state.audit_key };
        if let Err(error) = state.keys.renew(maker, state.config.keys.age(), &mut state.cx()).await {
            tracing::error!(%error, "the next signing keys could not be made; those at hand are used on");
        }
    }
}

async fn keep_house(state: Arc<State>, shutdown: CancellationToken) {
    while !pause(&shutdown, SWEEP).await {
        if let Err(error) = closing::end_due(&state, &mut state.cx()).await {
            tracing::error!(%error, "accounts whose time has come could not be ended");
        }
        if let Err(error) = sweep::expired(&state.db, state.door.clock.now()).await {
            tracing::error!(%error, "what has expired could not be deleted");
        }
    }
}

/// Waits; says whether it is time to end.
async fn pause(shutdown: &CancellationToken, time: Duration) -> bool {
    tokio::select! {
        () = shutdown.cancelled() => true,
        () = tokio::time::sleep(time) => false,
    }
}
