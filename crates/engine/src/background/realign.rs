//! The task that moves misplaced agents automatically, if `routing.on_change` is `"migrate"`.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use switchboard_config::routing::OnChange;
use switchboard_core::error::{Kind, Result};
use switchboard_store::{MigrationState, MoveState};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::{BackgroundTask, Next, Schedule};
use crate::{
    migrations::{Cause, Migration, MigrationSpec, Mover, State, accepted},
    planning::{MoveImpact, Planner},
    records::Repository,
};

/// The interval between two searches for misplaced agents. A new configuration starts a search immediately.
const CHECK_INTERVAL: Duration = Duration::from_secs(60);
/// The pause before the next check while a migration of misplaced agents is running.
const BUSY_RECHECK: Duration = Duration::from_secs(1);
/// The pause after a failed search, for example if a vendor's catalogue cannot be read.
const RETRY_DELAY: Duration = Duration::from_secs(5);

/// The maximum number of agents that one pass logs as unable to move.
const MAX_LOGGED: usize = 20;

/// The task that moves misplaced agents to the vendor of their route.
pub struct RealignTask {
    repository: Arc<Repository>,
    planner: Arc<Planner>,
    mover: Arc<Mover>,
    memory: Mutex<RealignMemory>,
}

/// The state that the task keeps between passes. If a migration that this task started has failed to move an agent, the
/// task does not try again until the agent's revision changes.
#[derive(Default)]
struct RealignMemory {
    /// The last migration that this task started. The first pass after its end remembers the agents that the migration
    /// failed to move.
    last: Option<StartedMigration>,
    /// The revision at which a migration failed to move an agent, by agent id.
    immovable: HashMap<String, u64>,
    /// The misplaced agents that the latest search found unable to move. Maps each agent's id to the reason.
    reported: BTreeMap<String, String>,
}

/// A migration that the task has started.
struct StartedMigration {
    id: String,
    /// The revision of each moving agent at the time of the plan, by agent id. If an agent was changed after that, it is
    /// not known which of its revisions could not move.
    planned: HashMap<String, u64>,
}

impl RealignTask {
    /// Creates the task.
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

    async fn run(&self, shutdown: &CancellationToken) -> Result<Next> {
        if self.planner.routing().on_change != OnChange::Migrate {
            return Ok(Next::Never);
        }
        let mut memory = self.memory.lock().await;
        self.realign_once(&mut memory, shutdown).await
    }
}

impl RealignTask {
    /// Starts a migration of the agents that can move, unless the configuration is replaced before the migration starts.
    /// The task of the new configuration then plans again.
    async fn realign_once(&self, memory: &mut RealignMemory, shutdown: &CancellationToken) -> Result<Next> {
        for stored in self.repository.store().migrations(&[MigrationState::Open], None, u32::MAX).await? {
            // The task for migrations logs a migration that cannot be read.
            let migration = Migration::from_stored(stored);
            if migration.is_ok_and(|migration| migration.spec.cause == Cause::Routing) {
                return Ok(Next::After(BUSY_RECHECK));
            }
        }
        if let Some(last) = &memory.last {
            self.remember_failures(last, &mut memory.immovable).await?;
            memory.last = None;
        }
        let routing = self.planner.routing();
        let movable = |agent: &MoveImpact| {
            agent.blocked.is_empty()
                && agent.losses().all(|field| accepted(&routing.accept_loss, field))
                && memory.immovable.get(&agent.id) != Some(&agent.revision)
        };
        let plan = shutdown.run_until_cancelled(self.mover.plan_misplaced(&movable)).await.transpose()?;
        let Some(plan) = plan.filter(|_| self.planner.is_in_force()) else { return Ok(Next::Never) };
        let (moving, staying): (Vec<_>, Vec<_>) = plan.agents.iter().partition(|agent| movable(agent));
        let reasons = staying.iter().map(|agent| (agent.id.clone(), reason(agent, &routing.accept_loss)));
        let reasons: BTreeMap<_, _> = reasons.collect();
        let new = staying.iter().filter(|agent| memory.reported.get(&agent.id) != reasons.get(&agent.id));
        for MoveImpact { id, from, to, .. } in new.clone().take(MAX_LOGGED) {
            let fields = reasons.get(id).map_or("", String::as_str);
            warn!(agent = %id, vendor = %from, to = %to, fields, "misplaced agent cannot move because of these fields");
        }
        if new.count() > MAX_LOGGED {
            warn!(agents = staying.len(), "more misplaced agents cannot move");
        }
        memory.reported = reasons;
        if moving.is_empty() {
            return Ok(Next::After(CHECK_INTERVAL));
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
            Ok(migration) => {
                let planned = moving.iter().map(|agent| (agent.id.clone(), agent.revision)).collect();
                memory.last = Some(StartedMigration { id: migration.id, planned });
            }
            Err(conflict) if conflict.kind == Kind::StateConflict => {
                debug!("another migration already moves misplaced agents, or the configuration was replaced")
            }
            Err(failure) => return Err(failure),
        }
        Ok(Next::After(BUSY_RECHECK))
    }

    /// Remembers the agents that a migration failed to move.
    async fn remember_failures(
        &self,
        StartedMigration { id, planned }: &StartedMigration,
        immovable: &mut HashMap<String, u64>,
    ) -> Result<()> {
        let failed = self.repository.store().moves(id, &[MoveState::Failed], None, u32::MAX).await?;
        let failed = failed.into_iter().map(|failed| failed.record);
        immovable.extend(failed.filter_map(|agent| planned.get(&agent).map(|revision| (agent, *revision))));
        Ok(())
    }
}

/// Lists the fields that keep an agent at its vendor: those that prevent the move, and those whose loss the
/// configuration does not accept. A reason without a field is listed by its code. Returns `moving failed` if an earlier
/// attempt at the move failed.
fn reason(agent: &MoveImpact, accept_loss: &[String]) -> String {
    let blocked = agent.blocked.iter().map(|remark| match remark.field.as_str() {
        "" => remark.code.map(|code| code.to_string()).unwrap_or_default(),
        field => field.to_owned(),
    });
    let lost = agent.losses().filter(|field| !accepted(accept_loss, field)).map(ToString::to_string);
    let mut fields: Vec<_> = blocked.chain(lost).collect();
    fields.sort_unstable();
    fields.dedup();
    if fields.is_empty() { "moving failed".to_owned() } else { fields.join(", ") }
}
