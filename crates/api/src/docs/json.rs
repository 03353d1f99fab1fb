//! The rendering of JSON values.

use maud::{Markup, html};
use serde_json::Value;

/// Renders a value on several lines, in a block that can also be scrolled with the keyboard.
pub fn block(value: &Value, label: &str) -> Markup {
    html! { pre.json tabindex="0" role="group" aria-label=(label) { code { (node(value, 0)) } } }
}

/// Renders a value for a table cell. Folds an object that is not empty, and a list of more than 3 items.
pub fn inline(value: &Value) -> Markup {
    match value {
        Value::Object(members) if !members.is_empty() => unfolding(value, members.len(), "member"),
        Value::Array(items) if items.len() > 3 => unfolding(value, items.len(), "item"),
        value => html! { code.value { (value) } },
    }
}

fn unfolding(value: &Value, count: usize, of: &str) -> Markup {
    let plural = if count == 1 { "" } else { "s" };
    html! { details.value { summary { (count) " " (of) (plural) } (block(value, "the value")) } }
}

fn node(value: &Value, depth: usize) -> Markup {
    match value {
        Value::Object(members) if !members.is_empty() => html! {
            "{" @for (index, (name, value)) in members.iter().enumerate() {
                (separator(index, depth + 1))
                span.key { (Value::from(name.as_str())) } ": " (node(value, depth + 1))
            } (line(depth)) "}"
        },
        Value::Array(items) if !items.is_empty() => html! {
            "[" @for (index, item) in items.iter().enumerate() {
                (separator(index, depth + 1))
                (node(item, depth + 1))
            } (line(depth)) "]"
        },
        Value::String(_) => html! { span.text { (value) } },
        value => html! { span.plain { (value) } },
    }
}

fn separator(index: usize, depth: usize) -> String {
    if index == 0 { line(depth) } else { format!(",{}", line(depth)) }
}

fn line(depth: usize) -> String {
    format!("\n{}", "  ".repeat(depth))
}
