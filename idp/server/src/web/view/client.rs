//! What people are shown of the client that they sign in for.

use sekisho_domain::ids::ClientId;
use sekisho_domain::oidc::client::Links;
use sekisho_site::page::{Link, Shell};

/// A client's picture and addresses. They are its own words, and look like nothing of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AboutClient {
    /// Its name.
    pub name: String,
    /// Its picture, from here.
    pub logo_href: Option<String>,
    /// Its home page, how it treats what it reads, and its terms.
    pub links: Vec<Link>,
}

impl AboutClient {
    /// What a client registered of itself; nothing, where it registered nothing.
    pub fn of(shell: &Shell<'_>, name: &str, (client, links): (&ClientId, &Links)) -> Option<Self> {
        let named = [
            ("client.home", &links.client_uri),
            ("client.policy", &links.policy_uri),
            ("client.tos", &links.tos_uri),
        ];
        let link = |(key, uri): (&str, &Option<url::Url>)| {
            uri.as_ref().map(|uri| Link { href: uri.to_string(), text: shell.say(key).to_owned() })
        };
        let logo_href = links.logo_uri.as_ref().map(|_| super::super::oidc::logo::of(client));
        let links: Vec<Link> = named.into_iter().filter_map(link).collect();
        let is_there = logo_href.is_some() || !links.is_empty();
        is_there.then(|| Self { name: name.to_owned(), logo_href, links })
    }
}
