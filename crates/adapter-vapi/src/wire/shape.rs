//! The conversion of assistants between the vendor's form and the form that the rules read. The rules' form has one
//! place for each field, regardless of the provider of the voice, the transcriber or the model:
//!
//! | the rules | the vendor |
//! |---|---|
//! | `/model/model`, the provider and the name | `/model/provider`, `/model/model` |
//! | `/model/endpoint`, the caller's own server | `/model/url`, `/model/model`, `/model/headers` of custom-llm |
//! | `/voice/heldProvider`, `/transcriber/heldProvider`, the provider from which the other members are | none |
//! | `/voice/speed` | `/voice/generationConfig/speed` of cartesia, `/voice/speakingRate` of inworld |
//! | `/voice/language`, `/transcriber/language`, as tags | codes or names of each provider; `/voice/languageCode` of inworld, `/voice/languageBoost` of minimax |
//! | `/transcriber/keyterm` | a list that each provider names differently |
//! | `/voicemailDetection/message` | `/voicemailMessage` |
//! | `/startSpeakingPlan/smartEndpointingPlan`: `vad`, true, `livekit` | no plan; `/startSpeakingPlan/smartEndpointingEnabled` |
//! | the destinations of the first tool of a type | the destinations of all tools of the type |
//! | `/model/apiRequests`, the HTTP requests | items of `/model/tools` |

use serde_json::{Map, Value, json};
use switchboard_core::prelude::*;

use super::{
    endpoint, keyterms,
    languages::{transcriber_code, transcriber_tag, voice_code},
    providers::{drop_foreign, drop_replaced, note_provider, take_noted},
    requests, same_tools,
    voices::VAD,
};

/// The path of the hook that contains the gateway's reprompts. The hook is found by its name.
const REPROMPT: &str = "/hooks/[name=switchboard-reprompt]";
/// The seconds of silence after which the vendor runs such a hook by default (vendor guides, 2026-08-20).
const REPROMPT_AFTER: f64 = 7.5;

/// The vendor's plan for the end of a turn.
const PLAN: &str = "/startSpeakingPlan/smartEndpointingPlan";
/// The older form of the plan: true or the name of a provider (vendor OpenAPI document, 2026-08-20).
const OLDER: &str = "smartEndpointingEnabled";

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name)?.as_str()
}

fn object<'a>(document: &'a mut Value, name: &str) -> Option<&'a mut Map<String, Value>> {
    document.get_mut(name)?.as_object_mut()
}

/// Moves a value within an object, between two JSON pointers.
pub(super) fn carry(members: &mut Map<String, Value>, from: &str, to: &str) {
    let mut document = Value::Object(std::mem::take(members));
    if let Some(value) = document_path::get(&document, from).cloned() {
        document_path::remove(&mut document, from);
        document_path::put(&mut document, to, value);
    }
    if let Value::Object(carried) = document {
        *members = carried;
    }
}

/// Returns the vendor's paths for a voice's speed and language, if they differ from those of the rules. Each path comes
/// with its path in the rules.
fn places_of_voice(provider: &str) -> &'static [(&'static str, &'static str)] {
    match provider {
        "cartesia" => &[("/generationConfig/speed", "/speed")],
        "inworld" => &[("/speakingRate", "/speed"), ("/languageCode", "/language")],
        "minimax" => &[("/languageBoost", "/language")],
        _ => &[],
    }
}

/// Converts an assistant to the form that the rules read.
pub fn to_rules(document: &mut Value) {
    if let Some(model) = object(document, "model")
        && !endpoint::to_rules(model)
        && let Some(provider) = text(model, "provider")
    {
        let name = format!("{provider}/{}", text(model, "model").unwrap_or_default());
        model.insert("model".to_owned(), json!(name));
    }
    if let Some(model) = object(document, "model") {
        requests::to_rules(model);
        same_tools::to_rules(model);
    }
    let mut spoken = None;
    if let Some(transcriber) = object(document, "transcriber") {
        let provider = text(transcriber, "provider").unwrap_or_default().to_owned();
        note_provider(transcriber);
        keyterms::to_rules(&provider, transcriber);
        if let Some(tag) =
            text(transcriber, "language").map(|code| transcriber_tag(&provider, code).to_owned())
        {
            transcriber.insert("language".to_owned(), json!(tag));
            spoken = Some(tag);
        }
    }
    if let Some(voice) = object(document, "voice") {
        let provider = text(voice, "provider").unwrap_or_default().to_owned();
        note_provider(voice);
        for (theirs, ours) in places_of_voice(&provider) {
            carry(voice, theirs, ours);
        }
        if let Some(tag) = spoken {
            let code = voice_code(&provider, text(voice, "model"), &tag);
            // A voice without a language setting speaks the language of its text.
            if voice.get("language").is_none_or(|held| held.as_str() == code.as_deref()) {
                voice.insert("language".to_owned(), json!(tag));
            }
        }
    }
    if let Some(plan) = object(document, "startSpeakingPlan")
        && plan.get(OLDER).is_some_and(|older| *older == true || *older == "livekit")
        && plan.get("smartEndpointingPlan").is_none_or(Value::is_null)
    {
        carry(plan, &format!("/{OLDER}"), "/smartEndpointingPlan");
    }
    if document.get("startSpeakingPlan").is_none_or(Value::is_object)
        && document_path::get(document, PLAN).is_none_or(Value::is_null)
    {
        document_path::put(document, PLAN, json!(VAD));
    }
    if let Value::Object(members) = document
        && members.get("voicemailDetection").is_some_and(Value::is_object)
    {
        carry(members, "/voicemailMessage", "/voicemailDetection/message");
    }
}

