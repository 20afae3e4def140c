//! What a refusal means and what to change; and what would be refused.

use std::fmt::Write as _;
use std::io::{self, Write};

use sekisho_domain::insurer::Insurers;
use sekisho_domain::oidc::client::{Client, Pkce, Reach};
use sekisho_domain::oidc::scope::{Scope, ScopeSet};

use super::asking::acrs;
use super::paper::Paper;

/// For whose members a client is.
pub fn reach(client: &Client) -> String {
    match &client.insurers {
        Reach::Every(_) => "all insurers".to_owned(),
        Reach::Only(codes) => codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// A refusal that came back, and what to change.
pub fn explained(error: &str, description: &str, client: &Client) -> String {
    let mut text = format!("the service refuses: {error}");
    if !description.is_empty() {
        let _ = write!(text, " ({description})");
    }
    let _ = write!(text, ".\n  What to do: {}.", advice(error, description, client));
    text
}

fn advice(error: &str, description: &str, client: &Client) -> String {
    let least = client.min_acr.map_or_else(|| "not set".to_owned(), |least| least.to_string());
    let fixed = match error {
        "access_denied" if description.contains("membership") => {
            return format!(
                "the person is a member of no insurer that this client serves ({}). Name theirs in its `insurers` in \
                 clients.toml, or sign in as a member of one of these",
                reach(client)
            );
        }
        "access_denied" => {
            "the person said no, which is theirs to say: show why it is needed, and offer the way back. A client of the \
             house's own is not asked for with first_party = true"
        }
        "unmet_authentication_requirements" => {
            return format!(
                "the client's min_acr is {least} ({}), and the person has no factor that reaches what is asked for. They \
                 set one up at /account, or the client accepts less",
                acrs()
            );
        }
        "login_required" => {
            "with prompt=none nobody may be asked: without a live sign-in start again without prompt=none"
        }
        "consent_required" => {
            "with prompt=none nobody may be asked, and the person has not yet allowed this client: start again without it"
        }
        "invalid_scope" => "scope must hold openid, and no word that the client may not have",
        "unauthorized_client" => "its grant_types in clients.toml do not allow this",
        "unsupported_response_type" => "response_type is code: tokens never travel through the browser here",
        "invalid_client" => {
            "the proof is not what was registered: compare token_endpoint_auth_method, secret_sha256 and jwks in clients.toml, \
             and whether `sekisho client plan` finds something to apply"
        }
        "invalid_grant" => {
            "a code is redeemed once, within 60 seconds, by the client it was made for, with the same redirect_uri and the \
             code_verifier of its request: start again"
        }
        "invalid_request" => {
            "a parameter is missing, stands twice or is not of its form: the description says which"
        }
        "invalid_target" => "resource must be one of the client's resources in clients.toml",
        "temporarily_unavailable" | "server_error" => {
            "nothing is wrong with the request: try again, and read the service's log"
        }
        _ => "`sekisho doctor` and the service's log say more",
    };
    fixed.to_owned()
}

/// What this client would be refused, from its registration alone.
///
/// # Errors
/// When it cannot be written.
pub fn would_be(client: &Client, insurers: &Insurers, paper: &mut Paper<impl Write>) -> io::Result<()> {
    paper.title("What would be refused")?;
    let others = insurers.iter().map(|insurer| &insurer.code).filter(|code| !client.insurers.includes(code));
    let others: Vec<String> = others.map(ToString::to_string).collect();
    if !others.is_empty() {
        paper.line("access_denied", &others.join(", "), "members of these: not in its insurers")?;
    }
    if let Some(least) = client.min_acr {
        let who = format!("who cannot reach {least}");
        paper.line("unmet_authentication_requirements", &who, "its min_acr; who can is asked for more")?;
    }
    let beyond = Scope::ALL.into_iter().filter(|scope| !client.scopes.has(*scope)).collect::<ScopeSet>();
    if beyond != ScopeSet::default() {
        paper.line("not granted", &beyond.to_string(), "these fall away: not in its scopes")?;
    }
    if client.pkce == Pkce::Required {
        paper.line("invalid_request", "no code_challenge", "PKCE with S256 is required of it")?;
    }
    if !client.first_party {
        paper.line("consent_required", "prompt=none", "until the person has allowed it once")?;
    }
    if !client.approved {
        let how =
            "a refusal before anybody has signed in: the client hears nothing of it until it is approved";
        paper.line("a page of ours", &format!("sekisho client approve {}", client.id), how)?;
    }
    paper.line("invalid_grant", "the same code again", "and with it ends what the code gave")?;
    paper.line(
        "a page of ours",
        "another redirect_uri",
        "the browser is sent nowhere, and the client hears nothing",
    )
}
