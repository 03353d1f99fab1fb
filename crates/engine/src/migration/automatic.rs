//! Moving misplaced agents without being asked, where the configuration says so.

use std::{collections::HashMap, sync::Arc, time::Duration};

use switchboard_config::routing::OnChange;
use switchboard_core::{Kind, Result};
use switchboard_store::{MigrationState, MoveState};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::{
    move_impact::MoveImpact,
    record::{Cause, Migration, MigrationSpec, State, accepted},
    selection::Selection,
    start::begin_mutations,
};
use crate::Service;

/// How long it is between two looks for misplaced agents. A new configuration is looked at at once.
const CHECK_INTERVAL: Duration = Duration::from_secs(60);
/// How soon it is looked again while agents move.
const BUSY_RECHECK: Duration = Duration::from_secs(1);

/// How soon it is looked again where that failed, such as for a vendor whose lists cannot be read.
const RETRY_DELAY: Duration = Duration::from_secs(5);

/// What became of agents that were to move and could not: they stay until they change.
#[derive(Default)]
struct RealignMemory {
    /// The last migration of ours.
    last: Option<String>,
    /// By id, the revision that could not move.
    immovable: HashMap<String, u64>,
    /// How many were told to stay.
    reported: usize,
}

impl Service {
    /// Moves agents that their route leads away from, until it is told to stop.
    pub async fn realign(self: Arc<Self>, stop: CancellationToken) {
        if self.routing.0.on_change != OnChange::Migrate {
            return;
        }
        let mut memory = RealignMemory::default();
        loop {
            let wait = match self.realign_once(&mut memory).await {
                Ok(wait) => wait,
                Err(failure) => {
                    warn!(%failure, "Misplaced agents could not be looked for");
                    RETRY_DELAY
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(wait) => {}
            }
        }
    }

    async fn realign_once(&self, memory: &mut RealignMemory) -> Result<Duration> {
        for stored in self.store.migrations(&[MigrationState::Open], None, u32::MAX).await? {
            if Migration::from_stored(stored)?.spec.cause == Cause::Routing {
                return Ok(BUSY_RECHECK);
            }
        }
        if let Some(last) = memory.last.take() {
            self.remember_failures(&last, memory).await?;
        }
        let routing = &self.routing.0;
        let plan = self.compute_plan(Selection::misplaced()).await?;
        let movable = |agent: &&MoveImpact| {
            agent.blocked.is_empty()
                && agent.loss_diff.losses().all(|field| accepted(&routing.accept_loss, field))
                && memory.immovable.get(&agent.id) != Some(&agent.revision)
        };
        let moving: Vec<_> = plan.agents.iter().filter(movable).collect();
        let staying = plan.agents.len() - moving.len();
        if staying != memory.reported {
            warn!(agents = staying, "Misplaced agents stay where they are: plan their migration to see why");
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
        let (migration, mutations) = begin_mutations(spec, &moving);
        match self.commit(mutations).await {
            Ok(_) => {
                info!(migration = migration.id, agents = moving.len(), "Misplaced agents begin to move");
                memory.last = Some(migration.id);
                self.move_waker.wake_scheduler();
            }
            Err(outrun) if outrun.kind == Kind::StateConflict => debug!("misplaced agents move already"),
            Err(failure) => return Err(failure),
        }
        Ok(BUSY_RECHECK)
    }

    /// Remembers which agents a migration could not move.
    async fn remember_failures(&self, migration: &str, memory: &mut RealignMemory) -> Result<()> {
        for failed in self.store.moves(migration, &[MoveState::Failed], None, u32::MAX).await? {
            if let Ok(agent) = self.stored::<switchboard_core::Agent>(&failed.record).await {
                memory.immovable.insert(agent.id, agent.revision);
            }
        }
        Ok(())
    }
}
