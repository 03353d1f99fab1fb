//! The sections of a pair's page, one for each effect of the move, and their sentences.

use maud::{Markup, html};
use switchboard_core::rule::{Capability, Support};
use switchboard_engine::{
    AliasKind,
    capability::{Effect, FieldOutline, Need, limits, support},
};

use super::Pair;
use crate::docs::{json, markdown, model::dotted};

/// A section of the page.
pub struct Section {
    pub anchor: &'static str,
    pub title: &'static str,
    /// The effect that the fields of the section have in common.
    pub effect: Effect,
    /// The consequence for an agent that sets one of the fields.
    pub about: &'static str,
}

/// All sections about values that an agent has, the most severe first.
pub static SECTIONS: [Section; 6] = [
    Section {
        anchor: "refused",
        title: "Essential fields that prevent the move",
        effect: Effect::Refused,
        about: "The gateway refuses to move an agent that sets one of these fields. Remove the value first if the agent may run \
                without it.",
    },
    Section {
        anchor: "lost",
        title: "Lost",
        effect: Effect::Lost,
        about: "The gateway moves the agent only if the loss is accepted. It keeps the value, and sends it again if the agent \
                moves back.",
    },
    Section {
        anchor: "substituted",
        title: "Substituted",
        effect: Effect::Substituted,
        about: "The new vendor has one value for all agents. Another value counts as a loss, which must be accepted.",
    },
    Section {
        anchor: "narrowed",
        title: "Narrowed",
        effect: Effect::Narrowed,
        about: "The new vendor is more restrictive. A value that it accepts moves unchanged; the plan names each value that it \
                does not accept.",
    },
    Section {
        anchor: "chosen-again",
        title: "To be chosen again",
        effect: Effect::ChosenAgain,
        about: "Each value names an object of the old vendor, which the new vendor does not have.",
    },
    Section {
        anchor: "gained",
        title: "Gained",
        effect: Effect::Gained,
        about: "A value that the gateway already keeps for the agent is sent to the new vendor.",
    },
];

/// Describes the effect of the move on one field in plain sentences.
pub fn sentences(pair: Pair<'_>, field: &FieldOutline) -> Markup {
    let (from, to) = (pair.from.name, pair.to.name);
    let there = field.difference.to.as_ref();
    let reason = there.and_then(|row| row.why.as_deref()).map(markdown::inline).unwrap_or_default();
    match field.effect {
        Effect::Refused => {
            html! { (refused(there)) " At " (to) ", the gateway cannot send this field. " (reason) }
        }
        Effect::Lost => html! {
            "At " (to) ", the gateway cannot send this field. "
            @match there {
                Some(_) => (reason),
                None => { "Only " (pair.from.column.adapter) " has this setting." },
            }
        },
        Effect::Substituted => html! { "At " (to) ", all agents have the same value. " (reason) },
        Effect::Narrowed => {
            html! { "At " (to) ", " (field.difference.narrower.join(", and ")) ". " (reason) }
        }
        Effect::ChosenAgain => html! { (choice(pair, &field.difference.field)) " " (reason) },
        Effect::Gained if is_held(field.difference.from.as_ref()) => {
            html! { "At " (to) ", the vendor accepts more values or permits more changes than at " (from) "." }
        }
        Effect::Gained => html! { "At " (to) ", the gateway can send this field. " (reason) },
        Effect::None => html! {},
    }
}

/// Describes the value that the new vendor needs.
pub fn need(pair: Pair<'_>, need: &Need) -> Markup {
    let to = pair.to.name;
    match need {
        Need::Given => html! { "At " (to) ", every agent needs a value. Set one before the move." },
        Need::Assumed(value) => html! {
            "At " (to) ", the gateway sends " (json::inline(value)) " for an agent without a value, and reports it as assumed."
        },
    }
}

/// Describes a vendor's capability in a few words.
pub fn capability(row: Option<&Capability>) -> Markup {
    let Some(row) = row.filter(|row| row.support != Support::Unsupported || row.with_calls.is_some()) else {
        return html! { "no" };
    };
    let limits = limits(row);
    html! { (support(row)) @if !limits.is_empty() { " " span.limits { (limits) } } }
}

fn refused(row: Option<&Capability>) -> Markup {
    let value = row.and_then(|row| row.essential_value);
    html! {
        "An agent that sets this field" @if let Some(value) = value { " to " code { (value) } } " cannot move."
    }
}

/// Explains which value to choose for a field that names an object of the vendor, such as a voice.
fn choice(pair: Pair<'_>, pointer: &str) -> Markup {
    let (from, to) = (pair.from.name, pair.to.name);
    match AliasKind::of_field(pointer) {
        Some(kind) => html! {
            "An alias from " code { "[" (kind.table()) "]" } " moves with the agent if it has an id at " (to) ". Any other value is an id of "
            (from) ": set an alias, or an id of " (to) "."
        },
        None => {
            html! { "The value of " code { (dotted(pointer)) } " names an object of " (from) ": set one of " (to) "." }
        }
    }
}

fn is_held(row: Option<&Capability>) -> bool {
    row.is_some_and(|row| row.support != Support::Unsupported)
}
