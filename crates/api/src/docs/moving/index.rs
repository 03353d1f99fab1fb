//! The table of all pairs of vendors.

use maud::{Markup, html};
use switchboard_engine::capability::Effect;

use super::{Pair, losses, plan_operation};
use crate::docs::{pages::Page, schemas::wrapping, site::Site};

/// Renders the page with the table.
pub fn page(site: &Site) -> Markup {
    let parties: Vec<_> = site.columns().parties().collect();
    html! {
        h1 { (Page::Moving.title()) }
        p {
            "Each cell counts the fields of agents that a move from the vendor of the row to the vendor of the column affects, \
            computed from the rules of their adapters, and leads to the list of these fields. "
            em { "Essential" } " fields are never lost: the gateway refuses to move an agent that sets an essential field which \
            the new vendor lacks. " em { "Other" } " losses are the remaining fields that the new vendor lacks, holds with a value \
            of its own, or restricts more."
        }
        p {
            "An agent loses only what it sets. " (plan_operation()) " returns the losses of your agents before anything changes."
        }
        div.scroll tabindex="0" role="group" aria-label="Losses of each move" {
            table.moves {
                thead { tr {
                    th scope="col" { "From" }
                    @for to in &parties { th scope="col" { "to " (wrapping(to.name)) } }
                } }
                tbody { @for from in &parties { tr {
                    th scope="row" { (wrapping(from.name)) }
                    @for to in &parties { td { (cell(Pair { from: *from, to: *to })) } }
                } } }
            }
        }
    }
}

fn cell(pair: Pair<'_>) -> Markup {
    if pair.from.name == pair.to.name {
        return html! { span.absent { "–" } };
    }
    let outline = pair.outline();
    html! {
        a href=(pair.address()) aria-label={ (pair.title()) ": " (losses(&outline)) } {
            (outline.count(Effect::Refused)) " essential" br; (outline.other_losses()) " other"
        }
    }
}
