//! The result of one attempt.

use std::time::Duration;

use jiff::Timestamp;
use switchboard_core::{
    error::{Error, Result},
    plan::Parts,
    rule::{Drift, Report},
    vendor::{OperationKey, Remote},
};

use tokio::time::Instant;

use super::{
    classify::{FailureClass, classify},
    hold::Hold,
    lease::Lease,
};
use crate::{
    records::{Managed, OperationKind, OperationSpec, Uncertainty, in_future},
    vendors::{Target, is_lost_record},
};

/// The result of an attempt, with the state that is known after it.
pub(super) struct AttemptResult {
    /// The time at which the attempt began.
    pub began: Timestamp,
    /// The operation's task and progress, including the findings of this attempt.
    pub spec: OperationSpec,
    /// The key of the operation.
    pub key: OperationKey,
    /// The vendor's id of the record, if it is known.
    pub remote_id: Option<String>,
    /// The known parts of the record. Empty if records at the vendor have only a main part.
    pub parts: Parts,
    /// The latest revision that the vendor certainly has, if one is known.
    pub observed_revision: Option<u64>,
    /// The uncertainty about the vendor's record.
    pub uncertainty: Uncertainty,
    /// The revisions for which an earlier attempt may have created parts whose ids were lost.
    pub lost_revisions: Vec<u64>,
    /// True if this attempt finished a step at a vendor with several parts.
    pub stepped: bool,
    /// True if this attempt has certainly found every part that earlier attempts created.
    pub absence_proved: bool,
    /// The earliest time at which an earlier attempt may have created parts.
    pub since: Timestamp,
    /// The time until which the attempt may wait for other writes. The rest of its time is left for its requests.
    pub waits_until: Instant,
    /// The turn to search at the vendor, while the attempt has it or waits for it.
    pub search: Option<Lease>,
    /// True if the attempt has begun a writing request.
    pub has_sent: bool,
    /// The hold under which the attempt sends its requests.
    pub hold: Hold,
    /// The longest time for which the vendor may still apply a request whose answer was lost.
    pub late: Duration,
    /// The outcome of the attempt.
    pub outcome: VendorResult,
}

/// The outcome of an attempt.
pub(super) enum VendorResult {
    /// The vendor has carried out the write. Its record has the desired state, except for the reported losses and drift.
    Applied(Applied),
    /// The vendor no longer has the record, as requested.
    Removed,
    /// The attempt failed.
    Failed(FailedAt),
    /// The operation continues after this time, without backoff. The error is the reason for the wait.
    Later(Duration, Error),
    /// The operation needs a decision by an operator.
    Stuck(Error),
}

/// The kind of action that failed in an attempt, with the error.
pub(super) enum FailedAt {
    /// The failed action was not a writing request, so it changed nothing at the vendor.
    BeforeSend(Error),
    /// The failed action was a writing request, or the storing of its result. An attempt that exceeds its time limit
    /// also counts as such a failure if it has begun a writing request.
    AfterSend(Error),
}

impl From<Error> for FailedAt {
    fn from(error: Error) -> Self {
        Self::BeforeSend(error)
    }
}

impl FailedAt {
    /// Returns the class of the failure and its error. An ambiguous failure counts as transient if the failed action was not
    /// a writing request.
    pub fn classified(&self) -> (FailureClass, &Error) {
        match self {
            Self::AfterSend(error) => (classify(error), error),
            Self::BeforeSend(error) if classify(error) == FailureClass::Ambiguous => {
                (FailureClass::Transient, error)
            }
            Self::BeforeSend(error) => (classify(error), error),
        }
    }
}

/// The state of the vendor's record after a write.
pub(super) struct Applied {
    /// The translation report of the written state.
    pub report: Report,
    /// The fields that the vendor stores but cannot return.
    pub unverifiable: Vec<String>,
    /// The fields that this write did not change and whose observed value differs from the desired one.
    pub drift: Vec<Drift>,
}

impl AttemptResult {
    /// Returns true if the attempt failed because the vendor no longer has the record to be changed.
    pub fn has_lost_record(&self) -> bool {
        matches!(&self.outcome, VendorResult::Failed(failure) if is_lost_record(failure.classified().1))
    }

    /// Returns true if an earlier request for another revision may have been applied after this attempt began.
    pub fn is_contested(&self) -> bool {
        let mut uncertainty = self.uncertainty.clone();
        uncertainty.note_applied(self.spec.revision, self.began);
        uncertainty.settles_at().is_some()
    }

    /// Returns the known parts of the record at the vendor.
    pub fn known_parts<R: Managed>(&self, target: &Target<'_, R>) -> Parts {
        target.parts(self.remote_id.as_deref(), &self.parts)
    }

    /// Sets `lost_revisions` and `since` from the uncertainty that earlier attempts have left.
    pub fn note_lost_revisions(&mut self) {
        self.lost_revisions.clone_from(&self.uncertainty.revisions);
        self.since = self.uncertainty.creation_requested_at.unwrap_or(self.since).min(self.since);
    }

    /// Copies the ids of `remote`, a vendor's record that an earlier attempt created and that this attempt has found.
    ///
    /// # Errors
    /// The error of [`Target::check_id`].
    pub fn found<R: Managed>(&mut self, target: &Target<'_, R>, remote: Remote) -> Result<()> {
        target.check_id(&remote.id)?;
        self.remote_id = Some(remote.id);
        for (part, state) in remote.parts.iter() {
            self.parts.insert(part, state.clone());
        }
        Ok(())
    }

    /// Sets the parts that exist at the vendor after a finished step.
    pub fn step_finished<R: Managed>(&mut self, target: &Target<'_, R>, parts: &Parts) {
        let main = parts.get(target.main_part());
        if let Some(state) = main {
            self.remote_id = Some(state.id.clone());
        }
        if target.has_named_parts() {
            self.parts.clone_from(parts);
            self.stepped = true;
        }
    }

    /// Keeps the uncertain revisions after an attempt that did not complete the write of a record with several parts.
    /// Adds the revision of the attempt if the attempt finished a step. The next attempt then links and publishes the
    /// parts again.
    pub fn note_unfinished(&mut self) {
        let worked_out = matches!(self.outcome, VendorResult::Applied(_) | VendorResult::Removed);
        let updates = self.spec.kind != OperationKind::Delete && self.remote_id.is_some();
        if worked_out || !updates || self.parts.is_empty() {
            return;
        }
        let present = self.stepped.then_some(self.spec.revision);
        for revision in self.lost_revisions.iter().copied().chain(present) {
            self.uncertainty.note_revision(revision);
        }
    }

    /// Records that the effect of a request that was sent after `since` is unknown: the vendor may have applied it, or
    /// may still apply it. Does nothing for a deletion, because a deletion can be repeated.
    pub fn mark_uncertain(&mut self, since: Timestamp) {
        if self.spec.kind == OperationKind::Delete {
            return;
        }
        if self.remote_id.is_none() {
            self.uncertainty.creation_requested_at.get_or_insert(since);
        }
        self.uncertainty.note_unanswered(self.spec.revision, in_future(self.late));
    }
}
