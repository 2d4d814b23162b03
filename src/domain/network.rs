//! Ranges of addresses that the operator names: `10.1.0.0/16`, `fd00::/8`, or a single address.
//!
//! Must not know what a range is named for. Invariant: an IPv4 address and the IPv6 one that stands for it are the same.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv6Net};

/// How many bits of an IPv6 address stand before the IPv4 address in it.
const BEFORE_V4: u8 = 96;

/// A range of addresses, an IPv4 one as the IPv6 one that stands for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(Ipv6Net);

/// Text that is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoNetwork;

impl Network {
    /// Reads ranges with commas between. Fails with the part that is none.
    pub fn list(text: &str) -> Result<Vec<Self>, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| part.parse().map_err(|NoNetwork| part.to_owned())).collect()
    }

    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&as_v6(address))
    }
}

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let single = |_| text.parse::<IpAddr>().map(IpNet::from);
        let network = text.parse::<IpNet>().or_else(single).map_err(|_| NoNetwork)?;
        let length = network.prefix_len() + if network.addr().is_ipv4() { BEFORE_V4 } else { 0 };
        Ipv6Net::new(as_v6(network.addr()), length).map(Self).map_err(|_| NoNetwork)
    }
}

fn as_v6(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(networks: &str, address: &str) -> bool {
        let address = address.parse().unwrap();
        Network::list(networks).unwrap().iter().any(|network| network.contains(address))
    }

    #[test]
    fn ranges_hold_their_addresses_and_no_others() {
        let networks = " 10.0.0.0/8, 192.168.1.7,fd00::/8,, 0.0.0.0/32, 172.16.9.9/12 ";
        for inside in ["10.255.0.1", "192.168.1.7", "fd12::1", "::ffff:10.1.1.1", "0.0.0.0", "172.31.0.1"] {
            assert!(holds(networks, inside), "{inside}");
        }
        for outside in ["11.0.0.1", "192.168.1.8", "fe80::1", "::1", "0.0.0.1", "172.32.0.1"] {
            assert!(!holds(networks, outside), "{outside}");
        }
        assert!(holds("0.0.0.0/0", "8.8.8.8") && !holds("0.0.0.0/0", "2001::1"));
        assert!(holds("::/0", "8.8.8.8") && holds("::ffff:10.0.0.0/104", "10.1.1.1"));
        assert!(!holds("", "127.0.0.1"));
    }

    #[test]
    fn what_is_no_range_is_named() {
        for bad in ["10.0.0.0/33", "proxy", "10.0.0.0/x", "fd00::/129", "10.0.0/8", "10.0.0.1:80", "/8"] {
            assert_eq!(Network::list(&format!("::1,{bad}")), Err(bad.to_owned()));
        }
    }
}
