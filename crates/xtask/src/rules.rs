//! The rules of the demo vendor's agents: one row for each field of the model.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context as _, ensure};

use crate::model::{Group, Member};

/// The rules of the fields that the demo vendor has, by the path of the field.
pub struct RuleTable(BTreeMap<String, String>);

/// Rust code for the template of `agent.rs`.
pub struct RenderedRules {
    /// The names of the rule sets, as a list of imports.
    pub imports: String,
    /// The literal of all rules.
    pub literal: String,
}

impl RuleTable {
    /// Reads the table: a line for each field, with its path, an equals sign and the rule.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let rows = lines.map(|line| {
            let (field, rule) = line.split_once(" = ").with_context(|| format!("{line} is no row"))?;
            Ok((field.trim().to_owned(), rule.trim().to_owned()))
        });
        Ok(Self(rows.collect::<anyhow::Result<_>>()?))
    }

    /// Writes the literal of all rules. A field that the table does not name is unsupported.
    pub fn render(mut self, model: &Group) -> anyhow::Result<RenderedRules> {
        let (mut sets, mut literal) = (BTreeSet::new(), String::new());
        self.group(model, "", &mut sets, &mut literal);
        ensure!(self.0.is_empty(), "the model has no such fields: {:?}", self.0.keys());
        let imports: Vec<_> = sets.into_iter().collect();
        Ok(RenderedRules { imports: imports.join(", "), literal })
    }

    fn group(&mut self, group: &Group, at: &str, sets: &mut BTreeSet<String>, out: &mut String) {
        let rules = format!("{}Rules", group.record);
        out.push_str(&format!("{rules} {{\n"));
        sets.insert(rules);
        for Member { name, group } in &group.members {
            let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            out.push_str(&format!("{name}: "));
            match group {
                Some(group) => self.group(group, &at, sets, out),
                None => out.push_str(self.0.remove(&at).as_deref().unwrap_or("unsupported(NO_FIELD)")),
            }
            out.push_str(",\n");
        }
        out.push('}');
    }
}
