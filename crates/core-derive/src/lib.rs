//! The derive macros of the model. `#[derive(Fields)]` generates the rule set of a record, its schema, and the
//! code that reads, merges, compares and serializes it. `#[derive(Described)]` generates the schema of an enum.
//!
//! In a record, a member of type `Option<T>` is a leaf: the smallest value that has a rule of its own. Any
//! other member is a nested group, and its type must derive `Fields` too. Each leaf declares its limits once,
//! for both validation and schema:
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
//! A leaf has the options `required`, `essential`, `essential_when = <bool>`, `min`, `max`, `min_len`,
//! `max_len`, `min_items` and `max_items`. A struct has the option `schema_name = <string>` for a schema name
//! that differs from the name of the struct, and `overrides = <record>` if its leaves override the equally named leaves of
//! another record: the macro then generates `replace_in` and, for the rule set, `from_agent`.

mod described;
mod generate;
mod member;
mod overriding;
mod structure;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives the OpenAPI schema of an enum whose variants have no members. The schema lists the serde `rename`
/// of each variant, or the variant's name in snake case if it has no `rename`. The enum therefore needs
/// `#[serde(rename_all = "snake_case")]`. The schema's description is built from the doc comments of the
/// variants.
#[proc_macro_derive(Described)]
pub fn described(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    described::schema(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Derives `Record`, `Serialize` and `ToSchema` for the struct, and generates its rule set `<Name>Rules`: a
/// struct with one rule per leaf and one rule set per group.
#[proc_macro_derive(Fields, attributes(field))]
pub fn fields(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    generate::record(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
