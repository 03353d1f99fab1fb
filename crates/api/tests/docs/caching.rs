//! Browsers transfer each page and each file once, compressed, and the first page is light.

use http::Method;

use crate::{
    app::{app, ask, get},
    html::Page,
};

const GZIP: [(&str, &str); 1] = [("accept-encoding", "gzip, deflate, br")];

/// Lists the files that a page loads.
fn files(html: &str) -> Vec<String> {
    let page = Page::read(html);
    let links = page
        .all(&["link", "script"])
        .map(|element| element.attribute("href").to_owned() + element.attribute("src"));
    let index = page.all(&["dialog"]).map(|element| element.attribute("data-index").to_owned());
    links.chain(index).filter(|address| address.starts_with('/')).collect()
}

#[tokio::test]
async fn a_page_with_all_its_files_is_below_250_kilobytes() {
    let app = app().await;
    for first in ["/docs", "/docs/fields/agent", "/docs/operations/createAgent"] {
        let page = ask(&app, Method::GET, first, &GZIP).await;
        let mut weight = page.transferred;
        for file in files(&page.text) {
            let reply = ask(&app, Method::GET, &file, &GZIP).await;
            assert_eq!(reply.header("content-encoding"), "gzip", "{file}");
            weight += reply.transferred;
        }
        assert!(weight < 250_000, "{first}: {weight} bytes");
    }
}

#[tokio::test]
async fn a_file_is_kept_and_a_page_is_asked_for_again() {
    let app = app().await;
    let page = ask(&app, Method::GET, "/docs", &GZIP).await;
    assert_eq!(page.header("cache-control"), "no-cache");
    let files = files(&page.text);
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        let reply = get(&app, &file).await;
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable", "{file}");
        let (_, name) = file.rsplit_once('/').unwrap();
        let other = get(&app, &format!("/docs/assets/0000000000000000/{name}")).await;
        assert_eq!((other.status, other.header("cache-control")), (200, "no-cache"), "{file}");
        assert_eq!(other.text, reply.text);
    }
    assert_eq!(get(&app, "/docs/assets/0000000000000000/nothing").await.status, 404);
}

#[tokio::test]
async fn a_known_page_is_not_transferred_again() {
    let app = app().await;
    for path in ["/docs", "/docs/guides/quickstart", "/openapi.json"] {
        let tag = get(&app, path).await.header("etag").to_owned();
        for known in [&*tag, "*", &format!("\"other\", {tag}")] {
            let reply = ask(&app, Method::GET, path, &[("if-none-match", known)]).await;
            assert_eq!((reply.status, reply.transferred, reply.header("etag")), (304, 0, &*tag), "{path}");
        }
        let reply = ask(&app, Method::GET, path, &[("if-none-match", "W/\"other\"")]).await;
        assert_eq!(reply.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_caller_without_gzip_gets_the_same_text() {
    let app = app().await;
    let compressed = ask(&app, Method::GET, "/docs", &GZIP).await;
    for refused in ["", "identity", "gzip;q=0", "br"] {
        let reply = ask(&app, Method::GET, "/docs", &[("accept-encoding", refused)]).await;
        assert_eq!(
            (reply.header("content-encoding"), reply.header("vary")),
            ("", "Accept-Encoding"),
            "{refused}"
        );
        assert_eq!(reply.text, compressed.text, "{refused}");
    }
}

#[tokio::test]
async fn answers_with_records_are_still_not_stored() {
    let app = app().await;
    assert_eq!(get(&app, "/v1/agents").await.header("cache-control"), "no-store");
}
