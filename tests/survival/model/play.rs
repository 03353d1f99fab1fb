//! The execution of a story, at a real gateway and in the model.

use std::{
    array,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;
use tokio::time::sleep;

use super::{
    action::{AGENT_SLOTS, Action, Disturbance, ModelStep},
    agent::Agent,
};
use crate::{
    caller::{CallerRequest, TIMEOUT, is_transient},
    harness::{Answer, Config},
    one_to_one::{agents, one_to_one},
    site::{Site, eventually, text},
    vendor_bodies::{self, VendorBodies, instructions},
};

/// The longest time after a vendor's recovery until every write has reached it.
const SETTLING: Duration = Duration::from_secs(30);
/// The statistics of all stories.
#[derive(Debug, Default)]
pub struct Tally {
    stories: AtomicU32,
    steps: AtomicU32,
    /// The number of writes that were acknowledged before they reached the vendor.
    accepted: AtomicU32,
    deaths: AtomicU32,
}

/// Plays a story from the beginning, at a new gateway.
///
/// # Errors
/// The guarantee that the gateway has broken.
pub async fn play(vendor: Vendor, steps: &[ModelStep], tally: &Tally) -> Result<(), String> {
    one_more(&tally.stories);
    let site = Site::start(hasty()).await;
    let mut play = Play {
        tally,
        site,
        vendor,
        bodies: VendorBodies::for_vendor(vendor),
        slots: array::from_fn(|_| None),
        asked: 0,
        made: 0,
    };
    for step in steps {
        play.step(step).await.map_err(|why| format!("{step:?}: {why}"))?;
    }
    play.end().await
}

/// Returns a configuration without waits, so that most races can happen.
fn hasty() -> Config {
    Config {
        vendors: "timeout_s = 1\nattempt_timeout_s = 1\nlate_s = 3\nbreaker_open_s = 0.1\nbreaker_longest_s = 0.4\n"
            .into(),
        tables: "[writes]\nwait_s = 0.5\nabsence_s = 0.2\nlongest_retry_s = 0.4\npoll_s = 0\n".into(),
        ..Config::default()
    }
}

fn one_more(count: &AtomicU32) {
    count.fetch_add(1, Ordering::Relaxed);
}

struct Play<'t> {
    tally: &'t Tally,
    site: Site,
    vendor: Vendor,
    bodies: VendorBodies,
    slots: [Option<Agent>; AGENT_SLOTS],
    /// The number of requests so far, for unique keys and strings.
    asked: u32,
    /// The number of agents that were ever acknowledged.
    made: u64,
}

