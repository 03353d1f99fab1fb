//! The plan of a migration. It shows losses and needs, and has no side effects.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{config, demanding, portable, site};
use crate::{
    bodies::with,
    harness::{Config, Harness, pointers},
};

fn fields<'a>(agent: &'a Value, kind: &str) -> Vec<&'a str> {
    agent[kind].as_array().unwrap().iter().map(|row| row["field"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn losses_narrowings_and_gains_are_listed_by_field() {
    let harness = site(Vendor::QCALL).await;
    let more = json!({
        "external_ref": "crm-1",
        "voice": { "speed": 1.15, "stability": 0.5 },
        "call": { "max_duration_s": 3600 },
        "turn_taking": { "interruptible": true },
        "extensions": { "qcall": { "utterance_length": 3 } },
    });
    let agent = harness.create("/v1/agents", &with(demanding("Costly"), more)).await;
    harness.forget_requests().await;
    let plan = harness.plan_move(&json!({ "to": "autocalls-2025" })).await;
    let one = &plan["agents"][0];
    for (member, value) in [("id", agent.id.as_str()), ("external_ref", "crm-1"), ("from", "qcall")] {
        assert_eq!(one[member], value, "{one}");
    }
    let lost = fields(one, "lost");
    for field in ["/prompt/goal", "/ending/message", "/extensions/qcall/utterance_length"] {
        assert!(lost.contains(&field), "{field}: {one}");
    }
    assert!(fields(one, "narrowed").contains(&"/call/max_duration_s"), "{one}");
    let clamped =
        one["narrowed"].as_array().unwrap().iter().find(|row| row["field"] == "/call/max_duration_s");
    assert_eq!((&clamped.unwrap()["wanted"], &clamped.unwrap()["sent"]), (&json!(3600), &json!(1200)));
    let gained = fields(one, "gained");
    for field in ["/voice/speed", "/turn_taking/interruptible"] {
        assert!(gained.contains(&field), "{field}: {one}");
    }
    let speed = one["gained"].as_array().unwrap().iter().find(|row| row["field"] == "/voice/speed");
    assert_eq!(speed, Some(&json!({ "field": "/voice/speed", "verdict": "exact", "wanted": 1.15 })));
    assert_eq!(one["blocked"], json!([]), "{one}");
    let summary = &plan["summary"];
    assert_eq!((&summary["total"], &summary["lossy"], &summary["ready"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!(summary["losses"]["/prompt/goal"], 1);
    for vendor in Vendor::ALL {
        assert!(harness.writes(vendor).await.is_empty(), "{vendor}");
    }
}

#[tokio::test]
async fn the_same_world_has_the_same_plan() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &portable("Stable")).await;
    let request = json!({ "to": "autocalls-2026" });
    let (first, second) = (harness.plan_move(&request).await, harness.plan_move(&request).await);
    assert_eq!(first, second);
    let second = harness.create("/v1/agents", &portable("Second")).await;
    let [one, other] =
        [[&agent.id, &second.id], [&second.id, &agent.id]].map(|ids| json!({ "to": "qcall", "ids": ids }));
    assert_eq!(harness.plan_move(&one).await, harness.plan_move(&other).await);
    harness.delete(&second.path).await.expect(204);
    let other = harness.plan_move(&json!({ "to": "autocalls-2025" })).await;
    assert_ne!(first["plan_id"], other["plan_id"]);
    harness.patch(&agent.path, &json!({ "name": "Changed" })).await.expect(200);
    let start = json!({ "plan_id": first["plan_id"], "accept_loss": [""] });
    harness.post("/v1/migrations", &start).await.problem(409, "state_conflict");
    assert_ne!(harness.plan_move(&request).await["plan_id"], first["plan_id"]);
    assert_eq!(harness.get("/v1/migrations").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn an_alias_with_another_id_at_the_target_makes_another_plan() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &portable("Spoken")).await;
    let request = json!({ "to": "autocalls-2026" });
    let first = harness.plan_move(&request).await;
    let toml = harness.configuration();
    harness.reconfigure(&toml.replace("autocalls-2026 = \"101\"", "autocalls-2026 = \"102\"")).await;
    let second = harness.plan_move(&request).await;
    assert_ne!(first["plan_id"], second["plan_id"]);
    assert_eq!(first["agents"], second["agents"], "losses and gains are the same");
    let start = |plan: &Value| json!({ "plan_id": plan["plan_id"], "accept_loss": [""] });
    harness.post("/v1/migrations", &start(&first)).await.problem(409, "state_conflict");
    let started = harness.post("/v1/migrations", &start(&second)).await.expect(202);
    harness.over(&format!("/v1/migrations/{}", started["id"].as_str().unwrap())).await;
    let moved = harness.lives_at(&agent, Vendor::AUTOCALLS_2026).await;
    let remote_id = moved["placement"]["remote_id"].as_str().unwrap();
    assert_eq!(harness.stored(Vendor::AUTOCALLS_2026, "assistants").await[remote_id]["voice_id"], 102);
    // An alias of another vendor does not concern the plan.
    let plan = harness.plan_move(&json!({ "to": "qcall" })).await;
    let toml = harness.configuration();
    harness.reconfigure(&toml.replace("autocalls-2025 = \"101\"", "autocalls-2025 = \"102\"")).await;
    assert_eq!(harness.plan_move(&json!({ "to": "qcall" })).await["plan_id"], plan["plan_id"]);
}

#[tokio::test]
async fn a_plan_of_what_is_gone_is_no_plan_any_more() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &portable("Gone")).await;
    let plan = harness.plan_move(&json!({ "to": "autocalls-2026", "ids": [agent.id] })).await;
    harness.delete(&agent.path).await.expect(204);
    let start = json!({ "plan_id": plan["plan_id"], "accept_loss": [""] });
    harness.post("/v1/migrations", &start).await.problem(409, "state_conflict");
}

#[tokio::test]
async fn a_loss_has_to_be_accepted() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &demanding("Careful")).await;
    let plan = harness.plan_move(&json!({ "to": "autocalls-2026" })).await;
    let losses: Vec<_> = plan["summary"]["losses"].as_object().unwrap().keys().cloned().collect();
    assert!(losses.len() >= 2, "{losses:?}");
    let start = |accept: Value| json!({ "plan_id": plan["plan_id"], "accept_loss": accept });
    let refused = harness.post("/v1/migrations", &start(json!([]))).await.problem(409, "loss_not_accepted");
    assert_eq!(pointers(&refused), losses);
    assert!(refused["errors"][0]["detail"].as_str().unwrap().contains(&agent.id), "{refused}");
    let refused =
        harness.post("/v1/migrations", &start(json!(["/prompt"]))).await.problem(409, "loss_not_accepted");
    let rest: Vec<_> = losses.iter().filter(|field| !field.starts_with("/prompt/")).collect();
    assert_eq!(pointers(&refused), rest);
    harness.post("/v1/migrations", &start(json!(losses))).await.expect(202);
}

