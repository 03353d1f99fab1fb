//! The result of one attempt.

use std::time::Duration;

use jiff::Timestamp;
use switchboard_core::{
    error::Error,
    plan::Parts,
    rule::{Drift, Report},
    vendor::{OperationKey, Remote},
};

use super::classify::{FailureClass, classify};
use crate::{
    records::{Managed, OperationKind, OperationSpec, Uncertainty},
    vendors::Target,
};

/// The result of an attempt, with everything that is known after it.
pub(super) struct AttemptResult {
    /// The operation's stored state, as known now.
    pub spec: OperationSpec,
    /// The key of the operation.
    pub key: OperationKey,
    /// The vendor's id of the record, as far as it is known now.
    pub remote_id: Option<String>,
    /// The parts of the record there, as far as they are known now, at a vendor with several.
    pub parts: Parts,
    /// The revision that the vendor has for certain, as far as it is known now.
    pub observed_revision: Option<u64>,
    /// The present uncertainty.
    pub uncertainty: Uncertainty,
    /// The revisions of which an earlier attempt may have made parts whose ids were lost.
    pub lost_revisions: Vec<u64>,
    /// True if this attempt finished a step, at a vendor with several parts.
    pub stepped: bool,
    /// True if it is certain that no earlier attempt made the parts that this one does not find.
    pub absence_proved: bool,
    /// The time since when earlier attempts may have made parts.
    pub since: Timestamp,
    /// The outcome of the attempt.
    pub outcome: VendorResult,
}

/// The outcome of an attempt.
pub(super) enum VendorResult {
    /// The vendor has what was asked.
    Applied(Applied),
    /// The vendor has the record no longer, as was asked.
    Removed,
    /// The attempt failed.
    Failed(FailedAt),
    /// The operation continues after this time, regardless of the backoff.
    Later(Duration, Error),
    /// The operation needs a decision by an operator.
    Stuck(Error),
}

/// The progress of a failed attempt.
pub(super) enum FailedAt {
    /// The vendor was not asked for it yet.
    BeforeSend(Error),
    /// The vendor was asked.
    AfterSend(Error),
}

impl From<Error> for FailedAt {
    fn from(error: Error) -> Self {
        Self::BeforeSend(error)
    }
}

impl FailedAt {
    /// Classifies the failure, and gives its error.
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

/// The vendor's state after a write.
pub(super) struct Applied {
    /// The fields that the vendor holds of the record.
    pub report: Report,
    /// The fields that the vendor holds and cannot return.
    pub unverifiable: Vec<String>,
    /// The fields that the vendor was seen not to hold.
    pub drift: Vec<Drift>,
}

impl AttemptResult {
    /// Gives the parts that the vendor has of the record, as far as they are known now.
    pub fn known_parts<R: Managed>(&self, target: &Target<'_, R>) -> Parts {
        target.parts(self.remote_id.as_deref(), &self.parts)
    }

    /// Notes what earlier attempts may have made, before this one finds out more.
    pub fn note_lost_revisions(&mut self) {
        self.lost_revisions.clone_from(&self.uncertainty.revisions);
        self.since = self.uncertainty.creation_requested_at.unwrap_or(self.since).min(self.since);
    }

    /// Notes the vendor's record that an earlier attempt made.
    pub fn found(&mut self, remote: Remote) {
        self.remote_id = Some(remote.id);
        for (part, state) in remote.parts.iter() {
            self.parts.insert(part, state.clone());
        }
    }

    /// Notes the parts that the vendor has after a finished step. The next step is sent after this.
    pub fn step_finished<R: Managed>(&mut self, target: &Target<'_, R>, parts: &Parts) {
        let main = parts.get(target.main_part());
        if let Some(state) = main {
            self.remote_id = Some(state.id.clone());
        }
        if target.has_several_parts() {
            self.parts.clone_from(parts);
            self.stepped = true;
        }
    }

    /// Notes that an attempt that did not work out leaves the vendor between two steps of an update, if it does: the next
    /// one has to link and publish again.
    pub fn note_unfinished(&mut self) {
        let worked_out = matches!(self.outcome, VendorResult::Applied(_) | VendorResult::Removed);
        let updates = self.spec.kind != OperationKind::Delete && self.remote_id.is_some();
        if worked_out || !updates || self.parts.is_empty() {
            return;
        }
        let present = self.stepped.then_some(self.spec.revision);
        for revision in self.lost_revisions.iter().copied().chain(present) {
            if !self.uncertainty.revisions.contains(&revision) {
                self.uncertainty.revisions.push(revision);
            }
        }
    }

    /// Notes that the vendor may have carried out what it was asked.
    pub fn mark_uncertain(&mut self, since: Timestamp) {
        if self.spec.kind == OperationKind::Delete {
            return;
        }
        if self.remote_id.is_none() {
            self.uncertainty.creation_requested_at.get_or_insert(since);
        }
        if !self.uncertainty.revisions.contains(&self.spec.revision) {
            self.uncertainty.revisions.push(self.spec.revision);
        }
    }
}
