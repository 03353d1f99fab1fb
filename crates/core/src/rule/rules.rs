//! Rules that plans need for a kind of record at a vendor, without the conversations with it.

use crate::{
    facts::Catalogue,
    model::Record,
    rule::{ExtensionRules, Part},
};

/// Rules for one kind of record at one vendor: everything that a plan reads. A record that no
/// conversation is about, only an effect, has rules and no [`Resource`](crate::vendor::Resource).
pub trait Rules<R: Record>: Send + Sync {
    /// Returns the rules of the normalized fields.
    fn rules(&self) -> &R::Rules;

    /// Returns the rules of `extensions.<adapter>`; `None` if this kind of record has no extension.
    fn extension(&self) -> Option<&dyn ExtensionRules> {
        None
    }

    /// Returns the objects that the vendor stores of one record.
    fn parts(&self) -> &'static [Part] {
        Part::MERGED
    }

    /// Returns the catalogues that a plan looks values up in.
    fn catalogues(&self) -> &'static [Catalogue] {
        &[]
    }
}
