//! A fictional vendor: its record, its rules, and its state after a write.

use proptest::{collection::vec, option::of, prelude::*};
use serde_json::{Map, Value, json};
use switchboard_core::{
    error::Error,
    facts::{CatalogueEntry, CatalogueKind, Facts},
    model::{Fields, Language, PhoneNumber, Root, read},
    plan::{Desired, Handling, Plan, Planned, Transition, Translator},
    rule::{Entry, ExtensionRules, Part, Report, Rules, Unit, at, flag, languages, list, number, text},
};

use crate::samples;

/// The vendor's record.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Gadget {
    /// The name of the gadget.
    #[field(required)]
    pub name: Option<String>,
    /// The loudness of the gadget.
    pub volume: Option<f64>,
    /// The language of the gadget.
    pub language: Option<Language>,
    /// Further languages of the gadget.
    pub further: Option<Vec<Language>>,
    /// The script of the gadget.
    pub script: Option<String>,
    /// The number that the gadget calls for help.
    #[field(essential)]
    pub help: Option<PhoneNumber>,
    /// True if the gadget records.
    #[field(essential_when = false)]
    pub record: Option<bool>,
    /// The receiver of the gadget's results.
    pub hook: Hook,
    /// The tools of the gadget.
    pub tools: Tools,
}

/// The receiver of the gadget's results.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Hook {
    /// The receiver's address.
    pub url: Option<String>,
    /// True if results are sent.
    pub enabled: Option<bool>,
}

/// The tools of the gadget.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Tools {
    /// The closing message of the gadget.
    pub goodbye: Option<String>,
    /// The exit of the gadget.
    pub exit: Option<String>,
}

impl Root for Gadget {
    const NAME: &'static str = "gadget";
    const PREFIX: &'static str = "gad";

    fn label(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Objects are bound to a gadget that sends results.
    fn is_bindable(&self) -> Option<bool> {
        self.hook.enabled
    }
}

pub const CODES: &[(&str, &str)] = &[("en", "en"), ("de", "ger"), ("zh", "cn"), ("mul", "multi")];

/// Returns rules without special options. Each test replaces the rules that it tests.
pub fn plain() -> GadgetRules {
    GadgetRules {
        name: at("/name", text()),
        volume: at("/volume", number()),
        language: at("/language", languages(CODES)),
        further: at("/further", list(languages(CODES))),
        script: at("/script", text()),
        help: at("/help", text()),
        record: at("/record", flag()),
        hook: HookRules { url: at("/hook/url", text()), enabled: at("/hook/on", flag()) },
        tools: ToolsRules {
            goodbye: at("/tools/[type=end]/text", text()),
            exit: at("/tools/[type=exit]/to", text()),
        },
    }
}

pub struct Vendor {
    pub style: Unit,
    pub rules: GadgetRules,
    pub extension: Option<Box<dyn ExtensionRules>>,
    pub facts: Facts,
}

pub fn merging(rules: GadgetRules) -> Vendor {
    Vendor { style: Unit::Leaf, rules, extension: None, facts: voices() }
}

pub fn membering(rules: GadgetRules) -> Vendor {
    Vendor { style: Unit::Member, ..merging(rules) }
}

pub fn replacing(rules: GadgetRules) -> Vendor {
    Vendor { style: Unit::Document, ..merging(rules) }
}

/// Returns a catalogue in which rules can look up values.
fn voices() -> Facts {
    let row = |id: &str, document: Value| CatalogueEntry {
        id: id.to_owned(),
        name: id.to_owned(),
        language: None,
        kind: None,
        document,
    };
    let rows = vec![
        row("ann", json!({ "labels": { "mood": "warm" } })),
        row("bob", json!({ "mood": "dry" })),
        row("eve", json!({})),
    ];
    Facts::default().with(CatalogueKind::VOICES, rows)
}

impl Rules<Gadget> for Vendor {
    fn rules(&self) -> &GadgetRules {
        &self.rules
    }
    fn extension(&self) -> Option<&dyn ExtensionRules> {
        self.extension.as_deref()
    }
    fn parts(&self) -> &'static [Part] {
        match self.style {
            Unit::Document => Part::REPLACED,
            Unit::Member => const { &[Part::root(Unit::Member)] },
            Unit::Leaf => Part::MERGED,
        }
    }
}

impl Vendor {
    pub fn plan(
        &self,
        step: &Transition<'_, Gadget>,
        desired: &Desired<Gadget>,
        handling: Handling,
    ) -> Result<Planned, Error> {
        Translator::new(self, "toy").with(&self.facts).plan(step, desired, handling)
    }

    pub fn creation(&self, desired: Value) -> Result<Plan, Error> {
        self.plan(&Transition::Create, &desired_of(desired), Handling::Lenient).map(ready)
    }

