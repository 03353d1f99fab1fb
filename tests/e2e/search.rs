//! Searching: the filters and the order of lists, aliases, and suggestions for misspelt names.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk, with},
    harness::{Answer, Config, Harness},
};

/// Lists all records, page by page, and returns their names in order.
async fn names(harness: &Harness, query: &str, limit: usize) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = harness.get(&format!("{query}&limit={limit}{cursor}")).await.expect(200);
        let named = page["data"].as_array().unwrap().iter().map(|record| record["name"].as_str().unwrap());
        all.extend(named.map(ToOwned::to_owned));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

fn named(name: &str, patch: Value) -> Value {
    with(with(agent(Vendor::QCALL), json!({ "name": name })), patch)
}

#[tokio::test]
async fn every_filter_lists_what_matches() {
    let harness = Harness::start().await;
    let day = named(
        "Day reception",
        json!({ "labels": { "team": "sales", "place": "Vienna" }, "language": "de-AT", "direction": "inbound" }),
    );
    let night = named(
        "Night desk",
        json!({ "labels": { "team": "sales" }, "language": "de", "direction": "outbound", "external_ref": "crm-4711" }),
    );
    let opencx = with(agent(Vendor::OPENCX), json!({ "name": "Receptive" }));
    let day = harness.create("/v1/agents", &day).await;
    let night = harness.create("/v1/agents", &night).await;
    let opencx = harness.create("/v1/agents", &opencx).await;
    let fidelity = |record: &Value| record["translation"]["fidelity"].as_str().unwrap().to_owned();
    assert_ne!(fidelity(&day.body), fidelity(&night.body));
    let of_night = format!("fidelity={}", fidelity(&night.body));
    let like_night = [(&day, "Day reception"), (&night, "Night desk"), (&opencx, "Receptive")];
    let like_night = like_night.into_iter().filter(|(made, _)| fidelity(&made.body) == fidelity(&night.body));
    let like_night: Vec<_> = like_night.map(|(_, name)| name).collect();
    let after = format!("updated_after={}", day.body["updated_at"].as_str().unwrap());
    for (query, expected) in [
        ("label=team=sales", vec!["Day reception", "Night desk"]),
        ("label=team=sales&label=place=Vienna", vec!["Day reception"]),
        ("label=team=sale", vec![]),
        ("label=team=", vec![]),
        ("language=de", vec!["Day reception", "Night desk"]),
        ("language=DE-at", vec!["Day reception"]),
        ("direction=outbound", vec!["Night desk"]),
        ("sync=in_sync", vec!["Day reception", "Night desk", "Receptive"]),
        ("sync=failed", vec![]),
        (&of_night, like_night),
        ("q=RECEP", vec!["Day reception", "Receptive"]),
        ("q=recep+day", vec!["Day reception"]),
        ("q=vien", vec!["Day reception"]),
        ("q=crm-47", vec!["Night desk"]),
        ("q=team", vec![]),
        ("q=eception", vec![]),
        (&after, vec!["Night desk", "Receptive"]),
        ("vendor=qcall&q=rec", vec!["Day reception"]),
        ("external_ref=crm-4711&direction=outbound", vec!["Night desk"]),
        ("external_ref=crm-4711&direction=inbound", vec![]),
    ] {
        for sort in ["", "&sort=created_at", "&sort=updated_at", "&sort=name"] {
            let listed = names(&harness, &format!("/v1/agents?{query}{sort}"), 1).await;
            assert_eq!(listed, expected, "{query}{sort}");
        }
        let mut backwards = expected.clone();
        backwards.reverse();
        for sort in ["-created_at", "-updated_at", "-name"] {
            let listed = names(&harness, &format!("/v1/agents?{query}&sort={sort}"), 2).await;
            assert_eq!(listed, backwards, "{query} {sort}");
        }
    }

    // A change of the record is found immediately, and what it replaces is not.
    let patch = json!({ "name": "Late desk", "labels": { "team": "support" }, "language": "fr" });
    harness.patch(&night.path, &patch).await.expect(200);
    for (query, expected) in [
        ("label=team=sales", vec!["Day reception"]),
        ("label=team=support", vec!["Late desk"]),
        ("q=night", vec![]),
        ("q=late", vec!["Late desk"]),
        ("language=fr", vec!["Late desk"]),
        ("sort=-updated_at", vec!["Late desk", "Receptive", "Day reception"]),
    ] {
        assert_eq!(names(&harness, &format!("/v1/agents?{query}"), 9).await, expected, "{query}");
    }
    harness.patch(&night.path, &json!({ "name": "Night desk" })).await.expect(200);
    assert_eq!(names(&harness, "/v1/agents?q=night", 9).await, ["Night desk"]);
    assert_eq!(names(&harness, "/v1/agents?q=late", 9).await, [""; 0]);
    harness.delete(&day.path).await.expect(204);
    assert_eq!(names(&harness, "/v1/agents?q=vien", 9).await, [""; 0]);
}

