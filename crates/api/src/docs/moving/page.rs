//! The page about the effects of a move from one vendor to another.

use maud::{Markup, html};
use switchboard_engine::capability::{Effect, FieldOutline, MoveOutline};

use super::{
    Pair,
    effects::{SECTIONS, capability, need, sentences},
    plan_operation,
};
use crate::docs::{
    fields::row_anchor,
    guides,
    model::{Record, dotted},
    pages::Page,
    schemas::wrapping,
};

/// Renders the page with the effects of a move from the old vendor to the new one.
pub fn page(pair: Pair<'_>) -> Markup {
    let outline = pair.outline();
    let needs: Vec<_> =
        outline.fields.iter().filter_map(|field| Some((field, field.need.as_ref()?))).collect();
    let sections: Vec<_> = SECTIONS.iter().filter(|section| outline.count(section.effect) > 0).collect();
    html! {
        h1 { "Moving from " (pair.from.name) " to " (pair.to.name) }
        p {
            "The effects of the move on the fields of agents, computed from the rules of both adapters. An agent is affected only by the \
            fields that it sets: " (plan_operation()) " returns the effects on your agents and changes nothing."
            @if let Some(guide) = guides::named("migrations") {
                " The guide " a href=(Page::Guide(guide).address()) { (guide.title()) } " describes how agents move."
            }
        }
        ul.jumps {
            @for section in &sections {
                li { a href={ "#" (section.anchor) } { (section.title) " (" (outline.count(section.effect)) ")" } }
            }
            @if !needs.is_empty() { li { a href="#needed" { "Values that the new vendor needs (" (needs.len()) ")" } } }
        }
        @for section in &sections {
            h2 id=(section.anchor) { (section.title) }
            p { (section.about) }
            (table(pair, section.title, outline.with_effect(section.effect).map(|field| (field, sentences(pair, field)))))
        }
        @if !needs.is_empty() {
            h2 #needed { "Values that the new vendor needs" }
            p { (pair.from.name) " does not need these values, or the gateway sends other ones to it." }
            (table(pair, "Needed", needs.into_iter().map(|(field, it)| (field, need(pair, it)))))
        }
        h2 #other { "Other fields" }
        p { (unaffected(&outline)) }
        @if pair.from.column.trunks.is_some() {
            p {
                "A migration moves agents. Trunks stay at " (pair.from.name)
                @if pair.to.column.trunks.is_none() { "; " (pair.to.name) " has no trunks" } "."
            }
        }
        ul {
            li { a href=(comparison(pair)) { "Both vendors in the table of fields" } }
            li { a href=(pair.reverse().address()) { (pair.reverse().title()) } }
            li { a href=(Page::Moving.address()) { "All pairs of vendors" } }
        }
    }
}

/// Renders the fields of a section with the capabilities of both vendors.
fn table<'a>(
    pair: Pair<'_>,
    title: &str,
    fields: impl Iterator<Item = (&'a FieldOutline, Markup)>,
) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(title) {
            table.effects {
                thead { tr {
                    th scope="col" { "Field" }
                    th scope="col" { "Effect" }
                    th scope="col" { "at " (wrapping(pair.from.name)) }
                    th scope="col" { "at " (wrapping(pair.to.name)) }
                } }
                tbody { @for (field, sentences) in fields {
                    @let pointer = &field.difference.field;
                    tr data-field=(dotted(pointer)) {
                        th scope="row" { a href={ (Page::Fields(Record::Agent).address()) "#" (row_anchor(Record::Agent, pointer)) } {
                            code { (wrapping(&dotted(pointer))) }
                        } }
                        td { (sentences) }
                        td { (capability(field.difference.from.as_ref())) }
                        td { (capability(field.difference.to.as_ref())) }
                    }
                } }
            }
        }
    }
}

fn unaffected(outline: &MoveOutline) -> String {
    match outline.count(Effect::None) {
        0 => "The move affects every field.".to_owned(),
        1 => "The move does not affect the other field.".to_owned(),
        count => format!(
            "The move does not affect the other {count} fields: both vendors have them, or neither does."
        ),
    }
}

/// Returns the address of the table of fields, set to compare the two vendors.
fn comparison(pair: Pair<'_>) -> String {
    format!("{}?first={}&second={}", Page::Fields(Record::Agent).address(), pair.from.name, pair.to.name)
}
