//! Reverse proxies that may speak for a client: only those that the operator named.
//!
//! Invariant: what a request says about its own origin is believed as far as trusted proxies wrote it, from the right.

use std::net::{IpAddr, Ipv6Addr};

use crate::domain::network::Network;

/// The proxies whose word is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

impl TrustedProxies {
    /// The proxies in these networks.
    pub fn new(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    /// Whether an address is one of theirs.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Whom a connection from `peer` speaks for, by the values of `X-Forwarded-For` in their order: the rightmost
    /// address that is not a trusted proxy's own. What cannot be read ends the search at the proxy that sent it.
    pub fn client<'a>(&self, peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
        let mut client = peer.to_canonical();
        for entry in forwarded.flat_map(|line| line.split(',')).collect::<Vec<_>>().into_iter().rev() {
            if !self.trusts(client) {
                break;
            }
            let Some(address) = read(entry.trim()) else { break };
            client = address.to_canonical();
        }
        client
    }
}

/// An address as proxies write it: bare, with a port, in brackets.
fn read(entry: &str) -> Option<IpAddr> {
    let inside = entry.strip_prefix('[').and_then(|rest| rest.split(']').next());
    let bare = inside.and_then(|text| text.parse::<Ipv6Addr>().ok()).map(IpAddr::V6);
    let with_port = || entry.parse::<std::net::SocketAddrV4>().ok().map(|address| IpAddr::V4(*address.ip()));
    entry.parse().ok().or(bare).or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &str, peer: &str, forwarded: &[&str]) -> String {
        let proxies = TrustedProxies::new(Network::list(proxies).unwrap());
        proxies.client(peer.parse().unwrap(), forwarded.iter().copied()).to_string()
    }

    #[test]
    fn only_what_trusted_proxies_wrote_is_believed() {
        assert_eq!(client("", "203.0.113.9", &["1.2.3.4"]), "203.0.113.9", "nobody is trusted");
        assert_eq!(client("10.0.0.0/8", "203.0.113.9", &["1.2.3.4"]), "203.0.113.9", "not a proxy of ours");
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &["6.6.6.6, 1.2.3.4"]), "1.2.3.4", "the left is forged");
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &["6.6.6.6", "1.2.3.4, 10.0.0.2"]), "1.2.3.4");
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3", "from inside");
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &["1.2.3.4, unknown"]), "10.0.0.1");
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.0/8", "::ffff:10.0.0.1", &["1.2.3.4:5678"]), "1.2.3.4");
        assert_eq!(client("::1", "::1", &["[2001:db8::1]:443"]), "2001:db8::1");
    }
}
