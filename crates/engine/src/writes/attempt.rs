//! The attempt to write a record to its vendor. An attempt starts from the known state and can be repeated safely.

use std::time::Duration;

use serde_json::Value;
use switchboard_core::{
    error::{Error, Kind, Outcome as VendorOutcome, Result, VendorFailure},
    plan::{Desired, Handling, Parts, Plan},
    rule::{Comparison, Report},
    vendor::{OperationKey, ReadBack},
};
use tokio::time::timeout;
use tracing::warn;

use super::{
    Intent, Writer,
    classify::{FailureClass, classify},
    hold::Hold,
    intent::Prepared,
    recovery::SearchResult,
    result::{Applied, AttemptResult, FailedAt, VendorResult},
    steps::Sent,
};
use crate::{
    records::{Item, Managed, OperationKind, Uncertainty, Visibility, now},
    vendors::Target,
};

/// The translation of a write that the vendor has accepted.
struct Written {
    /// The translation report of the written state.
    report: Report,
    /// The fields that the write changed.
    changed: Vec<String>,
    /// True if, after the attempt began, the vendor may have applied an earlier request for another revision.
    contested: bool,
}

/// The duration at the end of a hold that is reserved for storing the result of an attempt.
const RESERVED_FOR_SETTLE: Duration = Duration::from_secs(5);

impl Writer {
    /// Runs an operation against the vendor once. The time limit is the duration of a hold minus 5 seconds.
    pub(super) async fn attempt<R: Managed>(
        &self,
        intent: &Intent<R>,
        prepared: Option<Prepared<R>>,
    ) -> AttemptResult {
        let mut attempted = AttemptResult {
            began: now(),
            spec: intent.operation.spec.clone(),
            key: OperationKey::new(intent.operation.id.to_string()),
            remote_id: intent.item.placement.remote_id.clone(),
            parts: intent.item.placement.parts.clone(),
            observed_revision: intent.item.sync.observed_revision,
            uncertainty: intent.item.uncertainty.clone(),
            lost_revisions: Vec::new(),
            stepped: false,
            absence_proved: false,
            since: intent.operation.created_at,
            hold: Hold::new(&intent.operation, self.attempt_limit()),
            late: self.fleet.of_record(&intent.item).map_or(Duration::ZERO, |vendor| vendor.late()),
            outcome: VendorResult::Removed,
        };
        attempted.spec.attempts += 1;
        if intent.operation.was_interrupted() {
            attempted.mark_uncertain(intent.operation.created_at);
        }
        attempted.note_lost_revisions();
        // The prepared plan is dropped if the vendor's record has become uncertain since the plan was made.
        let prepared = prepared.filter(|_| attempted.uncertainty == intent.item.uncertainty);
        let attempt = async {
            match attempted.spec.kind {
                OperationKind::Delete => self.remove_remote(&intent.item, &mut attempted).await,
                OperationKind::Create | OperationKind::Update | OperationKind::Move => {
                    self.apply_desired(&intent.item, prepared, &mut attempted).await
                }
            }
        };
        let outcome = timeout(self.attempt_limit(), attempt)
            .await
            .unwrap_or_else(|_| Err(FailedAt::AfterSend(attempt_timed_out())));
        attempted.outcome = outcome.unwrap_or_else(VendorResult::Failed);
        if let VendorResult::Failed(FailedAt::AfterSend(error)) = &attempted.outcome
            && classify(error) == FailureClass::Ambiguous
        {
            attempted.mark_uncertain(intent.operation.created_at);
        }
        attempted.note_unfinished();
        attempted
    }

    /// Returns the time limit of an attempt.
    fn attempt_limit(&self) -> Duration {
        self.fleet.hold().saturating_sub(RESERVED_FOR_SETTLE)
    }

