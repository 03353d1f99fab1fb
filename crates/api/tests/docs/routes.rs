//! The router serves exactly the paths and methods of the OpenAPI document.

use std::collections::BTreeSet;

use http::Method;
use switchboard_api::{self as api, Documentation};

use crate::app::{app, ask, routes};

/// Paths that are not operations: the document itself, and the files that the pages share.
const BESIDE: [&str; 2] = ["/openapi.json", "/docs/assets/{hash}/{file}"];

#[tokio::test]
async fn the_router_and_the_document_have_the_same_paths() {
    let document = api::document();
    let documented = document["paths"].as_object().unwrap().keys().map(String::as_str);
    let documented: BTreeSet<_> = documented.chain(BESIDE).collect();
    // axum exposes its paths only in its debug output, where the fallback comes after the paths.
    let debug = format!("{:?}", routes(Documentation::Problems).await);
    let (known, _) = debug.split_once("fallback_router").unwrap();
    let served: BTreeSet<_> = known.split('"').filter(|text| text.starts_with('/')).collect();
    assert_eq!(served, documented);
}

#[tokio::test]
async fn every_path_has_the_documented_methods_and_no_others() {
    let (app, document) = (app().await, api::document());
    for (path, operations) in document["paths"].as_object().unwrap() {
        let mut documented: BTreeSet<_> =
            operations.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        if documented.contains("GET") {
            documented.insert("HEAD".to_owned());
        }
        let path = path.replace(['{', '}'], "");
        let refused = ask(&app, Method::from_bytes(b"LINK").unwrap(), &path, &[]).await;
        assert_eq!(refused.status, 405, "{path}");
        let allowed: BTreeSet<_> =
            refused.header("allow").split(',').map(|method| method.trim().to_owned()).collect();
        assert_eq!(allowed, documented, "{path}");
    }
}
