//! The metrics of the real binary: their names, their labels, and the bound on their number.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, stream};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk, with},
    calls::{ANSWERED, CALLS},
    harness::{Answer, Collector, Config, Harness, Metrics, settings, trial},
    migrations::{ALIASES, portable},
};

/// The methods of the API, and others.
const METHODS: [&str; 9] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"];
/// The operator's manual, which lists the metrics.
const MANUAL: &str = include_str!("../../docs/OPERATING.md");
/// Settings with which a vendor is asked once for each request, however often it fails.
const PATIENT: &str = "attempts = 1\nbreaker_failures = 1000\nauth_pause_s = 0";

/// Starts a gateway with 10 vendors, and returns their names with their simulators.
async fn with_ten_vendors() -> (Harness, Vec<(String, Vendor)>) {
    let collector = Collector::start().await;
    let config = Config {
        vendors: PATIENT.to_owned(),
        tables: format!("{ALIASES}{CALLS}[routing]\ndefault = \"qcall\"\n"),
        // Without a collector, the metrics of lost telemetry are absent.
        telemetry: format!("otlp_endpoint = \"{}\"", collector.url),
        log: "info".to_owned(),
        ..Config::default()
    };
    let harness = Harness::with(config).await;
    let mut vendors: Vec<_> = Vendor::ALL.map(|vendor| (vendor.to_string(), vendor)).into();
    let mut toml = harness.configuration();
    for number in vendors.len()..10 {
        let vendor = Vendor::ALL[number % Vendor::ALL.len()];
        let (name, url) = (format!("more-{number}"), harness.vendors.sandbox().base_url(vendor));
        toml += &format!("\n[vendors.{name}]\n{}base_url = \"{url}\"\n{PATIENT}\n", settings(vendor));
        vendors.push((name, vendor));
    }
    harness.reconfigure(&toml).await;
    (harness, vendors)
}

/// Lists the paths of the API.
fn paths() -> Vec<String> {
    let document = serde_json::to_value(switchboard_api::document()).unwrap();
    document["paths"].as_object().unwrap().keys().cloned().collect()
}

/// Replaces the parameters of a path by a value.
fn filled(path: &str, value: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { value } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// Carries out every kind of write at a vendor, and meets every kind of its failures.
async fn exercise_vendor(harness: &Harness, name: &str, vendor: Vendor) {
    let body = with(agent(vendor), json!({ "vendor": name }));
    let path = harness.create("/v1/agents", &body).await.path;
    let record = harness.patch(&path, &json!({ "name": "Renamed" })).await.expect(200);
    harness.post(&format!("{path}/sync"), &json!({})).await.expect(200);
    harness
        .delete_record(vendor, collection(vendor), record["placement"]["remote_id"].as_str().unwrap())
        .await;
    harness.post(&format!("{path}/sync"), &json!({})).await;
    for catalogue in ["voices", "languages", "models", "agents"] {
        harness.get(&format!("/v1/vendors/{name}/{catalogue}")).await;
    }
    // The refused credential comes last: it makes the next request a probe, and a probe that fails opens the circuit.
    for fault in [
        json!({ "kind": "status", "status": 429, "retry_after": 0 }),
        json!({ "kind": "status", "status": 500 }),
        json!({ "kind": "reset" }),
        json!({ "kind": "status", "status": 401 }),
    ] {
        harness
            .vendors
            .control(Method::POST, "/faults", Some(&json!({ "vendor": vendor, "times": 1, "fault": fault })))
            .await
            .expect(201);
        harness.get(&format!("/v1/vendors/{name}/agents")).await;
        harness.clear_faults().await;
    }
    harness.delete(&path).await;
}

/// Returns the name of a vendor's collection of agents in its simulator.
fn collection(vendor: Vendor) -> &'static str {
    trial(vendor).agents.collection
}

/// Sends every method to every route, without a key, with a wrong one and with the right one.
async fn exercise_routes(harness: &Harness) {
    let others =
        ["/", "/docs", "/docs/", "/docs/page.css", "/docs/page.js", "/openapi.json", "/v1", "/nowhere"];
    let documented = paths().into_iter().map(|path| filled(&path, "unknown1"));
    for path in documented.chain(others.map(ToOwned::to_owned)) {
        for method in METHODS {
            let method: Method = method.parse().unwrap();
            let url = format!("{}{path}", harness.gateway.url);
            Answer::to(harness.client.request(method.clone(), &url)).await;
            Answer::to(harness.client.request(method.clone(), &url).bearer_auth("a-wrong-key")).await;
            Answer::to(harness.request(method.clone(), &path)).await;
            Answer::to(harness.request(method, &path).json(&json!({}))).await;
        }
    }
}

