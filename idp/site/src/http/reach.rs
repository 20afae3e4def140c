//! How far a client may reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::Error;

/// Which addresses a client may connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Wherever the operator's configuration points: the address is the operator's own.
    Configured,
    /// Public hosts over https on port 443: for addresses that someone else registered.
    Public,
    /// This machine: for addresses that someone else registered, under `[server] loopback = true`.
    Loopback,
}

impl Reach {
    /// Whether a URL may be registered for this reach; a name is judged again when it is resolved.
    ///
    /// # Errors
    /// [`Error::Refused`] with the reason.
    pub fn judge(self, url: &Url) -> Result<(), Error> {
        let scheme_fits = match self {
            Self::Public => url.scheme() == "https",
            Self::Configured | Self::Loopback => matches!(url.scheme(), "http" | "https"),
        };
        if !scheme_fits {
            return Err(Error::Refused("its scheme"));
        }
        if self == Self::Public && url.port().is_some() {
            return Err(Error::Refused("its port"));
        }
        // Whoever registers an address has no password for us to send along.
        if self != Self::Configured && (!url.username().is_empty() || url.password().is_some()) {
            return Err(Error::Refused("its credentials"));
        }
        let fits = match url.host() {
            None => false,
            Some(Host::Ipv4(address)) => self.allows(address.into()),
            Some(Host::Ipv6(address)) => self.allows(address.into()),
            Some(Host::Domain(name)) => self.allows_name(name),
        };
        if fits { Ok(()) } else { Err(Error::Refused("its host")) }
    }

    fn allows_name(self, name: &str) -> bool {
        let local = name == "localhost" || name.ends_with(".localhost");
        match self {
            Self::Configured => true,
            Self::Public => !local && name.contains('.') && !name.ends_with('.'),
            Self::Loopback => local,
        }
    }

    pub(super) fn allows(self, address: IpAddr) -> bool {
        match (self, address.to_canonical()) {
            (Self::Configured, _) => true,
            (Self::Loopback, address) => address.is_loopback(),
            (Self::Public, IpAddr::V4(address)) => is_public_v4(address),
            (Self::Public, IpAddr::V6(address)) => is_public_v6(address),
        }
    }
}

/// The IANA special-purpose registry's "globally reachable", as a list of what is not.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

/// Global unicast, without what tunnels to IPv4 or is documentation.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    (0x2000..0x4000).contains(&a)
        && !(a == 0x2001 && (b < 0x200 || b == 0xdb8))
        && a != 0x2002
        && !(a == 0x3fff && b < 0x1000)
}
