//! Which vendor runs what.
//!
//! The pin decides, else the first rule that matches, else the default. A rule may name several vendors with weights: a new
//! record goes to the one that [`choice`] puts first, and one that is at any of them stays there. A rule may also demand what
//! its vendor has to hold of the record; where it does not, the next vendor of the rule is asked, then the next rule.

pub mod choice;
mod condition;
mod decide;
mod stale;

use std::{cell::LazyCell, collections::BTreeMap};
use switchboard_config::routing::{self, Require, Rule};

use serde::{Deserialize, Serialize};

pub use condition::{has, matches, speaks, takes};

use super::{Managed, body::Body};

/// The configured routes.
pub struct Routing(pub routing::Routing);

/// A vendor, and why it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The vendor's configured name.
    pub vendor: String,
    /// `agent.vendor`, `routing.rules[N]` or `routing.default`.
    pub because: String,
    /// Where the route would have led first.
    pub passed_over: Vec<PassedOver>,
}

/// A vendor that a rule led to and that does not hold what the rule demands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// What led there: `routing.rules[N]`.
    pub because: String,
    /// The vendor's configured name.
    pub vendor: String,
    /// What is missing there.
    pub why: String,
}

/// A vendor that a record may go to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate<'a> {
    vendor: &'a str,
    because: String,
    /// What the vendor has to hold of the record.
    require: Option<Require>,
}

impl Routing {
    /// The vendors in the order in which the record goes to the first that holds what is demanded. Nothing comes after one of
    /// which nothing is demanded. `at` is where the record is already.
    fn candidates<'a, R: Managed>(&'a self, body: &'a Body<R>, at: Option<&str>) -> Vec<Candidate<'a>> {
        let Body { desired, envelope } = body;
        if let Some(vendor) = &envelope.vendor {
            return vec![Candidate { vendor, because: format!("{}.vendor", R::NAME), require: None }];
        }
        let key = LazyCell::new(|| key(body));
        let mut candidates = Vec::new();
        for (index, Rule { when, vendors, require }) in self.0.rules.iter().enumerate() {
            if !matches(when, &desired.record, &envelope.labels) {
                continue;
            }
            let preferred = preferred(vendors, at, || &**key).into_iter();
            let require = *require;
            let because = || format!("routing.rules[{index}]");
            let mut led = preferred.map(|vendor| Candidate { vendor, because: because(), require });
            match require {
                Some(_) => candidates.extend(led),
                None => {
                    candidates.extend(led.next());
                    return candidates;
                }
            }
        }
        let default = self.0.default.iter();
        let because = || "routing.default".to_owned();
        candidates.extend(default.map(|vendor| Candidate { vendor, because: because(), require: None }));
        candidates
    }
}

/// The vendors of a rule, the one where the record is first.
fn preferred<'a, 'k>(
    vendors: &'a BTreeMap<String, u32>,
    at: Option<&str>,
    key: impl FnOnce() -> &'k [u8],
) -> Vec<&'a str> {
    let stays = at.and_then(|at| vendors.get_key_value(at)).map(|(name, _)| name.as_str());
    let others = match vendors.len() {
        // Nothing is to be chosen.
        1 => vendors.keys().map(String::as_str).collect(),
        _ => choice::order(vendors, key()),
    };
    stays.into_iter().chain(others.into_iter().filter(|name| Some(*name) != stays)).collect()
}

/// What tells a record from others before it has an id, so that a plan and the creation that follows choose the same.
fn key<R: Managed>(body: &Body<R>) -> Vec<u8> {
    match &body.envelope.external_ref {
        Some(own) => own.clone().into_bytes(),
        None => {
            let mut document = body.document();
            document.sort_all_objects();
            document.to_string().into_bytes()
        }
    }
}
