//! The gateway is killed at each point of each request of a write that concerns an agent and the objects that the
//! gateway makes for it: its webhook, or its tools. Afterwards, each agent has exactly its own objects, and no object
//! is left that belongs to no agent. A webhook whose secret the gateway cannot have received is not used.

use std::collections::BTreeSet;

use futures::future::join;
use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    caller::{Caller, CallerRequest, TIMEOUT},
    harness::Config,
    kill_matrix::{POINTS, impatient},
    one_to_one::one_to_one,
    scale::Scale,
    site::{Site, text},
    vendor_bodies::agent,
};

const VENDOR: Vendor = Vendor::ELEVENLABS;

/// The points at which the answer to a creation has not reached the gateway.
const UNANSWERED: [&str; 2] = ["after_apply", "half_answer"];

/// The number of pairs of agents that two processes create.
const ROUNDS: usize = 3;

/// The time for which the vendor delays a list of tools, in milliseconds. Both processes then list the tools before either
/// stores one, unless one waits for the other.
const SLOW_MS: u64 = 700;

/// A kind of object that the gateway makes for an agent.
pub struct SideObject {
    /// The name of the collection in the simulator.
    pub collection: &'static str,
    /// The operation that creates an object.
    create: &'static str,
    /// The operations of a change and of a deletion, in all of which the gateway is killed.
    change: &'static [&'static str],
    delete: &'static [&'static str],
    /// True if only the answer to the creation has the secret of the object.
    has_secret: bool,
    /// Returns the part of an agent's body that needs the object.
    body: fn(usize) -> Value,
    /// The JSON pointer of the ids of the objects in the vendor's agent.
    link: &'static str,
    /// Returns the values by which an agent describes its objects, and the values that an object has.
    wanted: fn(&Value) -> Vec<Value>,
    held: fn(&Value) -> Value,
}

/// The webhook of an agent.
pub const WEBHOOK: SideObject = SideObject {
    collection: "webhooks",
    create: "createWebhook",
    change: &["createWebhook", "updateAgent", "listWebhooks", "deleteWebhook"],
    delete: &["deleteAgent", "deleteWebhook"],
    has_secret: true,
    body: |number| json!({ "webhook": { "url": format!("https://hooks.example/{number}") } }),
    link: "/platform_settings/workspace_overrides/webhooks/post_call_webhook_id",
    wanted: |agent| vec![agent["webhook"]["url"].clone()],
    held: |webhook| webhook["webhook_url"].clone(),
};

/// The tools of an agent. A change changes the first, replaces the second by another, and keeps the third.
pub const TOOLS: SideObject = SideObject {
    collection: "tools",
    create: "createTool",
    change: &["updateTool", "createTool", "updateAgent", "listToolAgents", "deleteTool"],
    delete: &["deleteAgent", "listToolAgents", "deleteTool"],
    has_secret: false,
    body: |number| json!({ "tools": [tool("ask", number), tool(&format!("book-{number}"), number), tool("way", 0)] }),
    link: "/conversation_config/agent/prompt/tool_ids",
    wanted: |agent| {
        let tools = agent["tools"].as_array().expect("tools").iter();
        tools.map(|tool| json!([tool["name"], tool["url"], "Bearer hush"])).collect()
    },
    held: |tool| {
        let api = &tool["api_schema"];
        json!([tool["name"], api["url"], api["request_headers"]["Authorization"]])
    },
};

fn tool(name: &str, number: usize) -> Value {
    json!({
        "type": "http_request", "name": name, "description": "When the caller asks.", "method": "get",
        "url": format!("https://desk.example/{number}"), "headers": [{ "name": "Authorization", "value": "Bearer hush" }],
    })
}

/// Interrupts creations, changes and deletions, each at each point of each request.
pub async fn at_every_step(side: SideObject, scale: Scale) {
    let mut trial = SideObjects { site: Site::start(impatient()).await, number: 0, side };
    for (point, _) in std::iter::repeat_n(POINTS, scale.choose(1, 20)).flatten() {
        for operation in [trial.side.create, "createAgent"] {
            let before = trial.ever_created().await;
            let made = trial.cut_off(operation, point, Asked::creation).await;
            assert!(!(trial.side.wanted)(&made).contains(&Value::Null), "{made}");
            trial.is_whole(&format!("{operation}, {point}")).await;
            let first =
                trial.ever_created().await.into_iter().find(|id| !before.contains(id)).expect("an object");
            if trial.side.has_secret && operation == trial.side.create && UNANSWERED.contains(&point) {
                let held = trial.site.harness.stored(VENDOR, trial.side.collection).await;
                assert!(held.get(&first).is_none(), "{point}: the secret of {first} is lost");
            }
        }
        for operation in trial.side.change {
            let made = trial.make().await;
            trial.cut_off(operation, point, |side, number| Asked::change(side, &made, number)).await;
            trial.is_whole(&format!("change, {operation}, {point}")).await;
        }
        for operation in trial.side.delete {
            let made = trial.make().await;
            trial.cut_off(operation, point, |_, number| Asked::deletion(&made, number)).await;
            trial.is_whole(&format!("deletion, {operation}, {point}")).await;
        }
    }
}

