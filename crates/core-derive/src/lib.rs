//! `#[derive(Fields)]`: generates the rule set, reader, merge, writer and schema of a record.
//!
//! `Option<T>` is a leaf: the smallest part that a caller can change alone. Any other member is a nested group, which must
//! derive `Fields` too. A member declares its limits once, for validation and for the schema:
//!
//! ```ignore
//! /// The voice of an agent.
//! #[derive(Debug, Clone, Default, PartialEq, Fields)]
//! pub struct Voice {
//!     /// The vendor's id of the voice.
//!     #[field(required, max_len = 255)]
//!     pub id: Option<String>,
//!     /// Speaking rate; 1 is normal.
//!     #[field(min = 0.25, max = 4.0)]
//!     pub speed: Option<f64>,
//! }
//! ```
//!
//! Options: `required`, `essential`, `essential_when = <literal>`, `min`, `max`, `min_len`, `max_len`, `max_items`. On the struct:
//! `schema_name = <string>`, if its schema is published under another name than its own.

mod described;
mod generate;
mod member;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives the OpenAPI schema of an enum of plain names, as serde writes them in snake case; the doc comment of each
/// variant explains its name.
#[proc_macro_derive(Described)]
pub fn described(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    described::schema(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Derives `Record` for the struct, and a `<Name>Rules` struct with one rule per leaf.
#[proc_macro_derive(Fields, attributes(field))]
pub fn fields(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    generate::record(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
