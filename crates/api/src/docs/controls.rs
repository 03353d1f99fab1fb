//! The controls of the tables with a column for each vendor. They need the script, and stay hidden until the
//! script shows them.

use maud::{Markup, html};

use super::pages::Page;

/// The controls of one page.
pub struct Controls<'a> {
    /// The columns' vendors.
    pub vendors: Vec<&'a str>,
    /// True if the cells have folded details.
    pub has_details: bool,
    /// True if the page is about agents, which can move between vendors.
    pub has_moves: bool,
}

impl Controls<'_> {
    /// Renders the controls.
    pub fn form(&self) -> Markup {
        html! {
            form.controls autocomplete="off" hidden {
                label { "Fields " input type="search" name="field" placeholder="voice, record, …"; }
                fieldset {
                    legend { "Vendors" }
                    @for vendor in &self.vendors {
                        label { input type="checkbox" name="vendor" value=(vendor) checked; " " (vendor) }
                    }
                    span {
                        button type="button" data-choose="all" { "All" } " "
                        button type="button" data-choose="none" { "None" }
                    }
                }
                label { "First column " select name="first" { (self.choices("as listed")) } }
                label { "Compare it with " select name="second" { (self.choices("no other")) } }
                label { input type="checkbox" name="differing"; " only fields that differ" }
                @if self.has_details { label { input type="checkbox" name="open"; " open all cells" } }
                output aria-live="polite" {}
                @if self.has_moves { a.move href=(Page::Moving.address()) { (Page::Moving.title()) } }
            }
        }
    }

    fn choices(&self, none: &str) -> Markup {
        html! {
            option value="" { (none) }
            @for vendor in &self.vendors { option value=(vendor) { (vendor) } }
        }
    }
}
