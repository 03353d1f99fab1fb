//! Patching a typed record and patching its JSON have the same result: the same record or the same
//! violations.

use std::fmt::Debug;

use proptest::{collection::vec, prelude::*, sample::select};
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use switchboard_core::{
    error::{InputLocation, Kind, Violation},
    model::{Agent, FieldReader, Root, Trunk, read, schema},
    rule::document_path,
};

use crate::samples;

const FULL_AGENT: &str = include_str!("../../../conformance/src/full_agent.json");
const FULL_TRUNK: &str = include_str!("../../../conformance/src/full_trunk.json");
const OTHER_TRUNKS: &str = include_str!("../../../conformance/src/other_trunks.json");
const VECTORS: &str = include_str!("../../../../tests/data/merge_patch.json");

/// A record, or all violations in it.
type Merged<R> = Result<R, Vec<Violation>>;

fn merged<R: Root>(record: &R, patch: &Map<String, Value>) -> Merged<R> {
    let (mut record, mut from) = (record.clone(), FieldReader::default());
    from.merge(&mut record, patch);
    from.finish().map(|()| record).map_err(|error| in_order_of_names(error.violations))
}

/// Patches the whole record as JSON, restores its secrets, and reads it again.
fn merged_as_json<R: Root>(record: &R, patch: &Map<String, Value>) -> Merged<R> {
    let stored = json!(record);
    let mut document = stored.clone();
    for (name, change) in patch {
        if let (Some(new), Some(old)) = (change["type"].as_str(), stored[name]["type"].as_str())
            && new != old
        {
            document[name] = Value::Null;
        }
    }
    let patch = Value::Object(patch.clone());
    json_patch::merge(&mut document, &patch);
    // If a patch names the key of an endpoint, the key alone decides whether it is set.
    if patch["model"]["endpoint"].get("key").is_some()
        && let Some(Value::Object(endpoint)) = document.pointer_mut("/model/endpoint")
        && endpoint.get("key_set").is_some_and(Value::is_boolean)
    {
        endpoint.remove("key_set");
    }
    for (path, secret) in record.secrets() {
        let (holder, _) = path.rsplit_once('/').unwrap();
        let get = |document: &Value, path: &str| document_path::get(document, path).cloned();
        let kind = |document: &Value| {
            get(document, holder).map(|holder| ["type", "url"].map(|member| holder.get(member).cloned()))
        };
        let same_kind = kind(&document).is_some() && kind(&stored) == kind(&document);
        if same_kind && get(&patch, &path).is_none() && get(&document, &path).is_none() {
            document_path::put(&mut document, &path, json!(secret.expose_secret()));
        }
    }
    read(&document).map_err(|error| in_order_of_names(error.violations))
}

/// Sorts the violations for unknown names in the same object. `json_patch` moves the last member into the place of a
/// removed member, so these violations may be in another order than the names in the patch.
fn in_order_of_names(mut violations: Vec<Violation>) -> Vec<Violation> {
    let place = |violation: &Violation| match &violation.location {
        InputLocation::Pointer(pointer) => pointer.clone(),
        other => panic!("not in the body: {other:?}"),
    };
    let parent = |violation: &Violation| place(violation).rsplit_once('/').unwrap().0.to_owned();
    let side_by_side = |one: &Violation, next: &Violation| {
        [one, next].iter().all(|it| it.code == Kind::UnknownField) && parent(one) == parent(next)
    };
    for siblings in violations.chunk_by_mut(side_by_side) {
        siblings.sort_by_key(place);
    }
    violations
}

/// Lists the pointers for a patch: every object and every member in the documents, and names that are
/// misspelled or unknown.
fn places(documents: &[Value]) -> Vec<String> {
    fn walk(at: &str, value: &Value, out: &mut Vec<String>) {
        for (name, member) in value.as_object().into_iter().flatten() {
            let at = format!("{at}/{name}");
            walk(&at, member, out);
            out.push(at);
        }
        if value.is_object() {
            out.extend(["type", "nmae", "a b", ""].map(|name| format!("{at}/{name}")));
        }
    }
    let mut places = Vec::new();
    for document in documents {
        walk("", document, &mut places);
    }
    places.sort();
    places.dedup();
    places
}

/// Generates values for a patch: values that are valid at some pointers, values that are valid nowhere, and
/// nulls at every depth.
fn change() -> impl Strategy<Value = Value> {
    let fixed = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(0.5),
        json!(1e9),
        json!(""),
        json!("en"),
        json!("inbound"),
        json!("twilio"),
        json!("telnyx"),
        json!("sip"),
        json!("****"),
        json!("+15550100777"),
        json!("https://a.example"),
        json!("x".repeat(300)),
        json!([]),
        json!([null]),
        json!(["de"]),
        json!([{ "type": "book_meeting", "say": null }]),
        json!({}),
        json!({ "a": null }),
        json!({ "a": "b", "type": "c" }),
        json!({ "type": null }),
        json!({ "type": "telnyx", "connection_id": "1", "username": null }),
        json!({ "type": "sip", "termination_uri": "a.example" }),
        json!({ "type": "twilio", "account_sid": "AC2" }),
    ];
    let nulls = Just(Value::Null);
    let any_object = samples::any_object().prop_map(Value::Object);
    prop_oneof![2 => nulls, 6 => select(fixed.to_vec()), 1 => any_object, 1 => samples::text().prop_map(Value::from)]
}

