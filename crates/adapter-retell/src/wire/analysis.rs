//! Codecs for the analysis of calls and for the events of the webhook.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::text;

const PRESET: &str = "system-presets";

fn is_preset(name: &'static str) -> impl Fn(&Value) -> bool {
    move |item| item["type"] == PRESET && item["name"] == name
}

fn write_preset(prompt: &str, items: &mut Vec<Value>, name: &'static str) -> Result<Option<Loss>, Refusal> {
    match items.iter_mut().find(|item| is_preset(name)(item)) {
        Some(item) => item["description"] = json!(prompt),
        None => items.push(json!({ "type": PRESET, "name": name, "description": prompt })),
    }
    Ok(None)
}

fn read_preset(items: &[Value], name: &'static str) -> Option<Option<String>> {
    let item = items.iter().find(|item| is_preset(name)(item));
    Some(item.and_then(|item| text(item, "/description")).map(ToOwned::to_owned))
}

/// Builds the codec for the instructions for the summary.
pub fn summary_prompt() -> impl Codec<String> {
    const NAME: &str = "call_summary";
    ListPortion::<String> {
        write: |prompt, items| write_preset(prompt, items, NAME),
        read: |items| read_preset(items, NAME),
        clear: |items| items.retain(|item| !is_preset(NAME)(item)),
        domain: || Domain::Text { max_length: None },
    }
}

/// Builds the codec for the instructions for the outcome.
pub fn outcome_prompt() -> impl Codec<String> {
    const NAME: &str = "call_successful";
    ListPortion::<String> {
        write: |prompt, items| write_preset(prompt, items, NAME),
        read: |items| read_preset(items, NAME),
        clear: |items| items.retain(|item| !is_preset(NAME)(item)),
        domain: || Domain::Text { max_length: None },
    }
}

/// Builds the codec for extractions. Settings that only the vendor has for a data point keep their stored values.
pub fn extraction() -> impl Codec<Vec<Extraction>> {
    ListPortion::<Vec<Extraction>> {
        write: |wanted, items| {
            let held: Vec<_> = items.iter().filter(|item| item["type"] != PRESET).cloned().collect();
            items.retain(|item| item["type"] == PRESET);
            for extraction in wanted {
                items.push(write(extraction, &held)?);
            }
            let is_whole = |extraction: &&Extraction| extraction.r#type == ExtractedType::Integer;
            let sent = wanted.iter().map(|extraction| match extraction.r#type {
                ExtractedType::Integer => Extraction { r#type: ExtractedType::Number, ..extraction.clone() },
                _ => extraction.clone(),
            });
            Ok(wanted.iter().any(|extraction| is_whole(&extraction)).then(|| Loss {
                verdict: Verdict::Substituted,
                sent: json!(sent.collect::<Vec<_>>()),
                why: "The vendor does not tell whole numbers from others.".to_owned(),
            }))
        },
        read: |items| {
            let points = items.iter().filter(|item| item["type"] != PRESET);
            let points = points.map(read).collect::<Option<Vec<_>>>()?;
            Some(Some(points).filter(|points| !points.is_empty()))
        },
        clear: |items| items.retain(|item| item["type"] == PRESET),
        domain: || Domain::Structure,
    }
}

fn write(
    Extraction { name, r#type, description, choices }: &Extraction,
    held: &[Value],
) -> Result<Value, Refusal> {
    if description.is_empty() {
        return Err(Refusal::Refused(format!("the vendor requires a description for {name:?}.")));
    }
    let kind = match (r#type, choices) {
        (_, Some(_)) => "enum",
        (ExtractedType::String, None) => "string",
        (ExtractedType::Boolean, None) => "boolean",
        (ExtractedType::Number | ExtractedType::Integer, None) => "number",
    };
    let same = held.iter().find(|item| item["name"] == *name && item["type"] == kind).cloned();
    let mut item = same.unwrap_or(json!({ "type": kind, "name": name }));
    item["description"] = json!(description);
    if let Some(choices) = choices {
        item["choices"] = json!(choices);
    }
    Ok(item)
}

fn read(item: &Value) -> Option<Extraction> {
    let r#type = match text(item, "/type")? {
        "string" | "enum" => ExtractedType::String,
        "boolean" => ExtractedType::Boolean,
        "number" => ExtractedType::Number,
        _ => return None,
    };
    let choice = |choice: &Value| choice.as_str().map(ToOwned::to_owned);
    let choices = item["choices"].as_array().map(|choices| choices.iter().map(choice).collect::<Option<_>>());
    Some(Extraction {
        name: text(item, "/name")?.to_owned(),
        r#type,
        description: text(item, "/description").unwrap_or_default().to_owned(),
        choices: match choices {
            Some(choices) => Some(choices?),
            None => None,
        },
    })
}

/// Builds the codec for the flag that enables the webhook. The agent has no webhook of its own if the vendor has no URL
/// for it.
pub fn webhook_enabled() -> impl Codec<bool> {
    ValuePortion::<bool> {
        write: |is_enabled, url| match is_enabled {
            true if url.is_null() => Err(Refusal::Unsupported(
                "the vendor has no switch, and webhook.url has no value.".to_owned(),
            )),
            true => Ok(url.clone().into()),
            false => Ok(Encoded {
                wire: Value::Null,
                loss: Some(Loss {
                    verdict: Verdict::Substituted,
                    sent: json!(false),
                    why: "The vendor then sends the results to the webhook of the account, if there is one."
                        .to_owned(),
                }),
            }),
        },
        read: |url| Some(Some(!url.is_null())),
        rest: |url| Some(url.clone()),
        domain: || Domain::Choice { values: vec![json!(true)] },
    }
}

/// The events of the webhook, with the vendor's names (SDK 6.2.13).
const EVENTS: &[(&str, &str)] = &[
    ("call.answered", "call_started"),
    ("call.ended", "call_ended"),
    ("call.analyzed", "call_analyzed"),
    ("call.transcript_updated", "transcript_updated"),
    ("call.transferred", "transfer_bridged"),
];

/// The vendor's events of an agent for which none are chosen (SDK 6.2.13).
pub const DEFAULT_EVENTS: &[&str] = &["call_started", "call_ended", "call_analyzed"];

/// Returns the events of [`DEFAULT_EVENTS`].
pub fn default_events() -> Vec<EventName> {
    let is_default = |(_, theirs): &&(&str, &str)| DEFAULT_EVENTS.contains(theirs);
    EVENTS.iter().filter(is_default).filter_map(|(ours, _)| EventName::new(ours).ok()).collect()
}

/// Builds the codec for the events of the webhook. The effect of an empty list is not documented, so none is sent.
pub fn events() -> impl Codec<Vec<EventName>> {
    Events(event_names(EVENTS))
}

struct Events<C>(C);

impl<C: Codec<Vec<EventName>>> Codec<Vec<EventName>> for Events<C> {
    fn encode(&self, value: &Vec<EventName>, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        match value.iter().any(|event| EVENTS.iter().any(|(ours, _)| *ours == event.as_str())) {
            true => self.0.encode(value, with),
            false => {
                let known: Vec<_> = EVENTS.iter().map(|(ours, _)| *ours).collect();
                Err(Refusal::Unsupported(format!("the vendor has only {}.", known.join(", "))))
            }
        }
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<Vec<EventName>> {
        self.0.decode(wire, facts)
    }
    fn lacks(&self, wire: &Value) -> bool {
        self.0.lacks(wire)
    }
    fn domain(&self) -> Domain {
        self.0.domain()
    }
}
