//! The API's contract in two forms: the OpenAPI document, and pages to read, search and try. Everything is built into the binary;
//! no page loads anything from another host.
//!
//! [`Site`] renders a page on its first request. The pages can be read without the script. Only the search, the
//! controls of the tables and the trial form need the script.

mod assets;
mod columns;
mod controls;
mod document;
mod fields;
mod guide;
mod guides;
mod json;
mod links;
mod literal;
mod markdown;
mod model;
mod moving;
mod navigation;
mod operations;
mod overview;
mod pages;
mod problems;
mod samples;
mod schemas;
mod search;
mod shell;
mod site;
mod support;
mod translations;
mod trial;

use std::sync::{Arc, LazyLock};

use axum::{
    Extension, Router,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{HeaderMap, HeaderName, header};
use serde_json::Value;
use switchboard_core::error::{Error, Kind};

pub use self::{pages::Page, site::Site};
use super::Api;
use crate::edge::{
    accept::Form,
    content::{Caching, Content},
    problem::Failure,
};

/// The content security policy of the pages. It permits only the gateway's own styles, scripts and images, images in
/// `data:` URLs, and requests to this gateway.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The OpenAPI document, assembled on first use.
static DOCUMENT: LazyLock<Value> = LazyLock::new(super::document);

/// The OpenAPI document as the gateway serves it.
static OPENAPI: LazyLock<Content> = LazyLock::new(|| Content::new("application/json", &DOCUMENT.to_string()));

/// The pages that a gateway serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Documentation {
    /// The explanations of problems, without `/docs`.
    Problems,
    /// All pages.
    Full(TrialKey),
}

/// The API key in the form for trying an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialKey {
    /// The gateway has no keys, so the form asks for none.
    NotNeeded,
    /// The reader enters a key, which stays in the memory of the page.
    Entered,
    /// The form contains this key. The key is not a secret, because it is the development key of every sandbox.
    Development(&'static str),
}

/// Builds the routes of the OpenAPI document and of the files that all pages share.
pub fn contract() -> Router<Api> {
    let document = async |headers: HeaderMap| OPENAPI.answer(&headers, Caching::Revalidate);
    Router::new().route("/openapi.json", get(document)).route("/docs/assets/{hash}/{file}", get(asset))
}

/// Builds the routes of the pages at `/docs`, and of `/`, which redirects browsers to `/docs`.
pub fn pages() -> Router<Api> {
    Router::new()
        .route("/", get(home))
        .route(
            "/docs",
            get(async |Extension(site): Extension<Arc<Site>>, headers| html(&site, Page::Overview, &headers)),
        )
        .route("/docs/", get(async || Redirect::permanent("/docs")))
        .route("/docs/{*path}", get(page))
}

async fn home(form: Form) -> Result<Response, Failure> {
    match form {
        Form::Html => Ok(([(header::VARY, "Accept")], Redirect::temporary("/docs")).into_response()),
        Form::Json => {
            Err(Error::new(Kind::NotFound, "The API begins at /v1; /openapi.json describes it.").into())
        }
    }
}

async fn page(
    Extension(site): Extension<Arc<Site>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let page = site.at(&format!("/docs/{path}")).ok_or_else(|| {
        Error::new(Kind::NotFound, format!("The documentation has no page {path:?}; /docs lists its pages."))
    })?;
    Ok(answer(page, &headers))
}

async fn asset(
    Extension(site): Extension<Arc<Site>>,
    Path((hash, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let content = site
        .asset(&file)
        .ok_or_else(|| Error::new(Kind::NotFound, format!("The documentation has no file {file:?}.")))?;
    // During an update, processes of two versions can serve the pages. A request for the other version's file is then
    // answered with this version's file, which a browser must not keep under that address.
    let caching = if content.hash() == hash { Caching::Forever } else { Caching::Revalidate };
    Ok(content.answer(&headers, caching))
}

/// Builds the answer with a page.
pub fn html(site: &Site, page: Page, headers: &HeaderMap) -> Response {
    answer(site.page(page), headers)
}

fn answer(page: &Content, headers: &HeaderMap) -> Response {
    const HEADERS: [(HeaderName, &str); 2] =
        [(header::CONTENT_SECURITY_POLICY, POLICY), (header::REFERRER_POLICY, "no-referrer")];
    (HEADERS, page.answer(headers, Caching::Revalidate)).into_response()
}
