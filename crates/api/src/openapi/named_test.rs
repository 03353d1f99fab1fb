//! Every named set and map occurs in the document: an entry that no longer equals its type has no effect.

use super::named::{MAPS, SETS};

#[test]
fn every_named_set_and_map_occurs() {
    let document = super::document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let named = SETS.iter().map(|(name, _)| name).chain(MAPS.iter().map(|(_, name)| name));
    let stale: Vec<_> = named.filter(|name| !schemas.contains_key(**name)).collect();
    assert!(stale.is_empty(), "no schema has these names: {stale:?}");
}
