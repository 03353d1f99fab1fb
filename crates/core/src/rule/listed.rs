//! The check that the vendor's list contains a value that a caller sets.

use serde_json::Value;

use crate::{
    facts::{CatalogueKind, KnownNames, ListedBy},
    model::Leaf,
    rule::{Encoder, Entry, FieldCondition, Mapping, Verdict, encode::json as plain},
};

/// The maximum number of aliases that a refusal lists. If there are more, the refusal lists none.
const MAX_ALIASES: usize = 10;

/// The vendor's list of a field's values, and the extent of the list.
pub(crate) struct Listed {
    /// The kind of list.
    pub catalogue: CatalogueKind,
    /// The member by which the field identifies an entry.
    pub by: ListedBy,
    /// The extent of the list.
    pub extent: Extent,
}

/// The extent of a vendor's list.
pub(crate) enum Extent {
    /// The list has every value that the vendor accepts, except these values, which the vendor documents.
    Complete(&'static [&'static str]),
    /// The list is complete only while the condition holds. The string is the reason that reports show.
    CompleteWhen(FieldCondition, &'static str),
    /// The gateway does not read the list. The string is the reason that reports show.
    Unread(&'static str),
}

/// The result of a check.
pub(super) enum Check {
    /// The vendor lists or documents the value, an alias stands for it, or this plan does not check it.
    Passed,
    /// The value could not be checked, for this reason.
    Unverified(String),
    /// The vendor does not have the value, for this reason.
    Refused(String),
}

impl Encoder<'_> {
    /// Checks a value that the write sets. If the value is a list, checks each item.
    pub(super) fn check<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> Check {
        let Some(listed) = &mapping.listed else { return Check::Passed };
        let Some(names) = self.facts.known_names(listed.catalogue) else { return Check::Passed };
        let value = plain(value);
        let values = match &value {
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
            value => value.as_str().into_iter().collect::<Vec<_>>(),
        };
        let unknown = values.into_iter().find(|value| !listed.knows(names, value));
        let Some(unknown) = unknown else { return Check::Passed };
        match (&listed.extent, &names.entries) {
            (Extent::Unread(why), _) => Check::Unverified(unchecked(why)),
            (_, None) => {
                let why = format!("The vendor's list of {} could not be read.", listed.catalogue);
                Check::Unverified(unchecked(&why))
            }
            (Extent::CompleteWhen(condition, why), _) if self.condition_holds(condition) != Some(true) => {
                Check::Unverified(unchecked(why) + &suggestion(listed, names, unknown))
            }
            _ => Check::Refused(absent(listed, names, unknown)),
        }
    }

    /// Returns the other vendor field that decides whether this plan can check the field, or `None` if no other field
    /// decides this.
    pub(super) fn checked_by<T>(&self, mapping: &Mapping<T>) -> Option<&'static str> {
        let listed = mapping.listed.as_ref()?;
        self.facts.known_names(listed.catalogue)?;
        match &listed.extent {
            Extent::CompleteWhen(condition, _) => Some(condition.path),
            Extent::Complete(_) | Extent::Unread(_) => None,
        }
    }

    /// Returns the field's entry in the previous report, if the entry states that the value could not be checked and
    /// the value has not changed since. The entry of a claim applies until a write sends the value.
    pub(super) fn unverified_row<T: Leaf>(
        &self,
        mapping: &Mapping<T>,
        value: Option<&T>,
        sends: bool,
    ) -> Option<&Entry> {
        let row = self.previous?.row(&self.at)?;
        let applies = if row.is_claim() { !sends } else { mapping.listed.is_some() };
        (applies && row.verdict == Verdict::Unverified && row.wanted == value.map(plain)).then_some(row)
    }
}

impl Listed {
    /// Returns the reason why the gateway may not be able to check a value, or `None` if the list is complete.
    pub(crate) fn note(&self) -> Option<&'static str> {
        match &self.extent {
            Extent::Complete(_) => None,
            Extent::CompleteWhen(_, why) | Extent::Unread(why) => Some(why),
        }
    }

    fn knows(&self, names: &KnownNames, value: &str) -> bool {
        let is_listed = || {
            names
                .entries
                .iter()
                .flat_map(|entries| entries.iter())
                .any(|entry| self.by.identifies(value, entry))
        };
        names.has_alias_for(value)
            || match &self.extent {
                Extent::Complete(besides) => besides.contains(&value) || is_listed(),
                Extent::CompleteWhen(..) => is_listed(),
                Extent::Unread(_) => false,
            }
    }
}

fn unchecked(why: &str) -> String {
    format!("{why} The gateway sends the value unchecked.")
}

/// Builds the message that the vendor does not have a value. The message suggests a similar name, lists the aliases if
/// there are at most [`MAX_ALIASES`], and names the request that returns the vendor's list.
fn absent(listed: &Listed, names: &KnownNames, value: &str) -> String {
    let (kind, vendor) = (listed.catalogue, &names.vendor);
    let meant = suggestion(listed, names, value);
    let aliases: Vec<_> = names.aliases.keys().map(|name| format!("{name:?}")).collect();
    let aliases = match aliases.len() {
        1..=MAX_ALIASES => format!(" The aliases are {}.", aliases.join(", ")),
        _ => String::new(),
    };
    format!(
        "{value:?} is neither an alias nor one of the {kind} of {vendor}.{meant}{aliases} GET /v1/vendors/{vendor}/{} lists the \
         {kind}.",
        kind.path()
    )
}

/// Returns a space and a sentence that suggests a known name, or an empty string if no name is similar.
fn suggestion(listed: &Listed, names: &KnownNames, value: &str) -> String {
    let meant = names.suggestion(listed.by, value);
    meant.map(|name| format!(" Did you mean {name:?}?")).unwrap_or_default()
}
