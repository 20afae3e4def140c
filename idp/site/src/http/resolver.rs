//! Names resolved to addresses that may be connected to.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::vec;

use hyper_util::client::legacy::connect::dns::Name;

use super::outbound::Rules;

/// What a test says of names.
#[cfg(test)]
pub(super) type Told = Arc<dyn Fn(&str) -> Vec<SocketAddr> + Send + Sync>;

/// Where addresses of names come from.
#[derive(Clone)]
pub(super) enum Lookup {
    /// The system.
    System,
    /// A test.
    #[cfg(test)]
    Told(Told),
}

impl Lookup {
    async fn ask(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        match self {
            Self::System => Ok(tokio::net::lookup_host((name, 0)).await?.collect()),
            #[cfg(test)]
            Self::Told(answer) => Ok(answer(name)),
        }
    }
}

/// Resolves names and leaves out what the rules forbid. The connector uses these very addresses, so a name that changes
/// between check and connection gains nothing (SS-03).
#[derive(Clone)]
pub(super) struct Resolver {
    pub(super) rules: Arc<Rules>,
    pub(super) lookup: Lookup,
}

impl Resolver {
    async fn addresses(self, name: Name) -> io::Result<Vec<SocketAddr>> {
        let listed = self.rules.listed(name.as_str());
        if let Some(address) = listed.and_then(super::PrivateHost::address) {
            return Ok(vec![SocketAddr::new(address, 0)]);
        }
        let mut found = self.lookup.ask(name.as_str()).await?;
        if listed.is_none() {
            found.retain(|address| self.rules.reach.allows(address.ip()));
        }
        Ok(found)
    }
}

impl tower::Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, io::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolver = self.clone();
        Box::pin(async move { Ok(resolver.addresses(name).await?.into_iter()) })
    }
}
