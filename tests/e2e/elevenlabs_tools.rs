//! The tools that the gateway makes at ElevenLabs for the HTTP requests of an agent. They are objects of the workspace.
//! The agent refers to them in addition to the tools that the caller chose.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Config, Harness, SeenRequest},
    settling::{PATIENT, SOON, SWIFT},
};

const ELEVENLABS: Vendor = Vendor::ELEVENLABS;
const LINK: &str = "/conversation_config/agent/prompt/tool_ids";
const TEAM: &str = "tool_of_the_team";

fn new(more: Value) -> Value {
    with(agent(ELEVENLABS), more)
}

fn tool(name: &str) -> Value {
    json!({
        "type": "http_request", "name": name, "description": "When the caller wants to come.", "method": "post",
        "url": "https://desk.northwind.example/visits", "headers": [{ "name": "Authorization", "value": "Bearer hush" }],
    })
}

impl Harness {
    /// Stores a tool that a user of the vendor's console has set up.
    async fn set_up_team_tool(&self) {
        let api = json!({ "url": "https://team.example/visits", "method": "GET" });
        let record =
            json!({ "type": "webhook", "name": "visits", "description": "Lists visits.", "api_schema": api });
        self.put_record(ELEVENLABS, "tools", TEAM, &record).await;
    }

    /// Returns the vendor's tools, each with its id and its name.
    async fn workspace_tools(&self) -> Vec<(String, String)> {
        let stored = self.stored(ELEVENLABS, "tools").await;
        let rows = stored.as_object().unwrap().iter();
        rows.map(|(id, row)| (id.clone(), row["name"].as_str().unwrap().to_owned())).collect()
    }

    /// Returns the names of the tools to which the vendor's agent refers.
    async fn linked_tools(&self, remote_id: &str) -> Vec<String> {
        let agent = self.stored(ELEVENLABS, "agents").await[remote_id].clone();
        let tools = self.workspace_tools().await;
        let name = |id: &Value| tools.iter().find(|(known, _)| id == known).map(|(_, name)| name.clone());
        let ids = agent.pointer(LINK).and_then(Value::as_array).cloned().unwrap_or_default();
        ids.iter().map(|id| name(id).unwrap_or_else(|| panic!("{id} is not there"))).collect()
    }

    /// Returns the operations of the writes since the journal was cleared, all of which must keep the contract.
    async fn writes_of_tools(&self) -> Vec<String> {
        let writes = self.writes(ELEVENLABS).await;
        writes.iter().for_each(SeenRequest::keeps_the_contract);
        self.forget_requests().await;
        writes.into_iter().map(|write| write.operation).collect()
    }
}

#[tokio::test]
async fn the_tools_of_an_agent_stand_beside_those_of_the_workspace() {
    let harness = Harness::start().await;
    harness.set_up_team_tool().await;
    let made =
        harness.create("/v1/agents", &new(json!({ "tool_ids": [TEAM], "tools": [tool("book")] }))).await;
    assert_eq!(made.body["sync"]["state"], "in_sync", "{}", made.body);
    assert_eq!(harness.writes_of_tools().await, ["createTool", "createAgent"]);
    assert_eq!(harness.linked_tools(&made.remote_id).await, ["visits", "book"]);

    let more = json!({ "tools": [tool("book"), tool("ask")] });
    let changed = harness.patch(&made.path, &more).await.expect(200);
    assert_eq!(
        (&changed["sync"]["state"], &changed["tool_ids"]),
        (&json!("in_sync"), &json!([TEAM])),
        "{changed}"
    );
    assert_eq!(harness.linked_tools(&made.remote_id).await, ["visits", "ask", "book"]);
    assert_eq!(harness.writes_of_tools().await, ["createTool", "updateTool", "updateAgent"]);

    let cleared = harness.patch(&made.path, &json!({ "tool_ids": null })).await.expect(200);
    assert_eq!(cleared["sync"]["state"], "in_sync", "{cleared}");
    assert_eq!(harness.linked_tools(&made.remote_id).await.len(), 2);
    harness.patch(&made.path, &json!({ "tool_ids": [TEAM], "tools": [tool("ask")] })).await.expect(200);
    assert_eq!(harness.linked_tools(&made.remote_id).await, ["visits", "ask"]);
    assert_eq!(harness.workspace_tools().await.len(), 2);

    let chosen = harness.patch(&made.path, &json!({ "tools": null })).await.expect(200);
    assert_eq!(chosen["sync"]["state"], "in_sync", "{chosen}");
    assert_eq!(harness.linked_tools(&made.remote_id).await, ["visits"]);
    harness.patch(&made.path, &json!({ "tools": [tool("book")] })).await.expect(200);
    harness.forget_requests().await;
    harness.delete(&made.path).await.expect(204);
    assert_eq!(harness.writes_of_tools().await, ["deleteAgent", "deleteTool"]);
    assert_eq!(harness.workspace_tools().await, [(TEAM.to_owned(), "visits".to_owned())]);
}

