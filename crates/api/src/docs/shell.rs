//! The frame that every page has around its content.

use maud::{DOCTYPE, Markup, html};

/// A page.
pub struct Shell<'a> {
    /// The title of the window, before the product's name.
    pub title: &'a str,
    /// The navigation of the page.
    pub navigation: Markup,
    /// The optional script. The content also works without it.
    pub script: Option<&'a str>,
}

impl Shell<'_> {
    /// Renders the page with this content.
    pub fn around(self, content: Markup) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · Switchboard" }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href="/docs/page.css";
                    @if let Some(script) = self.script { script src=(script) defer {} }
                }
                body {
                    a.skip href="#content" { "Skip to the content" }
                    nav aria-label="This page" { (self.navigation) }
                    main #content { (content) }
                }
            }
        };
        page.into_string()
    }
}
