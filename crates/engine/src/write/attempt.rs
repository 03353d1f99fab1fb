//! One attempt to bring a record to its vendor: from whatever is known, and without harm however often it is repeated.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use switchboard_core::{
    Comparison, Creation, Desired, Drift, Error, Handling, Kind, Outcome as VendorOutcome, Plan, ReadBack,
    Report, Result, VendorFailure, compare, uncertain,
};
use tokio::time::timeout;
use tracing::warn;

use super::{
    Work,
    classify::{Meaning, meaning},
    search::Found,
};
use crate::{
    Doubt, Envelope, Item, Managed, Service, Shown,
    body::Body,
    operation::{Course, OperationKind},
    target::Target,
    vendor::is_gone,
};

/// What is left of a hold once an attempt is cut off, to store what came of it.
const ROOM: Duration = Duration::from_secs(5);

/// What came of an attempt.
pub(super) struct Attempted {
    /// What is known of the operation now.
    pub course: Course,
    /// The vendor's id of the record, as far as it is known now.
    pub remote_id: Option<String>,
    /// The revision that the vendor has for certain, as far as it is known now.
    pub observed_revision: Option<u64>,
    /// What is not certain now.
    pub doubt: Doubt,
    /// How it ended.
    pub outcome: Outcome,
}

/// How an attempt ended.
pub(super) enum Outcome {
    /// The vendor has what was asked.
    Applied(Applied),
    /// The vendor has the record no longer, as was asked.
    Removed,
    /// It did not work out.
    Failed(Broken),
    /// It goes on after this time, whatever the backoff.
    Later(Duration, Error),
    /// Somebody has to say what to do.
    Stuck(Error),
}

/// How far an attempt came that did not work out.
pub(super) enum Broken {
    /// The vendor was not asked for it yet.
    Before(Error),
    /// The vendor was asked.
    Asked(Error),
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Before(error)
    }
}

impl Broken {
    /// What it means for the write, and why.
    pub fn told(&self) -> (Meaning, &Error) {
        match self {
            Self::Asked(error) => (meaning(error), error),
            Self::Before(error) if meaning(error) == Meaning::Unsure => (Meaning::Passing, error),
            Self::Before(error) => (meaning(error), error),
        }
    }
}

/// What the vendor has.
pub(super) struct Applied {
    /// What it holds of the record.
    pub report: Report,
    /// What it holds and cannot say back.
    pub unverifiable: Vec<String>,
    /// What it was seen not to hold.
    pub drift: Vec<Drift>,
}

impl Service {
    /// Attempts what an operation is to do, for as long as it is held.
    pub(super) async fn attempt<R: Managed>(&self, work: &Work<R>, prepared: Option<Plan>) -> Attempted {
        let mut attempted = Attempted {
            course: work.operation.course.clone(),
            remote_id: work.item.placement.remote_id.clone(),
            observed_revision: work.item.sync.observed_revision,
            doubt: work.item.doubt.clone(),
            outcome: Outcome::Removed,
        };
        attempted.course.attempts += 1;
        if work.operation.broke_off() {
            attempted.doubted(work.operation.created_at);
        }
        let fresh = prepared.filter(|_| attempted.doubt == work.item.doubt);
        let attempt = async {
            match attempted.course.kind {
                OperationKind::Delete => self.remove(&work.item, &mut attempted).await,
                OperationKind::Create | OperationKind::Update | OperationKind::Move => {
                    self.bring(&work.item, fresh, &mut attempted).await
                }
            }
        };
        let outcome = timeout(self.hold.saturating_sub(ROOM), attempt)
            .await
            .unwrap_or_else(|_| Err(Broken::Asked(cut_off())));
        attempted.outcome = outcome.unwrap_or_else(Outcome::Failed);
        if let Outcome::Failed(Broken::Asked(error)) = &attempted.outcome
            && meaning(error) == Meaning::Unsure
        {
            attempted.doubted(work.operation.created_at);
        }
        attempted
    }

