//! A record field by field, with a column for each vendor.

use maud::{Markup, html};
use switchboard_engine::capability::Matrix;

use super::{
    document::{Document, text},
    markdown,
    model::{Field, Group, Record, dotted, groups, kept},
    schemas::{self, required, type_and_limits, wrapping},
    support,
};

/// Renders the section of a record.
pub fn section(document: Document<'_>, record: Record, matrix: &Matrix) -> Markup {
    let name = record.name();
    html! {
        section id=(name) {
            h2 { "The " (name) ", field by field" }
            p {
                "What each vendor does with a field, computed from the rules that translate. "
                span.badge.yes { "yes" } " it can be set and changed; " span.badge.part { "at creation" }
                " it can be set once; " span.badge.part { "fixed" } " the vendor always does the same; "
                span.badge.no { "no" } " the gateway keeps it, and the vendor does not have it. Limits are in the \
                field’s own unit. Open a cell for the vendor’s field, conversions and reasons."
            }
            (controls(record, matrix))
            @for group in groups(document, record, matrix) { (table(record, &group, matrix)) }
            h3 { "Kept by the gateway" }
            p { "No vendor sees these." }
            @let label = format!("What the gateway keeps of the {name}");
            (schemas::table(&label, kept(document, record, matrix).into_iter()))
        }
    }
}

/// Gives the anchor of a group on the page.
pub fn anchor(record: Record, group: &Group<'_>) -> String {
    format!("{}{}", record.name(), group.pointer.replace('/', "-"))
}

/// Gives the title of a group.
pub fn title(record: Record, group: &Group<'_>) -> String {
    if group.pointer.is_empty() { format!("{} itself", record.name()) } else { dotted(&group.pointer) }
}

/// Renders the controls of the table. They need the script, which shows them.
fn controls(record: Record, matrix: &Matrix) -> Markup {
    let name = record.name();
    html! {
        form.controls data-for=(name) hidden {
            label { "Fields " input type="search" name="field" placeholder="voice, record, …" autocomplete="off"; }
            fieldset {
                legend { "Vendors" }
                @for column in &matrix.0 {
                    label { input type="checkbox" name="vendor" value=(column.vendor) checked; " " (column.vendor) }
                }
            }
            label { input type="checkbox" name="differing"; " only where they differ" }
            label { input type="checkbox" name="open"; " open all cells" }
            output aria-live="polite" {}
        }
    }
}

fn table(record: Record, group: &Group<'_>, matrix: &Matrix) -> Markup {
    let (anchor, title) = (anchor(record, group), title(record, group));
    html! {
        div.group {
            @if group.pointer.is_empty() {
                h3 { "The " (title) }
            } @else {
                h3 id=(anchor) { code { (title) } }
                p { (markdown::inline(group.about)) }
            }
            div.scroll tabindex="0" role="group" aria-label={ "Fields of " (title) } {
                table.support data-record=(record.name()) {
                    thead { tr {
                        th scope="col" { "Field" }
                        th scope="col" { "Type and limits" }
                        th scope="col" { "Meaning" }
                        @for column in &matrix.0 {
                            th scope="col" data-vendor=(column.vendor) { (wrapping(&column.vendor)) }
                        }
                    } }
                    tbody { @for field in &group.fields { (row(record, field, matrix)) } }
                }
            }
        }
    }
}

fn row(record: Record, field: &Field<'_>, matrix: &Matrix) -> Markup {
    let (name, id) = (dotted(&field.pointer), row_anchor(record, &field.pointer));
    html! {
        tr id=(id) data-field=(name) {
            th scope="row" {
                a href={ "#" (id) } { code { (wrapping(&name)) } }
                (required(field))
            }
            td { (type_and_limits(field.schema)) }
            td { (markdown::inline(text(field.schema, "description"))) }
            @for column in &matrix.0 { (support::cell(&column.vendor, record.capability(column, &field.pointer))) }
        }
    }
}

/// Gives the anchor of a field's row on the page.
pub fn row_anchor(record: Record, pointer: &str) -> String {
    format!("{}.{}", record.name(), dotted(pointer))
}
