//! The summary of a migration plan, for people.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};
use switchboard_engine::accepted;

use serde::Serialize;
use serde_json::Value;

use crate::{
    fleet::known_as,
    render::{
        printable,
        style::{BAD, CHANGED, FAINT, GOOD, STRONG},
    },
};

/// The losses of a migration by field, and the agents that cannot move.
#[derive(Debug, Serialize)]
pub struct MigrationSummary {
    /// The destination, or null if each agent moves to the vendor that its route leads to.
    to: Option<String>,
    /// The id of the plan.
    plan_id: String,
    /// The number of agents that are not at their destination, including agents that cannot move.
    total: u64,
    /// The number of agents that would move without a loss.
    ready: u64,
    /// The number of agents that would move with a loss.
    lossy: u64,
    /// The number of agents that already run at their destination.
    settled: u64,
    /// The number of settled agents that still have a copy at another vendor.
    keeping: u64,
    /// The losses, by field.
    losses: Vec<Loss>,
    /// The agents that cannot move, with one entry for each reason.
    blocked: Vec<Blocked>,
    /// The manual tasks, by field.
    todo: Vec<Todo>,
}

/// A field whose value agents would lose, entirely or in part.
#[derive(Debug, Serialize)]
struct Loss {
    field: String,
    /// The number of agents that would lose the field.
    lost: usize,
    /// The number of agents whose new vendor would hold the field less exactly.
    narrowed: usize,
    /// True if the user accepted the loss.
    accepted: bool,
    /// True if one of these agents can move. A migration needs no acceptance of the losses of blocked agents.
    moves: bool,
    /// The reason that the plan states for the first of these agents.
    why: Option<String>,
}

/// A reason why an agent cannot move, with the agent.
#[derive(Debug, Serialize)]
struct Blocked {
    id: String,
    name: Option<String>,
    external_ref: Option<String>,
    from: String,
    to: String,
    field: String,
    code: Option<String>,
    detail: String,
}

/// A manual task.
#[derive(Debug, Serialize)]
struct Todo {
    field: String,
    detail: String,
    /// The number of agents that need this task.
    agents: usize,
}

impl MigrationSummary {
    /// Summarizes a plan, and marks the losses that the user accepts.
    pub fn from_plan(plan: &Value, accepted_losses: &[String]) -> Self {
        let summary = |name: &str| plan["summary"][name].as_u64().unwrap_or_default();
        let (mut losses, mut todo) = (BTreeMap::<String, Loss>::new(), BTreeMap::new());
        let mut blocked = Vec::new();
        for agent in list(&plan["agents"]) {
            let moves = list(&agent["blocked"]).is_empty();
            for row in list(&agent["lost"]) {
                let loss = loss(&mut losses, row, accepted_losses);
                (loss.lost, loss.moves) = (loss.lost + 1, loss.moves || moves);
            }
            for row in list(&agent["narrowed"]) {
                let loss = loss(&mut losses, row, accepted_losses);
                (loss.narrowed, loss.moves) = (loss.narrowed + 1, loss.moves || moves);
            }
            for row in list(&agent["todo"]) {
                *todo.entry((text(&row["field"]), text(&row["detail"]))).or_default() += 1;
            }
            blocked.extend(list(&agent["blocked"]).iter().map(|row| Blocked::from_row(agent, row)));
        }
        let todo = todo.into_iter().map(|((field, detail), agents)| Todo { field, detail, agents });
        Self {
            to: plan["to"].as_str().map(ToOwned::to_owned),
            plan_id: text(&plan["plan_id"]),
            total: summary("total"),
            ready: summary("ready"),
            lossy: summary("lossy"),
            settled: summary("settled"),
            keeping: summary("keeping"),
            losses: losses.into_values().collect(),
            blocked,
            todo: todo.collect(),
        }
    }

    /// Returns the id of the plan, which the request to start the migration needs.
    pub fn plan_id(&self) -> &str {
        &self.plan_id
    }

    /// Returns the number of agents that are not at their destination, including agents that cannot move.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Returns the number of agents that already run at their destination and still have a copy at another vendor.
    pub fn keeping(&self) -> u64 {
        self.keeping
    }

    /// Returns true if an agent that can move has a loss that the user has not accepted.
    pub fn has_new_losses(&self) -> bool {
        self.losses.iter().any(|loss| loss.moves && !loss.accepted)
    }

    /// Returns true if an agent cannot move.
    pub fn is_blocked(&self) -> bool {
        !self.blocked.is_empty()
    }

    /// Writes the summary.
    ///
    /// # Errors
    /// If writing fails.
    pub fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        if !self.losses.is_empty() {
            let width = self.losses.iter().map(|loss| loss.field.chars().count()).max().unwrap_or_default();
            writeln!(to, "{STRONG}{:width$}  {:>8}  {:>8}{STRONG:#}", "field", "lost", "narrowed")?;
            for Loss { field, lost, narrowed, accepted, moves, why } in &self.losses {
                let (style, word) = match (accepted, moves) {
                    (true, _) => (GOOD, "accepted"),
                    (false, true) => (CHANGED, "new"),
                    (false, false) => (FAINT, "blocked"),
                };
                let why = why.as_deref().unwrap_or_default();
                write!(to, "{field:width$}  {lost:>8}  {narrowed:>8}")?;
                writeln!(to, "  {style}{word:8}{style:#}  {FAINT}{why}{FAINT:#}")?;
            }
        }
        for Todo { field, detail, agents } in &self.todo {
            writeln!(to, "{CHANGED}to do{CHANGED:#} {agents} x {field} {detail}")?;
        }
        for row in &self.blocked {
            let known = known_as(row.external_ref.as_deref(), Some(&row.id));
            let (name, detail) = (printable(row.name.as_deref().unwrap_or_default()), &row.detail);
            writeln!(
                to,
                "{BAD}blocked{BAD:#} {STRONG}{known}{STRONG:#} ({name}) {} -> {}: {} {detail}",
                row.from, row.to, row.field
            )?;
        }
        let Self { total, ready, lossy, settled, keeping, .. } = self;
        let blocked = total.saturating_sub(ready + lossy);
        writeln!(
            to,
            "{total} would move: {ready} as they are, {lossy} with losses, {blocked} blocked; {settled} are there already, \
             {keeping} of them with a record elsewhere"
        )
    }
}

fn loss<'a>(losses: &'a mut BTreeMap<String, Loss>, row: &Value, accepted_losses: &[String]) -> &'a mut Loss {
    let field = text(&row["field"]);
    losses.entry(field.clone()).or_insert_with(|| Loss {
        accepted: accepted(accepted_losses, &field),
        moves: false,
        field,
        lost: 0,
        narrowed: 0,
        why: row["why"].as_str().map(ToOwned::to_owned),
    })
}

impl Blocked {
    fn from_row(agent: &Value, row: &Value) -> Self {
        let optional = |value: &Value| value.as_str().map(ToOwned::to_owned);
        Self {
            id: text(&agent["id"]),
            name: optional(&agent["name"]),
            external_ref: optional(&agent["external_ref"]),
            from: text(&agent["from"]),
            to: text(&agent["to"]),
            field: text(&row["field"]),
            code: optional(&row["code"]),
            detail: text(&row["detail"]),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