    /// Makes the vendor's record, or brings it to what is desired.
    async fn bring<R: Managed>(
        &self,
        item: &Item<R>,
        prepared: Option<Plan>,
        attempted: &mut Attempted,
    ) -> Result<Outcome, Broken> {
        let target = self.target::<R>(self.placed(item)?, Handling::Lenient).await?;
        let desired = self.aliases.resolve(&item.body.desired, target.vendor)?;
        if attempted.remote_id.is_none() && attempted.doubt.asked_to_make.is_some() {
            match self.search(&target, item, attempted).await? {
                Found::One(remote_id, revision) => {
                    attempted.remote_id = Some(remote_id);
                    attempted.observed_revision = Some(revision);
                    attempted.doubt = Doubt::default();
                }
                Found::None => {}
                Found::Undecided(outcome) => return Ok(outcome),
            }
        }
        match attempted.remote_id.clone() {
            Some(remote_id) => self.update(&target, item, &desired, &remote_id, prepared, attempted).await,
            None => self.make(&target, item, &desired, prepared, attempted).await,
        }
    }

    async fn make<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        desired: &Desired<R>,
        prepared: Option<Plan>,
        attempted: &mut Attempted,
    ) -> Result<Outcome, Broken> {
        if attempted.course.before.is_none() && target.read_back() == ReadBack::NameOnly {
            // Without it, a record made now could not be told from older ones. It has to be stored first.
            attempted.course.before = self.namesakes(target, desired).await?;
            let why = "The vendor's records of this name were noted.";
            return Ok(Outcome::Later(Duration::ZERO, Error::new(Kind::VendorUnavailable, why)));
        }
        let plan = match prepared {
            Some(plan) => plan,
            None => target.creation(desired)?,
        };
        let bound = self.store.remote_ids(R::COLLECTION, target.vendor.name()).await?;
        let exchange = target.resource.create(plan.body, Creation { bound });
        let remote = target.vendor.run::<R, _>(exchange).await.map_err(Broken::Asked)?;
        attempted.remote_id = Some(remote.id.clone());
        attempted.observed_revision = Some(item.revision);
        let seen = remote.whole.then_some(remote.document);
        let applied =
            self.read_back(target, item, desired, (plan.report, plan.changed), &remote.id, seen).await?;
        Ok(Outcome::Applied(applied))
    }

    async fn update<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        desired: &Desired<R>,
        remote_id: &str,
        prepared: Option<Plan>,
        attempted: &Attempted,
    ) -> Result<Outcome, Broken> {
        let plan = match prepared {
            Some(plan) => plan,
            None => {
                let mut known = item.clone();
                known.doubt.clone_from(&attempted.doubt);
                known.sync.observed_revision = attempted.observed_revision;
                let before = self.believed(target, &known, desired, None).await?;
                target.update(&before, desired, remote_id, Some(&item.report), None).await?
            }
        };
        let seen = match plan.sends {
            true => target.send(remote_id, plan.body).await.map_err(Broken::Asked)?,
            false => None,
        };
        let applied =
            self.read_back(target, item, desired, (plan.report, plan.changed), remote_id, seen).await?;
        Ok(Outcome::Applied(applied))
    }

    /// Looks at what the vendor made of a write, where it lets itself be looked at. Where another record is to take this
    /// one's place it has to be seen there.
    async fn read_back<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        desired: &Desired<R>,
        (mut report, changed): (Report, Vec<String>),
        remote_id: &str,
        seen: Option<Value>,
    ) -> Result<Applied, Broken> {
        let seen = match seen {
            None if item.shown == Shown::Beside => target.see(remote_id).await?,
            None if target.vendor.reads_back() => target.look(remote_id).await.unwrap_or_else(|error| {
                warn!(record = item.id, %error, "A record could not be read back after it was written");
                None
            }),
            seen => seen,
        };
        let Target { resource, adapter, facts, .. } = target;
        let compared = seen.map(|document| compare(*resource, adapter, desired, &report, &document, facts));
        let Comparison { drift, regained } = compared.unwrap_or_default();
        // What this write asked for was not kept; the rest was changed by somebody else before.
        let (unkept, drift): (Vec<_>, _) = drift.into_iter().partition(|row| changed.contains(&row.field));
        report.kept(&regained);
        report.unkept(&unkept);
        Ok(Applied { report, unverifiable: target.unverifiable(&item.body.desired), drift })
    }

    async fn remove<R: Managed>(&self, item: &Item<R>, attempted: &mut Attempted) -> Result<Outcome, Broken> {
        let target = self.bare_target::<R>(self.placed(item)?)?;
        if attempted.remote_id.is_none() && attempted.doubt.asked_to_make.is_some() {
            let target = self.target::<R>(target.vendor, Handling::Lenient).await?;
            match self.search(&target, item, attempted).await? {
                Found::One(remote_id, _) => attempted.remote_id = Some(remote_id),
                Found::None => {}
                Found::Undecided(outcome) => return Ok(outcome),
            }
        }
        let Some(remote_id) = &attempted.remote_id else { return Ok(Outcome::Removed) };
        match target.vendor.run::<R, _>(target.resource.delete(remote_id)).await {
            Err(error) if !is_gone(&error) => Err(Broken::Asked(error)),
            // What the vendor no longer has is as good as deleted.
            _ => Ok(Outcome::Removed),
        }
    }

    /// What the vendor is believed to hold: where that is not certain, something that differs from the desired state
    /// wherever the vendor's record may. `current` is the state of the item's revision, if that is not what is desired.
    pub(crate) async fn believed<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        desired: &Desired<R>,
        current: Option<&Body<R>>,
    ) -> Result<Desired<R>> {
        let mut states = Vec::new();
        for number in item.sync.observed_revision.iter().chain(&item.doubt.revisions) {
            let body = match current.filter(|_| *number == item.revision) {
                Some(body) => Some(body.clone()),
                None => self.revision_body::<R>(&item.id, *number).await?,
            };
            // Of a revision that is not kept any more, nothing is believed.
            let state = body.map(|body| body.desired).unwrap_or_default();
            states.push(self.aliases.resolve(&state, target.vendor).unwrap_or(state));
        }
        if item.sync.observed_revision.is_none() {
            // It is somebody else's record so far, of which nothing is believed.
            states.push(Desired::default());
        }
        if let Some(first) = states.first().filter(|_| !item.sync.drift.is_empty()) {
            states.push(drifted(first, &item.sync.drift));
        }
        Ok(match states.as_slice() {
            [one] => one.clone(),
            many => uncertain(&many.iter().collect::<Vec<_>>(), desired),
        })
    }
}

impl Attempted {
    /// Notes that the vendor may have carried out what it was asked.
    fn doubted(&mut self, since: Timestamp) {
        if self.course.kind == OperationKind::Delete {
            return;
        }
        if self.remote_id.is_none() {
            self.doubt.asked_to_make.get_or_insert(since);
        }
        if !self.doubt.revisions.contains(&self.course.revision) {
            self.doubt.revisions.push(self.course.revision);
        }
    }
}

/// A state with what was seen at the vendor instead.
fn drifted<R: Managed>(state: &Desired<R>, drift: &[Drift]) -> Desired<R> {
    let body = Body { desired: state.clone(), envelope: Envelope::default() };
    let secrets = body.secrets();
    let mut stored = body.stored();
    for field in drift {
        stored.put(&field.field, field.observed.clone());
    }
    // What a vendor holds may be nothing that the model can have; then it only counts that it differs.
    Body::of(stored, secrets.as_ref()).map(|body| body.desired).unwrap_or_default()
}

fn cut_off() -> Error {
    Error::vendor(Kind::VendorOutcomeUnknown, VendorFailure::new(VendorOutcome::Ambiguous))
        .saying("The vendor did not answer as long as it was waited for.")
}
