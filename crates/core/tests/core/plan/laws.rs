//! Properties of every plan under any rules: no loss is silent, and nothing is written without a request for
//! it.

use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};
use switchboard_core::{
    plan::{Handling, Transition, Translator},
    rule::{Fidelity, Report, Unit, at, flag, languages, list, number, text, unsupported},
};

use super::toy::{
    CODES, Gadget, GadgetRules, HookRules, ToolsRules, Vendor, desired, gadgets, membering, merging, plain,
    ready, replacing, speakable,
};

/// Returns rules with many different options, for a vendor that merges.
fn peculiar() -> GadgetRules {
    GadgetRules {
        name: at("/name", text()).required().created_as("/label").reads("/label"),
        volume: at("/volume", number().steps(0.1).within(0.2..=1.5)).required().default(json!(1)),
        language: at("/tongue", languages(CODES)).cannot_clear("There is no way back."),
        further: at("/further", list(languages(CODES))).cleared_by(json!([])),
        script: at("/script", text().max_len(2)).creation_only("It is made with it."),
        help: at("/help", text()).cleared_by_inference(json!(""), "An empty text is believed to do."),
        record: unsupported("It never does."),
        hook: HookRules {
            url: at("/hook/url", text()).switched_by("/hook/on"),
            enabled: at("/hook/sent", flag()).only_when("/volume", json!(1), "Only at full volume."),
        },
        tools: ToolsRules {
            goodbye: at("/tools/[type=end]/text", text()),
            exit: at("/tools/[type=exit]/to", text()).resets_others(),
        },
    }
}

fn vendors() -> [Vendor; 6] {
    let mut switched = peculiar();
    // A vendor that replaces records returns the members under the names that it accepts.
    switched.name = at("/name", text()).required();
    [
        merging(plain()),
        membering(plain()),
        replacing(plain()),
        merging(peculiar()),
        membering(peculiar()),
        replacing(switched),
    ]
}

/// A vendor's state during a series of writes. Each write is checked against the desired state.
struct Life {
    vendor: Vendor,
    held: Value,
    last: Option<(Gadget, Report)>,
}

impl Life {
    fn write(&mut self, wanted: &Gadget) -> Result<(), TestCaseError> {
        let before = self.last.as_ref().map(|(gadget, _)| desired(gadget.clone()));
        let step = match (&before, &self.last) {
            (Some(before), Some((_, report))) => {
                Transition::Update { before, observed: Some(&self.held), previous: Some(report) }
            }
            _ => Transition::Create,
        };
        // A refused write changes nothing.
        let Ok(planned) = self.vendor.plan(&step, &desired(wanted.clone()), Handling::Lenient) else {
            return Ok(());
        };
        let plan = ready(planned);
        let held = match (&self.last, plan.sends()) {
            (None, _) => renamed(&plan.document()),
            (Some(_), true) => self.vendor.after(&self.held, &renamed(&plan.document())),
            (Some(_), false) => self.held.clone(),
        };
        let observed = self.vendor.read(&held);
        for field in crate::changed(wanted, &observed) {
            let asked = json!(wanted).pointer(&field).is_some();
            let told = plan.report.row(&field).is_some();
            prop_assert!(told || !asked, "{field} of {wanted:?} is silently not what {held} says");
            let taken_back = before.as_ref().is_some_and(|b| json!(b.record).pointer(&field).is_some());
            prop_assert!(told || asked || !taken_back, "{field} was taken back and is still in {held}");
        }
        if plan.report.fidelity == Fidelity::Exact {
            for field in json!(wanted).as_object().unwrap().keys() {
                let (asked, held) = (&json!(wanted)[field], &json!(observed)[field]);
                prop_assert!(asked == held || asked.is_object(), "{field} is told to be exact");
            }
        }
        self.held = held;
        self.last = Some((wanted.clone(), plan.report));
        Ok(())
    }
}

