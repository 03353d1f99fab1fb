//! Generation of the code for `#[derive(Fields)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Fields, Result};

use crate::{
    member::{Member, doc},
    overriding::overriding,
    structure::StructOptions,
};

pub fn record(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(input, "`Fields` needs a struct"));
    };
    let Fields::Named(named) = &data.fields else {
        return Err(syn::Error::new_spanned(input, "`Fields` needs named members"));
    };
    let members = named.named.iter().map(Member::new).collect::<Result<Vec<_>>>()?;
    let rules = rules(input, &members);
    let options = StructOptions::new(input)?;
    let record = implement(input, &options.schema_name, &members);
    let overriding = options.overrides.map(|base| overriding(input, &base, &members));
    Ok(quote!(#rules #record #overriding))
}

/// Generates the rule set: a struct with one rule per leaf and one rule set per group, and its implementation
/// of `RuleSet`. Adapters build the struct as a literal, so the compiler checks that no leaf lacks a rule.
fn rules(input: &DeriveInput, members: &[Member]) -> TokenStream {
    let (record, rules, visibility) = (&input.ident, format_ident!("{}Rules", input.ident), &input.vis);
    let about = format!("The rules for writing each field of [`{record}`] to a vendor and reading it back.");
    let (mut fields, mut encode, mut decode) = (vec![], vec![], vec![]);
    let (mut compare, mut describe, mut lacking) = (vec![], vec![], vec![]);
    for member in members {
        let (name, ty, key, doc) = (member.name, member.ty, &member.key, &member.doc);
        match member.leaf {
            Some(leaf) => {
                let spec = member.spec();
                lacking.push(quote!(#name: ::switchboard_core::rule::unsupported(why)));
                fields.push(quote!(#[doc = #doc] pub #name: ::switchboard_core::rule::Rule<#leaf>));
                encode.push(quote!(out.leaf(&const { #spec }, &self.#name, before.and_then(|b| b.#name.as_ref()), desired.#name.as_ref())));
                decode.push(quote!(#name: from.leaf(&const { #spec }, &self.#name)));
                compare.push(quote!(out.leaf(#key, &self.#name, desired.#name.as_ref())));
                describe.push(quote!(out.leaf(&const { #spec }, &self.#name)));
            }
            None => {
                lacking.push(
                    quote!(#name: <<#ty as ::switchboard_core::model::Record>::Rules>::unsupported(why)),
                );
                fields
                    .push(quote!(#[doc = #doc] pub #name: <#ty as ::switchboard_core::model::Record>::Rules));
                encode.push(quote!(out.group(#key, |out| ::switchboard_core::rule::RuleSet::encode(&self.#name, before.map(|b| &b.#name), &desired.#name, out))));
                decode.push(quote!(#name: from.group(#key, |from| ::switchboard_core::rule::RuleSet::decode(&self.#name, from))));
                compare.push(quote!(out.group(#key, |out| ::switchboard_core::rule::RuleSet::compare(&self.#name, &desired.#name, out))));
                describe.push(
                    quote!(out.group(#key, |out| ::switchboard_core::rule::RuleSet::describe(&self.#name, out))),
                );
            }
        }
    }
    quote! {
        #[doc = #about]
        #visibility struct #rules { #(#fields),* }

        impl #rules {
            /// Builds the rules of a vendor that has none of the fields. `why` is the reason that reports show.
            pub fn unsupported(why: &'static str) -> Self {
                Self { #(#lacking),* }
            }
        }

        impl ::switchboard_core::rule::RuleSet for #rules {
            type Record = #record;
            fn encode<'a>(&'a self, before: Option<&'a #record>, desired: &'a #record, out: &mut ::switchboard_core::rule::Encoder<'a>) {
                #(#encode;)*
            }
            fn decode(&self, from: &mut ::switchboard_core::rule::Decoder<'_>) -> #record {
                #record { #(#decode),* }
            }
            fn compare(&self, desired: &#record, out: &mut ::switchboard_core::rule::Comparer<'_>) {
                #(#compare;)*
            }
            fn describe(&self, out: &mut ::switchboard_core::rule::Describer) {
                #(#describe;)*
            }
        }
    }
}

/// Generates the implementations of `Record` and `Serialize`, and the record's schema.
fn implement(input: &DeriveInput, name: &str, members: &[Member]) -> TokenStream {
    let (record, rules) = (&input.ident, format_ident!("{}Rules", input.ident));
    let about = doc(&input.attrs);
    let keys = members.iter().map(|m| &m.key);
    let count = members.len();
    let (mut read, mut write, mut empty, mut schema) = (vec![], vec![], vec![], vec![]);
    let (mut merge, mut unlike, mut differ, mut list) = (vec![], vec![], vec![], vec![]);
    for member in members {
        let (name, ty, key, doc) = (member.name, member.ty, &member.key, &member.doc);
        match member.leaf {
            Some(leaf) => {
                let spec = member.spec();
                read.push(quote!(#name: from.leaf(map, &const { #spec })));
                merge.push(quote!(from.merge_leaf(&mut self.#name, patch, &const { #spec })));
                write.push(quote!(if let Some(value) = &self.#name { map.serialize_entry(#key, value)?; }));
                empty.push(quote!(self.#name.is_none()));
                unlike.push(quote!(#name: others.iter().map(|o| &o.#name).find(|o| **o != self.#name).unwrap_or(&self.#name).clone()));
                differ.push(quote!(out.leaf(#key, self.#name.as_ref(), other.#name.as_ref())));
                list.push(quote!(out.push(::std::format!("{at}/{}", #key))));
                schema.push(quote!(::switchboard_core::model::schema::leaf::<#leaf>(&const { #spec })));
            }
            None => {
                read.push(quote!(#name: from.group(map, #key)));
                merge.push(quote!(from.merge_group(&mut self.#name, patch, #key)));
                write.push(quote!(if !::switchboard_core::model::Record::is_empty(&self.#name) { map.serialize_entry(#key, &self.#name)?; }));
                empty.push(quote!(::switchboard_core::model::Record::is_empty(&self.#name)));
                unlike.push(quote!(#name: ::switchboard_core::model::Record::unlike(&self.#name, &others.iter().map(|o| &o.#name).collect::<Vec<_>>())));
                differ.push(quote!(out.group(#key, |out| ::switchboard_core::model::Record::differ(&self.#name, &other.#name, out))));
                list.push(quote!(<#ty as ::switchboard_core::model::Record>::list_fields(&::std::format!("{at}/{}", #key), out)));
                schema.push(quote!(::switchboard_core::model::schema::group::<#ty>(#key, #doc)));
            }
        }
    }
    let schema_name = name;
    let
components = members.iter().map(|member| match member.leaf {
        Some(leaf) => quote!(<#leaf as ::switchboard_core::model::Leaf>::components(out)),
        None => {
            let ty = member.ty;
            quote!({
                out.push((<#ty as ::utoipa::ToSchema>::name().into_owned(), <#ty as ::utoipa::PartialSchema>::schema()));
                <#ty as ::utoipa::ToSchema>::schemas(out);
            })
        }
    });
    quote! {
        impl ::switchboard_core::model::Record for #record {
            type Rules = #rules;
            const MEMBERS: &'static [&'static str] = &[#(#keys),*];
            fn read(map: &::serde_json::Map<String, ::serde_json::Value>, from: &mut ::switchboard_core::model::FieldReader) -> Self {
                Self { #(#read),* }
            }
            fn merge(&mut self, patch: &::serde_json::Map<String, ::serde_json::Value>, from: &mut ::switchboard_core::model::FieldReader) {
                #(#merge;)*
            }
            fn is_empty(&self) -> bool {
                #(#empty)&&*
            }
            fn unlike(&self, others: &[&Self]) -> Self {
                Self { #(#unlike),* }
            }
            fn differ(&self, other: &Self, out: &mut ::switchboard_core::model::Difference) {
                #(#differ;)*
            }
            fn list_fields(at: &str, out: &mut ::std::vec::Vec<::std::string::String>) {
                #(#list;)*
            }
        }
        impl ::serde::Serialize for #record {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                use ::serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                #(#write)*
                map.end()
            }
        }
        impl ::utoipa::PartialSchema for #record {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::Schema> {
                let members: [::switchboard_core::model::schema::Property; #count] = [#(#schema),*];
                ::switchboard_core::model::schema::object(#about, members)
            }
        }
        impl ::utoipa::ToSchema for #record {
            fn name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(#schema_name)
            }
            fn schemas(out: &mut Vec<(String, ::utoipa::openapi::RefOr<::utoipa::openapi::Schema>)>) {
                #(#components;)*
            }
        }
    }
}
