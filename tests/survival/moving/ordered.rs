//! Migrations that are paused, resumed and cancelled at random under every kind of fault.

use fastrand::Rng;
use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{
    agents::{HOME, at_home},
    arrival::{adds_up, all_over, nothing_is_lost},
    fault_injection::FaultInjector,
    load::{BackgroundLoad, populate},
};
use crate::{
    caller::{Caller, CallerRequest, TIMEOUT},
    one_to_one::one_to_one,
    scale::Scale,
    site::{Site, eventually, text},
};

const AGENTS: usize = 40;
const THERE: Vendor = Vendor::AUTOCALLS_2026;
/// The maximum number of kills of the gateway in one migration.
const KILLS: u32 = 4;
/// The longest lifetime of the gateway, in milliseconds.
const LONGEST_MS: u64 = 500;
/// The orders. An order that occurs several times is chosen more often.
const ORDERS: [&str; 8] = ["pause", "pause", "pause", "resume", "resume", "resume", "resume", "cancel"];

pub async fn orders(scale: Scale) {
    let mut site = Site::start(at_home("", String::new())).await;
    let mut random = Rng::with_seed(scale.seed);
    let (caller, registry) = (site.caller(), populate(&site, AGENTS).await);
    let [mut from, mut to] = [HOME, THERE];
    for _ in 0..scale.choose(5, 40) {
        let mut load = BackgroundLoad::start(&site, [from, to], &registry, &mut random);
        let mut trouble =
            FaultInjector { vendors: [from, to], random: random.fork(), longest_ms: LONGEST_MS, kills: 0 };
        let begun = begin(&caller, to).await;
        let path = format!("/v1/migrations/{}", text(&begun["id"]));
        while trouble.kills < KILLS && !is_over(&caller, &path).await {
            order(&caller, &path, ORDERS[random.usize(0..ORDERS.len())]).await;
            trouble.inject(&mut site).await;
            load.assert_running();
        }
        order(&caller, &path, "resume").await;
        eventually("the migration is over", async || {
            load.assert_running();
            is_over(&caller, &path).await.then_some(())
        })
        .await;
        let seen = load.stop().await;
        all_over(&caller).await;
        let ended = caller.read(&path).await;
        let moved = ended["moved"].as_u64().expect("a count");
        let settled = AGENTS as u64 - ended["total"].as_u64().expect("a count");
        let there = one_to_one(&site, to, TIMEOUT).await.len() as u64;
        let here = one_to_one(&site, from, TIMEOUT).await.len() as u64;
        assert_eq!((there, there + here), (settled + moved, AGENTS as u64), "{ended}");
        assert_eq!(ended["failed"], 0, "what passes lets nobody fail: {ended}");
        nothing_is_lost(&site, &registry).await;
        let (state, kills) = (&ended["state"], trouble.kills);
        eprintln!("{state}: {moved} moved, {here} stayed, {kills} kills, {seen:?}");
        if there > here {
            (from, to) = (to, from);
        }
    }
}

/// Plans and starts a migration of every agent that is at another vendor.
async fn begin(caller: &Caller, to: Vendor) -> Value {
    eventually("a plan that is still right when it is started", async || {
        let plan = CallerRequest::new(Method::POST, "/v1/migrations/plan", json!({ "to": to }));
        let plan = caller.send_until_answered(&plan).await.expect(200);
        let start = json!({ "plan_id": plan["plan_id"], "accept_loss": [""], "retire": "delete" });
        let answer =
            caller.send_until_answered(&CallerRequest::new(Method::POST, "/v1/migrations", start)).await;
        (answer.status == 202).then_some(answer.body)
    })
    .await
}

async fn is_over(caller: &Caller, path: &str) -> bool {
    let migration = caller.read(path).await;
    adds_up(&migration);
    !migration["finished_at"].is_null()
}

/// Sends an order. The gateway refuses it if the migration has ended or is being cancelled.
async fn order(caller: &Caller, path: &str, order: &str) {
    let answer = caller
        .send_until_answered(&CallerRequest::new(Method::POST, format!("{path}/{order}"), json!({})))
        .await;
    match answer.status {
        409 => drop(answer.problem(409, "state_conflict")),
        _ => adds_up(&answer.expect(200)),
    }
}
