//! Aliases: `[voices.NAME]`, `[models.NAME]`, `[knowledge_bases.NAME]`, `[phone_numbers.NAME]`.

use std::collections::BTreeMap;

use serde_json::json;

use super::{table::Table, vendor::VendorNames};

/// The aliases of one kind. Maps each alias to the ids for which it stands, by vendor name. An alias need not have an
/// id for every vendor.
pub type Aliases = BTreeMap<String, BTreeMap<String, String>>;

pub(super) fn read(table: Table<'_>, vendors: &VendorNames) -> Aliases {
    let aliases = table.named().into_iter();
    aliases.map(|(name, table)| (name, ids(table, vendors))).collect()
}

fn ids(mut table: Table<'_>, vendors: &VendorNames) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    table.note("*", json!({ "type": "string", "minLength": 1 }));
    for (vendor, id) in table.take_rest().0 {
        match id {
            _ if !vendors.check(&table, &vendor, &vendor) => {}
            serde_json::Value::String(id) if !id.is_empty() => {
                ids.insert(vendor, id);
            }
            _ => table.refuse(&vendor, "must be the vendor's own id, as a string"),
        }
    }
    ids
}
