//! The answers about aliases.

use std::collections::BTreeMap;

use serde::Serialize;
use switchboard_engine::{AliasKind, Fleet};
use utoipa::ToSchema;

/// A configured name that stands for a different id at each vendor. A record can have the name in place of the
/// vendor's id.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alias)]
pub struct AliasAnswer {
    /// The kind of object that the alias stands for.
    #[schema(inline)]
    kind: AliasKind,
    /// The name.
    name: String,
    /// The ids for which the name stands, by configured vendor. The vendors in `missing_at` are omitted.
    ids: BTreeMap<String, String>,
    /// The configured vendors for which the alias has no id. The gateway refuses a record for such a vendor if the record has the
    /// alias in a field that the vendor supports.
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
