//! Which addresses may be called: public ones, and the private ones that the operator allowed.
//!
//! A tenant's administrator chooses where a webhook leads, but not what this server can reach: without this, a webhook
//! would be a way into the network behind it. Invariant: whatever is not known to be public is refused.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::domain::network::Network;

/// Whether an address may be called.
pub fn may_call(address: IpAddr, allowed: &[Network]) -> bool {
    is_public(address) || allowed.iter().any(|network| network.contains(address))
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match embedded(address) {
            Some(inside) => is_public_v4(inside),
            None => is_public_v6(address),
        },
    }
}

/// What is neither this machine, this network, private, shared, reserved, for examples, nor for many at once.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b));
    !special
}

/// Only what is given out to the public internet (2000::/3), without the ranges in it that are not.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let documentation = (first == 0x2001 && second == 0x0db8) || (first == 0x3fff && second < 0x1000);
    let special = first == 0x2001 && second < 0x0200;
    first & 0xe000 == 0x2000 && !documentation && !special
}

/// The IPv4 address that an IPv6 one leads to: mapped, translated (64:ff9b::/96) or tunnelled (2002::/16).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [first, second, third, fourth, fifth, sixth, seventh, eighth] = address.segments();
    let of = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match (first, second, third, fourth, fifth, sixth) {
        (0, 0, 0, 0, 0, 0xffff | 0) | (0x64, 0xff9b, 0, 0, 0, 0) => Some(of(seventh, eighth)),
        (0x2002, ..) => Some(of(second, third)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(text: &str, networks: &[&str]) -> bool {
        let networks: Vec<Network> = networks.iter().map(|text| text.parse().unwrap()).collect();
        may_call(text.parse().unwrap(), &networks)
    }

    #[test]
    fn only_the_public_internet_is_called() {
        for public in ["1.1.1.1", "203.119.1.1", "2400:3200::1", "2606:4700::1111", "64:ff9b::101:101"] {
            assert!(allowed(public, &[]), "{public}");
        }
        for inside in [
            "127.0.0.1",
            "127.8.8.8",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2002:a00:1::",
            "2001:db8::1",
            "::127.0.0.1",
            "100::1",
        ] {
            assert!(!allowed(inside, &[]), "{inside}");
        }
    }

    #[test]
    fn the_operator_allows_networks() {
        assert!(allowed("10.1.2.3", &["10.1.0.0/16"]));
        assert!(allowed("::ffff:10.1.2.3", &["10.1.0.0/16"]));
        assert!(!allowed("10.2.0.0", &["10.1.0.0/16"]));
        assert!(allowed("127.0.0.1", &["::1", "127.0.0.1"]));
        assert!(!allowed("127.0.0.2", &["127.0.0.1"]));
        assert!(allowed("192.168.9.9", &["0.0.0.0/0"]));
        assert!(allowed("fd00::9", &["fd00::/8"]));
    }
}
