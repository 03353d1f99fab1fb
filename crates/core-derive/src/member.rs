//! A member of a record, with the options of its attributes.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, Field, GenericArgument, Ident, Lit, Meta, PathArguments, Result, Type};

pub struct Member<'a> {
    pub name: &'a Ident,
    pub key: String,
    pub ty: &'a Type,
    /// The `T` of `Option<T>`; `None` for a group.
    pub leaf: Option<&'a Type>,
    pub doc: String,
    pub options: Options,
}

/// The options of `#[field(..)]`.
#[derive(Default)]
pub struct Options {
    required: bool,
    essential: bool,
    essential_when: Option<Lit>,
    min: Option<Lit>,
    max: Option<Lit>,
    min_len: Option<Lit>,
    max_len: Option<Lit>,
    min_items: Option<Lit>,
    max_items: Option<Lit>,
}

impl<'a> Member<'a> {
    pub fn new(field: &'a Field) -> Result<Self> {
        let Some(name) = &field.ident else {
            return Err(syn::Error::new_spanned(field, "a record has named members"));
        };
        Ok(Self {
            name,
            key: name.to_string().trim_start_matches("r#").to_owned(),
            ty: &field.ty,
            leaf: leaf(&field.ty),
            doc: doc(&field.attrs),
            options: Options::new(&field.attrs)?,
        })
    }

    /// Generates the declaration of a leaf: a literal of `switchboard_core::model::Field`.
    pub fn spec(&self) -> TokenStream {
        let Options { required, essential, essential_when, min, max, min_len, max_len, min_items, max_items } =
            &self.options;
        let (key, doc) = (&self.key, &self.doc);
        let essential = match (essential, essential_when) {
            (_, Some(when)) => quote!(::switchboard_core::model::Essential::When(#when)),
            (true, None) => quote!(::switchboard_core::model::Essential::Always),
            (false, None) => quote!(::switchboard_core::model::Essential::Never),
        };
        let (min, max) = (option(min), option(max));
        let (min_len, max_len) = (option(min_len), option(max_len));
        let (min_items, max_items) = (option(min_items), option(max_items));
        quote!(::switchboard_core::model::Field {
            name: #key,
            doc: #doc,
            required: #required,
            essential: #essential,
            limits: ::switchboard_core::model::Limits {
                min: #min, max: #max, min_len: #min_len, max_len: #max_len,
                min_items: #min_items, max_items: #max_items,
            },
        })
    }
}

impl Options {
    fn new(attributes: &[Attribute]) -> Result<Self> {
        let mut options = Self::default();
        for attribute in attributes.iter().filter(|a| a.path().is_ident("field")) {
            attribute.parse_nested_meta(|meta| {
                let Some(name) = meta.path.get_ident().map(ToString::to_string) else {
                    return Err(meta.error("an option must be a single word"));
                };
                match name.as_str() {
                    "required" => options.required = true,
                    "essential" => options.essential = true,
                    "essential_when" => options.essential_when = Some(meta.value()?.parse()?),
                    "min" => options.min = Some(meta.value()?.parse()?),
                    "max" => options.max = Some(meta.value()?.parse()?),
                    "min_len" => options.min_len = Some(meta.value()?.parse()?),
                    "max_len" => options.max_len = Some(meta.value()?.parse()?),
                    "min_items" => options.min_items = Some(meta.value()?.parse()?),
                    "max_items" => options.max_items = Some(meta.value()?.parse()?),
                    _ => return Err(meta.error("unknown option")),
                }
                Ok(())
            })?;
        }
        Ok(options)
    }
}

/// Returns the doc comment as one line. Returns an empty string if there is no doc comment.
pub fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter(|a| a.path().is_ident("doc")).filter_map(|a| match &a.meta {
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join(" ").trim().to_owned()
}

fn option(value: &Option<Lit>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

fn leaf(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) if last.ident == "Option" => Some(inner),
        _ => None,
    }
}
