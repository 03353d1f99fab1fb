//! The table cell for one field at one vendor: the support and the limits, with folded details.

use maud::{Markup, html};
use switchboard_core::rule::{Capability, Domain, Support};
use switchboard_engine::{capability::limits, capability::support};

use super::{json, markdown, model::dotted, schemas::wrapping};

/// Renders the cell for a vendor's capability.
pub fn cell(vendor: &str, capability: Option<&Capability>) -> Markup {
    html! {
        td data-vendor=(vendor) {
            @match capability {
                Some(capability) => (held(capability)),
                None => span.badge.no { "no" },
            }
        }
    }
}

fn held(capability: &Capability) -> Markup {
    let limits = limits(capability);
    html! {
        details.cell {
            summary title=[capability.why.as_deref()] {
                span class={ "badge " (colour(capability)) } { (support(capability)) }
                @if !limits.is_empty() { " " span.limits { (limits) } }
            }
            dl {
                @for (name, said) in said(capability) { div { dt { (name) } dd { (said) } } }
            }
        }
    }
}

fn colour(capability: &Capability) -> &'static str {
    match capability.support {
        Support::Supported => "yes",
        Support::CreationOnly | Support::Fixed => "part",
        Support::Unsupported if capability.with_calls.is_some() => "part",
        Support::Unsupported => "no",
    }
}

/// Lists the properties of a capability as pairs of name and value, the most important ones first.
fn said(capability: &Capability) -> Vec<(&'static str, Markup)> {
    let held = capability.support != Support::Unsupported;
    let yes_or_no = |yes: bool| if yes { "yes" } else { "no" };
    let vendor_fields = (!capability.vendor_fields.is_empty()).then(|| vendor_fields(capability));
    let in_calls = capability.with_calls.as_ref();
    let values =
        capability.domain.as_ref().or(in_calls.and_then(|place| place.domain.as_ref())).and_then(values);
    let known = [
        ("remarks", capability.why.as_deref().map(markdown::inline)),
        ("vendor field", vendor_fields),
        ("in each call", in_calls.map(|place| paths(&place.vendor_fields))),
        ("converted", capability.conversion.as_deref().map(markdown::inline)),
        ("values", values),
        ("default", capability.default.as_ref().map(json::inline)),
        ("required by the vendor", (held && capability.required).then(|| html! { "yes" })),
        ("can be read back", held.then(|| html! { (yes_or_no(capability.readable)) })),
        ("can be cleared", held.then(|| html! { (yes_or_no(capability.clearable)) })),
        ("if the vendor cannot hold it", capability.essential.then(|| refused(capability))),
    ];
    known.into_iter().filter_map(|(name, said)| Some((name, said?))).collect()
}

fn refused(capability: &Capability) -> Markup {
    html! { "the write is refused" @if let Some(value) = capability.essential_value { " for " code { (value) } } }
}

fn vendor_fields(capability: &Capability) -> Markup {
    html! {
        (paths(&capability.vendor_fields))
        @if let Some(field) = capability.created_as { " (" code { (wrapping(&dotted(field))) } " at creation)" }
    }
}

fn paths(paths: &[&str]) -> Markup {
    html! {
        @for (index, path) in paths.iter().enumerate() {
            @if index > 0 { ", " } code { (wrapping(&dotted(path))) }
        }
    }
}

/// Lists the values of a choice, or of the items of a list, if there are more than 12. In that case, the limits show
/// only the number of values. Returns `None` otherwise.
fn values(domain: &Domain) -> Option<Markup> {
    match domain {
        Domain::Choice { values } if values.len() > 12 => Some(html! {
            @for (index, value) in values.iter().enumerate() {
                @if index > 0 { ", " }
                (value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned))
            }
        }),
        Domain::List { items, .. } => values(items),
        _ => None,
    }
}
