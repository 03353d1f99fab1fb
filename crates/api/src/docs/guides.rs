//! The guides. The repository's manual in `docs/` is their only source.

/// A guide, made from one page of the manual.
#[derive(Debug, PartialEq, Eq)]
pub struct Guide {
    /// The last part of the address.
    pub name: &'static str,
    /// The file in `docs/`.
    pub file: &'static str,
    /// The text, as CommonMark with tables. Its first line is the title.
    pub text: &'static str,
}

macro_rules! guide {
    ($name:literal, $file:literal) => {
        Guide { name: $name, file: $file, text: include_str!(concat!("../../../../docs/", $file)) }
    };
}

/// All guides, in the order in which a new reader needs them.
pub static GUIDES: [Guide; 10] = [
    guide!("quickstart", "QUICKSTART.md"),
    guide!("routing", "ROUTING.md"),
    guide!("writes", "WRITES.md"),
    guide!("calls", "CALLS.md"),
    guide!("errors", "ERRORS.md"),
    guide!("pagination", "PAGINATION.md"),
    guide!("migrations", "MIGRATIONS.md"),
    guide!("cli", "CLI.md"),
    guide!("configuration", "CONFIGURATION.md"),
    guide!("operating", "OPERATING.md"),
];

/// Finds the guide whose address ends with this name.
pub fn named(name: &str) -> Option<&'static Guide> {
    GUIDES.iter().find(|guide| guide.name == name)
}

impl Guide {
    /// Returns the title.
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}
