//! `[[routing.rules]]`.

use std::collections::BTreeMap;

use oxilangtag::LanguageTag;
use serde_json::Value;

use crate::{table::Table, vendor::VendorNames};

/// The largest weight.
const MAX_WEIGHT: u32 = 1000;
/// The most digits of a phone number (E.164).
const MAX_DIGITS: usize = 15;

/// The vendors of the agents that meet a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The condition.
    pub when: Condition,
    /// The vendors by their configured names, each with its share of new agents: 0 to 1000, one at least above 0.
    pub vendors: BTreeMap<String, u32>,
    /// What a vendor must hold of an agent; nothing in particular where it is absent.
    pub require: Option<Require>,
}

/// What a vendor must hold of an agent, so that a rule leads there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Require {
    /// Everything, as it is asked.
    Exact,
    /// Everything, if only nearly.
    NoUnsupported,
}

/// What an agent must be. Empty parts are met by every agent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Condition {
    /// One of these languages (BCP 47), regions of them included.
    pub language: Vec<LanguageTag<String>>,
    /// One of these directions: `inbound`, `outbound`.
    pub direction: Vec<String>,
    /// All of these labels.
    pub labels: BTreeMap<String, String>,
    /// A phone number (E.164) that begins like one of these: a trunk's own, the one that an agent hands calls to.
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

/// One vendor, or several with their weights.
fn read_vendors(table: &mut Table<'_>, names: &VendorNames) -> Option<BTreeMap<String, u32>> {
    let (one, several) = (table.has("vendor"), table.has("vendors"));
    let vendor = names.take(table, "vendor");
    let weights: Option<BTreeMap<String, Value>> = table.take("vendors");
    match (one, several) {
        (true, true) => table.refuse("vendors", "give either this or vendor, not both"),
        (false, false) => table.refuse("vendor", "is missing; give this, or vendors with their weights"),
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
        table.refuse("vendors", "one vendor at least must have a weight above 0");
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
        if let Some(wrong) = direction.iter().find(|text| !["inbound", "outbound"].contains(&text.as_str())) {
            table.refuse("direction", format!("{wrong:?} is neither inbound nor outbound"));
        }
        let labels = table.take("labels").unwrap_or_default();
        let phone_number: Vec<String> = table.take("phone_number").unwrap_or_default();
        for wrong in phone_number.iter().filter(|text| !is_prefix(text)) {
            let message =
                format!("{wrong:?} is not the beginning of a phone number (E.164), such as \"+49\"");
            table.refuse("phone_number", message);
        }
        table.end();
        Self { language, direction, labels, phone_number }
    }
}

/// Whether a phone number can begin like this.
fn is_prefix(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    let length = (1..=MAX_DIGITS).contains(&digits.len());
    length && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
}
