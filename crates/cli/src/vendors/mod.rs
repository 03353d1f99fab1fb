//! The commands for the vendors of a gateway: `vendors` and `aliases`, and those for their catalogues.

mod aliases;
mod catalogue;
mod list;
mod shown;

pub use self::{
    aliases::Aliases,
    catalogue::{Catalogue, CatalogueName},
    list::Vendors,
};
