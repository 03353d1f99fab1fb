//! Fingerprints of requests, by which the gateway checks that a repeated idempotency key comes with the same request.

use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};
use switchboard_engine::Fingerprint;

use super::mac;

/// The purpose of the key that is derived for fingerprints.
const PURPOSE: &[u8] = b"switchboard idempotency fingerprint";
/// The first byte of a keyed fingerprint. Fingerprints of earlier versions have no key and lack this byte.
const VERSION: u8 = 1;

/// The generator of fingerprints. The stored form of a fingerprint depends on a key, so that it reveals nothing about
/// the secrets in a body to a reader of the store.
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

    /// Makes the fingerprint of a request from its method, target and precondition, and its parsed body. Also returns
    /// the form without a key, to compare the request with fingerprints that an earlier version stored.
    pub(super) fn make(&self, parts: [&[u8]; 3], body: &Value) -> Fingerprint {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        // Hash the parsed body instead of its bytes, so that whitespace between tokens does not matter.
        hash.update(body.to_string());
        let unkeyed = hash.finalize();
        let code = self.mac.clone().chain_update(unkeyed).finalize().into_bytes();
        Fingerprint { keyed: [&[VERSION], &*code].concat(), unkeyed: unkeyed.to_vec() }
    }
}

impl std::fmt::Debug for Fingerprints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fingerprints([REDACTED])")
    }
}
