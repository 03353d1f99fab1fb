//! Which vendor runs what.
//!
//! The pin decides, else the first rule that matches, else the default. A rule may name several vendors with weights: a new
//! record goes to the one that [`weights`](super::weights) puts first, and one that is at any of them stays there. A rule may also demand what
//! its vendor has to hold of the record; where it does not, the next vendor of the rule is asked, then the next rule.

use std::collections::BTreeMap;

use switchboard_config::routing::{Require, Routing, Rule};
use switchboard_core::Result;

use super::{condition::matches, weights};
use crate::records::{Body, Managed};

/// A vendor that a record may go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Its configured name.
    pub vendor: &'a str,
    /// The configuration entry that leads there.
    pub because: String,
    /// What the vendor has to hold of the record.
    pub require: Option<Require>,
}

/// The vendors in the order in which the record goes to the first that holds what is demanded. Nothing comes after one of
/// which nothing is demanded. `at` is where the record is already.
///
/// # Errors
/// `internal` where the body cannot be serialised.
pub fn candidates<'a, R: Managed>(
    routing: &'a Routing,
    body: &'a Body<R>,
    at: Option<&str>,
) -> Result<Vec<Candidate<'a>>> {
    let Body { desired, envelope } = body;
    if let Some(vendor) = &envelope.vendor {
        return Ok(vec![Candidate { vendor, because: format!("{}.vendor", R::NAME), require: None }]);
    }
    let mut drawn_by: Option<Vec<u8>> = None;
    let mut candidates = Vec::new();
    for (index, Rule { when, vendors, require }) in routing.rules.iter().enumerate() {
        if !matches(when, &desired.record, &envelope.labels) {
            continue;
        }
        // Only a choice between several vendors needs the key.
        if vendors.len() > 1 && drawn_by.is_none() {
            drawn_by = Some(key(body)?);
        }
        let preferred = preferred(vendors, at, drawn_by.as_deref().unwrap_or_default()).into_iter();
        let require = *require;
        let because = || format!("routing.rules[{index}]");
        let mut led = preferred.map(|vendor| Candidate { vendor, because: because(), require });
        match require {
            Some(_) => candidates.extend(led),
            None => {
                candidates.extend(led.next());
                return Ok(candidates);
            }
        }
    }
    let default = routing.default.iter();
    let because = || "routing.default".to_owned();
    candidates.extend(default.map(|vendor| Candidate { vendor, because: because(), require: None }));
    Ok(candidates)
}

/// The vendors of a rule, the one where the record is first.
fn preferred<'a>(vendors: &'a BTreeMap<String, u32>, at: Option<&str>, key: &[u8]) -> Vec<&'a str> {
    let stays = at.and_then(|at| vendors.get_key_value(at)).map(|(name, _)| name.as_str());
    let others = match vendors.len() {
        // Nothing is to be chosen.
        1 => vendors.keys().map(String::as_str).collect(),
        _ => weights::order(vendors, key),
    };
    stays.into_iter().chain(others.into_iter().filter(|name| Some(*name) != stays)).collect()
}

/// What tells a record from others before it has an id, so that a plan and the creation that follows choose the same.
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
