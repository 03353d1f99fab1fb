//! The place of one test: a vendor, the files of the gateway, and the checks of both.

use std::{collections::BTreeSet, fs, sync::Arc};

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use switchboard_core::model::Agent;
use switchboard_engine::{Item, SyncState};
use tempfile::TempDir;
use tokio::runtime::{self, Runtime};

use crate::{fault::FaultPoint, process::Process, server::Vendor};

/// A vendor and the files of the gateway.
pub struct Site {
    pub fault: Arc<FaultPoint>,
    pub vendor: Arc<Vendor>,
    base_url: String,
    dir: TempDir,
    /// Runs the vendor.
    _runtime: Runtime,
}

impl Site {
    /// Starts a vendor.
    pub fn start() -> Arc<Self> {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let fault = Arc::<FaultPoint>::default();
        let (vendor, address) = runtime.block_on(Vendor::start(fault.clone()));
        let base_url = format!("http://{address}");
        Arc::new(Self { fault, vendor, base_url, dir: TempDir::new().unwrap(), _runtime: runtime })
    }

    /// Gives the URL of the store.
    pub fn store_url(&self) -> String {
        format!("sqlite://{}", self.dir.path().join("switchboard.db").display())
    }

    /// Gives the configuration, in TOML.
    pub fn config(&self) -> String {
        format!(
            "[vendors.toy]\nadapter = \"toy\"\nbase_url = \"{}\"\napi_key = \"key-1\"\nattempts = 1\n\
             breaker_failures = 1000\n\
             [routing]\ndefault = \"toy\"\n\
             [writes]\nabsence_s = 0.02\nlongest_retry_s = 0.1\npoll_s = 0\n",
            self.base_url
        )
    }

    /// Checks that the vendor has exactly the parts of these records as they are wanted, that callers hear them so, and
    /// that the store has each secret and shows none.
    pub fn check(&self, process: &Process, wanted: &[&Value], context: &str) {
        let records = process.records();
        let stored = self.vendor.stored();
        let mut there = BTreeSet::new();
        for record in &records {
            let message = format!("{context}: {record:?}");
            assert_eq!(record.sync.state, SyncState::InSync, "{message}");
            assert_eq!(record.sync.operation_id, None, "{message}");
            assert_eq!(record.uncertainty, Default::default(), "{message}");
            let remote_id = record.placement.remote_id.as_deref().unwrap();
            assert_eq!(record.placement.parts.id("agent").unwrap(), remote_id, "{message}");
            there.extend(
                record.placement.parts.iter().map(|(part, state)| (format!("{part}s"), state.id.clone())),
            );
            let whole = stored.whole(remote_id);
            assert_eq!(as_asked(&whole), asked(record), "{message}");
            assert_eq!(stored.published.get(remote_id), Some(&whole), "published; {message}");
            let webhook = record.placement.parts.get("webhook");
            assert_eq!(webhook.is_some(), record.body.desired.record.webhook.url.is_some(), "{message}");
            let secret = webhook.map(|state| state.secret.as_ref().expect(&message).expose_secret());
            assert_eq!(secret, webhook.map(|state| &*stored.secrets[&state.id]), "{message}");
            let (sealed, document) = process.row(&record.id);
            let sealed = sealed.map(|sealed| serde_json::from_str::<Value>(sealed.expose_secret()).unwrap());
            assert_eq!(sealed, secret.map(|secret| json!({ "part:webhook": secret })), "{message}");
            assert!(!document.contains("shown-once"), "{context}: {document}");
        }
        let objects: BTreeSet<_> = stored.objects.keys().cloned().collect();
        assert_eq!(objects, there, "{context}: orphans or missing objects; {:?}", stored.requests);
        let mut asked: Vec<_> = records.iter().map(|record| asked(record).to_string()).collect();
        let mut wanted: Vec<_> = wanted.iter().map(|wanted| wanted.to_string()).collect();
        asked.sort();
        wanted.sort();
        assert_eq!(asked, wanted, "{context}: other records than were asked for");
        self.check_files(context);
    }

    /// Checks that the vendor has each record that is reported as in sync.
    pub fn check_honesty(&self, process: &Process, context: &str) {
        let stored = self.vendor.stored();
        for record in process.records().iter().filter(|record| record.sync.state == SyncState::InSync) {
            let remote_id = record.placement.remote_id.as_deref().unwrap();
            let whole = stored.whole(remote_id);
            assert_eq!(as_asked(&whole), asked(record), "{context}: falsely in sync");
            assert_eq!(stored.published.get(remote_id), Some(&whole), "{context}: published");
        }
    }

    /// Checks that no file of the store has a secret in clear.
    fn check_files(&self, context: &str) {
        for file in fs::read_dir(self.dir.path()).unwrap() {
            let path = file.unwrap().path();
            let clear = fs::read(&path).unwrap().windows(10).any(|bytes| bytes == b"shown-once");
            assert!(!clear, "{context}: {} has a secret in clear", path.display());
        }
    }
}

/// Builds an agent of these values.
pub fn agent(name: &str, instructions: &str, webhook: Option<&str>) -> Value {
    let mut agent = json!({
        "name": name,
        "direction": "inbound",
        "language": "en",
        "prompt": { "instructions": instructions },
        "voice": { "id": "v1" },
    });
    if let Some(url) = webhook {
        agent["webhook"] = json!({ "url": url });
    }
    agent
}

/// Gives the values of a record.
pub fn asked(record: &Item<Agent>) -> Value {
    let record = serde_json::to_value(&record.body.desired.record).unwrap();
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str);
    agent(text("/name").unwrap(), text("/prompt/instructions").unwrap(), text("/webhook/url"))
}

/// Gives the values of what the vendor has.
fn as_asked(whole: &Value) -> Value {
    let text = |pointer: &str| whole.pointer(pointer).and_then(Value::as_str);
    let name = text("/agent/name").unwrap_or_default();
    agent(name, text("/prompt/text").unwrap_or_default(), text("/webhook/url"))
}