/// Generates a patch: some members of another record, combined with arbitrary changes.
fn patch(places: Vec<String>, other: Value) -> impl Strategy<Value = Map<String, Value>> {
    let taken = {
        let places = places.clone();
        vec(select(places), 0..4).prop_map(move |places| {
            let value = |place: &String| other.pointer(place).cloned();
            places.iter().filter_map(|place| Some((place.clone(), value(place)?))).collect::<Vec<_>>()
        })
    };
    (taken, vec((select(places), change()), 0..4)).prop_map(|(taken, changes)| {
        let mut patch = json!({});
        for (place, value) in taken.into_iter().chain(changes) {
            schema::put(&mut patch, &place, value);
        }
        patch.as_object().cloned().unwrap_or_default()
    })
}

fn patched<R: Root + Debug>(
    record: impl Strategy<Value = R> + Clone,
    documents: &[Value],
) -> impl Strategy<Value = (R, Map<String, Value>)> {
    let places = places(documents);
    (record.clone(), record)
        .prop_flat_map(move |(record, other)| (Just(record), patch(places.clone(), json!(other))))
}

fn agents() -> Vec<Value> {
    let endpoint = json!({ "url": "https://llm.example/v1", "model": "a", "key": "hush", "key_set": true });
    vec![serde_json::from_str(FULL_AGENT).unwrap(), json!({ "model": { "endpoint": endpoint } })]
}

fn trunks() -> Vec<Value> {
    let mut trunks: Vec<_> = serde_json::from_str(OTHER_TRUNKS).unwrap();
    trunks.push(serde_json::from_str(FULL_TRUNK).unwrap());
    let set = json!({ "carrier": { "auth_token_set": true, "password_set": true } });
    trunks.push(set);
    trunks
}

/// Generates an agent, sometimes with a variable whose name is the tag of a tagged object.
fn agent() -> impl Strategy<Value = Agent> + Clone {
    let agent = (samples::agent(), prop::option::of(select(vec!["c", "d"])));
    let agent = agent.prop_map(|(mut agent, kind)| {
        if let Some(kind) = kind {
            agent.variables.get_or_insert_default().insert("type".to_owned(), kind.to_owned());
        }
        agent
    });
    std::rc::Rc::new(agent)
}

fn trunk() -> impl Strategy<Value = Trunk> + Clone {
    std::rc::Rc::new(samples::trunk())
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn an_agent_is_patched_as_its_json_is((agent, patch) in patched(agent(), &agents())) {
        prop_assert_eq!(merged(&agent, &patch), merged_as_json(&agent, &patch), "{}", json!(patch));
    }

    #[test]
    fn a_trunk_is_patched_as_its_json_is((trunk, patch) in patched(trunk(), &trunks())) {
        prop_assert_eq!(merged(&trunk, &patch), merged_as_json(&trunk, &patch), "{}", json!(patch));
    }

    #[test]
    fn a_patch_of_what_is_there_changes_nothing(agent in samples::agent(), trunk in samples::trunk()) {
        prop_assert_eq!(merged(&agent, &Map::new()), Ok(agent.clone()));
        prop_assert_eq!(merged(&agent, json!(agent).as_object().unwrap()), Ok(agent));
        prop_assert_eq!(merged(&trunk, &Map::new()), Ok(trunk.clone()));
        prop_assert_eq!(merged(&trunk, json!(trunk).as_object().unwrap()), Ok(trunk));
    }

    #[test]
    fn documents_merge_as_the_library_merges_them(
        document in samples::any_object().prop_map(Value::Object),
        patch in change(),
    ) {
        let (mut ours, mut theirs) = (document.clone(), document);
        schema::merge(&mut ours, &patch);
        json_patch::merge(&mut theirs, &patch);
        prop_assert_eq!(ours.to_string(), theirs.to_string());
    }
}

#[test]
fn the_vectors_hold() {
    for case in serde_json::from_str::<Vec<Value>>(VECTORS).unwrap() {
        let mut document = json!({ "it": case["original"] });
        schema::merge(&mut document, &json!({ "it": case["patch"] }));
        let result = match case["refused"] == true {
            true => &case["patch"],
            false => &case["result"],
        };
        // The enclosing document distinguishes an empty document from a missing one.
        let empty = document["it"].as_object().is_some_and(Map::is_empty);
        assert!(document["it"] == *result || (empty && result.is_null()), "{case}: {document}");
    }
}

/// Checks patches of every place of a full record: the removal of its value, and values that are not valid there.
fn every_place_of<R: Root + Debug>(full: &Value, documents: &[Value]) {
    let record: R = read(full).unwrap();
    let wrong = [json!(null), json!("?"), json!(-1), json!([7]), json!({ "b": 1 }), json!({ "b": null })];
    for place in places(documents) {
        for value in &wrong {
            let mut patch = json!({});
            schema::put(&mut patch, &place, value.clone());
            let Value::Object(patch) = patch else { continue };
            let told = json!(patch).to_string();
            assert_eq!(merged(&record, &patch), merged_as_json(&record, &patch), "{told}");
        }
    }
}

#[test]
fn every_place_is_patched_as_in_json() {
    every_place_of::<Agent>(&agents()[0], &agents());
    for mut trunk in serde_json::from_str::<Vec<Value>>(OTHER_TRUNKS).unwrap() {
        trunk["name"] = json!("Line");
        trunk["phone_number"] = json!("+15550100123");
        every_place_of::<Trunk>(&trunk, &trunks());
    }
    every_place_of::<Trunk>(&serde_json::from_str(FULL_TRUNK).unwrap(), &trunks());
}
