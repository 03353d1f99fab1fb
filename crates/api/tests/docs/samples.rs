//! Every operation has samples in three languages, with the values of the OpenAPI document.

use serde_json::Value;
use switchboard_api as api;

use crate::app::page;

#[tokio::test]
async fn every_operation_has_its_request_in_three_languages() {
    let document = api::document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            let page = page(&format!("/docs/operations/{id}")).await;
            let sample = |language: &str| {
                let mut found = page.all(&["pre"]).filter(|pre| pre.attribute("data-language") == language);
                found.next().unwrap_or_else(|| panic!("{id} has no sample in {language}")).text.clone()
            };
            let (curl, typescript, python) = (sample("curl"), sample("TypeScript"), sample("Python"));
            let beginning = path.split('{').next().unwrap();
            for sample in [&curl, &typescript, &python] {
                assert!(sample.contains(beginning) && !sample.contains("/{"), "{id}: {sample}");
                let key = operation["security"].is_null();
                assert_eq!(sample.contains("SWITCHBOARD_KEY"), key, "{id}: {sample}");
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                for parameter in parameters.filter(|it| it["required"] == true && it["in"] != "path") {
                    assert!(sample.contains(parameter["name"].as_str().unwrap()), "{id}: {sample}");
                }
            }
            assert!(typescript.contains(&format!("method: \"{}\"", method.to_uppercase())), "{typescript}");
            assert!(python.contains(&format!("requests.{method}(")), "{python}");
            let content = operation["requestBody"]["content"].as_object();
            if let Some((media, content)) = content.and_then(|content| content.iter().next()) {
                assert!(curl.contains(&format!("-H 'Content-Type: {media}'")), "{curl}");
                let body =
                    curl.split_once(" -d '").unwrap().1.strip_suffix('\'').unwrap().replace("'\\''", "'");
                assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), content["example"], "{id}");
            }
        }
    }
}

#[tokio::test]
async fn literals_are_those_of_the_language() {
    let sample = async |operation: &str, language: &str| {
        let page = page(&format!("/docs/operations/{operation}")).await;
        page.all(&["pre"]).find(|pre| pre.attribute("data-language") == language).unwrap().text.clone()
    };
    let python = sample("patchAgent", "Python").await;
    assert!(python.contains("\"message\": None"), "{python}");
    let typescript = sample("patchAgent", "TypeScript").await;
    assert!(typescript.contains("message: null"), "{typescript}");
    for (language, key) in
        [("TypeScript", "crypto.randomUUID()"), ("Python", "uuid.uuid4()"), ("curl", "$(uuidgen)")]
    {
        let sample = sample("createAgent", language).await;
        assert!(sample.contains(key), "{sample}");
    }
}
