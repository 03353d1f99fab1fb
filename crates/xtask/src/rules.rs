//! The rules for the demo vendor's agents, one for each field of the model.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, ensure};

use crate::model::{Group, Member};

/// The rules of the demo vendor's fields, by the path of the field.
pub struct RuleTable(BTreeMap<String, String>);

impl RuleTable {
    /// Reads the table. Each line contains the path of a field, an equals sign and the rule. Empty lines and lines that
    /// begin with `#` are skipped.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let rows = lines.map(|line| {
            let (field, rule) = line.split_once(" = ").with_context(|| format!("{line} is not a row"))?;
            Ok((field.trim().to_owned(), rule.trim().to_owned()))
        });
        Ok(Self(rows.collect::<anyhow::Result<_>>()?))
    }

    /// Renders all rules as a Rust literal for the template of `agent.rs`. A field that the table does not contain is
    /// unsupported. Fails if the table contains a field that the model does not have.
    pub fn render(mut self, model: &Group) -> anyhow::Result<String> {
        let mut literal = String::new();
        self.group(model, "", &mut literal);
        ensure!(self.0.is_empty(), "the model has no such fields: {:?}", self.0.keys());
        Ok(literal)
    }

    fn group(&mut self, group: &Group, at: &str, out: &mut String) {
        out.push_str(&format!("{}Rules {{\n", group.record));
        for Member { name, group } in &group.members {
            let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            out.push_str(&format!("{name}: "));
            match group {
                Some(group) => self.group(group, &at, out),
                None => out.push_str(self.0.remove(&at).as_deref().unwrap_or("unsupported(NO_FIELD)")),
            }
            out.push_str(",\n");
        }
        out.push('}');
    }
}
