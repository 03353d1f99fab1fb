//! A process with an engine. The test can kill it.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use switchboard_config::{Config, Environment};
use switchboard_core::{model::Agent, plan::Handling};
use switchboard_engine::{Answer, Engine, Item, Occupied, RequestContext, vet};
use switchboard_store::{Collection, Filter, OperationFilter, OperationState, Store};
use tokio::{
    runtime::{self, Runtime},
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{adapter::FACTORIES, server::POLL_INTERVAL, site::Site, store::KillableStore};

/// The longest time that a write may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// A write that a caller requests.
#[derive(Debug, Clone)]
pub enum Write {
    Create(Value),
    Patch(Value),
    Delete,
}

/// An engine with its background tasks, on its own runtime. Dropping the process kills it: no task shuts down
/// gracefully.
pub struct Process {
    engine: Engine,
    pub store: Arc<dyn Store>,
    commits: watch::Receiver<()>,
    site: Arc<Site>,
    runtime: Runtime,
}

impl Process {
    /// Starts a process on the files of a site.
    pub fn start(site: &Arc<Site>) -> Self {
        Self::start_with(site, &site.config())
    }

    /// Starts a process on the files of a site, with another configuration.
    pub fn start_with(site: &Arc<Site>, config: &str) -> Self {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (store, commits, engine) = runtime.block_on(async {
            let opened = switchboard_store::open(&site.store_url(), None).await.unwrap();
            let (sender, commits) = watch::channel(());
            let store = KillableStore { store: opened.store, fault: site.fault.clone(), commits: sender };
            let store: Arc<dyn Store> = Arc::new(store);
            let vet = |_: &[String], adapter: &str, settings: &Value| vet(adapter, settings, &[], &FACTORIES);
            let config = Config::load(Some(config), None, &Environment::new(), &vet).unwrap();
            let engine = Engine::new(&config, store.clone(), &opened.signing_key, &FACTORIES, |error, _| {
                error.to_string()
            });
            let engine = engine.unwrap();
            engine.start_background(&CancellationToken::new());
            (store, commits, engine)
        });
        Self { engine, store, commits, site: site.clone(), runtime }
    }

    /// Performs a write of the record with this id and waits until the write has ended. Returns `None` if the
    /// process is killed first.
    pub fn write(
        &self,
        write: &Write,
        id: &str,
        wait: Duration,
    ) -> Option<switchboard_core::error::Result<Answer>> {
        let written = async {
            let answer = self.asked(write, id, wait).await;
            self.settled().await;
            answer
        };
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                () = self.site.fault.killed() => None,
                answer = written => Some(answer),
            }
        })
    }

    /// Lets the process run until an event happens.
    pub fn until(&self, event: impl Future<Output = ()>) {
        let happened = self.runtime.block_on(async { timeout(DEADLINE, event).await });
        happened.expect("the event has not happened");
    }

    /// Lets the process run until this number of operations wait after this number of attempts.
    pub fn until_attempted(&self, operations: usize, attempts: u64) {
        let states = vec![OperationState::Waiting];
        let filter = OperationFilter { states, record: None, vendor: None };
        self.until(async {
            loop {
                let open = self.store.operations(&filter, None, 10).await.unwrap();
                let specs = open.iter().map(|operation| operation.document.read::<Value>().unwrap());
                if specs.filter(|spec| spec["attempts"].as_u64() >= Some(attempts)).count() >= operations {
                    return;
                }
                sleep(POLL_INTERVAL).await;
            }
        });
    }

    /// Performs a write and waits only as long as its caller.
    pub fn ask(&self, write: &Write, id: &str, wait: Duration) -> switchboard_core::error::Result<Answer> {
        self.runtime.block_on(self.asked(write, id, wait))
    }

    async fn asked(
        &self,
        write: &Write,
        id: &str,
        wait: Duration,
    ) -> switchboard_core::error::Result<Answer> {
        let writer = self.engine.writer();
        let context = RequestContext {
            handling: Handling::Lenient,
            wait,
            caller: String::new(),
            occupied: Occupied::default(),
            request_id: "request-1".to_owned(),
            key: None,
            preference_applied: None,
        };
        match write.clone() {
            Write::Create(agent) => writer.create::<Agent>(context, &agent).await,
            Write::Patch(patch) => writer.patch::<Agent>(context, id, &patch, &|_| Ok(())).await,
            Write::Delete => writer.delete::<Agent>(context, id, &|_| Ok(()), false).await,
        }
    }

    /// Waits until no operation is waiting or held.
    pub fn settle(&self) {
        self.runtime.block_on(self.settled());
    }

    async fn settled(&self) {
        let mut commits = self.commits.clone();
        let states = OperationState::ALL.into_iter().filter(|state| state.is_open());
        let states = states.filter(|state| *state != OperationState::Attention).collect();
        let filter = OperationFilter { states, record: None, vendor: None };
        let done = async {
            loop {
                commits.mark_unchanged();
                if self.store.operations(&filter, None, 1).await.unwrap().is_empty() {
                    return;
                }
                commits.changed().await.unwrap();
            }
        };
        timeout(DEADLINE, done).await.expect("an operation is still open");
    }

    /// Reads all records, and checks that none of them is hidden.
    pub fn records(&self) -> Vec<Item<Agent>> {
        self.runtime.block_on(async {
            let listed = self.engine.repository().list::<Agent>(&Filter::default(), None, 100).await.unwrap();
            let bound = self.store.bound_ids(Collection::Agents, "toy").await.unwrap();
            assert_eq!(bound.len(), listed.items.len(), "a row is hidden");
            listed.items
        })
    }

    /// Returns the unsealed secrets of a record, and its document as a string.
    pub fn row(&self, id: &str) -> (Option<secrecy::SecretString>, String) {
        let row = self.runtime.block_on(self.store.get(Collection::Agents, id)).unwrap().unwrap();
        (row.secrets.read().unwrap().cloned(), row.document.read::<Value>().unwrap().to_string())
    }
}
