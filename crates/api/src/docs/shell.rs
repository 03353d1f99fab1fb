//! The frame of every page.

use maud::{DOCTYPE, Markup, html};

/// A page.
pub struct Shell<'a> {
    /// The title of the window, without the product's name.
    pub title: &'a str,
    /// The navigation of the page.
    pub navigation: Markup,
    /// The path of the script, if the page has one. The page can be read without the script.
    pub script: Option<&'a str>,
}

impl Shell<'_> {
    /// Renders the page around this content.
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
