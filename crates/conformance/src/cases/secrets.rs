//! Cases about secrets, none of which may become visible.

use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use switchboard_core::{
    model::{Root, schema},
    plan::{Handling, Parts},
    rule::Capability,
    vendor::{Exchange, Factory, Method, Reply, Request},
};

use super::{CaseResult, cannot, ensure, passed};
use crate::{Vendor, bench::Bench, parts::shown};

/// The credentials of an account, with the settings that contain them.
struct Credentials {
    vendor: Arc<Vendor>,
    build: fn(Value) -> switchboard_core::vendor::BuildResult,
    settings: Value,
    /// The secret settings, by name.
    secrets: Vec<(&'static str, String)>,
}

/// A case about an account.
type AccountCase = fn(&Credentials) -> CaseResult;

/// Lists the cases about an account. These cases need no records. Fails if the settings lack a secret, or if a secret
/// is shorter than 8 bytes.
pub fn trials(
    prefix: &str,
    factory: &Factory,
    settings: &Value,
    vendor: &Arc<Vendor>,
) -> Result<Vec<Trial>, String> {
    let secret = |name: &'static str| {
        let value = settings[name].as_str().filter(|value| value.len() >= 8);
        let missing = || format!("the settings have no {name} of eight characters or more");
        Ok::<_, String>((name, value.ok_or_else(missing)?.to_owned()))
    };
    let secrets =
        factory.settings.iter().filter(|setting| setting.secret).map(|setting| secret(setting.name));
    let credentials = Arc::new(Credentials {
        vendor: vendor.clone(),
        build: factory.build,
        settings: settings.clone(),
        secrets: secrets.collect::<Result<_, _>>()?,
    });
    let cases: [(&str, AccountCase); 3] = [
        ("signing_adds_a_header_that_never_shows", Credentials::signing),
        ("settings_are_refused_without_their_secrets", Credentials::settings),
        ("answers_do_not_show", Credentials::answers),
    ];
    let trials = cases.into_iter().map(|(name, case)| {
        let credentials = credentials.clone();
        Trial::ignorable_test(format!("{prefix}::{name}"), move || case(&credentials))
    });
    Ok(trials.collect())
}

impl Credentials {
    fn signing(&self) -> CaseResult {
        let mut request = Request::new("try", Method::Get, ["nothing"]);
        self.vendor.adapter.sign(&mut request);
        ensure!(!request.headers.is_empty(), "the request is not signed");
        for (_, secret) in &self.secrets {
            let holds = request.headers.iter().any(|(_, value)| value.expose_secret().contains(secret));
            ensure!(holds, "no header has the credential");
            let shown = format!("{request:?} {:?} {:?}", request.query, request.document());
            ensure!(!shown.contains(secret), "the credential shows: {shown}");
        }
        passed()
    }

    fn settings(&self) -> CaseResult {
        for (name, secret) in &self.secrets {
            let mut strange = self.settings.clone();
            schema::put(&mut strange, "/no_such_setting", json!(secret));
            let mut unprintable = self.settings.clone();
            schema::put(&mut unprintable, &format!("/{name}"), json!(format!("{secret}\n")));
            let mut listed = self.settings.clone();
            schema::put(&mut listed, &format!("/{name}"), json!([secret]));
            for settings in [strange, unprintable, listed] {
                let Err(violations) = (self.build)(settings) else {
                    return Err(format!("a wrong {name} or an unknown setting is accepted").into());
                };
                ensure!(!format!("{violations:?}").contains(secret), "the violation shows {name}");
            }
        }
        passed()
    }

    fn answers(&self) -> CaseResult {
        for (_, secret) in &self.secrets {
            for status in [200, 401, 500] {
                let reply = Reply::json(status, json!({ "token": secret }));
                let shown = format!("{reply:?} {:?}", self.vendor.adapter.admit(reply.clone()));
                ensure!(!shown.contains(secret), "the credential shows: {shown}");
            }
        }
        passed()
    }
}

/// Checks that the vendor gets the secrets of a record, and that neither the report nor a request in logs or dry runs
/// contains them.
pub fn of_record<R: Root>(bench: &Bench<R>) -> CaseResult {
    let mut tried = 0;
    for row in bench.rows.iter().filter(|row| R::SECRETS.contains(&row.field.as_str())) {
        for document in bench.samples(row).iter().filter_map(|value| bench.with(row, value)) {
            for secret in bench.desired(&document)?.record.secrets().values() {
                tried += usize::from(shows_nowhere(bench, row, &document, secret.expose_secret())?);
            }
        }
    }
    match tried {
        0 => cannot("This kind of record has no secrets."),
        _ => passed(),
    }
}

/// Checks one secret of a field, and returns whether the vendor gets the secret. The vendor may lack the secret only if
/// the report has an entry for the field.
fn shows_nowhere<R: Root>(
    bench: &Bench<R>,
    row: &Capability,
    document: &Value,
    secret: &str,
) -> Result<bool, Failed> {
    let plan = bench.create(document, Handling::Lenient)?;
    let made = bench.linked(bench.stored(plan.document()))?;
    let is_sent = made.to_string().contains(secret);
    ensure!(is_sent || plan.report.row(&row.field).is_some(), "the vendor does not get the secret");
    ensure!(!json!(plan.report).to_string().contains(secret), "the report shows the secret");
    let mut exchanges = bench.exchanges(plan.steps, Parts::NONE)?;
    if let Ok((update, stored)) = bench.update(&bench.least, document, Handling::Lenient) {
        exchanges.extend(bench.exchanges(update.steps, bench.parts_of(&stored)?)?);
    }
    for request in exchanges.iter().filter_map(Exchange::first) {
        ensure!(!shown(request).contains(secret), "the request shows the secret");
    }
    Ok(is_sent)
}
