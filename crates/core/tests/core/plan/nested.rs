//! Items of lists within items of lists.

use serde_json::{Value, json};
use switchboard_core::{
    plan::{Handling, Planned, Transition, Translator},
    rule::{Verdict, at, document_path, text},
    vendor::{LostCreation, Remote},
};

use super::toy::{
    GadgetRules, HookRules, ToolsRules, Vendor, desired_of, drifted, membering, merging, plain, replacing,
    row,
};

fn rules() -> GadgetRules {
    GadgetRules {
        script: at("/hooks/[on=start]/do/[type=say]/text", text()),
        hook: HookRules { url: at("/hooks/[on=start]/do/[type=say]/voice", text()), ..plain().hook },
        tools: ToolsRules {
            goodbye: at("/hooks/[on=end]/do/[type=say]/text", text()),
            exit: at("/hooks/[on=end]/do/[type=move]/to/number", text()),
        },
        ..plain()
    }
}

fn vendors() -> [Vendor; 3] {
    [merging(rules()), membering(rules()), replacing(rules())]
}

/// Returns a vendor's document that has items without a rule, in both lists and before the items of the rules.
fn held() -> Value {
    json!({
        "name": "toy",
        "hooks": [
            { "on": "pause", "do": [{ "type": "say", "text": "Hm?" }], "own": 1 },
            { "on": "start", "do": [{ "type": "wait" }, { "type": "say", "text": "Hi!", "voice": "ann" }] },
            {
                "on": "end",
                "do": [{ "type": "say", "text": "Bye!" }, { "type": "move", "to": { "number": "1", "own": 2 } }],
            },
        ],
    })
}

fn all() -> Value {
    json!({ "script": "Hi!", "hook": { "url": "ann" }, "tools": { "goodbye": "Bye!", "exit": "1" } })
}

fn with(mut record: Value, pointer: &str, value: Value) -> Value {
    *record.pointer_mut(pointer).unwrap() = value;
    record
}

#[test]
fn each_field_is_read_from_its_item() {
    for vendor in vendors() {
        assert_eq!(vendor.read(&held()), desired_of(all()).record);
    }
}

#[test]
fn a_creation_makes_every_list_and_item() {
    for vendor in vendors() {
        let hooks = vendor.created(all()).document()["hooks"].clone();
        let start = json!({ "on": "start", "do": [{ "type": "say", "text": "Hi!", "voice": "ann" }] });
        let end = json!({
            "on": "end",
            "do": [{ "type": "say", "text": "Bye!" }, { "type": "move", "to": { "number": "1" } }],
        });
        assert_eq!(hooks, json!([start, end]));
    }
}

#[test]
fn a_change_keeps_everything_beside_the_value() {
    for vendor in vendors() {
        let plan = vendor.updated(all(), &held(), with(all(), "/tools/exit", json!("2")));
        let expected = with(held(), "/hooks/2/do/1/to/number", json!("2"));
        assert_eq!(plan.document()["hooks"], expected["hooks"]);
        assert_eq!(vendor.after(&held(), &plan.document()), expected);
    }
}

#[test]
fn a_missing_item_joins_its_list() {
    let mut there = held();
    there["hooks"][2]["do"].as_array_mut().unwrap().pop();
    let before = json!({ "script": "Hi!", "hook": { "url": "ann" }, "tools": { "goodbye": "Bye!" } });
    for vendor in vendors() {
        let hooks = vendor.updated(before.clone(), &there, all()).document()["hooks"].clone();
        let mut expected = there["hooks"].clone();
        expected[2]["do"].as_array_mut().unwrap().push(json!({ "type": "move", "to": { "number": "1" } }));
        assert_eq!(hooks, expected);
    }
}

#[test]
fn a_cleared_value_takes_its_own_item_along_and_no_other() {
    for vendor in vendors() {
        let after = json!({ "script": "Hi!", "hook": { "url": "ann" }, "tools": { "exit": "1" } });
        let hooks = vendor.updated(all(), &held(), after).document()["hooks"].clone();
        let mut expected = held()["hooks"].clone();
        expected[2]["do"].as_array_mut().unwrap().remove(0);
        assert_eq!(hooks, expected);
    }
}

#[test]
fn an_item_that_another_field_has_a_value_in_stays() {
    for vendor in vendors() {
        let keeps = |after: Value| vendor.updated(all(), &held(), after).document()["hooks"][1]["do"].clone();
        let tools = all()["tools"].clone();
        let silent = json!({ "hook": { "url": "ann" }, "tools": tools });
        assert_eq!(keeps(silent), json!([{ "type": "wait" }, { "type": "say", "voice": "ann" }]));
        let plain = json!({ "script": "Hi!", "tools": tools });
        assert_eq!(keeps(plain), json!([{ "type": "wait" }, { "type": "say", "text": "Hi!" }]));
        assert_eq!(keeps(json!({ "tools": tools })), json!([{ "type": "wait" }]));
    }
}