#[tokio::test]
async fn two_agents_share_no_tool_and_a_used_tool_stays() {
    let harness = Harness::start().await;
    let body = new(json!({ "tools": [tool("book")] }));
    let one = harness.create("/v1/agents", &body).await;
    let other = harness.create("/v1/agents", &body).await;
    let tools = harness.workspace_tools().await;
    assert_eq!(tools.len(), 2, "{tools:?}");
    let agents = harness.stored(ELEVENLABS, "agents").await;
    let ids = |remote_id: &str| agents[remote_id].pointer(LINK).cloned().unwrap();
    assert_ne!(ids(&one.remote_id), ids(&other.remote_id));
    // A user of the vendor's console lets the other agent use both tools.
    let mut record = agents[&other.remote_id].clone();
    record["conversation_config"]["agent"]["prompt"]["tool_ids"] =
        json!(tools.iter().map(|(id, _)| id).collect::<Vec<_>>());
    harness.put_record(ELEVENLABS, "agents", &other.remote_id, &record).await;
    harness.delete(&one.path).await.expect(204);
    assert_eq!(harness.workspace_tools().await.len(), 2, "the other agent still uses the tool");
}

#[tokio::test]
async fn lost_creations_are_found_again() {
    let vendors = format!("{PATIENT}{SOON}");
    let harness = Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await;
    harness.set_up_team_tool().await;
    let lost = json!({ "kind": "reset", "when": "after" });
    for operation in ["createTool", "createAgent"] {
        harness.order(ELEVENLABS, operation, 1, &lost).await;
        let named = json!({ "name": operation, "tool_ids": [TEAM], "tools": [tool("book"), tool("way")] });
        let accepted = harness.post("/v1/agents", &new(named)).await;
        let path = format!("/v1/agents/{}", accepted.body["id"].as_str().unwrap());
        let settled = harness.settled(&path).await;
        let remote_id = settled["placement"]["remote_id"].as_str().unwrap();
        assert_eq!(harness.linked_tools(remote_id).await, ["visits", "book", "way"], "{operation}");
        assert_eq!(harness.stored(ELEVENLABS, "agents").await.as_object().unwrap().len(), 1, "{operation}");
        assert_eq!(harness.workspace_tools().await.len(), 3, "{operation}");
        harness.delete(&path).await.expect(204);
        assert_eq!(harness.workspace_tools().await.len(), 1, "{operation}");
    }
}

#[tokio::test]
async fn a_refused_agent_leaves_no_tool() {
    let harness = Harness::start().await;
    harness.order(ELEVENLABS, "createAgent", 1, &json!({ "kind": "status", "status": 400 })).await;
    let refused = harness.post("/v1/agents", &new(json!({ "tools": [tool("book"), tool("ask")] }))).await;
    refused.problem(422, "vendor_rejected");
    assert_eq!(harness.workspace_tools().await, []);
}

