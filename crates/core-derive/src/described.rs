//! `#[derive(Described)]`: generates the schema of an enum whose variants have no members.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields, LitStr, Result, Variant};

use crate::member::doc;

/// Generates the schema: the serialized names of the variants, and a description that pairs each name with the
/// variant's doc comment, if it has one.
pub fn schema(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new_spanned(input, "`Described` needs an enum"));
    };
    let (ident, title) = (&input.ident, input.ident.to_string());
    let names = data.variants.iter().map(name).collect::<Result<Vec<_>>>()?;
    let explained = data.variants.iter().zip(&names);
    let explained: Vec<_> = explained
        .filter(|(variant, _)| !doc(&variant.attrs).is_empty())
        .map(|(variant, name)| format!("`{name}`: {}", uncapitalized(&doc(&variant.attrs))))
        .collect();
    let description = explained.join(" ");
    Ok(quote! {
        impl ::utoipa::PartialSchema for #ident {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::Schema> {
                ::utoipa::openapi::ObjectBuilder::new()
                    .schema_type(::utoipa::openapi::Type::String)
                    .enum_values(Some([#(#names),*]))
                    .description(Some(#description))
                    .build()
                    .into()
            }
        }
        impl ::utoipa::ToSchema for #ident {
            fn name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(#title)
            }
        }
    })
}

/// Returns the serialized name of a variant: its serde `rename`, or else its Rust name in snake case.
fn name(variant: &Variant) -> Result<String> {
    if !matches!(variant.fields, Fields::Unit) {
        return Err(syn::Error::new_spanned(variant, "`Described` needs variants without members"));
    }
    Ok(renamed(&variant.attrs)?.unwrap_or_else(|| snake_case(&variant.ident.to_string())))
}

fn renamed(attributes: &[Attribute]) -> Result<Option<String>> {
    let mut name = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = Some(meta.value()?.parse::<LitStr>()?.value());
            }
            Ok(())
        })?;
    }
    Ok(name)
}

fn snake_case(ident: &str) -> String {
    let mut name = String::new();
    for (place, letter) in ident.char_indices() {
        if letter.is_uppercase() && place > 0 {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

/// Writes the first letter in lower case, unless the first word is an abbreviation.
fn uncapitalized(text: &str) -> String {
    let mut letters = text.chars();
    if letters.clone().nth(1).is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
