//! Create, change a field, clear a field, read, list and delete, at QCall, Autocalls and OpenCX.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk, with},
    harness::{Harness, SeenRequest},
};

/// The life of one kind of record at one vendor.
struct Life {
    vendor: Vendor,
    route: &'static str,
    /// The collection in the simulator.
    collection: &'static str,
    new: Value,
    /// Members set in the vendor's console that the model does not have.
    planted: Value,
    change: Edit,
    clear: Edit,
}

/// A merge patch, and the body that the vendor must receive for it.
struct Edit {
    patch: Value,
    sent: Sent,
}

enum Sent {
    /// Only this value.
    Only(Value),
    /// The previous record with this value merged into it.
    Whole(Value),
}

#[tokio::test]
async fn a_qcall_agent_lives() {
    live(Life {
        vendor: Vendor::QCALL,
        route: "/v1/agents",
        collection: "assistants",
        new: with(agent(Vendor::QCALL), json!({ "prompt": { "goal": "Book an appointment" } })),
        planted: console(),
        change: Edit {
            patch: json!({ "prompt": { "instructions": "Be brief." } }),
            sent: Sent::Whole(json!({ "script": "Be brief." })),
        },
        clear: Edit {
            patch: json!({ "prompt": { "goal": null } }),
            sent: Sent::Whole(json!({ "goal": "" })),
        },
    })
    .await;
}

#[tokio::test]
async fn a_qcall_trunk_lives() {
    let sip = json!({ "type": "sip", "termination_uri": "sip.example.com", "username": "switchboard" });
    live(Life {
        vendor: Vendor::QCALL,
        route: "/v1/trunks",
        collection: "dialers",
        new: with(with(trunk(), json!({ "carrier": null })), json!({ "carrier": sip })),
        // The only member of a dialer that is not in the model and is known to contain no credential.
        planted: json!({ "sip_channel_limit": 5 }),
        change: Edit {
            patch: json!({ "phone_number": "+15550100456" }),
            sent: Sent::Whole(json!({ "phone_number": "+15550100456" })),
        },
        clear: Edit {
            patch: json!({ "carrier": { "username": null } }),
            sent: Sent::Whole(json!({ "sip_trunk_user_name": "" })),
        },
    })
    .await;
}

#[tokio::test]
async fn an_autocalls_agent_of_2025_lives() {
    live(Life {
        vendor: Vendor::AUTOCALLS_2025,
        route: "/v1/agents",
        collection: "assistants",
        new: with(agent(Vendor::AUTOCALLS_2025), json!({ "phone_number_id": "501" })),
        planted: console(),
        change: Edit {
            patch: json!({ "prompt": { "instructions": "Be brief." } }),
            sent: Sent::Only(json!({ "system_prompt": "Be brief." })),
        },
        clear: Edit {
            patch: json!({ "phone_number_id": null }),
            sent: Sent::Only(json!({ "phone_number_id": null })),
        },
    })
    .await;
}

#[tokio::test]
async fn an_autocalls_agent_of_2026_lives() {
    live(Life {
        vendor: Vendor::AUTOCALLS_2026,
        route: "/v1/agents",
        collection: "assistants",
        new: with(agent(Vendor::AUTOCALLS_2026), json!({ "additional_languages": ["de"] })),
        planted: console(),
        change: Edit { patch: json!({ "language": "fr" }), sent: Sent::Only(json!({ "language_id": 3 })) },
        clear: Edit {
            patch: json!({ "additional_languages": null }),
            sent: Sent::Only(json!({ "secondary_language_ids": [] })),
        },
    })
    .await;
}

#[tokio::test]
async fn an_opencx_agent_lives() {
    let voice = "hP72SDESIJq2YuAblBqz";
    live(Life {
        vendor: Vendor::OPENCX,
        route: "/v1/agents",
        collection: "phone_numbers",
        new: with(agent(Vendor::OPENCX), json!({ "greeting": { "message": "Hello!" } })),
        planted: console(),
        change: Edit {
            patch: json!({ "prompt": { "instructions": "Be brief." } }),
            sent: Sent::Only(json!({ "base_prompt": "Be brief.", "elevenlabs_voice_id": voice })),
        },
        clear: Edit {
            patch: json!({ "greeting": { "message": null } }),
            sent: Sent::Only(json!({ "initial_message": "", "elevenlabs_voice_id": voice })),
        },
    })
    .await;
}

