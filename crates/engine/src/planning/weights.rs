//! The choice between several vendors by weight, without stored state.
//!
//! This is weighted rendezvous hashing. Every vendor draws a number from the record's key and its own name; a larger weight
//! makes larger numbers, and the largest number wins. Every process chooses the same vendor for the same key. If the weights
//! change, only the necessary number of records change their vendor.

use std::{cmp::Ordering, collections::BTreeMap};

use sha2::{Digest, Sha256};

/// Orders the vendors with a weight above 0, the chosen one first, for this key.
///
/// ```
/// # use std::collections::BTreeMap;
/// # use switchboard_engine::planning::weights::order;
/// let vendors = BTreeMap::from([("a".to_owned(), 90), ("b".to_owned(), 10), ("c".to_owned(), 0)]);
/// let chosen = order(&vendors, b"crm-4711");
/// assert_eq!(chosen.len(), 2);
/// assert_eq!(chosen, order(&vendors, b"crm-4711"));
/// ```
pub fn order<'a>(vendors: &'a BTreeMap<String, u32>, key: &[u8]) -> Vec<&'a str> {
    let drawn = vendors.iter().filter(|(_, weight)| **weight > 0);
    let mut drawn: Vec<_> = drawn.map(|(name, weight)| (draw(name, *weight, key), name.as_str())).collect();
    drawn.sort_by(|(one, _), (other, _)| other.partial_cmp(one).unwrap_or(Ordering::Equal));
    drawn.into_iter().map(|(_, name)| name).collect()
}

/// Draws an exponential variate with this weight as its scale. The largest of several wins in proportion to its weight.
fn draw(vendor: &str, weight: u32, key: &[u8]) -> f64 {
    let mut hash = Sha256::new();
    // The length prefix keeps different pairs of name and key from having the same bytes.
    hash.update((vendor.len() as u64).to_be_bytes());
    hash.update(vendor.as_bytes());
    hash.update(key);
    let [a, b, c, d, e, f, g, ..] = <[u8; 32]>::from(hash.finalize());
    let bits = u64::from_be_bytes([0, a, b, c, d, e, f, g]) >> 4;
    // The result is between 0 and 1, both excluded; an f64 represents 52 bits and a half exactly.
    let uniform = (bits as f64 + 0.5) / (1_u64 << 52) as f64;
    -f64::from(weight) / uniform.ln()
}
