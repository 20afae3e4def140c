//! The crate openidconnect: `client_secret_basic`, PKCE, an ID token in RS256, userinfo.

#[path = "../../interop/openidconnect/rp.rs"]
mod rp;

use sekisho_site::http::{Client, Reach};
use tokio::net::TcpListener;

use super::peer::registration;
use super::{FAMILY_NAME, SECRET, member, said, sign_in, town};

#[tokio::test(flavor = "multi_thread")]
async fn openidconnect_signs_a_member_in_and_believes_what_it_reads() -> anyhow::Result<()> {
    let town = town().await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    town.register(registration("openidconnect", port)?).await?;
    let http = rp::Http(Client::new(Reach::Configured));
    let issuer = town.idp();
    let serving =
        tokio::spawn(async move { rp::serve(listener, issuer, ("openidconnect", SECRET), http).await });
    let visitor = member(&town).await?;

    let at = |path: &str| format!("http://localhost:{port}{path}");
    sign_in(&visitor, &at("/login"), &at("/callback")).await?;
    let answer = said(&visitor).await?;
    assert_eq!(answer["claims"]["acr"], "urn:sekisho:acr:2f", "{answer}");
    assert_eq!(answer["claims"]["aud"][0], "openidconnect", "{answer}");
    assert_eq!(answer["userinfo"]["sub"], answer["claims"]["sub"]);
    assert_eq!(answer["userinfo"]["family_name"], FAMILY_NAME, "{answer}");
    serving.abort();
    Ok(())
}
