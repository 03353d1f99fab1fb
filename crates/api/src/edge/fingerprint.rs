//! Fingerprints of requests, by which the gateway checks that a repeated idempotency key comes with the same request.

use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};
use switchboard_engine::Fingerprint;

use super::mac;

/// The purpose of the key that is derived for fingerprints.
const PURPOSE: &[u8] = b"switchboard idempotency fingerprint";
/// The first byte of a keyed fingerprint. It distinguishes the current form from the forms of earlier versions.
const VERSION: u8 = 2;
/// The first byte of the earlier keyed fingerprints, which depend on the order of the members of the body. The earliest
/// fingerprints are unkeyed hashes without such a byte.
const FORMER_VERSION: u8 = 1;

/// The generator of fingerprints. The stored form of a fingerprint depends on a key, so that a reader of the store
/// learns nothing about the secrets in a body.
#[derive(Clone)]
pub struct Fingerprints {
    mac: Hmac<Sha256>,
}

impl Fingerprints {
    /// Creates a generator with a key that is derived from the store's signing key.
    pub fn new(signing_key: &[u8; 32]) -> Self {
        let derived = mac::keyed(signing_key).chain_update(PURPOSE).finalize().into_bytes();
        Self { mac: mac::keyed(&derived.into()) }
    }

    /// Makes the fingerprint of a request from its method, target and precondition, and its parsed body. The order of the
    /// members of objects does not count. Also returns the forms of earlier versions, to compare the request with
    /// fingerprints that these versions stored.
    pub(super) fn make(&self, parts: [&[u8]; 3], body: &Value) -> Fingerprint {
        let keyed = |version, unkeyed: &[u8]| {
            let code = self.mac.clone().chain_update(unkeyed).finalize().into_bytes();
            [&[version], &*code].concat()
        };
        let mut sorted = body.clone();
        sorted.sort_all_objects();
        let ordered = hash(parts, body);
        Fingerprint {
            stored: keyed(VERSION, &hash(parts, &sorted)),
            former: vec![keyed(FORMER_VERSION, &ordered), ordered],
        }
    }
}

/// Hashes the parts of a request and its parsed body. Whitespace between the tokens of the body does not count.
fn hash(parts: [&[u8]; 3], body: &Value) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(body.to_string());
    hash.finalize().to_vec()
}

impl std::fmt::Debug for Fingerprints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fingerprints([REDACTED])")
    }
}
