//! The simulated vendors, used through their control routes.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Instant,
};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use switchboard_sandbox::{Sandbox, SandboxOptions, Vendor};
use tokio::net::TcpSocket;

use super::{Answer, Harness, TIMEOUT};

pub struct Vendors {
    sandbox: Option<Sandbox>,
    /// Keeps the address of vendors that are down, so that no other test takes the port.
    reserved: Option<TcpSocket>,
    control: String,
    client: Client,
}

impl Vendors {
    pub async fn start(client: Client) -> Self {
        let options = SandboxOptions { kills: true, ..SandboxOptions::default() };
        let sandbox = Sandbox::start_with(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), options).await.unwrap();
        let control = format!("http://{}/_sandbox", sandbox.address());
        Self { sandbox: Some(sandbox), reserved: None, control, client }
    }

    pub fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().expect("the vendors are up")
    }

    /// Sends a request to a control route of the simulated vendors.
    pub async fn control(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.client.request(method, format!("{}{path}", self.control));
        Answer::to(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }
}

/// A request that a vendor has received.
#[derive(Debug, Clone)]
pub struct SeenRequest {
    pub operation: String,
    pub method: String,
    pub path: String,
    pub body: Value,
    valid: bool,
    /// The contract violations of the request.
    violations: Value,
}

impl SeenRequest {
    fn from_entry(entry: &Value) -> Self {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        Self {
            operation: text("operation"),
            method: text("method"),
            path: text("path"),
            body: entry["body"].clone(),
            valid: entry["valid"] == true,
            violations: entry["violations"].clone(),
        }
    }

    /// Panics if the vendor's contract does not allow the request.
    #[track_caller]
    pub fn keeps_the_contract(&self) {
        assert!(self.valid, "{} {}: {}\n{}", self.method, self.path, self.violations, self.body);
    }

    /// Returns whether the request may change the vendor's records. Retell lists its agents by POST.
    pub fn writes(&self) -> bool {
        self.method != "GET" && !self.operation.starts_with("list")
    }
}

impl Harness {
    /// Lists the requests that a vendor has received, oldest first.
    pub async fn seen(&self, vendor: Vendor) -> Vec<SeenRequest> {
        let path = format!("/requests?vendor={vendor}");
        let entries = self.vendors.control(Method::GET, &path, None).await.expect(200);
        entries.as_array().unwrap().iter().map(SeenRequest::from_entry).collect()
    }

    /// Lists the write requests that a vendor has received.
    pub async fn writes(&self, vendor: Vendor) -> Vec<SeenRequest> {
        self.seen(vendor).await.into_iter().filter(SeenRequest::writes).collect()
    }

    /// Lists every request that any vendor has received, as journal entries.
    pub async fn requests_of_all_vendors(&self) -> Vec<Value> {
        let entries = self.vendors.control(Method::GET, "/requests", None).await.expect(200);
        entries.as_array().unwrap().clone()
    }

    /// Clears the vendors' journal.
    pub async fn forget_requests(&self) {
        self.vendors.control(Method::DELETE, "/requests", None).await.expect(204);
    }

    /// Returns the vendor's stored records of a collection, by id.
    pub async fn stored(&self, vendor: Vendor, collection: &str) -> Value {
        let records =
            self.vendors.control(Method::GET, &format!("/{vendor}/records"), None).await.expect(200);
        records[collection].clone()
    }

    /// Writes a record at the vendor, as a user of its console does.
    pub async fn put_record(&self, vendor: Vendor, collection: &str, id: &str, record: &Value) {
        let path = format!("/{vendor}/records/{collection}/{id}");
        self.vendors.control(Method::PUT, &path, Some(record)).await.expect(204);
    }

    /// Removes a record at the vendor, as a user of its console does.
    pub async fn delete_record(&self, vendor: Vendor, collection: &str, id: &str) {
        let path = format!("/{vendor}/records/{collection}/{id}");
        self.vendors.control(Method::DELETE, &path, None).await.expect(204);
    }

    /// Sets the vendor's options.
    pub async fn set_options(&self, vendor: Vendor, options: &Value) {
        self.vendors.control(Method::PUT, &format!("/{vendor}/options"), Some(options)).await.expect(200);
    }

    /// Orders a fault for the next `times` requests of an operation.
    pub async fn order(&self, vendor: Vendor, operation: &str, times: u32, fault: &Value) {
        let order = json!({ "vendor": vendor, "operation": operation, "times": times, "fault": fault });
        self.vendors.control(Method::POST, "/faults", Some(&order)).await.expect(201);
    }

    /// Removes the pending faults.
    pub async fn clear_faults(&self) {
        self.vendors.control(Method::DELETE, "/faults", None).await.expect(204);
    }

    /// Returns the number of requests that the vendors are holding.
    pub async fn held(&self) -> usize {
        let held = self.vendors.control(Method::GET, "/held", None).await.expect(200);
        held.as_array().map_or(0, Vec::len)
    }

    /// Releases the requests that the vendors are holding.
    pub async fn release_held(&self) {
        self.vendors.control(Method::DELETE, "/held", None).await.expect(204);
    }

    /// Lets the vendors carry out the late requests now.
    pub async fn carry_out_late(&self) {
        self.vendors.control(Method::POST, "/late", None).await.expect(204);
    }

    /// Stops the vendors. From now on, their address refuses connections.
    pub async fn take_vendors_down(&mut self) {
        let address = self.vendors.sandbox().address();
        self.vendors.sandbox = None;
        let begun = Instant::now();
        // The listener ends soon after the simulators. A socket that does not listen refuses connections.
        self.vendors.reserved = loop {
            let socket = TcpSocket::new_v4().unwrap();
            socket.set_reuseaddr(true).unwrap();
            if socket.bind(address).is_ok() {
                break Some(socket);
            }
            assert!(begun.elapsed() < TIMEOUT, "the vendors still listen at {address}");
            tokio::task::yield_now().await;
        };
    }
}
