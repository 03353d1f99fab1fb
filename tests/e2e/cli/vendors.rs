//! The commands about the vendors of a gateway.

use serde_json::json;

use super::start;

#[tokio::test]
async fn vendors_and_their_catalogues_are_listed() {
    let harness = start().await;
    let told = harness.cli(&["vendors"]).await.expect(0);
    assert!(told.lines().any(|line| line.starts_with("qcall ") && line.contains(" ok ")), "{told}");
    let listed = harness.cli(&["vendors", "--json"]).await.json(0);
    let names = |list: &serde_json::Value| {
        list["data"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&listed), names(&harness.get("/v1/vendors").await.expect(200)));
    let told = harness.cli(&["vendors", "qcall"]).await.expect(0);
    assert!(told.starts_with("qcall ok since ") && told.contains("\ncatalogues: voices, "), "{told}");

    for catalogue in ["voices", "models", "languages"] {
        let listed = harness.cli(&[catalogue, "qcall", "--refresh", "--json"]).await.json(0);
        let expected = harness.get(&format!("/v1/vendors/qcall/{catalogue}")).await.expect(200);
        assert_eq!(listed, json!({ "data": expected["data"] }), "{catalogue}");
        let told = harness.cli(&[catalogue, "qcall"]).await.expect(0);
        assert!(told.starts_with("ID ") && told.lines().count() > 2, "{told}");
    }
    let unknown = harness.cli(&["voices", "qcal"]).await;
    assert!(unknown.code == 1 && unknown.err.contains("qcal"), "{unknown:?}");
}
