//! The gateway is killed at each point of an exchange with a vendor, and restarts.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    caller::{Caller, CallerRequest, TIMEOUT},
    harness::{Answer, Config},
    one_to_one::one_to_one,
    site::{Site, eventually, text},
    vendor_bodies::{VendorBodies, agent, instructions},
};

/// The points, each with true if the vendor has carried out the request by then.
pub const POINTS: [(&str, bool); 5] = [
    ("received", false),
    ("before_apply", false),
    ("after_apply", true),
    ("half_answer", true),
    ("after_answer", true),
];

/// Returns the configuration of a gateway with short retry intervals.
pub fn impatient() -> Config {
    Config {
        vendors: "timeout_s = 2\nattempt_timeout_s = 2\nlate_s = 2\nbreaker_open_s = 0.1\nbreaker_longest_s = 0.5\n"
            .into(),
        tables: "[writes]\nabsence_s = 0.3\nlongest_retry_s = 0.5\npoll_s = 0\n".into(),
        ..Config::default()
    }
}

/// Interrupts creations, changes and deletions at one vendor, each at each point.
pub async fn at(vendor: Vendor) {
    let site = Site::start(impatient()).await;
    let caller = site.caller();
    let mut matrix = Matrix { site, caller, vendor, bodies: VendorBodies::for_vendor(vendor), made: 0 };
    for (point, carried_out) in POINTS {
        matrix.create(point, carried_out).await;
        matrix.update(point).await;
        matrix.delete(point).await;
    }
}

struct Matrix {
    site: Site,
    caller: Caller,
    vendor: Vendor,
    bodies: VendorBodies,
    /// The number of agents created so far.
    made: u64,
}

impl Matrix {
    async fn create(&mut self, point: &str, carried_out: bool) {
        let ask = self.creation(&format!("Created, {point}"));
        self.site.order_kill(self.vendor, self.bodies.create, point).await;
        let answer = self.cut_off(&ask).await;
        self.made += 1;
        if !carried_out && !self.bodies.readable {
            self.resolve(&answer, point).await;
        }
        let made = self.is_whole(point).await;
        assert!(made.iter().any(|agent| agent["id"] == answer.body["id"]), "{point}: {}", answer.text);
        self.is_repeated(&ask, &answer).await;
    }

    async fn update(&mut self, point: &str) {
        let made = self.make(&format!("To be changed, {point}")).await;
        let told = format!("Changed, {point}");
        let path = format!("/v1/agents/{}", text(&made["id"]));
        let ask =
            CallerRequest::new(Method::PATCH, &path, instructions(&told)).key(format!("change-{point}"));
        self.site.order_kill(self.vendor, self.bodies.update, point).await;
        let answer = self.cut_off(&ask).await;
        self.is_whole(point).await;
        let agent = self.caller.read(&path).await;
        assert_eq!(agent["prompt"]["instructions"], told, "{point}: {agent}");
        assert_eq!(agent["placement"]["remote_id"], made["placement"]["remote_id"], "{point}: {agent}");
        self.is_repeated(&ask, &answer).await;
    }

    async fn delete(&mut self, point: &str) {
        let made = self.make(&format!("To be deleted, {point}")).await;
        let path = format!("/v1/agents/{}", text(&made["id"]));
        let ask = CallerRequest::new(Method::DELETE, &path, Value::Null).key(format!("deletion-{point}"));
        self.site.order_kill(self.vendor, self.bodies.delete, point).await;
        let answer = self.cut_off(&ask).await;
        self.is_whole(point).await;
        self.caller.send_until_answered(&CallerRequest::get(&path)).await.problem(404, "not_found");
        self.is_repeated(&ask, &answer).await;
    }

    fn creation(&self, name: &str) -> CallerRequest {
        CallerRequest::new(Method::POST, "/v1/agents", agent(self.vendor, name, "Be kind."))
            .key(name.replace(' ', "-"))
    }

    async fn make(&mut self, name: &str) -> Value {
        self.made += 1;
        self.caller.send_until_answered(&self.creation(name)).await.expect(201)
    }

    /// Sends a request during which the gateway is killed, and repeats the request after the restart.
    async fn cut_off(&mut self, ask: &CallerRequest) -> Answer {
        let first = self.caller.ask(ask).await;
        self.site.survive().await;
        let answer = self.caller.send_until_answered(ask).await;
        assert!(matches!(answer.status, 200..=204), "{ask:?}: {}", answer.text);
        if let Some(first) = first {
            assert_eq!(first.text, answer.text, "what was answered before it died");
        }
        answer
    }

    /// Resolves an operation by stating that a purchase did not happen. The gateway never repeats a purchase
    /// that may have happened.
    async fn resolve(&self, answer: &Answer, point: &str) {
        let operation = text(&answer.body["sync"]["operation_id"]);
        let path = format!("/v1/operations/{operation}");
        let stuck = eventually("an operation that needs attention", async || {
            let operation = self.caller.read(&path).await;
            (operation["state"] == "needs_attention").then_some(operation)
        });
        let stuck = stuck.await;
        assert!(stuck["last_error"]["detail"].is_string(), "{point}: {stuck}");
        let bought = self.site.carried_out(self.vendor, self.bodies.collection, "creates").await;
        assert_eq!(bought, self.made - 1, "{point}: numbers bought before anybody said so");
        let retry = CallerRequest::new(Method::POST, format!("{path}/resolve"), json!({ "action": "retry" }));
        self.caller.send_until_answered(&retry).await.expect(200);
    }

    /// Checks that every agent is exactly one record at the vendor, and that no record was created twice.
    async fn is_whole(&self, point: &str) -> Vec<Value> {
        let agents = one_to_one(&self.site, self.vendor, TIMEOUT).await;
        let made = self.site.carried_out(self.vendor, self.bodies.collection, "creates").await;
        assert_eq!(made, self.made, "{point}: records ever made at the vendor");
        agents
    }

    /// Checks that a repeated request returns the same answer and changes no record.
    async fn is_repeated(&self, ask: &CallerRequest, answer: &Answer) {
        let again = self.caller.send_until_answered(ask).await;
        assert_eq!((again.status, &again.text), (answer.status, &answer.text), "{ask:?}");
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "{ask:?}");
    }
}
