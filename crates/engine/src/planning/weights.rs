//! Choosing one of several vendors by weight, without remembering who chose what.
//!
//! This is weighted rendezvous hashing: every vendor draws a number from the record's key and its own name, the larger its
//! weight the larger, and the largest wins. Whoever chooses for the same key chooses the same, in every process; and where
//! weights change, only as many records change their vendor as have to.

use std::{cmp::Ordering, collections::BTreeMap};

use sha2::{Digest, Sha256};

/// The vendors whose weight is above 0, in the order in which they are chosen for this key.
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

/// An exponential variate with this weight as its scale: of several, each is the largest as often as its weight says.
fn draw(vendor: &str, weight: u32, key: &[u8]) -> f64 {
    let mut hash = Sha256::new();
    // With its length, so that no two pairs of a name and a key read the same.
    hash.update((vendor.len() as u64).to_be_bytes());
    hash.update(vendor.as_bytes());
    hash.update(key);
    let [a, b, c, d, e, f, g, ..] = <[u8; 32]>::from(hash.finalize());
    let bits = u64::from_be_bytes([0, a, b, c, d, e, f, g]) >> 4;
    // Between 0 and 1, both left out: 52 bits and a half are what the number holds exactly.
    let uniform = (bits as f64 + 0.5) / (1_u64 << 52) as f64;
    -f64::from(weight) / uniform.ln()
}
