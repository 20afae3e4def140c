//! `sekisho client rotate-secret`: another secret, with an overlap.

use secrecy::ExposeSecret as _;
use sekisho_domain::ids::ClientId;
use sekisho_domain::oidc::client::SecretDigest;

use crate::flows::registration;
use crate::state::State;

/// Makes a secret, which is shown once and kept nowhere. A client that registered itself has it at once; for one of the
/// file it works when its digest stands there and the file is applied.
pub(super) async fn rotate(state: &State, id: &ClientId) -> anyhow::Result<()> {
    if let Some(secret) = registration::rotate(state, id, &mut state.cx()).await? {
        println!("A new secret for {id}, shown only now:\n\n    {}\n", secret.expose_secret());
        println!("The old one works as well until `sekisho client rotate-secret {id} --finish`.");
        return Ok(());
    }
    let secret = state.cx().secret();
    println!("A new secret for {id}, shown only now:\n\n    {}\n", secret.expose_secret());
    println!(
        "In clients.toml, put its digest beside the old one until the client uses it, then leave it alone there:\n"
    );
    println!("    secret_sha256 = [\"<the digest that stands there>\", \"{}\"]", SecretDigest::of(&secret));
    println!("    secret_sha256 = \"{}\"", SecretDigest::of(&secret));
    Ok(())
}

/// Ends the old one of two secrets.
pub(super) async fn finish(state: &State, id: &ClientId) -> anyhow::Result<()> {
    if registration::finish(state, id, &mut state.cx()).await? {
        println!("The old secret of {id} works no more.");
    } else {
        println!("{id} has not registered itself, or has one secret only.");
    }
    Ok(())
}
