//! `client try ID`: one sign-in from the terminal against the running service, as an integrator's program would make it,
//! with every parameter and claim explained.
//!
//! It must stay true that secrets, codes and tokens are never printed unless they are asked for, and that what was given
//! is given back at the end.

mod answer;
mod asking;
mod claims;
mod ear;
mod key;
mod paper;
mod proof;
mod refusals;
mod released;
mod tokens;
mod wire;

use std::io::{self, BufRead, IsTerminal as _, Write};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use secrecy::SecretString;
use sekisho_domain::ids::{ClientId, InsurerCode};
use sekisho_domain::oidc::client::{Client, GrantType};
use sekisho_site::http::Reach;
use sekisho_store::clients;

use crate::state::State;
use asking::Asking;
use ear::Ear;
use proof::Proof;
use tokens::Tokens;
use wire::Provider;

pub use paper::{Keyboard, Paper};
pub use wire::Wire;

/// Where a client's secret may stand, for programs that type nothing.
const SECRET: &str = "SEKISHO_CLIENT_SECRET";

/// What is tried. The secret is read from `SEKISHO_CLIENT_SECRET`, else asked for.
#[derive(Clone, Debug, Args)]
pub struct Try {
    /// The client.
    pub id: ClientId,
    /// Names the insurer, as a portal of one insurer would.
    #[arg(long, value_name = "CODE")]
    pub insurer: Option<InsurerCode>,
    /// What is asked for, between spaces; all that the client may ask for when not given, but for `offline_access`.
    #[arg(long)]
    pub scope: Option<String>,
    /// The assurance that is wished for: values of `acr_values`, best first.
    #[arg(long, value_name = "VALUES")]
    pub acr: Option<String>,
    /// `none`, `login`, `consent`, `select_account` or `create`.
    #[arg(long)]
    pub prompt: Option<String>,
    /// Where to listen, for a client on a loopback address that leaves the port open.
    #[arg(long)]
    pub port: Option<u16>,
    /// The private key of a client that signs: PEM (PKCS #8) or a JWK.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Prints tokens whole: they open a person's data, so only where nobody else reads along.
    #[arg(long)]
    pub show_tokens: bool,
    /// The secret, where the environment says it.
    #[arg(skip)]
    pub secret: Option<SecretString>,
}

/// Tries a client with whoever sits at the terminal.
///
/// # Errors
/// In words for whoever typed it: what was refused, and what to change.
pub async fn run(state: &State, mut wanted: Try) -> anyhow::Result<()> {
    wanted.secret = std::env::var(SECRET).ok().map(SecretString::from);
    let stdin = io::stdin();
    let is_terminal = stdin.is_terminal();
    let mut keyboard = Keyboard::new(stdin.lock(), is_terminal);
    let mut paper = Paper::new(io::stdout(), wanted.show_tokens);
    // The issuer is the operator's own.
    let http = state.config.outbound.client(Reach::Configured)?;
    let wire = async |request| http.send(request).await;
    try_client(state, &wanted, (&mut keyboard, &mut paper), &wire).await
}

/// The whole trial: what the registration says, the request, the answer, the tokens, the person, and what would be
/// refused.
///
/// # Errors
/// As [`run`].
pub async fn try_client(
    state: &State,
    wanted: &Try,
    (keyboard, paper): (&mut Keyboard<impl BufRead>, &mut Paper<impl Write>),
    wire: &impl Wire,
) -> anyhow::Result<()> {
    let client = find(state, &wanted.id).await?;
    introduce(&client, paper)?;
    let provider = Provider::discover(wire, &state.config.issuer()).await?;
    let proof = Proof::of(&client, wanted, keyboard, paper)?;
    let ear = Ear::open(&client, wanted.port, paper).await?;
    let asking = Asking::new(&client, wanted, ear.redirect_uri(), &mut state.cx());
    asking.tell(&client, &provider.metadata, paper)?;
    let came_back = ear.hear(keyboard, paper).await?;
    let code = answer::read(&came_back, &asking, &client, (&provider.metadata.issuer, paper))?;
    let tokens = Tokens::redeem(&provider, (&client, &proof), (&asking, &code), &mut state.cx()).await?;
    tokens.tell(&asking, paper)?;
    let id_token = tokens.id_token(&provider, &client, (&asking, state.cx().now), paper).await?;
    released::tell(&provider, &client, (&tokens, &id_token), paper).await?;
    tokens.introspect(&provider, (&client, &proof), &mut state.cx(), paper).await?;
    tokens.give_back(&provider, (&client, &proof), &mut state.cx(), paper).await?;
    refusals::would_be(&client, &state.insurers, paper)?;
    Ok(())
}

async fn find(state: &State, id: &ClientId) -> anyhow::Result<Client> {
    let found = clients::find(&state.db, id).await?;
    let client = found.with_context(|| {
        format!(
            "there is no client {id}. `sekisho client plan` says whether it stands in clients.toml, and `sekisho client \
             apply` makes the service know it"
        )
    })?;
    if !client.may_use(GrantType::AuthorizationCode) {
        bail!("{id} signs nobody in: its grant_types are without authorization_code");
    }
    Ok(client)
}

/// What the registration says that matters for a sign-in.
fn introduce(client: &Client, paper: &mut Paper<impl Write>) -> io::Result<()> {
    paper.title(&format!("{}: {} / {}", client.id, client.name.ja, client.name.en))?;
    let insurers = refusals::reach(client);
    paper.line("serves", &insurers, "the members who are let through to it")?;
    paper.line("may ask for", &client.scopes.to_string(), "the scopes of its registration")?;
    let least = client.min_acr.map_or_else(|| "any".to_owned(), |least| least.to_string());
    paper.line("accepts", &least, "its min_acr: the least assurance of a sign-in")?;
    paper.line("proves itself", proof::method(client), "how it comes to the token endpoint")
}
