//! The search index: one entry for each guide section, operation, field, move, problem and schema. The script of the
//! pages reads and searches the index.

use serde_json::{Value, json};
use switchboard_core::error::Kind;

use super::{
    DOCUMENT,
    document::{Document, members, text},
    fields::row_anchor,
    guide,
    guides::GUIDES,
    model::{Record, dotted, groups},
    moving::Pair,
    pages::Page,
    site::Site,
};
use crate::edge::problem::spec;

/// Lists the entries, each with its kind, title, address and text, in the order in which equally good results are shown.
pub fn index(site: &Site) -> Value {
    let mut entries = Vec::new();
    for guide in &GUIDES {
        for part in guide::parts(guide) {
            let address = Page::Guide(guide).address();
            entries.push(match &*part.anchor {
                "" => json!(["guide", guide.title(), address, part.text]),
                anchor => {
                    let title = format!("{}: {}", guide.title(), part.heading);
                    json!(["guide", title, format!("{address}#{anchor}"), part.text])
                }
            });
        }
    }
    let document = Document(&DOCUMENT);
    for operation in document.operations() {
        let said = format!(
            "{} {} {} {}",
            operation.method.to_uppercase(),
            operation.path,
            operation.id(),
            text(operation.said, "description")
        );
        let address = Page::Operation(operation.id()).address();
        entries.push(json!(["operation", text(operation.said, "summary"), address, said]));
    }
    for record in Record::ALL {
        for group in groups(document, record, &site.columns().matrix) {
            entries.extend(group.fields.iter().map(|field| {
                let address =
                    format!("{}#{}", Page::Fields(record).address(), row_anchor(record, &field.pointer));
                let said = format!("field of the {}. {}", record.name(), text(field.schema, "description"));
                json!(["field", dotted(&field.pointer), address, said])
            }));
        }
    }
    let address = Page::Moving.address();
    entries.push(json!([
        "move",
        Page::Moving.title(),
        address,
        "lost and gained fields of each pair of vendors"
    ]));
    for pair in Pair::all(site.columns()) {
        entries.push(json!(["move", pair.title(), pair.address(), "lost and gained fields"]));
    }
    for kind in Kind::ALL {
        let spec = spec(kind);
        let said = format!("{} {}. {}", spec.status.as_u16(), spec.title, spec.description);
        entries.push(json!(["problem", kind, Page::Problem(kind).address(), said]));
    }
    for (name, schema) in document.schemas() {
        let names: Vec<_> = members(&schema["properties"]).map(|(name, _)| name).collect();
        let said = format!("{} {}", text(schema, "description"), names.join(" "));
        entries.push(json!(["schema", name, Page::Schema(name).address(), said]));
    }
    entries.into()
}
