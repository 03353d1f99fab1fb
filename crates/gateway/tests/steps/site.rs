//! The environment of one test: a vendor, the files of the gateway, and checks of both.

use std::{collections::BTreeSet, fs, sync::Arc};

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use switchboard_core::model::Agent;
use switchboard_engine::{Item, SyncState};
use tempfile::TempDir;
use tokio::runtime::{self, Runtime};

use crate::{fault::FaultPoint, process::Process, server::Vendor};

/// The settings of writes: short pauses.
const WRITES: &str = "[writes]\nabsence_s = 0.02\nlongest_retry_s = 0.1\npoll_s = 0\n";

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

    /// Returns the URL of the store.
    pub fn store_url(&self) -> String {
        format!("sqlite://{}", self.dir.path().join("switchboard.db").display())
    }

    /// Returns the configuration, in TOML.
    pub fn config(&self) -> String {
        format!("{}[routing]\ndefault = \"toy\"\n{WRITES}", self.account("toy"))
    }

    /// Returns a configuration with requests that may take 4 seconds and may be applied 4 seconds late, and pauses of up to 3
    /// seconds.
    pub fn config_with_long_times(&self) -> String {
        let config = self.config().replace("_s = 0.3", "_s = 4");
        config.replace("longest_retry_s = 0.1", "longest_retry_s = 3")
    }

    /// Returns a configuration in which all agents move to another account at the vendor.
    pub fn config_of_a_move(&self) -> String {
        let accounts = [self.account("toy"), self.account("other")].concat();
        format!("{accounts}[routing]\ndefault = \"other\"\non_change = \"migrate\"\n{WRITES}")
    }

    fn account(&self, name: &str) -> String {
        format!(
            "[vendors.{name}]\nadapter = \"toy\"\nbase_url = \"{}\"\napi_key = \"key-1\"\nattempts = 1\n\
             breaker_failures = 1000\ntimeout_s = 0.3\nattempt_timeout_s = 0.3\nlate_s = 0.3\n",
            self.base_url
        )
    }

    /// Checks that the vendor has exactly the parts of the wanted records, that these parts are published,
    /// and that the store has each secret and exposes none.
    pub fn check(&self, process: &Process, wanted: &[&Value], context: &str) {
        let records = process.records();
        let stored = self.vendor.stored();
        let mut there = BTreeSet::new();
        for record in &records {
            let message = format!("{context}: {record:?}");
            assert_eq!(record.sync.state, SyncState::InSync, "{message}");
            assert_eq!(record.sync.operation_id, None, "{message}");
            assert_eq!(record.uncertainty.revisions, Vec::<u64>::new(), "{message}");
            assert_eq!(record.uncertainty.creation_requested_at, None, "{message}");
            let remote_id = record.placement.remote_id.as_deref().unwrap();
            assert_eq!(record.placement.parts.id("agent").unwrap(), remote_id, "{message}");
            there.extend(
                record.placement.parts.iter().map(|(key, state)| (collection(key), state.id.clone())),
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

    /// Checks that the vendor has the desired state of each record that is reported as in sync.
    pub fn check_honesty(&self, process: &Process, context: &str) {
        let stored = self.vendor.stored();
        for record in process.records().iter().filter(|record| record.sync.state == SyncState::InSync) {
            let remote_id = record.placement.remote_id.as_deref().unwrap();
            let whole = stored.whole(remote_id);
            assert_eq!(as_asked(&whole), asked(record), "{context}: falsely in sync");
            assert_eq!(stored.published.get(remote_id), Some(&whole), "{context}: published");
        }
    }

    /// Checks that no file of the store contains a secret in clear text.
    fn check_files(&self, context: &str) {
        for file in fs::read_dir(self.dir.path()).unwrap() {
            let path = file.unwrap().path();
            let clear = fs::read(&path).unwrap().windows(10).any(|bytes| bytes == b"shown-once");
            assert!(!clear, "{context}: {} has a secret in clear", path.display());
        }
    }
}

/// Returns the collection of a part.
fn collection(key: &str) -> String {
    format!("{}s", key.split('/').next().unwrap())
}

/// Builds an agent with these values, without tools.
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

/// Adds these tools to an agent.
pub fn with_tools(mut agent: Value, end: Option<&str>, transfer: Option<&str>) -> Value {
    if let Some(description) = end {
        agent["ending"] = json!({ "hang_up": { "instructions": description } });
    }
    if let Some(number) = transfer {
        agent["transfers"] = json!([{ "phone_number": number }]);
    }
    agent
}

/// Returns the values of a record, in the form of [`agent`].
pub fn asked(record: &Item<Agent>) -> Value {
    let record = serde_json::to_value(&record.body.desired.record).unwrap();
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str);
    let agent = agent(text("/name").unwrap(), text("/prompt/instructions").unwrap(), text("/webhook/url"));
    with_tools(agent, text("/ending/hang_up/instructions"), text("/transfers/0/phone_number"))
}

/// Returns the values of the vendor's objects, in the form of [`agent`].
fn as_asked(whole: &Value) -> Value {
    let text = |pointer: &str| whole.pointer(pointer).and_then(Value::as_str);
    let name = text("/agent/name").unwrap_or_default();
    let agent = agent(name, text("/prompt/text").unwrap_or_default(), text("/webhook/url"));
    let tool = |name: &str, member: &str| {
        let tool = whole["tools"].as_array()?.iter().find(|tool| tool["name"] == name)?;
        tool[member].as_str()
    };
    with_tools(agent, tool("end", "description"), tool("transfer", "number"))
}
