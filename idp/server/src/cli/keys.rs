//! `sekisho keys …`: signing keys.

use clap::Subcommand;
use sekisho_base::Timestamp;
use sekisho_domain::jose::Alg;
use sekisho_store::keys::StoredKey;

use crate::keys::{Maker, Pace};
use crate::state::State;

/// What can be done with signing keys.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Say which keys are served, and when each signs.
    List,
    /// Make the next key of an algorithm. It signs an hour from now, when everybody has read it.
    Rotate {
        /// The algorithm: RS256, PS256, ES256 or `EdDSA`.
        #[arg(value_parser = algorithm)]
        alg: Alg,
        /// The old key got out: the new one signs at once, and nothing the old one signed counts any more.
        #[arg(long)]
        emergency: bool,
    },
}

fn algorithm(name: &str) -> Result<Alg, String> {
    name.parse().map_err(|()| "RS256, PS256, ES256 or EdDSA".to_owned())
}

/// Carries out a verb.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn run(state: &State, verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::List => list(state),
        Verb::Rotate { alg, emergency } => {
            let maker = Maker { db: &state.db, ring: &state.ring, audit: &state.audit_key };
            let pace = if emergency { Pace::Emergency } else { Pace::Ordinary };
            state.keys.rotate(maker, alg, pace, &mut state.cx()).await?;
            list(state);
        }
    }
    Ok(())
}

fn list(state: &State) {
    let now = state.cx().now;
    for key in state.keys.rows() {
        println!("{:<6} {}  {}", key.public.alg.as_str(), key.public.kid, standing(&key, now));
    }
}

fn standing(key: &StoredKey, now: Timestamp) -> String {
    match (key.signs_until, key.served_until) {
        _ if now < key.signs_from => format!("published, signs from {}", key.signs_from),
        (Some(until), Some(gone)) if until <= now => format!("signed until {until}, served until {gone}"),
        (Some(until), _) => format!("signs until {until}"),
        (None, _) => format!("signs since {}", key.signs_from),
    }
}
