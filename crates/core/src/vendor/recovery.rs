//! Finding the record of a creation whose answer was lost.

use crate::{Desired, Facts, Remote, Report, Resource, Root, plan::compare_document};
use jiff::{SignedDuration, Timestamp};

/// How far a vendor's clock may be from ours.
const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// A creation whose outcome is not known.
pub struct LostCreation<'a, R> {
    /// What was asked, with the vendor's own ids, as it was planned.
    pub desired: &'a Desired<R>,
    /// The report of that plan.
    pub report: &'a Report,
    /// When it was first sent, by our clock.
    pub sent_at: Timestamp,
    /// Vendor ids that belong to records of ours already.
    pub bound: &'a [String],
}

/// Whether a vendor's record can be the one of this attempt: it is nobody's, has the name, is not older, and everything
/// that the vendor says of it is as it was sent.
///
/// A vendor that says no more than names is taken at the name. Of a record that is not [whole](Remote::whole) the
/// answer is only that nothing speaks against it: it should be fetched first.
pub fn matches_creation<R: Root>(
    resource: &dyn Resource<R>,
    adapter: &str,
    lost: &LostCreation<'_, R>,
    remote: &Remote,
    facts: &Facts,
) -> bool {
    let LostCreation { desired, report, sent_at, bound } = lost;
    let older = remote.created_at.is_some_and(|made| sent_at.duration_since(made) > MAX_CLOCK_SKEW);
    let name = desired.record.label();
    !older
        && name.is_some()
        && remote.name.as_deref() == name
        && !bound.contains(&remote.id)
        && compare_document(resource, adapter, desired, report, &remote.document, facts, remote.whole)
            .drift
            .is_empty()
}
