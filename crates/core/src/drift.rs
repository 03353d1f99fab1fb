//! Reading back: whether a vendor still holds what it was last sent.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Comparer, Decoder, Desired, Facts, Report, Resource, Root, RuleSet, plan::pointer};

/// A field that a vendor holds otherwise than it was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// The normalized field, as a JSON pointer.
    pub field: String,
    /// The vendor's field, as a JSON pointer into its document.
    #[serde(skip)]
    pub vendor_field: Option<String>,
    /// What was sent, in normalized units: not what was asked where the vendor takes only something like it.
    pub desired: Value,
    /// What the vendor holds, in normalized units; null where it holds nothing that the model can say.
    pub observed: Value,
}

/// What a vendor's whole document says beside what was last sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// The readable fields that are not what was sent.
    ///
    /// What the vendor cannot hold or cannot say, what was assumed, what has no desired value and what is already told as
    /// not kept is no drift. Secrets are never in it.
    pub drift: Vec<Drift>,
    /// The fields that the report tells as not kept and that the vendor holds as they were sent after all, as where its
    /// answers lag behind its writes. [`Report::mark_persisted`] takes them.
    pub regained: Vec<String>,
}

/// Holds a vendor's whole document against what was last sent.
///
/// `desired` has the vendor's own ids, as they were planned with; `report` is that of the last write.
pub fn compare<R: Root>(
    resource: &dyn Resource<R>,
    adapter: &str,
    desired: &Desired<R>,
    report: &Report,
    document: &Value,
    facts: &Facts,
) -> Comparison {
    let Comparer { drift, regained, .. } =
        compare_document(resource, adapter, desired, report, document, facts, true);
    Comparison { drift, regained }
}

/// Holds a document against a state; `whole` is whether it is all that the vendor has.
pub(crate) fn compare_document<'a, R: Root>(
    resource: &dyn Resource<R>,
    adapter: &str,
    desired: &Desired<R>,
    report: &'a Report,
    document: &'a Value,
    facts: &'a Facts,
    whole: bool,
) -> Comparer<'a> {
    let from = Decoder { document, facts, at: String::new(), unread: Vec::new() };
    let mut out = Comparer { from, report, whole, drift: Vec::new(), regained: Vec::new() };
    resource.rules().compare(&desired.record, &mut out);
    if let Some(extension) = resource.extension() {
        out.from.at = pointer(adapter);
        extension.compare(desired.extensions.get(adapter), &mut out);
    }
    out
}
