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

/// The place of a page in the navigation.
#[derive(Clone, Copy)]
pub enum Here {
    /// The navigation links to the page itself.
    At(Page),
    /// The navigation links only to the list that contains the page, such as the list of problems.
    Below(Page),
}

impl From<Page> for Here {
    fn from(page: Page) -> Self {
        match page {
            Page::Schema(_) => Self::Below(Page::Schemas),
            Page::Problem(_) => Self::Below(Page::Problems),
            page => Self::At(page),
        }
    }
}

/// Returns the address of the first page: the overview, or the list of problems if the gateway serves no `/docs`.
pub fn home(site: &Site) -> String {
    if site.is_full() { Page::Overview.address() } else { Page::Problems.address() }
}

/// Renders the links to the pages that the gateway serves, except for the pages of single schemas, problems and moves.
/// Marks the link to the current page, or to the list that contains it.
pub fn links(site: &Site, here: Here) -> Markup {
    let link = |page: Page| link(page, here, &html! { (page.title()) });
    let document = Document(&DOCUMENT);
    html! {
        @if site.is_full() {
            ul { (link(Page::Overview)) }
            h2 { "Guides" }
            ul { @for guide in &GUIDES { (link(Page::Guide(guide))) } }
            h2 { "Model" }
            ul {
                @for record in Record::ALL {
                    (link(Page::Fields(record)))
                    @if Record::WITH_EXAMPLES.contains(&record) { (link(Page::Example(record))) }
                }
                (link(Page::Moving))
            }
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

fn link(page: Page, here: Here, text: &Markup) -> Markup {
    let current = match here {
        Here::At(at) if at == page => Some("page"),
        Here::Below(list) if list == page => Some("true"),
        Here::At(_) | Here::Below(_) => None,
    };
    html! { li { a href=(page.address()) aria-current=[current] { (text) } } }
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
