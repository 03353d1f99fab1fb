//! The phone numbers of the simulated vendors that store the agent in the number.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::Harness;

/// The phone numbers of a simulated vendor.
#[derive(Clone, Copy)]
pub struct Numbers {
    pub vendor: Vendor,
    /// The simulator's collection of numbers.
    collection: &'static str,
    /// The ids of two numbers that no agent has at first.
    pub ids: [&'static str; 2],
    /// The JSON pointer of the agent's id in a number.
    holder: &'static str,
}

impl Numbers {
    pub const ALL: [Self; 4] = [
        Self {
            vendor: Vendor::ELEVENLABS,
            collection: "phone_numbers",
            ids: ["phnum_0401k2", "phnum_0402k2"],
            holder: "/agent_id",
        },
        Self {
            vendor: Vendor::VAPI,
            collection: "phone_numbers",
            ids: ["b7f4c1de-2a0e-4c1f-8f41-6d0a9f3e0301", "b7f4c1de-2a0e-4c1f-8f41-6d0a9f3e0302"],
            holder: "/assistantId",
        },
        Self {
            vendor: Vendor::RETELL,
            collection: "phone_numbers",
            ids: ["+14155550142", "+4930901820"],
            holder: "/inbound_agents/0/agent_id",
        },
        Self {
            vendor: Vendor::BLAND,
            collection: "numbers",
            ids: ["+14155550142", "+14155550143"],
            holder: "/persona_id",
        },
    ];

    /// Returns the id of the agent that has each of the two numbers at the vendor; null if none has it.
    pub async fn holders(&self, harness: &Harness) -> [Value; 2] {
        let stored = harness.stored(self.vendor, self.collection).await;
        self.ids.map(|id| stored[id].pointer(self.holder).cloned().unwrap_or_default())
    }

    /// Binds a number to an agent, as a user of the vendor's console does. Unbinds it if the agent is null.
    pub async fn bind_in_the_console(&self, harness: &Harness, number: &str, agent: &Value) {
        let mut record = harness.stored(self.vendor, self.collection).await[number].clone();
        match self.holder.split('/').nth(1) {
            Some("inbound_agents") if agent.is_null() => record["inbound_agents"] = Value::Null,
            Some("inbound_agents") => record["inbound_agents"] = json!([{ "agent_id": agent, "weight": 1 }]),
            Some(member) => record[member] = agent.clone(),
            None => unreachable!(),
        }
        harness.put_record(self.vendor, self.collection, number, &record).await;
    }
}
