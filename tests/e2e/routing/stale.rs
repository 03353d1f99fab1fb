//! Agents that are not at the vendor to which their route leads.

use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};

use super::{VOUCHED, unpinned};
use crate::{
    bodies::{trunk, with},
    harness::{Config, Harness},
};

/// The number of agents: more than a list routes before it answers.
const MANY: u32 = 1100;

fn routed(rules: &str) -> Config {
    Config { tables: format!("[routing]\n{rules}{VOUCHED}"), ..Config::default() }
}

fn ids(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|agent| agent["id"].as_str().unwrap()).collect()
}

/// Lists all misplaced records, page by page.
async fn stale(harness: &Harness, query: &str) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = harness.get(&format!("{query}{cursor}")).await.expect(200);
        all.extend(ids(&page).into_iter().map(ToOwned::to_owned));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn what_is_elsewhere_than_its_route_leads_is_listed() {
    let mut harness = Harness::with(routed("default = \"qcall\"\n")).await;
    let mut made = Vec::new();
    for body in [
        unpinned(),
        with(unpinned(), json!({ "vendor": "qcall" })),
        with(unpinned(), json!({ "language": "de" })),
        with(unpinned(), json!({ "vendor": "autocalls-2025" })),
        unpinned(),
    ] {
        made.push(harness.create("/v1/agents", &body).await);
    }
    let trunk = harness.create("/v1/trunks", &with(trunk(), json!({ "vendor": null }))).await;
    let [plain, pinned, german, elsewhere, other] = made.as_slice() else { unreachable!("five were made") };
    assert_eq!(stale(&harness, "/v1/agents?placement=stale").await, Vec::<String>::new());

    // A changed pin makes the agent misplaced until the pin is changed back. No rule uses the label.
    harness
        .patch(&other.path, &json!({ "vendor": "opencx", "labels": { "team": "sales" } }))
        .await
        .expect(200);
    assert_eq!(stale(&harness, "/v1/agents?placement=stale").await, [other.id.as_str()]);
    assert_eq!(stale(&harness, "/v1/agents?placement=stale&vendor=opencx").await, Vec::<String>::new());
    harness.patch(&other.path, &json!({ "vendor": null })).await.expect(200);
    harness.patch(&elsewhere.path, &json!({ "vendor": null })).await.expect(200);
    assert_eq!(stale(&harness, "/v1/agents?placement=stale").await, [elsewhere.id.as_str()]);

    // The gateway restarts with another configuration.
    let german_first = "default = \"autocalls-2025\"\n[[routing.rules]]\nwhen = { language = [\"de\"] }\nvendor = \"qcall\"\n";
    harness.restart_with(&routed(german_first)).await;
    let expected = [plain.id.as_str(), other.id.as_str()];
    for limit in ["", "&limit=1", "&limit=2", "&limit=3"] {
        assert_eq!(stale(&harness, &format!("/v1/agents?placement=stale{limit}")).await, expected, "{limit}");
    }
    assert_eq!(stale(&harness, "/v1/agents?placement=stale&vendor=qcall").await, expected);
    assert_eq!(stale(&harness, "/v1/trunks?placement=stale").await, [trunk.id.as_str()]);
    assert_eq!(pinned.body["vendor"], "qcall");
    let stayed = harness.get(&german.path).await.expect(200);
    assert_eq!(stayed["placement"], german.body["placement"]);

    let page = harness.get("/v1/agents?placement=stale&limit=1").await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    harness.get(&format!("/v1/agents?cursor={cursor}")).await.problem(400, "cursor_invalid");
    for wrong in ["fresh", "", "Stale"] {
        harness.get(&format!("/v1/agents?placement={wrong}")).await.problem(400, "parameter_invalid");
    }
    // An agent without a route stays at its vendor.
    harness.restart_with(&routed("")).await;
    assert_eq!(stale(&harness, "/v1/agents?placement=stale").await, Vec::<String>::new());
}

#[tokio::test]
async fn what_a_rule_demands_is_demanded_of_agents_that_there_are() {
    let demand = "default = \"autocalls-2025\"\n[[routing.rules]]\nvendors = { qcall = 1, autocalls-2026 = 0 }\nrequire = \"exact\"\n";
    let mut harness = Harness::with(routed(demand)).await;
    let body = with(unpinned(), json!({ "voice": { "id": "qv-cedar", "speed": 1.1 }, "model": null }));
    let made = harness.create("/v1/agents", &body).await;
    assert_eq!(made.body["placement"]["because"], "routing.rules[0]");
    assert_eq!(stale(&harness, "/v1/agents?placement=stale").await, Vec::<String>::new());
    harness.patch(&made.path, &json!({ "voice": { "speed": 1.15 } })).await.expect(200);
    assert_eq!(stale(&harness, "/v1/agents?placement=stale").await, [made.id.as_str()]);
    harness.patch(&made.path, &json!({ "voice": { "speed": 1.2 } })).await.expect(200);
    assert_eq!(stale(&harness, "/v1/agents?placement=stale").await, Vec::<String>::new());
    // An agent that exists at another vendor does not need the fields that only a purchase requires.
    let bought = with(
        unpinned(),
        json!({ "vendor": "opencx", "voice": { "id": "hP72SDESIJq2YuAblBqz" }, "model": null }),
    );
    let bought = harness.create("/v1/agents", &bought).await;
    let patch = json!({ "vendor": null, "extensions": { "opencx": null } });
    harness.patch(&bought.path, &patch).await.expect(200);
    harness
        .restart_with(&routed(
            "[[routing.rules]]\nvendors = { opencx = 1, qcall = 1 }\nrequire = \"no_unsupported\"\n",
        ))
        .await;
    assert_eq!(stale(&harness, "/v1/agents?placement=stale").await, Vec::<String>::new());
}

/// Checks that a list states whether every record has been routed, and that it is complete once it states so.
#[tokio::test]
async fn a_list_says_whether_all_records_are_routed() {
    let mut harness = Harness::with(routed("default = \"qcall\"\n")).await;
    let made = harness.create("/v1/agents", &with(unpinned(), json!({ "vendor": null }))).await;
    harness.gateway.stop();
    let mut database =
        SqliteConnection::connect(&format!("sqlite://{}", harness.dir().join("switchboard.db").display()))
            .await
            .unwrap();
    let numbers =
        "WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)";
    for copies in [
        "INSERT INTO resources SELECT collection, id || printf('%05d', n), revision, version, hidden, vendor, \
         remote_id || n, NULL, document, secrets, created_at, updated_at FROM resources, numbers",
        "INSERT INTO resource_search SELECT collection, id || printf('%05d', n), name, vendor, language, \
         primary_language, direction, sync, fidelity, updated_at, route, stale, routed_by FROM resource_search, numbers",
    ] {
        let copies = sqlx::AssertSqlSafe(format!("{numbers} {copies}"));
        sqlx::query(copies).bind(MANY).execute(&mut database).await.unwrap();
    }
    database.close().await.unwrap();
    harness.restart_with(&routed("default = \"opencx\"\n")).await;
    loop {
        let page = harness.get("/v1/agents?placement=stale&limit=1").await.expect(200);
        if page["routes_checked_at"].is_string() {
            break;
        }
        assert_eq!(page["routes_checked_at"], Value::Null, "{page}");
    }
    let all = stale(&harness, "/v1/agents?placement=stale&limit=200").await;
    assert_eq!(all.len(), MANY as usize + 1);
    assert_eq!(all[0], made.id);
}
