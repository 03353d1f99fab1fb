//! The engine: its components, composed under one configuration.

use std::sync::Arc;

use switchboard_config::{Config, Problem};
use switchboard_core::{error::Result, vendor::Factory};
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

/// The gateway without HTTP, under one configuration that never changes.
///
/// Another configuration is [another engine](Engine::reconfigured), which shares the stored records and the running work.
pub struct Engine {
    repository: Arc<Repository>,
    planner: Arc<Planner>,
    writer: Arc<Writer>,
    mover: Arc<Mover>,
    driver: Driver,
}

impl Engine {
    /// Creates an engine over a store, with the vendors and routes of the configuration. `render_problem` renders the document
    /// that a repeated request is refused with.
    ///
    /// # Errors
    /// All problems in the settings of the vendors.
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

    /// Creates the engine of another configuration. The two share everything that outlives a configuration: the store, the
    /// record cache, the running writes, and each vendor whose configuration is the same. Work that this engine has begun
    /// continues in this engine.
    ///
    /// The caller must install the returned engine: vendors that it lacks accept no new records from now on.
    ///
    /// # Errors
    /// All problems in the settings of the vendors, and one for each vendor that still has records although it has left the
    /// configuration or has another adapter. In that case, nothing has changed.
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

    /// Checks that [`Engine::reconfigured`] would accept a configuration. Nothing changes.
    ///
    /// # Errors
    /// The errors of [`Engine::reconfigured`].
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

    /// Gives the tracker of all running writes and tasks, including those that no caller waits for.
    pub fn running(&self) -> &TaskTracker {
        &self.driver.handles().running
    }

    /// Waits for the running writes, then releases the store.
    pub async fn close(&self) {
        self.running().close();
        self.running().wait().await;
        self.repository.store().close().await;
    }
}