impl Play<'_> {
    async fn step(&mut self, step: &ModelStep) -> Result<(), String> {
        self.asked += 1;
        one_more(&self.tally.steps);
        if step.action == Action::Drift && self.slots[step.slot].is_some() {
            self.drift(step.slot).await;
            return self.everything_is_as_acknowledged().await;
        }
        let (ask, operation) = self.ask_of(step);
        match step.disturbance {
            Some(Disturbance::Killed(point)) => self.site.order_kill(self.vendor, operation, point).await,
            Some(disturbance) => self.order(disturbance, operation).await,
            None => {}
        }
        let answer = self.insist(&ask, step.killed_after_ms).await?;
        self.take_in(step, &ask, &answer)?;
        self.everything_is_as_acknowledged().await
    }

    /// Returns the request for a step, and the vendor's operation that it causes.
    fn ask_of(&self, step: &ModelStep) -> (CallerRequest, &'static str) {
        let number = self.asked;
        let says = format!("Say {number}.");
        let (ask, operation) = match (&self.slots[step.slot], step.action) {
            (None, _) => {
                let new = vendor_bodies::agent(self.vendor, &format!("Agent {number}"), &says);
                (CallerRequest::new(Method::POST, "/v1/agents", new), self.bodies.create)
            }
            (Some(agent), Action::Patch | Action::Drift) => {
                (CallerRequest::new(Method::PATCH, agent.path(), instructions(&says)), self.bodies.update)
            }
            (Some(agent), Action::Put) => {
                let whole = vendor_bodies::agent(self.vendor, &agent.name, &says);
                (
                    CallerRequest::new(Method::PUT, agent.path(), whole).of_revision(agent.last().0),
                    self.bodies.update,
                )
            }
            (Some(agent), Action::Delete) => {
                (CallerRequest::new(Method::DELETE, agent.path(), Value::Null), self.bodies.delete)
            }
            (Some(agent), Action::Restore(index)) => {
                let revisions: Vec<_> = agent.says.keys().collect();
                let path =
                    format!("{}/revisions/{}/restore", agent.path(), revisions[index % revisions.len()]);
                (CallerRequest::new(Method::POST, path, Value::Null), self.bodies.update)
            }
            (Some(agent), Action::Sync(on_drift)) => {
                let body = json!({ "on_drift": on_drift });
                (CallerRequest::new(Method::POST, format!("{}/sync", agent.path()), body), self.bodies.update)
            }
        };
        (ask.key(format!("key-{number}")), operation)
    }

    async fn order(&self, disturbance: Disturbance, operation: &str) {
        if let Some((fault, times)) = disturbance.fault() {
            self.site.harness.order(self.vendor, operation, times, &fault).await;
        }
    }

    /// Repeats a request until it has a final answer, across any number of kills.
    async fn insist(&mut self, ask: &CallerRequest, killed_after_ms: Option<u64>) -> Result<Answer, String> {
        let caller = self.site.caller();
        let mut first = match killed_after_ms {
            None => None,
            Some(ms) => {
                let (caller, ask) = (caller.clone(), ask.clone());
                let asked = tokio::spawn(async move { caller.ask(&ask).await });
                sleep(Duration::from_millis(ms)).await;
                one_more(&self.tally.deaths);
                self.site.kill(0);
                self.site.start_again(0).await;
                asked.await.map_err(|error| error.to_string())?
            }
        };
        // A vendor may ask for a pause of 60 seconds.
        let begun = Instant::now();
        while begun.elapsed() < TIMEOUT {
            match first.take() {
                Some(answer) if !is_transient(&answer) => return Ok(answer),
                _ => {}
            }
            first = caller.ask(ask).await;
            match &first {
                // The gateway died during the request or shortly after half of its answer.
                None => {
                    one_more(&self.tally.deaths);
                    self.site.survive().await;
                }
                Some(answer) if is_transient(answer) => sleep(crate::caller::POLL_INTERVAL).await,
                Some(_) => {}
            }
        }
        Err(format!("{ask:?} is never answered for good: {first:?}"))
    }

    fn take_in(&mut self, step: &ModelStep, ask: &CallerRequest, answer: &Answer) -> Result<(), String> {
        let body = &answer.body;
        if answer.status == 202 {
            one_more(&self.tally.accepted);
        }
        let wrong = || format!("{ask:?}: {} {}", answer.status, answer.text);
        let slot = &mut self.slots[step.slot];
        match (slot.as_mut(), step.action, answer.status) {
            (None, _, 201 | 202) => {
                *slot = Some(Agent::made(body).ok_or_else(wrong)?);
                self.made += 1;
            }
            (Some(_), Action::Delete, 202 | 204) => *slot = None,
            (Some(agent), Action::Patch | Action::Put | Action::Drift, 200 | 202) => {
                agent.acknowledge(body)?;
                let asked = &ask.body["prompt"]["instructions"];
                if body["prompt"]["instructions"] != *asked {
                    return Err(wrong());
                }
            }
            (Some(agent), Action::Restore(index), 200 | 202) => {
                let restored = agent.says.values().nth(index % agent.says.len()).cloned();
                agent.acknowledge(body)?;
                if body["prompt"]["instructions"].as_str() != restored.as_deref() {
                    return Err(wrong());
                }
            }
            (Some(agent), Action::Sync("adopt"), 200 | 202) => agent.acknowledge(body)?,
            (Some(agent), Action::Sync(_), 200 | 202) => agent.is(body)?,
            // The record no longer exists at the vendor, so there is no state to read or adopt.
            (Some(_), Action::Sync(_), 409) => {}
            _ => return Err(wrong()),
        }
        Ok(())
    }

    /// Changes an agent's record in the vendor's console.
    async fn drift(&mut self, slot: usize) {
        let Some(agent) = self.slots[slot].as_ref().filter(|_| self.bodies.readable) else { return };
        let agent = self.site.caller().read(agent.path()).await;
        let Some(remote_id) = agent["placement"]["remote_id"].as_str() else { return };
        let path = format!("/{}/records/{}/{remote_id}", self.vendor, self.bodies.collection);
        let members = self.bodies.instructions.rsplit('/').filter(|member| !member.is_empty());
        let said = json!(format!("Drift {}.", self.asked));
        let patch = members.fold(said, |inner, member| json!({ member: inner }));
        self.site.harness.vendors.control(Method::PATCH, &path, Some(&patch)).await.expect(204);
    }

    async fn everything_is_as_acknowledged(&mut self) -> Result<(), String> {
        for slot in 0..AGENT_SLOTS {
            let Some(agent) = self.slots[slot].clone() else { continue };
            let answer = self.insist(&CallerRequest::get(agent.path()), None).await?;
            match answer.status {
                200 => agent.is(&answer.body)?,
                _ => return Err(format!("{} was acknowledged: {} {}", agent.id, answer.status, answer.text)),
            }
        }
        let listed = self.insist(&CallerRequest::get("/v1/agents?limit=200"), None).await?;
        let listed = listed.body["data"].as_array().map_or(0, Vec::len);
        let there = self.slots.iter().flatten().count();
        if listed != there { Err(format!("{there} agents are there, {listed} are listed")) } else { Ok(()) }
    }

    /// Checks the end of a story: after the vendor has recovered, every write reaches it, and every agent
    /// exists exactly once.
    async fn end(mut self) -> Result<(), String> {
        self.site.harness.clear_faults().await;
        self.site.harness.vendors.control(Method::DELETE, "/held", None).await.expect(204);
        if self.site.has_died() {
            self.site.survive().await;
        }
        self.settle().await;
        let caller = self.site.caller();
        for agent in agents(&caller, self.vendor).await {
            let path = format!("/v1/agents/{}/sync", text(&agent["id"]));
            caller
                .send_until_answered(&CallerRequest::new(
                    Method::POST,
                    path,
                    json!({ "on_drift": "overwrite" }),
                ))
                .await;
        }
        one_to_one(&self.site, self.vendor, SETTLING).await;
        self.everything_is_as_acknowledged().await?;
        let made = self.site.carried_out(self.vendor, self.bodies.collection, "creates").await;
        // An agent that was deleted early may never have been created at the vendor.
        if made > self.made {
            Err(format!("{made} records were made for {} agents", self.made))
        } else {
            Ok(())
        }
    }

    /// Waits until no operation is open, and resolves the operations that need attention.
    async fn settle(&self) {
        let caller = self.site.caller();
        eventually("nothing is on its way", async || {
            let operations = caller.list(&format!("/v1/operations?vendor={}", self.vendor)).await;
            let are =
                |state: &'static str| operations.iter().filter(move |operation| operation["state"] == state);
            for stuck in are("needs_attention") {
                assert!(!self.bodies.readable, "nobody is needed where the vendor tells: {stuck}");
                assert!(stuck["last_error"]["detail"].is_string(), "{stuck}");
                self.resolve(stuck).await;
            }
            let left = ["running", "waiting", "needs_attention"].into_iter().flat_map(are).count();
            (left == 0).then_some(())
        })
        .await;
    }

    async fn resolve(&self, stuck: &Value) {
        let resolution = match stuck["candidates"].get(0) {
            Some(candidate) => json!({ "action": "adopt", "remote_id": candidate["remote_id"] }),
            None => json!({ "action": "retry" }),
        };
        let path = format!("/v1/operations/{}/resolve", text(&stuck["id"]));
        self.site
            .caller()
            .send_until_answered(&CallerRequest::new(Method::POST, path, resolution))
            .await
            .expect(200);
    }
}
