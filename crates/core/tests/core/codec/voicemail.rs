use serde_json::{Value, json};
use switchboard_core::{
    facts::Facts,
    model::VoicemailAction,
    rule::{Codec, Translation, VoicemailForm, VoicemailReaction, text},
};

/// A vendor that stores null, `hang up`, or an object with the message.
const FORM: VoicemailForm = VoicemailForm {
    read: |wire| match wire {
        Value::Null => Some(VoicemailReaction::Continue),
        Value::String(_) => Some(VoicemailReaction::HangUp),
        wire => Some(VoicemailReaction::Leave(wire.get("say")?.as_str())),
    },
    write: |reaction, _| match reaction {
        VoicemailReaction::Continue => Value::Null,
        VoicemailReaction::HangUp => json!("hang up"),
        VoicemailReaction::Leave(message) => json!({ "say": message.unwrap_or_default() }),
    },
};

fn written<T>(codec: &impl Codec<T>, value: &T, held: &Value) -> Option<Value> {
    let with = Translation { facts: &Facts::NONE, observed: None, held, body: &Value::Null };
    codec.encode(value, &with).ok().map(|encoded| encoded.wire)
}

#[test]
fn a_message_completes_the_action() {
    let (action, message) = (FORM.action(), FORM.message(text()));
    let begun = written(&action, &VoicemailAction::LeaveMessage, &Value::Null).unwrap();
    let whole = written(&message, &"Call back.".to_owned(), &begun).unwrap();
    assert_eq!(whole, json!({ "say": "Call back." }));
    assert!(action.completed(&whole).is_none(), "nothing is missing");
    assert_eq!(action.decode(&whole, &Facts::NONE), Some(VoicemailAction::LeaveMessage));
    assert_eq!(message.decode(&whole, &Facts::NONE).as_deref(), Some("Call back."));
    assert_eq!(message.rest(&whole), Some(begun));
}

#[test]
fn an_agent_without_a_message_hangs_up() {
    let begun = written(&FORM.action(), &VoicemailAction::LeaveMessage, &Value::Null).unwrap();
    let completed = FORM.action().completed(&begun).unwrap();
    assert_eq!((completed.wire, completed.loss.unwrap().sent), (json!("hang up"), json!("hang_up")));
}

#[test]
fn a_message_needs_the_action() {
    let message = FORM.message(text());
    assert_eq!(written(&message, &"Call back.".to_owned(), &json!("hang up")), None);
    assert!(message.lacks(&json!("hang up")) && message.lacks(&Value::Null));
}
