//! Which vendor runs what.

use std::collections::BTreeMap;

use super::Managed;
use crate::config::routing::{self, Condition};

/// The configured routes.
pub struct Routing(pub routing::Routing);

/// A vendor, and why it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The vendor's configured name.
    pub vendor: String,
    /// `agent.vendor`, `routing.rules[N]` or `routing.default`.
    pub because: String,
}

impl Routing {
    /// The pin decides, else the first rule that matches, else the default. `None` where nothing decides.
    pub fn route<R: Managed>(
        &self,
        pin: Option<&str>,
        record: &R,
        labels: &BTreeMap<String, String>,
    ) -> Option<Route> {
        let route = |vendor: &str, because: String| Some(Route { vendor: vendor.to_owned(), because });
        if let Some(pin) = pin {
            return route(pin, format!("{}.vendor", R::NAME));
        }
        let rule = self.0.rules.iter().enumerate().find(|(_, rule)| matches(&rule.when, record, labels));
        match rule {
            Some((index, rule)) => route(&rule.vendor, format!("routing.rules[{index}]")),
            None => route(self.0.default.as_deref()?, "routing.default".to_owned()),
        }
    }
}

fn matches<R: Managed>(when: &Condition, record: &R, labels: &BTreeMap<String, String>) -> bool {
    let language = when.language.is_empty()
        || record.language().is_some_and(|spoken| {
            let spoken = spoken.as_str().to_ascii_lowercase();
            when.language.iter().any(|tag| {
                let tag = tag.as_str().to_ascii_lowercase();
                spoken == tag || spoken.starts_with(&format!("{tag}-"))
            })
        });
    let direction = when.direction.is_empty()
        || record.direction().is_some_and(|is| {
            let word = serde_json::to_value(is).unwrap_or_default();
            when.direction.iter().any(|wanted| word == wanted.as_str())
        });
    let labelled = when.labels.iter().all(|(name, value)| labels.get(name) == Some(value));
    language && direction && labelled
}