/// Loses the answers to the creations of two equal tools, each requested by another process. Both processes then search for
/// the tools at the same time.
pub async fn over_two_replicas(url: String) {
    let site = Site::pair(Config { store: url, ..impatient() }).await;
    let mut trial = SideObjects { site, number: 0, side: TOOLS };
    for _ in 0..ROUNDS {
        trial.number += 1;
        let lost = json!({ "kind": "reset", "when": "after" });
        trial.site.harness.order(VENDOR, TOOLS.create, 2, &lost).await;
        let slow = json!({ "kind": "latency", "ms": SLOW_MS });
        trial.site.harness.order(VENDOR, "listTools", 100, &slow).await;
        let create = |process: usize| {
            let name = format!("Agent-{}-of-{process}", trial.number);
            let tools = json!({ "tools": [tool("ask", trial.number)] });
            let body = crate::harness::with(agent(VENDOR, &name, "Be kind."), tools);
            let creation = CallerRequest::new(Method::POST, "/v1/agents", body).key(name);
            let caller = trial.site.caller_of(process);
            async move { caller.send_until_answered(&creation).await }
        };
        for answer in <[_; 2]>::from(join(create(0), create(1)).await) {
            assert!(matches!(answer.status, 201 | 202), "{}", answer.text);
        }
        trial.is_whole(&format!("round {}", trial.number)).await;
        trial.site.harness.clear_faults().await;
    }
}

/// Builders of the requests.
struct Asked;

impl Asked {
    fn creation(side: &SideObject, number: usize) -> CallerRequest {
        let body =
            crate::harness::with(agent(VENDOR, &format!("Agent {number}"), "Be kind."), (side.body)(number));
        CallerRequest::new(Method::POST, "/v1/agents", body).key(format!("key-{number}"))
    }

    fn change(side: &SideObject, path: &str, number: usize) -> CallerRequest {
        CallerRequest::new(Method::PATCH, path, (side.body)(number)).key(format!("key-{number}"))
    }

    fn deletion(path: &str, number: usize) -> CallerRequest {
        CallerRequest::new(Method::DELETE, path, Value::Null).key(format!("key-{number}"))
    }
}

struct SideObjects {
    site: Site,
    /// The number of requests so far.
    number: usize,
    side: SideObject,
}

impl SideObjects {
    fn caller(&self) -> Caller {
        self.site.caller()
    }

    /// Creates an agent with its objects and returns its path.
    async fn make(&mut self) -> String {
        self.number += 1;
        let creation = Asked::creation(&self.side, self.number);
        let made = self.caller().send_until_answered(&creation).await.expect(201);
        format!("/v1/agents/{}", text(&made["id"]))
    }

    /// Sends a request during which the gateway is killed, repeats it after the restart, and returns the answer.
    async fn cut_off(
        &mut self,
        operation: &str,
        point: &str,
        build: impl FnOnce(&SideObject, usize) -> CallerRequest,
    ) -> Value {
        self.number += 1;
        let ask = build(&self.side, self.number);
        self.site.order_kill(VENDOR, operation, point).await;
        self.caller().ask(&ask).await;
        self.site.survive().await;
        let answer = self.caller().send_until_answered(&ask).await;
        assert!(matches!(answer.status, 200..=204), "{operation}, {point}: {}", answer.text);
        answer.body
    }

    /// Returns the ids of the objects that were ever created.
    async fn ever_created(&self) -> Vec<String> {
        let path = format!("/{VENDOR}/changes");
        let changes = self.site.harness.vendors.control(Method::GET, &path, None).await.expect(200);
        let records = changes[self.side.collection]["records"].as_array().expect("records").iter();
        records.map(|record| text(&record["id"])).collect()
    }

    /// Checks that each agent is one record with exactly its objects, and that there is no other object.
    async fn is_whole(&self, during: &str) {
        let agents = one_to_one(&self.site, VENDOR, TIMEOUT).await;
        let records = self.site.harness.stored(VENDOR, "agents").await;
        let objects = self.site.harness.stored(VENDOR, self.side.collection).await;
        let mut left: BTreeSet<_> = objects.as_object().expect("objects").keys().cloned().collect();
        for agent in agents {
            let link = records[text(&agent["placement"]["remote_id"])].pointer(self.side.link);
            let ids = match link.unwrap_or(&Value::Null) {
                Value::Array(ids) => ids.iter().map(text).collect(),
                id => vec![text(id)],
            };
            for id in &ids {
                assert!(left.remove(id), "{during}: {id} of {agent} is not there or another's");
            }
            let held: Vec<_> = ids.iter().map(|id| (self.side.held)(&objects[id])).collect();
            assert_eq!(held, (self.side.wanted)(&agent), "{during}");
        }
        assert!(left.is_empty(), "{during}: {left:?} belong to no agent");
    }
}
