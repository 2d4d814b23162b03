//! Reverse proxies that may speak for a client: only those that the operator named.
//!
//! Invariant: what a request says about its own origin is believed as far as trusted proxies wrote it, from the right.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// A range of addresses: `10.0.0.0/8`, `fd00::/8`, or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    base: u128,
    mask: u128,
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, length) =
            text.split_once('/').map_or((text, None), |(address, rest)| (address, Some(rest)));
        let address: IpAddr = address.trim().parse().map_err(drop)?;
        let (whole, offset) = if address.is_ipv4() { (32, 96) } else { (128, 0) };
        let length = length.map_or(Ok(whole), |length| length.trim().parse::<u32>()).map_err(drop)?;
        if length > whole {
            return Err(());
        }
        let mask = u128::MAX.checked_shl(128 - offset - length).unwrap_or(0);
        Ok(Self { base: bits(address) & mask, mask })
    }
}

/// An address of either family as one number: IPv4 in its mapped form.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(four) => four.to_ipv6_mapped(),
        IpAddr::V6(six) => six,
    }
    .to_bits()
}

/// The proxies whose word is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

impl TrustedProxies {
    /// Reads `10.0.0.1, 192.168.0.0/16, fd00::/8`. Fails with the part that is no address or range.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| part.parse().map_err(|()| part.to_owned())).collect::<Result<_, _>>().map(Self)
    }

    /// Whether an address is one of theirs.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let bits = bits(address);
        self.0.iter().any(|network| bits & network.mask == network.base)
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
        let proxies = TrustedProxies::parse(proxies).unwrap();
        proxies.client(peer.parse().unwrap(), forwarded.iter().copied()).to_string()
    }

    #[test]
    fn ranges_hold_their_addresses_and_no_others() {
        let proxies = TrustedProxies::parse(" 10.0.0.0/8, 192.168.1.7,fd00::/8,, 0.0.0.0/32 ").unwrap();
        for trusted in ["10.255.0.1", "192.168.1.7", "fd12::1", "::ffff:10.1.1.1", "0.0.0.0"] {
            assert!(proxies.trusts(trusted.parse().unwrap()), "{trusted}");
        }
        for other in ["11.0.0.1", "192.168.1.8", "fe80::1", "::1", "0.0.0.1"] {
            assert!(!proxies.trusts(other.parse().unwrap()), "{other}");
        }
        assert!(TrustedProxies::parse("0.0.0.0/0").unwrap().trusts("8.8.8.8".parse().unwrap()));
        assert!(!TrustedProxies::parse("0.0.0.0/0").unwrap().trusts("2001::1".parse().unwrap()));
        for bad in ["10.0.0.0/33", "proxy", "10.0.0.0/x", "fd00::/129", "10.0.0/8"] {
            assert_eq!(TrustedProxies::parse(&format!("::1,{bad}")), Err(bad.to_owned()));
        }
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
