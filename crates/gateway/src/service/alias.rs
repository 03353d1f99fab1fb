//! Names of ours for voices, models and knowledge bases, as the vendor calls them.

use switchboard_core::{Desired, Error, Kind, Result, Violation};

use super::{
    Managed,
    managed::{AliasKind, Aliased},
};
use crate::config::{Aliases, Config};

/// The configured aliases.
pub struct Tables {
    voices: Aliases,
    models: Aliases,
    knowledge_bases: Aliases,
}

impl Tables {
    pub fn new(config: &Config) -> Self {
        Self {
            voices: config.voices.clone(),
            models: config.models.clone(),
            knowledge_bases: config.knowledge_bases.clone(),
        }
    }

    /// The record with every alias replaced by this vendor's own id. What is no alias is the vendor's own id already.
    ///
    /// # Errors
    /// `capability_loss` for every alias that has no id at this vendor.
    pub fn resolve<R: Managed>(&self, desired: &Desired<R>, vendor: &str) -> Result<Desired<R>> {
        let mut resolved = desired.clone();
        let missing: Vec<_> =
            resolved.record.aliased().into_iter().filter_map(|field| self.replace(field, vendor)).collect();
        if missing.is_empty() { Ok(resolved) } else { Err(Error::invalid(missing)) }
    }

    fn replace(&self, field: Aliased<'_>, vendor: &str) -> Option<Violation> {
        let table = match field.kind {
            AliasKind::Voice => &self.voices,
            AliasKind::Model => &self.models,
            AliasKind::KnowledgeBase => &self.knowledge_bases,
        };
        let ids = table.get(field.value.as_str())?;
        match ids.get(vendor) {
            Some(id) => {
                field.value.clone_from(id);
                None
            }
            None => {
                let detail =
                    format!("{} is the alias {:?}, which has no id at {vendor}.", field.pointer, field.value);
                Some(Violation::at(field.pointer, Kind::CapabilityLoss, detail))
            }
        }
    }
}
