//! Random tools of agents.

use proptest::{
    collection::{btree_map, vec},
    option::of,
    prelude::*,
    sample::select,
};
use serde_json::{Value, json};
use switchboard_core::model::{
    BookMeeting, HttpHeader, HttpMethod, HttpRequest, ParameterSlot, Parameters, SendMessage,
    StructuredMessage, TemplateCategory, TemplateMessage, TextMessage, Tool,
};

use super::{any_object, choice, seconds, text, timezone, url, words};

pub fn tool() -> impl Strategy<Value = Tool> {
    prop_oneof![
        meeting().prop_map(Tool::BookMeeting),
        message().prop_map(|message| Tool::SendMessage(SendMessage::Sms(message))),
        structured().prop_map(|message| Tool::SendMessage(SendMessage::Whatsapp(message))),
        template().prop_map(|message| Tool::SendMessage(SendMessage::Template(message))),
        http_request().prop_map(Tool::HttpRequest),
    ]
}

/// Generates requests whose names differ, because the tools of an agent have different names.
fn http_request() -> impl Strategy<Value = HttpRequest> {
    let methods: Vec<_> = HttpMethod::ALL.iter().map(|(method, _)| *method).collect();
    let headers = btree_map("[A-Z][a-z-]{3,8}", "hush-[ -~]{0,8}", 0..3);
    let parameters = of(select(vec![
        json!({ "type": "object", "properties": {} }),
        json!({ "type": "object", "properties": { "day": { "type": "string" } }, "required": ["day"] }),
    ]));
    ("[a-z_]{16}", text(), select(methods), url(), headers, parameters, of(seconds(1..=600))).prop_map(
        |(name, description, method, url, headers, parameters, timeout_s)| HttpRequest {
            name,
            description,
            method,
            url,
            headers: headers
                .into_iter()
                .map(|(name, value)| HttpHeader { name, value: Some(value.as_str().into()) })
                .collect(),
            parameters: parameters.and_then(|schema| Parameters::from_vendor(&schema)),
            timeout_s,
        },
    )
}

fn meeting() -> impl Strategy<Value = BookMeeting> {
    let texts = (words(), words(), words(), words(), of("20[0-9]{2}-0[1-9]-[12][0-9]"));
    let time = || of("([01][0-9]|2[0-3]):[0-5][0-9]");
    let when = (of(any::<u32>()), of(timezone()), time(), time(), of(vec(text(), 0..3)));
    (texts, when).prop_map(|(texts, when)| BookMeeting {
        calendar: texts.0,
        description: texts.1,
        say: texts.2,
        instructions: texts.3,
        length_min: when.0,
        timezone: when.1,
        start_date: texts.4,
        start_time: when.2,
        end_time: when.3,
        days: when.4,
    })
}

fn message() -> impl Strategy<Value = TextMessage> {
    (text(), words(), any::<bool>(), any::<bool>()).prop_map(
        |(content, description, after_call, when_unanswered)| TextMessage {
            content,
            description,
            after_call,
            when_unanswered,
        },
    )
}

fn structured() -> impl Strategy<Value = StructuredMessage> {
    (any_object(), words(), any::<bool>(), any::<bool>()).prop_map(
        |(content, description, after_call, when_unanswered)| StructuredMessage {
            content,
            description,
            after_call,
            when_unanswered,
        },
    )
}

fn template() -> impl Strategy<Value = TemplateMessage> {
    let category =
        choice(&[TemplateCategory::Marketing, TemplateCategory::Utility, TemplateCategory::Authentication]);
    let number = || of(any::<u32>());
    let slot = (words(), number(), number(), words())
        .prop_map(|(section, index, sub_index, label)| ParameterSlot { section, index, sub_index, label });
    let parts = (vec(text(), 0..3), vec(slot, 0..3), vec(any_object().prop_map(Value::Object), 0..3));
    (text(), words(), category, parts, message()).prop_map(
        |(template_name, language, category, parts, when)| TemplateMessage {
            template_name,
            language,
            category,
            parameter_hints: parts.0,
            parameter_slots: parts.1,
            components: parts.2,
            description: when.description,
            after_call: when.after_call,
            when_unanswered: when.when_unanswered,
        },
    )
}
