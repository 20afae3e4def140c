//! The answer in the address (OpenID Connect Core §3.1.2.5): a code, or a refusal.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::{Context as _, bail};
use secrecy::SecretString;
use sekisho_domain::oidc::client::Client;
use url::form_urlencoded;

use super::asking::Asking;
use super::paper::Paper;
use super::refusals;

/// The code of an answer that belongs to the request.
///
/// # Errors
/// When it is another's, or a refusal: then with what to change.
pub fn read(
    query: &str,
    asking: &Asking,
    client: &Client,
    (issuer, paper): (&str, &mut Paper<impl Write>),
) -> anyhow::Result<SecretString> {
    let named: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let get = |name: &str| named.get(name).map(String::as_str);
    paper.title("The answer")?;
    if get("state") != Some(&asking.state) {
        bail!(
            "the answer's state is not the one that was sent: it belongs to another request. A client must refuse it; open \
             the address above, in one browser, and paste where that ends"
        );
    }
    paper.line("state", "the same", "the answer belongs to this request")?;
    if get("iss") != Some(issuer) {
        bail!(
            "the answer's iss is not {issuer}: another provider answers. A client must refuse it (RFC 9207)"
        );
    }
    paper.line("iss", issuer, "who answers is who was asked (RFC 9207)")?;
    if let Some(error) = get("error") {
        bail!(refusals::explained(error, get("error_description").unwrap_or_default(), client));
    }
    let code = get("code").context("the answer has neither a code nor an error")?;
    paper.token("code", code, "redeemed once, within 60 seconds, by this client alone")?;
    Ok(code.into())
}
