//! The rules of overrides, derived from the rules of an agent.

use serde_json::{Value, json};
use switchboard_core::{
    call::{
        Dial, DialFromRules, DialRules, DialToRules, GreetingOverridesRules, Overrides, OverridesRules,
        VoiceOverridesRules,
    },
    error::Kind,
    model::{Agent, Language, Record, Speaker, read},
    plan::{Desired, Handling, Plan, Planned, Transition, Translator},
    rule::{
        Moves, Rule, Rules, Verdict, at, facet, first_item, fixed, languages, list, map, number, one_of,
        other_items, text, unsupported,
    },
};

struct Vendor(DialRules);

impl Rules<Dial> for Vendor {
    fn rules(&self) -> &DialRules {
        &self.0
    }
}

const OPTIONS: Moves = Moves::new(&[("", "/options")]);

fn vendor(overrides: OverridesRules) -> Vendor {
    Vendor(DialRules {
        to: DialToRules {
            phone_number: at("/contact/phone_number", text()),
            first_name: unsupported("The vendor has no names."),
            last_name: unsupported("The vendor has no names."),
            email: unsupported("The vendor has no addresses."),
        },
        from: DialFromRules { phone_number_id: at("/from", text()).required() },
        trunk_id: unsupported("The vendor has no trunks."),
        variables: at("/variables", map()),
        overrides,
    })
}

fn none() -> OverridesRules {
    OverridesRules::unsupported("The vendor has no overrides.")
}

fn plan(vendor: &Vendor, overrides: Value) -> switchboard_core::error::Result<Plan> {
    let document = json!({
        "to": { "phone_number": "+15550100123" }, "from": { "phone_number_id": "main" }, "overrides": overrides,
    });
    let desired = Desired { record: read(&document).unwrap(), extensions: serde_json::Map::new() };
    match Translator::new(vendor, "toy").plan(&Transition::Create, &desired, Handling::Lenient)? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("a dial has no observed state"),
    }
}

#[test]
fn a_moved_rule_writes_below_the_prefix() {
    let language: Rule<Language> = at("/language", languages(&[("de", "ger")])).write_only().required();
    let vendor = vendor(OverridesRules { language: language.moved(OPTIONS), ..none() });
    let plan = plan(&vendor, json!({ "language": "de" })).unwrap();
    assert_eq!(
        plan.document(),
        json!({ "contact": { "phone_number": "+15550100123" }, "from": "main", "options": { "language": "ger" } })
    );
}

#[test]
fn a_dial_without_overrides_sends_none() {
    let id = at("/voice/id", text()).required().always().default(json!("ann"));
    let vendor = vendor(OverridesRules {
        voice: VoiceOverridesRules { id: id.moved(OPTIONS), ..none().voice },
        ..none()
    });
    let plan = plan(&vendor, json!({})).unwrap();
    assert_eq!(plan.document(), json!({ "contact": { "phone_number": "+15550100123" }, "from": "main" }));
    assert_eq!(plan.changed, ["/to/phone_number", "/from/phone_number_id"]);
}

#[test]
fn facets_share_a_value_below_the_prefix() {
    let voice =
        VoiceOverridesRules { id: facet("/voices", first_item(",", text())).moved(OPTIONS), ..none().voice };
    let silence = switchboard_core::call::SilenceOverridesRules {
        reprompts: facet("/voices", other_items(",", list(text()))).moved(OPTIONS),
        ..none().silence
    };
    let vendor = vendor(OverridesRules { voice, silence, ..none() });
    let plan =
        plan(&vendor, json!({ "voice": { "id": "ann" }, "silence": { "reprompts": ["bob"] } })).unwrap();
    assert_eq!(plan.document()["options"], json!({ "voices": "ann,bob" }));
}

#[test]
fn the_first_fitting_move_applies_to_whole_segments() {
    let moves = Moves::new(&[("/llm", "/agent_override/retell_llm"), ("/agent", "/agent_override/agent")]);
    let greeting = GreetingOverridesRules {
        message: at("/llm/begin", text()).moved(moves),
        delay_s: at("/agent/delay", number()).moved(moves),
        first_speaker: at("/llms/speaker", one_of(&[(Speaker::Agent, "agent")])).moved(moves),
        ..none().greeting
    };
    let vendor = vendor(OverridesRules { greeting, ..none() });
    let sent = plan(&vendor, json!({ "greeting": { "message": "Hi", "delay_s": 2 } })).unwrap();
    assert_eq!(
        sent.document()["agent_override"],
        json!({ "retell_llm": { "begin": "Hi" }, "agent": { "delay": 2 } })
    );
    let error = plan(&vendor, json!({ "greeting": { "first_speaker": "agent" } })).unwrap_err();
    assert_eq!(error.kind, Kind::CapabilityLoss);
}