#[tokio::test]
async fn trunks_are_found_by_what_they_have() {
    let harness = Harness::start().await;
    harness.create("/v1/trunks", &with(trunk(), json!({ "labels": { "site": "Berlin" } }))).await;
    harness.create("/v1/trunks", &with(trunk(), json!({ "name": "Backup line" }))).await;
    assert_eq!(names(&harness, "/v1/trunks?q=berl", 9).await, ["Main line"]);
    assert_eq!(names(&harness, "/v1/trunks?label=site=Berlin", 9).await, ["Main line"]);
    assert_eq!(names(&harness, "/v1/trunks?sort=name", 1).await, ["Backup line", "Main line"]);
    for of_agents in ["language=de", "direction=inbound"] {
        harness.get(&format!("/v1/trunks?{of_agents}")).await.problem(400, "parameter_unknown");
    }
}

#[tokio::test]
async fn the_order_by_name_ignores_case() {
    let harness = Harness::start().await;
    for name in ["beta", "Alpha", "alpha", "Gamma"] {
        harness.create("/v1/agents", &named(name, json!({}))).await;
    }
    let sorted = ["Alpha", "alpha", "beta", "Gamma"];
    for limit in [1, 2, 3, 4] {
        assert_eq!(names(&harness, "/v1/agents?sort=name", limit).await, sorted);
    }
}

#[tokio::test]
async fn a_wrong_filter_is_refused_with_what_can_be_given() {
    let harness = Harness::start().await;
    for (query, code, detail) in [
        ("label=team", "parameter_invalid", "NAME=VALUE"),
        ("q=%20-", "parameter_invalid", "at least one word"),
        ("language=German1234", "parameter_invalid", "de-AT"),
        ("direction=in", "parameter_invalid", "Give inbound or outbound."),
        (
            "sync=ok",
            "parameter_invalid",
            "in_sync, drifted, missing, retrying, unknown, needs_attention or failed",
        ),
        ("fidelity=full", "parameter_invalid", "exact, unverified, approximate or partial"),
        ("updated_after=yesterday", "parameter_invalid", "2026-11-29T18:00:00Z"),
        ("sort=age", "parameter_invalid", "created_at, -created_at, updated_at, -updated_at, name or -name"),
        ("labels=team=sales", "parameter_unknown", "did you mean \"label\"?"),
        ("colour=red", "parameter_unknown", "limit, cursor, label, q, vendor, external_ref, sync"),
    ] {
        let problem = harness.get(&format!("/v1/agents?{query}")).await.problem(400, code);
        let found = problem["errors"][0]["detail"].as_str().unwrap();
        assert!(found.contains(detail), "{query}: {found}");
    }
    let problem = harness.get("/v1/vendors?page=2").await.problem(400, "parameter_unknown");
    let detail = problem["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("no query parameters"), "{detail}");
}

#[tokio::test]
async fn a_cursor_is_bound_to_its_filters_and_order() {
    let harness = Harness::start().await;
    for name in ["one", "two"] {
        harness.create("/v1/agents", &named(name, json!({ "labels": { "a": "b" } }))).await;
    }
    let page = harness.get("/v1/agents?label=a=b&sort=name&limit=1").await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    for other in
        ["label=a=b", "label=a=b&sort=-name", "sort=name", "label=a=b&sort=name&q=two", "label=a=c&sort=name"]
    {
        let path = format!("/v1/agents?{other}&cursor={cursor}");
        harness.get(&path).await.problem(400, "cursor_invalid");
    }
    let rest = harness.get(&format!("/v1/agents?sort=name&label=a=b&cursor={cursor}")).await.expect(200);
    assert_eq!(rest["data"][0]["name"], "two");
}

#[tokio::test]
async fn the_longest_name_fits_in_a_cursor() {
    let harness = Harness::start().await;
    let long = "\u{10400}".repeat(255);
    for _ in 0..2 {
        let made = harness.post("/v1/agents", &named(&long, json!({}))).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    assert_eq!(names(&harness, "/v1/agents?sort=name", 1).await, [long.clone(), long]);
}

#[tokio::test]
async fn a_write_that_goes_on_is_found_by_its_state() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &named("one", json!({}))).await;
    harness.order(Vendor::QCALL, "updateAssistant", 1, &json!({ "kind": "hold" })).await;
    let patch = harness.request(reqwest::Method::PATCH, &made.path).header("prefer", "wait=0");
    Answer::to(patch.json(&json!({ "name": "two" }))).await.expect(202);
    assert_eq!(names(&harness, "/v1/agents?sync=unknown", 9).await, ["two"]);
    assert_eq!(names(&harness, "/v1/agents?sync=in_sync", 9).await, [""; 0]);
    harness.release_held().await;
    harness.settled(&made.path).await;
    assert_eq!(names(&harness, "/v1/agents?sync=in_sync&q=two", 9).await, ["two"]);
}

