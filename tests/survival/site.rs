//! Gateways that share a store in front of simulated vendors. They can be killed and restarted.

use std::{
    fs, iter,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    caller::{Addresses, Caller, CallerRequest, POLL_INTERVAL, TIMEOUT},
    harness::{Config, Gateway, Harness, SERVE},
};

/// The number of log lines that are printed if a trial fails.
const TAIL: usize = 60;

/// Gateways that share a store, in front of simulated vendors.
pub struct Site {
    pub harness: Harness,
    second: Option<Gateway>,
    addresses: Addresses,
    /// The log of the last gateway that was killed.
    last_words: String,
}

impl Site {
    /// Starts a site with one gateway.
    pub async fn start(config: Config) -> Self {
        let harness = Harness::with(config).await;
        let addresses = Addresses::default();
        addresses.set(0, Some(harness.gateway.url.clone()));
        Self { harness, second: None, addresses, last_words: String::new() }
    }

    /// Starts a site with two gateways. The store must allow several processes.
    pub async fn pair(config: Config) -> Self {
        let mut site = Self::start(config).await;
        let second = Gateway::start(&SERVE, site.harness.dir()).await;
        site.addresses.set(1, Some(second.url.clone()));
        site.second = Some(second);
        site
    }

    /// Returns a client of the gateways that are up.
    pub fn caller(&self) -> Caller {
        Caller::new(self.harness.client.clone(), self.addresses.clone())
    }

    /// Returns a client of one gateway.
    pub fn caller_of(&self, number: usize) -> Caller {
        let gateway = match number {
            0 => &self.harness.gateway,
            _ => self.second.as_ref().expect("a second gateway"),
        };
        let addresses = Addresses::default();
        addresses.set(0, Some(gateway.url.clone()));
        Caller::new(self.harness.client.clone(), addresses)
    }

    /// Kills a gateway.
    pub fn kill(&mut self, number: usize) {
        self.addresses.set(number, None);
        let gateway = self.gateway(number);
        gateway.stop();
        let log = gateway.log();
        self.last_words = log;
    }

    /// Restarts a killed gateway. Returns the time until its first answer.
    pub async fn start_again(&mut self, number: usize) -> Duration {
        let begun = Instant::now();
        let gateway = Gateway::start(&SERVE, self.harness.dir()).await;
        let first = Addresses::default();
        first.set(0, Some(gateway.url.clone()));
        let answer = Caller::new(self.harness.client.clone(), first)
            .send_until_answered(&CallerRequest::get("/v1/agents?limit=1"))
            .await;
        let took = begun.elapsed();
        answer.expect(200);
        self.addresses.set(number, Some(gateway.url.clone()));
        *self.gateway(number) = gateway;
        took
    }

    /// Waits until an ordered kill of the first gateway has happened, and restarts it.
    pub async fn survive(&mut self) {
        self.harness.gateway.ended().await;
        self.kill(0);
        self.start_again(0).await;
    }

    /// Returns whether the first gateway has been killed.
    pub fn has_died(&mut self) -> bool {
        self.harness.gateway.process.try_wait().unwrap().is_some()
    }

    fn gateway(&mut self, number: usize) -> &mut Gateway {
        match number {
            0 => &mut self.harness.gateway,
            _ => self.second.as_mut().expect("a second gateway"),
        }
    }

    /// Orders a kill of the first gateway at a point of the vendor's next request for this operation.
    pub async fn order_kill(&self, vendor: Vendor, operation: &str, point: &str) {
        let fault = json!({ "kind": "kill", "pid": self.harness.gateway.process.id(), "at": point });
        self.harness.order(vendor, operation, 1, &fault).await;
    }

    /// Returns the number of requests that the vendor has carried out. `kind` is `creates`, `updates` or
    /// `deletes`.
    pub async fn carried_out(&self, vendor: Vendor, collection: &str, kind: &str) -> u64 {
        let path = format!("/{vendor}/changes");
        let changes = self.harness.vendors.control(reqwest::Method::GET, &path, None).await.expect(200);
        changes[collection][kind].as_u64().expect("a count")
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let gateways = [Some(&self.harness.gateway), self.second.as_ref()].into_iter().flatten();
            let logs: Vec<_> =
                iter::once(self.last_words.clone()).chain(gateways.map(Gateway::log)).collect();
            let tails: Vec<_> = logs.iter().map(|log| tail(log)).collect();
            let whole =
                Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("survival-{}.log", fastrand::u32(..)));
            // If the file cannot be written, the printed tails usually suffice.
            let _ = fs::write(&whole, logs.join("\n---\n"));
            eprintln!(
                "--- who died, and who is there ---\n{}\nall: {}",
                tails.join("\n---\n"),
                whole.display()
            );
        }
    }
}

fn tail(log: &str) -> String {
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(TAIL)..].join("\n")
}

/// Polls until a value is available.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(there) = look().await {
            return there;
        }
        assert!(begun.elapsed() < TIMEOUT, "{what}: never within {TIMEOUT:?}");
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// Returns the string in a JSON value.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
