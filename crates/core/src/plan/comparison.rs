//! Reading back: whether a vendor still holds what it was last sent.

use serde_json::Value;

use crate::{Comparer, Comparison, Decoder, Desired, Facts, Report, Resource, Root, RuleSet, plan::pointer};

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
