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
        agent,
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
    /// The path of each connection's agent, at the gateway and at the pass-through.
    agents: Vec<(String, String)>,
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

        let document = agent::document()?;
        let bodies = Bodies::new(&document)?;
        let (mut at_gateway, mut at_vendor) =
            (Connection::open(gateway.address).await?, Connection::open(vendor_address).await?);
        let mut agents = Vec::new();
        for number in 0..connections as u64 {
            let ours = made(&mut at_gateway, "/v1/agents", bodies.whole.with(number)).await?;
            let assistants = format!("{}/user/assistant", vendor::BASE);
            let theirs = made(&mut at_vendor, &assistants, bodies.field.with(number)).await?;
            let id = ours["id"].as_str().context("an agent without an id")?;
            agents.push((format!("/v1/agents/{id}"), format!("/agents/{}", theirs["data"]["id"])));
        }
        Ok(Self { vendor, vendor_address, gateway, store, bodies, pass_through, commit, agents })
    }

    pub fn process(&self, server: Server) -> &Process {
        match server {
            Server::PassThrough => &self.pass_through.0,
            Server::Commit => &self.commit.0,
            Server::Gateway => &self.gateway.process,
        }
    }

    pub fn address(&self, server: Server) -> SocketAddr {
        match server {
            Server::PassThrough => self.pass_through.1,
            Server::Commit => self.commit.1,
            Server::Gateway => self.gateway.address,
        }
    }

    /// Returns the path of a connection's agent at a server.
    pub fn agent(&self, server: Server, connection: usize) -> &str {
        let (gateway, bare) = &self.agents[connection];
        match server {
            Server::Gateway => gateway,
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

async fn made(connection: &mut Connection, path: &str, body: Bytes) -> anyhow::Result<Value> {
    let request = Request::post(path)
        .header(AUTHORIZATION, format!("Bearer {KEY}"))
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(body))?;
    Ok(serde_json::from_slice(&connection.send(request).await?)?)
}