/// Places a call and follows it to its end.
async fn exercise_calls(harness: &Harness) {
    let agent = harness.caller(Vendor::RETELL).await;
    let path = harness.call(&agent, ANSWERED).await;
    harness.once(&path, |call| call["status"] == "ended").await;
}

/// Moves an agent between vendors, and writes a trunk.
async fn exercise_kinds(harness: &Harness) {
    let agent = harness.create("/v1/agents", &portable("Moving")).await;
    harness.moved(&json!({ "to": Vendor::AUTOCALLS_2025, "ids": [agent.id] }), "delete").await;
    let path = harness.create("/v1/trunks", &trunk()).await.path;
    harness.patch(&path, &json!({ "name": "Another line" })).await.expect(200);
    harness.delete(&path).await.expect(204);
}

#[tokio::test]
async fn ten_vendors_and_any_requests_stay_within_the_bound() {
    let (harness, vendors) = with_ten_vendors().await;
    for (name, vendor) in &vendors {
        exercise_vendor(&harness, name, *vendor).await;
    }
    exercise_kinds(&harness).await;
    exercise_calls(&harness).await;
    exercise_routes(&harness).await;
    harness.idle().await;
    // The counts of the store are at most 10 seconds old.
    let counted = harness.metrics_once(|metrics| {
        metrics.value("switchboard_records", &[("collection", "agents")]).is_some_and(|records| records > 0.0)
    });
    let before = counted.await;
    let series = before.series();
    assert!(series.len() <= 2_500, "{} series\n{}", series.len(), before.text);
    assert!(before.text.len() <= 400 * 1024, "{} bytes", before.text.len());
    listed_in_the_manual(&before);

    let (known, mut random) = (paths(), fastrand::Rng::with_seed(1));
    let requests: Vec<_> = (0..10_000).map(|_| random_request(&harness, &known, &mut random)).collect();
    stream::iter(requests).for_each_concurrent(16, async |request| drop(Answer::try_to(request).await)).await;
    let after = harness.metrics().await;
    let added: Vec<_> = after.series().into_iter().filter(|one| !series.contains(one)).collect();
    assert!(added.is_empty(), "{added:#?}");
}

/// Builds a request with a random path, method, key and id.
fn random_request(harness: &Harness, known: &[String], random: &mut fastrand::Rng) -> RequestBuilder {
    let word = |random: &mut fastrand::Rng| -> String {
        std::iter::repeat_with(|| random.alphanumeric()).take(12).collect()
    };
    let path = match random.usize(..4) {
        0 => format!("/{}", word(random)),
        1 => format!("/v1/agents/agt_{}", word(random).to_lowercase()),
        2 => format!("/v1/{}/{}", word(random), word(random)),
        _ => filled(&known[random.usize(..known.len())], &word(random)),
    };
    let method = match random.usize(..3) {
        0 => word(random).to_uppercase().parse().unwrap(),
        _ => METHODS[random.usize(..METHODS.len())].parse().unwrap(),
    };
    let request = harness.client.request(method, format!("{}{path}", harness.gateway.url));
    let request = request.header("idempotency-key", word(random)).header("x-request-id", word(random));
    match random.usize(..3) {
        0 => request,
        1 => request.bearer_auth(word(random)),
        _ => request.bearer_auth(crate::harness::KEY),
    }
}

/// Checks that the manual lists exactly the metrics of the gateway, with all their labels.
fn listed_in_the_manual(metrics: &Metrics) {
    let listed = manual();
    let names: BTreeSet<_> = listed.keys().map(String::as_str).collect();
    assert_eq!(names, metrics.names());
    for series in metrics.series() {
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let name = ["_bucket", "_sum", "_count"]
            .into_iter()
            .find_map(|end| name.strip_suffix(end).filter(|name| listed.contains_key(*name)))
            .unwrap_or(name);
        for label in labels.trim_end_matches('}').split("\",").filter_map(|label| label.split_once('=')) {
            assert!(label.0 == "le" || listed[name].contains(label.0), "{series}: {}", label.0);
        }
    }
}

