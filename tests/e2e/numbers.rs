//! Phone numbers that a vendor binds to agents: they follow `phone_number_id`, and no number is taken over.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Config, Harness, Numbers, pointers, trial},
    migrations::{ALIASES, portable},
    settling::{PATIENT, SOON, SWIFT},
};

/// The vendor's id of an agent that the gateway does not know.
const FOREIGN: &str = "0f6a2b51-77c4-4a09-8d2e-1b4c8e9f5a60";

async fn swift() -> Harness {
    let vendors = format!("{PATIENT}{SOON}");
    Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await
}

fn numbered(vendor: Vendor, number: &str) -> Value {
    with(agent(vendor), json!({ "phone_number_id": number }))
}

fn number(id: &str) -> Value {
    json!({ "phone_number_id": id })
}

#[tokio::test]
async fn a_number_follows_the_field() {
    let harness = swift().await;
    for numbers in Numbers::ALL {
        let (vendor, [first, second]) = (numbers.vendor, numbers.ids);
        let plan = harness.post("/v1/agents/plan", &numbered(vendor, first)).await.expect(200);
        let paths: Vec<_> =
            plan["requests"].as_array().unwrap().iter().map(|request| &request["path"]).collect();
        let is_number = |path: &&&Value| path.as_str().unwrap().replace("%2B", "+").ends_with(first);
        assert!(paths.iter().any(|path| is_number(&path)), "{vendor}: {paths:?}");
        let made = harness.create("/v1/agents", &numbered(vendor, first)).await;
        let ours = json!(made.remote_id);
        assert_eq!(made.body["sync"]["state"], "in_sync", "{vendor}: {}", made.body);
        assert_eq!(numbers.holders(&harness).await, [ours.clone(), Value::Null], "{vendor}");

        let unchanged = harness.patch(&made.path, &json!({ "name": "Night desk" })).await.expect(200);
        assert_eq!(unchanged["phone_number_id"], first, "{vendor}");
        let changed = harness.patch(&made.path, &number(second)).await.expect(200);
        assert_eq!(changed["sync"]["state"], "in_sync", "{vendor}: {changed}");
        assert_eq!(numbers.holders(&harness).await, [Value::Null, ours.clone()], "{vendor}");

        let cleared = harness.patch(&made.path, &json!({ "phone_number_id": null })).await.expect(200);
        assert_eq!(cleared["sync"]["state"], "in_sync", "{vendor}: {cleared}");
        assert_eq!(numbers.holders(&harness).await, [Value::Null, Value::Null], "{vendor}");

        harness.patch(&made.path, &number(first)).await.expect(200);
        harness.delete(&made.path).await.expect(204);
        assert_eq!(numbers.holders(&harness).await, [Value::Null, Value::Null], "{vendor}: deleted");
        harness.seen(vendor).await.iter().for_each(|request| request.keeps_the_contract());
    }
}

#[tokio::test]
async fn a_number_in_use_is_refused_and_nothing_changes() {
    let harness = swift().await;
    for numbers in Numbers::ALL {
        let (vendor, [first, second]) = (numbers.vendor, numbers.ids);
        let collection = trial(vendor).agents.collection;
        let holder = harness.create("/v1/agents", &numbered(vendor, first)).await;
        numbers.bind_in_the_console(&harness, second, &json!(FOREIGN)).await;
        let held = [json!(holder.remote_id), json!(FOREIGN)];
        let other = harness.create("/v1/agents", &agent(vendor)).await;
        let before = harness.stored(vendor, collection).await;
        for taken in numbers.ids {
            let refused = harness.post("/v1/agents", &numbered(vendor, taken)).await;
            let problem = refused.problem(409, "in_use");
            assert_eq!(pointers(&problem), ["/phone_number_id"], "{vendor}: {problem}");
            assert!(problem.to_string().contains(taken), "{vendor}: {problem}");
            let change = with(number(taken), json!({ "prompt": { "instructions": "Say something else." } }));
            harness.patch(&other.path, &change).await.problem(409, "in_use");
            assert_eq!(harness.stored(vendor, collection).await, before, "{vendor}: {taken}");
            assert_eq!(numbers.holders(&harness).await, held, "{vendor}");
        }
        let kept = harness.get(&other.path).await.expect(200);
        assert_eq!(
            (&kept["revision"], &kept["phone_number_id"]),
            (&json!(1), &Value::Null),
            "{vendor}: {kept}"
        );
        harness.delete(&other.path).await.expect(204);
        harness.delete(&holder.path).await.expect(204);
        assert_eq!(numbers.holders(&harness).await, [Value::Null, json!(FOREIGN)], "{vendor}");
    }
}

