use serde_json::{Value, json};
use switchboard_core::{
    facts::Facts,
    model::EventName,
    rule::{Codec, Translation, event_names},
};

const NAMES: &[(&str, &str)] = &[("call.ended", "ended"), ("call.analyzed", "analyzed")];

fn events(names: &[&str]) -> Vec<EventName> {
    names.iter().map(|name| EventName::new(name).unwrap()).collect()
}

#[test]
fn events_of_the_vendor_without_a_name_are_kept() {
    let (codec, held) = (event_names(NAMES), json!(["moved", "ended"]));
    let with = Translation { facts: &Facts::NONE, observed: None, held: &held, body: &Value::Null };
    let sent = codec.encode(&events(&["call.analyzed"]), &with).ok().unwrap();
    assert_eq!((sent.wire.clone(), sent.loss.is_none()), (json!(["analyzed", "moved"]), true));
    assert_eq!(codec.decode(&sent.wire, &Facts::NONE), Some(events(&["call.analyzed"])));
    assert!(codec.lacks(&json!(["moved"])) && codec.lacks(&Value::Null) && !codec.lacks(&held));
}

#[test]
fn events_that_the_vendor_does_not_have_are_reported() {
    let with = Translation { facts: &Facts::NONE, observed: None, held: &Value::Null, body: &Value::Null };
    let sent = event_names(NAMES).encode(&events(&["call.ringing", "call.ended"]), &with).ok().unwrap();
    let loss = sent.loss.unwrap();
    assert_eq!((sent.wire, loss.sent), (json!(["ended"]), json!(["call.ended"])));
    assert_eq!(loss.why, "The vendor has only call.ended and call.analyzed.");
    let only = event_names(&NAMES[..1]).encode(&events(&["call.analyzed"]), &with).ok().unwrap();
    assert_eq!(only.loss.unwrap().why, "The vendor has only call.ended.");
}
