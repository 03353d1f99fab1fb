//! What plans need of a kind of record at a vendor, and nothing of the conversations with it.

use crate::{Catalogue, ExtensionRules, Part, Record};

/// How one kind of record crosses at one vendor: everything that a plan reads. A record that no conversation is about,
/// only an effect, has rules and no [`Resource`](crate::Resource).
pub trait Rules<R: Record>: Send + Sync {
    /// How each normalized field crosses.
    fn rules(&self) -> &R::Rules;

    /// How `extensions.<adapter>` crosses; absent where there is none for this kind of record.
    fn extension(&self) -> Option<&dyn ExtensionRules> {
        None
    }

    /// The objects that the vendor stores of one record.
    fn parts(&self) -> &'static [Part] {
        Part::MERGED
    }

    /// The catalogues that a plan looks things up in.
    fn catalogues(&self) -> &'static [Catalogue] {
        &[]
    }
}