#[tokio::test]
async fn agents_that_only_call_share_a_number_that_another_agent_answers() {
    let harness = swift().await;
    for numbers in Numbers::ALL {
        let (vendor, [first, second]) = (numbers.vendor, numbers.ids);
        let holder = harness.create("/v1/agents", &numbered(vendor, first)).await;
        let held = [json!(holder.remote_id), Value::Null];
        let outbound = json!({ "direction": "outbound" });
        for name in ["Sales", "Reminders"] {
            let caller = with(numbered(vendor, first), with(outbound.clone(), json!({ "name": name })));
            let made = harness.create("/v1/agents", &caller).await;
            assert_eq!(made.body["sync"]["state"], "in_sync", "{vendor}: {}", made.body);
            assert_eq!(made.body["phone_number_id"], first, "{vendor}");
            let rows = made.body["translation"]["fields"].as_array().unwrap();
            let row = rows.iter().find(|row| row["field"] == "/phone_number_id").unwrap();
            assert_eq!(row["verdict"], "unsupported", "{vendor}: {row}");
            assert!(row["why"].as_str().unwrap().starts_with("Held per call only"), "{vendor}: {row}");
            let dial = json!({ "agent_id": made.id, "to": { "phone_number": "+15550100101" } });
            let plan = harness.post("/v1/calls/plan", &dial).await.expect(200);
            assert!(plan["request"]["body"].to_string().contains(first), "{vendor}: {plan}");
            let seen = harness.post(&format!("{}/sync", made.path), &json!({})).await.expect(200);
            assert_eq!(seen["sync"]["state"], "in_sync", "{vendor}: {seen}");
            harness.patch(&made.path, &number(second)).await.expect(200);
            harness.patch(&made.path, &json!({ "phone_number_id": null })).await.expect(200);
            harness.delete(&made.path).await.expect(204);
            assert_eq!(numbers.holders(&harness).await, held, "{vendor}: {name}");
        }
        harness.delete(&holder.path).await.expect(204);
    }
}

#[tokio::test]
async fn a_number_is_bound_and_unbound_with_the_direction() {
    let harness = swift().await;
    for numbers in Numbers::ALL {
        let (vendor, [first, second]) = (numbers.vendor, numbers.ids);
        let made = harness.create("/v1/agents", &numbered(vendor, first)).await;
        let ours = json!(made.remote_id);
        let turned =
            |direction: &str, number: &str| json!({ "direction": direction, "phone_number_id": number });
        for (patch, held) in [
            (json!({ "direction": "outbound" }), [Value::Null, Value::Null]),
            (json!({ "direction": "inbound" }), [ours.clone(), Value::Null]),
            (turned("outbound", second), [Value::Null, Value::Null]),
            (turned("inbound", first), [ours.clone(), Value::Null]),
        ] {
            let changed = harness.patch(&made.path, &patch).await.expect(200);
            assert_eq!(changed["sync"]["state"], "in_sync", "{vendor}: {changed}");
            assert_eq!(numbers.holders(&harness).await, held, "{vendor}: {patch}");
        }
        harness.patch(&made.path, &json!({ "direction": "outbound" })).await.expect(200);
        numbers.bind_in_the_console(&harness, first, &json!(FOREIGN)).await;
        let refused = harness.patch(&made.path, &json!({ "direction": "inbound" })).await;
        let problem = refused.problem(409, "in_use");
        assert_eq!(pointers(&problem), ["/phone_number_id"], "{vendor}: {problem}");
        harness.delete(&made.path).await.expect(204);
        assert_eq!(numbers.holders(&harness).await, [json!(FOREIGN), Value::Null], "{vendor}");
    }
}

#[tokio::test]
async fn a_number_that_was_bound_elsewhere_has_drifted_and_is_not_taken_back() {
    let harness = swift().await;
    for numbers in Numbers::ALL {
        let (vendor, [first, second]) = (numbers.vendor, numbers.ids);
        let made = harness.create("/v1/agents", &numbered(vendor, first)).await;
        numbers.bind_in_the_console(&harness, first, &json!(FOREIGN)).await;
        let sync = format!("{}/sync", made.path);
        let seen = harness.post(&sync, &json!({})).await.expect(200);
        let drift = &seen["sync"]["drift"];
        assert_eq!(
            (&drift[0]["field"], &drift[0]["observed"]),
            (&json!("/phone_number_id"), &Value::Null),
            "{vendor}: {seen}"
        );
        harness.post(&sync, &json!({ "on_drift": "overwrite" })).await;
        let failed = harness.once(&made.path, |agent| agent["sync"]["state"] == "failed").await;
        assert_eq!(failed["sync"]["last_error"]["code"], "in_use", "{vendor}: {failed}");
        assert_eq!(numbers.holders(&harness).await, [json!(FOREIGN), Value::Null], "{vendor}");

        numbers.bind_in_the_console(&harness, first, &Value::Null).await;
        numbers.bind_in_the_console(&harness, second, &json!(made.remote_id)).await;
        let adopted = harness.post(&sync, &json!({ "on_drift": "adopt" })).await.expect(200);
        assert_eq!(
            (&adopted["phone_number_id"], &adopted["sync"]["state"]),
            (&json!(second), &json!("in_sync")),
            "{vendor}: {adopted}"
        );
        harness.delete(&made.path).await.expect(204);
        assert_eq!(numbers.holders(&harness).await, [Value::Null, Value::Null], "{vendor}");
    }
}

