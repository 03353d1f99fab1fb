//! The leaves of a vendor's document, by their full paths. As in rules, a path can lead through the items of
//! lists at any depth.

use std::collections::BTreeMap;

use serde_json::Value;
use switchboard_core::{
    error::Result,
    model::Root,
    rule::{Cardinality, Part, Unit, document_path},
};

use crate::bench::{Bench, touched};

impl<R: Root> Bench<R> {
    /// Lists every leaf of a document by its path. The items of a list have paths of their own only if a rule selects
    /// an item of that list. Omits parts without members, and the ids by which parts refer to each other.
    pub fn leaves<'a>(&self, document: &'a Value) -> Result<BTreeMap<String, &'a Value>> {
        let mut leaves = BTreeMap::new();
        let paths: Vec<_> = self.rows.iter().flat_map(touched).collect();
        collect(document, String::new(), &paths, &mut leaves);
        leaves.remove("");
        for part in self.layout()? {
            leaves.remove(&part.pointer());
            part.linked_at.and_then(|link| leaves.remove(link));
        }
        Ok(leaves)
    }

    /// Returns the path of the unit that an update replaces together with the value at `path`, or `None` if
    /// an update replaces only that value.
    pub fn unit<'p>(&self, path: &'p str) -> Result<Option<&'p str>> {
        let name = path.split('/').nth(1).unwrap_or_default();
        let mut parts = self.layout()?.iter();
        let Some(part) = parts.find(|part| part.name.is_empty() || part.name == name) else {
            return Ok(None);
        };
        if let Cardinality::Each(_) = part.cardinality {
            return Ok(path.get(..part.pointer().len()));
        }
        Ok(match part.replaces {
            Unit::Document => path.get(..part.pointer().len()),
            Unit::Member => path.get(..end_of_member(part, path)),
            Unit::Leaf => path.find("/[").and_then(|end| path.get(..end)),
        })
    }

    /// Returns true if the vendor keeps the value of a leaf that the update body `sent` omits.
    pub fn keeps(&self, sent: &Value, leaf: &str) -> Result<bool> {
        let unit = self.unit(leaf)?;
        Ok(unit.is_none_or(|unit| document_path::get(sent, unit).is_none()))
    }
}

/// Returns true if a leaf belongs to a rule's path: the leaf is at, below or above the path, or it is the member that
/// selects a list item on the path.
pub fn owns(path: &str, leaf: &str) -> bool {
    let below =
        |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    let selects = |item: &str| {
        let key = item.rsplit_once("/[").and_then(|(_, selector)| selector.split_once('='));
        key.is_some_and(|(key, _)| {
            leaf.strip_prefix(item).and_then(|rest| rest.strip_prefix('/')) == Some(key)
        })
    };
    path == leaf || below(leaf, path) || below(path, leaf) || document_path::items_on(path).any(selects)
}

fn end_of_member(part: &Part, path: &str) -> usize {
    let start = part.pointer().len() + 1;
    path.get(start..).and_then(|rest| rest.find('/')).map_or(path.len(), |end| start + end)
}

fn collect<'a>(value: &'a Value, at: String, paths: &[&str], leaves: &mut BTreeMap<String, &'a Value>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                collect(member, format!("{at}/{name}"), paths, leaves);
            }
        }
        Value::Array(items) if paths.iter().any(|path| path.starts_with(&format!("{at}/["))) => {
            for (index, item) in items.iter().enumerate() {
                let name = selector(item, &at, paths).unwrap_or_else(|| format!("{at}/{index}"));
                collect(item, name, paths, leaves);
            }
        }
        leaf => {
            leaves.insert(at, leaf);
        }
    }
}

/// Returns the path of a list item, with the selector of the rule that selects the item. Returns `None` if no
/// rule selects the item.
fn selector(item: &Value, list: &str, paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|path| {
        let selector = path.strip_prefix(list)?.strip_prefix("/[")?.split_once(']')?.0;
        let (key, value) = selector.split_once('=')?;
        (item.get(key)? == value).then(|| format!("{list}/[{selector}]"))
    })
}
