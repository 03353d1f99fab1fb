//! The files that all pages share. The address of a file contains the hash of its content, so that a browser can keep
//! the file.

use std::sync::LazyLock;

use crate::edge::content::Content;

/// The style of all pages.
pub static STYLE: LazyLock<Content> =
    LazyLock::new(|| Content::new("text/css; charset=utf-8", include_str!("page.css")));

/// The script of the pages at `/docs`.
pub static SCRIPT: LazyLock<Content> =
    LazyLock::new(|| Content::new("text/javascript; charset=utf-8", PARTS));

/// The parts of the script. They share one scope; the first part has the functions that the others use.
const PARTS: &str = concat!(
    include_str!("base.js"),
    include_str!("code.js"),
    include_str!("trial.js"),
    include_str!("search.js"),
    include_str!("sections.js"),
    include_str!("tables.js"),
);

/// Returns the address of a file.
pub fn address(content: &Content, file: &str) -> String {
    format!("/docs/assets/{}/{file}", content.hash())
}
