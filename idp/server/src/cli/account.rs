//! `account`: what an office or operator does with one account.

mod describe;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use sekisho_base::{Language, era};

use crate::flows::accounts::{self, Found};
use crate::state::State;
use describe::Describe;

/// What is done with an account.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show an account: names, memberships, factors, where it is reached.
    Show {
        /// Its id, or a name it is signed in with.
        account: String,
    },
    /// Forget the failures and rests of its factors.
    Unlock(Change),
    /// Let nobody sign in with it, and end what is signed in.
    Suspend(Change),
    /// Let a suspended account be used again.
    Resume(Change),
    /// Show or change what relying parties are told of its owner that no record says.
    Describe(Describe),
    /// Make it un-enrolled: the person registers anew. What happened under it stays.
    Reset(Change),
}

/// A change, and why.
#[derive(Debug, Args)]
pub struct Change {
    /// Its id, or a name it is signed in with.
    account: String,
    /// Why, in a few words for the audit trail. Without the person's data.
    #[arg(long)]
    reason: String,
}

/// Carries a verb out.
///
/// # Errors
/// In words for whoever typed it.
pub async fn run(state: &State, verb: Verb) -> anyhow::Result<()> {
    let mut cx = state.cx();
    let find = async |named: &str| {
        let found = accounts::find(state, named, &state.cx()).await?;
        found.with_context(|| format!("there is no account {named}"))
    };
    match verb {
        Verb::Show { account } => println!("{}", told(&find(&account).await?)),
        Verb::Describe(wanted) => describe::run(state, &find(&wanted.account).await?, wanted).await?,
        Verb::Unlock(change) => {
            accounts::unlock(state, &find(&change.account).await?, &change.reason, &mut cx).await?;
            println!("Its failures are forgotten.");
        }
        Verb::Suspend(change) => {
            if !accounts::suspend(state, &find(&change.account).await?, &change.reason, &mut cx).await? {
                bail!("it was suspended before");
            }
            println!("It is suspended, and everything that was signed in has ended.");
        }
        Verb::Resume(change) => {
            accounts::resume(state, &find(&change.account).await?, &change.reason, &mut cx).await?;
            println!("It can be used again.");
        }
        Verb::Reset(change) => {
            if !accounts::reset(state, &find(&change.account).await?, &change.reason, &mut cx).await? {
                bail!("it was closed before");
            }
            println!("It is un-enrolled. The person can register anew; every address was told.");
        }
    }
    Ok(())
}

/// What is told of an account: addresses masked, no secrets.
fn told(found: &Found) -> String {
    let Found { account, names, memberships, factors, addresses, sessions } = found;
    let moment = |at| era::moment(at, Language::En);
    let mut lines = vec![format!("{}  since {}", account.id, moment(account.created_at))];
    let states =
        [("locked", account.locked_at), ("suspended", account.suspended_at), ("closed", account.closed_at)];
    lines.extend(
        states.iter().filter_map(|(state, at)| at.map(|at| format!("  {state} since {}", moment(at)))),
    );
    lines.extend(names.iter().map(|name| format!("  name        {} ({})", name.shown, name.kind.as_str())));
    lines.extend(
        memberships
            .iter()
            .map(|membership| format!("  membership  {} {}", membership.insurer, membership.person)),
    );
    for factor in factors {
        let used = factor.last_used_at.map_or_else(|| "never".to_owned(), moment);
        let rest = factor.blocked_until.map(|until| format!(", rests until {}", moment(until)));
        lines.push(format!(
            "  factor      {}  made {}, used {used}, {} failures{}",
            factor.kind.as_str(),
            moment(factor.created_at),
            factor.failures,
            rest.unwrap_or_default()
        ));
    }
    lines.extend(addresses.email.iter().map(|email| format!("  mail        {}", email.masked())));
    lines.extend(addresses.phone.iter().map(|phone| format!("  SMS         {}", phone.masked())));
    lines.push(format!("  {sessions} live sessions"));
    lines.join("\n")
}