    pub fn created(&self, desired: Value) -> Plan {
        self.creation(desired).unwrap()
    }

    /// Plans an update of an observed record.
    pub fn update(&self, before: Value, observed: &Value, desired: Value) -> Result<Plan, Error> {
        self.update_after(before, observed, None, desired)
    }

    pub fn updated(&self, before: Value, observed: &Value, desired: Value) -> Plan {
        self.update(before, observed, desired).unwrap()
    }

    pub fn update_after(
        &self,
        before: Value,
        observed: &Value,
        previous: Option<&Report>,
        desired: Value,
    ) -> Result<Plan, Error> {
        let before = desired_of(before);
        let step = Transition::Update { before: &before, observed: Some(observed), previous };
        self.plan(&step, &desired_of(desired), Handling::Lenient).map(ready)
    }

    /// Returns the vendor's document after the vendor has applied a body. The vendor's style decides whether members
    /// that the body omits are kept or removed. Lists are replaced whole.
    pub fn after(&self, document: &Value, body: &Value) -> Value {
        let (Value::Object(held), Value::Object(sent)) = (document, body) else { return body.clone() };
        if self.style == Unit::Document {
            return body.clone();
        }
        let mut after = held.clone();
        for (name, value) in sent {
            let value = match held.get(name) {
                Some(standing) if value.is_object() && self.style == Unit::Leaf => {
                    self.after(standing, value)
                }
                _ => value.clone(),
            };
            after.insert(name.clone(), value);
        }
        Value::Object(after)
    }

    /// Reads the record from the vendor's document.
    pub fn read(&self, document: &Value) -> Gadget {
        Translator::new(self, "toy").with(&self.facts).decode(document).state.record
    }
}

pub fn ready(planned: Planned) -> Plan {
    match planned {
        Planned::Ready(plan) => plan,
        Planned::NeedsObserved => panic!("what was observed was given"),
    }
}

/// Reads a desired state from the members of a gadget and, in `extensions`, the vendor's settings.
pub fn desired_of(mut document: Value) -> Desired<Gadget> {
    let members = document.as_object_mut().unwrap();
    let extensions = match members.remove("extensions") {
        Some(Value::Object(extensions)) => extensions,
        _ => Map::new(),
    };
    members.entry("name").or_insert_with(|| json!("toy"));
    Desired { record: read(&document).unwrap(), extensions }
}

pub fn gadget(document: Value) -> Gadget {
    desired_of(document).record
}

/// Returns the report's entry for a field. Panics if the field is exact.
pub fn row<'a>(plan: &'a Plan, field: &str) -> &'a Entry {
    plan.report.row(field).unwrap_or_else(|| panic!("no row of {field}: {:?}", plan.report.fields))
}

/// Lists the fields that have drifted: pointer, desired value, observed value.
pub fn drifted(
    vendor: &Vendor,
    desired: &Value,
    report: &Report,
    document: &Value,
) -> Vec<(String, Value, Value)> {
    let desired = desired_of(desired.clone());
    let drift = Translator::new(vendor, "toy").with(&vendor.facts).compare(&desired, report, document).drift;
    drift.into_iter().map(|drift| (drift.field, drift.desired, drift.observed)).collect()
}

/// Generates gadgets with values that the plain rules write exactly and other rules lose.
pub fn gadgets() -> impl Strategy<Value = Gadget> {
    let word = || of("[a-c]{1,3}");
    let spoken = (of(samples::language()), of(vec(samples::language(), 1..3)));
    let heard = (of(0..40_u32), word(), of(samples::phone_number()), of(any::<bool>()));
    let hook = (word(), of(any::<bool>())).prop_map(|(url, enabled)| Hook { url, enabled });
    let tools = (word(), word()).prop_map(|(goodbye, exit)| Tools { goodbye, exit });
    ("[a-c]{1,3}", spoken, heard, hook, tools).prop_map(|(name, spoken, heard, hook, tools)| Gadget {
        name: Some(name),
        volume: heard.0.map(|volume| f64::from(volume) / 20.0),
        language: spoken.0,
        further: spoken.1,
        script: heard.1,
        help: heard.2,
        record: heard.3,
        hook,
        tools,
    })
}

/// Reduces a gadget to the values that the plain rules write exactly.
pub fn speakable(gadget: &Gadget) -> Gadget {
    let spoken = |tag: &str| CODES.iter().any(|(known, _)| *known == tag);
    let mut gadget = gadget.clone();
    gadget.language = gadget.language.filter(|language| spoken(language.as_str()));
    gadget.further = gadget.further.filter(|all| all.iter().all(|language| spoken(language.as_str())));
    gadget
}

pub fn desired(record: Gadget) -> Desired<Gadget> {
    Desired { record, extensions: Map::new() }
}
