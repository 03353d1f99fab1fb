//! The attempt to write a record to its vendor. An attempt starts from the known state and can be repeated safely.

use std::time::Duration;

use switchboard_core::{
    error::{Error, Kind, Outcome as VendorOutcome, Result, VendorFailure},
    plan::{Desired, Handling, Plan},
    vendor::{OperationKey, ReadBack},
};
use tokio::time::{Instant, timeout};

use super::{
    Intent, Writer,
    classify::{FailureClass, classify},
    hold::Hold,
    intent::Prepared,
    read_back::Written,
    recovery::SearchResult,
    result::{AttemptResult, FailedAt, VendorResult},
    steps::Sent,
};
use crate::{
    records::{Item, Managed, OperationKind, Uncertainty, now},
    vendors::{Target, Vendor},
};

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
            waits_until: Instant::now() + self.longest_waits(&intent.item),
            search: None,
            has_sent: false,
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
        let outcome = timeout(self.attempt_limit(), attempt).await;
        let outcome = outcome.unwrap_or_else(|_| match attempted.has_sent {
            true => Err(FailedAt::AfterSend(attempt_timed_out())),
            false => Err(FailedAt::BeforeSend(attempt_timed_out())),
        });
        attempted.outcome = outcome.unwrap_or_else(VendorResult::Failed);
        self.end_search(&mut attempted).await;
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

    /// Returns the longest time that an attempt may wait for other writes. The rest of its time suffices for one exchange.
    fn longest_waits<R: Managed>(&self, item: &Item<R>) -> Duration {
        let exchange = self.fleet.of_record(item).map_or(Duration::ZERO, Vendor::timeout);
        self.attempt_limit().saturating_sub(exchange)
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
}

fn attempt_timed_out() -> Error {
    Error::vendor(Kind::VendorOutcomeUnknown, VendorFailure::new(VendorOutcome::Ambiguous))
        .with_detail("The vendor did not respond within the time limit of the attempt.")
}
