//! A vendor, a store, and processes that follow the vendor's calls.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};
use switchboard_config::{Config, Environment};
use switchboard_core::{
    call::{Call, CallParty},
    model::{Agent, PhoneNumber},
    plan::Handling,
};
use switchboard_engine::{
    Engine, Occupied, RequestContext,
    calls::{CallRecord, Follower, PeerHash, Placing},
    vet,
};
use switchboard_store::{CallMutation, CallProgress, CallRow, Mutation, Replay, Store};

use crate::{server::Server, toy::FACTORIES};

pub const NUMBER: &str = "+15550100123";

const KEY: [u8; 32] = [7; 32];

/// A vendor, a store and one process.
pub struct World {
    pub vendor: Arc<Server>,
    pub store: Arc<dyn Store>,
    pub engine: Engine,
    config: String,
}

impl World {
    /// Starts a world whose vendor has these abilities, as words.
    pub async fn start(abilities: &str) -> Self {
        Self::start_with(abilities, "", "").await
    }

    /// Starts a world with further lines in the sections of the vendor and of calls.
    pub async fn start_with(abilities: &str, account: &str, calls: &str) -> Self {
        let (vendor, address) = Server::start().await;
        let abilities = format!("toy,{}", abilities.replace(' ', ","));
        let config = format!(
            "[vendors.toy]\nadapter = \"toy\"\nbase_url = \"http://{address}\"\napi_key = \"{abilities}\"\n\
             attempts = 1\nbreaker_failures = 1000\nread_back = false\n{account}\n[routing]\ndefault = \"toy\"\n\
             [writes]\npoll_s = 0\n[calls]\n{calls}\n"
        );
        let store = switchboard_store::open("sqlite::memory:", None).await.unwrap().store;
        let engine = process(&config, &store);
        Self { vendor, store, engine, config }
    }

    /// Starts another process with the same store and configuration.
    pub fn process(&self) -> Engine {
        process(&self.config, &self.store)
    }

    /// Starts another process with the same store, in whose configuration the vendor has another name.
    pub fn process_without_the_vendor(&self) -> Engine {
        let config = self.config.replace("[vendors.toy]", "[vendors.other]");
        process(&config.replace("default = \"toy\"", "default = \"other\""), &self.store)
    }

    pub fn follower(&self) -> &Arc<Follower> {
        self.engine.follower()
    }

    /// Stores a dial that was sent, with the id that the vendor returned. `None` stands for a lost answer.
    pub async fn placed(&self, number: &str, remote_id: Option<&str>) -> String {
        let record = self.sent(number, Duration::from_secs(60)).await;
        self.answer(record, remote_id).await
    }

    /// Stores the answer to a dial that was sent.
    pub async fn answer(&self, mut record: CallRecord, remote_id: Option<&str>) -> String {
        match remote_id {
            Some(_) => drop(record.tracked.accept(remote_id.map(ToOwned::to_owned))),
            None => record.tracked.lose_answer(),
        }
        record.progress = CallProgress::Live;
        record.is_dialling = remote_id.is_none();
        self.store_record(&record).await;
        record.id
    }

    /// Stores a call that is due in an hour.
    pub async fn store_record(&self, record: &CallRecord) {
        let call = record.to_row(&PeerHash::new(&KEY)).unwrap();
        self.commit(CallMutation::Update { call, due: Some(Duration::from_secs(3600)) }).await;
    }

    /// Stores a dial that is marked as sent and held for this time.
    pub async fn sent(&self, number: &str, hold: Duration) -> CallRecord {
        let record = self.intended(number, hold).await;
        self.commit(CallMutation::MarkSent { id: record.id.clone(), fence: 1, hold }).await;
        self.record(&record.id).await
    }

