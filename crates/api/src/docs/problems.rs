//! The pages that explain problems.

use maud::{Markup, html};
use switchboard_core::error::Kind;

use super::{json, markdown, schemas::wrapping};
use crate::{edge::problem::spec, examples};

/// Renders the page that lists every kind of problem.
pub fn all() -> Markup {
    html! {
        header {
            h1 { "Problems" }
            p {
                "The errors of the API, which have the content type " code { "application/problem+json" }
                " (RFC 9457). Programs should use the code; the detail is for people."
            }
        }
        div.scroll tabindex="0" role="group" aria-label="Every kind of problem" {
            table {
                thead { tr {
                    th scope="col" { "Code" } th scope="col" { "Status" } th scope="col" { "Title" }
                    th scope="col" { "Safe to send again" }
                } }
                tbody { @for kind in Kind::ALL { tr {
                    th scope="row" { a href=(address(kind)) { code { (wrapping(&kind.to_string())) } } }
                    td { (status(kind)) }
                    td { (spec(kind).title) }
                    td { (again(kind)) }
                } } }
            }
        }
    }
}

/// Renders the page about one kind of problem.
pub fn one(kind: Kind) -> Markup {
    let spec = spec(kind);
    html! {
        header {
            h1 { (spec.title) }
            p { (status(kind)) " " code { (kind) } }
        }
        (markdown::blocks(spec.description))
        dl {
            dt { "Sending the same request again later" }
            dd {
                @if spec.retryable { "It is safe and may succeed." }
                @else { "It fails again unless something else changes, or the request may be carried out twice." }
            }
        }
        h2 { "Example" }
        (json::block(&examples::failure(kind), "An example of this problem"))
    }
}

fn address(kind: Kind) -> String {
    format!("/problems/{}", kind)
}

fn status(kind: Kind) -> Markup {
    let status = spec(kind).status;
    let class = status.as_u16() / 100;
    html! {
        span class={ "status of-" (class) } { (status.as_str()) } " " (status.canonical_reason().unwrap_or_default())
    }
}

fn again(kind: Kind) -> &'static str {
    if spec(kind).retryable { "yes" } else { "no" }
}
