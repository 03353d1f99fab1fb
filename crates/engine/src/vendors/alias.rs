//! Aliases: names for voices, models, knowledge bases and phone numbers whose ids differ between vendors.

use std::collections::BTreeMap;

use switchboard_config::{self as config, Config};
use switchboard_core::{
    error::{Error, Kind, Result, Violation},
    plan::{Desired, Translator},
    rule::{Capability, Support, Unread},
};

use super::Vendor;
use crate::records::{AliasKind, Aliased, Managed};

/// The configured aliases.
pub struct Aliases {
    voices: config::Aliases,
    models: config::Aliases,
    knowledge_bases: config::Aliases,
    phone_numbers: config::Aliases,
}

impl Aliases {
    /// Creates the aliases of a configuration.
    pub fn new(config: &Config) -> Self {
        Self {
            voices: config.voices.clone(),
            models: config.models.clone(),
            knowledge_bases: config.knowledge_bases.clone(),
            phone_numbers: config.phone_numbers.clone(),
        }
    }

    /// Lists the aliases, ordered by kind and name, each with its ids by vendor.
    pub fn all(&self) -> impl Iterator<Item = (AliasKind, &str, &BTreeMap<String, String>)> {
        AliasKind::ALL
            .into_iter()
            .flat_map(move |kind| self.table(kind).iter().map(move |(name, ids)| (kind, name.as_str(), ids)))
    }

    /// Replaces every alias in a record with the vendor's id. Other values remain unchanged. `label` is the vendor's
    /// name in error messages.
    ///
    /// # Errors
    /// `capability_loss` for every alias without an id at this vendor, if the vendor supports the field. An unsupported field
    /// is not an error here, because the plan reports the field.
    pub fn resolve<R: Managed>(
        &self,
        desired: &Desired<R>,
        vendor: &Vendor,
        label: &str,
    ) -> Result<Desired<R>> {
        let mut resolved = desired.clone();
        let rows = || {
            let adapter = vendor.adapter().descriptor().adapter;
            Ok(Translator::new(vendor.resource::<R>()?, adapter).capabilities())
        };
        self.replace_all(resolved.record.aliased_mut(), vendor.name(), label, rows)?;
        Ok(resolved)
    }

    /// Replaces every alias in these fields with the vendor's id. `capabilities` returns the vendor's capabilities for the
    /// kind of record.
    ///
    /// # Errors
    /// The errors of [`Self::resolve`], and those of `capabilities`.
    pub(super) fn replace_all(
        &self,
        fields: Vec<Aliased<&mut String>>,
        vendor: &str,
        label: &str,
        capabilities: impl FnOnce() -> Result<Vec<Capability>>,
    ) -> Result<()> {
        let missing = fields.into_iter().filter_map(|field| self.replace(field, vendor, label));
        let mut missing: Vec<_> = missing.collect();
        if missing.is_empty() {
            return Ok(());
        }
        let rows = capabilities()?;
        missing.retain(|(pointer, _)| {
            let row = rows.iter().find(|row| pointer.starts_with(&row.field));
            row.is_none_or(|row| row.support != Support::Unsupported)
        });
        let missing: Vec<_> = missing.into_iter().map(|(_, violation)| violation).collect();
        if missing.is_empty() { Ok(()) } else { Err(Error::invalid(missing)) }
    }

    /// Lists the fields of a vendor's record that clash with an alias, each once. The value of such a field equals the
    /// name of an alias, but the alias stands for another id at this vendor, or for none. The gateway must not store
    /// the value, because the gateway would later resolve it as the alias.
    ///
    /// # Errors
    /// `capability_loss` if the vendor does not have this kind of record.
    pub fn mistaken<R: Managed>(&self, record: &R, vendor: &Vendor) -> Result<Vec<Unread>> {
        let names: Vec<_> = record
            .aliased()
            .into_iter()
            .filter_map(|field| {
                let ids = self.table(field.kind).get(field.value.as_str())?;
                (ids.get(vendor.name()) != Some(field.value)).then(|| (field.pointer, field.value.clone()))
            })
            .collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let rows =
            Translator::new(vendor.resource::<R>()?, vendor.adapter().descriptor().adapter).capabilities();
        let mut mistaken: Vec<Unread> = Vec::new();
        for (pointer, name) in names {
            let row = rows.iter().find(|row| pointer.starts_with(&row.field));
            let Some(row) = row.filter(|row| mistaken.iter().all(|known| known.field != row.field)) else {
                continue;
            };
            mistaken.push(Unread {
                field: row.field.clone(),
                vendor_field: row.vendor_fields.first().copied().unwrap_or_default().to_owned(),
                why: format!("The vendor has {name:?} here, which is an alias for something else."),
            });
        }
        Ok(mistaken)
    }

    /// Returns true if an alias of this kind has this name.
    pub(super) fn is_alias(&self, kind: AliasKind, name: &str) -> bool {
        self.table(kind).contains_key(name)
    }

    /// Returns the ids that the aliases of a kind have at a vendor, by alias. Omits aliases without an id at the
    /// vendor.
    pub(super) fn ids(&self, kind: AliasKind, vendor: &str) -> BTreeMap<String, String> {
        let aliases = self.table(kind).iter();
        aliases.filter_map(|(name, ids)| Some((name.clone(), ids.get(vendor)?.clone()))).collect()
    }

    fn table(&self, kind: AliasKind) -> &config::Aliases {
        match kind {
            AliasKind::Voice => &self.voices,
            AliasKind::Model => &self.models,
            AliasKind::KnowledgeBase => &self.knowledge_bases,
            AliasKind::PhoneNumber => &self.phone_numbers,
        }
    }

    fn replace(&self, field: Aliased<&mut String>, vendor: &str, label: &str) -> Option<(String, Violation)> {
        let ids = self.table(field.kind).get(field.value.as_str())?;
        match ids.get(vendor) {
            Some(id) => {
                field.value.clone_from(id);
                None
            }
            None => {
                let key = format!("{}.{}.{vendor}", field.kind.table(), key(field.value));
                let detail = format!(
                    "{} is the alias {:?}, which has no id at {label}: use another alias or one of the vendor's own ids, or add \
                     {key} to the configuration.",
                    field.pointer, field.value
                );
                Some((field.pointer.clone(), Violation::at(field.pointer, Kind::CapabilityLoss, detail)))
            }
        }
    }
}

/// Formats a name as a key of the configuration. Quotes the name unless it is a valid bare key in TOML.
fn key(name: &str) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
    match !name.is_empty() && name.bytes().all(bare) {
        true => name.to_owned(),
        false => format!("{name:?}"),
    }
}