    /// Stores an intended dial with an idempotency key, held for this time.
    pub async fn intended(&self, number: &str, hold: Duration) -> CallRecord {
        let placing = Placing {
            adapter: "toy".to_owned(),
            agent_remote_id: Some("reception".to_owned()),
            max_duration_s: Some(600.0),
            ..Placing::default()
        };
        let from = CallParty { phone_number_id: Some("line-1".to_owned()), ..CallParty::default() };
        let record = CallRecord::intended("toy", "agt_1", phone(number), from, placing);
        let call = record.to_row(&PeerHash::new(&KEY)).unwrap();
        let replay = Replay {
            scope: String::new(),
            key: record.id.clone(),
            fingerprint: vec![1],
            operation: Some(record.id.clone()),
            reply: None,
            created_at: Timestamp::now(),
        };
        let add = CallMutation::Add { call, due: Some(hold), caps: None };
        self.store.commit(vec![add.into(), Mutation::Remember(replay)]).await.unwrap();
        self.record(&record.id).await
    }

    pub async fn commit(&self, mutation: CallMutation) {
        self.store.commit(vec![mutation.into()]).await.unwrap();
    }

    /// Looks at these calls as if this time had already passed.
    pub async fn look(&self, calls: &[&str], later: Duration) {
        self.try_look(calls, later).await.unwrap();
    }

    pub async fn try_look(&self, calls: &[&str], later: Duration) -> switchboard_core::error::Result<()> {
        let mut records = Vec::new();
        for id in calls {
            records.push(self.record(id).await);
        }
        let at = Timestamp::now().checked_add(later).unwrap();
        self.follower().look_at("toy", records, at, false).await
    }

    /// Looks at the vendor's list as if this time had already passed, although no call is due.
    pub async fn look_again(&self, later: Duration) {
        let at = Timestamp::now().checked_add(later).unwrap();
        self.follower().look_at("toy", Vec::new(), at, true).await.unwrap();
    }

    pub async fn row(&self, id: &str) -> Option<CallRow> {
        self.store.calls().get(id).await.unwrap()
    }

    pub async fn record(&self, id: &str) -> CallRecord {
        CallRecord::from_row(self.row(id).await.unwrap()).unwrap()
    }

    pub async fn call(&self, id: &str) -> Call {
        self.record(id).await.call()
    }

    /// Returns the pause before the next look at a call, in whole seconds.
    pub async fn pause(&self, id: &str) -> Option<i64> {
        let row = self.row(id).await.unwrap();
        row.due_at.map(|due| due.duration_since(row.updated_at).as_secs_f64().round() as i64)
    }

    /// Returns the ids of all calls, newest first.
    pub async fn ids(&self) -> Vec<String> {
        let rows = self.store.calls().list(&Default::default(), None, 1000).await.unwrap();
        rows.into_iter().map(|found| found.position.id).collect()
    }

    /// Creates an agent with this name and this id at the vendor. Returns its id.
    pub async fn agent(&self, name: &str, remote_id: &str) -> String {
        let agent = json!({
            "name": name,
            "direction": "inbound",
            "language": "en",
            "prompt": { "instructions": remote_id },
            "voice": { "id": "v1" },
        });
        let answer = self.engine.writer().create::<Agent>(context(), &agent).await.unwrap();
        serde_json::from_slice::<Value>(&answer.body).unwrap()["id"].as_str().unwrap().to_owned()
    }
}

fn process(config: &str, store: &Arc<dyn Store>) -> Engine {
    let vet = |_: &[String], adapter: &str, settings: &Value| vet(adapter, settings, &[], &FACTORIES);
    let config = Config::load(Some(config), None, &Environment::new(), &vet).unwrap();
    Engine::new(&config, store.clone(), &KEY, &FACTORIES, |error, _| error.to_string())
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>())
        .unwrap()
}

/// Returns the context of a request.
pub fn context() -> RequestContext {
    RequestContext {
        handling: Handling::Lenient,
        wait: Duration::from_secs(20),
        caller: String::new(),
        occupied: Occupied::default(),
        request_id: "request-1".to_owned(),
        key: None,
        preference_applied: None,
    }
}

pub fn phone(number: &str) -> PhoneNumber {
    PhoneNumber::from_vendor(number).unwrap()
}

/// Returns the time this many seconds from now, as the vendor writes it.
pub fn at(seconds: i64) -> String {
    Timestamp::now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap().to_string()
}

pub fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}
