//! The gateway is killed at each point of each request of a write that binds or unbinds a phone number. Afterwards, the
//! vendor has bound each number to the agent whose `phone_number_id` names it, and to no other agent. A number that no
//! agent names is unbound. The same holds if two processes bind one number at the same time.

use futures::future::join;
use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    caller::{CallerRequest, TIMEOUT},
    harness::{Config, Numbers, with},
    kill_matrix::{POINTS, impatient},
    one_to_one::one_to_one,
    scale::Scale,
    site::{Site, text},
    vendor_bodies::agent,
};

/// The operation that reads a number.
const READ: &str = "getPhoneNumber";

/// The time for which the vendor delays its answer to a read, in milliseconds. Both processes then read a number before
/// either binds it, unless one waits for the other.
const SLOW_MS: u64 = 1000;

/// Binds one free number to two agents at the same time, each through another process.
pub async fn over_two_replicas(url: String) {
    let site = Site::pair(Config { store: url, ..Config::default() }).await;
    for numbers in Numbers::ALL {
        let (vendor, mut paths) = (numbers.vendor, Vec::new());
        for name in ["First", "Second"] {
            let key = format!("{vendor}-{name}");
            let creation = CallerRequest::new(Method::POST, "/v1/agents", agent(vendor, name, "Be kind."));
            let made = site.caller().send_until_answered(&creation.key(key)).await.expect(201);
            paths.push(format!("/v1/agents/{}", text(&made["id"])));
        }
        let slow = json!({ "kind": "latency", "ms": SLOW_MS, "when": "after" });
        site.harness.order(vendor, READ, 2, &slow).await;
        let patch = json!({ "phone_number_id": numbers.ids[0] });
        let bind = |process: usize| {
            let change = CallerRequest::new(Method::PATCH, &paths[process], patch.clone());
            let caller = site.caller_of(process);
            async move { caller.ask(&change).await.expect("an answer of a living process") }
        };
        let (one, other) = join(bind(0), bind(1)).await;
        let (bound, refused) = if one.status == 200 { (one, other) } else { (other, one) };
        let bound = bound.expect(200);
        refused.problem(409, "in_use");
        assert_eq!(bound["sync"]["state"], "in_sync", "{vendor}: {bound}");
        let holder = bound["placement"]["remote_id"].clone();
        assert_eq!(numbers.holders(&site.harness).await, [holder, Value::Null], "{vendor}");
        let agents = one_to_one(&site, vendor, TIMEOUT).await;
        let naming = agents.iter().filter(|agent| agent["phone_number_id"] == numbers.ids[0]);
        assert_eq!(naming.count(), 1, "{vendor}: {agents:?}");
    }
}

/// Interrupts creations, changes of the number and deletions at one vendor, each at each point of each request.
pub async fn at_every_step(numbers: Numbers, scale: Scale) {
    let mut trial = Trial { site: Site::start(impatient()).await, numbers, number: 0 };
    let names = crate::harness::trial(numbers.vendor).agents;
    let [bind, unbind] = match numbers.vendor {
        Vendor::BLAND => ["attachPhoneNumbers", "detachPhoneNumbers"],
        _ => ["updatePhoneNumber"; 2],
    };
    for (point, _) in std::iter::repeat_n(POINTS, scale.choose(1, 20)).flatten() {
        for operation in [names.create, READ, bind] {
            let made = trial.cut_off(operation, point, Asked::creation).await;
            trial.remove(&format!("/v1/agents/{}", text(&made["id"]))).await;
        }
        for operation in [READ, bind, names.update, unbind] {
            let path = trial.make().await;
            trial.cut_off(operation, point, |asked| asked.change(&path)).await;
            trial.remove(&path).await;
        }
        for operation in [READ, unbind, names.delete] {
            let path = trial.make().await;
            trial.cut_off(operation, point, |asked| asked.deletion(&path)).await;
        }
    }
}

/// A builder of requests.
struct Asked {
    numbers: Numbers,
    number: usize,
}

impl Asked {
    fn creation(self) -> CallerRequest {
        let new = agent(self.numbers.vendor, &format!("Agent {}", self.number), "Be kind.");
        let body = with(new, json!({ "phone_number_id": self.numbers.ids[0] }));
        CallerRequest::new(Method::POST, "/v1/agents", body).key(self.key())
    }

    /// Changes the number and the instructions.
    fn change(self, path: &str) -> CallerRequest {
        let said = format!("Say {}.", self.number);
        let body = json!({ "phone_number_id": self.numbers.ids[1], "prompt": { "instructions": said } });
        CallerRequest::new(Method::PATCH, path, body).key(self.key())
    }

    fn deletion(self, path: &str) -> CallerRequest {
        CallerRequest::new(Method::DELETE, path, Value::Null).key(self.key())
    }

    fn key(&self) -> String {
        format!("key-{}", self.number)
    }
}

struct Trial {
    site: Site,
    numbers: Numbers,
    /// The number of requests so far.
    number: usize,
}

impl Trial {
    fn next(&mut self) -> Asked {
        self.number += 1;
        Asked { numbers: self.numbers, number: self.number }
    }

    /// Creates an agent with a number and returns its path.
    async fn make(&mut self) -> String {
        let ask = self.next().creation();
        let made = self.site.caller().send_until_answered(&ask).await.expect(201);
        format!("/v1/agents/{}", text(&made["id"]))
    }

    /// Deletes an agent, so that its number is free for the next one.
    async fn remove(&mut self, path: &str) {
        let ask = self.next().deletion(path);
        let answer = self.site.caller().send_until_answered(&ask).await;
        assert!(matches!(answer.status, 202..=204), "{}", answer.text);
        self.is_whole("removed").await;
    }

    /// Sends a request during which the gateway is killed, repeats it after the restart, checks the vendor's numbers,
    /// and returns the answer.
    async fn cut_off(
        &mut self,
        operation: &str,
        point: &str,
        build: impl FnOnce(Asked) -> CallerRequest,
    ) -> Value {
        let ask = build(self.next());
        self.site.order_kill(self.numbers.vendor, operation, point).await;
        self.site.caller().ask(&ask).await;
        self.site.survive().await;
        let answer = self.site.caller().send_until_answered(&ask).await;
        assert!(matches!(answer.status, 200..=204), "{operation}, {point}: {}", answer.text);
        self.is_whole(&format!("{operation}, {point}")).await;
        answer.body
    }

    /// Checks that each agent has exactly one record at the vendor, and that the vendor has bound each number to the
    /// agent that names it and has bound no other number.
    async fn is_whole(&self, during: &str) {
        let agents = one_to_one(&self.site, self.numbers.vendor, TIMEOUT).await;
        let expected = self.numbers.ids.map(|number| {
            let holder = agents.iter().find(|agent| agent["phone_number_id"] == number);
            holder.map_or(Value::Null, |agent| agent["placement"]["remote_id"].clone())
        });
        let held = self.numbers.holders(&self.site.harness).await;
        assert_eq!(held, expected, "{}: {during}", self.numbers.vendor);
    }
}