#[test]
fn an_override_of_fixed_behaviour_accepts_only_the_value_that_describes_it() {
    let generated: Rule<bool> = fixed(false, "The greeting is a text.");
    let greeting = GreetingOverridesRules { generated: generated.moved(OPTIONS), ..none().greeting };
    let vendor = vendor(OverridesRules { greeting, ..none() });
    let same = plan(&vendor, json!({ "greeting": { "generated": false } })).unwrap();
    assert_eq!(same.document(), plan(&vendor, json!({})).unwrap().document());
    let error = plan(&vendor, json!({ "greeting": { "generated": true } })).unwrap_err();
    assert_eq!(error.kind, Kind::CapabilityLoss);
}

#[test]
fn an_override_that_the_vendor_lacks_is_refused() {
    let error = plan(
        &vendor(none()),
        json!({ "voice": { "id": "ann", "speed": 1.5 }, "transfers": [{ "phone_number": "+15550100124" }] }),
    )
    .unwrap_err();
    let at: Vec<_> = error.violations.iter().map(|violation| json!(violation)["pointer"].clone()).collect();
    assert_eq!(error.kind, Kind::CapabilityLoss);
    assert_eq!(at, ["/overrides/voice/id", "/overrides/voice/speed", "/overrides/transfers"]);
}

#[test]
fn a_lost_name_is_reported_and_a_missing_number_is_named() {
    let vendor = vendor(none());
    let translator = Translator::new(&vendor, "toy");
    let mut document = json!({ "to": { "phone_number": "+15550100123", "first_name": "Ann" }, "from": { "phone_number_id": "main" } });
    let desired =
        |document: &Value| Desired { record: read(document).unwrap(), extensions: serde_json::Map::new() };
    let Ok(Planned::Ready(plan)) =
        translator.plan(&Transition::Create, &desired(&document), Handling::Lenient)
    else {
        panic!("the dial is valid")
    };
    let row = plan.report.row("/to/first_name").unwrap();
    assert_eq!(row.verdict, Verdict::Unsupported);
    let strict = translator.plan(&Transition::Create, &desired(&document), Handling::Strict).unwrap_err();
    assert_eq!(strict.kind, Kind::CapabilityLoss);
    document["from"] = json!(null);
    let missing = translator.plan(&Transition::Create, &desired(&document), Handling::Lenient).unwrap_err();
    assert_eq!(
        (missing.kind, json!(missing.violations[0])["pointer"].clone()),
        (Kind::FieldRequired, json!("/from/phone_number_id"))
    );
}

#[test]
fn a_condition_on_a_value_that_the_request_lacks_does_not_apply() {
    let speed = || at("/voice/speed", number()).only_when("/voice/id", json!("ann"), "Only Ann has a speed.");
    let voice = |speed: Rule<f64>| VoiceOverridesRules { id: at("/voice/id", text()).moved(OPTIONS), speed };
    let vendor = vendor(OverridesRules { voice: voice(speed().moved(OPTIONS)), ..none() });
    let alone = plan(&vendor, json!({ "voice": { "speed": 1.5 } })).unwrap();
    assert_eq!(alone.document()["options"], json!({ "voice": { "speed": 1.5 } }));
    let fitting = plan(&vendor, json!({ "voice": { "id": "ann", "speed": 1.5 } })).unwrap();
    assert_eq!(fitting.document()["options"], json!({ "voice": { "id": "ann", "speed": 1.5 } }));
    let error = plan(&vendor, json!({ "voice": { "id": "bob", "speed": 1.5 } })).unwrap_err();
    assert_eq!(error.kind, Kind::CapabilityLoss);
}

#[test]
fn overrides_have_the_limits_of_the_agent() {
    let mut fields = Vec::new();
    Overrides::list_fields("", &mut fields);
    let limits = |schema: Value, field: &str| {
        let mut leaf = schema;
        for key in ["description", "$ref"] {
            leaf.as_object_mut().unwrap().remove(key);
        }
        (field.to_owned(), leaf)
    };
    for field in fields {
        let (agent, dial) = (schema_at::<Agent>(&field), schema_at::<Overrides>(&field));
        assert_eq!(limits(dial, &field), limits(agent, &field));
    }
}

/// Returns the schema of a leaf, with the references of the groups above it resolved.
fn schema_at<R: Record>(field: &str) -> Value {
    let mut components = Vec::new();
    R::schemas(&mut components);
    let components: std::collections::BTreeMap<_, _> = components.into_iter().collect();
    let mut schema = json!(R::schema());
    for name in field.split('/').skip(1) {
        if let Some(reference) = schema["$ref"].as_str() {
            let of = reference.rsplit('/').next().unwrap();
            schema = json!(components[of]);
        }
        schema = schema["properties"][name].clone();
    }
    schema
}
