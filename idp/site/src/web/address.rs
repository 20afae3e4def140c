//! Where a request comes from.

use std::net::IpAddr;
use std::str::FromStr;

use http::HeaderMap;
use serde::Deserialize;

/// The address of the client, resolved through the configured proxies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddr(pub IpAddr);

/// The proxies whose `X-Forwarded-For` is believed, as addresses and networks (`10.0.0.0/8`). None by default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct Proxies(Vec<Network>);

/// A list of proxies that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// An entry is no address or network.
    #[error("{0} is no address and no network such as 10.0.0.0/8")]
    Malformed(String),
    /// An entry trusts everyone, so that anyone could claim any address (LO-06).
    #[error("{0} trusts everyone")]
    Everyone(String),
}

#[derive(Clone, Copy, Debug)]
struct Network {
    base: IpAddr,
    prefix: u32,
}

/// The address a request comes from, as [`Proxies::client`] resolves it.
pub fn client_address(headers: &HeaderMap, peer: IpAddr, proxies: &Proxies) -> IpAddr {
    proxies.client(peer, headers).0
}

impl Proxies {
    /// The client of a request: the peer itself, or, when the peer is a trusted proxy, the last address in
    /// `X-Forwarded-For` that is no trusted proxy. Other forwarding headers are ignored (PW-03).
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddr {
        let mut client = peer.to_canonical();
        let forwarded: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .flat_map(|value| value.to_str().unwrap_or_default().split(','))
            .collect();
        for hop in forwarded.iter().rev() {
            if !self.trust(client) {
                break;
            }
            // What a trusted proxy wrote but nobody can read ends the search at that proxy.
            let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
            client = hop.to_canonical();
        }
        ClientAddr(client)
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }
}

impl TryFrom<Vec<String>> for Proxies {
    type Error = ProxyError;

    fn try_from(entries: Vec<String>) -> Result<Self, ProxyError> {
        entries.iter().map(|entry| entry.parse()).collect::<Result<_, _>>().map(Self)
    }
}

impl FromStr for Network {
    type Err = ProxyError;

    fn from_str(entry: &str) -> Result<Self, ProxyError> {
        let malformed = || ProxyError::Malformed(entry.to_owned());
        let (base, prefix) = match entry.split_once('/') {
            Some((base, prefix)) => (base, Some(prefix.parse::<u32>().map_err(|_| malformed())?)),
            None => (entry, None),
        };
        let base = base.parse::<IpAddr>().map_err(|_| malformed())?.to_canonical();
        let longest = if base.is_ipv4() { 32 } else { 128 };
        match prefix.unwrap_or(longest) {
            0 => Err(ProxyError::Everyone(entry.to_owned())),
            prefix if prefix > longest => Err(malformed()),
            prefix => Ok(Self { base, prefix }),
        }
    }
}

impl Network {
    fn holds(&self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let shift = 32_u32.saturating_sub(self.prefix);
                base.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let shift = 128_u32.saturating_sub(self.prefix);
                base.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn client(proxies: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let proxies =
            Proxies::try_from(proxies.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>()).unwrap();
        let mut headers: HeaderMap = forwarded
            .iter()
            .map(|line| {
                (http::HeaderName::from_static("x-forwarded-for"), HeaderValue::from_str(line).unwrap())
            })
            .collect();
        for name in ["forwarded", "x-real-ip", "true-client-ip"] {
            headers.insert(name, HeaderValue::from_static("for=6.6.6.6"));
        }
        proxies.client(peer.parse().unwrap(), &headers).0.to_string()
    }

    #[test]
    fn pw_03_only_a_trusted_proxy_is_believed_and_only_its_own_hop() {
        let cases: [(&[&str], &str, &[&str], &str); 9] = [
            (&[], "9.9.9.9", &["6.6.6.6"], "9.9.9.9"),
            (&["10.0.0.0/8"], "9.9.9.9", &["6.6.6.6"], "9.9.9.9"),
            (&["10.0.0.0/8"], "10.1.2.3", &["9.9.9.9"], "9.9.9.9"),
            (&["10.0.0.0/8"], "10.1.2.3", &["6.6.6.6, 9.9.9.9"], "9.9.9.9"),
            (&["10.0.0.0/8"], "10.1.2.3", &["6.6.6.6", "9.9.9.9, 10.0.0.7"], "9.9.9.9"),
            (&["10.0.0.0/8"], "10.1.2.3", &["6.6.6.6, rubbish"], "10.1.2.3"),
            (&["10.0.0.0/8"], "10.1.2.3", &[], "10.1.2.3"),
            (&["10.0.0.1"], "::ffff:10.0.0.1", &["9.9.9.9"], "9.9.9.9"),
            (&["fd00::/8"], "fd00::1", &["2001:db8::1"], "2001:db8::1"),
        ];
        for (proxies, peer, forwarded, expected) in cases {
            assert_eq!(client(proxies, peer, forwarded), expected, "{proxies:?} {peer} {forwarded:?}");
        }
    }

    #[test]
    fn lo_06_a_list_that_trusts_everyone_is_refused() {
        for entry in ["0.0.0.0/0", "::/0", "*", "10.0.0.0/33", "10.0.0.0/x", ""] {
            assert!(Proxies::try_from(vec![entry.to_owned()]).is_err(), "{entry}");
        }
    }
}
