//! Objects that a record binds and does not own, such as phone numbers.

use serde_json::{Value, json};
use switchboard_core::{
    error::{Error, Kind, Result},
    plan::{
        Handling, PartState, Parts, Plan, StepAction, Steps, Transition, Translator, VendorStep, uncertain,
    },
    rule::{Part, Report, Rules, Unit, Verdict, bound},
    vendor::{Bindable, Binding, Exchange, Holder, LostCreation, Method, Remote, Reply, Request},
};

use super::toy::{Gadget, GadgetRules, desired_of, plain, ready};

struct Vendor {
    rules: GadgetRules,
    parts: &'static [Part],
}

impl Rules<Gadget> for Vendor {
    fn rules(&self) -> &GadgetRules {
        &self.rules
    }

    fn parts(&self) -> &'static [Part] {
        self.parts
    }
}

const UNBOUND: &str = "It takes no line.";
const MERGING: &[Part] = &[Part::root(Unit::Leaf), Part::bound("line")];
const REPLACING: &[Part] = &[Part::root(Unit::Document), Part::bound("line")];

/// Builds a vendor with lines that can be bound to a gadget. The script of the gadget is the id of its line.
fn vendor(parts: &'static [Part]) -> Vendor {
    Vendor { rules: GadgetRules { script: bound("/line", UNBOUND), ..plain() }, parts }
}

fn created(desired: Value) -> Plan {
    let vendor = vendor(MERGING);
    ready(
        Translator::new(&vendor, "toy")
            .plan(&Transition::Create, &desired_of(desired), Handling::Lenient)
            .unwrap(),
    )
}

fn known(lines: &[&str]) -> Parts {
    lines
        .iter()
        .fold(Parts::root("g1"), |parts, line| parts.with(&format!("line/{line}"), PartState::new(*line)))
}

fn updated(
    parts: &'static [Part],
    known: &Parts,
    states: &[Value],
    after: Value,
    observed: Option<&Value>,
) -> Plan {
    let vendor = vendor(parts);
    let after = desired_of(after);
    let states: Vec<_> = states.iter().cloned().map(desired_of).collect();
    let before = match states.as_slice() {
        [one] => one.clone(),
        many => uncertain(&many.iter().collect::<Vec<_>>(), &after),
    };
    let step = Transition::Update { before: &before, observed, previous: None };
    ready(Translator::new(&vendor, "toy").with_parts(known).plan(&step, &after, Handling::Lenient).unwrap())
}

/// Lists the action, the key and the body of each step.
fn sent(plan: Plan) -> Vec<(String, Value)> {
    let mut steps = Steps::new(plan.steps, Parts::NONE);
    let mut all = Vec::new();
    while let Some(step) = steps.next_step() {
        let action = match step.action {
            StepAction::Create(_) => "create",
            StepAction::Update(_) => "update",
            StepAction::Publish => "publish",
            StepAction::Delete => "delete",
        };
        all.push((format!("{action} {}", step.key()), step.body().cloned().unwrap_or_default()));
        steps.advance(PartState::new("x"));
    }
    all
}

fn on(line: &str) -> Value {
    json!({ "script": line })
}

fn step(action: &str, body: Value) -> (String, Value) {
    (action.to_owned(), body)
}

#[test]
fn an_object_is_bound_after_the_record_is_created() {
    let plan = created(on("a"));
    assert_eq!(plan.document(), json!({ "name": "toy", "line": [{ "id": "a" }] }));
    let expected = [step("create ", json!({ "name": "toy" })), step("create line/a", json!({ "id": "a" }))];
    assert_eq!(sent(plan), expected);
    assert_eq!(sent(created(json!({}))), [step("create ", json!({ "name": "toy" }))]);
}

#[test]
fn another_object_is_bound_before_an_update_and_the_old_one_unbound_after_it() {
    let plan = updated(MERGING, &known(&["a"]), &[on("a")], json!({ "script": "b", "volume": 2 }), None);
    let expected = [
        step("create line/b", json!({ "id": "b" })),
        step("update ", json!({ "volume": 2 })),
        step("delete line/a", Value::Null),
    ];
    assert_eq!(sent(plan), expected);
    let plan = updated(MERGING, &known(&["a"]), &[on("a")], json!({}), None);
    assert_eq!(sent(plan), [step("delete line/a", Value::Null)]);
}

