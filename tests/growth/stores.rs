//! The two stores, each with its gateway.

use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use bytes::Bytes;
use futures::future::try_join_all;
use http_body_util::Full;
use hyper::{
    Request,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::{Value, json};

use crate::{
    copies,
    measuring::{
        agent,
        connection::Connection,
        gateway::{Gateway, HEALTH, KEY},
        process::{Memory, Process, free_address},
        template::Template,
    },
    options::Options,
    vendor,
};

/// The configured bound of concurrent requests.
const IN_FLIGHT: usize = 512;
/// The labels, of which each agent has one.
const TEAMS: [&str; 5] = ["sales", "support", "billing", "night", "day"];

/// The gateways of the two stores, and their vendor.
pub struct Stores {
    pub small: Gateway,
    pub large: Gateway,
    /// The ids of the agents that both stores have.
    pub ids: Vec<String>,
    /// The body of a new agent.
    pub body: Template,
    vendor: Process,
    tables: String,
    folder: PathBuf,
}

/// The result of starting the gateway of the large store.
pub struct Starts {
    /// The durations from the start to the first answer, in order.
    pub took: Vec<Duration>,
    /// The idle memory of the last gateway.
    pub idle: Memory,
}

impl Stores {
    /// Creates both stores and starts their gateways.
    ///
    /// # Errors
    /// Fails if a process does not start or refuses an agent, or if a store cannot be copied.
    pub async fn prepare(folder: &Path, options: &Options) -> anyhow::Result<Self> {
        let times = options.times()?;
        let (vendor, address) = start_vendor(folder)?;
        // Writes of the copies are not read back, because the vendor does not have the copied agents.
        let tables = vendor::tables(address, options.connections, false);
        let (small, large) = (folder.join("small"), folder.join("large"));
        let gateway = Gateway::start(&small, IN_FLIGHT, &tables)?;
        let body = body(&agent::document()?)?;
        let ids = create(&gateway, &body, options).await?;
        drop(gateway);
        copies::vary(&small).await?;
        fs::create_dir_all(&large)?;
        for entry in fs::read_dir(&small)? {
            let entry = entry?;
            fs::copy(entry.path(), large.join(entry.file_name()))?;
        }
        copies::multiply(&large, times).await?;
        let start = |store: &Path| Gateway::start(store, IN_FLIGHT, &tables);
        let (small, large) = (start(&small)?, start(&large)?);
        Ok(Self { small, large, ids, body, vendor, tables, folder: folder.to_owned() })
    }

    /// Kills the gateway of the large store and starts it again several times.
    ///
    /// # Errors
    /// Fails if the gateway does not start.
    pub fn restart_large(self, times: usize) -> anyhow::Result<Starts> {
        let Self { mut large, vendor: _vendor, tables, folder, .. } = self;
        let mut took = Vec::new();
        for _ in 0..times.max(1) {
            // The previous process must end first, because only one process may open a store.
            drop(large);
            large = Gateway::start(&folder.join("large"), IN_FLIGHT, &tables)?;
            took.push(large.took);
        }
        // Background tasks that run at the start have then ended.
        let settled = Instant::now() + Duration::from_secs(2);
        while Instant::now() < settled {
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Starts { took, idle: large.process.memory()? })
    }
}

/// Returns the agent of all benchmarks, with labels.
fn body(document: &Value) -> anyhow::Result<Template> {
    let mut document = document.clone();
    document["labels"] = json!({ "team": "night", "site": "harbour" });
    Template::new(&document)
}

/// Creates the agents of the small store and returns their ids.
async fn create(gateway: &Gateway, body: &Template, options: &Options) -> anyhow::Result<Vec<String>> {
    let number = AtomicU64::new(0);
    let connections = (0..options.connections).map(|_| Connection::open(gateway.address));
    let creating = try_join_all(connections).await?.into_iter().map(async |mut connection| {
        let mut ids = Vec::new();
        loop {
            let next = number.fetch_add(1, Ordering::Relaxed);
            if next >= options.small.into() {
                return anyhow::Ok(ids);
            }
            let made = connection.send(creation(varied(&body.with(next), next)?)?).await?;
            let made: Value = serde_json::from_slice(&made)?;
            ids.push(made["id"].as_str().context("an agent without an id")?.to_owned());
        }
    });
    Ok(try_join_all(creating).await?.concat())
}

/// Changes the body of an agent, so that every filter selects some agents and omits others.
fn varied(body: &[u8], number: u64) -> anyhow::Result<Bytes> {
    let mut agent: Value = serde_json::from_slice(body)?;
    let team = TEAMS[usize::try_from(number)? % TEAMS.len()];
    agent["labels"]["team"] = team.into();
    agent["language"] = if number.is_multiple_of(2) { "de" } else { "en" }.into();
    agent["direction"] = if number.is_multiple_of(3) { "inbound" } else { "outbound" }.into();
    Ok(agent.to_string().into())
}

/// Builds the request that creates an agent.
pub fn creation(body: Bytes) -> hyper::http::Result<Request<Full<Bytes>>> {
    Request::post("/v1/agents")
        .header(AUTHORIZATION, format!("Bearer {KEY}"))
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(body))
}

fn start_vendor(folder: &Path) -> anyhow::Result<(Process, SocketAddr)> {
    let address = free_address()?;
    let mut command = Command::new(env::current_exe()?);
    command.env_clear().args(["vendor", &address.to_string()]);
    let mut process = Process::start(&mut command, &folder.join("vendor"))?;
    process.wait_until_ready(address, HEALTH)?;
    Ok((process, address))
}
