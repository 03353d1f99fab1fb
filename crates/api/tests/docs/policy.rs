//! The resources that pages load, and the resources that their policy allows.

use axum::Router;
use http::Method;
use switchboard_api::edge::{self, Bounds, Edge, keys::Keys};

use crate::{
    app::{app, ask, get, routes},
    html::Page,
};

const BROWSER: [(&str, &str); 1] =
    [("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8")];

/// Our own pages, by path.
const PAGES: [&str; 3] = ["/docs", "/problems", "/problems/capability_loss"];

/// Lists the resources that a page loads automatically.
fn loaded(page: &Page) -> Vec<&str> {
    let resources = page.all(&["link", "script", "img"]);
    resources
        .map(|element| match &*element.name {
            "link" => element.attribute("href"),
            _ => element.attribute("src"),
        })
        .collect()
}

#[track_caller]
fn is_local(address: &str) -> bool {
    (address.starts_with('/') && !address.starts_with("//")) || address.starts_with("data:")
}

#[tokio::test]
async fn our_pages_load_only_what_we_serve() {
    let app = app().await;
    for path in PAGES {
        let page = Page::read(&ask(&app, Method::GET, path, &BROWSER).await.text);
        let resources = loaded(&page);
        assert!(resources.contains(&"/docs/page.css"), "{path} has no style");
        for resource in resources {
            assert!(is_local(resource), "{path} loads {resource}");
            if resource.starts_with('/') {
                let reply = get(&app, resource).await;
                assert_eq!(reply.status, 200, "{path} loads {resource}");
                assert!(!reply.text.contains("url(") && !reply.text.contains("@import"), "{resource}");
            }
        }
    }
}

#[tokio::test]
async fn our_pages_need_no_more_than_their_policy_allows() {
    let app = app().await;
    for path in PAGES {
        let reply = ask(&app, Method::GET, path, &BROWSER).await;
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8", "{path}");
        let policy = reply.header("content-security-policy");
        for directive in
            ["default-src 'none'", "style-src 'self'", "script-src 'self'", "frame-ancestors 'none'"]
        {
            assert!(policy.split("; ").any(|given| given == directive), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        for element in Page::read(&reply.text).elements() {
            let inline = element.name == "style" || (element.name == "script" && !element.text.is_empty());
            assert!(!inline, "{path} has an inline <{}>", element.name);
            for name in element.attributes.keys() {
                assert!(name != "style" && !name.starts_with("on"), "{path}: <{} {name}>", element.name);
            }
        }
    }
}

#[tokio::test]
async fn links_lead_somewhere() {
    let app = app().await;
    for path in PAGES {
        let page = Page::read(&ask(&app, Method::GET, path, &BROWSER).await.text);
        let mut addresses: Vec<_> = page.all(&["a"]).map(|link| link.attribute("href")).collect();
        addresses.sort_unstable();
        addresses.dedup();
        assert!(addresses.len() > 1, "{path}");
        for address in addresses {
            match address.strip_prefix('#') {
                Some(id) => drop(page.by_id(id)),
                None => {
                    assert!(is_local(address), "{path} leads to {address}");
                    assert_eq!(get(&app, address).await.status, 200, "{path} leads to {address}");
                }
            }
        }
    }
}

#[tokio::test]
async fn swagger_ui_loads_from_us_and_reads_our_document() {
    let app = app().await;
    let reply = get(&app, "/docs/try/").await;
    assert_eq!(reply.status, 200);
    let policy = reply.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
    let page = Page::read(&reply.text);
    let resources = loaded(&page);
    assert!(resources.iter().any(|resource| resource.ends_with(".js")), "{resources:?}");
    for resource in resources {
        assert!(!resource.contains("//"), "it loads {resource}");
        let address = format!("/docs/try/{}", resource.trim_start_matches("./"));
        assert_eq!(get(&app, &address).await.status, 200, "{address}");
    }
    let start = get(&app, "/docs/try/swagger-initializer.js").await.text;
    assert!(start.contains("\"/openapi.json\"") && !start.contains("http"), "{start}");
    // A key that Swagger UI kept in the browser's storage would outlive the page.
    assert!(!start.contains("\"persistAuthorization\": true"), "{start}");
}

#[tokio::test]
async fn old_addresses_lead_to_the_new_ones() {
    let app = app().await;
    for (from, to) in [("/docs/", "/docs"), ("/docs/try", "/docs/try/")] {
        let reply = get(&app, from).await;
        assert_eq!((reply.status / 100, reply.header("location")), (3, to), "{from}");
    }
}

#[tokio::test]
async fn switched_off_there_is_no_page_and_problems_are_still_explained() {
    let app: Router = edge::with_layers(
        routes(false).await,
        Edge::new(
            Keys::default(),
            Bounds { max_in_flight: 64, max_body_memory: 1 << 20, max_wrong_keys: 20 },
        ),
    );
    for path in ["/docs", "/docs/", "/docs/page.js", "/docs/try/"] {
        assert_eq!(get(&app, path).await.status, 404, "{path}");
    }
    for path in ["/openapi.json", "/docs/page.css", "/problems/internal"] {
        assert_eq!(get(&app, path).await.status, 200, "{path}");
    }
    let page = Page::read(&ask(&app, Method::GET, "/problems", &BROWSER).await.text);
    for link in
        page.all(&["a"]).map(|link| link.attribute("href")).filter(|address| !address.starts_with('#'))
    {
        assert_eq!(get(&app, link).await.status, 200, "{link}");
    }
}
