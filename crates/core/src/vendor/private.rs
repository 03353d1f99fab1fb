//! The recognition of hosts that only a private network can reach.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Domains for which public name servers return no addresses (RFC 6761, RFC 6762, RFC 8375; `internal`: ICANN, 2024).
const PRIVATE_DOMAINS: [&str; 5] = ["localhost", "local", "internal", "home.arpa", "test"];

/// Returns true if a host on the internet cannot reach the host of this URL. This applies to unspecified addresses, to
/// addresses of loopback, private, shared and link-local networks, to names without a dot, and to names below a private
/// domain.
pub fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_private_v4(address),
        Some(Host::Ipv6(address)) => match address.to_ipv4_mapped() {
            Some(address) => is_private_v4(address),
            None => is_private_v6(address),
        },
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            let below = |domain: &str| name.strip_suffix(domain).is_some_and(|above| above.ends_with('.'));
            !name.contains('.') || PRIVATE_DOMAINS.into_iter().any(below)
        }
        None => false,
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    // RFC 6598: the shared network of carriers.
    let shared = address.octets()[0] == 100 && (64..128).contains(&address.octets()[1]);
    shared
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_unspecified()
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_unique_local()
        || address.is_unicast_link_local()
}
