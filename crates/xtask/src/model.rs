//! The fields of the model, read from the core's source code.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, bail};
use syn::{Fields, Item, ItemStruct, PathArguments, Type};
use walkdir::WalkDir;

/// A struct of the model with fields: a record, or a struct inside a record, such as `Prompt`.
pub struct Group {
    /// The name of the type, such as `Prompt`.
    pub record: String,
    /// The members, in order.
    pub members: Vec<Member>,
}

/// A member of a struct.
pub struct Member {
    pub name: String,
    /// The members below this one; `None` if this member is a field.
    pub group: Option<Group>,
}

/// Reads a record, with the structs inside it, from the source below `folder`. Considers only structs that derive
/// `Fields`.
pub fn read(folder: &Path, record: &str) -> anyhow::Result<Group> {
    let mut records = BTreeMap::new();
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(entry.path())?;
            let file = syn::parse_file(&text)
                .with_context(|| format!("{} is not valid Rust", entry.path().display()))?;
            let structs = file.items.into_iter().filter_map(|item| match item {
                Item::Struct(item) if derives_fields(&item) => Some((item.ident.to_string(), item)),
                _ => None,
            });
            records.extend(structs);
        }
    }
    group(&records, record)
}

fn derives_fields(item: &ItemStruct) -> bool {
    let mut found = false;
    for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        // Errors are ignored, because the compiler reports attributes that cannot be read.
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.segments.last().is_some_and(|segment| segment.ident == "Fields");
            Ok(())
        });
    }
    found
}

fn group(records: &BTreeMap<String, ItemStruct>, record: &str) -> anyhow::Result<Group> {
    let item = records.get(record).with_context(|| format!("the core has no record {record}"))?;
    let Fields::Named(fields) = &item.fields else { bail!("{record} has no named members") };
    let members = fields.named.iter().map(|field| {
        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        let group = below(&field.ty).map(|record| group(records, &record)).transpose()?;
        Ok(Member { name, group })
    });
    let members = members.collect::<anyhow::Result<_>>()?;
    Ok(Group { record: record.to_owned(), members })
}

/// Returns the name of the type if it is a struct of the model. Returns `None` for the type of a field, which has
/// generic arguments, such as `Option<String>`.
fn below(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    matches!(last.arguments, PathArguments::None).then(|| last.ident.to_string())
}