#[tokio::test]
async fn an_agent_that_cannot_move_is_listed_with_the_reason() {
    let harness = site(Vendor::QCALL).await;
    let native = harness
        .create("/v1/agents", &with(portable("Native"), json!({ "voice": { "id": "qv-aurora" } })))
        .await;
    let pinned = harness.create("/v1/agents", &with(portable("Pinned"), json!({ "vendor": "qcall" }))).await;
    let secret = json!({ "call": { "record": false }, "opt_out": { "enabled": true } });
    let essential = harness.create("/v1/agents", &with(portable("Essential"), secret)).await;
    let free = harness.create("/v1/agents", &portable("Free")).await;
    let plan = harness.plan_move(&json!({ "to": "autocalls-2026" })).await;
    let blocked = |agent: &crate::harness::Record| {
        let one = plan["agents"].as_array().unwrap().iter().find(|it| it["id"] == agent.id.as_str()).unwrap();
        fields(one, "blocked").into_iter().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(blocked(&native), ["/voice/id"], "{plan}");
    assert_eq!(blocked(&pinned), ["/vendor"], "{plan}");
    assert_eq!(blocked(&essential), ["/opt_out/enabled"], "{plan}");
    assert_eq!(blocked(&free), [] as [&str; 0], "{plan}");
    assert_eq!(plan["summary"]["blocked"], 3);
    let start = json!({ "plan_id": plan["plan_id"], "accept_loss": [""] });
    harness.post("/v1/migrations", &start).await.problem(409, "state_conflict");
    let leave = with(start, json!({ "on_blocked": "leave" }));
    let started = harness.post("/v1/migrations", &leave).await.expect(202);
    let ended = harness.over(&format!("/v1/migrations/{}", started["id"].as_str().unwrap())).await;
    assert_eq!((&ended["total"], &ended["moved"]), (&json!(1), &json!(1)));
    for agent in [&native, &pinned, &essential] {
        harness.lives_at(agent, Vendor::QCALL).await;
    }
    harness.lives_at(&free, Vendor::AUTOCALLS_2026).await;
}

#[tokio::test]
async fn a_name_without_an_id_there_blocks_a_plan() {
    let voices = "[voices.warm]\nqcall = \"qv-aurora\"\n[routing]\ndefault = \"qcall\"\n";
    let harness = Harness::with(Config { tables: voices.into(), ..Config::default() }).await;
    let agent = with(portable("Named"), json!({ "model": null }));
    harness.create("/v1/agents", &agent).await;
    let plan = harness.plan_move(&json!({ "to": "autocalls-2026" })).await;
    let blocked = &plan["agents"][0]["blocked"];
    let about_voice = blocked.as_array().unwrap().iter().find(|row| row["field"] == "/voice/id").unwrap();
    let detail = about_voice["detail"].as_str().unwrap();
    assert!(detail.contains("warm") && detail.contains("autocalls-2026"), "{detail}");
}

#[tokio::test]
async fn manual_steps_are_listed() {
    let harness = site(Vendor::AUTOCALLS_2026).await;
    let native = with(portable("Errands"), json!({ "voice": { "id": "101" }, "phone_number_id": "501" }));
    harness.create("/v1/agents", &native).await;
    let plan = harness.plan_move(&json!({ "to": "autocalls-2025" })).await;
    let todo = fields(&plan["agents"][0], "todo");
    assert!(todo.contains(&"/voice/id") && todo.contains(&"/phone_number_id"), "{plan}");
    assert!(todo.contains(&""), "its route leads elsewhere: {plan}");
    let portable = harness.create("/v1/agents", &portable("Buyer")).await;
    let plan = harness.plan_move(&json!({ "to": "opencx", "ids": [portable.id] })).await;
    let todo = plan["agents"][0]["todo"].as_array().unwrap();
    assert!(
        todo.iter().any(|row| row["detail"].as_str().unwrap().contains("sells a phone number")),
        "{plan}"
    );
}

#[tokio::test]
async fn a_plan_is_remembered_over_a_restart() {
    let mut harness = Harness::with(config("default = \"qcall\"")).await;
    let agent = harness.create("/v1/agents", &portable("Later")).await;
    let plan = harness.plan_move(&json!({ "to": "autocalls-2025" })).await;
    harness.restart().await;
    let start = json!({ "plan_id": plan["plan_id"], "accept_loss": [""] });
    let started = harness.post("/v1/migrations", &start).await.expect(202);
    harness.over(&format!("/v1/migrations/{}", started["id"].as_str().unwrap())).await;
    harness.lives_at(&agent, Vendor::AUTOCALLS_2025).await;
}