/// Converts the body of a request to the vendor's form, and completes it with the members that the vendor requires.
pub fn to_vendor(body: &mut Value, is_update: bool) {
    if let Some(model) = object(body, "model") {
        same_tools::to_vendor(model);
        requests::to_vendor(model);
        let held = text(model, "provider").map(ToOwned::to_owned);
        let is_own = endpoint::to_vendor(model);
        let joined = text(model, "model").and_then(|name| name.split_once('/')).filter(|_| !is_own);
        if let Some((provider, name)) = joined.map(|(provider, name)| (provider.to_owned(), name.to_owned()))
        {
            model.insert("provider".to_owned(), json!(provider));
            match name.is_empty() {
                true => model.shift_remove("model"),
                false => model.insert("model".to_owned(), json!(name)),
            };
        }
        drop_replaced("model", model, held.as_deref());
        drop_foreign("model", model);
    }
    if let Some(transcriber) = object(body, "transcriber") {
        let provider = text(transcriber, "provider").unwrap_or_default().to_owned();
        let held = take_noted(transcriber);
        drop_replaced("transcriber", transcriber, held.as_deref());
        if let Some(code) = text(transcriber, "language").map(|tag| transcriber_code(&provider, tag)) {
            transcriber.insert("language".to_owned(), json!(code));
        }
        keyterms::to_vendor(&provider, transcriber);
        drop_foreign("transcriber", transcriber);
    }
    if let Some(voice) = object(body, "voice") {
        let provider = text(voice, "provider").unwrap_or_default().to_owned();
        let held = take_noted(voice);
        drop_replaced("voice", voice, held.as_deref());
        let tag = voice.shift_remove("language").and_then(|tag| tag.as_str().map(ToOwned::to_owned));
        if let Some(code) = tag.and_then(|tag| voice_code(&provider, text(voice, "model"), &tag)) {
            voice.insert("language".to_owned(), json!(code));
        }
        for (theirs, ours) in places_of_voice(&provider) {
            carry(voice, ours, theirs);
        }
        drop_foreign("voice", voice);
        let main = Value::from(provider);
        let others = voice.get_mut("fallbackPlan").and_then(|plan| plan.get_mut("voices")?.as_array_mut());
        for other in others.into_iter().flatten().filter_map(Value::as_object_mut) {
            other.entry("provider").or_insert_with(|| main.clone());
        }
    }
    complete(body, is_update);
}

fn complete(body: &mut Value, is_update: bool) {
    let is_zero = |name: &str| {
        let value = document_path::get(body, &format!("{REPROMPT}/options/{name}"));
        value.and_then(Value::as_f64) == Some(0.0)
    };
    // The vendor runs a hook at least once, and at the earliest after one second.
    if is_zero("timeoutSeconds") || is_zero("triggerMaxCount") {
        document_path::remove(body, REPROMPT);
    }
    if document_path::get(body, REPROMPT).is_some() {
        let at = |name: &str| format!("{REPROMPT}/{name}");
        document_path::put(body, &at("on"), json!("customer.speech.timeout"));
        if document_path::get(body, &at("options/timeoutSeconds")).is_none() {
            document_path::put(body, &at("options/timeoutSeconds"), json!(REPROMPT_AFTER));
        }
        if document_path::get(body, &at("do")).and_then(Value::as_array).is_none_or(Vec::is_empty) {
            let prompt = "Ask briefly whether the other party is still there.";
            document_path::put(body, &at("do"), json!([{ "type": "say", "prompt": prompt }]));
        }
    }
    if let Some(plan) = object(body, "startSpeakingPlan")
        && plan
            .get("smartEndpointingPlan")
            .is_some_and(|held| !held.is_object() && *held != VAD && !held.is_null())
    {
        carry(plan, "/smartEndpointingPlan", &format!("/{OLDER}"));
    }
    if document_path::get(body, PLAN).is_some_and(|plan| plan == VAD) {
        document_path::remove(body, &format!("/startSpeakingPlan/{OLDER}"));
        match is_update {
            true => document_path::put(body, PLAN, Value::Null),
            false => document_path::remove(body, PLAN),
        }
    }
    let Value::Object(members) = body else { return };
    if let Some(plan) = members.get_mut("voicemailDetection").and_then(Value::as_object_mut) {
        // Without a message, the agent hangs up, and the record then reads back as `hang_up`.
        let message = plan.shift_remove("message").filter(|message| message != "");
        if message.is_some() || is_update {
            members.insert("voicemailMessage".to_owned(), message.unwrap_or_default());
        }
    }
    if !is_update {
        members.retain(|_, value| !value.is_null());
    }
}
