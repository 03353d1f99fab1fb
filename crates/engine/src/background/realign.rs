//! Moves misplaced agents automatically, where the configuration says so.

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use switchboard_config::routing::OnChange;
use switchboard_core::{Agent, Kind, Result};
use switchboard_store::{MigrationState, MoveState};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::{BackgroundTask, Next, Schedule};
use crate::{
    migrations::{Cause, Migration, MigrationSpec, Mover, Selection, State, accepted},
    planning::{MoveImpact, Planner},
    records::Repository,
};

/// The interval between two searches for misplaced agents. A new configuration starts one immediately.
const CHECK_INTERVAL: Duration = Duration::from_secs(60);
/// The pause while agents move.
const BUSY_RECHECK: Duration = Duration::from_secs(1);
/// The pause after a search that failed, such as for a vendor whose lists cannot be read.
const RETRY_DELAY: Duration = Duration::from_secs(5);

/// Moves agents that their route leads away from.
pub struct RealignTask {
    repository: Arc<Repository>,
    planner: Arc<Planner>,
    mover: Arc<Mover>,
    memory: Mutex<RealignMemory>,
}

/// The agents that were to move and could not: they stay until they change.
#[derive(Default)]
struct RealignMemory {
    /// The last migration that this task started.
    last: Option<String>,
    /// By id, the revision that could not move.
    immovable: HashMap<String, u64>,
    /// How many were reported to stay.
    reported: usize,
}

impl RealignTask {
    /// Makes the task.
    pub fn new(repository: Arc<Repository>, planner: Arc<Planner>, mover: Arc<Mover>) -> Self {
        Self { repository, planner, mover, memory: Mutex::default() }
    }
}

#[async_trait]
impl BackgroundTask for RealignTask {
    fn name(&self) -> &'static str {
        "realign"
    }

    fn schedule(&self) -> Schedule {
        Schedule { first: Duration::ZERO, retry: RETRY_DELAY, wake: None, debounce: Duration::ZERO }
    }

    async fn run(&self, _shutdown: &CancellationToken) -> Result<Next> {
        if self.planner.routing().on_change != OnChange::Migrate {
            return Ok(Next::Never);
        }
        let mut memory = self.memory.lock().await;
        self.realign_once(&mut memory).await.map(Next::After)
    }
}

impl RealignTask {
    async fn realign_once(&self, memory: &mut RealignMemory) -> Result<Duration> {
        for stored in self.repository.store().migrations(&[MigrationState::Open], None, u32::MAX).await? {
            if Migration::from_stored(stored)?.spec.cause == Cause::Routing {
                return Ok(BUSY_RECHECK);
            }
        }
        if let Some(last) = memory.last.take() {
            self.remember_failures(&last, memory).await?;
        }
        let routing = self.planner.routing();
        let plan = self.mover.compute_plan(Selection::misplaced()).await?;
        let movable = |agent: &&MoveImpact| {
            agent.blocked.is_empty()
                && agent.losses().all(|field| accepted(&routing.accept_loss, field))
                && memory.immovable.get(&agent.id) != Some(&agent.revision)
        };
        let moving: Vec<_> = plan.agents.iter().filter(movable).collect();
        let staying = plan.agents.len() - moving.len();
        if staying != memory.reported {
            warn!(agents = staying, "misplaced agents stay where they are: plan their migration to see why");
        }
        memory.reported = staying;
        if moving.is_empty() {
            return Ok(CHECK_INTERVAL);
        }
        let spec = MigrationSpec {
            state: State::Running,
            cause: Cause::Routing,
            plan_id: plan.plan_id.clone(),
            to: None,
            accept_loss: routing.accept_loss.clone(),
            retire: routing.retire,
            total: moving.len() as u64,
            request_id: plan.plan_id.clone(),
            finished_at: None,
        };
        match self.mover.start_automatic(spec, &moving).await {
            Ok(migration) => memory.last = Some(migration.id),
            Err(outrun) if outrun.kind == Kind::StateConflict => debug!("misplaced agents move already"),
            Err(failure) => return Err(failure),
        }
        Ok(BUSY_RECHECK)
    }

    /// Remembers which agents a migration could not move.
    async fn remember_failures(&self, migration: &str, memory: &mut RealignMemory) -> Result<()> {
        for failed in self.repository.store().moves(migration, &[MoveState::Failed], None, u32::MAX).await? {
            if let Ok(agent) = self.repository.load::<Agent>(&failed.record).await {
                memory.immovable.insert(agent.id, agent.revision);
            }
        }
        Ok(())
    }
}
