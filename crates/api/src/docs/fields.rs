//! The page with the tables of a record's fields, which have a column for each vendor.

use maud::{Markup, html};
use switchboard_engine::capability::Matrix;

use super::{
    DOCUMENT,
    controls::Controls,
    document::{Document, text},
    markdown,
    model::{Field, Group, Record, dotted, groups, kept},
    pages::Page,
    schemas::{self, required, type_and_limits, wrapping},
    site::Site,
    support,
};

/// Renders the page with the fields of a record.
pub fn page(site: &Site, record: Record) -> Markup {
    let (document, matrix) = (Document(&DOCUMENT), &site.columns().matrix);
    let (name, groups) = (record.name(), groups(document, record, matrix));
    let vendors = matrix.0.iter().map(|column| column.vendor.as_str()).collect();
    let controls = Controls { vendors, has_details: true, has_moves: record == Record::Agent };
    html! {
        h1 { "Fields of the " (name) }
        p {
            "Each vendor’s support of each field, computed from the rules of its adapter. "
            span.badge.yes { "yes" } " the value can be set and changed; " span.badge.part { "at creation" }
            " the value can only be set at creation; " span.badge.part { "fixed" } " the vendor’s behaviour cannot be \
            changed; " span.badge.part { "with each call" } " the gateway keeps the value and sends it with each call that it places; "
            span.badge.no { "no" } " only the gateway keeps the value. Without a value that is " span.badge.part { "required here" } ", the vendor creates no record. \
            Limits are in the unit of the field. \
            Open a cell for the vendor’s field, conversions and reasons. "
            @if Record::WITH_EXAMPLES.contains(&record) {
                a href=(Page::Example(record).address()) { "An example at each vendor" } " shows the result, and "
                a href=(Page::Moving.address()) { "a table of all moves" } " shows the losses from one vendor to another."
            }
        }
        section id=(name) aria-label={ "Fields of the " (name) } {
            (controls.form())
            (jumps(record, &groups))
            @for group in &groups { (table(record, group, matrix)) }
            h2 id="gateway" { "Kept by the gateway" }
            p { "The gateway sends these fields to no vendor." }
            @let label = format!("Fields of the {name} that only the gateway keeps");
            (schemas::table(&label, kept(document, record, matrix).into_iter()))
        }
    }
}

/// Renders the links to the groups.
fn jumps(record: Record, groups: &[Group<'_>]) -> Markup {
    html! {
        ul.jumps {
            @for group in groups.iter().filter(|group| !group.pointer.is_empty()) {
                li { a href={ "#" (anchor(record, group)) } { (title(record, group)) } }
            }
            li { a href="#gateway" { "kept by the gateway" } }
        }
    }
}

/// Returns the anchor of a group on the page.
fn anchor(record: Record, group: &Group<'_>) -> String {
    format!("{}{}", record.name(), group.pointer.replace('/', "-"))
}

/// Returns the title of a group.
fn title(record: Record, group: &Group<'_>) -> String {
    if group.pointer.is_empty() { format!("{} itself", record.name()) } else { dotted(&group.pointer) }
}

fn table(record: Record, group: &Group<'_>, matrix: &Matrix) -> Markup {
    let (anchor, title) = (anchor(record, group), title(record, group));
    html! {
        div.group {
            @if group.pointer.is_empty() {
                h2 { "The " (title) }
            } @else {
                h2 id=(anchor) { code { (title) } }
                p { (markdown::inline(group.about)) }
            }
            div.scroll tabindex="0" role="group" aria-label={ "Fields of " (title) } {
                table.support {
                    thead { tr {
                        th scope="col" { "Field" }
                        th.type scope="col" { "Type and limits" }
                        th.meaning scope="col" { "Meaning" }
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
            td.meaning { (markdown::inline(text(field.schema, "description"))) }
            @for column in &matrix.0 { (support::cell(&column.vendor, record.capability(column, &field.pointer))) }
        }
    }
}

/// Returns the anchor of a field's row on the page.
pub fn row_anchor(record: Record, pointer: &str) -> String {
    format!("{}.{}", record.name(), dotted(pointer))
}