#[tokio::test]
async fn a_tool_that_was_changed_unlinked_or_removed_at_the_vendor_is_drift_and_is_restored() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({ "tools": [tool("ask"), tool("book")] }))).await;
    let sync = async |on_drift: &str| {
        harness.post(&format!("{}/sync", made.path), &json!({ "on_drift": on_drift })).await.expect(200)
    };
    let id = async |name: &str| {
        let tools = harness.workspace_tools().await;
        tools.into_iter().find(|(_, known)| known == name).map(|(id, _)| id).unwrap()
    };
    for case in ["changed", "unlinked", "removed"] {
        let book = id("book").await;
        let mut config = harness.stored(ELEVENLABS, "tools").await[&book].clone();
        let mut record = harness.stored(ELEVENLABS, "agents").await[&made.remote_id].clone();
        match case {
            "changed" => {
                config["api_schema"]["url"] = json!("https://elsewhere.example");
                harness.put_record(ELEVENLABS, "tools", &book, &config).await;
            }
            _ => {
                record["conversation_config"]["agent"]["prompt"]["tool_ids"] = json!([id("ask").await]);
                harness.put_record(ELEVENLABS, "agents", &made.remote_id, &record).await;
            }
        }
        if case == "removed" {
            harness.delete_record(ELEVENLABS, "tools", &book).await;
        }
        let told = sync("report").await;
        assert_eq!(told["sync"]["drift"][0]["field"], "/tools", "{case}: {told}");
        assert!(!told.to_string().contains("hush"), "{case}: {told}");
        let again = sync("overwrite").await;
        assert_eq!(again["sync"]["state"], "in_sync", "{case}: {again}");
        assert_eq!(harness.linked_tools(&made.remote_id).await, ["ask", "book"], "{case}");
        assert_eq!(harness.workspace_tools().await.len(), 2, "{case}");
        assert_eq!(id("book").await == book, case != "removed", "{case}");
        let held = harness.stored(ELEVENLABS, "tools").await[&id("book").await].clone();
        assert_eq!(held["api_schema"]["url"], "https://desk.northwind.example/visits", "{case}");
        assert_eq!(held["api_schema"]["request_headers"]["Authorization"], "Bearer hush", "{case}");
    }
}

#[tokio::test]
async fn a_change_of_the_console_is_adopted_and_the_values_of_headers_stay() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({ "tools": [tool("book")] }))).await;
    let [(id, _)] = &harness.workspace_tools().await[..] else { panic!("one tool") };
    let mut config = harness.stored(ELEVENLABS, "tools").await[id].clone();
    config["description"] = json!("When the caller names a day.");
    config["api_schema"]["request_headers"]["X-Desk"] = json!("of-the-console");
    harness.put_record(ELEVENLABS, "tools", id, &config).await;
    let adopted =
        harness.post(&format!("{}/sync", made.path), &json!({ "on_drift": "adopt" })).await.expect(200);
    assert_eq!(adopted["tools"][0]["description"], "When the caller names a day.", "{adopted}");
    assert_eq!(adopted["tools"][0]["headers"].as_array().unwrap().len(), 2, "{adopted}");

    let mut tools = adopted["tools"].clone();
    tools[0]["method"] = json!("put");
    let changed = harness.patch(&made.path, &json!({ "tools": tools })).await.expect(200);
    assert_eq!(changed["sync"]["state"], "in_sync", "{changed}");
    let held = harness.stored(ELEVENLABS, "tools").await[id].clone();
    let headers = &held["api_schema"]["request_headers"];
    assert_eq!(headers, &json!({ "Authorization": "Bearer hush", "X-Desk": "of-the-console" }), "{held}");
    assert_eq!(held["api_schema"]["method"], "PUT");
}

#[tokio::test]
async fn an_imported_agent_keeps_its_tools_as_those_of_the_workspace() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({ "tools": [tool("book")] }))).await;
    let [(id, _)] = &harness.workspace_tools().await[..] else { panic!("one tool") };
    harness.delete(&format!("{}?on_vendor=keep", made.path)).await.expect(204);
    let import = json!({ "vendor": "elevenlabs", "remote_id": made.remote_id, "direction": "inbound" });
    let taken = harness.post("/v1/agents/import", &import).await.expect(201);
    assert_eq!((&taken["tool_ids"], taken.get("tools")), (&json!([id]), None), "{taken}");
    harness.delete(&format!("/v1/agents/{}", taken["id"].as_str().unwrap())).await.expect(204);
    assert_eq!(
        harness.workspace_tools().await.len(),
        1,
        "the gateway deletes only tools that it made for the agent"
    );
}