/// Copies the name to the member that creations and answers use, because updates send it in another member.
fn renamed(body: &Value) -> Value {
    let mut document = body.clone();
    let members = document.as_object_mut().unwrap();
    if let Some(name) = members.get("name").cloned() {
        members.entry("label").and_modify(|label| *label = name.clone()).or_insert(name);
    }
    document
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn nothing_is_lost_in_silence(lives in vec(gadgets(), 1..6)) {
        for vendor in vendors() {
            let mut life = Life { vendor, held: json!({}), last: None };
            for gadget in &lives {
                life.write(gadget)?;
            }
        }
    }

    #[test]
    fn what_plain_rules_carry_arrives(before in gadgets(), after in gadgets()) {
        let (before, after) = (speakable(&before), speakable(&after));
        for vendor in [merging(plain()), membering(plain()), replacing(plain())] {
            let made = vendor.created(json!(before));
            prop_assert_eq!(made.report.fidelity, Fidelity::Exact);
            prop_assert_eq!(&vendor.read(&made.document()), &before);
            let plan = vendor.updated(json!(before), &made.document(), json!(after));
            prop_assert_eq!(plan.sends(), before != after);
            prop_assert_eq!(vendor.read(&vendor.after(&made.document(), &plan.document())), after.clone());
        }
    }

    #[test]
    fn what_stays_is_not_written(gadget in gadgets()) {
        for vendor in vendors() {
            let Ok(made) = vendor.creation(json!(gadget)) else { continue };
            let held = renamed(&made.document());
            let plan = vendor.updated(json!(gadget), &held, json!(gadget));
            prop_assert!(!plan.sends());
            match vendor.style {
                Unit::Leaf | Unit::Member => prop_assert_eq!(plan.document(), json!({})),
                Unit::Document => prop_assert_eq!(plan.document(), held),
            }
        }
    }

    #[test]
    fn one_changed_leaf_writes_that_leaf_only(one in gadgets(), other in gadgets()) {
        let (one, other) = (json!(speakable(&one)), json!(speakable(&other)));
        for vendor in [merging(plain()), membering(plain()), replacing(plain())] {
            let held = vendor.created(one.clone()).document();
            for capability in Translator::new(&vendor, "toy").capabilities() {
                let mut changed = one.clone();
                let Some(value) = other.pointer(&capability.field) else { continue };
                switchboard_core::model::schema::put(&mut changed, &capability.field, value.clone());
                let plan = vendor.updated(one.clone(), &held, changed.clone());
                if changed == one {
                    prop_assert!(!plan.sends());
                    continue;
                }
                let place = top(capability.vendor_fields[0]);
                let document = plan.document();
                let untouched = |name: &&String| match vendor.style {
                    Unit::Leaf | Unit::Member => true,
                    Unit::Document => document.get(*name) != held.get(*name),
                };
                let written: Vec<_> = document.as_object().unwrap().keys().filter(untouched).collect();
                prop_assert_eq!(written, [place], "{}", capability.field);
            }
        }
    }

    #[test]
    fn a_dry_run_is_the_write(before in gadgets(), after in gadgets()) {
        for vendor in vendors() {
            let Ok(made) = vendor.creation(json!(before)) else { continue };
            let plans = || vendor.update(json!(before), &made.document(), json!(after)).map_err(|error| error.violations);
            prop_assert_eq!(plans(), plans());
        }
    }

    #[test]
    fn strict_refuses_exactly_what_the_report_would_tell_of_this_write(before in gadgets(), after in gadgets()) {
        for vendor in vendors() {
            let Ok(made) = vendor.creation(json!(before)) else { continue };
            let (before, after) = (desired(before.clone()), desired(after.clone()));
            let step = Transition::Update { before: &before, observed: Some(&made.document()), previous: Some(&made.report) };
            let Ok(lenient) = vendor.plan(&step, &after, Handling::Lenient).map(ready) else { continue };
            let lost: Vec<_> = lenient.report.fields.iter()
                .filter(|entry| entry.changed && entry.verdict.is_loss())
                .map(|entry| entry.field.clone())
                .collect();
            match vendor.plan(&step, &after, Handling::Strict) {
                Ok(strict) => {
                    prop_assert!(lost.is_empty());
                    prop_assert_eq!(ready(strict), lenient);
                }
                Err(error) => {
                    let refused: Vec<_> = error.violations.into_iter().map(|violation| violation.location).collect();
                    let lost: Vec<_> = lost.into_iter().map(switchboard_core::error::InputLocation::Pointer).collect();
                    prop_assert_eq!(refused, lost);
                }
            }
        }
    }

    /// Checks a conversion to a string and back, because the store keeps reports as strings.
    #[test]
    fn a_report_is_read_as_it_was_written(gadget in gadgets()) {
        for vendor in vendors() {
            let Ok(made) = vendor.creation(json!(gadget)) else { continue };
            let written = json!(made.report);
            prop_assert_eq!(json!(serde_json::from_value::<Report>(written.clone()).unwrap()), written);
        }
    }
}

/// Returns the first segment of a pointer: a member of the document.
fn top(pointer: &str) -> &str {
    pointer[1..].split('/').next().unwrap()
}
