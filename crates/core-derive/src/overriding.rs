//! Generation of the code for a record that overrides the settings of another record. The members of both have the same
//! names and types, which the compiler checks. The overriding record has only some of the members.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DeriveInput, Path};

use crate::member::Member;

pub fn overriding(input: &DeriveInput, base: &Path, members: &[Member]) -> TokenStream {
    let (record, rules, visibility) = (&input.ident, format_ident!("{}Rules", input.ident), &input.vis);
    let (mut replace, mut moved) = (vec![], vec![]);
    for member in members {
        let (name, ty) = (member.name, member.ty);
        if member.leaf.is_some() {
            replace.push(quote!(if self.#name.is_some() { base.#name.clone_from(&self.#name); }));
            moved.push(quote!(#name: rules.#name.moved(moves)));
        } else {
            replace.push(quote!(self.#name.replace_in(&mut base.#name);));
            moved.push(
                quote!(#name: <<#ty as ::switchboard_core::model::Record>::Rules>::from_agent(rules.#name, moves)),
            );
        }
    }
    quote! {
        impl #record {
            /// Replaces each setting for which this record has a value.
            fn replace_in(&self, base: &mut #base) {
                #(#replace)*
            }
        }

        impl #rules {
            /// Derives the rules from the rules for the vendor's agents. `moves` maps the paths of the agent's settings to
            /// paths in the request to dial. If the vendor refuses a setting in a dial, or accepts it in another form, the
            /// adapter must replace the derived rule.
            #visibility fn from_agent(
                rules: <#base as ::switchboard_core::model::Record>::Rules,
                moves: ::switchboard_core::rule::Moves,
            ) -> Self {
                Self { #(#moved),* }
            }
        }
    }
}
