//! The page of an operation: its parameters, body and answers, with samples and a form for trying it.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    super::openapi::headers::REQUEST_ID,
    DOCUMENT,
    document::{Document, Operation, items, members, referred, text},
    json, markdown,
    model::Record,
    pages::Page,
    samples,
    schemas::{self, kind, type_and_limits},
    site::Site,
    trial,
};

/// Renders the page of the operation with this id.
pub fn page(site: &Site, id: &str) -> Markup {
    let Some(operation) = Document(&DOCUMENT).operation(id) else { return html! {} };
    let Operation { method, path, said } = operation;
    html! {
        div.beside {
            div id=(id) data-method=(method) data-path=(path) {
                h1 { (text(said, "summary")) }
                p.address { span class={ "method " (method) } { (method) } " " code.path { (schemas::wrapping(path)) } }
                (markdown::blocks(text(said, "description")))
                @if operation.is_open() { p.note { "Needs no API key." } }
                @if said["parameters"].is_array() { (parameters(said)) }
                @if let Some((_, content)) = operation.body() { (body(said, content)) }
                h2 { "Answers" }
                (answers(operation))
            }
            div.aside {
                (samples::section(operation))
                (trial::section(site, operation))
            }
        }
    }
}

fn parameters(said: &Value) -> Markup {
    html! {
        h2 { "Parameters" }
        div.scroll tabindex="0" role="group" aria-label="Parameters" {
            table.parameters {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Meaning" } } }
                tbody { @for parameter in items(&said["parameters"]) { tr {
                    th scope="row" {
                        code { (schemas::wrapping(text(parameter, "name"))) }
                        @if parameter["required"] == true { " " span.required { "required" } }
                        div.limits { "in the " (text(parameter, "in")) }
                        (type_and_limits(&parameter["schema"]))
                    }
                    td { (markdown::inline(text(parameter, "description"))) }
                } } }
            }
        }
    }
}

fn body(said: &Value, content: &Value) -> Markup {
    let schema = referred(&content["schema"]);
    let record = Record::ALL.into_iter().find(|record| schema.is_some_and(|schema| record.is_body(schema)));
    html! {
        h2 { "Body" }
        @for (media, content) in members(&said["requestBody"]["content"]) {
            p { (kind(&content["schema"])) " as " code { (media) } }
        }
        @if let Some(record) = record {
            p {
                a href=(Page::Fields(record).address()) { "Fields of the " (record.name()) }
                " lists the support of each field at each vendor."
            }
        }
        @if let Some(name) = schema {
            details.schema {
                summary { "Members of " (name) }
                (schemas::content(Document(&DOCUMENT), name))
            }
        }
    }
}

fn answers(operation: Operation<'_>) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label={ "Answers of " (operation.id()) } {
            table.answers {
                thead { tr { th scope="col" { "Status" } th scope="col" { "Meaning and content" } } }
                tbody { @for (status, answer) in members(&operation.said["responses"]) { tr {
                    th scope="row" { span class={ "status of-" (&status[..1]) } { (status) } }
                    td {
                        (markdown::inline(text(answer, "description")))
                        // Every answer has the id of the request.
                        @for (name, header) in members(&answer["headers"]).filter(|(name, _)| *name != REQUEST_ID) {
                            div.limits { code { (name) } ": " (markdown::inline(text(header, "description"))) }
                        }
                        @for (media, content) in members(&answer["content"]) {
                            div { (kind(&content["schema"])) " as " code { (media) } }
                            @if status.starts_with('2') { (example(content)) }
                        }
                    }
                } } }
            }
        }
    }
}

fn example(content: &Value) -> Markup {
    let Some(example) = content.get("example") else { return html! {} };
    html! { details.example { summary { "Example" } (json::block(example, "Example")) } }
}