#[test]
fn a_binding_that_did_not_change_is_not_requested_again() {
    let plan = updated(MERGING, &known(&["a"]), &[on("a")], json!({ "script": "a", "volume": 2 }), None);
    assert_eq!(sent(plan), [step("update ", json!({ "volume": 2 }))]);
    assert!(!updated(MERGING, &known(&["a"]), &[on("a")], on("a"), None).sends());
}

#[test]
fn a_desired_binding_that_was_never_made_is_made_by_the_next_write() {
    let plan = updated(MERGING, &known(&[]), &[on("a")], on("a"), None);
    assert_eq!(sent(plan), [step("create line/a", json!({ "id": "a" }))]);
}

#[test]
fn after_an_interrupted_change_both_objects_are_settled() {
    // Revision 1 bound `a`, and an attempt at revision 2 may have bound `b`.
    let states = [on("a"), on("b")];
    let kept = updated(MERGING, &known(&["a", "b"]), &states, on("b"), None);
    assert_eq!(sent(kept), [step("update line/b", json!({ "id": "b" })), step("delete line/a", Value::Null)]);
    let returned = updated(MERGING, &known(&["a", "b"]), &states, on("a"), None);
    assert_eq!(
        sent(returned),
        [step("update line/a", json!({ "id": "a" })), step("delete line/b", Value::Null)]
    );
}

#[test]
fn a_body_that_is_replaced_whole_contains_no_bound_object() {
    let observed = json!({ "name": "toy", "colour": "red", "line": [{ "id": "a" }] });
    let after = json!({ "script": "a", "volume": 2 });
    let plan = updated(REPLACING, &known(&["a"]), &[on("a")], after, Some(&observed));
    let expected = json!({ "name": "toy", "colour": "red", "volume": 2 });
    assert_eq!(sent(plan), [step("update ", expected)]);
    let moved = updated(REPLACING, &known(&["a"]), &[on("a")], on("b"), Some(&observed));
    assert_eq!(
        sent(moved),
        [step("create line/b", json!({ "id": "b" })), step("delete line/a", Value::Null)]
    );
}

/// Returns a gadget with a line. Nothing is bound to it unless it sends results.
fn sending(line: Option<&str>, sends: bool) -> Value {
    json!({ "script": line, "hook": { "enabled": sends } })
}

/// Plans an update after a write with this report. Returns the steps and the entry of the line.
fn after_report(
    known: &Parts,
    before: Value,
    after: Value,
    previous: Option<&Report>,
) -> (Vec<(String, Value)>, Option<Verdict>) {
    let vendor = vendor(MERGING);
    let (before, after) = (desired_of(before), desired_of(after));
    let step = Transition::Update { before: &before, observed: None, previous };
    let plan = Translator::new(&vendor, "toy").with_parts(known).plan(&step, &after, Handling::Lenient);
    let plan = ready(plan.unwrap());
    let verdict = plan.report.row("/script").map(|row| row.verdict);
    (sent(plan).into_iter().filter(|(step, _)| step.contains("line")).collect(), verdict)
}

#[test]
fn an_object_is_bound_only_to_a_record_that_takes_it() {
    let plan = created(sending(Some("a"), false));
    let row = plan.report.row("/script").unwrap();
    assert_eq!(
        (row.verdict, row.wanted.clone(), row.why.as_deref()),
        (Verdict::Unsupported, Some(json!("a")), Some(UNBOUND))
    );
    let report = plan.report.clone();
    assert_eq!(sent(plan), [step("create ", json!({ "name": "toy", "hook": { "on": false } }))]);
    let kept = after_report(&known(&[]), sending(Some("a"), false), sending(Some("a"), false), Some(&report));
    assert_eq!(kept, (vec![], Some(Verdict::Unsupported)));
    let taken = after_report(&known(&[]), sending(Some("a"), false), sending(Some("a"), true), Some(&report));
    assert_eq!(taken, (vec![step("create line/a", json!({ "id": "a" }))], None));
}

