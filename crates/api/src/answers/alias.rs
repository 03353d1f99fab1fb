//! The answers about aliases.

use std::collections::BTreeMap;

use serde::Serialize;
use switchboard_engine::{AliasKind, Fleet};
use utoipa::ToSchema;

/// A name that stands for another id at each vendor. A record can have the name in place of the id.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alias)]
pub struct AliasAnswer {
    /// The kind of object that the alias stands for.
    #[schema(inline)]
    kind: AliasKind,
    /// The name.
    name: String,
    /// The id for which the name stands at each configured vendor.
    ids: BTreeMap<String, String>,
    /// The configured vendors at which the name stands for no id. These vendors refuse a record that has the name in a field that they
    /// support.
    missing_at: Vec<String>,
}

impl AliasAnswer {
    /// Lists the aliases of a configuration, of one kind or of all kinds.
    pub fn all(fleet: &Fleet, kind: Option<AliasKind>) -> impl Iterator<Item = Self> {
        let wanted = fleet.aliases().filter(move |(of, ..)| kind.is_none_or(|kind| kind == *of));
        wanted.map(|(kind, name, ids)| Self {
            kind,
            name: name.to_owned(),
            ids: ids.clone(),
            missing_at: fleet
                .vendors()
                .map(|vendor| vendor.name().to_owned())
                .filter(|vendor| !ids.contains_key(vendor))
                .collect(),
        })
    }
}
