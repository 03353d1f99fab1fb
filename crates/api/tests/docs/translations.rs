//! Each example is shown as each vendor would receive it, with the report of its losses.

use switchboard_api as api;

use crate::app::page;

#[tokio::test]
async fn each_vendor_has_its_request_and_its_report() {
    let document = api::document();
    for (record, path) in [("agent", "/v1/agents"), ("trunk", "/v1/trunks")] {
        let page = page(&format!("/docs/examples/{record}")).await;
        let section = page.by_id(&format!("example-{record}"));
        let translations = document["paths"][path]["post"]["x-vendor-translations"].as_object().unwrap();
        assert!(!translations.is_empty());
        for (vendor, translated) in translations {
            assert!(
                !translated.to_string().contains("\"warm-female\""),
                "{vendor} has no id for the example's voice"
            );
            let of_vendor =
                page.within(section).iter().filter(|element| element.attribute("data-vendor") == vendor);
            let of_vendor: Vec<_> = of_vendor.collect();
            let [request] =
                of_vendor.iter().filter(|element| element.name == "article").collect::<Vec<_>>()[..]
            else {
                panic!("{vendor} has no request")
            };
            let requests = translated["requests"].as_array().unwrap();
            assert!(!requests.is_empty(), "{vendor} has no request");
            for name in
                requests.iter().filter_map(|request| request["body"].as_object()).flat_map(|body| body.keys())
            {
                assert!(request.text.contains(&format!("\"{name}\":")), "{vendor} receives {name}");
            }
            for row in translated["translation"]["fields"].as_array().unwrap() {
                let field = row["field"].as_str().unwrap().trim_start_matches('/').replace('/', ".");
                let line = page.within(section).iter().find(|line| {
                    line.name == "tr"
                        && page
                            .within(line)
                            .iter()
                            .any(|cell| cell.attribute("scope") == "row" && cell.text == field)
                });
                let line = line.unwrap_or_else(|| panic!("{field} has no line"));
                let cell =
                    page.within(line).iter().find(|cell| cell.attribute("data-vendor") == vendor).unwrap();
                assert!(
                    cell.text.starts_with(row["verdict"].as_str().unwrap()),
                    "{field} at {vendor}: {}",
                    cell.text
                );
            }
        }
    }
}

#[tokio::test]
async fn what_crosses_unchanged_is_called_exact_and_what_is_not_sent_is_not() {
    let page = page("/docs/examples/agent").await;
    let section = page.by_id("example-agent");
    let verdict = |field: &str, vendor: &str| {
        let line = page.within(section).iter().find(|line| {
            line.name == "tr"
                && page.within(line).iter().any(|cell| cell.attribute("scope") == "row" && cell.text == field)
        });
        let cell = page.within(line.unwrap()).iter().find(|cell| cell.attribute("data-vendor") == vendor);
        cell.unwrap().text.clone()
    };
    assert_eq!(verdict("name", "qcall"), "exact");
    assert!(verdict("extensions.qcall.utterance_length", "qcall").starts_with("assumed 3"));
    assert_eq!(verdict("extensions.qcall.utterance_length", "opencx"), "–");
}
