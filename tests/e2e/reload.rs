//! Reloads: a running gateway gets another configuration.

use std::{fs, time::Instant};

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Answer, Config, Gateway, Harness, KEY, TAKEN, TIMEOUT},
    settling::SOON,
};

const ROUTING: &str = "[routing]\ndefault = \"qcall\"\n";
const ELSEWHERE: &str = "[routing]\ndefault = \"autocalls-2026\"\n";

/// The key of the vendor, and another secret in its place, which the vendor refuses.
const API_KEY: &str = "api_key = \"env:VENDOR_QCALL_API_KEY\"";
const WRONG_KEY: &str = "api_key = \"env:STORE_KEY\"";

/// Starts a gateway that reloads its configuration only on a signal.
async fn start() -> Harness {
    with_tables(ROUTING).await
}

async fn with_tables(tables: &str) -> Harness {
    let (server, tables) = ("watch_config_s = 0\n".to_owned(), tables.to_owned());
    Harness::with(Config { server, tables, ..Config::default() }).await
}

/// Returns the vendor of an agent without a pin.
async fn route(harness: &Harness) -> String {
    let body = with(agent(Vendor::AUTOCALLS_2026), json!({ "vendor": null }));
    let body = match harness.configuration().contains(ROUTING) {
        true => with(body, json!({ "voice": { "id": "qv-aurora" }, "model": null })),
        false => body,
    };
    let plan = harness.post("/v1/agents/plan", &body).await.expect(200);
    plan["placement"]["vendor"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_plan_follows_the_configuration_of_the_moment() {
    let harness = start().await;
    assert_eq!(route(&harness).await, "qcall");
    let toml = harness.configuration();
    assert_eq!(harness.reconfigure(&toml.replace(ROUTING, ELSEWHERE)).await, "routing.default");
    assert_eq!(route(&harness).await, "autocalls-2026");
    assert_eq!(harness.reconfigure(&toml).await, "routing.default");
    assert_eq!(route(&harness).await, "qcall");
    assert_eq!(harness.reconfigure(&toml).await, "", "nothing has changed");
}

/// Checks that a changed file is loaded without a signal: after a rename, as deployments do it, and after an
/// edit in place.
#[tokio::test]
async fn a_file_that_changes_is_taken_by_itself() {
    let server = "watch_config_s = 0.1\n".to_owned();
    let harness = Harness::with(Config { server, tables: ROUTING.into(), ..Config::default() }).await;
    let (here, new) = (harness.dir().join("switchboard.toml"), harness.dir().join("new.toml"));
    let toml = harness.configuration();
    fs::write(&new, toml.replace(ROUTING, ELSEWHERE)).unwrap();
    fs::rename(new, &here).unwrap();
    assert_eq!(harness.gateway.reloaded(0).await["changed"], "routing.default");
    assert_eq!(route(&harness).await, "autocalls-2026");
    harness.configure(&toml);
    assert_eq!(harness.gateway.reloaded(1).await["changed"], "routing.default");
    assert_eq!(route(&harness).await, "qcall");
    fs::remove_file(here).unwrap();
    let told = harness.gateway.reloaded(2).await;
    assert!(told["problems"].as_str().unwrap().contains("cannot be read"), "{told}");
    assert_eq!(harness.gateway.reloads().len(), 3, "what was refused is not tried again and again");
}

#[tokio::test]
async fn an_invalid_configuration_is_reported_and_changes_nothing() {
    let harness = start().await;
    let toml = harness.configuration();
    let elsewhere = toml.replace(ROUTING, ELSEWHERE);
    let wrong = elsewhere
        .replace("[server]", "[server]\nmax_in_flight = 0\nlistne = \"x\"")
        .replace("api_key = ", "api_kay = ")
        .replace("env:KEY", "file:no-such-file");
    let told = harness.refused(&wrong).await;
    let keys = ["server.max_in_flight:", "server.listne:", "vendors.qcall.api_key:", "auth.keys[0].secret:"];
    for key in keys {
        assert!(told.contains(key), "{key} in {told}");
    }
    for broken in [&elsewhere[..elsewhere.len() - 3], "", "not = = toml"] {
        harness.refused(broken).await;
    }
    harness.configure(&toml);
    assert_eq!(route(&harness).await, "qcall");
    harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
}

#[tokio::test]
async fn keys_come_and_go() {
    let harness = start().await;
    let asked = async |key: &str| {
        let url = format!("{}/v1/agents", harness.gateway.url);
        Answer::to(harness.client.get(url).bearer_auth(key)).await.status
    };
    fs::write(harness.dir().join("key"), "the-first-secret-of-crm\n").unwrap();
    let toml = harness.configuration();
    let crm = "{ name = \"crm\", secret = \"file:key\" }";
    let with_crm = toml.replace("keys = [", &format!("keys = [{crm}, "));
    let changed = harness.reconfigure(&with_crm).await;
    assert!(changed.contains("auth.keys[0].secret") && !changed.contains("crm"), "{changed}");
    assert_eq!((asked(KEY).await, asked("the-first-secret-of-crm").await), (200, 200));

    // The reference stays the same, but the file that it names changes.
    fs::write(harness.dir().join("key"), "the-second-secret-of-crm\n").unwrap();
    assert_eq!(harness.reload().await["changed"], "auth.keys[0].secret");
    assert_eq!((asked("the-first-secret-of-crm").await, asked("the-second-secret-of-crm").await), (401, 200));

    harness.reconfigure(&toml).await;
    assert_eq!((asked(KEY).await, asked("the-second-secret-of-crm").await), (200, 401));
    let log = harness.gateway.log();
    assert!(!log.contains("-secret-of-crm"), "{log}");
}

#[tokio::test]
async fn removing_all_keys_is_refused() {
    let harness = start().await;
    let toml = harness.configuration();
    harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let keys = toml.lines().find(|line| line.starts_with("keys = ")).unwrap();
    let open = toml.replace(keys, "keys = []");
    let told = harness.refused(&open).await;
    assert!(told.starts_with("auth.keys: ") && !told.contains("vendors"), "{told}");
    let told =
        harness.refused(&open.replace("[vendors.qcall]", "[vendors.another]").replace(ROUTING, "")).await;
    assert!(told.contains("auth.keys: ") && told.contains("vendors.qcall: "), "{told}");
    let url = format!("{}/v1/agents", harness.gateway.url);
    Answer::to(harness.client.get(url)).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_vendor_has_the_settings_of_the_moment() {
    let harness = start().await;
    let toml = harness.configuration();
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    harness.create("/v1/agents", &agent(Vendor::AUTOCALLS_2026)).await;
    harness.forget_requests().await;

    let wrong = toml.replace(API_KEY, WRONG_KEY);
    assert_eq!(harness.reconfigure(&wrong).await, "vendors.qcall.api_key");
    harness.patch(&made.path, &json!({ "name": "Other" })).await.problem(502, "vendor_auth_failed");
    harness.reconfigure(&toml).await;
    let patched = harness.patch(&made.path, &json!({ "name": "Third" })).await.expect(200);
    assert_eq!(patched["name"], "Third");

    // If the settings of a vendor stay the same, its state is kept.
    harness.create("/v1/agents", &agent(Vendor::AUTOCALLS_2026)).await;
    let asked = harness.seen(Vendor::AUTOCALLS_2026).await;
    let lists = asked.iter().filter(|seen| seen.operation.starts_with("list") && seen.path.contains("voice"));
    assert_eq!(lists.count(), 0, "its lists were fetched before: {asked:?}");
}

#[tokio::test]
async fn a_vendor_stays_as_long_as_it_has_records() {
    let harness = start().await;
    let toml = harness.configuration();
    let made = harness.create("/v1/agents", &agent(Vendor::OPENCX)).await;
    let without = toml.replace("[vendors.opencx]", "[vendors.other]");
    let told = harness.refused(&without).await;
    assert!(told.contains("vendors.opencx: ") && told.contains("agents"), "{told}");
    let other = toml.replace("adapter = \"opencx\"", "adapter = \"qcall\"");
    let told = harness.refused(&other).await;
    assert!(told.contains("vendors.opencx.adapter: "), "{told}");
    assert_eq!(harness.get(&made.path).await.expect(200), made.body);

    assert_eq!(harness.delete(&made.path).await.status, 204);
    let changed = harness.reconfigure(&without).await;
    assert!(changed.contains("vendors.opencx.adapter") && changed.contains("vendors.other.adapter"));
    harness.post("/v1/agents", &agent(Vendor::OPENCX)).await.problem(422, "vendor_unknown");
    harness.create("/v1/agents", &with(agent(Vendor::OPENCX), json!({ "vendor": "other" }))).await;
}

#[tokio::test]
async fn settings_that_need_a_restart_are_reported_and_the_others_apply() {
    let harness = start().await;
    let toml = harness.configuration();
    let address = "listen = \"127.0.0.1:0\"\n";
    let next = toml
        .replacen(
            address,
            "listen = \"127.0.0.1:1\"\nmax_in_flight = 7\nmax_wrong_keys = 7\nmax_body_bytes = 1024\n",
            1,
        )
        .replace("log = \"debug\"", "log = \"info\"");
    assert_eq!(harness.reconfigure(&next).await, "server.max_body_bytes");
    let keys = "server.listen, server.max_in_flight, server.max_wrong_keys, telemetry.log";
    let warned = |log: &str| log.lines().filter(|line| line.contains(keys) && line.contains("WARN")).count();
    let begun = Instant::now();
    while warned(&harness.gateway.log()) == 0 {
        assert!(begun.elapsed() < TIMEOUT, "{}", harness.gateway.log());
        tokio::task::yield_now().await;
    }
    let large = with(agent(Vendor::QCALL), json!({ "prompt": { "instructions": "x".repeat(2000) } }));
    harness.post("/v1/agents", &large).await.problem(413, "body_too_large");
    // The warning is repeated as long as its cause remains.
    assert_eq!(harness.reconfigure(&next).await, "");
    harness.reconfigure(&toml).await;
    assert_eq!(warned(&harness.gateway.log()), 2);
    harness.create("/v1/agents", &large).await;
}

#[tokio::test]
async fn a_write_ends_with_the_configuration_that_it_began_with() {
    let harness = start().await;
    let in_flight = harness.in_flight().await;
    let toml = harness.configuration();
    let dropped = toml.replace("[vendors.qcall]", "[vendors.other]").replace("\"qcall\"\n", "\"other\"\n");
    let told = harness.refused(&dropped.replace("adapter = \"other\"", "adapter = \"qcall\"")).await;
    assert!(told.contains("open operations"), "{told}");
    harness.reconfigure(&toml.replace(API_KEY, WRONG_KEY)).await;
    assert!(!in_flight.is_finished(), "the vendor takes its time");
    let made = in_flight.await.unwrap().expect(201);
    assert_eq!(made["sync"]["state"], "in_sync");
}

/// Checks that an operation waits for a vendor that is not configured. The vendor may belong to another
/// process or to the next configuration.
#[tokio::test]
async fn an_operation_waits_for_a_vendor_that_is_not_there() {
    let mut harness = Harness::with(Config {
        server: "watch_config_s = 0\n".to_owned(),
        vendors: SOON.to_owned(),
        tables: "[writes]\nabsence_s = 0.1\nlongest_retry_s = 0.1\n".to_owned(),
        ..Config::default()
    })
    .await;
    let down = json!({ "kind": "status", "status": 503 });
    harness.order(Vendor::QCALL, "createAssistant", 1000, &down).await;
    let accepted = harness.post("/v1/agents", &agent(Vendor::QCALL)).await;
    let operation = accepted.header("location").unwrap().to_owned();
    let made = accepted.expect(202);
    let toml = harness.configuration();
    harness.configure(&toml.replace("[vendors.qcall]", "[vendors.other]"));
    harness.restart().await;
    let waits = until(&harness, &operation, |operation| {
        operation["last_error"]["detail"].as_str().is_some_and(|detail| detail.contains("not configured"))
    });
    assert_eq!(waits.await["state"], "waiting");
    harness.clear_faults().await;
    harness.reconfigure(&toml).await;
    until(&harness, &operation, |operation| operation["state"] == "succeeded").await;
    let path = format!("/v1/agents/{}", made["id"].as_str().unwrap());
    assert_eq!(harness.get(&path).await.expect(200)["sync"]["state"], "in_sync");
}

async fn until(harness: &Harness, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let there = harness.get(path).await.expect(200);
        if is_so(&there) {
            return there;
        }
        assert!(begun.elapsed() < TIMEOUT, "{there}");
    }
}

#[tokio::test]
async fn the_sandbox_reads_its_configuration_anew_too() {
    let dir = tempfile::tempdir().unwrap();
    let toml = "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n\
                [telemetry]\nformat = \"json\"\n";
    fs::write(dir.path().join("own.toml"), toml).unwrap();
    let gateway = Gateway::start(&["serve", "--sandbox", "--config", "own.toml"], dir.path()).await;
    fs::write(dir.path().join("own.toml"), format!("{toml}[writes]\nwait_s = 1\n")).unwrap();
    gateway.hang_up();
    let told = gateway.reloaded(0).await;
    assert_eq!((&told["message"], &told["changed"]), (&TAKEN.into(), &"writes.wait_s".into()));
}
