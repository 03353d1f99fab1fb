//! The routing rules: which vendor runs which record.
//!
//! A pin decides, else the first rule that matches, else the default. A rule may name several vendors with weights: a new
//! record goes to the one that [`super::weights`] orders first, and a record at one of them stays there. A rule may
//! also require what its vendor holds of the record. If a vendor falls short, the next vendor of the rule is tried, then the
//! next rule.

use std::collections::BTreeMap;

use switchboard_config::routing::{Require, Routing, Rule};
use switchboard_core::error::Result;

use super::{condition::matches, weights};
use crate::records::{Body, Managed};

/// A vendor that a record may go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// The vendor's configured name.
    pub vendor: &'a str,
    /// The configuration entry that names it.
    pub because: String,
    /// The rule's requirement.
    pub require: Option<Require>,
}

/// Lists the candidates in order; the record goes to the first that meets its rule's requirement. A candidate without a
/// requirement is the last one. `at` is the record's present vendor.
///
/// # Errors
/// `internal` if the body cannot be serialised.
pub fn candidates<'a, R: Managed>(
    routing: &'a Routing,
    body: &'a Body<R>,
    at: Option<&str>,
) -> Result<Vec<Candidate<'a>>> {
    let Body { desired, envelope } = body;
    if let Some(vendor) = &envelope.vendor {
        return Ok(vec![Candidate { vendor, because: format!("{}.vendor", R::NAME), require: None }]);
    }
    let mut draw_key: Option<Vec<u8>> = None;
    let mut candidates = Vec::new();
    for (index, Rule { when, vendors, require }) in routing.rules.iter().enumerate() {
        if !matches(when, &desired.record, &envelope.labels) {
            continue;
        }
        // The key is needed only for a choice between several vendors.
        if vendors.len() > 1 && draw_key.is_none() {
            draw_key = Some(key(body)?);
        }
        let preferred = preferred(vendors, at, draw_key.as_deref().unwrap_or_default()).into_iter();
        let require = *require;
        let because = || format!("routing.rules[{index}]");
        let mut chosen = preferred.map(|vendor| Candidate { vendor, because: because(), require });
        match require {
            Some(_) => candidates.extend(chosen),
            None => {
                candidates.extend(chosen.next());
                return Ok(candidates);
            }
        }
    }
    let default = routing.default.iter();
    let because = || "routing.default".to_owned();
    candidates.extend(default.map(|vendor| Candidate { vendor, because: because(), require: None }));
    Ok(candidates)
}

/// Orders the vendors of a rule, with the record's present one first.
fn preferred<'a>(vendors: &'a BTreeMap<String, u32>, at: Option<&str>, key: &[u8]) -> Vec<&'a str> {
    let stays = at.and_then(|at| vendors.get_key_value(at)).map(|(name, _)| name.as_str());
    let others = match vendors.len() {
        // One vendor leaves no choice.
        1 => vendors.keys().map(String::as_str).collect(),
        _ => weights::order(vendors, key),
    };
    stays.into_iter().chain(others.into_iter().filter(|name| Some(*name) != stays)).collect()
}

/// Returns a key that identifies a record before it has an id, so that a plan and the creation after it choose alike.
fn key<R: Managed>(body: &Body<R>) -> Result<Vec<u8>> {
    Ok(match &body.envelope.external_ref {
        Some(own) => own.clone().into_bytes(),
        None => {
            let mut document = body.document()?;
            document.sort_all_objects();
            document.to_string().into_bytes()
        }
    })
}
