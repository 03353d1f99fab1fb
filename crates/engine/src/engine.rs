//! The engine, which composes the components under one configuration.

use std::sync::Arc;

use switchboard_config::{Config, Problem};
use switchboard_core::{error::Result, vendor::Factory};
use switchboard_store::Store;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    background::{
        BackgroundTask, CountTask, Driver, Handles, IndexTask, MigrationsTask, OperationsTask, PollTask,
        RealignTask, RoutesTask, SweepTask,
    },
    calls::{CallBook, CallRetentionTask, CallsTask, Dialer, Follower, Guards, PeerHash},
    migrations::Mover,
    planning::Planner,
    records::Repository,
    vendors::{Fleet, Retirement},
    writes::{RenderProblem, Writer, WriterSettings},
};

/// The gateway without its HTTP API, under one fixed configuration.
///
/// [`Engine::reconfigured`] creates the engine for another configuration. Both engines share the store, and the tracker
/// of running writes and background tasks.
pub struct Engine {
    repository: Arc<Repository>,
    planner: Arc<Planner>,
    writer: Arc<Writer>,
    mover: Arc<Mover>,
    calls: Arc<CallBook>,
    dialer: Arc<Dialer>,
    follower: Arc<Follower>,
    driver: Driver,
}

impl Engine {
    /// Creates an engine over a store, with the vendors and routes of the configuration. `signing_key` is the store's
    /// key for values that are compared and never decrypted, such as hashes of phone numbers. `render_problem` renders
    /// the problem document of a refused write. If the request has an idempotency key, that document is stored for
    /// repeated requests.
    ///
    /// # Errors
    /// All problems in the settings of vendors and calls.
    pub fn new(
        config: &Config,
        store: Arc<dyn Store>,
        signing_key: &[u8; 32],
        factories: &'static [Factory],
        render_problem: RenderProblem,
    ) -> Result<Self, Vec<Problem>> {
        let repository = Arc::new(Repository::new(store, config.store.shared));
        let (fleet, guards) =
            match (Fleet::new(config, factories, repository.clone()), Guards::new(&config.calls)) {
                (Ok(fleet), Ok(guards)) => (fleet, guards),
                (fleet, guards) => return Err(problems(fleet.err(), guards.err())),
            };
        let calls = Arc::new(CallBook::new(repository.clone(), PeerHash::new(signing_key)));
        Ok(Self::compose(config, repository, calls, (fleet, guards), Arc::default(), render_problem))
    }

    /// Creates the engine for another configuration. Both engines share the store, the record cache, the tracker of
    /// running writes, and each vendor whose configuration is unchanged. Writes that this engine has begun continue in
    /// this engine.
    ///
    /// The caller must install the returned engine. From then on, this engine cannot place records at a vendor that
    /// `config` removes or whose adapter it changes.
    ///
    /// # Errors
    /// All problems in the settings of vendors and calls. Also a problem for each vendor that `config` removes or whose
    /// adapter it changes, unless the store shows that the vendor has no records, open operations or live calls left.
    /// After an error, nothing has changed.
    pub async fn reconfigured(&self, config: &Config) -> Result<Self, Vec<Problem>> {
        let (fleet, retirement, guards) = self.next(config).await?;
        retirement.close();
        let handles = self.driver.handles().clone();
        Ok(Self::compose(
            config,
            self.repository.clone(),
            self.calls.clone(),
            (fleet, guards),
            handles,
            self.writer.settings().render_problem,
        ))
    }

    /// Checks that [`Engine::reconfigured`] would accept a configuration. Nothing changes.
    ///
    /// # Errors
    /// The errors of [`Engine::reconfigured`].
    pub async fn check(&self, config: &Config) -> Result<(), Vec<Problem>> {
        self.next(config).await.map(drop)
    }

    async fn next(&self, config: &Config) -> Result<(Fleet, Retirement<'_>, Guards), Vec<Problem>> {
        match (self.fleet().next(config).await, Guards::new(&config.calls)) {
            (Ok((fleet, retirement)), Ok(guards)) => Ok((fleet, retirement, guards)),
            (fleet, guards) => Err(problems(fleet.err(), guards.err())),
        }
    }

