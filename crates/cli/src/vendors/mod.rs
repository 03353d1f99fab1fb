//! The commands for the vendors of a gateway: `vendors`, and those for their catalogues.

mod catalogue;
mod list;
mod shown;

pub use self::{
    catalogue::{Catalogue, CatalogueName},
    list::Vendors,
};
