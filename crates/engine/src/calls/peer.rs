//! Keyed hashes of phone numbers. With them, the store finds calls without knowing the numbers.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use switchboard_core::model::PhoneNumber;

/// The purpose of the key that is derived for the hashes. It must never change, because stored hashes depend on it.
const PURPOSE: &[u8] = b"switchboard phone number of a call";

/// The function that hashes phone numbers with a key. All processes of one store have the same key.
#[derive(Clone)]
pub struct PeerHash(Hmac<Sha256>);

impl PeerHash {
    /// Creates the function with a key that is derived from the store's signing key.
    pub fn new(signing_key: &[u8; 32]) -> Self {
        let derived = keyed(signing_key).chain_update(PURPOSE).finalize().into_bytes();
        Self(keyed(&derived.into()))
    }

    /// Hashes a phone number.
    pub fn hash(&self, number: &PhoneNumber) -> Vec<u8> {
        self.0.clone().chain_update(number.as_str()).finalize().into_bytes().to_vec()
    }
}

impl fmt::Debug for PeerHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PeerHash([REDACTED])")
    }
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC pads a shorter key with zeros to the block size. With a whole block, the construction cannot fail.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    Hmac::new(&block.into())
}
