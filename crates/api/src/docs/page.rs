//! The page at `/docs`.

use maud::{Markup, html};
use switchboard_engine::{capability::Matrix, capability::built_in};
use switchboard_registry::ADAPTERS;

use super::{
    document::{Document, text},
    fields, markdown,
    model::{Record, groups},
    operations, schemas,
    shell::Shell,
    translations,
};

const RECORDS: [Record; 2] = [Record::Agent, Record::Trunk];

/// Renders the whole page.
pub fn write(document: Document<'_>) -> String {
    let matrix = built_in(&ADAPTERS);
    let content = html! {
        (introduction(document, &matrix))
        section #authentication {
            h2 { "Authentication" }
            (markdown::blocks(include_str!("authentication.md")))
        }
        section #operations {
            h2 { "Operations" }
            @for (tag, about) in document.tags() { (operations::section(document, tag, about)) }
        }
        @for record in RECORDS {
            (fields::section(document, record, &matrix))
            (translations::section(document, record, &matrix))
        }
        (schemas::section(document))
    };
    Shell { title: "API", navigation: navigation(document, &matrix), script: Some("/docs/page.js") }
        .around(content)
}

fn introduction(document: Document<'_>, matrix: &Matrix) -> Markup {
    let (info, operations) = (&document.0["info"], document.operations().count());
    let fields: usize = RECORDS.iter().map(|record| record.pointers(matrix).len()).sum();
    html! {
        header #introduction {
            h1 { (text(info, "title")) " " span.version { (text(info, "version")) } }
            (markdown::blocks(text(info, "description")))
            p {
                (operations) " operations; " (fields) " fields at " (matrix.0.len()) " vendor APIs: "
                @for (index, column) in matrix.0.iter().enumerate() { @if index > 0 { ", " } code { (column.vendor) } }
                "."
            }
            p.links {
                a href="/docs/try/" { "Try it out" }
                a href="/openapi.json" { "OpenAPI document" }
                a href="/problems" { "Problems" }
            }
        }
    }
}

fn navigation(document: Document<'_>, matrix: &Matrix) -> Markup {
    html! {
        p.brand { a href="#introduction" { "Switchboard" } }
        ul {
            li { a href="#authentication" { "Authentication" } }
            li {
                a href="#operations" { "Operations" }
                ul { @for (tag, _) in document.tags() { li { a href={ "#operations-" (tag) } { (tag) } } } }
            }
            @for record in RECORDS {
                li {
                    a href={ "#" (record.name()) } { "The " (record.name()) }
                    @let groups = groups(document, record, matrix);
                    ul { @for group in groups.iter().filter(|group| !group.pointer.is_empty()) {
                        li { a href={ "#" (fields::anchor(record, group)) } { (fields::title(record, group)) } }
                    } }
                }
                li { a href={ "#" (translations::anchor(record)) } { "Example " (record.name()) } }
            }
            li { a href="#schemas" { "Schemas" } }
            li { a href="/docs/try/" { "Try it out" } }
            li { a href="/openapi.json" { "OpenAPI document" } }
            li { a href="/problems" { "Problems" } }
        }
    }
}
