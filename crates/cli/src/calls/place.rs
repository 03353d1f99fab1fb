//! `switchboard call`.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Map, Value, json};
use switchboard_core::model::Agent;

use super::{
    follow::follow,
    plan::Plan,
    shown::{Shown, exit_code},
};
use crate::{
    client::{Ask, Connection},
    fleet::unique,
    records::{IdempotencyKey, Selector},
    render::OutputFormat,
};

/// Places a call from an agent to a phone number, at most once for each idempotency key.
///
/// Exits with 0 if the call was answered and has ended, or if a dry run succeeds. Exits with 2 if the call has not
/// ended, was not answered, or may not have been placed. Exits with 1 after any error: the gateway refused the call,
/// did not answer, or could not be read while the call was followed. If the error leaves open whether the call was
/// placed, repeat the command with the same `--key` to learn the outcome without placing a second call.
///
/// Example: switchboard call --agent reminder --to +4930123456 --var name=Ann --follow
#[derive(Debug, Args)]
pub struct Place {
    /// The agent, by its id (agt_…) or its external_ref.
    #[arg(long, value_name = "AGENT")]
    agent: String,
    /// The phone number to call (E.164), such as +4930123456.
    #[arg(long, value_name = "NUMBER")]
    to: String,
    /// The phone number from which the call is placed: an alias of the configuration, or the vendor's id of a number. By
    /// default, the agent's phone_number_id.
    #[arg(long, value_name = "NUMBER", conflicts_with = "trunk")]
    from: Option<String>,
    /// The trunk through which the call is placed (trk_…).
    #[arg(long, value_name = "ID")]
    trunk: Option<String>,
    /// The value of a placeholder in the prompt and messages of the agent. Can be repeated for other placeholders.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    variables: Vec<(String, String)>,
    /// Your own unique key for the call.
    #[arg(long, value_name = "REFERENCE")]
    external_ref: Option<String>,
    /// Permits the call even if the vendor has an earlier revision of the agent.
    #[arg(long)]
    allow_stale: bool,
    /// Refuses the call if the vendor would lose or change any of the requested values.
    #[arg(long)]
    strict: bool,
    /// Follows the call until it ends.
    #[arg(long, conflicts_with = "dry_run")]
    follow: bool,
    /// Shows the request to the vendor and the verdicts of the guards that apply, and places no call.
    #[arg(long, conflicts_with = "idempotency_key")]
    dry_run: bool,
    #[command(flatten)]
    key: IdempotencyKey,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

impl Place {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        let key = (!self.dry_run).then(|| self.key.chosen());
        let result = self.place(key.as_deref()).await;
        form.finish_with_key(result, key.as_deref())
    }

    /// Places the call with this idempotency key, or plans it without a key.
    async fn place(self, key: Option<&str>) -> anyhow::Result<ExitCode> {
        let variables = unique("--var", &self.variables)?;
        let client = self.connection.open()?;
        let agent = Selector::<Agent>::named(self.agent.clone()).id(&client).await?;
        let body = self.body(agent, variables);
        let Some(key) = key else {
            let plan = client.send(&Ask::plan(["calls", "plan"], body).strictly(self.strict)).await?.body;
            self.form.print_result(&Plan(plan))?;
            return Ok(ExitCode::SUCCESS);
        };
        self.form.note(&format!("idempotency key: {key}"));
        let ask = Ask::post(["calls"], body).strictly(self.strict).once(key);
        let mut call = client.send(&ask).await?.body;
        if self.follow {
            call = follow(&client, call, self.form).await?;
        }
        let code = exit_code(&call);
        self.form.print_result(&Shown(call))?;
        Ok(code)
    }

    fn body(&self, agent: String, variables: Map<String, Value>) -> Value {
        let mut body = json!({ "agent_id": agent, "to": { "phone_number": self.to } });
        if let Some(from) = &self.from {
            body["from"] = json!({ "phone_number_id": from });
        }
        if let Some(trunk) = &self.trunk {
            body["trunk_id"] = json!(trunk);
        }
        if !variables.is_empty() {
            body["variables"] = Value::Object(variables);
        }
        if let Some(reference) = &self.external_ref {
            body["external_ref"] = json!(reference);
        }
        if self.allow_stale {
            body["allow_stale"] = json!(true);
        }
        body
    }
}

fn variable(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("write the variable as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