    /// Creates the vendor's record, or updates it to the desired state.
    async fn apply_desired<R: Managed>(
        &self,
        item: &Item<R>,
        prepared: Option<Prepared<R>>,
        attempted: &mut AttemptResult,
    ) -> Result<VendorResult, FailedAt> {
        let vendor = self.fleet.of_record(item)?;
        let (target, desired, prepared) = match prepared {
            Some(Prepared { desired, facts, plan }) => {
                let target = self.fleet.prepared_target::<R>(vendor, facts)?;
                // A deletion that began after the plan was made did not see this write's handovers.
                target.check_handovers(&item.body.desired).await?;
                (target, desired, plan)
            }
            None => {
                let target = self.fleet.target::<R>(vendor, Handling::Lenient).await?;
                let desired = target.resolve(&item.body.desired).await?;
                (target, desired, None)
            }
        };
        let target = target.reusing_reads();
        if attempted.remote_id.is_none() && attempted.uncertainty.creation_requested_at.is_some() {
            match Box::pin(self.search(&target, item, attempted)).await? {
                SearchResult::Found(revision) => {
                    attempted.observed_revision = Some(revision);
                    attempted.uncertainty.creation_requested_at = None;
                    if !target.has_several_parts() {
                        attempted.uncertainty = Uncertainty::default();
                    }
                }
                SearchResult::None => {
                    attempted.absence_proved = true;
                    // Other operations that search for equal records must see that this operation creates its record
                    // again.
                    self.store_change(item, |present: &mut Item<R>| {
                        present.uncertainty.clone_from(&attempted.uncertainty);
                    })
                    .await?;
                }
                SearchResult::Undecided(outcome) => return Ok(outcome),
            }
        }
        if attempted.remote_id.is_some() {
            self.update_remote(&target, item, &desired, prepared, attempted).await
        } else {
            self.create_remote(&target, item, &desired, prepared, attempted).await
        }
    }

