//! The messages that an agent sends with a tool, during or after a call.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::model::leaf::or_default;

/// A tool with which the agent sends a message, with one variant for each channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "channel", rename_all = "snake_case")]
pub enum SendMessage {
    /// An SMS.
    Sms(TextMessage),
    /// A WhatsApp message, in the vendor's own structure.
    Whatsapp(StructuredMessage),
    /// A message from a template that was approved in advance.
    Template(TemplateMessage),
}

/// A tool with which the agent sends a plain-text message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TextMessage {
    /// The content of the message.
    pub content: String,
    /// The situations in which the agent sends the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// If true, the message is sent after a call has ended. False if omitted or null.
    #[serde(default, deserialize_with = "or_default")]
    pub after_call: bool,
    /// If true, the message is sent after an unanswered call. False if omitted or null.
    #[serde(default, deserialize_with = "or_default")]
    pub when_unanswered: bool,
}

/// A tool with which the agent sends a message in the vendor's own structure.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StructuredMessage {
    /// The message, in the vendor's own structure.
    pub content: Map<String, Value>,
    /// The situations in which the agent sends the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// If true, the message is sent after a call has ended. False if omitted or null.
    #[serde(default, deserialize_with = "or_default")]
    pub after_call: bool,
    /// If true, the message is sent after an unanswered call. False if omitted or null.
    #[serde(default, deserialize_with = "or_default")]
    pub when_unanswered: bool,
}

/// A tool with which the agent sends a message from an approved template.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateMessage {
    /// The name of the template.
    pub template_name: String,
    /// The language of the template, such as `en_US`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub language: Option<String>,
    /// The purpose for which the template was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub category: Option<TemplateCategory>,
    /// A hint for each placeholder of the template, such as `first name`, in the order of the placeholders. The vendor
    /// does not document the order.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub parameter_hints: Vec<String>,
    /// The placeholders of the template.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub parameter_slots: Vec<ParameterSlot>,
    /// The components of the template, in the vendor's own structure.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Value>,
    /// The situations in which the agent sends the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// If true, the message is sent after a call has ended. False if omitted or null.
    #[serde(default, deserialize_with = "or_default")]
    pub after_call: bool,
    /// If true, the message is sent after an unanswered call. False if omitted or null.
    #[serde(default, deserialize_with = "or_default")]
    pub when_unanswered: bool,
}

/// The purpose of a message template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TemplateCategory {
    /// Promotional messages.
    Marketing,
    /// Messages about an action of the recipient, such as an order.
    Utility,
    /// One-time codes.
    Authentication,
}

/// A placeholder in a template.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParameterSlot {
    /// The section of the template that contains the placeholder: `header`, `body` or `button`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub section: Option<String>,
    /// The index of the template component that contains the placeholder, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uint32", maximum = 4_294_967_295_i64)]
    pub index: Option<u32>,
    /// The index of the placeholder in the template component, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uint32", maximum = 4_294_967_295_i64)]
    pub sub_index: Option<u32>,
    /// The display name of the placeholder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub label: Option<String>,
}
