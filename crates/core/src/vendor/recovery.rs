//! The conditions under which a vendor's record or object may be the result of a lost creation.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    model::{Root, VendorTime},
    plan::{Desired, Translator, VendorStep},
    rule::{Drift, Report},
    vendor::{FoundPart, Remote, credentials::equals_but_marks},
};

/// The largest accepted difference between the vendor's clock and the gateway's clock.
const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// A create request whose outcome is not known.
pub struct LostCreation<'a, R> {
    /// The desired state of the plan, with the vendor's own ids instead of aliases.
    pub desired: &'a Desired<R>,
    /// The translation report of the plan.
    pub report: &'a Report,
    /// The time at which the request was first sent, by the gateway's clock.
    pub sent_at: Timestamp,
    /// The remote ids that already belong to records of the gateway.
    pub bound: &'a [String],
}

impl<R: Root> Translator<'_, R> {
    /// Returns true if a vendor's record may be the result of this creation. The record must meet these conditions:
    ///
    /// * No record of the gateway has its id.
    /// * Its name is the desired name.
    /// * It is at most 5 minutes older than the request, if the vendor returns its creation time.
    /// * Every value that the vendor returns is the value that was sent, except for the objects that are bound to the
    ///   record.
    ///
    /// If the vendor returns only names, only the name is compared. If [`Remote::is_whole`] is false, only the returned
    /// values are compared, so the caller should fetch the whole record first.
    pub fn matches_creation(&self, lost: &LostCreation<'_, R>, remote: &Remote) -> bool {
        let LostCreation { desired, report, sent_at, bound } = lost;
        let name = desired.record.label();
        // A record is created before objects are bound to it, so differences in bound objects are ignored.
        let is_bound = |drift: &Drift| {
            let at = drift.vendor_field.as_deref();
            at.is_some_and(|at| self.layout().part(at).is_bound)
        };
        !is_older(remote.created_at, *sent_at)
            && name.is_some()
            && remote.name.as_deref() == name
            && !bound.contains(&remote.id)
            && self.comparer(desired, report, &remote.document, remote.is_whole()).drift.iter().all(is_bound)
    }
}

impl VendorStep {
    /// Returns true if this step may have created a vendor's object. The object must have every value of the step's
    /// body and, if its creation time is known, must be at most 5 minutes older than the request. Nulls in the body are
    /// not compared, because null can stand for the id of a part that did not exist yet. Returns false for a step
    /// without a body.
    pub fn may_have_made(&self, found: &FoundPart, sent_at: Timestamp) -> bool {
        let made = |body: &Value| !is_older(found.created_at, sent_at) && holds(&found.document, body);
        self.body().is_some_and(made)
    }
}

fn is_older(created_at: Option<VendorTime>, sent_at: Timestamp) -> bool {
    created_at.is_some_and(|made| sent_at.duration_since(made.latest()) > MAX_CLOCK_SKEW)
}

/// Returns true if a document has every value of a body. Null in the body matches any value, a list must be equal as a
/// whole, and the mark of a credential in the document matches any text.
fn holds(document: &Value, body: &Value) -> bool {
    match (document, body) {
        (_, Value::Null) => true,
        (Value::Object(document), Value::Object(body)) => {
            body.iter().all(|(name, sent)| holds(document.get(name).unwrap_or(&Value::Null), sent))
        }
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        _ => equals_but_marks(document, body),
    }
}
