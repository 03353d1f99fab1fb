//! One step of one agent's move, from whatever is known of it. It may be taken again at any time, by any process.

use std::sync::Arc;

use switchboard_core::{Agent, Error, Kind, Result};
use switchboard_store::Step;

use super::{
    comparison::Comparison,
    forecast::{Targets, destination},
    outlook::Outlook,
    record::{Journey, Migration, Move, Stage, State},
};
use crate::service::{
    Item, Service, Shown, SyncState,
    item::Told,
    operation::{Course, Operation, OperationKind},
    write::placement,
};

impl Service {
    /// Takes the next step of a move, if there is one to take now.
    ///
    /// # Errors
    /// `precondition_failed` and `state_conflict` where somebody else wrote meanwhile; those of reading.
    pub(super) async fn step(self: &Arc<Self>, migration: &Migration, one: Move) -> Result<()> {
        match one.journey.stage {
            Stage::Waiting => self.set_out(migration, &one).await,
            Stage::Making => self.look_after(migration, &one).await,
            Stage::Retiring => self.see_off(&one, Stage::Moved).await,
            Stage::RollingBack => {
                // What was cancelled did not fail.
                let failed = migration.course.state != State::Cancelling && one.journey.last_error.is_some();
                self.see_off(&one, if failed { Stage::Failed } else { Stage::RolledBack }).await
            }
            Stage::Moved | Stage::Failed | Stage::RolledBack => Ok(()),
        }
    }

    /// Has the agent made at its new vendor.
    async fn set_out(self: &Arc<Self>, migration: &Migration, one: &Move) -> Result<()> {
        if migration.course.state == State::Cancelling {
            return self.conclude(one, Stage::RolledBack, None).await;
        }
        let Some(agent) = self.agent(&one.agent).await? else {
            return self.conclude(one, Stage::RolledBack, None).await;
        };
        if agent.placement.vendor == one.journey.to {
            return self.conclude(one, Stage::Moved, None).await;
        }
        let (outlook, mut successor) = match self.successor_of(&agent, one).await {
            Ok(prepared) => prepared,
            // What was planned is no longer there: the vendor's configuration, most likely.
            Err(refused) if !refused.violations.is_empty() => {
                return self.conclude(one, Stage::Failed, Some(&refused)).await;
            }
            Err(failure) => return Err(failure),
        };
        if let Some(why) = hindered(migration, &outlook) {
            return self.conclude(one, Stage::Failed, Some(&why)).await;
        }
        let returns = successor.placement.remote_id.is_some();
        let kind = if returns { OperationKind::Update } else { OperationKind::Create };
        let operation = Operation::new(&successor, Course::unasked(kind, &successor, migration.id.clone()));
        successor.sync.state = SyncState::Unknown;
        successor.sync.operation_id = Some(operation.id.clone());
        let journey = Journey {
            stage: Stage::Making,
            successor: Some(successor.id.clone()),
            returns,
            operation_id: Some(operation.id.clone()),
            last_error: None,
            ..one.journey.clone()
        };
        let mut steps = vec![one.goes_on(journey)];
        steps.push(if returns { Step::Update(successor.row()) } else { Step::Insert(successor.row()) });
        steps.extend(revised(&successor));
        steps.push(Step::Begin { operation: operation.stored(), hold: None });
        self.commit(steps).await?;
        self.wake.notify_one();
        Ok(())
    }

    /// What the move would do now, and the record that is to be made at the new vendor: the one that was left there, or a
    /// new one.
    async fn successor_of(&self, agent: &Item<Agent>, one: &Move) -> Result<(Outlook, Item<Agent>)> {
        let mut targets = Targets::of(self);
        let target = targets.get(&one.journey.to).await?;
        let route = self.route_of(agent).await?;
        let Some(destination) = destination(Some(&one.journey.to), route.as_ref()) else {
            return Err(Error::new(Kind::Internal, "A destination that is given leads somewhere."));
        };
        let outlook = self.outlook(agent, &destination, target)?;
        let unverifiable = target.unverifiable(&agent.body.desired);
        let mut successor = match agent.aside.get(target.vendor.name()) {
            Some(id) => {
                let kept = self.stored::<Agent>(id).await?;
                let report = kept.report.clone();
                kept.next(agent.body.clone(), report, unverifiable)
            }
            None => {
                let resolved = self.aliases.resolve(&agent.body.desired, target.vendor)?;
                let report = target.creation(&resolved)?.report;
                let placement = placement(target, destination.because.clone(), None);
                let item = Item::new(agent.body.clone(), placement, report, unverifiable);
                Item { shown: Shown::Beside, belongs_to: Some(agent.id.clone()), ..item }
            }
        };
        successor.revision = agent.revision;
        successor.placement.because = destination.because;
        successor.placement.passed_over = destination.passed_over;
        Ok((outlook, successor))
    }

