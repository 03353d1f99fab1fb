//! Writes to a record whose state at the vendor is not known for certain.

use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};
use switchboard_core::{
    model::{Carrier, PhoneNumber, Secret, Trunk},
    plan::{Desired, Handling, Transition, uncertain},
};

use super::toy::{
    Gadget, Tools, Vendor, desired, desired_of, gadgets, merging, plain, ready, replacing, speakable,
};

/// Generates settings: a group with two leaves, or no group, and a leaf outside the group. Some leaves are objects.
fn settings() -> impl Strategy<Value = Value> {
    let leaf = || prop_oneof![Just(json!(null)), Just(json!(1)), Just(json!({})), Just(json!({ "c": 1 }))];
    (any::<bool>(), leaf(), leaf(), leaf()).prop_map(|(grouped, x, y, b)| {
        let a = if grouped { json!({ "x": x, "y": y }) } else { Value::Null };
        stripped(&json!({ "a": a, "b": b }))
    })
}

/// Removes nulls, as stored settings have none.
fn stripped(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(name, value)| (name.clone(), stripped(value))).collect()
        }
        other => other.clone(),
    }
}

fn with_settings(settings: Value) -> Desired<Gadget> {
    desired_of(json!({ "extensions": { "toy": settings } }))
}

/// Generates gadgets without tools, because tools share a list and need the vendor's own items.
fn simple() -> impl Strategy<Value = Gadget> {
    gadgets().prop_map(|gadget| Gadget { tools: Tools::default(), ..speakable(&gadget) })
}

fn carried(vendor: &Vendor, gadget: &Gadget) -> Option<Value> {
    vendor.creation(json!(gadget)).ok().map(|plan| plan.document())
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn it_is_unlike_the_next_state_where_any_of_the_states_is(states in vec(gadgets(), 1..4), next in gadgets()) {
        let states: Vec<_> = states.into_iter().map(desired).collect();
        let next = desired(next);
        let before = uncertain(&states.iter().collect::<Vec<_>>(), &next);
        let mut expected: Vec<_> = states.iter()
            .flat_map(|state| crate::changed(&state.record, &next.record))
            .collect();
        let mut unlike = crate::changed(&before.record, &next.record);
        expected.sort();
        expected.dedup();
        unlike.sort();
        prop_assert_eq!(unlike, expected);
    }

    #[test]
    fn one_body_leads_from_each_of_the_states_to_the_next(states in vec(simple(), 1..4), next in simple()) {
        let vendor = merging(plain());
        let Some(held): Option<Vec<_>> = states.iter().map(|state| carried(&vendor, state)).collect() else {
            return Ok(());
        };
        let Some(wanted) = carried(&vendor, &next) else { return Ok(()) };
        let states: Vec<_> = states.into_iter().map(desired).collect();
        let before = uncertain(&states.iter().collect::<Vec<_>>(), &desired(next.clone()));
        let step = Transition::Update { before: &before, observed: None, previous: None };
        let Ok(planned) = vendor.plan(&step, &desired(next), Handling::Lenient) else { return Ok(()) };
        let body = ready(planned).document();
        for document in held {
            prop_assert_eq!(vendor.read(&vendor.after(&document, &body)), vendor.read(&wanted));
        }
    }

    #[test]
    fn with_a_look_at_the_vendor_shared_lists_and_replacing_vendors_get_there_too(
        states in vec(gadgets(), 1..4), next in gadgets(),
    ) {
        let (states, next) = (states.iter().map(speakable).collect::<Vec<_>>(), speakable(&next));
        for vendor in [merging(plain()), replacing(plain())] {
            let Some(wanted) = carried(&vendor, &next) else { continue };
            let befores: Vec<_> = states.iter().cloned().map(desired).collect();
            let before = uncertain(&befores.iter().collect::<Vec<_>>(), &desired(next.clone()));
            for state in &states {
                let Some(held) = carried(&vendor, state) else { continue };
                let step = Transition::Update { before: &before, observed: Some(&held), previous: None };
                let Ok(planned) = vendor.plan(&step, &desired(next.clone()), Handling::Lenient) else { continue };
                prop_assert_eq!(vendor.read(&vendor.after(&held, &ready(planned).document())), vendor.read(&wanted));
            }
        }
    }

    #[test]
    fn settings_are_unlike_member_by_member(states in vec(settings(), 1..4), next in settings()) {
        let states: Vec<_> = states.into_iter().map(with_settings).collect();
        let next = with_settings(next);
        let before = uncertain(&states.iter().collect::<Vec<_>>(), &next);
        for pointer in ["/a/x", "/a/y", "/b"] {
            let of = |state: &Desired<Gadget>| state.extensions.get("toy")?.pointer(pointer).cloned();
            let differs = states.iter().any(|state| of(state) != of(&next));
            prop_assert_eq!(of(&before) != of(&next), differs, "{} of {:?}", pointer, before);
            let taken_back = of(&next).is_none() && differs;
            prop_assert!(!taken_back || of(&before).is_some(), "{pointer} of {before:?} is not taken back");
        }
    }
}

#[test]
fn a_secret_that_may_be_another_one_is_sent_again() {
    let trunk = |password: &str| Desired {
        record: Trunk {
            name: Some("Desk".to_owned()),
            phone_number: PhoneNumber::new("+15550100123").ok(),
            carrier: Some(Carrier::Sip {
                termination_uri: "sip.example.com".to_owned(),
                username: None,
                password: Some(Secret::from(password)),
            }),
        },
        ..Desired::default()
    };
    let (one, other) = (trunk("placeholder-one"), trunk("placeholder-other"));
    let before = uncertain(&[&one, &other], &one);
    assert_eq!(crate::changed(&before.record, &one.record), ["/carrier"]);
    assert!(uncertain(&[&one, &one], &one) == one);
}
