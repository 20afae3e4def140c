//! `sekisho client invite`: a token with which somebody registers clients.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use secrecy::ExposeSecret as _;
use sekisho_domain::ids::InsurerCode;
use sekisho_domain::oidc::client::{Allowance, Every, Reach};
use sekisho_domain::oidc::scope::{Scope, ScopeSet};

use crate::flows::registration::{self, Invited, Wanted};
use crate::state::State;

/// What whoever holds the token may register.
#[derive(Debug, Args)]
pub struct Invite {
    /// For whose members: codes with commas between, or "all".
    #[arg(long)]
    insurers: String,
    /// The most that such clients may ask for, with commas between; `insurance` only if it is named here.
    #[arg(long, default_value = "openid,profile,email,phone,address,offline_access")]
    scopes: String,
    /// How many clients may be registered.
    #[arg(long, default_value_t = 1)]
    uses: u32,
    /// For how many days.
    #[arg(long, default_value_t = 7)]
    days: u16,
    /// Whether they may act in their own name, without people.
    #[arg(long)]
    client_credentials: bool,
    /// Whether they count as looked at from the start.
    #[arg(long)]
    approved: bool,
}

pub(super) async fn run(state: &State, invite: Invite) -> anyhow::Result<()> {
    let allowance = Allowance {
        insurers: reach(&invite.insurers)?,
        scopes: scopes(&invite.scopes)?,
        client_credentials: invite.client_credentials,
        approved: invite.approved,
    };
    let life = Duration::from_hours(24 * u64::from(invite.days));
    let wanted = Wanted { allowance, uses: invite.uses, life };
    match registration::invite(state, wanted, &mut state.cx()).await? {
        Invited::Refused(reason) => bail!("nobody can be invited like this: {reason}"),
        Invited::Made { id, token, until: _ } => {
            println!("Invitation {id}, for {} client(s) within {} day(s).", invite.uses, invite.days);
            println!("The initial access token, shown only now:\n\n    {}\n", token.expose_secret());
            println!("It is sent as Authorization: Bearer to {}", state.issuer.at(registration::PATH));
            if !state.config.registration.enabled {
                println!("That address is not there: [registration] enabled = true opens it.");
            }
            Ok(())
        }
    }
}

fn reach(text: &str) -> anyhow::Result<Reach> {
    if text == "all" {
        return Ok(Reach::Every(Every::All));
    }
    let codes: Result<BTreeSet<InsurerCode>, _> = text.split(',').map(|code| code.trim().parse()).collect();
    Ok(Reach::Only(codes?))
}

fn scopes(text: &str) -> anyhow::Result<ScopeSet> {
    let read = |word: &str| -> anyhow::Result<Scope> {
        word.trim().parse().map_err(|()| anyhow::anyhow!("{word:?} is no scope"))
    };
    text.split(',').map(read).collect()
}
