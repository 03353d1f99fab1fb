//! Finding the record of a creation whose answer was lost.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    model::Root,
    plan::{Desired, Translator, VendorStep},
    rule::Report,
    vendor::{FoundPart, Remote},
};

/// Greatest difference between a vendor's clock and ours.
const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// A creation whose outcome is not known.
pub struct LostCreation<'a, R> {
    /// The desired state, with the vendor's own ids, as it was planned.
    pub desired: &'a Desired<R>,
    /// The report of that plan.
    pub report: &'a Report,
    /// The time at which it was first sent, by our clock.
    pub sent_at: Timestamp,
    /// Vendor ids that belong to records of ours already.
    pub bound: &'a [String],
}

impl<R: Root> Translator<'_, R> {
    /// Returns true if a vendor's record can be the one of this attempt: it belongs to no record of
    /// ours, has the name, is not older, and everything that the vendor returns of it is as it was
    /// sent.
    ///
    /// A vendor that returns only names is matched by name. Of a record that is not
    /// [whole](Remote::is_whole) the answer is only that nothing contradicts it: it should be
    /// fetched first.
    pub fn matches_creation(&self, lost: &LostCreation<'_, R>, remote: &Remote) -> bool {
        let LostCreation { desired, report, sent_at, bound } = lost;
        let name = desired.record.label();
        !is_older(remote.created_at, *sent_at)
            && name.is_some()
            && remote.name.as_deref() == name
            && !bound.contains(&remote.id)
            && self.comparer(desired, report, &remote.document, remote.is_whole()).drift.is_empty()
    }
}

impl VendorStep {
    /// Returns true if a vendor's object can be the one that this step was sent to make: it is not
    /// older, and has everything that the step's body has. Ids that the step did not know yet are
    /// not compared.
    pub fn may_have_made(&self, found: &FoundPart, sent_at: Timestamp) -> bool {
        let made = |body: &Value| !is_older(found.created_at, sent_at) && holds(&found.document, body);
        self.body().is_some_and(made)
    }
}

fn is_older(created_at: Option<Timestamp>, sent_at: Timestamp) -> bool {
    created_at.is_some_and(|made| sent_at.duration_since(made) > MAX_CLOCK_SKEW)
}

/// Returns true if a document has everything that a body has; null counts as absent.
fn holds(document: &Value, body: &Value) -> bool {
    match (document, body) {
        (_, Value::Null) => true,
        (Value::Object(document), Value::Object(body)) => {
            body.iter().all(|(name, sent)| holds(document.get(name).unwrap_or(&Value::Null), sent))
        }
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        _ => document == body,
    }
}
