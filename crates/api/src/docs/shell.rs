//! The frame of every page.

use maud::{DOCTYPE, Markup, html};

use super::{
    assets::{self, SCRIPT, STYLE},
    navigation::{self, Here},
    site::Site,
};

/// The frame of a page.
pub struct Shell<'a> {
    /// The site that the page belongs to.
    pub site: &'a Site,
    /// The title of the page.
    pub title: &'a str,
    /// The place of the page in the navigation.
    pub here: Here,
}

impl Shell<'_> {
    /// Renders the page around this content.
    pub fn around(self, content: &Markup) -> String {
        let Self { site, title, here } = self;
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) " · Switchboard" }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href=(assets::address(&STYLE, "page.css"));
                    @if site.is_full() { script src=(assets::address(&SCRIPT, "page.js")) defer {} }
                }
                body {
                    a.skip href="#content" { "Skip to the content" }
                    header.bar {
                        button.menu type="button" popovertarget="navigation" { "Menu" }
                        a.brand href=(navigation::home(site)) { "Switchboard" }
                        span.version { (env!("CARGO_PKG_VERSION")) }
                        @if site.is_full() {
                            button.find type="button" hidden { "Search " kbd { "/" } }
                        }
                    }
                    nav #navigation popover="auto" aria-label="Documentation" { (navigation::links(site, here)) }
                    main #content tabindex="-1" { (content) }
                    @if site.is_full() { (search(site)) }
                }
            }
        };
        page.into_string()
    }
}

/// Renders the window of the search. The script opens it.
fn search(site: &Site) -> Markup {
    html! {
        dialog.search aria-label="Search" data-index=(assets::address(site.index(), "search.json")) {
            form {
                input type="search" name="q" aria-label="Search the documentation" autocomplete="off" spellcheck="false"
                    placeholder="A field, an operation, a problem, a word";
                button type="button" { "Close" }
            }
            output aria-live="polite" {}
            ol {}
        }
    }
}
