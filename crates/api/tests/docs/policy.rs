//! The resources that pages load, and the resources that their policy allows.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use http::{HeaderMap, Method};
use switchboard_api::Documentation;
use tokio::sync::OnceCell;

use crate::{
    app::{app, ask, get, with},
    html::Page,
};

const BROWSER: [(&str, &str); 1] =
    [("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8")];

/// A page as a browser receives it.
struct Received {
    headers: HeaderMap,
    page: Page,
}

/// Lists every page that the first page leads to, in one step or several. All tests share the list.
async fn all() -> &'static BTreeMap<String, Received> {
    static PAGES: OnceCell<BTreeMap<String, Received>> = OnceCell::const_new();
    PAGES.get_or_init(async || crawled(&app().await).await).await
}

async fn crawled(app: &Router) -> BTreeMap<String, Received> {
    let (mut pages, mut ahead) = (BTreeMap::new(), BTreeSet::from(["/docs".to_owned()]));
    while let Some(path) = ahead.pop_first() {
        let reply = ask(app, Method::GET, &path, &BROWSER).await;
        assert_eq!(reply.status, 200, "{path}");
        if !reply.header("content-type").starts_with("text/html") {
            continue;
        }
        let page = Page::read(&reply.text);
        let links = page.all(&["a"]).map(|link| path_of(link.attribute("href")));
        let links: Vec<_> = links.filter(|link| !link.is_empty()).map(ToOwned::to_owned).collect();
        pages.insert(path, Received { headers: reply.headers, page });
        ahead.extend(links.into_iter().filter(|link| !pages.contains_key(link)));
    }
    pages
}

/// Returns the path of an address. A query sets the controls of a page and leads to no other page.
fn path_of(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap()
}

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
    let (app, pages) = (app().await, all().await);
    let resources: BTreeSet<_> = pages.values().flat_map(|received| loaded(&received.page)).collect();
    for (path, Received { page, .. }) in pages {
        assert!(loaded(page).iter().any(|resource| resource.ends_with("/page.css")), "{path} has no style");
    }
    for resource in resources {
        assert!(is_local(resource), "{resource}");
        if resource.starts_with('/') {
            let reply = get(&app, resource).await;
            assert_eq!(reply.status, 200, "{resource}");
            assert!(!reply.text.contains("url(") && !reply.text.contains("@import"), "{resource}");
        }
    }
}

#[tokio::test]
async fn our_pages_need_no_more_than_their_policy_allows() {
    for (path, Received { headers, page }) in all().await {
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
        assert_eq!(header("content-type"), "text/html; charset=utf-8", "{path}");
        let policy = header("content-security-policy");
        for directive in
            ["default-src 'none'", "style-src 'self'", "script-src 'self'", "frame-ancestors 'none'"]
        {
            assert!(policy.split("; ").any(|given| given == directive), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        for element in page.elements() {
            let inline = element.name == "style" || (element.name == "script" && !element.text.is_empty());
            assert!(!inline, "{path} has an inline <{}>", element.name);
            for name in element.attributes.keys() {
                assert!(name != "style" && !name.starts_with("on"), "{path}: <{} {name}>", element.name);
            }
        }
    }
}

#[tokio::test]
async fn links_lead_to_an_element_of_a_page() {
    let (app, pages) = (app().await, all().await);
    assert!(pages.len() > 200, "{}", pages.len());
    for (path, Received { page, .. }) in pages {
        for address in page.all(&["a"]).map(|link| link.attribute("href")) {
            let (target, anchor) = address.split_once('#').unwrap_or((address, ""));
            let target = if target.is_empty() { path } else { path_of(target) };
            assert!(is_local(target), "{path} leads to {address}");
            match pages.get(target) {
                Some(_) if anchor.is_empty() => {}
                Some(target) => {
                    let found =
                        target.page.elements().filter(|element| element.attribute("id") == anchor).count();
                    assert_eq!(found, 1, "{path} leads to {address}");
                }
                None => assert_eq!(get(&app, target).await.status, 200, "{path} leads to {address}"),
            }
        }
    }
}

#[tokio::test]
async fn every_id_of_a_page_is_unique() {
    for (path, Received { page, .. }) in all().await {
        let mut ids: Vec<_> = page.elements().map(|element| element.attribute("id")).collect();
        ids.retain(|id| !id.is_empty());
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{path}");
    }
}

#[tokio::test]
async fn browsers_are_led_from_the_root_to_the_documentation() {
    let app = app().await;
    let browser = ask(&app, Method::GET, "/", &BROWSER).await;
    assert_eq!(
        (browser.status, browser.header("location"), browser.header("vary")),
        (307, "/docs", "Accept")
    );
    let program = ask(&app, Method::GET, "/", &[("accept", "*/*")]).await;
    assert_eq!((program.status, program.header("content-type")), (404, "application/problem+json"));
    assert!(program.text.contains("/openapi.json"), "{}", program.text);
    let reply = get(&app, "/docs/").await;
    assert_eq!((reply.status / 100, reply.header("location")), (3, "/docs"));
}

#[tokio::test]
async fn an_unknown_page_is_a_problem_that_names_the_documentation() {
    let reply = get(&app().await, "/docs/guides/nothing").await;
    assert_eq!((reply.status, reply.header("content-type")), (404, "application/problem+json"));
    assert!(reply.text.contains("/docs lists"), "{}", reply.text);
}

#[tokio::test]
async fn switched_off_there_is_no_page_and_problems_are_still_explained() {
    let app = with(Documentation::Problems).await;
    for path in ["/", "/docs", "/docs/", "/docs/guides/quickstart"] {
        assert_eq!(ask(&app, Method::GET, path, &BROWSER).await.status, 404, "{path}");
    }
    assert_eq!(get(&app, "/openapi.json").await.status, 200);
    for path in ["/problems", "/problems/internal"] {
        let page = Page::read(&ask(&app, Method::GET, path, &BROWSER).await.text);
        for resource in loaded(&page).into_iter().filter(|resource| resource.starts_with('/')) {
            assert_eq!(get(&app, resource).await.status, 200, "{path} loads {resource}");
        }
        for link in page.all(&["a"]).map(|link| link.attribute("href")).filter(|link| !link.starts_with('#'))
        {
            assert_eq!(get(&app, link).await.status, 200, "{path} leads to {link}");
        }
    }
}