    async fn create_remote<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        desired: &Desired<R>,
        prepared: Option<Plan>,
        attempted: &mut AttemptResult,
    ) -> Result<VendorResult, FailedAt> {
        if attempted.spec.before.is_none() && target.read_back() == ReadBack::NameOnly {
            // The vendor lists only names. Without the ids of the present records, a record created now could not be
            // distinguished from an older one with the same name. The ids must be stored before the creation is sent.
            attempted.spec.before = self.find_by_name(target, desired).await?;
            let why =
                "The gateway has listed the vendor's records with this name. It requests the creation next.";
            return Ok(VendorResult::Later(Duration::ZERO, Error::new(Kind::VendorUnavailable, why)));
        }
        let plan = match prepared {
            Some(plan) => plan,
            None => {
                let mut plan = target.plan_resolved(desired, &attempted.parts)?;
                plan.report.keep_unverified(item.report.unverified());
                plan
            }
        };
        let seen = match self.send_steps(target, item, plan.steps, attempted).await? {
            Sent::All(seen) => seen,
            Sent::Undecided(outcome) => return Ok(outcome),
        };
        attempted.observed_revision = Some(item.revision);
        let parts = attempted.known_parts(target);
        let written =
            Written { report: plan.report, changed: plan.changed, contested: attempted.is_contested() };
        Ok(VendorResult::Applied(self.read_back(target, item, desired, written, &parts, seen).await?))
    }

    async fn update_remote<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        desired: &Desired<R>,
        prepared: Option<Plan>,
        attempted: &mut AttemptResult,
    ) -> Result<VendorResult, FailedAt> {
        // `confirms` is true if the vendor may already have the desired state. Either the vendor has accepted this
        // state, but may have applied an earlier request afterwards, or it did not answer the last of several steps. A
        // record with bound objects is always written again.
        let uncertain = &attempted.uncertainty.revisions;
        let was_accepted = attempted.observed_revision == Some(item.revision) && !uncertain.is_empty();
        let was_sent = target.has_several_parts() && uncertain.contains(&item.revision);
        let confirms = (was_accepted || was_sent) && !target.has_bound(&attempted.known_parts(target));
        let plan = match prepared {
            Some(plan) => plan,
            None => {
                let mut known = item.clone();
                known.uncertainty.clone_from(&attempted.uncertainty);
                known.sync.observed_revision = attempted.observed_revision;
                let before = self.planner.assumed_remote_state(target, &known, desired, None).await?;
                let parts = attempted.known_parts(target);
                let unfinished = !attempted.lost_revisions.is_empty();
                target.plan_update(&before, desired, &parts, Some(&item.report), None, unfinished).await?
            }
        };
        let confirms = confirms && !plan.steps.iter().any(|step| target.is_bound(step.part));
        if confirms && let Some(applied) = self.confirm(target, item, desired, &plan, attempted).await? {
            return Ok(VendorResult::Applied(applied));
        }
        let seen = match self.send_steps(target, item, plan.steps, attempted).await? {
            Sent::All(seen) => seen,
            Sent::Undecided(outcome) => return Ok(outcome),
        };
        let parts = attempted.known_parts(target);
        let written =
            Written { report: plan.report, changed: plan.changed, contested: attempted.is_contested() };
        Ok(VendorResult::Applied(self.read_back(target, item, desired, written, &parts, seen).await?))
    }

    /// Checks that the vendor's record has the desired value in every field that an earlier request may have changed.
    /// Returns `None` if such a field differs or cannot be verified, if the record consists of other parts, or if it
    /// has unpublished changes. Also returns `None` if there is no document to compare: the configuration disables
    /// reading back, or the vendor returns only names or no longer has the record. After `None`, the caller sends the
    /// desired state again.
    async fn confirm<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        desired: &Desired<R>,
        plan: &Plan,
        attempted: &AttemptResult,
    ) -> Result<Option<Applied>, FailedAt> {
        if !target.vendor.reads_back() {
            return Ok(None);
        }
        let parts = attempted.known_parts(target);
        let Some(remote) =
            target.find_if_readable(&parts).await?.filter(|remote| target.is_whole(&parts, remote))
        else {
            return Ok(None);
        };
        let Comparison { drift, regained } =
            target.translator().compare(desired, &item.report, &remote.document);
        let unverifiable = target.unverifiable(&item.body.desired)?;
        let mut unsure = drift.iter().map(|row| &row.field).chain(&unverifiable);
        if unsure.any(|field| plan.changed.contains(field)) {
            return Ok(None);
        }
        let mut report = item.report.clone();
        report.mark_persisted(&regained);
        Ok(Some(Applied { report, unverifiable, drift: target.in_own_ids(drift).await? }))
    }

    /// Reads the vendor's record after a write, and compares the record with the desired state. `seen` is the vendor's
    /// document, if the response to the write contained it. Otherwise, a standby is always read, and any other record
    /// only if the configuration enables this and the vendor can return the record. A failure to read a standby is an
    /// error, because an agent is about to move to the standby. For any other record, the failure is only logged.
    async fn read_back<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        desired: &Desired<R>,
        Written { mut report, changed, contested }: Written,
        parts: &Parts,
        seen: Option<Value>,
    ) -> Result<Applied, FailedAt> {
        let seen = match seen {
            None if item.visibility == Visibility::Standby => target.document(parts).await?,
            None if target.vendor.reads_back() => {
                target.document_if_readable(parts).await.unwrap_or_else(|error| {
                    warn!(record = item.id, %error, "failed to read a record back after it was written");
                    None
                })
            }
            seen => seen,
        };
        let compared = seen.map(|document| target.translator().compare(desired, &report, &document));
        let Comparison { drift, regained } = compared.unwrap_or_default();
        // If a field that this write changed differs, the vendor did not persist it. This is not certain if the vendor
        // may have applied an earlier request meanwhile; a later check then decides. The other differing fields were
        // changed by another party before the write.
        let (unkept, drift): (Vec<_>, _) = drift.into_iter().partition(|row| changed.contains(&row.field));
        report.mark_persisted(&regained);
        if !contested {
            report.mark_not_persisted(&unkept);
        }
        let drift = target.in_own_ids(drift).await.map_err(FailedAt::AfterSend)?;
        Ok(Applied { report, unverifiable: target.unverifiable(&item.body.desired)?, drift })
    }
}

fn attempt_timed_out() -> Error {
    Error::vendor(Kind::VendorOutcomeUnknown, VendorFailure::new(VendorOutcome::Ambiguous))
        .with_detail("The vendor did not respond within the time limit of the attempt.")
}
