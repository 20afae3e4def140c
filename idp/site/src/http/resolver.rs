//! Names resolved to addresses that may be connected to.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use hyper_util::client::legacy::connect::dns::Name;

use super::Reach;

/// Resolves by the system and leaves out what the reach forbids. The connector uses these very addresses, so a name that
/// changes between check and connection gains nothing (SS-03).
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolver {
    pub(super) reach: Reach,
}

impl tower::Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, io::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let reach = self.reach;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| reach.allows(address.ip())).collect();
            Ok(allowed.into_iter())
        })
    }
}
