//! The routing rules, which decide the vendor of each record.
//!
//! A pin decides first, then the first matching rule, then the default. A rule may name several vendors with weights. A
//! new record goes to the vendor that [`super::weights`] orders first. A record that already runs at one of these
//! vendors stays there. A rule may also require that its vendor holds the record's fields. If a vendor does not meet
//! the requirement, the next vendor of the rule is tried, then the next matching rule, and finally the default.

use std::collections::BTreeMap;

use switchboard_config::routing::{Require, Routing, Rule};
use switchboard_core::error::Result;

use super::{condition::matches, weights};
use crate::records::{Body, Managed, RoutingValues};

/// A vendor at which a record may be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// The vendor's configured name.
    pub vendor: &'a str,
    /// The entry that names the vendor: the pin, the rule or the default.
    pub because: String,
    /// The rule's requirement. `None` for a pin, for the default, and for a rule without a requirement.
    pub require: Option<Require>,
}

/// Lists the candidates in order. The record goes to the first candidate that has no requirement or meets it. The list
/// ends with the first candidate that has no requirement, if there is one. `at` is the record's present vendor.
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
        return Ok(vec![Candidate { vendor, because: pin::<R>(), require: None }]);
    }
    let values = RoutingValues::new(&desired.record, envelope);
    let mut draw_key: Option<Vec<u8>> = None;
    let mut candidates = Vec::new();
    for (index, Rule { when, vendors, require }) in routing.rules.iter().enumerate() {
        if !matches(when, &values) {
            continue;
        }
        // The key is computed only if there are several vendors to choose from.
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

/// Returns the name of the entry that pins a record: `agent.vendor` or `trunk.vendor`.
pub fn pin<R: Managed>() -> String {
    format!("{}.vendor", R::NAME)
}

/// Returns the vendor to which the routing leads a record that runs at the vendor `at`. The inner result is `None` if
/// no rule or default applies. The outer result is `None` if the route depends on more than these values: on the losses
/// at a vendor, or on a choice by weight.
pub fn route_by_values<'a>(
    routing: &'a Routing,
    values: &'a RoutingValues,
    at: &'a str,
) -> Option<Option<&'a str>> {
    if let Some(vendor) = &values.pin {
        return Some(Some(vendor));
    }
    match routing.rules.iter().find(|rule| matches(&rule.when, values)) {
        None => Some(routing.default.as_deref()),
        Some(Rule { require: Some(_), .. }) => None,
        Some(Rule { vendors, .. }) if vendors.contains_key(at) => Some(Some(at)),
        Some(Rule { vendors, .. }) if vendors.len() > 1 => None,
        Some(Rule { vendors, .. }) => Some(vendors.keys().next().map(String::as_str)),
    }
}

/// Orders the vendors of a rule. The record's present vendor comes first if the rule names it. The other vendors follow
/// in the order of [`weights::order`]. A vendor with weight 0 is omitted, unless it is the present vendor or the rule's
/// only vendor.
fn preferred<'a>(vendors: &'a BTreeMap<String, u32>, at: Option<&str>, key: &[u8]) -> Vec<&'a str> {
    let stays = at.and_then(|at| vendors.get_key_value(at)).map(|(name, _)| name.as_str());
    let others = match vendors.len() {
        // A single vendor is used regardless of its weight.
        1 => vendors.keys().map(String::as_str).collect(),
        _ => weights::order(vendors, key),
    };
    stays.into_iter().chain(others.into_iter().filter(|name| Some(*name) != stays)).collect()
}

/// Returns a key that identifies a record before it has an id: the external reference or, if there is none, the whole body.
/// With such a key, a plan and the later creation choose the same vendor.
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