#[tokio::test]
async fn the_number_of_a_vendors_record_is_imported() {
    let harness = swift().await;
    for numbers in Numbers::ALL {
        let (vendor, [first, second]) = (numbers.vendor, numbers.ids);
        let collection = trial(vendor).agents.collection;
        let import = json!({ "vendor": vendor, "remote_id": FOREIGN, "direction": "inbound" });
        let model = harness.create("/v1/agents", &agent(vendor)).await;
        let record = harness.stored(vendor, collection).await[&model.remote_id].clone();
        harness.put_record(vendor, collection, FOREIGN, &record).await;
        numbers.bind_in_the_console(&harness, first, &json!(FOREIGN)).await;
        numbers.bind_in_the_console(&harness, second, &json!(FOREIGN)).await;
        let plan = harness.post("/v1/agents/import/plan", &import).await.expect(200);
        let unread: Vec<_> = plan["unread"].as_array().unwrap().iter().map(|row| &row["field"]).collect();
        assert!(unread.contains(&&json!("/phone_number_id")), "{vendor}: two numbers are not one: {plan}");

        numbers.bind_in_the_console(&harness, second, &Value::Null).await;
        harness.forget_requests().await;
        let taken = harness.post("/v1/agents/import", &import).await;
        let path = taken.header("location").unwrap_or_default().to_owned();
        let taken = taken.expect(201);
        assert_eq!(taken["phone_number_id"], first, "{vendor}: {taken}");
        assert_eq!(harness.writes(vendor).await.len(), 0, "{vendor}: an import writes nothing");
        harness.delete(&path).await.expect(204);
        assert_eq!(numbers.holders(&harness).await, [Value::Null, Value::Null], "{vendor}");

        harness.put_record(vendor, collection, FOREIGN, &record).await;
        numbers.bind_in_the_console(&harness, first, &json!(FOREIGN)).await;
        harness.forget_requests().await;
        let caller = with(import, json!({ "direction": "outbound" }));
        let taken = harness.post("/v1/agents/import", &caller).await;
        let path = taken.header("location").unwrap_or_default().to_owned();
        assert_eq!(taken.expect(201)["phone_number_id"], first, "{vendor}");
        harness.patch(&path, &json!({ "name": "Night desk" })).await.expect(200);
        assert_eq!(
            numbers.holders(&harness).await,
            [json!(FOREIGN), Value::Null],
            "{vendor}: it stays bound"
        );
        harness.delete(&path).await.expect(204);
        assert_eq!(numbers.holders(&harness).await, [Value::Null, Value::Null], "{vendor}");
        harness.delete(&model.path).await.expect(204);
    }
}

#[tokio::test]
async fn a_number_moves_with_the_alias_and_is_unbound_at_the_vendor_that_the_agent_left() {
    let lines = Numbers::ALL.map(|numbers| format!("{} = \"{}\"\n", numbers.vendor, numbers.ids[0])).concat();
    let tables = format!("{SWIFT}{ALIASES}[phone_numbers.line]\n{lines}[routing]\ndefault = \"vapi\"\n");
    let harness =
        Harness::with(Config { vendors: format!("{PATIENT}{SOON}"), tables, ..Config::default() }).await;
    let made = harness.create("/v1/agents", &with(portable("Traveller"), number("line"))).await;
    let caller = with(portable("Caller"), json!({ "direction": "outbound", "phone_number_id": "line" }));
    let caller = harness.create("/v1/agents", &caller).await;
    for retire in ["keep", "delete"] {
        // The way back ends at Vapi again, in a record that was kept or is new.
        for to in [Vendor::RETELL, Vendor::BLAND, Vendor::ELEVENLABS, Vendor::VAPI] {
            harness.moved(&json!({ "to": to }), retire).await;
            let moved = harness.settled(&made.path).await;
            assert_eq!(moved["placement"]["vendor"], to.name(), "{moved}");
            let called = harness.settled(&caller.path).await;
            assert_eq!(called["placement"]["vendor"], to.name(), "{called}");
            for numbers in Numbers::ALL {
                let held =
                    if numbers.vendor == to { moved["placement"]["remote_id"].clone() } else { Value::Null };
                assert_eq!(numbers.holders(&harness).await[0], held, "{retire}, to {to}: {}", numbers.vendor);
            }
        }
    }
}
