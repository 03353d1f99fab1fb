//! The engine: its components put together under one configuration.

use std::sync::Arc;

use switchboard_config::{Config, Problem};
use switchboard_core::{Factory, Result};
use switchboard_store::Store;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    background::{
        BackgroundTask, Driver, Handles, MigrationsTask, OperationsTask, PollTask, RealignTask, SweepTask,
    },
    migrations::Mover,
    planning::Planner,
    records::Repository,
    vendors::Fleet,
    writes::{RenderProblem, Writer, WriterSettings},
};

/// Everything the gateway does, under one configuration that never changes.
///
/// Another configuration is [another engine](Engine::reconfigured), which shares what is stored and what runs.
pub struct Engine {
    repository: Arc<Repository>,
    planner: Arc<Planner>,
    writer: Arc<Writer>,
    mover: Arc<Mover>,
    driver: Driver,
}

impl Engine {
    /// Makes an engine over a store, with the vendors and routes of the configuration. `render_problem` makes the document
    /// that a repeated request is refused with.
    ///
    /// # Errors
    /// The problems of vendors' settings, all of them.
    pub fn new(
        config: &Config,
        store: Arc<dyn Store>,
        factories: &'static [Factory],
        render_problem: RenderProblem,
    ) -> Result<Self, Vec<Problem>> {
        let repository = Arc::new(Repository::new(store, config.store.shared));
        let fleet = Fleet::new(config, factories)?;
        Ok(Self::compose(config, repository, fleet, Arc::default(), render_problem))
    }

    /// Makes the engine of another configuration. It shares what outlives a configuration: the store, what is known of the
    /// records, the writes that run; and the vendors whose configuration is the same. What this one has begun goes on with
    /// this one.
    ///
    /// The caller must use it in this one's place: from now on no record is placed at a vendor that it does not have.
    ///
    /// # Errors
    /// The problems of vendors' settings, and every vendor that has left or has another adapter although there are
    /// records at it; all of them. Nothing has changed then.
    pub async fn reconfigured(&self, config: &Config) -> Result<Self, Vec<Problem>> {
        let (fleet, retirement) = self.fleet().next(config, &self.repository).await?;
        retirement.close();
        let handles = self.driver.handles().clone();
        Ok(Self::compose(
            config,
            self.repository.clone(),
            fleet,
            handles,
            self.writer.settings().render_problem,
        ))
    }

    /// Checks whether this engine can be given a configuration. Nothing changes.
    ///
    /// # Errors
    /// Those of [`Engine::reconfigured`].
    pub async fn check(&self, config: &Config) -> Result<(), Vec<Problem>> {
        self.fleet().next(config, &self.repository).await.map(drop)
    }

    fn compose(
        config: &Config,
        repository: Arc<Repository>,
        fleet: Fleet,
        handles: Arc<Handles>,
        render_problem: RenderProblem,
    ) -> Self {
        let fleet = Arc::new(fleet);
        let planner = Arc::new(Planner::new(repository.clone(), fleet.clone(), config.routing.clone()));
        let settings = WriterSettings { writes: config.writes.clone(), render_problem };
        let writer =
            Writer::new(repository.clone(), planner.clone(), fleet.clone(), settings, handles.clone());
        let writer = Arc::new(writer);
        let mover = Arc::new(Mover::new(repository.clone(), fleet.clone(), planner.clone(), handles.clone()));
        let tasks: Vec<Arc<dyn BackgroundTask>> = vec![
            Arc::new(OperationsTask {
                repository: repository.clone(),
                fleet: fleet.clone(),
                writer: writer.clone(),
                handles: handles.clone(),
            }),
            Arc::new(MigrationsTask::new(repository.clone(), mover.clone(), handles.clone())),
            Arc::new(RealignTask::new(repository.clone(), planner.clone(), mover.clone())),
            Arc::new(PollTask {
                repository: repository.clone(),
                fleet: fleet.clone(),
                handles: handles.clone(),
                interval: config.writes.poll,
            }),
            Arc::new(SweepTask::new(repository.clone(), &config.writes)),
        ];
        Self { repository, planner, writer, mover, driver: Driver::new(tasks, handles) }
    }

    /// Gives the stored records.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Gives the configured vendors.
    pub fn fleet(&self) -> &Fleet {
        self.planner.fleet()
    }

    /// Gives the component that plans.
    pub fn planner(&self) -> &Planner {
        &self.planner
    }

    /// Gives the component that writes.
    pub fn writer(&self) -> &Arc<Writer> {
        &self.writer
    }

    /// Gives the component that moves agents.
    pub fn mover(&self) -> &Arc<Mover> {
        &self.mover
    }

    /// Starts the background tasks, until `stop` is cancelled.
    pub fn start_background(&self, stop: &CancellationToken) {
        self.driver.spawn(stop);
    }

    /// Gives the writes and tasks that run, whether or not a caller waits.
    pub fn running(&self) -> &TaskTracker {
        &self.driver.handles().running
    }

    /// Waits for the writes that run, then releases the store.
    pub async fn close(&self) {
        self.running().close();
        self.running().wait().await;
        self.repository.store().close().await;
    }
}
