//! The store of an older version, opened by the current version.
//!
//! `tests/data/old_store/make.py` ran a gateway of version 0.1, which wrote the store file. The script
//! recorded the answers of that gateway and the records of the simulated vendors. Every test opens its own
//! copy of the file.

mod changes;
mod reads;

use std::{collections::BTreeMap, fs};

use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    harness::{Config, Harness},
    settling::{PATIENT, SWIFT},
};

const STORE: &[u8] = include_bytes!("../../data/old_store/store_0_1.sqlite");
const EXPECTATIONS: &str = include_str!("../../data/old_store/expectations.json");

/// The configuration of the old gateway, except for its vendors.
const TABLES: &str = "[voices.warm]\nqcall = \"qv-aurora\"\nautocalls-2025 = \"101\"\nautocalls-2026 = \"101\"\n\
                      opencx = \"hP72SDESIJq2YuAblBqz\"\n\
                      [models.fast]\nqcall = \"1\"\nautocalls-2025 = \"GPT-4o mini\"\nautocalls-2026 = \"GPT-4o mini\"\n\
                      [routing]\ndefault = \"qcall\"\n";

/// Settings that keep answers and operations longer than by default, because the file is older than the
/// default.
const KEEPING: &str = "poll_s = 0\nkeep_answers_h = 8760\nkeep_operations_h = 8760\n";

/// A number of faults that no test exhausts.
const ALWAYS: u32 = 1_000_000;

/// The answers of the old version, and the records of its vendors.
#[derive(Deserialize)]
struct Expectations {
    /// Records, operations and migrations that the tests use: each with a name, and its path or vendor's id.
    named: Value,
    /// The secrets of the trunks, by the name in `named`.
    secrets: BTreeMap<String, String>,
    /// The answers to GET requests, by path.
    reads: BTreeMap<String, Read>,
    /// Requests with an `Idempotency-Key`, and their answers.
    replays: Vec<Replay>,
    /// The records of the simulated vendors: by vendor, collection and id.
    vendors: BTreeMap<Vendor, BTreeMap<String, BTreeMap<String, Value>>>,
}

/// The answer to a GET: a body, the code of a problem, or the ids of a page.
#[derive(Deserialize)]
struct Read {
    status: u16,
    etag: Option<String>,
    body: Option<Value>,
    code: Option<String>,
    ids: Option<Value>,
    #[serde(default)]
    next_cursor: Value,
}

#[derive(Deserialize)]
struct Replay {
    request: Request,
    answer: Replayed,
}

#[derive(Deserialize)]
struct Request {
    key: String,
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Option<String>,
}

#[derive(Deserialize)]
struct Replayed {
    status: u16,
    headers: BTreeMap<String, String>,
    text: String,
}

/// A gateway of the current version with a copy of the old store.
struct Opened {
    harness: Harness,
    expected: Expectations,
}

impl Opened {
    /// Opens the store while every vendor is down, so that no operation in the store continues yet.
    async fn alone() -> Self {
        let expected: Expectations = serde_json::from_str(EXPECTATIONS).unwrap();
        let mut harness = Harness::start().await;
        for (vendor, collections) in &expected.vendors {
            for (collection, records) in collections {
                for (id, record) in records {
                    harness.put_record(*vendor, collection, id, record).await;
                }
            }
        }
        for vendor in Vendor::ALL {
            let down =
                json!({ "vendor": vendor, "times": ALWAYS, "fault": { "kind": "status", "status": 503 } });
            harness.vendors.control(Method::POST, "/faults", Some(&down)).await.expect(201);
        }
        let copy = harness.dir().join("old.db");
        fs::write(&copy, STORE).unwrap();
        let config = Config {
            vendors: PATIENT.into(),
            tables: format!("{SWIFT}{KEEPING}{TABLES}"),
            store: format!("sqlite://{}", copy.display()),
            ..Config::default()
        };
        harness.restart_with(&config).await;
        Self { harness, expected }
    }

    /// Opens the store, then makes the vendors available again.
    async fn with_vendors() -> Self {
        let opened = Self::alone().await;
        opened.harness.clear_faults().await;
        opened
    }

    /// Returns the path or the vendor's id with this name.
    fn named(&self, name: &str) -> &str {
        self.expected.named[name].as_str().unwrap_or_else(|| panic!("{name} has no name"))
    }

    /// Returns the old version's answer to a GET of the path with this name.
    fn old(&self, name: &str) -> &Value {
        self.expected.reads[self.named(name)].body.as_ref().unwrap()
    }

    /// Reads the path with this name from the gateway under test.
    async fn get(&self, name: &str) -> Value {
        self.harness.get(self.named(name)).await.expect(200)
    }

    /// Lists the vendor's records that have this name, with their ids.
    async fn namesakes(&self, vendor: Vendor, collection: &str, name: &Value) -> Vec<(String, Value)> {
        let stored = self.harness.stored(vendor, collection).await;
        let records = stored.as_object().unwrap().iter().filter(|(_, record)| record["name"] == *name);
        records.map(|(id, record)| (id.clone(), record.clone())).collect()
    }

    /// Waits until a migration has ended.
    async fn over(&self, path: &str) -> Value {
        self.harness.once(path, |migration| !migration["finished_at"].is_null()).await
    }

    /// Starts a planned migration and waits until it has ended.
    async fn carried_out(&self, plan: &str) -> Value {
        let start = json!({ "plan_id": plan, "accept_loss": [""], "retire": "delete" });
        let started = self.harness.post("/v1/migrations", &start).await.expect(202);
        self.over(&format!("/v1/migrations/{}", started["id"].as_str().unwrap())).await
    }

    /// Builds a request that the old version has answered before.
    fn again(&self, Request { key, method, path, headers, body }: &Request) -> RequestBuilder {
        let request = self.harness.request(method.parse().unwrap(), path).header("idempotency-key", key);
        let request = headers.iter().fold(request, |it, (name, value)| it.header(name, value));
        match body {
            Some(body) => request.header("content-type", "application/json").body(body.clone()),
            None => request,
        }
    }
}

/// Returns a document of the old version with its translation reports in the present form: the assumed values are
/// counted apart, and the fields are ordered by the weight of their verdicts.
fn present(document: &Value) -> Value {
    const WEIGHTS: [&[&str]; 6] = [
        &["unsupported", "not_persisted"],
        &["rounded", "clamped"],
        &["substituted"],
        &["unverified"],
        &["extension"],
        &["assumed"],
    ];
    match document {
        Value::Array(items) => items.iter().map(present).collect(),
        Value::Object(members) => {
            let mut members: Map<String, Value> =
                members.iter().map(|(name, value)| (name.clone(), present(value))).collect();
            if members.contains_key("fidelity") && members["summary"].is_object() {
                let assumed = members["summary"].as_object_mut().unwrap().shift_remove("assumed");
                members.insert("assumed".to_owned(), assumed.unwrap_or_else(|| json!(0)));
                let weight = |row: &Value| {
                    let verdict = row["verdict"].as_str().unwrap();
                    WEIGHTS.iter().position(|verdicts| verdicts.contains(&verdict)).unwrap()
                };
                members["fields"].as_array_mut().unwrap().sort_by_key(weight);
            }
            Value::Object(members)
        }
        other => other.clone(),
    }
}
