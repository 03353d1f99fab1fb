//! URLs to which a vendor sends requests.

use serde_json::json;
use switchboard_core::rule::{at, text};
use switchboard_core::vendor::is_private;

use super::toy::{GadgetRules, Vendor, merging, plain};

fn calling(remote: bool) -> Vendor {
    let vendor = merging(GadgetRules { script: at("/script", text()).called(), ..plain() });
    Vendor { facts: vendor.facts.clone().with_remote_vendor(remote), ..vendor }
}

#[test]
fn a_url_that_a_vendor_on_the_internet_cannot_reach_is_refused() {
    let private = json!({ "script": "http://localhost:3000/calls" });
    let error = calling(true).creation(private.clone()).unwrap_err();
    assert_eq!(
        error.detail,
        "/script cannot be sent to the vendor: the vendor cannot reach localhost, which only a private network has; use a public URL."
    );
    calling(true).created(json!({ "script": "https://example.com/calls" }));
    // A simulated vendor on this machine can reach the host.
    calling(false).created(private.clone());
    // An update of another field does not check the URL again.
    let louder = json!({ "script": "http://localhost:3000/calls", "volume": 1 });
    calling(true).update(private.clone(), &private, louder).unwrap();
}

#[test]
fn private_hosts_are_known_by_their_address_or_name() {
    for host in [
        "localhost",
        "LOCALHOST",
        "api.localhost",
        "127.0.0.1",
        "127.8.8.8",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.20",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "[::1]",
        "[fd00::1]",
        "[fe80::1]",
        "[::ffff:10.0.0.1]",
        "printer.local",
        "hooks.corp.internal",
        "intranet",
        "localhost.",
    ] {
        assert!(is_private(&format!("http://{host}/x").parse().unwrap()), "{host}");
    }
    for host in [
        "example.com",
        "93.184.216.34",
        "[2001:4860:4860::8888]",
        "local.example.com",
        "100.128.0.1",
        "mylocalhost.com",
    ] {
        assert!(!is_private(&format!("https://{host}/x").parse().unwrap()), "{host}");
    }
}
