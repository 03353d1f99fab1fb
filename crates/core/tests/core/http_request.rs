//! Tools that send HTTP requests: their members, their limits, and the secret values of their headers.

use proptest::prelude::*;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use switchboard_core::{
    error::{Error, InputLocation, Kind},
    model::{Agent, FieldReader, Parameters, Root, Tool, UnknownSecret, keep_secrets, read},
};

use crate::samples;

fn tool(changes: Value) -> Value {
    let mut tool = json!({
        "type": "http_request",
        "name": "book_visit",
        "description": "When the caller wants to come.",
        "method": "post",
        "url": "https://desk.example/visits",
        "headers": [{ "name": "Authorization", "value": "hush" }],
        "parameters": { "type": "object", "properties": { "day": { "type": "string" } }, "required": ["day"] },
        "timeout_s": 8,
    });
    switchboard_core::model::schema::merge(&mut tool, &changes);
    tool
}

fn agent(tools: Value) -> Result<Agent, Error> {
    read(
        &json!({ "name": "Desk", "direction": "inbound", "language": "en", "prompt": { "instructions": "Be brief." },
        "voice": { "id": "a" }, "tools": tools }),
    )
}

/// Lists the pointer and the kind of each violation.
fn refused(tools: Value) -> Vec<(String, Kind)> {
    let pointer = |place: InputLocation| match place {
        InputLocation::Pointer(pointer) => pointer,
        other => panic!("not in the body: {other:?}"),
    };
    let violations = agent(tools).err().map(|refusal| refusal.violations).unwrap_or_default();
    violations.into_iter().map(|violation| (pointer(violation.location), violation.code)).collect()
}

fn of(pointers: &[&str]) -> Vec<(String, Kind)> {
    pointers.iter().map(|pointer| (format!("/tools/0{pointer}"), Kind::ValidationFailed)).collect()
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn nothing_that_shows_an_agent_shows_its_secrets(agent in samples::agent()) {
        let shown = [format!("{agent:?}"), format!("{agent:#?}"), json!(agent).to_string()];
        prop_assert!(shown.iter().all(|text| !text.contains("hush-")), "{:?}", shown);
        let is_declared = |path: &String| Agent::SECRETS.iter().any(|field| path.starts_with(field));
        prop_assert!(agent.secrets().keys().all(is_declared));
    }
}

#[test]
fn a_header_shows_that_its_value_is_set() {
    let tools = json!(agent(json!([tool(json!({}))])).unwrap())["tools"].clone();
    assert_eq!(tools[0]["headers"], json!([{ "name": "Authorization", "value_set": true }]));
    assert_eq!(tools[0]["method"], "post");
    assert_eq!(tools[0]["timeout_s"], 8);
}

#[test]
fn the_path_of_a_secret_does_not_depend_on_the_order() {
    let other = tool(json!({ "name": "cancel_visit", "headers": [{ "name": "X-Key", "value": "hush-2" }] }));
    let secrets = agent(json!([other, tool(json!({}))])).unwrap().secrets();
    let exposed: Vec<_> =
        secrets.iter().map(|(path, secret)| (path.as_str(), secret.expose_secret())).collect();
    assert_eq!(
        exposed,
        [
            ("/tools/[name=book_visit]/headers/[name=Authorization]/value", "hush"),
            ("/tools/[name=cancel_visit]/headers/[name=X-Key]/value", "hush-2"),
        ]
    );
}

#[test]
fn what_was_answered_can_be_sent_back() {
    let stored = agent(json!([tool(json!({}))])).unwrap();
    let answer = json!(stored);
    let mut document = answer.clone();
    keep_secrets(&stored.secrets(), &answer, &answer, &mut document);
    assert_eq!(read::<Agent>(&document).unwrap(), stored);

    let unknown = read::<Agent>(&answer).unwrap();
    assert_eq!(
        unknown.unknown_secrets(),
        [UnknownSecret {
            path: "/tools/[name=book_visit]/headers/[name=Authorization]/value".to_owned(),
            pointer: "/tools/0/headers/0/value".to_owned(),
            url: Some("https://desk.example/visits".to_owned()),
        }]
    );
}

