//! JSON requests to the gateway and to the control routes of the simulated vendors.

use std::{collections::BTreeMap, time::Duration};

use anyhow::ensure;
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    measuring::{connection::Connection, gateway::KEY},
    stage::{Stage, VENDORS},
};

/// A connection on which requests are sent one after the other.
pub struct Api(Connection);

/// The number of requests to vendors, by vendor and operation.
pub type Requests = BTreeMap<(Vendor, String), usize>;

/// A request that a vendor has received.
#[derive(Deserialize)]
struct Seen {
    vendor: Vendor,
    operation: String,
}

impl Api {
    pub async fn of_gateway(stage: &Stage) -> anyhow::Result<Self> {
        Ok(Self(Connection::open(stage.gateway.address).await?))
    }

    pub async fn of_vendors(stage: &Stage) -> anyhow::Result<Self> {
        Ok(Self(Connection::open(stage.vendors_address).await?))
    }

    /// # Errors
    /// Fails if the answer is not a success.
    pub async fn get(&mut self, path: &str) -> anyhow::Result<Bytes> {
        self.ask(Method::GET, path, Bytes::new()).await
    }

    /// # Errors
    /// Fails if the answer is not a success.
    pub async fn post(&mut self, path: &str, body: impl Into<Bytes>) -> anyhow::Result<Bytes> {
        self.ask(Method::POST, path, body.into()).await
    }

    async fn ask(&mut self, method: Method, path: &str, body: Bytes) -> anyhow::Result<Bytes> {
        let request = Request::builder().method(&method).uri(path);
        let request = request.header(AUTHORIZATION, format!("Bearer {KEY}"));
        let request = request.header(CONTENT_TYPE, "application/json").body(Full::new(body))?;
        let (status, answer) = self.0.ask(request).await?;
        ensure!(status.is_success(), "{method} {path}: {status}: {}", String::from_utf8_lossy(&answer));
        Ok(answer)
    }

    /// Delays the vendors' answers by this latency from now on.
    pub async fn delay(&mut self, latency: Duration) -> anyhow::Result<()> {
        let fault = json!({ "kind": "latency", "ms": latency.as_millis() as u64 });
        for vendor in VENDORS {
            let order = json!({ "vendor": vendor, "times": u32::MAX, "fault": fault });
            self.post("/_sandbox/faults", order.to_string()).await?;
        }
        Ok(())
    }

    /// Returns the requests that the vendors have received since the last call.
    pub async fn requests(&mut self) -> anyhow::Result<Requests> {
        let seen: Vec<Seen> = serde_json::from_slice(&self.get("/_sandbox/requests").await?)?;
        self.ask(Method::DELETE, "/_sandbox/requests", Bytes::new()).await?;
        let mut requests = Requests::new();
        for Seen { vendor, operation } in seen {
            *requests.entry((vendor, operation)).or_default() += 1;
        }
        Ok(requests)
    }
}

/// Parses an answer as JSON.
///
/// # Errors
/// Fails if the answer is not JSON.
pub fn document(answer: &[u8]) -> anyhow::Result<Value> {
    Ok(serde_json::from_slice(answer)?)
}
