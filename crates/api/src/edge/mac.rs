//! Message authentication codes with the store's signing key.

use hmac::{Hmac, KeyInit};
use sha2::Sha256;

/// Returns the code with this key, before its first byte.
pub(super) fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC pads a shorter key with zeros to the block size anyway. From a whole block, the construction cannot fail.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    Hmac::new(&block.into())
}