#[test]
fn an_outer_item_goes_with_the_last_thing_in_it() {
    for vendor in vendors() {
        let after = json!({ "script": "Hi!", "hook": { "url": "ann" } });
        let hooks = vendor.updated(all(), &held(), after.clone()).document()["hooks"].clone();
        assert_eq!(hooks, json!([held()["hooks"][0], held()["hooks"][1]]));
        let own = with(held(), "/hooks/2/do", json!([{ "type": "say", "text": "Bye!" }, { "type": "wait" }]));
        let hooks = vendor.updated(json!({ "tools": { "goodbye": "Bye!" } }), &own, json!({})).document();
        assert_eq!(hooks["hooks"][2], json!({ "on": "end", "do": [{ "type": "wait" }] }));
    }
}

#[test]
fn a_merging_vendor_is_looked_at_before_an_inner_item_changes() {
    let (before, after) = (desired_of(all()), desired_of(with(all(), "/tools/exit", json!("2"))));
    let step = Transition::Update { before: &before, observed: None, previous: None };
    for vendor in vendors() {
        let planned = vendor.plan(&step, &after, Handling::Lenient).unwrap();
        assert!(matches!(planned, Planned::NeedsObserved));
    }
}

#[test]
fn a_changed_inner_value_drifts_alone() {
    for vendor in vendors() {
        let report = vendor.created(all()).report;
        let drift = |held: Value| drifted(&vendor, &all(), &report, &held);
        assert_eq!(drift(held()), []);
        let moved = drift(with(held(), "/hooks/2/do/1/to/number", json!("2")));
        assert_eq!(moved, [("/tools/exit".to_owned(), json!("1"), json!("2"))]);
        let gone = drift(with(held(), "/hooks/2/do", json!([{ "type": "say", "text": "Bye!" }])));
        assert_eq!(gone, [("/tools/exit".to_owned(), json!("1"), Value::Null)]);
    }
}

/// Checks that an excerpt, such as a row of a list, rules a record out if it shows another value or proves that the
/// value is absent.
#[test]
fn an_excerpt_shows_a_place_or_its_absence() {
    let vendor = merging(GadgetRules { script: at("/said/first/text", text()), ..rules() });
    let desired = desired_of(all());
    let report = vendor.created(all()).report;
    let sent_at = "2026-03-02T12:00:00Z".parse().unwrap();
    let lost = LostCreation { desired: &desired, report: &report, sent_at, bound: &[] };
    let fits = |document: Value| {
        let remote = Remote { name: Some("toy".to_owned()), ..Remote::new("7", document) };
        Translator::new(&vendor, "toy").matches_creation(&lost, &remote)
    };
    assert!(fits(json!({ "said": { "first": { "text": "Hi!" } } })));
    assert!(!fits(json!({ "said": { "first": { "text": "Ho!" } } })));
    assert!(!fits(json!({ "said": { "first": null } })), "nothing is on the way");
    assert!(fits(json!({ "said": { "first": {} } })), "an excerpt says nothing of the rest");
    assert!(fits(json!({ "said": {} })));
    assert!(!fits(json!({ "hooks": [] })), "a list has all of its items");
    assert!(!fits(json!({ "hooks": [{ "on": "end", "do": [{ "type": "move" }] }] })));
}

#[test]
fn a_condition_removes_the_selected_item_only() {
    let mut conditional = rules();
    conditional.tools.goodbye = at("/hooks/[on=end]/do/[type=say]/text", text()).only_when(
        "/name",
        json!("talker"),
        "Only a talker says goodbye.",
    );
    let vendor = replacing(conditional);
    let plan = vendor.updated(all(), &held(), with(all(), "/hook/url", json!("bob")));
    assert_eq!(row(&plan, "/tools/goodbye").verdict, Verdict::Unsupported);
    let expected = json!([{ "type": "move", "to": { "number": "1", "own": 2 } }]);
    assert_eq!(plan.document()["hooks"][2]["do"], expected);
}

#[test]
fn a_selector_may_hold_a_slash() {
    let path = "/links/[href=https://toy.example/a]/title";
    let mut document = json!({ "links": [{ "href": "https://toy.example/b" }] });
    document_path::put(&mut document, path, json!("A"));
    assert_eq!(document_path::get(&document, path), Some(&json!("A")));
    let items: Vec<_> = document_path::items_on(path).collect();
    assert_eq!(items, ["/links/[href=https://toy.example/a]"]);
    document_path::remove(&mut document, path);
    assert_eq!(document["links"][1], json!({ "href": "https://toy.example/a" }));
}
