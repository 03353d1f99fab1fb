//! One step of one agent's move, from whatever is known of it. It may be taken again at any time, by any process.

use std::sync::Arc;

use switchboard_config::routing::Retire;
use switchboard_core::{Agent, Error, Kind, Result};
use switchboard_store::Step;

use super::{
    record::{Journey, Migration, Move, Stage, State},
    successor::{hindered, revised, unlike},
};
use crate::{
    Item, Service, Shown, SyncState,
    operation::{Course, Operation, OperationKind},
    state::Told,
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
            return self.arrive(migration, one, agent).await;
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

    /// Ends the move of an agent that is there already; what it left at other vendors is removed where that is asked.
    async fn arrive(&self, migration: &Migration, one: &Move, mut agent: Item<Agent>) -> Result<()> {
        let journey = Journey { stage: Stage::Moved, ..one.journey.clone() };
        let mut steps = vec![one.goes_on(journey)];
        if migration.course.retire == Retire::Delete && !agent.aside.is_empty() {
            steps.extend(self.let_go(&agent, false).await?);
            agent.aside.clear();
            steps.push(Step::Update(agent.row()));
        }
        self.commit(steps).await?;
        self.wake.notify_one();
        Ok(())
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
            Some(told) if matches!(one.journey.stage, Stage::Making | Stage::Retiring) => {
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
