//! Phone calls: placed at most once, followed to their end, listed, ended, read and erased, at each vendor with calls.

mod damaged;
mod follow;
mod list;
mod overrides;
mod refused;
mod safe;

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Answer, Config, Harness},
};

/// A number in California whose simulated call is answered and ended by the agent.
pub const ANSWERED: &str = "+14155550101";
/// A number whose simulated call is not answered.
const UNANSWERED: &str = "+14155550103";
/// A number whose simulated call lasts until a request ends it.
const ENDLESS: &str = "+14155550107";

/// The settings for calls in the tests: numbers of the United States are permitted, and looks have short intervals.
pub const CALLS: &str = "[calls]\ncountries = [\"US\"]\nper_number_per_day = 100\nfollow_s = 0.2\n";

/// The number of seconds of a vendor's clock in one real second.
const PACE: u32 = 20;

/// Starts a gateway that may call numbers of the United States.
async fn site() -> Harness {
    Harness::with(Config { tables: CALLS.into(), ..Config::default() }).await
}

/// Lists the vendors at which the gateway can place calls.
async fn callers(harness: &Harness) -> Vec<Vendor> {
    let vendors = harness.get("/v1/vendors").await.expect(200);
    let vendors = vendors["data"].as_array().unwrap().iter().filter(|vendor| !vendor["calls"].is_null());
    vendors.map(|vendor| Vendor::named(vendor["name"].as_str().unwrap()).unwrap()).collect()
}

impl Harness {
    /// Creates an agent that places recorded calls, from a phone number that the vendor lists. Lets the vendor's clock
    /// run faster.
    pub async fn caller(&self, vendor: Vendor) -> String {
        let clock = format!("/{vendor}/clock");
        self.vendors.control(Method::POST, &clock, Some(&json!({ "pace": PACE }))).await.expect(200);
        let about = self.get(&format!("/v1/vendors/{vendor}")).await.expect(200);
        let mut caller = with(agent(vendor), json!({ "direction": "outbound" }));
        if about["catalogues"].as_array().unwrap().contains(&json!("phone_numbers")) {
            let numbers = self.get(&format!("/v1/vendors/{vendor}/phone-numbers")).await.expect(200);
            // The first number of Vapi is not active yet.
            let place = usize::from(vendor == Vendor::VAPI);
            caller["phone_number_id"] = numbers["data"][place]["id"].clone();
        }
        if vendor == Vendor::BLAND {
            caller["call"] = json!({ "record": true });
        }
        self.create("/v1/agents", &caller).await.id
    }

    /// Sends a request to dial with this key.
    async fn dial(&self, key: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, "/v1/calls").header("idempotency-key", key);
        Answer::to(request.json(body)).await
    }

    /// Places a call that the vendor accepts. Returns its path.
    pub async fn call(&self, agent: &str, number: &str) -> String {
        let body = json!({ "agent_id": agent, "to": { "phone_number": number } });
        let answer = self.dial(&format!("{agent}-{number}"), &body).await;
        let path = answer.header("location").map(ToOwned::to_owned);
        assert!(matches!(answer.status, 201 | 202), "{}", answer.text);
        path.unwrap()
    }

    /// Returns the number of dials that a vendor has accepted.
    async fn dials(&self, vendor: Vendor) -> usize {
        let ledger = self.vendors.control(Method::GET, &format!("/{vendor}/dials"), None).await.expect(200);
        ledger["dials"].as_array().unwrap().len()
    }
}

/// Builds the body of a request to dial.
fn to(agent: &str, number: &str) -> Value {
    json!({ "agent_id": agent, "to": { "phone_number": number } })
}
