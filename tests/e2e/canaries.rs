//! Vendors that quote requests and credentials in their failures.

use std::{fs, path::Path};

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Answer, Config, Harness, trial},
    settling::{PATIENT, SOON, SWIFT},
};

/// The vendors whose adapters pass on no string of a failure. The other adapters pass on the vendor's sentence.
const MUTE: [Vendor; 4] = [Vendor::ELEVENLABS, Vendor::VAPI, Vendor::RETELL, Vendor::BLAND];

/// The number of failures at each of these vendors, and at each of the others.
const FAILURES: [usize; 2] = [50, 10];

/// The statuses after which a write ends without another attempt, although the vendor still has the agent.
const REFUSALS: [u64; 5] = [400, 401, 402, 403, 422];

/// Lists the documented refusals of a vendor, as (status, body).
fn refusals(vendor: Vendor) -> Vec<(u64, Value)> {
    let adapter = vendor.name().split('-').next().unwrap();
    let folder = format!("{}/../crates/adapter-{adapter}/contract/fixtures", env!("CARGO_MANIFEST_DIR"));
    let mut refusals = Vec::new();
    collect(Path::new(&folder), &mut refusals);
    assert!(refusals.len() >= 3, "{vendor} has {} documented refusals", refusals.len());
    refusals
}

fn collect(folder: &Path, refusals: &mut Vec<(u64, Value)>) {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, refusals);
            continue;
        }
        let fixture: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let status = fixture["status"].as_u64().unwrap();
        if REFUSALS.contains(&status) && fixture["body"].is_object() {
            refusals.push((status, fixture["body"].clone()));
        }
    }
}

/// Makes each string of a document quote `canary`: instead of its text, or after it.
fn quoting(document: &Value, canary: &str, instead: bool) -> Value {
    match document {
        Value::String(_) if instead => json!(canary),
        Value::String(text) => json!(format!("{text} {canary}")),
        Value::Array(items) => items.iter().map(|item| quoting(item, canary, instead)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), quoting(value, canary, instead))).collect()
        }
        other => other.clone(),
    }
}

/// Returns the credentials of the gateway's account at a vendor.
fn credentials(vendor: Vendor) -> Vec<&'static str> {
    let settings = trial(vendor).settings.iter().map(|(_, value)| *value);
    settings.filter(|value| value.len() >= 16 && !value.contains("://")).collect()
}

impl Harness {
    /// Returns the body of an answer, and that of the operation to which the answer refers.
    async fn texts(&self, answer: Answer) -> Vec<String> {
        let operation = match answer.header("location") {
            Some(path) if path.starts_with("/v1/operations/") => Some(self.get(path).await.text),
            _ => None,
        };
        [answer.text].into_iter().chain(operation).collect()
    }

    /// Returns the contents of the gateway's files, except its configuration. Bytes that are not UTF-8 are replaced.
    fn files(&self) -> Vec<(String, String)> {
        let paths = fs::read_dir(self.dir()).unwrap().map(|entry| entry.unwrap().path());
        let read = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        let stored = paths.filter(|path| path.is_file() && path.extension().is_none_or(|it| it != "toml"));
        stored.map(|path| (path.display().to_string(), read(&path))).collect()
    }
}

#[tokio::test]
async fn nothing_that_a_failure_quotes_is_answered_logged_or_stored() {
    let vendors = format!("{PATIENT}{SOON}");
    let mut harness = Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await;
    let (mut canaries, mut texts) = (Vec::new(), Vec::new());
    for vendor in Vendor::ALL {
        let (names, refusals, credentials) = (trial(vendor).agents, refusals(vendor), credentials(vendor));
        assert!(!credentials.is_empty(), "{vendor} has no credentials");
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        let is_mute = MUTE.contains(&vendor);
        for number in 0..FAILURES[usize::from(!is_mute)] {
            let canary = format!("canary-{number}-of-{vendor}");
            let (status, body) = &refusals[number % refusals.len()];
            let quoted = format!("{canary} {}", credentials.join(" "));
            let body = quoting(body, &quoted, number % 2 == 0);
            let fault = json!({ "kind": "status", "status": status, "body": body });
            let updates = number % 3 == 2;
            let operation = if updates { names.update } else { names.create };
            harness.order(vendor, operation, 1, &fault).await;
            let name = json!({ "name": format!("Agent {number}") });
            let answer = match updates {
                true => harness.patch(&made.path, &name).await,
                false => harness.post("/v1/agents", &with(agent(vendor), name)).await,
            };
            texts.extend(harness.texts(answer).await);
            harness.clear_faults().await;
            canaries.extend(Some(canary).filter(|_| is_mute));
        }
        canaries.extend(credentials.into_iter().map(ToOwned::to_owned));
        texts.push(harness.get(&made.path).await.text);
    }
    assert!(canaries.len() >= 200, "{} canaries", canaries.len());
    for path in ["/v1/operations", "/v1/agents", "/v1/vendors"] {
        texts.push(harness.get(path).await.text);
    }
    harness.gateway.stop();
    let (log, files) = (harness.gateway.log(), harness.files());
    assert!(files.iter().any(|(_, text)| text.starts_with("SQLite")), "no database among the files");
    for canary in &canaries {
        let shown = texts.iter().find(|text| text.contains(canary.as_str()));
        assert_eq!(shown, None, "{canary} is answered");
        assert!(!log.contains(canary.as_str()), "{canary} is in the log");
        let stored = files.iter().find(|(_, text)| text.contains(canary.as_str())).map(|(path, _)| path);
        assert_eq!(stored, None, "{canary} is stored");
    }
}
