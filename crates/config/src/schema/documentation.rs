//! The comments of the default configuration, by the key that they document.

use std::collections::BTreeMap;

use super::super::shape::ANY;

/// The comments of a configuration in TOML. A comment documents the keys directly below it, even if they are
/// commented out.
#[derive(Default)]
pub struct Documentation {
    texts: BTreeMap<String, String>,
    /// The table to which the next keys belong.
    table: String,
    /// The comment above the next key. Empty lines separate its paragraphs.
    comment: Vec<String>,
    /// True if a key below the comment has been read. The next comment line then starts a new comment.
    is_used: bool,
    /// The path of the commented-out table that is being read, if any. Each of its keys has its comment on the same
    /// line.
    example: Option<String>,
}

impl Documentation {
    /// Reads the comments.
    pub fn read(text: &str) -> Self {
        let mut documentation = Self::default();
        text.lines().for_each(|line| documentation.line(line));
        documentation
    }

    /// Returns the description of the key or table at this path, if it has one. In the path, `*` stands for any name.
    pub fn find(&self, path: &str) -> Option<String> {
        self.texts.get(path).cloned()
    }

    fn line(&mut self, line: &str) {
        match line.strip_prefix('#').map(|rest| rest.strip_prefix(' ').unwrap_or(rest)) {
            Some(comment) => self.comment(comment),
            None if line.is_empty() => self.restart(),
            None => match line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                Some(table) => {
                    let first: Vec<_> =
                        self.comment.iter().take_while(|line| !line.is_empty()).cloned().collect();
                    self.insert(table.to_owned(), first.join(" "));
                    self.table = table.to_owned();
                    self.restart();
                }
                None => self.key(line),
            },
        }
    }

    fn comment(&mut self, text: &str) {
        if let Some(table) = text.strip_prefix('[') {
            // The name in an example such as `[vendors.qcall-eu]` stands for any name.
            let table = table.split('.').next().unwrap_or_default();
            self.example = Some(format!("{table}.{ANY}"));
        } else if let Some(table) = self.example.clone() {
            if let (Some(key), Some((_, about))) = (key(text), text.split_once(" # ")) {
                self.insert(format!("{table}.{key}"), about.to_owned());
            }
        } else if key(text).is_some() {
            self.key(text);
        } else {
            if self.is_used {
                self.restart();
            }
            self.comment.push(text.to_owned());
        }
    }

    fn key(&mut self, line: &str) {
        if let Some(key) = key(line) {
            let paragraphs = self.comment.split(String::is_empty).map(|lines| lines.join(" "));
            let text = paragraphs.collect::<Vec<_>>().join("\n\n");
            self.insert(format!("{}.{key}", self.table), text);
            self.is_used = true;
        }
    }

    fn insert(&mut self, path: String, text: String) {
        let text = text.trim();
        if !text.is_empty() {
            // If a key occurs a second time, the lines above it are an example, not its comment.
            self.texts.entry(path).or_insert_with(|| text.to_owned());
        }
    }

    fn restart(&mut self) {
        self.comment.clear();
        (self.is_used, self.example) = (false, None);
    }
}

/// Returns the key of a line such as `wait_s = 10`. Returns `None` if the line does not set a key.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(" = ")?;
    let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    is_key.then_some(key)
}
