//! The gateway, its two vendors, and the agents.

use std::{env, net::SocketAddr, path::Path, process::Command};

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::{Value, json};

use crate::{
    measuring::{
        agent::document,
        connection::Connection,
        gateway::{Gateway, HEALTH, KEY},
        process::{Process, free_address},
        template::Template,
    },
    vendor,
};

/// The number of the caller's connections, each with its own agent.
pub const CALLERS: usize = 8;

pub struct Stage {
    pub gateway: Gateway,
    /// The paths of the caller's agents, then of the crowd's.
    pub paths: Vec<String>,
    /// The path of the agent at the vendor that never answers.
    hanging_path: String,
    _vendors: [Process; 2],
}

impl Stage {
    /// Starts all servers and creates the agents.
    ///
    /// # Errors
    /// Fails if a server does not start or refuses an agent.
    pub async fn set(folder: &Path) -> anyhow::Result<Self> {
        let (instant, instant_address) = start("vendor", folder)?;
        let (hanging, hanging_address) = start("hanging", folder)?;
        let tables = format!(
            "{}[[routing.rules]]\nwhen = {{ labels = {{ at = \"hanging\" }} }}\nvendor = \"hanging\"\n\
             [vendors.hanging]\nadapter = \"autocalls\"\ngeneration = \"2026\"\n\
             base_url = \"http://{hanging_address}{}\"\napi_key = \"env:KEY\"\n",
            vendor::tables(instant_address, 64, true),
            vendor::BASE,
        );
        let gateway = Gateway::start(&folder.join("gateway"), 64, &tables)?;
        let mut connection = Connection::open(gateway.address).await?;
        let agent = document()?;
        let template = Template::new(&agent)?;
        let mut paths = Vec::new();
        for number in 0..2 * CALLERS as u64 {
            paths.push(create(&mut connection, template.with(number)).await?);
        }
        let mut labelled = agent;
        labelled["labels"] = json!({ "at": "hanging" });
        let hanging_path = create(&mut connection, Template::new(&labelled)?.with(0)).await?;
        Ok(Self { gateway, paths, hanging_path, _vendors: [instant, hanging] })
    }

    /// Starts the process of the clients that overload the gateway.
    ///
    /// # Errors
    /// Fails if the process does not start.
    pub fn start_clients(&self, folder: &Path) -> anyhow::Result<Process> {
        let mut command = Command::new(env::current_exe()?);
        command.env_clear().args(["clients", &self.gateway.address.to_string(), &self.hanging_path]);
        command.args(&self.paths[CALLERS..]);
        Process::start(&mut command, &folder.join("clients"))
    }
}

/// Builds a request to the gateway.
///
/// # Errors
/// Fails if a header is not valid.
pub fn request(method: Method, path: &str, key: &str, body: Bytes) -> anyhow::Result<Request<Full<Bytes>>> {
    Ok(Request::builder()
        .method(method)
        .uri(path)
        .header(AUTHORIZATION, format!("Bearer {key}"))
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(body))?)
}

/// Builds the change of one field of an agent.
pub fn change(number: u64) -> Bytes {
    json!({ "greeting": { "message": format!("Hello, caller {number}.") } }).to_string().into()
}

/// Starts this program again as a vendor.
fn start(role: &str, folder: &Path) -> anyhow::Result<(Process, SocketAddr)> {
    let address = free_address()?;
    let mut command = Command::new(env::current_exe()?);
    command.env_clear().args([role, &address.to_string()]);
    let mut process = Process::start(&mut command, &folder.join(role))?;
    process.wait_until_ready(address, HEALTH)?;
    Ok((process, address))
}

async fn create(connection: &mut Connection, body: Bytes) -> anyhow::Result<String> {
    let made = connection.send(request(Method::POST, "/v1/agents", KEY, body)?).await?;
    let made: Value = serde_json::from_slice(&made)?;
    let id = made["id"].as_str().context("an agent without an id")?;
    Ok(format!("/v1/agents/{id}"))
}