#[test]
fn an_object_is_unbound_when_the_record_takes_it_no_longer() {
    let report = created(sending(Some("a"), true)).report;
    for (line, verdict) in
        [(Some("a"), Some(Verdict::Unsupported)), (Some("b"), Some(Verdict::Unsupported)), (None, None)]
    {
        let released =
            after_report(&known(&["a"]), sending(Some("a"), true), sending(line, false), Some(&report));
        assert_eq!(released, (vec![step("delete line/a", Value::Null)], verdict), "{line:?}");
    }
    let unnamed = after_report(&known(&["a"]), sending(None, true), sending(None, false), Some(&report));
    assert_eq!(unnamed, (vec![], None), "the vendor's user has bound it");
}

#[test]
fn an_object_that_an_earlier_version_has_bound_is_unbound() {
    // The report has no entry, because the object was bound.
    let report = created(sending(Some("a"), true)).report;
    let same = sending(Some("a"), false);
    let released = after_report(&known(&["a"]), same.clone(), same, Some(&report));
    assert_eq!(released, (vec![step("delete line/a", Value::Null)], Some(Verdict::Unsupported)));
}

#[test]
fn an_imported_record_keeps_the_object_that_it_does_not_take() {
    // The vendor does not state whether the record takes objects.
    let report = Report::new(0, vec![]);
    let imported = after_report(&known(&["a"]), on("a"), sending(Some("a"), false), Some(&report));
    assert_eq!(imported, (vec![], Some(Verdict::Unsupported)));
    let cleared = after_report(&known(&["a"]), on("a"), sending(None, false), Some(&report));
    assert_eq!(cleared, (vec![step("delete line/a", Value::Null)], None));
}

#[test]
fn after_an_interrupted_change_an_object_that_is_not_taken_is_unbound() {
    let states = [sending(Some("a"), true), sending(Some("a"), false)];
    let kept = updated(MERGING, &known(&["a"]), &states, sending(Some("a"), false), None);
    assert!(sent(kept).contains(&step("delete line/a", Value::Null)));
    // An attempt at the second state may have unbound the line.
    let returned = updated(MERGING, &known(&["a"]), &states, sending(Some("a"), true), None);
    assert!(sent(returned).contains(&step("update line/a", json!({ "id": "a" }))));
}

#[test]
fn objects_are_unbound_before_the_record_is_deleted() {
    let (vendor, parts) = (vendor(MERGING), known(&["a", "b"]));
    let translator = Translator::new(&vendor, "toy").with_parts(&parts);
    let keys = |steps: Vec<VendorStep>| steps.iter().map(VendorStep::key).collect::<Vec<_>>();
    assert_eq!(keys(translator.plan_deletion()), ["line/a", "line/b", ""]);
    assert_eq!(keys(translator.plan_release()), ["line/a", "line/b"]);
}

#[test]
fn a_lost_creation_is_recognized_without_what_was_not_bound_yet() {
    let vendor = vendor(MERGING);
    let (desired, plan) = (desired_of(on("a")), created(on("a")));
    let lost = LostCreation {
        desired: &desired,
        report: &plan.report,
        sent_at: jiff::Timestamp::UNIX_EPOCH,
        bound: &[],
    };
    let remote = |document| Remote {
        name: Some("toy".to_owned()),
        coverage: switchboard_core::vendor::Coverage::Whole,
        ..Remote::new("g1", document)
    };
    let translator = Translator::new(&vendor, "toy");
    assert!(translator.matches_creation(&lost, &remote(json!({ "name": "toy" }))));
    let compared = translator.compare(&desired, &plan.report, &json!({ "name": "toy" }));
    assert_eq!(compared.drift[0].field, "/script", "a record that exists has drifted");
}

#[test]
fn a_record_shows_the_object_that_the_gateway_bound_among_several() {
    let vendor = vendor(MERGING);
    let shown = |lines: &[&str], known: &Parts| {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        let remote = Remote::new("g1", json!({ "name": "toy" })).with_bound("line", lines, known);
        let observed = Translator::<Gadget>::new(&vendor, "toy").decode(&remote.document);
        let unread: Vec<_> = observed.unread.into_iter().map(|row| row.field).collect();
        (observed.state.record.script, unread, remote.parts.items("line").count())
    };
    assert_eq!(shown(&[], &known(&["a"])), (None, vec![], 0));
    assert_eq!(shown(&["a", "b"], &known(&["b"])), (Some("b".to_owned()), vec![], 1));
    assert_eq!(shown(&["a"], &known(&["b"])), (Some("a".to_owned()), vec![], 1));
    assert_eq!(shown(&["a", "b"], &known(&[])), (None, vec!["/script".to_owned()], 0));
}

