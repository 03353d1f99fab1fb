//! Every operation has a page with all its parameters and possible answers, and every schema has a page.

use serde_json::Value;
use switchboard_api as api;

use crate::app::{app, get, page};

#[tokio::test]
async fn the_document_is_served() {
    let reply = get(&app().await, "/openapi.json").await;
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(serde_json::from_str::<Value>(&reply.text).unwrap(), api::document());
}

#[tokio::test]
async fn every_operation_has_a_page() {
    let document = api::document();
    let overview = page("/docs").await;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            let page = page(&format!("/docs/operations/{id}")).await;
            let address = format!("/docs/operations/{id}");
            assert!(overview.all(&["a"]).any(|link| link.attribute("href") == address), "no link to {id}");
            let current: Vec<_> =
                page.all(&["a"]).filter(|link| link.attribute("aria-current") == "page").collect();
            assert_eq!(current.len(), 1, "{id}");
            assert_eq!(current[0].attribute("href"), address);
            let block = page.by_id(id);
            assert_eq!((block.attribute("data-method"), block.attribute("data-path")), (&**method, &**path));
            assert!(block.text.contains(operation["summary"].as_str().unwrap()), "{id}");
            let headings: Vec<_> = page.within(block).iter().filter(|element| element.name == "th").collect();
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap();
                assert!(
                    headings.iter().any(|heading| heading.text.starts_with(name)),
                    "{id} does not tell {name}"
                );
            }
            let links: Vec<_> = page.within(block).iter().map(|element| element.attribute("href")).collect();
            for (status, answer) in operation["responses"].as_object().unwrap() {
                assert!(
                    headings.iter().any(|heading| heading.text == *status),
                    "{id} does not tell {status}"
                );
                let said = answer["description"].as_str().unwrap();
                for code in said.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
                    assert!(links.contains(&code), "{id} does not lead to {code}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_schema_has_a_page_with_its_members() {
    let document = api::document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let page = page(&format!("/docs/schemas/{name}")).await;
        let main = page.by_id("content");
        for member in schema["properties"].as_object().into_iter().flatten().map(|(member, _)| member) {
            assert!(main.text.contains(&**member), "{name} does not tell {member}");
        }
    }
}
