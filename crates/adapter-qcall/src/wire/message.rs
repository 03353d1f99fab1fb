//! The action that sends messages, with one channel each for SMS, WhatsApp and templates.

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use switchboard_core::prelude::*;

use crate::wire::{action::MESSAGES, said};

/// The channels and their flags, in the order in which the messages of an action are read back.
const CHANNELS: [(&str, &str); 3] = [("sms", "is_sms"), ("whatsapp", "is_whatsapp"), ("zeplo", "is_zeplo")];

/// A `sendMessage` action under construction. Messages can be added only to the channels after the last
/// filled channel.
pub struct Messages {
    action: Map<String, Value>,
    filled: usize,
}

impl Messages {
    /// Creates an action without messages. Keeps the drafts, that is, the channels of `observed` that are switched off.
    pub fn over(observed: Option<Value>) -> Self {
        let mut action = match observed {
            Some(Value::Object(action)) => action,
            _ => Map::from_iter([("type".to_owned(), Value::from(MESSAGES))]),
        };
        action.retain(|name, channel| {
            !CHANNELS.iter().any(|(known, flag)| known == name && is_on(channel, flag))
        });
        Self { action, filled: 0 }
    }

    /// Returns true if the channel of the message comes after all filled channels. Only then is the message read back
    /// after the messages that were added before it.
    pub fn has_room_for(&self, message: &SendMessage) -> bool {
        rank(message) >= self.filled
    }

    /// Puts a message into its channel.
    pub fn add(&mut self, message: &SendMessage) -> Result<(), Refusal> {
        let (name, flag) = CHANNELS[rank(message)];
        let channel = match message {
            SendMessage::Sms(sms) => Channel {
                description: sms.description.clone(),
                content: sms.content.clone(),
                end_call_sms: sms.after_call,
                end_call_sms_not_answered: sms.when_unanswered,
            }
            .value(flag)?,
            SendMessage::Whatsapp(whatsapp) => Channel {
                description: whatsapp.description.clone(),
                content: whatsapp.content.clone(),
                end_call_sms: whatsapp.after_call,
                end_call_sms_not_answered: whatsapp.when_unanswered,
            }
            .value(flag)?,
            SendMessage::Template(template) => Channel {
                description: template.description.clone(),
                content: Template::from_message(template),
                end_call_sms: template.after_call,
                end_call_sms_not_answered: template.when_unanswered,
            }
            .value(flag)?,
        };
        self.action.insert(name.to_owned(), channel);
        self.filled = rank(message) + 1;
        Ok(())
    }

    /// Returns the action.
    pub fn into_action(self) -> Value {
        Value::Object(self.action)
    }
}

/// Reads the messages whose channels are switched on in an action. Returns `None` if one of these messages cannot
/// be read.
pub fn read(action: &Value) -> Option<Vec<SendMessage>> {
    let on = CHANNELS.iter().filter(|(name, flag)| is_on(&action[*name], flag));
    on.map(|(name, _)| message(name, &action[*name])).collect()
}

fn message(name: &str, channel: &Value) -> Option<SendMessage> {
    Some(match name {
        "sms" => {
            let sms: Channel<String> = Channel::read(channel)?;
            SendMessage::Sms(TextMessage {
                content: sms.content,
                description: said(sms.description),
                after_call: sms.end_call_sms,
                when_unanswered: sms.end_call_sms_not_answered,
            })
        }
        "whatsapp" => {
            let whatsapp: Channel<Map<String, Value>> = Channel::read(channel)?;
            SendMessage::Whatsapp(StructuredMessage {
                content: whatsapp.content,
                description: said(whatsapp.description),
                after_call: whatsapp.end_call_sms,
                when_unanswered: whatsapp.end_call_sms_not_answered,
            })
        }
        _ => SendMessage::Template(Template::message(Channel::read(channel)?)),
    })
}

fn rank(message: &SendMessage) -> usize {
    match message {
        SendMessage::Sms(_) => 0,
        SendMessage::Whatsapp(_) => 1,
        SendMessage::Template(_) => 2,
    }
}

/// Returns whether a channel is switched on. A channel without its flag is on if it has content.
fn is_on(channel: &Value, flag: &str) -> bool {
    truth(&channel[flag]).unwrap_or_else(|| match &channel["content"] {
        Value::String(text) => !text.is_empty(),
        Value::Object(content) => !content.is_empty(),
        _ => false,
    })
}

fn truth(wire: &Value) -> Option<bool> {
    flag().decode(wire, &Facts::default())
}

/// One channel without its flag.
#[derive(Serialize, Deserialize)]
struct Channel<C> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    content: C,
    #[serde(default, deserialize_with = "lenient")]
    end_call_sms: bool,
    #[serde(default, deserialize_with = "lenient")]
    end_call_sms_not_answered: bool,
}

impl<C: Serialize + DeserializeOwned> Channel<C> {
    /// Converts the channel to JSON, with its flag switched on.
    fn value(self, flag: &str) -> Result<Value, Refusal> {
        let mut value = serde_json::to_value(self).map_err(|error| Refusal::Refused(error.to_string()))?;
        value[flag] = Value::Bool(true);
        Ok(value)
    }

    fn read(channel: &Value) -> Option<Self> {
        Self::deserialize(channel).ok()
    }
}

fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Value::deserialize(deserializer).map(|wire| truth(&wire).unwrap_or(false))
}

/// A message template that was approved in advance. Its slots have the same form in the model and at the
/// vendor.
#[derive(Serialize, Deserialize)]
struct Template {
    #[serde(rename = "templateName")]
    template_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<Category>,
    #[serde(default)]
    parameter_hints: Vec<String>,
    #[serde(default)]
    parameter_slots: Vec<ParameterSlot>,
    #[serde(default)]
    components: Vec<Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Category {
    Marketing,
    Utility,
    Authentication,
}

impl Template {
    fn from_message(message: &TemplateMessage) -> Self {
        Self {
            template_name: message.template_name.clone(),
            language: message.language.clone(),
            category: message.category.map(|category| match category {
                TemplateCategory::Marketing => Category::Marketing,
                TemplateCategory::Utility => Category::Utility,
                TemplateCategory::Authentication => Category::Authentication,
            }),
            parameter_hints: message.parameter_hints.clone(),
            parameter_slots: message.parameter_slots.clone(),
            components: message.components.clone(),
        }
    }

    fn message(channel: Channel<Self>) -> TemplateMessage {
        let template = channel.content;
        TemplateMessage {
            template_name: template.template_name,
            language: said(template.language),
            category: template.category.map(|category| match category {
                Category::Marketing => TemplateCategory::Marketing,
                Category::Utility => TemplateCategory::Utility,
                Category::Authentication => TemplateCategory::Authentication,
            }),
            parameter_hints: template.parameter_hints,
            parameter_slots: template.parameter_slots,
            components: template.components,
            description: said(channel.description),
            after_call: channel.end_call_sms,
            when_unanswered: channel.end_call_sms_not_answered,
        }
    }
}
