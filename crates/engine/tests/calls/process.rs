//! A vendor, the files of the gateway, and processes with an engine.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};
use switchboard_config::{Config, Environment};
use switchboard_core::{error::Result, model::Agent, plan::Handling};
use switchboard_engine::{
    Answer, Engine, Fingerprint, IdempotencyKey, Occupied, Outcome, RequestContext, vet,
};
use switchboard_store::Store;
use tempfile::TempDir;
use tokio::sync::watch;

use crate::{
    adapter::FACTORIES,
    fault::FaultPoint,
    server::{Listening, Vendor},
    store::KillableStore,
};

/// The wait of a caller, long enough to get the outcome of the dial.
pub const WAIT: Duration = Duration::from_secs(20);

/// A number that the configuration of these tests permits.
pub const NUMBER: &str = "+15550100123";

/// A vendor and the files of the gateway.
pub struct Site {
    pub fault: Arc<FaultPoint>,
    pub vendor: Arc<Vendor>,
    pub listening: Option<Listening>,
    pub address: SocketAddr,
    pub dir: TempDir,
    adapter: &'static str,
}

impl Site {
    /// Starts a vendor that returns the id of each call.
    pub async fn start() -> Self {
        Self::with("toy").await
    }

    /// Starts a vendor with this adapter.
    pub async fn with(adapter: &'static str) -> Self {
        let fault = Arc::<FaultPoint>::default();
        let vendor = Vendor::new(fault.clone());
        let (listening, address) = vendor.listen(None).await;
        Self { fault, vendor, listening: Some(listening), address, dir: TempDir::new().unwrap(), adapter }
    }

    /// Starts a process on the files of the site, with further settings.
    pub async fn process(&self, settings: &str) -> Process {
        self.limited("", settings).await
    }

    /// Starts a process on the files of the site, with further settings of the vendor and others.
    pub async fn limited(&self, of_vendor: &str, settings: &str) -> Process {
        let url = format!("sqlite://{}", self.dir.path().join("switchboard.db").display());
        let opened = switchboard_store::open(&url, None).await.unwrap();
        let store =
            KillableStore { store: opened.store, fault: self.fault.clone(), commits: watch::Sender::new(()) };
        let store: Arc<dyn Store> = Arc::new(store);
        let config = self.config(of_vendor, settings);
        let engine = Engine::new(&config, store.clone(), &opened.signing_key, &FACTORIES, |error, id| {
            json!({ "code": error.kind, "detail": error.detail, "request": id }).to_string()
        });
        Process { engine: Arc::new(engine.unwrap()), store }
    }

    /// Returns the configuration of a process, with further settings of the vendor and others.
    pub fn config(&self, of_vendor: &str, settings: &str) -> Config {
        let (adapter, address) = (self.adapter, self.address);
        let preset = format!(
            "[vendors.toy]\nadapter = \"{adapter}\"\nbase_url = \"http://{address}\"\napi_key = \"key-1\"\n\
             attempts = 1\nbreaker_failures = 1000\ntimeout_s = 20\nauth_pause_s = 0\n{of_vendor}\
             [routing]\ndefault = \"toy\"\n\
             [phone_numbers.front]\ntoy = \"number-7\"\n[writes]\npoll_s = 0\n{settings}"
        );
        let vet = |_: &[String], adapter: &str, settings: &Value| vet(adapter, settings, &[], &FACTORIES);
        Config::load(Some(&preset), None, &Environment::new(), &vet).unwrap()
    }

    /// Starts a process that permits the numbers of these tests.
    pub async fn standard(&self) -> Process {
        self.process("[calls]\nprefixes = [\"+1555\"]\n").await
    }

    /// Returns the number of calls that the vendor placed.
    pub fn dials(&self) -> usize {
        self.vendor.stored().dials.len()
    }

    /// Returns the number of dials that arrived at the vendor.
    pub fn asked(&self) -> usize {
        self.vendor.stored().asked.len()
    }
}

/// An engine without background tasks.
#[derive(Clone)]
pub struct Process {
    pub engine: Arc<Engine>,
    pub store: Arc<dyn Store>,
}

impl Process {
    /// Creates an agent. Returns its id.
    pub async fn agent(&self, patch: Value) -> String {
        let mut agent = json!({
            "name": "Front desk", "direction": "outbound", "language": "en", "voice": { "id": "v1" },
            "phone_number_id": "front", "prompt": { "instructions": "Be brief." },
        });
        for (name, value) in patch.as_object().unwrap() {
            agent[name] = value.clone();
        }
        let made = self.engine.writer().create::<Agent>(context("agent", WAIT), &agent).await.unwrap();
        match made.outcome {
            Outcome::Created { id, .. } => id,
            other => panic!("{other:?}"),
        }
    }

    /// Places a call to [`NUMBER`] with this key, and waits for the outcome.
    pub async fn call(&self, agent: &str, key: &str) -> Result<Answer> {
        self.place(&body(agent), key, WAIT).await
    }

    /// Places a call.
    pub async fn place(&self, body: &Value, key: &str, wait: Duration) -> Result<Answer> {
        self.engine.dialer().place(keyed(key, wait, body), body).await
    }

    /// Returns the stored call with this id, in the form of the API.
    pub async fn shown(&self, id: &str) -> Value {
        let record = self.engine.calls().get(id).await.unwrap();
        serde_json::from_str(&record.json(&[]).unwrap()).unwrap()
    }

    /// Returns the number of stored calls.
    pub async fn stored(&self) -> usize {
        self.store.calls().list(&switchboard_store::CallSearch::default(), None, 1000).await.unwrap().len()
    }

    /// Waits until all writes of this process have ended.
    pub async fn idle(&self) {
        let running = self.engine.running();
        running.close();
        running.wait().await;
        running.reopen();
    }
}

/// Returns the body of a request to call [`NUMBER`].
pub fn body(agent: &str) -> Value {
    json!({ "agent_id": agent, "to": { "phone_number": NUMBER } })
}

/// Returns the context of a request without a key.
pub fn context(request_id: &str, wait: Duration) -> RequestContext {
    RequestContext {
        handling: Handling::Lenient,
        wait,
        caller: String::new(),
        occupied: Occupied::default(),
        request_id: request_id.to_owned(),
        key: None,
        preference_applied: None,
    }
}

/// Returns the context of a request with a key.
pub fn keyed(key: &str, wait: Duration, body: &Value) -> RequestContext {
    let mut hash = DefaultHasher::new();
    body.to_string().hash(&mut hash);
    let fingerprint = hash.finish().to_be_bytes().to_vec();
    let fingerprint = Fingerprint { stored: fingerprint, former: Vec::new() };
    let key = IdempotencyKey { scope: String::new(), key: key.to_owned(), fingerprint };
    RequestContext { key: Some(key), ..context("request-1", wait) }
}

/// Returns the id and the document of an answer to a request to dial.
pub fn call_of(answer: &Answer) -> (String, Value) {
    let (Outcome::CallPlaced { call } | Outcome::CallAccepted { call, .. }) = &answer.outcome else {
        panic!("{answer:?}")
    };
    (call.clone(), serde_json::from_slice(&answer.body).unwrap())
}