fn console() -> Value {
    json!({ "of_the_console": { "kept": [1, "two"] } })
}

async fn live(life: Life) {
    let harness = Harness::start().await;
    let Life { vendor, route, collection, new, planted, change, clear } = &life;

    let made = harness.create(route, new).await;
    assert_eq!(made.body["placement"]["vendor"], vendor.name());
    assert_eq!(made.body["sync"]["state"], "in_sync");
    assert!(is_kept(new, &made.body), "{}", made.body);
    let stored = harness.stored(*vendor, collection).await;
    assert!(stored[&made.remote_id].is_object(), "{stored}");

    // Members that only the vendor has must not be lost.
    let planted = with(stored[&made.remote_id].clone(), planted.clone());
    harness.put_record(*vendor, collection, &made.remote_id, &planted).await;

    for (edit, revision) in [(change, 2), (clear, 3)] {
        let before = harness.stored(*vendor, collection).await[&made.remote_id].clone();
        let known = harness.writes(*vendor).await.len();
        let answer = harness.patch(&made.path, &edit.patch).await.expect(200);
        assert_eq!(answer["revision"], revision);
        assert_eq!(answer["sync"]["observed_revision"], revision);
        assert_eq!(harness.get(&made.path).await.expect(200), answer);

        let writes = harness.writes(*vendor).await;
        let [write] = &writes[known..] else { panic!("{writes:?}") };
        let after = harness.stored(*vendor, collection).await[&made.remote_id].clone();
        match &edit.sent {
            Sent::Only(body) => assert_eq!(&write.body, body),
            Sent::Whole(changed) => {
                assert!(is_kept(changed, &write.body), "{}", write.body);
                assert_eq!(without(&after, changed), without(&before, changed));
                assert!(is_kept(changed, &after), "{after}");
            }
        }
        assert!(is_kept(&life.planted, &after), "{after}");
    }

    list_in_pages(&harness, &life, &made.id).await;

    assert_eq!(harness.delete(&made.path).await.expect(204), Value::Null);
    harness.get(&made.path).await.problem(404, "not_found");
    assert_eq!(harness.stored(*vendor, collection).await.get(&made.remote_id), None);
    harness.seen(*vendor).await.iter().for_each(SeenRequest::keeps_the_contract);
}

/// Adds two records and reads the list page by page.
async fn list_in_pages(harness: &Harness, life: &Life, first: &str) {
    let mut ids = vec![first.to_owned()];
    for number in [2, 3] {
        let another = with(life.new.clone(), json!({ "name": format!("Number {number}") }));
        ids.push(harness.create(life.route, &another).await.id);
    }
    let first = harness.get(&format!("{}?limit=2", life.route)).await.expect(200);
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let second = harness.get(&format!("{}?limit=2&cursor={cursor}", life.route)).await.expect(200);
    assert_eq!(second["next_cursor"], Value::Null);
    let listed = [&first, &second].into_iter().flat_map(|page| page["data"].as_array().unwrap());
    let listed: Vec<_> = listed.map(|record| record["id"].as_str().unwrap()).collect();
    assert_eq!(listed, ids);
}

/// Returns whether `whole` contains every member of `part`, unchanged.
fn is_kept(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            part.iter().all(|(name, value)| whole.get(name).is_some_and(|whole| is_kept(value, whole)))
        }
        (part, whole) => part == whole,
    }
}

/// Returns the object without the members that `changed` has.
fn without(object: &Value, changed: &Value) -> Value {
    let members = object.as_object().unwrap().iter();
    members.filter(|(name, _)| changed.get(name).is_none()).map(|(n, v)| (n.clone(), v.clone())).collect()
}
