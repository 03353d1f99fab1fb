//! The form that tries an operation has every parameter, and the key only if the key is public.

use switchboard_api::{self as api, Documentation, TrialKey};

use crate::{
    app::{get, page, with},
    html::Page,
};

#[tokio::test]
async fn the_form_has_every_parameter_and_the_example_as_the_body() {
    let document = api::document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            let page = page(&format!("/docs/operations/{id}")).await;
            let form = page.all(&["form"]).find(|form| form.attribute("class") == "trial").unwrap();
            assert_eq!((form.attribute("data-method"), form.attribute("data-path")), (&**method, &**path));
            let fields = page.within(form);
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let (name, place) = (parameter["name"].as_str().unwrap(), parameter["in"].as_str().unwrap());
                let field = fields.iter().find(|field| field.attribute("name") == name);
                let field = field.unwrap_or_else(|| panic!("{id} has no field {name}"));
                assert_eq!(field.attribute("data-in"), place, "{id}: {name}");
                let required = field.attributes.contains_key("required");
                assert_eq!(required, parameter["required"] == true, "{id}: {name}");
            }
            let body = fields.iter().find(|field| field.name == "textarea");
            assert_eq!(body.is_some(), operation["requestBody"].is_object(), "{id}");
        }
    }
}

async fn key_field(key: TrialKey, operation: &str) -> Option<(String, String)> {
    let app = with(Documentation::Full(key)).await;
    let page = Page::read(&get(&app, &format!("/docs/operations/{operation}")).await.text);
    let field = page.all(&["input"]).find(|field| field.attribute("data-in") == "key")?;
    Some((field.attribute("type").to_owned(), field.attribute("value").to_owned()))
}

#[tokio::test]
async fn only_a_public_key_is_in_the_form() {
    let said = |kind: &str, value: &str| Some((kind.to_owned(), value.to_owned()));
    assert_eq!(key_field(TrialKey::Development("public"), "listAgents").await, said("", "public"));
    assert_eq!(key_field(TrialKey::Entered, "listAgents").await, said("password", ""));
    assert_eq!(key_field(TrialKey::NotNeeded, "listAgents").await, None);
    assert_eq!(key_field(TrialKey::Entered, "listProblems").await, None);
}
