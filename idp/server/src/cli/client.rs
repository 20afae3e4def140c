//! `sekisho client …`: relying parties.

pub mod try_client;

use clap::Subcommand;
use secrecy::ExposeSecret as _;
use sekisho_domain::ids::ClientId;
use sekisho_domain::oidc::client::SecretDigest;

use crate::flows::clients::{self, Plan};
use crate::state::State;

/// What can be done with relying parties. `clients.toml` is the truth; the service follows it.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Say what applying the file would change.
    Plan,
    /// Make the service follow the file.
    Apply,
    /// Make a new secret, and say what to write into the file for it.
    RotateSecret {
        /// The client.
        id: ClientId,
    },
    /// Sign in as a client would, from this terminal, and explain everything that is sent and comes back.
    Try(try_client::Try),
}

/// Carries out a verb.
///
/// # Errors
/// When the file breaks a rule, or rows cannot be read or written.
pub async fn run(state: &State, verb: Verb) -> anyhow::Result<()> {
    let file = &state.config.files.clients;
    match verb {
        Verb::Plan => tell(&clients::plan(state, &clients::read(file)?).await?, "would be"),
        Verb::Apply => tell(&clients::apply(state, clients::read(file)?, &mut state.cx()).await?, "was"),
        Verb::RotateSecret { id } => rotate(state, &id),
        Verb::Try(wanted) => return try_client::run(state, wanted).await,
    }
    Ok(())
}

fn tell(plan: &Plan, verb: &str) {
    if plan.is_empty() {
        println!("The service follows the file already.");
    }
    for client in &plan.added {
        println!("{} {verb} added", client.id);
    }
    for client in &plan.changed {
        println!("{} {verb} changed", client.id);
    }
    for id in &plan.ended {
        println!("{id} {verb} ended, with all its grants");
    }
}

/// The secret is shown once and kept nowhere. While both digests stand in the file, both secrets work.
fn rotate(state: &State, id: &ClientId) {
    let secret = state.cx().secret();
    println!("A new secret for {id}, shown only now:\n\n    {}\n", secret.expose_secret());
    println!(
        "In clients.toml, put its digest beside the old one until the client uses it, then leave it alone there:\n"
    );
    println!("    secret_sha256 = [\"<the digest that stands there>\", \"{}\"]", SecretDigest::of(&secret));
    println!("    secret_sha256 = \"{}\"", SecretDigest::of(&secret));
}
