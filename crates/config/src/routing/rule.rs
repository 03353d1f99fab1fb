//! Routing rules: `[[routing.rules]]`.

use std::collections::BTreeMap;

use oxilangtag::LanguageTag;
use serde_json::{Value, json};

use crate::{phone_prefix, table::Table, vendor::VendorNames};

/// Largest weight of a vendor.
const MAX_WEIGHT: u32 = 1000;

/// A routing rule: a condition, and the vendors for the records that meet it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Condition that a record must meet.
    pub when: Condition,
    /// Weights by vendor name: the vendors' relative shares of new records, 0 to 1000 each. At least one is above 0.
    pub vendors: BTreeMap<String, u32>,
    /// Requirement that a vendor must meet, if any.
    pub require: Option<Require>,
}

/// Requirement for the fidelity of a record at a vendor. The rule passes over a vendor that does not meet the requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Require {
    /// The vendor holds every field exactly as requested. Values that the gateway cannot verify count as exact.
    Exact,
    /// The vendor supports every field, at least approximately.
    NoUnsupported,
}

/// A condition for records. A record must meet every member of the condition. Every record meets an empty member.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Condition {
    /// Accepted languages (BCP 47), compared without regard to case; `de` also accepts `de-AT`.
    pub language: Vec<LanguageTag<String>>,
    /// Accepted directions: `inbound`, `outbound`.
    pub direction: Vec<String>,
    /// Required labels, by name. A record must have all of these labels with these values.
    pub labels: BTreeMap<String, String>,
    /// Accepted prefixes (E.164) of a trunk's own phone number, or of any phone number to which an agent transfers calls.
    pub phone_number: Vec<String>,
}

impl Rule {
    pub(super) fn read(mut table: Table<'_>, vendors: &VendorNames) -> Option<Self> {
        let when = Condition::read(table.table("when"));
        let vendors = read_vendors(&mut table, vendors);
        let words = [("exact", Require::Exact), ("no_unsupported", Require::NoUnsupported)];
        let require = table.word("require", &words);
        table.end();
        Some(Self { when, vendors: vendors?, require })
    }
}

/// Reads the key `vendor`, which stands for one vendor with the weight 1, or the key `vendors`, which has a weight
/// for each vendor. Reports a problem unless the rule has exactly one of the two keys.
fn read_vendors(table: &mut Table<'_>, names: &VendorNames) -> Option<BTreeMap<String, u32>> {
    let (single, several) = (table.has("vendor"), table.has("vendors"));
    let vendor = names.take(table, "vendor");
    table.note(
        "vendors",
        json!({ "additionalProperties": { "type": "integer", "minimum": 0, "maximum": MAX_WEIGHT } }),
    );
    let weights: Option<BTreeMap<String, Value>> = table.take("vendors");
    match (single, several) {
        (true, true) => table.refuse("vendors", "give either vendors or vendor, not both"),
        (false, false) => table.refuse("vendor", "is missing: give vendor, or vendors with their weights"),
        _ => {}
    }
    match several {
        true => Some(read_weights(table, weights?, names)),
        false => vendor.map(|name| BTreeMap::from([(name, 1)])),
    }
}

fn read_weights(
    table: &Table<'_>,
    given: BTreeMap<String, Value>,
    names: &VendorNames,
) -> BTreeMap<String, u32> {
    if given.values().all(|weight| weight.as_u64() == Some(0)) {
        table.refuse("vendors", "must give at least one vendor a weight above 0");
    }
    let mut weights = BTreeMap::new();
    for (name, weight) in given {
        let key = format!("vendors.{name}");
        let weight = weight.as_u64().and_then(|weight| u32::try_from(weight).ok());
        match weight.filter(|weight| *weight <= MAX_WEIGHT) {
            _ if !names.check(table, &key, &name) => {}
            Some(weight) => {
                weights.insert(name, weight);
            }
            None => table.refuse(&key, format!("must be a whole number from 0 to {MAX_WEIGHT}")),
        }
    }
    weights
}

impl Condition {
    fn read(mut table: Table<'_>) -> Self {
        let languages: Vec<String> = table.take("language").unwrap_or_default();
        let language = languages.into_iter().filter_map(|text| match LanguageTag::parse(text.clone()) {
            Ok(tag) => Some(tag),
            Err(error) => {
                table.refuse("language", format!("{text:?} is not a language tag (BCP 47): {error}"));
                None
            }
        });
        let language = language.collect();
        let direction: Vec<String> = table.take("direction").unwrap_or_default();
        for wrong in direction.iter().filter(|text| !["inbound", "outbound"].contains(&text.as_str())) {
            table.refuse("direction", format!("must be inbound or outbound, not {wrong:?}"));
        }
        let labels = table.take("labels").unwrap_or_default();
        let phone_number: Vec<String> = table.take("phone_number").unwrap_or_default();
        for wrong in phone_number.iter().filter(|text| !phone_prefix::is_prefix(text)) {
            table.refuse("phone_number", phone_prefix::describe_wrong(wrong));
        }
        table.end();
        Self { language, direction, labels, phone_number }
    }
}