/// Reads the table of metrics in the manual: each name with the rest of its row.
pub fn manual() -> BTreeMap<String, String> {
    let (_, section) = MANUAL.split_once("\n## Metrics\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    rows.map(|(name, rest)| (name.to_owned(), rest.to_owned())).collect()
}

#[tokio::test]
async fn events_are_counted_once() {
    let harness = Harness::with(Config { vendors: PATIENT.to_owned(), ..Config::default() }).await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    harness.patch(&made.path, &json!({ "name": "Renamed" })).await.expect(200);
    let remote = made.remote_id.as_str();
    harness.delete_record(Vendor::QCALL, "assistants", remote).await;
    for _ in 0..3 {
        harness.post(&format!("{}/sync", made.path), &json!({})).await.expect(200);
    }
    harness.delete(&made.path).await.expect(204);
    let metrics = harness.metrics().await;
    let count = |name: &str, labels: &[(&str, &str)]| metrics.value(name, labels).unwrap_or_default();
    for kind in ["create", "update", "delete"] {
        let labels = [("vendor", "qcall"), ("kind", kind), ("outcome", "succeeded")];
        assert_eq!(count("switchboard_operations_ended_total", &labels), 1.0, "{}", metrics.text);
    }
    let missing = count("switchboard_drift_found_total", &[("vendor", "qcall")]);
    assert_eq!(missing, 1.0, "{}", metrics.text);
    let patched = [("http_request_method", "PATCH"), ("http_route", "/v1/agents/{id}")];
    assert_eq!(count("switchboard_requests_total", &patched), 1.0);
    assert_eq!(count("http_server_request_duration_seconds_count", &patched), 1.0);
    assert!(
        count("switchboard_translated_fields_total", &[("adapter", "qcall"), ("verdict", "exact")]) > 0.0
    );
    let sent = [("vendor", "qcall"), ("http_request_method", "POST"), ("http_response_status_code", "200")];
    assert!(count("switchboard_vendor_requests_total", &sent) >= 1.0, "{}", metrics.text);
    assert!(count("db_client_operation_duration_seconds_count", &[("db_operation_name", "commit")]) >= 5.0);
}

#[tokio::test]
async fn probes_are_not_counted_as_requests() {
    let harness = Harness::start().await;
    for route in ["livez", "startupz", "readyz"] {
        Answer::to(harness.client.get(format!("{}/{route}", harness.gateway.admin_url))).await.expect(204);
    }
    let is_up = |metrics: &Metrics| metrics.value("switchboard_store_up", &[]) == Some(1.0);
    let metrics = harness.metrics_once(is_up).await;
    assert_eq!(metrics.value("switchboard_requests_total", &[]), None, "{}", metrics.text);
}

#[tokio::test]
async fn a_gateway_that_does_not_measure_has_no_metrics() {
    let harness =
        Harness::with(Config { telemetry: "metrics = false".to_owned(), ..Config::default() }).await;
    harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    Answer::to(harness.client.get(format!("{}/metrics", harness.gateway.admin_url)))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn reloads_are_counted_and_removed_vendors_disappear() {
    let harness = Harness::start().await;
    let toml = harness.configuration();
    let url = harness.vendors.sandbox().base_url(Vendor::QCALL);
    let more = format!("{toml}\n[vendors.passing]\n{}base_url = \"{url}\"\n", settings(Vendor::QCALL));
    harness.reconfigure(&more).await;
    let up = |metrics: &Metrics| metrics.value("switchboard_vendor_up", &[("vendor", "passing")]);
    harness.metrics_once(|metrics| up(metrics) == Some(1.0)).await;
    harness.reconfigure(&toml).await;
    harness.metrics_once(|metrics| up(metrics).is_none()).await;
    harness.refused("[server]\nlisten = 7").await;
    let metrics = harness.metrics().await;
    let reloads = |outcome| metrics.value("switchboard_config_reloads_total", &[("outcome", outcome)]);
    assert_eq!((reloads("replaced"), reloads("refused")), (Some(2.0), Some(1.0)));
}