    fn compose(
        config: &Config,
        repository: Arc<Repository>,
        calls: Arc<CallBook>,
        (fleet, guards): (Fleet, Guards),
        handles: Arc<Handles>,
        render_problem: RenderProblem,
    ) -> Self {
        let fleet = Arc::new(fleet);
        let planner = Arc::new(Planner::new(repository.clone(), fleet.clone(), config));
        let (writes, several_callers) = (config.writes.clone(), config.keys.len() > 1);
        let drain = config.calls.drain;
        let settings = WriterSettings { writes, render_problem, several_callers, drain };
        let writer =
            Writer::new(repository.clone(), planner.clone(), fleet.clone(), settings, handles.clone());
        let writer = Arc::new(writer);
        let mover = Arc::new(Mover::new(repository.clone(), fleet.clone(), planner.clone(), handles.clone()));
        let dialer = Arc::new(Dialer::new(
            repository.clone(),
            fleet.clone(),
            writer.clone(),
            calls.clone(),
            guards,
            handles.clone(),
        ));
        let follower = Arc::new(Follower::new(
            calls.clone(),
            repository.clone(),
            fleet.clone(),
            config.calls.clone(),
            handles.clone(),
        ));
        let tasks: Vec<Arc<dyn BackgroundTask>> = vec![
            Arc::new(CallsTask { follower: follower.clone() }),
            Arc::new(CallRetentionTask { follower: follower.clone() }),
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
            Arc::new(IndexTask { repository: repository.clone() }),
            Arc::new(RoutesTask { repository: repository.clone(), planner: planner.clone() }),
            Arc::new(CountTask {
                repository: repository.clone(),
                fleet: fleet.clone(),
                handles: handles.clone(),
            }),
        ];
        let driver = Driver::new(tasks, handles);
        Self { repository, planner, writer, mover, calls, dialer, follower, driver }
    }

    /// Returns the repository of the stored records.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Returns the configured vendors.
    pub fn fleet(&self) -> &Fleet {
        self.planner.fleet()
    }

    /// Returns the component that decides placements and plans writes.
    pub fn planner(&self) -> &Planner {
        &self.planner
    }

    /// Returns the component that writes records to vendors.
    pub fn writer(&self) -> &Arc<Writer> {
        &self.writer
    }

    /// Returns the component that moves agents between vendors.
    pub fn mover(&self) -> &Arc<Mover> {
        &self.mover
    }

    /// Returns the component that reads and commits the stored calls.
    pub fn calls(&self) -> &Arc<CallBook> {
        &self.calls
    }

    /// Returns the component that places calls.
    pub fn dialer(&self) -> &Arc<Dialer> {
        &self.dialer
    }

    /// Returns the component that follows calls, and that ends, reads and erases calls on request.
    pub fn follower(&self) -> &Arc<Follower> {
        &self.follower
    }

    /// Starts the background tasks. They run until the token `stop` is triggered. A task that the configuration
    /// disables, or that has done its work, ends earlier.
    pub fn start_background(&self, stop: &CancellationToken) {
        self.driver.spawn(stop);
    }

    /// Returns the tracker of all running writes and background tasks.
    pub fn running(&self) -> &TaskTracker {
        &self.driver.handles().running
    }

    /// Returns the token that ends the waits of all callers when it is triggered. A write whose attempt is running is
    /// then answered as accepted, and continues. A write that still waits for another request to finish writing the
    /// same record is refused.
    pub fn time_is_up(&self) -> &CancellationToken {
        &self.driver.handles().time_is_up
    }

    /// Waits for all running writes and background tasks to end, then closes the store. The background tasks end only after
    /// the token of [`Self::start_background`] is triggered.
    pub async fn close(&self) {
        self.running().close();
        self.running().wait().await;
        self.repository.store().close().await;
    }
}

fn problems(fleet: Option<Vec<Problem>>, guards: Option<Vec<Problem>>) -> Vec<Problem> {
    [fleet, guards].into_iter().flatten().flatten().collect()
}
