//! The pages that compare the vendors using an example: the values that each vendor would hold, and the requests that
//! each vendor would receive.

use maud::{Markup, html};
use serde_json::Value;
use switchboard_engine::capability::{Column, Matrix};

use super::{
    DOCUMENT,
    controls::Controls,
    document::{Document, items, text},
    fields::row_anchor,
    json, markdown,
    model::{Record, dotted},
    pages::Page,
    schemas::wrapping,
    site::Site,
};

/// Renders the page with a record's example.
pub fn page(site: &Site, record: Record) -> Markup {
    let create = Document(&DOCUMENT).operations().find_map(|operation| {
        let translations = operation.said.get("x-vendor-translations")?;
        let (_, content) = operation.body()?;
        let is_record = content["schema"]["$ref"].as_str()?.ends_with(&format!("/New{}", record.schema()));
        is_record.then_some((operation, &content["example"], translations))
    });
    let Some((operation, example, translations)) = create else { return html! {} };
    let columns = site.columns().of_record(record);
    let columns: Vec<_> = columns.map(|(column, label)| (column, &translations[label])).collect();
    let name = record.name();
    let vendors = columns.iter().map(|(column, _)| column.vendor.as_str()).collect();
    let controls = Controls { vendors, has_details: false, has_moves: record == Record::Agent };
    html! {
        h1 { "The example " (name) " at each vendor" }
        section id={ "example-" (name) } aria-label={ "The example " (name) } {
            p {
                "The requests and translation reports for the example of "
                a href=(Page::Operation(operation.id()).address()) { (text(operation.said, "summary")) }
                ", computed by the adapters without asking any vendor. An alias in the example stands for a different id at each \
                vendor."
            }
            (controls.form())
            h2 { "Values that each vendor would hold" }
            (verdicts(record, example, &columns, &site.columns().matrix))
            h2 { "Requests that each vendor would receive" }
            div.side-by-side tabindex="0" role="group" aria-label={ "The requests of the example " (name) } {
                article { h3 { "The example" } (json::block(example, "The example")) }
                @for (column, translated) in &columns { (request(&column.vendor, translated)) }
            }
        }
    }
}

fn verdicts(record: Record, example: &Value, columns: &[(&Column, &Value)], matrix: &Matrix) -> Markup {
    let concerned = |pointer: &&str| {
        example.pointer(pointer).is_some()
            || columns.iter().any(|(_, translated)| verdict(translated, pointer).is_some())
    };
    html! {
        div.scroll tabindex="0" role="group" aria-label={ "The example " (record.name()) " at each vendor" } {
            table.verdicts {
                thead { tr {
                    th scope="col" { "Field" } th.requested scope="col" { "Requested" }
                    @for (column, translated) in columns {
                        th scope="col" data-vendor=(column.vendor) {
                            (wrapping(&column.vendor)) " " span.fidelity { (text(&translated["translation"], "fidelity")) }
                        }
                    }
                } }
                tbody { @for pointer in record.pointers(matrix).into_iter().filter(concerned) { tr data-field=(dotted(pointer)) {
                    th scope="row" {
                        a href={ (Page::Fields(record).address()) "#" (row_anchor(record, pointer)) } {
                            code { (wrapping(&dotted(pointer))) }
                        }
                    }
                    td { @if let Some(requested) = example.pointer(pointer) { (json::inline(requested)) } }
                    @for (column, translated) in columns {
                        td data-vendor=(column.vendor) {
                            @match verdict(translated, pointer) {
                                Some(row) => (told(row)),
                                None if is_refused(translated, pointer) => span.badge.no { "refused" },
                                None if translated["translation"].is_null() => span.absent { "–" },
                                None if record.capability(column, pointer).is_some() && example.pointer(pointer).is_some() => {
                                    span.badge.yes { "exact" }
                                }
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

/// Returns true if the gateway would refuse to write the example to the vendor because of this field.
fn is_refused(translated: &Value, pointer: &str) -> bool {
    items(&translated["refused"]).any(|refused| refused["pointer"] == pointer)
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
            h3 { (vendor) }
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
