//! The pages about moves: a table of all pairs of vendors, and a page for each ordered pair.

mod effects;
mod index;
mod page;

use maud::{Markup, html};
use switchboard_engine::capability::{Column, Effect, MoveOutline};

use super::{columns::Columns, links, pages::Page};

pub use {index::page as index, page::page};

/// A vendor in the tables, with its capabilities.
#[derive(Clone, Copy)]
pub struct Party<'a> {
    /// The name of the vendor.
    pub name: &'a str,
    /// The capabilities.
    pub column: &'a Column,
}

/// An ordered pair of vendors.
#[derive(Clone, Copy)]
pub struct Pair<'a> {
    pub from: Party<'a>,
    pub to: Party<'a>,
}

impl<'a> Pair<'a> {
    /// Lists all pairs of different vendors, sorted by the old vendor.
    pub fn all(columns: &'a Columns) -> impl Iterator<Item = Self> {
        let others = move |from: Party<'a>| columns.parties().filter(move |to| to.name != from.name);
        columns.parties().flat_map(move |from| others(from).map(move |to| Self { from, to }))
    }

    /// Returns the address of the pair's page. Names of vendors consist of letters, digits, `-` and `_`.
    pub fn address(self) -> String {
        format!("{}/{}/{}", Page::Moving.address(), self.from.name, self.to.name)
    }

    /// Returns the title of the pair's page.
    pub fn title(self) -> String {
        format!("Moving from {} to {}", self.from.name, self.to.name)
    }

    /// Returns the pair in the other order.
    pub fn reverse(self) -> Self {
        Self { from: self.to, to: self.from }
    }

    /// Derives the effects of the move.
    pub fn outline(self) -> MoveOutline {
        MoveOutline::new(self.from.column, self.to.column)
    }
}

/// Describes the number of losses of a move.
pub fn losses(outline: &MoveOutline) -> String {
    format!("{} essential, {} other", outline.count(Effect::Refused), outline.other_losses())
}

/// Renders the operation that plans a migration, with a link to its page.
fn plan_operation() -> Markup {
    const PLAN: &str = "POST /v1/migrations/plan";
    html! { a href=[links::of_code(PLAN)] { code { (PLAN) } } }
}
