//! The search index has every guide, operation, field, schema and problem.

use switchboard_api as api;
use switchboard_core::error::Kind;

use crate::app::{app, get, page};

async fn index() -> Vec<[String; 4]> {
    let page = page("/docs").await;
    let address = page.all(&["dialog"]).next().unwrap().attribute("data-index");
    let reply = get(&app().await, address).await;
    assert_eq!(reply.header("content-type"), "application/json");
    serde_json::from_str(&reply.text).unwrap()
}

#[tokio::test]
async fn every_entry_leads_to_a_page() {
    let app = app().await;
    let mut pages: Vec<_> = index()
        .await
        .into_iter()
        .map(|[_, _, address, _]| address.split('#').next().unwrap().to_owned())
        .collect();
    pages.dedup();
    for path in pages {
        assert_eq!(get(&app, &path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn operations_fields_schemas_and_problems_are_found_by_name() {
    let (index, document) = (index().await, api::document());
    let has = |kind: &str, title: &str| index.iter().any(|[of, name, ..]| of == kind && name == title);
    for operation in
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values())
    {
        assert!(has("operation", operation["summary"].as_str().unwrap()));
    }
    let schemas =
        document["components"]["schemas"].as_object().map_or_else(Vec::new, |it| it.keys().collect());
    assert!(schemas.into_iter().all(|name| has("schema", name)));
    assert!(Kind::ALL.iter().all(|kind| has("problem", &kind.to_string())));
    assert!(has("field", "voice.speed") && has("problem", "loss_not_accepted") && has("guide", "Migrations"));
    assert!(has("move", "Moving from qcall to opencx"));
    let sections: Vec<_> =
        index.iter().filter(|[kind, ..]| kind == "guide").map(|[_, title, ..]| &**title).collect();
    assert!(sections.contains(&"Migrations: Move back"), "{sections:?}");
}
