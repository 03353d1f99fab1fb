//! The peer of a connection.

use std::net::{IpAddr, Ipv6Addr};

/// The network of a connection's peer: an IPv4 address, or the first 64 bits of an IPv6 address. The limits count all
/// addresses of a network as one. The server attaches the network to each request of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(pub IpAddr);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) >> 64 << 64).into(),
            v4 => v4,
        })
    }
}
