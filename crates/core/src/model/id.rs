//! Ids of the gateway: a prefix for the kind, and a UUIDv7 or a hash in base32.

use uuid::Uuid;

use crate::model::Root;

/// Crockford's alphabet, in lower case: no i, l, o or u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Builds a new id for a record of this kind, such as `agt_01jd…`. Later ids sort after earlier ones.
pub fn new<R: Root>() -> String {
    prefixed(R::PREFIX)
}

/// Builds a new id with this prefix, such as `op_01jd…`, for anything that is not a record.
pub fn prefixed(prefix: &str) -> String {
    format!("{prefix}_{}", base32(Uuid::now_v7()))
}

/// Builds an id from the first 128 bits of a hash, such as `plan_01jd…`. Equal hashes give equal ids.
pub fn of_content(prefix: &str, hash: [u8; 32]) -> String {
    let mut first = [0; 16];
    first.copy_from_slice(&hash[..16]);
    format!("{prefix}_{}", base32(Uuid::from_bytes(first)))
}

/// Returns true if a string has the form of an id for this kind of record.
pub fn fits<R: Root>(text: &str) -> bool {
    let digits = text.strip_prefix(R::PREFIX).and_then(|rest| rest.strip_prefix('_'));
    digits.is_some_and(|digits| digits.len() == 26 && digits.bytes().all(|b| ALPHABET.contains(&b)))
}

/// Encodes 128 bits as 26 digits. The first digit encodes three bits, every other digit five.
fn base32(id: Uuid) -> String {
    let bits = id.as_u128();
    (0..26).rev().map(|place| char::from(ALPHABET[((bits >> (place * 5)) & 31) as usize])).collect()
}