    /// Sees whether the agent is made at its new vendor, and lets it take its place there.
    async fn look_after(self: &Arc<Self>, migration: &Migration, one: &Move) -> Result<()> {
        let Some(id) = &one.journey.successor else {
            return self.conclude(one, Stage::Failed, None).await;
        };
        let successor = match self.stored::<Agent>(id).await {
            Ok(successor) if successor.shown == Shown::Beside => successor,
            // The agent was deleted, and with it what it had left at this vendor.
            Ok(_) => return self.conclude(one, Stage::RolledBack, None).await,
            Err(gone) if gone.kind == Kind::NotFound => {
                return self.conclude(one, Stage::RolledBack, None).await;
            }
            Err(failure) => return Err(failure),
        };
        let Some(agent) = self.agent(&one.agent).await? else {
            return self.discard(one, successor, None).await;
        };
        if migration.course.state == State::Cancelling {
            return self.discard(one, successor, None).await;
        }
        match successor.sync.state {
            SyncState::Retrying | SyncState::Unknown | SyncState::NeedsAttention => {
                self.note(one, successor.sync.last_error).await
            }
            SyncState::Missing if one.journey.returns => self.forget_kept(one, agent, &successor).await,
            SyncState::Failed | SyncState::Missing => {
                let why = successor.sync.last_error.clone();
                self.discard(one, successor, why).await
            }
            SyncState::InSync | SyncState::Drifted => {
                if successor.revision != agent.revision || successor.body.desired != agent.body.desired {
                    return self.catch_up(migration, one, &agent, successor).await;
                }
                match unlike(migration, &agent, &successor) {
                    Some(why) => self.discard(one, successor, Some(Told::now(&why))).await,
                    None => self.cut_over(migration, one, agent, successor).await,
                }
            }
        }
    }

    /// Sets out again to have the agent made anew: what it left at this vendor is no longer there.
    async fn forget_kept(&self, one: &Move, mut agent: Item<Agent>, kept: &Item<Agent>) -> Result<()> {
        agent.aside.remove(&kept.placement.vendor);
        let (collection, version) = (kept.row().collection, kept.version);
        let journey =
            Journey { stage: Stage::Waiting, successor: None, returns: false, ..one.journey.clone() };
        let steps = vec![
            Step::Delete { collection, id: kept.id.clone(), version },
            Step::Update(agent.row()),
            one.goes_on(journey),
        ];
        self.commit(steps).await?;
        self.moves.notify_one();
        Ok(())
    }

    /// Brings to the new vendor what was changed since.
    async fn catch_up(
        self: &Arc<Self>,
        migration: &Migration,
        one: &Move,
        agent: &Item<Agent>,
        successor: Item<Agent>,
    ) -> Result<()> {
        let prepared = match self.successor_of(agent, one).await {
            Ok((outlook, _)) => hindered(migration, &outlook),
            Err(refused) if !refused.violations.is_empty() => Some(refused),
            Err(failure) => return Err(failure),
        };
        if let Some(why) = prepared {
            return self.discard(one, successor, Some(Told::now(&why))).await;
        }
        let mut next = successor.next(agent.body.clone(), successor.report.clone(), Vec::new());
        next.revision = agent.revision;
        next.sync.state = SyncState::Unknown;
        let course = Course::unasked(OperationKind::Update, &next, migration.id.clone());
        let operation = Operation::new(&next, course);
        next.sync.operation_id = Some(operation.id.clone());
        let journey = Journey { operation_id: Some(operation.id.clone()), ..one.journey.clone() };
        let mut steps = vec![one.goes_on(journey), Step::Update(next.row())];
        steps.extend(revised(&next));
        steps.push(Step::Begin { operation: operation.stored(), hold: None });
        self.commit(steps).await?;
        self.wake.notify_one();
        Ok(())
    }

