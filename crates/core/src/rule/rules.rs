//! Rules that a plan needs for one kind of record at one vendor, without the exchanges.

use crate::{
    facts::CatalogueKind,
    model::Record,
    rule::{ExtensionRules, Part},
};

/// The rules that a plan reads for one kind of record at one vendor. If the adapter has no exchanges for a kind of
/// record, it implements this trait without [`Resource`](crate::vendor::Resource).
pub trait Rules<R: Record>: Send + Sync {
    /// Returns the rules of the normalized fields.
    fn rules(&self) -> &R::Rules;

    /// Returns the rules of `extensions.<adapter>`, or `None` if this kind of record has no extension.
    fn extension(&self) -> Option<&dyn ExtensionRules> {
        None
    }

    /// Returns the parts in which the vendor stores one record.
    fn parts(&self) -> &'static [Part] {
        Part::MERGED
    }

    /// Returns the catalogues in which a plan looks up values.
    fn catalogues(&self) -> &'static [CatalogueKind] {
        &[]
    }
}
