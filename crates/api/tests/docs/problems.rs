//! Every problem has an explanation for people and for programs.

use http::Method;
use serde_json::Value;
use switchboard_api::{self as api, edge::problem::spec};
use switchboard_core::error::Kind;

use crate::{
    app::{Reply, app, ask},
    html::Page,
};

async fn asked(path: &str, accept: &[&str]) -> Reply {
    let headers: Vec<_> = accept.iter().map(|value| ("accept", *value)).collect();
    ask(&app().await, Method::GET, path, &headers).await
}

#[tokio::test]
async fn every_code_is_explained_in_both_forms() {
    let app = app().await;
    for kind in Kind::ALL {
        let path = format!("/problems/{}", kind);
        let json = ask(&app, Method::GET, &path, &[("accept", "application/json")]).await;
        assert_eq!((json.status, json.header("content-type")), (200, "application/json"), "{path}");
        let said: Value = serde_json::from_str(&json.text).unwrap();
        assert_eq!(said["type"], path);
        assert_eq!(said["status"], spec(kind).status.as_u16(), "{path}");

        let html = ask(&app, Method::GET, &path, &[("accept", "text/html")]).await;
        assert_eq!((html.status, html.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        for reply in [&html, &json] {
            assert!(reply.headers.get_all("vary").iter().any(|vary| vary == "Accept"), "{path}: {reply:?}");
        }
        let page = Page::read(&html.text);
        assert_eq!(page.all(&["h1"]).next().unwrap().text, spec(kind).title);
        let main = &page.by_id("content").text;
        for told in [spec(kind).description, &kind.to_string(), spec(kind).status.as_str()] {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words(main).contains(&words(told)), "{path} does not say {told:?}");
        }
    }
}

#[tokio::test]
async fn the_list_has_every_code_in_both_forms() {
    let said: Value = serde_json::from_str(&asked("/problems", &[]).await.text).unwrap();
    assert_eq!(said["data"].as_array().unwrap().len(), Kind::ALL.len());
    let page = Page::read(&asked("/problems", &["text/html"]).await.text);
    let links: Vec<_> = page.all(&["a"]).map(|link| link.attribute("href")).collect();
    for kind in Kind::ALL {
        assert!(links.contains(&&*format!("/problems/{}", kind)), "{kind:?}");
    }
}

#[tokio::test]
async fn the_form_is_the_one_that_accept_prefers() {
    const JSON: &str = "application/json";
    const HTML: &str = "text/html; charset=utf-8";
    const NEITHER: &str = "application/problem+json";
    let cases: [(&[&str], &str); 20] = [
        (&[], JSON),
        (&[""], JSON),
        (&["*/*"], JSON),
        (&["application/*"], JSON),
        (&["text/html, application/json"], JSON),
        (&["text/html"], HTML),
        (&["TEXT/HTML"], HTML),
        (&["text/*"], HTML),
        (&["text/html;level=1;q=0.4, application/json;q=0.3"], HTML),
        (&["text/html;x=\"a,b;q=0\";q=0.4, application/json;q=0.5"], JSON),
        (&["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"], HTML),
        (&["application/json;q=0.999, text/html"], HTML),
        (&["application/json;q=0.5", "text/html;q=0.6"], HTML),
        (&["*/*, application/json;q=0"], HTML),
        (&["text/*;q=0.9, text/html;q=0.1, application/json;q=0.2"], JSON),
        (&["text/html;q=1.5"], JSON),
        (&["image/png"], NEITHER),
        (&["text/html;q=0"], NEITHER),
        (&["*/*;q=0"], NEITHER),
        (&["text/html;q=0.000, application/json;Q=0"], NEITHER),
    ];
    for (accept, expected) in cases {
        for path in ["/problems", "/problems/internal"] {
            let reply = asked(path, accept).await;
            assert_eq!(reply.header("content-type"), expected, "{path} with {accept:?}");
            assert_eq!(reply.status, if expected == NEITHER { 406 } else { 200 }, "{path} with {accept:?}");
        }
    }
    let refused: Value = serde_json::from_str(&asked("/problems", &["image/png"]).await.text).unwrap();
    assert_eq!(refused["code"], "not_acceptable");
}

#[tokio::test]
async fn a_code_that_does_not_exist_is_a_problem_in_either_form() {
    for accept in ["application/json", "text/html"] {
        let reply = asked("/problems/no_such_code", &[accept]).await;
        assert_eq!((reply.status, reply.header("content-type")), (404, "application/problem+json"));
    }
}

#[tokio::test]
async fn the_document_has_both_forms_and_the_refusal() {
    let document = api::document();
    for path in ["/problems", "/problems/{code}"] {
        let answers = &document["paths"][path]["get"]["responses"];
        for form in ["application/json", "text/html"] {
            assert!(!answers["200"]["content"][form]["example"].is_null(), "{path} as {form}");
        }
        assert!(answers["406"]["description"].as_str().unwrap().contains("not_acceptable"), "{path}");
    }
}
