//! The servers under test, the vendor behind them, and the agents.

use std::{
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::Value;

use crate::{
    bodies::Bodies,
    measuring::{
        agent::document,
        connection::Connection,
        gateway::{Gateway, HEALTH, KEY},
        process::{Process, free_address},
    },
    variant::Server,
    vendor,
};

pub struct Stage {
    pub vendor: Process,
    pub vendor_address: SocketAddr,
    pub gateway: Gateway,
    /// The file of the gateway's store.
    pub store: PathBuf,
    pub bodies: Bodies,
    pass_through: Bound,
    commit: Bound,
    /// The gateway without metrics.
    unmeasured: Gateway,
    /// The agents of each connection.
    agents: Vec<Agents>,
}

/// The paths of one connection's agents.
struct Agents {
    gateway: String,
    unmeasured: String,
    bare: String,
}

/// A server and its address.
type Bound = (Process, SocketAddr);

impl Stage {
    /// Starts all processes and creates an agent for each connection.
    ///
    /// # Errors
    /// Fails if a server does not start or refuses an agent.
    pub async fn set(folder: &Path, connections: usize, read_back: bool) -> anyhow::Result<Self> {
        let (vendor, vendor_address) = start("vendor", "vendor", folder, &[])?;
        let at = vendor_address.to_string();
        let documents = folder.join("commit.db");
        let documents = documents.to_str().context("the folder's name is no text")?;
        let pass_through = start("bare", "pass-through", folder, &[&at])?;
        let commit = start("bare", "commit", folder, &[&at, documents])?;
        let store = folder.join("gateway");
        let tables = vendor::tables(vendor_address, connections, read_back);
        let gateway = Gateway::start(&store, connections.max(512), &tables)?;
        // The configuration has these lines after those of `[telemetry]`, so the first one belongs to that table.
        let tables = format!("metrics = false\n{tables}");
        let unmeasured = Gateway::start(&folder.join("unmeasured"), connections.max(512), &tables)?;

        let bodies = Bodies::new(&document()?)?;
        let mut at_gateway = Connection::open(gateway.address).await?;
        let mut at_unmeasured = Connection::open(unmeasured.address).await?;
        let mut at_vendor = Connection::open(vendor_address).await?;
        let mut agents = Vec::new();
        for number in 0..connections as u64 {
            let gateway = agent(&mut at_gateway, bodies.whole.with(number)).await?;
            let unmeasured = agent(&mut at_unmeasured, bodies.whole.with(number)).await?;
            let assistants = format!("{}/user/assistant", vendor::BASE);
            let theirs = made(&mut at_vendor, &assistants, bodies.field.with(number)).await?;
            let bare = format!("/agents/{}", theirs["data"]["id"]);
            agents.push(Agents { gateway, unmeasured, bare });
        }
        Ok(Self { vendor, vendor_address, gateway, store, bodies, pass_through, commit, unmeasured, agents })
    }

    pub fn process(&self, server: Server) -> &Process {
        match server {
            Server::PassThrough => &self.pass_through.0,
            Server::Commit => &self.commit.0,
            Server::Gateway => &self.gateway.process,
            Server::Unmeasured => &self.unmeasured.process,
        }
    }

    pub fn address(&self, server: Server) -> SocketAddr {
        match server {
            Server::PassThrough => self.pass_through.1,
            Server::Commit => self.commit.1,
            Server::Gateway => self.gateway.address,
            Server::Unmeasured => self.unmeasured.address,
        }
    }

    /// Returns the path of a connection's agent at a server.
    pub fn agent(&self, server: Server, connection: usize) -> &str {
        let Agents { gateway, unmeasured, bare } = &self.agents[connection];
        match server {
            Server::Gateway => gateway,
            Server::Unmeasured => unmeasured,
            Server::PassThrough | Server::Commit => bare,
        }
    }
}

/// Starts this program again as another process with this role.
fn start(role: &str, name: &str, folder: &Path, more: &[&str]) -> anyhow::Result<Bound> {
    let address = free_address()?;
    let mut command = Command::new(env::current_exe()?);
    command.env_clear().args([role, &address.to_string()]).args(more);
    let mut process = Process::start(&mut command, &folder.join(name))?;
    process.wait_until_ready(address, HEALTH)?;
    Ok((process, address))
}

/// Creates an agent at a gateway and returns its path.
async fn agent(connection: &mut Connection, body: Bytes) -> anyhow::Result<String> {
    let made = made(connection, "/v1/agents", body).await?;
    let id = made["id"].as_str().context("an agent without an id")?;
    Ok(format!("/v1/agents/{id}"))
}

async fn made(connection: &mut Connection, path: &str, body: Bytes) -> anyhow::Result<Value> {
    let request = Request::post(path)
        .header(AUTHORIZATION, format!("Bearer {KEY}"))
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(body))?;
    Ok(serde_json::from_slice(&connection.send(request).await?)?)
}
