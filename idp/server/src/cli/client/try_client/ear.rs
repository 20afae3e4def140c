//! How the answer comes back: a listener on a loopback address, or the address that somebody pastes.

use std::io::{BufRead, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::{Context as _, bail};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use sekisho_domain::oidc::REQUEST_LIFETIME;
use sekisho_domain::oidc::client::{Client, RedirectUri};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use url::{Host, Url};

use super::paper::{Keyboard, Paper};

/// What waits for the answer.
pub enum Ear {
    /// A listener at this address.
    Listening(TcpListener, Url),
    /// Somebody who pastes where the browser ended.
    Pasted(String),
}

impl Ear {
    /// Listens where the client has a loopback address; else somebody pastes.
    ///
    /// # Errors
    /// When the client has no redirect URI, or `port` cannot be had.
    pub async fn open(
        client: &Client,
        port: Option<u16>,
        paper: &mut Paper<impl Write>,
    ) -> anyhow::Result<Self> {
        for registered in &client.redirect_uris {
            let Some((address, url)) = loopback(registered, port)? else { continue };
            match TcpListener::bind(address).await {
                Ok(listener) => return Self::listening(listener, url),
                Err(error) if port.is_some() => bail!("{address} cannot be listened at: {error}"),
                Err(_) => paper.say(&format!(
                    "{address} is taken, perhaps by the client itself: the answer is pasted instead."
                ))?,
            }
        }
        let first = client.redirect_uris.first().context("the client has no redirect_uris")?;
        if port.is_some() {
            bail!("--port is for a client with a loopback redirect URI; this one has {}", first.as_str());
        }
        Ok(Self::Pasted(first.as_str().to_owned()))
    }

    fn listening(listener: TcpListener, mut url: Url) -> anyhow::Result<Self> {
        let port = listener.local_addr()?.port();
        if url.port_or_known_default() != Some(port) && url.set_port(Some(port)).is_err() {
            bail!("{url} takes no port");
        }
        Ok(Self::Listening(listener, url))
    }

    /// The address to send as `redirect_uri`.
    pub fn redirect_uri(&self) -> &str {
        match self {
            Self::Listening(_, url) => url.as_str(),
            Self::Pasted(uri) => uri,
        }
    }

    /// Waits for the answer: the query that the browser was sent back with.
    ///
    /// # Errors
    /// When none comes before the request has expired, or the input ends.
    pub async fn hear(
        self,
        keyboard: &mut Keyboard<impl BufRead>,
        paper: &mut Paper<impl Write>,
    ) -> anyhow::Result<String> {
        match self {
            Self::Listening(listener, url) => {
                paper.say(&format!("Listening at {url} for the answer."))?;
                paper.flush()?;
                listen(listener, url.path().to_owned()).await
            }
            Self::Pasted(uri) => paste(&uri, keyboard, paper),
        }
    }
}

/// Where to listen for a loopback address of a client, and under which address.
fn loopback(registered: &RedirectUri, port: Option<u16>) -> anyhow::Result<Option<(SocketAddr, Url)>> {
    let url = Url::parse(registered.as_str())?;
    let host: IpAddr = match url.host() {
        Some(Host::Ipv4(Ipv4Addr::LOCALHOST) | Host::Domain("localhost")) => Ipv4Addr::LOCALHOST.into(),
        Some(Host::Ipv6(Ipv6Addr::LOCALHOST)) => Ipv6Addr::LOCALHOST.into(),
        _ => return Ok(None),
    };
    if url.scheme() != "http" {
        return Ok(None);
    }
    let own = url.port_or_known_default();
    let mut elsewhere = url.clone();
    let takes_any = elsewhere.set_port(Some(9)).is_ok() && registered.matches(elsewhere.as_str());
    match (port, own) {
        (Some(port), own) if !takes_any && own != Some(port) => {
            bail!("{} is registered with its port, so --port cannot change it", registered.as_str())
        }
        (None, _) if takes_any => Ok(Some((SocketAddr::from((host, 0)), url))),
        (port, own) => Ok(port.or(own).map(|port| (SocketAddr::from((host, port)), url))),
    }
}

async fn listen(listener: TcpListener, path: String) -> anyhow::Result<String> {
    let (heard, mut answers) = mpsc::channel::<String>(1);
    let router = Router::new().fallback(arrived).with_state((heard, path));
    let enough = CancellationToken::new();
    let end = enough.clone().cancelled_owned();
    let serving = tokio::spawn(axum::serve(listener, router).with_graceful_shutdown(end).into_future());
    let answer = tokio::time::timeout(REQUEST_LIFETIME, answers.recv()).await;
    enough.cancel();
    serving.await??;
    answer.ok().flatten().context("no answer came before the request expired, after 15 minutes")
}

/// Takes the first answer; whatever else a browser asks for is not here.
async fn arrived(
    State((heard, path)): State<(mpsc::Sender<String>, String)>,
    uri: Uri,
) -> (StatusCode, &'static str) {
    let query = uri.query().unwrap_or_default();
    if uri.path() != path || query.is_empty() {
        return (StatusCode::NOT_FOUND, "Nothing is here.\n");
    }
    let _ = heard.try_send(query.to_owned());
    (StatusCode::OK, "The answer has arrived at the terminal. This page can be closed.\n")
}

fn paste(
    uri: &str,
    keyboard: &mut Keyboard<impl BufRead>,
    paper: &mut Paper<impl Write>,
) -> anyhow::Result<String> {
    paper.say("The browser ends at the client's own address, where nobody waits for this answer: a page that complains")?;
    paper.say("is as it should be. Paste the address that the browser shows then; the code in it lives for 60 seconds.")?;
    loop {
        paper.ask("Address")?;
        let pasted = keyboard.line()?;
        // A registered address may have a query of its own, so what was pasted goes on where that ends.
        let rest = pasted.strip_prefix(uri).and_then(|rest| rest.strip_prefix(['?', '&']));
        match rest {
            Some(query) => return Ok(query.split('#').next().unwrap_or_default().to_owned()),
            None => paper.say(&format!("That is not yet the answer: it begins with {uri}"))?,
        }
    }
}
