//! The navigation of every page.

use maud::{Markup, html};

use super::{
    DOCUMENT,
    document::{Document, text},
    guides::GUIDES,
    model::Record,
    pages::Page,
    site::Site,
};

/// Returns the address of the first page: the overview, or the list of problems if the gateway serves no `/docs`.
pub fn home(site: &Site) -> String {
    if site.is_full() { Page::Overview.address() } else { Page::Problems.address() }
}

/// Renders the links to the pages that the gateway serves, except for the pages of single schemas and problems. Marks
/// the link to the present page, or to the list that contains it.
pub fn links(site: &Site, here: Page) -> Markup {
    let link = |page: Page| link(page, here, &html! { (page.title()) });
    let document = Document(&DOCUMENT);
    html! {
        @if site.is_full() {
            ul { (link(Page::Overview)) }
            h2 { "Guides" }
            ul { @for guide in &GUIDES { (link(Page::Guide(guide))) } }
            h2 { "Model" }
            ul { @for record in Record::ALL { (link(Page::Fields(record))) (link(Page::Example(record))) } }
            @for (tag, _) in document.tags() {
                h2 { (capitalized(tag)) }
                ul { @for operation in document.operations().filter(|operation| operation.has_tag(tag)) {
                    (self::link(Page::Operation(operation.id()), here, &html! {
                        span { (text(operation.said, "summary")) } " " span class={ "method " (operation.method) } { (operation.method) }
                    }))
                } }
            }
            h2 { "Reference" }
        }
        ul {
            @if site.is_full() { (link(Page::Schemas)) }
            (link(Page::Problems))
            li { a href="/openapi.json" { "OpenAPI document" } }
        }
    }
}

fn link(page: Page, here: Page, text: &Markup) -> Markup {
    let current = if page == here {
        Some("page")
    } else {
        let within =
            matches!((page, here), (Page::Schemas, Page::Schema(_)) | (Page::Problems, Page::Problem(_)));
        within.then_some("true")
    };
    html! { li { a href=(page.address()) aria-current=[current] { (text) } } }
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
