//! `sekisho client …`: relying parties.

mod invite;
mod secret;
pub mod try_client;

use clap::Subcommand;
use sekisho_domain::ids::{ClientId, RegistrationInvitationId};
use sekisho_store::clients as rows;

use crate::flows::clients::{self, Plan};
use crate::flows::registration;
use crate::state::State;

/// What can be done with relying parties. `clients.toml` is the truth about those that it names; the service follows it.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Say what applying the file would change.
    Plan,
    /// Make the service follow the file. What the file does not name stays, unless it is named here.
    Apply {
        /// Clients to end, with everything they were given.
        #[arg(long, num_args = 1..)]
        end: Vec<ClientId>,
    },
    /// List the clients that there are, and where each comes from.
    List,
    /// Make a new secret, which works beside the old one until that is ended.
    RotateSecret {
        /// The client.
        id: ClientId,
        /// End the old secret of a client that registered itself; make no other.
        #[arg(long)]
        finish: bool,
    },
    /// Make a token with which somebody may register clients at /register.
    Invite(invite::Invite),
    /// Take an invitation back. What was registered with it stays.
    Uninvite {
        /// The invitation, as `client invite` named it.
        id: RegistrationInvitationId,
    },
    /// Say that you looked at a client that registered itself.
    Approve {
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
        Verb::Plan => tell(&clients::plan(state, &clients::read(file)?, &[]).await?, "would be"),
        Verb::Apply { end } => {
            let registrations = clients::read(file)?;
            let plan = clients::apply_and_end(state, (&registrations, &end), &mut state.cx()).await?;
            tell(&plan, "was");
        }
        Verb::List => list(state).await?,
        Verb::RotateSecret { id, finish: false } => secret::rotate(state, &id).await?,
        Verb::RotateSecret { id, finish: true } => secret::finish(state, &id).await?,
        Verb::Invite(wanted) => invite::run(state, wanted).await?,
        Verb::Uninvite { id } => {
            let was_open = registration::withdraw(state, id, &mut state.cx()).await?;
            let word = if was_open { "invites nobody any more" } else { "is not there, or used up" };
            println!("{id} {word}.");
        }
        Verb::Approve { id } => {
            let is_news = registration::approve(state, &id, &mut state.cx()).await?;
            let news = "is approved as it stands now; when it changes itself, look again";
            let word = if is_news { news } else { "has not registered itself, or is approved already" };
            println!("{id} {word}.");
        }
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
    for change in &plan.changed {
        println!("{} {verb} changed", change.registration.id);
        for difference in &change.differences {
            println!("    {difference}");
        }
    }
    for id in &plan.ended {
        println!("{id} {verb} ended, with all its grants");
    }
    for id in &plan.unlisted {
        println!("{id} is not in the file, and stays; `sekisho client apply --end {id}` ends it");
    }
}

async fn list(state: &State) -> anyhow::Result<()> {
    for row in rows::all(&state.db).await? {
        let registration = row.registration;
        let approval = if registration.approved { "" } else { ", not approved" };
        println!("{}  {}  ({}{approval})", registration.id, registration.name.en, row.origin);
    }
    Ok(())
}