#[test]
fn a_patch_of_the_list_keeps_the_values_of_the_same_headers_of_the_same_tools() {
    let stored = agent(json!([tool(json!({}))])).unwrap();
    let patched = |tools: Value| {
        let (mut record, mut from) = (stored.clone(), FieldReader::default());
        from.merge(&mut record, json!({ "tools": tools }).as_object().unwrap());
        from.finish().map(|()| record)
    };
    let headers = json!([{ "name": "X-Desk", "value": "hush-3" }, { "name": "Authorization" }]);
    let sms = json!({ "type": "send_message", "channel": "sms", "content": "Bye!" });
    let moved = patched(json!([sms, tool(json!({ "headers": headers, "method": "put" }))])).unwrap();
    let values: Vec<_> = moved.secrets().values().map(|secret| secret.expose_secret().to_owned()).collect();
    assert_eq!(values, ["hush", "hush-3"]);

    let renamed =
        patched(json!([tool(json!({ "name": "other", "headers": [{ "name": "Authorization" }] }))]));
    assert_eq!(renamed.unwrap().unknown_secrets().len(), 1, "another tool has another secret");
    let emptied = patched(json!([tool(json!({ "headers": [{ "name": "Authorization", "value": null }] }))]));
    assert_eq!(emptied.unwrap().unknown_secrets().len(), 1, "null keeps nothing");
}

#[test]
fn the_value_of_a_header_does_not_follow_a_change_of_the_url() {
    let stored = agent(json!([tool(json!({}))])).unwrap();
    let shown = json!(stored);
    let imported = read::<Agent>(&shown).unwrap();
    for stored in [&stored, &imported] {
        let mut given = shown.clone();
        given["tools"][0]["url"] = json!("https://elsewhere.example/visits");
        let mut replaced = given.clone();
        keep_secrets(&stored.secrets(), &shown, &given, &mut replaced);
        let (mut patched, mut from) = (stored.clone(), FieldReader::default());
        from.merge(&mut patched, json!({ "tools": given["tools"] }).as_object().unwrap());
        from.finish().unwrap();
        for moved in [read::<Agent>(&replaced).unwrap(), patched] {
            assert!(moved.secrets().is_empty(), "{moved:?}");
            let [unknown] = &moved.unknown_secrets()[..] else { panic!("{moved:?}") };
            assert!(!stored.unknown_secrets().iter().any(|known| known.is_same(unknown)));
        }
    }
}

#[test]
fn a_short_value_or_a_word_of_a_header_is_no_mask() {
    for value in ["true", "false", "*", "x", "XX", "*/*"] {
        let given = tool(json!({ "headers": [{ "name": "X-A", "value": value }] }));
        let stored = agent(json!([given])).unwrap();
        assert_eq!(stored.secrets().values().next().unwrap().expose_secret(), value);
    }
}

#[test]
fn every_wrong_member_is_named() {
    let wrong = tool(json!({
        "name": "book visit", "description": "", "timeout_s": 601,
        "headers": [
            { "name": "Content Type", "value": "a" }, { "name": "X-A", "value": "a\nb" }, { "name": "x-a", "value": "b" },
        ],
        "parameters": { "type": "array" },
    }));
    let places = [
        "/description",
        "/name",
        "/headers/0/name",
        "/headers/1/value",
        "/headers/2/name",
        "/parameters/type",
        "/timeout_s",
    ];
    assert_eq!(refused(json!([wrong])), of(&places));
    assert_eq!(refused(json!([tool(json!({ "url": "ftp://a.example" }))])), of(&["/url"]));
    assert_eq!(refused(json!([tool(json!({ "method": "head" }))])), of(&["/method"]));
    assert_eq!(
        refused(json!([tool(json!({ "url": null }))])),
        [("/tools/0".to_owned(), Kind::FieldRequired)]
    );
    assert_eq!(
        refused(json!([tool(json!({})), tool(json!({}))])),
        [("/tools/1/name".to_owned(), Kind::ValidationFailed)]
    );
}

#[test]
fn the_wrong_value_of_a_header_is_not_repeated() {
    for value in [json!(48_151_623), json!(["hush"]), json!({ "hush": 1 }), json!(true), json!("hush\u{7}")] {
        let error =
            agent(json!([tool(json!({ "headers": [{ "name": "X-A", "value": value }] }))])).unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains("hush") && !told.contains("8151623"), "{told}");
    }
    let bare = agent(json!([tool(json!({ "headers": ["hush"] }))])).unwrap_err();
    assert!(!format!("{bare:?}").contains("hush"), "{bare:?}");
}

#[test]
fn a_mask_in_place_of_a_value_is_refused() {
    for mask in ["********", "[redacted]", "(kept at the vendor)"] {
        let masked = tool(json!({ "headers": [{ "name": "X-A", "value": mask }] }));
        let place = "/tools/0/headers/0/value".to_owned();
        assert_eq!(refused(json!([masked])), [(place, Kind::MaskedValue)], "{mask}");
    }
}