    /// Ends a move once the vendor has removed what was left there, or nobody knows how it can.
    async fn see_off(&self, one: &Move, stage: Stage) -> Result<()> {
        let Some(id) = &one.journey.leftover else {
            return self.conclude(one, stage, None).await;
        };
        match self.stored::<Agent>(id).await {
            Ok(leftover) if leftover.sync.state == SyncState::NeedsAttention => {
                let last_error = one.journey.last_error.clone().or(leftover.sync.last_error);
                let journey = Journey { stage, last_error, ..one.journey.clone() };
                self.commit(vec![one.goes_on(journey)]).await.map(drop)
            }
            Ok(leftover) => self.note(one, leftover.sync.last_error).await,
            Err(gone) if gone.kind == Kind::NotFound => {
                let told = one.journey.last_error.clone().filter(|_| stage == Stage::Failed);
                let journey = Journey { stage, last_error: told, ..one.journey.clone() };
                self.commit(vec![one.goes_on(journey)]).await.map(drop)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Keeps why a move is not over.
    async fn note(&self, one: &Move, told: Option<Told>) -> Result<()> {
        let same =
            |told: &Told| one.journey.last_error.as_ref().is_some_and(|known| known.detail == told.detail);
        match told.filter(|told| !same(told)) {
            Some(told) if one.journey.stage == Stage::Making => {
                let journey = Journey { last_error: Some(told), ..one.journey.clone() };
                self.commit(vec![one.goes_on(journey)]).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Ends a move of which nothing is at the new vendor.
    pub(super) async fn conclude(&self, one: &Move, stage: Stage, why: Option<&Error>) -> Result<()> {
        let journey = Journey { stage, last_error: why.map(Told::now), ..one.journey.clone() };
        self.commit(vec![one.goes_on(journey)]).await.map(drop)
    }

    /// The agent, unless it was deleted meanwhile.
    async fn agent(&self, id: &str) -> Result<Option<Item<Agent>>> {
        match self.stored::<Agent>(id).await {
            Ok(agent) => Ok(Some(agent).filter(|agent| agent.shown == Shown::Yes)),
            Err(gone) if gone.kind == Kind::NotFound => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

/// The revision of a hidden record, whatever was kept of that number before.
fn revised(item: &Item<Agent>) -> [Step; 2] {
    let row = item.revision_row();
    let old =
        Step::DropRevision { collection: row.collection, record: row.record.clone(), number: row.number };
    [old, Step::AddRevision(row)]
}

/// Why an agent cannot move as it is now.
fn hindered(migration: &Migration, outlook: &Outlook) -> Option<Error> {
    if let Some(blocked) = outlook.blocked.first() {
        return Some(Error::new(blocked.code.unwrap_or(Kind::StateConflict), blocked.detail.clone()));
    }
    let lost: Vec<_> = outlook.comparison.losses().filter(|field| !migration.accepts(field)).collect();
    (!lost.is_empty()).then(|| unaccepted(&outlook.to, &lost))
}

/// What the new vendor was seen not to hold, and nobody accepts.
fn unlike(migration: &Migration, agent: &Item<Agent>, successor: &Item<Agent>) -> Option<Error> {
    let seen = Comparison::of(&agent.report, &successor.report);
    let lost = seen.losses().filter(|field| !migration.accepts(field));
    let drifted = successor.sync.drift.iter().map(|drift| drift.field.as_str());
    let lost: Vec<_> = lost.chain(drifted).collect();
    (!lost.is_empty()).then(|| unaccepted(&successor.placement.vendor, &lost))
}

fn unaccepted(vendor: &str, lost: &[&str]) -> Error {
    let detail =
        format!("{vendor} does not hold {} as it is now, and that is not accepted.", lost.join(", "));
    Error::new(Kind::LossNotAccepted, detail)
}
