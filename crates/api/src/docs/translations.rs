//! The sections that compare the vendors by an example: the values that each vendor would hold, and the requests that each
//! vendor would receive.

use maud::{Markup, html};
use serde_json::Value;
use switchboard_engine::capability::Matrix;

use super::{
    document::{Document, items, members, text},
    fields::row_anchor,
    json, markdown,
    model::{Record, dotted},
    schemas::wrapping,
};

/// Renders the section of a record's example.
pub fn section(document: Document<'_>, record: Record, matrix: &Matrix) -> Markup {
    let create = document.operations().find_map(|operation| {
        let translations = operation.said.get("x-vendor-translations")?;
        let content = members(&operation.said["requestBody"]["content"]).next()?.1;
        content["schema"]["$ref"].as_str()?.ends_with(&format!("/New{}", record.schema())).then_some((
            operation.id(),
            &content["example"],
            translations,
        ))
    });
    let Some((operation, example, translations)) = create else { return html! {} };
    let name = record.name();
    html! {
        section id=(anchor(record)) {
            h2 { "The example " (name) " at each vendor" }
            p {
                "Computed by the adapters from the example of " a href={ "#" (operation) } { (operation) }
                ", without a request to any vendor. An alias in the example stands for a different id at each vendor."
            }
            h3 { "Values that each vendor would hold" }
            (verdicts(record, example, translations, matrix))
            h3 { "Requests that each vendor would receive" }
            div.side-by-side tabindex="0" role="group" aria-label={ "The requests of the example " (name) } {
                article { h4 { "The example" } (json::block(example, "The example")) }
                @for (vendor, translated) in members(translations) { (request(vendor, translated)) }
            }
        }
    }
}

/// Returns the anchor of the section on the page.
pub fn anchor(record: Record) -> String {
    format!("example-{}", record.name())
}

fn verdicts(record: Record, example: &Value, translations: &Value, matrix: &Matrix) -> Markup {
    let concerned = |pointer: &&str| {
        example.pointer(pointer).is_some()
            || members(translations).any(|(_, it)| verdict(it, pointer).is_some())
    };
    html! {
        div.scroll tabindex="0" role="group" aria-label={ "The example " (record.name()) " at each vendor" } {
            table.verdicts {
                thead { tr {
                    th scope="col" { "Field" } th scope="col" { "Requested" }
                    @for (vendor, translated) in members(translations) {
                        th scope="col" data-vendor=(vendor) {
                            (wrapping(vendor)) " " span.fidelity { (text(&translated["translation"], "fidelity")) }
                        }
                    }
                } }
                tbody { @for pointer in record.pointers(matrix).into_iter().filter(concerned) { tr {
                    th scope="row" {
                        a href={ "#" (row_anchor(record, pointer)) } { code { (wrapping(&dotted(pointer))) } }
                    }
                    td { @if let Some(headers) = example.pointer(pointer) { (json::inline(headers)) } }
                    @for (vendor, translated) in members(translations) {
                        @let known = matrix.0.iter().find(|column| column.vendor == vendor)
                            .is_some_and(|column| record.capability(column, pointer).is_some());
                        td data-vendor=(vendor) {
                            @match verdict(translated, pointer) {
                                Some(row) => (told(row)),
                                None if known && example.pointer(pointer).is_some() => span.badge.yes { "exact" },
                                None => span.absent { "–" },
                            }
                        }
                    }
                } } }
            }
        }
    }
}

/// Finds the row of the translation report for a field. A field that the vendor would hold exactly has no row.
fn verdict<'a>(translated: &'a Value, pointer: &str) -> Option<&'a Value> {
    items(&translated["translation"]["fields"]).find(|row| row["field"] == pointer)
}

fn told(row: &Value) -> Markup {
    let verdict = text(row, "verdict");
    let colour = match verdict {
        "unsupported" => "no",
        "extension" => "yes",
        _ => "part",
    };
    html! {
        span class={ "badge " (colour) } { (verdict) }
        @if let Some(sent) = row.get("sent") { " " (json::inline(sent)) }
        @if let Some(why) = row["why"].as_str() { div.limits { (markdown::inline(why)) } }
    }
}

fn request(vendor: &str, translated: &Value) -> Markup {
    html! {
        article data-vendor=(vendor) {
            h4 { (vendor) }
            @for request in items(&translated["requests"]) {
                p { code { (text(request, "method")) " " (wrapping(text(request, "path"))) } }
                (json::block(&request["body"], &format!("Request to {vendor}")))
            }
            @for refused in items(&translated["refused"]) {
                p { span.badge.no { "refused" } " " code { (text(refused, "pointer")) } " " (text(refused, "detail")) }
            }
        }
    }
}
