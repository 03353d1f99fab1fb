//! The names by which plans check the voices, models, knowledge bases and phone numbers that a caller sets.

use std::{sync::Arc, time::Duration};

use switchboard_core::{
    facts::{CatalogueEntry, CatalogueKind, Facts, KnownNames},
    plan::Desired,
};

use super::{Target, Vendor, alias::Aliases};
use crate::records::{AliasKind, Managed};

/// The minimum age at which a cached catalogue is fetched again because it lacks a name: 2 seconds. A series of
/// requests with unknown names therefore does not become a series of requests to the vendor.
const MIN_REFRESH_AGE: Duration = Duration::from_secs(2);

impl<'a, R: Managed> Target<'a, R> {
    /// Returns the target with the known names, by which a plan checks the values that a caller sets. `before` is the
    /// earlier desired state, if the record already runs at this vendor. The vendor's list of one kind is not read if
    /// the values of that kind are the same as in `before`, or if all of them are aliases. If the vendor has no such
    /// list, or if the list cannot be read, the plan reports the values as unverified.
    pub async fn checking(&self, before: Option<&Desired<R>>, desired: &Desired<R>) -> Target<'a, R> {
        let mut target = self.clone();
        for kind in AliasKind::ALL {
            let set = values(desired, kind);
            if set.is_empty() || before.is_some_and(|before| values(before, kind) == set) {
                continue;
            }
            target.facts = self.vendor.checking(target.facts, self.aliases, kind, set).await;
        }
        target
    }
}

impl Vendor {
    /// Adds to the facts the known names of one kind, by which a plan checks these values. Adds nothing if all values
    /// are aliases.
    pub(super) async fn checking(
        &self,
        facts: Facts,
        aliases: &Aliases,
        kind: AliasKind,
        set: Vec<&String>,
    ) -> Facts {
        let names: Vec<_> = set.into_iter().filter(|name| !aliases.is_alias(kind, name)).collect();
        if names.is_empty() {
            return facts;
        }
        let known = KnownNames {
            vendor: self.name().to_owned(),
            entries: self.entries_with(kind.catalogue(), &names).await,
            aliases: Arc::new(aliases.ids(kind, self.name())),
        };
        facts.with_known_names(kind.catalogue(), known)
    }

    /// Returns the entries of a catalogue, or `None` if the vendor has no such catalogue or the catalogue cannot be
    /// read. Fetches a cached catalogue again if it lacks one of the names and is at least [`MIN_REFRESH_AGE`] old.
    async fn entries_with(&self, kind: CatalogueKind, names: &[&String]) -> Option<Arc<Vec<CatalogueEntry>>> {
        let cached = self.catalogue(kind, false).await.ok()??;
        let has =
            |name: &&String| cached.entries.iter().any(|entry| entry.id == **name || entry.name == **name);
        if names.iter().all(has) || cached.fetched.elapsed() < MIN_REFRESH_AGE {
            return Some(cached.entries);
        }
        Some(self.catalogue(kind, true).await.ok()??.entries)
    }
}

/// Returns the values in a record that may be aliases of this kind.
fn values<R: Managed>(desired: &Desired<R>, kind: AliasKind) -> Vec<&String> {
    let fields = desired.record.aliased().into_iter().filter(|field| field.kind == kind);
    fields.map(|field| field.value).collect()
}
