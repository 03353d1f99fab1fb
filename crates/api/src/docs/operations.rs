//! The section of the API operations, with their parameters, bodies and answers.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    document::{Document, Operation, items, members, text},
    json, markdown,
    schemas::{kind, type_and_limits},
};

/// Renders the operations of one group.
pub fn section(document: Document<'_>, tag: &str, about: &str) -> Markup {
    html! {
        section id={ "operations-" (tag) } {
            h3 { (tag) }
            p { (markdown::inline(about)) }
            @for operation in document.operations().filter(|operation| operation.has_tag(tag)) { (one(operation)) }
        }
    }
}

fn one(operation: Operation<'_>) -> Markup {
    let Operation { method, path, said } = operation;
    let open =
        items(&said["security"]).any(|scheme| scheme.as_object().is_some_and(|scheme| scheme.is_empty()));
    html! {
        details.operation id=(operation.id()) data-method=(method) data-path=(path) {
            summary {
                span class={ "method " (method) } { (method) } " "
                code.path { (path) } " "
                span.about { (text(said, "summary")) }
            }
            (markdown::blocks(text(said, "description")))
            @if open { p.note { "Needs no API key." } }
            @if said["parameters"].is_array() { (parameters(said)) }
            @for (media, content) in members(&said["requestBody"]["content"]) {
                h4 { "Body" }
                p { (kind(&content["schema"])) " as " code { (media) } }
                (example(content))
            }
            h4 { "Answers" }
            (answers(operation))
        }
    }
}

fn parameters(said: &Value) -> Markup {
    html! {
        h4 { "Parameters" }
        div.scroll tabindex="0" role="group" aria-label="Parameters" {
            table {
                thead { tr {
                    th scope="col" { "Name" } th scope="col" { "In" } th scope="col" { "Type and limits" }
                    th scope="col" { "Meaning" }
                } }
                tbody { @for parameter in items(&said["parameters"]) { tr {
                    th scope="row" {
                        code { (text(parameter, "name")) }
                        @if parameter["required"] == true { " " span.required { "required" } }
                    }
                    td { (text(parameter, "in")) }
                    td { (type_and_limits(&parameter["schema"])) }
                    td { (markdown::inline(text(parameter, "description"))) }
                } } }
            }
        }
    }
}

fn answers(operation: Operation<'_>) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label={ "Answers of " (operation.id()) } {
            table.answers {
                thead { tr { th scope="col" { "Status" } th scope="col" { "Meaning" } th scope="col" { "Content" } } }
                tbody { @for (status, answer) in members(&operation.said["responses"]) { tr {
                    th scope="row" { span class={ "status of-" (&status[..1]) } { (status) } }
                    td {
                        (markdown::inline(text(answer, "description")))
                        @for (name, header) in members(&answer["headers"]) {
                            div.limits { code { (name) } ": " (markdown::inline(text(header, "description"))) }
                        }
                        @if status.starts_with('2') {
                            @for (_, content) in members(&answer["content"]) { (example(content)) }
                        }
                    }
                    td { @for (media, content) in members(&answer["content"]) {
                        div { (kind(&content["schema"])) " as " code { (media) } }
                    } }
                } } }
            }
        }
    }
}

fn example(content: &Value) -> Markup {
    let Some(example) = content.get("example") else { return html! {} };
    html! { details.example { summary { "Example" } (json::block(example, "Example")) } }
}
