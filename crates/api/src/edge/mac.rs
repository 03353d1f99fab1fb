//! Message authentication codes (HMAC with SHA-256).

use hmac::{Hmac, KeyInit};
use sha2::Sha256;

/// Starts a code with this key. The caller adds the bytes to authenticate.
pub(super) fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC pads a key that is shorter than a block with zeros, so a key that is already padded gives the same codes.
    // With a whole block, the construction cannot fail.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    Hmac::new(&block.into())
}
