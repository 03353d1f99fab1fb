//! Agents that move between vendors.

mod automatic;
mod control;
mod going_wrong;
mod moving;
mod planning;
mod selection;
mod way_back;

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::with,
    harness::{Config, Harness, Record, trial},
    settling::{PATIENT, SOON, SWIFT},
};

/// The vendors' ids for the aliases.
pub const ALIASES: &str = "[voices.warm]\nqcall = \"qv-aurora\"\nautocalls-2025 = \"101\"\nautocalls-2026 = \"101\"\n\
                       opencx = \"hP72SDESIJq2YuAblBqz\"\nelevenlabs = \"Xb7hH8MSUJpSbSDYk0k2\"\n\
                       bland = \"745fbef5-f445-44fa-91ba-93f89803e1ce\"\nvapi = \"Clara\"\n\
                       retell = \"cartesia-Cimo\"\n\
                       [models.fast]\nqcall = \"1\"\nautocalls-2025 = \"GPT-4o mini\"\nautocalls-2026 = \"GPT-4o mini\"\n\
                       elevenlabs = \"gemini-2.5-flash-lite\"\nvapi = \"gpt-4.1-nano\"\n\
                       retell = \"gpt-4.1-mini\"\n";

const SAID: &str = "You answer the phone.";

/// Starts a gateway with an alias for each vendor's ids and this default vendor.
pub async fn site(default: Vendor) -> Harness {
    Harness::with(config(&format!("default = \"{default}\""))).await
}

fn config(routing: &str) -> Config {
    let tables = format!("{SWIFT}{ALIASES}[routing]\n{routing}\n");
    Config { vendors: format!("{PATIENT}{SOON}"), tables, ..Config::default() }
}

/// Returns an agent that every vendor can hold and that is not pinned.
pub fn portable(name: &str) -> Value {
    json!({
        "name": name,
        "direction": "inbound",
        "language": "en",
        "prompt": { "instructions": SAID },
        "greeting": { "message": "Hello!" },
        "voice": { "id": "warm" },
        "model": { "name": "fast" },
        "extensions": { "opencx": { "area_code": "415" } },
    })
}

/// Returns a portable agent with fields that only QCall holds.
pub fn demanding(name: &str) -> Value {
    with(
        portable(name),
        json!({ "prompt": { "goal": "Book an appointment" }, "ending": { "message": "Bye!" } }),
    )
}

impl Harness {
    /// Plans a migration.
    pub async fn plan_move(&self, request: &Value) -> Value {
        self.post("/v1/migrations/plan", request).await.expect(200)
    }

    /// Plans and starts a migration that may lose any field. Returns the path of the migration.
    async fn start_move(&self, request: &Value, retire: &str) -> String {
        let plan = self.plan_move(request).await;
        let start = json!({ "plan_id": plan["plan_id"], "accept_loss": [""], "retire": retire });
        let answer = self.post("/v1/migrations", &start).await;
        let path = answer.header("location").unwrap_or_default().to_owned();
        answer.expect(202);
        path
    }

    /// Plans and starts a migration, and waits until it is done.
    pub async fn moved(&self, request: &Value, retire: &str) -> Value {
        let path = self.start_move(request, retire).await;
        let ended = self.over(&path).await;
        assert_eq!(ended["state"], "done", "{ended} {}", self.get(&format!("{path}/agents")).await.body);
        ended
    }

    /// Waits until a migration has ended, and returns it.
    async fn over(&self, path: &str) -> Value {
        self.once(path, |migration| !migration["finished_at"].is_null()).await
    }

    /// Returns the only move of a migration.
    async fn only_move(&self, path: &str) -> Value {
        let moves = self.get(&format!("{path}/agents")).await.expect(200);
        assert_eq!(moves["data"].as_array().map(Vec::len), Some(1), "{moves}");
        moves["data"][0].clone()
    }

    /// Checks that an agent is in sync at this vendor and that the vendor has exactly its desired state.
    /// Returns the agent.
    async fn lives_at(&self, agent: &Record, vendor: Vendor) -> Value {
        let settled = self.settled(&agent.path).await;
        assert_eq!(settled["placement"]["vendor"], vendor.name(), "{settled}");
        let names = trial(vendor).agents;
        let remote_id = settled["placement"]["remote_id"].as_str().unwrap();
        let stored = self.stored(vendor, names.collection).await[remote_id].clone();
        assert_eq!(stored["name"], settled["name"], "{vendor}: {stored}");
        let says = stored.pointer(names.instructions);
        assert_eq!(says, Some(&settled["prompt"]["instructions"]), "{vendor}: {stored}");
        settled
    }

    /// Returns the number of agents at the vendor.
    async fn count_at(&self, vendor: Vendor) -> usize {
        let collection = trial(vendor).agents.collection;
        self.stored(vendor, collection).await.as_object().map_or(0, serde_json::Map::len)
    }
}

/// Returns the desired state of an agent.
fn asked(agent: &Value) -> Value {
    let mut asked = agent.clone();
    for output in ["placement", "sync", "translation", "updated_at"] {
        asked.as_object_mut().unwrap().remove(output);
    }
    asked
}
