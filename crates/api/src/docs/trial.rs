//! The form for trying an operation at this gateway. The script shows the form and sends its request.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    TrialKey,
    document::{Operation, members, text},
    literal::{Notation, literal},
    markdown,
    schemas::choices,
    site::Site,
};

/// Renders the form, hidden until the script shows it.
pub fn section(site: &Site, operation: Operation<'_>) -> Markup {
    let Operation { method, path, said } = operation;
    html! {
        section.try aria-labelledby="try" hidden {
            h2 #try { "Try it" }
            p.note { (note(site.key(), method)) }
            form.trial data-method=(method) data-path=(path) {
                @if !operation.is_open() { (key(site.key())) }
                @for parameter in operation.parameters() { (input(site, parameter)) }
                @if let Some((media, content)) = operation.body() { (body(said, media, content)) }
                button type="submit" { "Send" }
            }
            div.answer role="status" {}
        }
    }
}

fn note(key: TrialKey, method: &str) -> &'static str {
    match (key, method) {
        (TrialKey::Development(_), _) => {
            "This gateway carries the request out. The form contains its development key."
        }
        (_, "get") => "This gateway answers the request.",
        _ => "The request is real: this gateway carries it out, and writes to its vendors.",
    }
}

fn key(key: TrialKey) -> Markup {
    match key {
        TrialKey::NotNeeded => html! {},
        TrialKey::Development(key) => html! {
            label { span { "API key" } input name="key" data-in="key" value=(key) required autocomplete="off" spellcheck="false"; }
        },
        TrialKey::Entered => html! {
            label {
                span { "API key " small { "stays in the memory of this page" } }
                input type="password" name="key" data-in="key" required autocomplete="off";
            }
        },
    }
}

fn input(site: &Site, parameter: &Value) -> Markup {
    let (name, place, schema) = (text(parameter, "name"), text(parameter, "in"), &parameter["schema"]);
    let required = parameter["required"] == true;
    let values: Vec<_> = choices(schema).filter_map(Value::as_str).collect();
    let vendors: &[String] = match name {
        "vendor" | "from" | "to" => &site.columns().vendors,
        _ => &[],
    };
    let (list, example) = (format!("{name}-values"), shown(&parameter["example"]));
    html! {
        label {
            span { code { (name) } " " small { (place) @if required { ", required" } } }
            @if name == "Idempotency-Key" {
                input name=(name) data-in=(place) required[required] data-fresh autocomplete="off" spellcheck="false";
            } @else if !values.is_empty() {
                select name=(name) data-in=(place) required[required] {
                    @if !required { option value="" { "–" } }
                    @for value in values { option { (value) } }
                }
            } @else if schema["type"] == "boolean" {
                select name=(name) data-in=(place) { option value="" { "–" } option { "true" } option { "false" } }
            } @else {
                input name=(name) data-in=(place) required[required] placeholder=(example)
                    list=[(!vendors.is_empty()).then_some(&list)] autocomplete="off" spellcheck="false";
                @if !vendors.is_empty() {
                    datalist id=(list) { @for vendor in vendors { option value=(vendor) {} } }
                }
            }
        }
    }
}

fn body(said: &Value, media: &str, content: &Value) -> Markup {
    let medias: Vec<_> = members(&said["requestBody"]["content"]).map(|(media, _)| media).collect();
    let text = literal(&content["example"], Notation::Json, 0);
    let rows = text.lines().count().clamp(3, 24).to_string();
    html! {
        @if medias.len() > 1 {
            label {
                span { code { "Content-Type" } }
                select name="media" data-in="media" { @for media in &medias { option { (media) } } }
            }
        } @else {
            input type="hidden" name="media" data-in="media" value=(media);
        }
        label {
            span { "Body " small { (markdown::inline(media)) } }
            textarea name="body" data-in="body" rows=(rows) spellcheck="false" { (text) }
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        value => value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned),
    }
}
