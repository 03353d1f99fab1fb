//! The first page: a summary of the API, the guides, the principles, the authentication and all operations.

use maud::{Markup, html};

use super::{
    DOCUMENT, TrialKey,
    document::{Document, text},
    guides::GUIDES,
    markdown,
    model::Record,
    pages::Page,
    site::Site,
};

/// Renders the first page.
pub fn page(site: &Site) -> Markup {
    let document = Document(&DOCUMENT);
    let (info, columns) = (&document.0["info"], site.columns());
    let about = text(info, "description");
    let (summary, principles) = about.split_once("\n\n").unwrap_or((about, ""));
    let fields: usize = Record::ALL.iter().map(|record| record.pointers(&columns.matrix).len()).sum();
    html! {
        h1 { (text(info, "title")) " " span.version { (text(info, "version")) } }
        (markdown::blocks(summary))
        p {
            (document.operations().count()) " operations; " (fields) " fields at "
            @for (index, column) in columns.matrix.0.iter().enumerate() {
                @if index > 0 { ", " } code { (column.vendor) }
            }
            "."
        }
        @if let TrialKey::Development(key) = site.key() { (environment(key)) }
        section #guides {
            h2 { "Guides" }
            ul.cards { @for guide in &GUIDES { li { a href=(Page::Guide(guide).address()) { (guide.title()) } } } }
        }
        section #principles {
            h2 { "Principles" }
            (markdown::blocks(principles))
        }
        section #authentication {
            h2 { "Authentication" }
            (markdown::blocks(include_str!("authentication.md")))
        }
        section #operations {
            h2 { "Operations" }
            @for (tag, about) in document.tags() { (operations(document, tag, about)) }
        }
    }
}

/// Renders the variables that every sample reads. The script replaces the address with that of this gateway.
fn environment(key: &str) -> Markup {
    html! {
        section #environment {
            h2 { "This gateway" }
            p { "Every sample reads the address and the key of the gateway from the environment:" }
            pre tabindex="0" role="group" aria-label="The variables" {
                code {
                    "export SWITCHBOARD_URL=" span data-origin { "http://127.0.0.1:8080" } "\n"
                    "export SWITCHBOARD_KEY=" (key)
                }
            }
        }
    }
}

fn operations(document: Document<'static>, tag: &str, about: &str) -> Markup {
    html! {
        h3 id={ "operations-" (tag) } { (tag) }
        p { (markdown::inline(about)) }
        div.scroll tabindex="0" role="group" aria-label={ "Operations: " (tag) } {
            table.operations {
                thead { tr { th scope="col" { "Operation" } th scope="col" { "Request" } } }
                tbody { @for operation in document.operations().filter(|operation| operation.has_tag(tag)) { tr {
                    th scope="row" { a href=(Page::Operation(operation.id()).address()) { (text(operation.said, "summary")) } }
                    td { span class={ "method " (operation.method) } { (operation.method) } " " code { (operation.path) } }
                } } }
            }
        }
    }
}