#[test]
fn parameters_are_a_bounded_schema_of_an_object() {
    let of_schema = |schema: Value| {
        let mut given = tool(json!({}));
        given["parameters"] = schema;
        refused(json!([given]))
    };
    let property = |property: Value| json!({ "type": "object", "properties": { "a/b": property } });
    for (schema, place) in [
        (json!({ "properties": {} }), "/type"),
        (json!({ "type": "object", "properties": [] }), "/properties"),
        (json!({ "type": "object", "required": ["day"] }), "/required/0"),
        (json!({ "type": "object", "required": "day" }), "/required"),
        (property(json!(true)), "/properties/a~1b"),
        (property(json!({ "type": "text" })), "/properties/a~1b/type"),
        (property(json!({ "type": [] })), "/properties/a~1b/type"),
        (property(json!({ "enum": [] })), "/properties/a~1b/enum"),
        (property(json!({ "description": 1 })), "/properties/a~1b/description"),
        (property(json!({ "items": [] })), "/properties/a~1b/items"),
        (property(json!({ "anyOf": {} })), "/properties/a~1b/anyOf"),
        (property(json!({ "$ref": "https://a.example" })), "/properties/a~1b/$ref"),
    ] {
        assert_eq!(of_schema(schema.clone()), of(&[&format!("/parameters{place}")]), "{schema}");
    }
    let large = property(json!({ "description": "x".repeat(20_000) }));
    assert_eq!(of_schema(large), of(&["/parameters"]));
    let deep = (0..10).fold(json!({ "type": "string" }), |inner, _| property(inner));
    assert_eq!(of_schema(deep).len(), 1);
    let allowed = (0..9).fold(json!({ "type": "string" }), |inner, _| property(inner));
    assert!(agent(json!([tool(json!({ "parameters": allowed }))])).is_ok());
}

#[test]
fn a_schema_below_any_keyword_has_no_references_and_bounded_levels() {
    let of_schema = |schema: Value| refused(json!([tool(json!({ "parameters": schema }))]));
    let object = |keyword: &str, value: Value| json!({ "type": "object", keyword: value });
    let reference = || json!({ "$ref": "#/a" });
    for keyword in [
        "additionalProperties",
        "not",
        "if",
        "then",
        "else",
        "contains",
        "propertyNames",
        "additionalItems",
        "unevaluatedItems",
        "unevaluatedProperties",
        "contentSchema",
    ] {
        let place = format!("/parameters/{keyword}");
        assert_eq!(of_schema(object(keyword, reference())), of(&[&format!("{place}/$ref")]), "{keyword}");
        let deep = (0..10).fold(json!(true), |inner, _| json!({ keyword: inner }));
        assert_eq!(of_schema(object(keyword, deep)).len(), 1, "{keyword}");
        let allowed = (0..9).fold(json!(true), |inner, _| json!({ keyword: inner }));
        assert!(of_schema(object(keyword, allowed)).is_empty(), "{keyword}");
    }
    for keyword in ["patternProperties", "dependentSchemas", "dependencies"] {
        let place = format!("/parameters/{keyword}/a~1b/items/$ref");
        let schema = object(keyword, json!({ "a/b": { "items": reference() }, "c": ["a/b"] }));
        assert_eq!(of_schema(schema), of(&[&place]), "{keyword}");
    }
    let listed = object("prefixItems", json!([true, { "anyOf": [reference()] }]));
    assert_eq!(of_schema(listed), of(&["/parameters/prefixItems/1/anyOf/0/$ref"]));
    // A value is no schema, even if it looks like one.
    for keyword in ["const", "default", "examples", "enum"] {
        assert!(of_schema(object(keyword, json!([reference()]))).is_empty(), "{keyword}");
    }
    let names = object("not", json!({ "required": ["day"] }));
    assert!(of_schema(names).is_empty(), "the properties are those of the outer schema");
}

#[test]
fn narrowing_names_each_keyword_that_it_removes() {
    let schema = json!({
        "type": "object", "title": "Visit", "required": [],
        "properties": {
            "day": { "type": "string", "format": "date" },
            "title": { "type": "array", "items": { "type": "string", "title": "Guest" } },
        },
    });
    let narrowed = Parameters::from_vendor(&schema)
        .unwrap()
        .narrowed(&["type", "properties", "required"], &["type", "items"]);
    assert_eq!(narrowed.removed, ["/title", "/properties/day/format", "/properties/title/items/title"]);
    assert_eq!(
        json!(narrowed.schema),
        json!({
            "type": "object",
            "properties": {
                "day": { "type": "string" },
                "title": { "type": "array", "items": { "type": "string" } },
            },
        })
    );
}

#[test]
fn only_requests_have_names() {
    let sms = json!({ "type": "send_message", "channel": "sms", "content": "Bye!" });
    let record = agent(json!([sms, sms, tool(json!({}))])).unwrap();
    let names: Vec<_> =
        record.tools.iter().flatten().filter_map(Tool::request).map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["book_visit"]);
}
