//! Lists: pages, cursors, filters, and the members of every answer.

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk},
    harness::{Answer, Config, Harness},
};

#[tokio::test]
async fn a_list_is_followed_while_it_changes() {
    let harness = Harness::start().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(harness.create("/v1/agents", &agent(Vendor::QCALL)).await.id);
    }
    let first = harness.get("/v1/agents?limit=2").await.expect(200);
    assert_eq!(listed(&first), ids[..2]);
    // The last record that was read and the next one are deleted, and another record is created.
    for id in &ids[1..3] {
        harness.delete(&format!("/v1/agents/{id}")).await.expect(204);
    }
    ids.push(harness.create("/v1/agents", &agent(Vendor::QCALL)).await.id);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = harness.get(&format!("/v1/agents?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!(listed(&second), ids[3..5]);
    let cursor = second["next_cursor"].as_str().unwrap();
    let third = harness.get(&format!("/v1/agents?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!(listed(&third), ids[5..]);
    assert_eq!(third["next_cursor"], Value::Null);
}

/// Checks that one damaged record hides no other one, and is not left out silently.
#[tokio::test]
async fn a_damaged_record_is_named_by_its_list() {
    let mut harness = Harness::start().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(harness.create("/v1/agents", &agent(Vendor::QCALL)).await.id);
    }
    let mut operations = listed(&harness.get("/v1/operations").await.expect(200));
    damage(&harness, "UPDATE resources SET document = '{' WHERE id = ?", &ids[1]).await;
    damage(&harness, "UPDATE operations SET document = '{' WHERE id = ?", &operations[0]).await;
    // Restart the gateway, because its cache contains the records.
    harness.restart().await;

    let whole = harness.get("/v1/agents").await.expect(200);
    assert_eq!(
        (listed(&whole), &whole["unreadable"]),
        (vec![ids[0].clone(), ids[2].clone()], &json!([ids[1]]))
    );
    let first = harness.get("/v1/agents?limit=2").await.expect(200);
    assert_eq!((listed(&first), &first["unreadable"]), (vec![ids[0].clone()], &json!([ids[1]])));
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = harness.get(&format!("/v1/agents?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!((listed(&second), second.get("unreadable")), (vec![ids[2].clone()], None));
    // The search index still finds the record, as it was before the damage.
    let named = harness.get("/v1/agents?sync=in_sync").await.expect(200);
    assert_eq!(named["unreadable"], json!([ids[1]]));
    let stale = harness.get("/v1/agents?placement=stale").await.expect(200);
    assert_eq!((listed(&stale), stale.get("unreadable")), (Vec::new(), None));
    let some = harness.get("/v1/operations").await.expect(200);
    let damaged = operations.remove(0);
    assert_eq!((listed(&some), &some["unreadable"]), (operations, &json!([damaged])));

    // The gateway cannot route the record anew, so a list of misplaced records names it.
    let routed = Config { tables: "[routing]\ndefault = \"opencx\"\n".to_owned(), ..Config::default() };
    harness.restart_with(&routed).await;
    let stale = harness.get("/v1/agents?placement=stale").await.expect(200);
    assert_eq!((listed(&stale), &stale["unreadable"]), (Vec::new(), &json!([ids[1]])));

    harness.get(&format!("/v1/agents/{}", ids[1])).await.problem(500, "internal");
    // Otherwise, a migration would silently leave the agent behind.
    let moving = json!({ "to": "opencx", "filter": { "vendor": "qcall" } });
    harness.post("/v1/migrations/plan", &moving).await.problem(500, "internal");
}

/// Checks the lists of records and of revisions when the secrets of one of them cannot be opened.
#[tokio::test]
async fn damaged_secrets_are_named_by_their_list() {
    let mut harness = Harness::start().await;
    for (path, new) in [("/v1/agents", agent(Vendor::QCALL)), ("/v1/trunks", trunk())] {
        let (first, second) = (harness.create(path, &new).await.id, harness.create(path, &new).await.id);
        damage(&harness, "UPDATE resources SET secrets = x'00' WHERE id = ?", &first).await;
        damage(&harness, "UPDATE revisions SET secrets = x'00' WHERE record = ?", &second).await;
        harness.restart().await;
        let list = harness.get(path).await.expect(200);
        assert_eq!((listed(&list), &list["unreadable"]), (vec![second.clone()], &json!([first])));
        harness.get(&format!("{path}/{first}")).await.problem(500, "internal");
        if path == "/v1/agents" {
            let found = harness.get("/v1/agents?sync=in_sync").await.expect(200);
            assert_eq!(found["unreadable"], json!([first]));
            let revisions = harness.get(&format!("{path}/{second}/revisions")).await.expect(200);
            assert_eq!((&revisions["data"], &revisions["unreadable"]), (&json!([]), &json!(["1"])));
        }
    }
}

async fn damage(harness: &Harness, sql: &'static str, id: &str) {
    let url = format!("sqlite://{}", harness.dir().join("switchboard.db").display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    assert_eq!(sqlx::query(sql).bind(id).execute(&mut database).await.unwrap().rows_affected(), 1);
    database.close().await.unwrap();
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let harness = Harness::start().await;
    for _ in 0..2 {
        harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
        harness.create("/v1/trunks", &trunk()).await;
    }
    let page = harness.get("/v1/agents?limit=1").await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    for path in [
        format!("/v1/trunks?cursor={cursor}"),
        format!("/v1/agents?vendor=qcall&cursor={cursor}"),
        format!("/v1/agents?cursor={cursor}x"),
        "/v1/agents?cursor=".to_owned(),
        "/v1/agents?cursor=eyJpZCI6MX0".to_owned(),
    ] {
        harness.get(&path).await.problem(400, "cursor_invalid");
    }
    // The page size may differ from that of the previous page.
    let rest = harness.get(&format!("/v1/agents?limit=200&cursor={cursor}")).await.expect(200);
    assert_eq!(listed(&rest).len(), 1);
}

#[tokio::test]
async fn parameters_are_what_they_may_be() {
    let harness = Harness::start().await;
    for vendor in [Vendor::QCALL, Vendor::OPENCX] {
        harness.create("/v1/agents", &agent(vendor)).await;
    }
    for (query, code) in [
        ("limit=0", "parameter_invalid"),
        ("limit=-1", "parameter_invalid"),
        ("limit=ten", "parameter_invalid"),
        ("limit=1.5", "parameter_invalid"),
        ("limit=1&limit=2", "parameter_invalid"),
        ("sort=age", "parameter_invalid"),
        ("Limit=1", "parameter_unknown"),
        ("lmit=1&vendor=qcall", "parameter_unknown"),
    ] {
        let problem = harness.get(&format!("/v1/agents?{query}")).await.problem(400, code);
        assert!(problem["errors"][0]["parameter"].is_string(), "{problem}");
    }
    for query in ["limit=201", "limit=99999999999999999999", ""] {
        let page = harness.get(&format!("/v1/agents?{query}")).await.expect(200);
        assert_eq!(listed(&page).len(), 2);
    }
    let filtered = harness.get("/v1/agents?vendor=opencx").await.expect(200);
    assert_eq!(filtered["data"][0]["placement"]["vendor"], "opencx");
    assert_eq!(listed(&filtered).len(), 1);
    for path in
        ["/v1/agents?vendor=opencxx", "/v1/agents?vendor=opencxx&sort=name", "/v1/trunks?vendor=opencxx"]
    {
        let problem = harness.get(path).await.problem(400, "parameter_invalid");
        let error = &problem["errors"][0];
        assert_eq!(error["parameter"], "vendor", "{problem}");
        assert!(error["detail"].as_str().unwrap().contains("opencx"), "{problem}");
    }
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let harness = Harness::start().await;
    let made = harness.post("/v1/agents", &agent(Vendor::QCALL)).await;
    let path = format!("/v1/agents/{}", made.body["id"].as_str().unwrap());
    assert_eq!(made.header("location"), Some(path.as_str()));
    assert!(made.header("server-timing").unwrap().contains("vendor;dur="), "{made:?}");
    let answers = [
        made,
        harness.get(&path).await,
        harness.get("/v1/agents/agt_00000000000000000000000000").await,
        harness.get("/v1/agents/trk_00000000000000000000000000").await,
        harness.get("/v1/agents/%00").await,
        harness.get("/nowhere").await,
        harness.post("/v1/agents", &json!({})).await,
        Answer::to(harness.request(Method::PUT, "/v1/agents").json(&json!({}))).await,
        Answer::to(harness.client.get(format!("{}/v1/agents", harness.gateway.url))).await,
    ];
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [201, 200, 404, 404, 404, 404, 422, 405, 401]);
    for answer in answers {
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer:?}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{answer:?}");
        assert!(answer.header("server-timing").unwrap().starts_with("gateway;dur="), "{answer:?}");
        assert_eq!(answer.header("x-request-id").unwrap().len(), 36, "{answer:?}");
        match answer.status {
            405 => assert!(answer.header("allow").unwrap().contains("POST"), "{answer:?}"),
            401 => assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{answer:?}"),
            _ => {}
        }
        if answer.status >= 400 {
            let (status, code) = (answer.status, answer.body["code"].as_str().unwrap().to_owned());
            answer.problem(status, &code);
        }
    }
    let own = harness.request(Method::GET, "/nowhere").header("x-request-id", "of-the.caller_1");
    assert_eq!(Answer::to(own).await.problem(404, "not_found")["request_id"], "of-the.caller_1");
}

fn listed(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}
