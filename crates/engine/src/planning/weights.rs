//! The choice between several vendors by weight, without stored state.
//!
//! The algorithm is weighted rendezvous hashing. It computes a number for every vendor from the record's key, the
//! vendor's name and the vendor's weight. A larger weight makes larger numbers more likely, and the vendor with the
//! largest number is chosen. Every process chooses the same vendor for the same key. If the weights change, the choice
//! changes for as few records as possible.

use std::{cmp::Ordering, collections::BTreeMap};

use sha2::{Digest, Sha256};

/// Orders the vendors by their numbers for a key, the largest number first. The first vendor is the chosen one. Vendors with
/// weight 0 are omitted.
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

/// Returns the reciprocal of an exponential variate whose rate is the weight. The probability that a vendor has the largest
/// value is therefore proportional to its weight.
fn draw(vendor: &str, weight: u32, key: &[u8]) -> f64 {
    let mut hash = Sha256::new();
    // The length prefix ensures that no two pairs of name and key produce the same input bytes.
    hash.update((vendor.len() as u64).to_be_bytes());
    hash.update(vendor.as_bytes());
    hash.update(key);
    let [a, b, c, d, e, f, g, ..] = <[u8; 32]>::from(hash.finalize());
    let bits = u64::from_be_bytes([0, a, b, c, d, e, f, g]) >> 4;
    // The value is greater than 0 and less than 1. An f64 represents a 52-bit integer plus 0.5 exactly.
    let uniform = (bits as f64 + 0.5) / (1_u64 << 52) as f64;
    -f64::from(weight) / uniform.ln()
}
