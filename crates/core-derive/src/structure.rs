//! The options of a whole struct.

use syn::{DeriveInput, LitStr, Path, Result};

/// The options of `#[field(..)]` on a struct.
pub struct StructOptions {
    /// The name of the schema: the option `schema_name`, or the name of the struct if omitted.
    pub schema_name: String,
    /// The record whose settings the struct overrides: the option `overrides`.
    pub overrides: Option<Path>,
}

impl StructOptions {
    pub fn new(input: &DeriveInput) -> Result<Self> {
        let mut options = Self { schema_name: input.ident.to_string(), overrides: None };
        for attribute in input.attrs.iter().filter(|a| a.path().is_ident("field")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("schema_name") {
                    options.schema_name = meta.value()?.parse::<LitStr>()?.value();
                } else if meta.path.is_ident("overrides") {
                    options.overrides = Some(meta.value()?.parse()?);
                } else {
                    return Err(meta.error("unknown option"));
                }
                Ok(())
            })?;
        }
        Ok(options)
    }
}