#[tokio::test]
async fn a_list_of_misplaced_agents_says_when_routes_were_checked() {
    let routed = |rules: &str| Config { tables: format!("[routing]\n{rules}"), ..Config::default() };
    let mut harness = Harness::with(routed("default = \"qcall\"\n")).await;
    let made = harness.create("/v1/agents", &with(named("one", json!({})), json!({ "vendor": null }))).await;
    let page = harness.get("/v1/agents?placement=stale").await.expect(200);
    assert!(page["routes_checked_at"].is_string(), "{page}");
    assert!(harness.get("/v1/agents?q=one").await.expect(200).get("routes_checked_at").is_none());
    harness.restart_with(&routed("default = \"opencx\"\n")).await;
    let page = harness.get("/v1/agents?placement=stale&q=one").await.expect(200);
    assert_eq!(page["data"][0]["id"], made.id);
    assert!(page["routes_checked_at"].as_str() > made.body["created_at"].as_str(), "{page}");
}
#[tokio::test]
async fn aliases_are_listed_with_the_vendors_that_lack_them() {
    let tables = "[voices.warm]\nqcall = \"qv-aurora\"\nopencx = \"hP72SDESIJq2YuAblBqz\"\n[models.fast]\nqcall = \"1\"\n";
    let harness = Harness::with(Config { tables: tables.to_owned(), ..Config::default() }).await;
    let all = harness.get("/v1/aliases").await.expect(200);
    let named: Vec<_> = all["data"].as_array().unwrap().iter().map(|alias| &alias["name"]).collect();
    assert_eq!(named, ["warm", "fast"]);
    assert_eq!(
        all["data"][0],
        json!({
            "kind": "voice",
            "name": "warm",
            "ids": { "qcall": "qv-aurora", "opencx": "hP72SDESIJq2YuAblBqz" },
            "missing_at": ["autocalls-2025", "autocalls-2026", "bland", "elevenlabs", "retell", "vapi"],
        })
    );
    let models = harness.get("/v1/aliases?kind=model").await.expect(200);
    assert_eq!(models["data"].as_array().unwrap().len(), 1);
    let problem = harness.get("/v1/aliases?kind=song").await.problem(400, "parameter_invalid");
    assert_eq!(problem["errors"][0]["detail"], "Give voice, model, knowledge_base or phone_number.");
    let voices = harness.get("/v1/vendors/qcall/voices").await;
    assert_eq!(voices.header("link"), Some("</v1/aliases?kind=voice>; rel=\"related\""));
    let languages = harness.get("/v1/vendors/qcall/languages").await;
    assert_eq!(languages.header("link"), None);
}

#[tokio::test]
async fn a_misspelt_vendor_in_a_path_gets_the_name_that_may_be_meant() {
    let harness = Harness::start().await;
    for path in ["/v1/vendors/qcal", "/v1/vendors/qcal/voices", "/v1/vendors/qcal/agents"] {
        let problem = harness.get(path).await.problem(404, "not_found");
        let mut vendors = Vendor::ALL.map(Vendor::name);
        vendors.sort_unstable();
        let expected = format!(
            "There is no vendor \"qcal\"; did you mean \"qcall\"? The vendors are {}.",
            vendors.join(", ")
        );
        assert_eq!(problem["detail"], expected, "{path}");
    }
}