fn bind(action: &StepAction) -> Exchange<switchboard_core::vendor::StepAnswer> {
    let request = |method| Request::new("line", method, ["lines", "a"]);
    let read = |reply: Reply| {
        let document = reply.document("a line")?;
        let holder = match document["by"].as_str() {
            None => Holder::Free,
            Some("many") => Holder::Other,
            Some(record) => Holder::Record(record.to_owned()),
        };
        Ok(Bindable { document, holder })
    };
    let binding = Binding {
        part: "phone_line",
        object: "a".to_owned(),
        record: "g1".to_owned(),
        read: request(Method::Get),
        reader: read,
        changed: |reply, _| {
            Ok(if reply.document("a line")?["by"] == "g1" {
                Holder::Record("g1".to_owned())
            } else {
                Holder::Free
            })
        },
    };
    binding.perform(action, move |_, record| request(Method::Patch).json(json!({ "by": record })))
}

/// Runs the exchange of an action. Each answer shows the next of these users of the line. Returns the bodies of the
/// requests, and the result.
fn run(action: &StepAction, users: &[Value]) -> (Vec<Value>, Result<()>) {
    let (mut exchange, mut bodies) = (bind(action), Vec::new());
    for user in users {
        let Exchange::Send(request, read) = exchange else { return (bodies, Ok(())) };
        bodies.push(request.document().cloned().unwrap_or_default());
        match read(Reply::json(200, json!({ "by": user }))) {
            Ok(next) => exchange = next,
            Err(error) => return (bodies, Err(error)),
        }
    }
    assert!(matches!(exchange, Exchange::Done(_)), "the exchange goes on");
    (bodies, Ok(()))
}

fn kind(result: Result<()>) -> Option<(Kind, Vec<(String, String)>)> {
    result.err().map(|error: Error| (error.kind, error.vendor.unwrap().fields))
}

#[test]
fn an_object_is_bound_only_if_nothing_uses_it() {
    let create = StepAction::Create(json!({ "id": "a" }));
    let (bodies, result) = run(&create, &[Value::Null, json!("g1")]);
    assert_eq!((bodies, kind(result)), (vec![Value::Null, json!({ "by": "g1" })], None));
    let (bodies, result) = run(&create, &[json!("g1")]);
    assert_eq!((bodies, kind(result)), (vec![Value::Null], None), "it is bound already");
    for user in ["g2", "many"] {
        let (bodies, result) = run(&create, &[json!(user)]);
        let why = "Another agent at the vendor uses the phone line \"a\", which is not taken over. Unbind it there, or set another value.";
        let expected = Some((Kind::InUse, vec![("/phone_line".to_owned(), why.to_owned())]));
        assert_eq!((bodies, kind(result)), (vec![Value::Null], expected));
    }
}

#[test]
fn an_object_is_unbound_only_from_the_record() {
    let (bodies, result) = run(&StepAction::Delete, &[json!("g1"), Value::Null]);
    assert_eq!((bodies, kind(result)), (vec![Value::Null, json!({ "by": null })], None));
    for user in [Value::Null, json!("g2"), json!("many")] {
        let (bodies, result) = run(&StepAction::Delete, &[user]);
        assert_eq!((bodies, kind(result)), (vec![Value::Null], None));
    }
}

#[test]
fn a_change_that_the_answer_does_not_show_is_a_refusal() {
    let (_, result) = run(&StepAction::Create(json!({})), &[Value::Null, Value::Null]);
    assert_eq!(kind(result).unwrap().0, Kind::VendorRejected);
    let (_, result) = run(&StepAction::Delete, &[json!("g1"), json!("g1")]);
    assert_eq!(kind(result).unwrap().0, Kind::VendorRejected);
}
