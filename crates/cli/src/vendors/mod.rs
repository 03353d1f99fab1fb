//! The commands about the vendors of a gateway: `vendors`, `voices`, `models` and `languages`.

mod catalogue;
mod list;
mod shown;

pub use self::{
    catalogue::{Catalogue, CatalogueName},
    list::Vendors,
};
