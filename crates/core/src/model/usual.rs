//! The search for the field that a caller means by a name from another API, or by a name in the wrong object.

/// The names that other APIs use for a value, and the field that holds such a value here.
#[derive(Debug, Clone, Copy)]
pub struct UsualName {
    /// The names, in snake case. They apply only at the top level of a body.
    pub names: &'static [&'static str],
    /// The field, as a JSON pointer.
    pub field: &'static str,
    /// The text that follows the pointer in the advice, such as `, in seconds`. Empty if the field needs no remark.
    pub remark: &'static str,
}

/// The names by which the gateway finds the field that a caller means.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FieldNames {
    /// The names from other APIs.
    pub usual: &'static [UsualName],
    /// The objects in place of which callers often send a string, each with the field that holds the string.
    pub texts: &'static [(&'static str, &'static str)],
    /// The function that lists the pointers of all fields.
    pub all: Option<fn() -> Vec<String>>,
}

/// The maximum number of fields that advice names.
const MAX_MEANT: usize = 3;

impl FieldNames {
    /// Returns advice for a caller who names an unknown member of the object at `at`. At the top level, the advice
    /// names the field with this usual name, if there is one. Otherwise, it names the fields of this name in other
    /// objects. Returns `None` if there is no such field, or if there are more than three.
    pub fn advice(&self, at: &str, name: &str) -> Option<String> {
        let name = snake_case(name);
        let usual = self.usual.iter().find(|usual| at.is_empty() && usual.names.contains(&name.as_str()));
        if let Some(UsualName { field, remark, .. }) = usual {
            return Some(format!("use {field}{remark}"));
        }
        let all = self.all.map(|list| list()).unwrap_or_default();
        let meant: Vec<_> =
            all.iter().filter(|field| is_meant(at, &name, field)).map(String::as_str).collect();
        (1..=MAX_MEANT).contains(&meant.len()).then(|| format!("use {}", meant.join(" or ")))
    }

    /// Returns the field that holds the string, for a caller who sent a string in place of the object at `at`.
    pub fn of_text(&self, at: &str) -> Option<&'static str> {
        self.texts.iter().find(|(group, _)| *group == at).map(|(_, field)| *field)
    }
}

/// Returns true if `name` means the field at the pointer `field`. The name can include the name of the field's object,
/// and can omit the field's unit: `speed` and `voice_speed` mean `/voice/speed`. Fields of the object at `at` are
/// excluded, because the name is unknown there.
fn is_meant(at: &str, name: &str, field: &str) -> bool {
    let Some((group, own)) = field.rsplit_once('/') else { return false };
    let unit = |own: &str| own.trim_end_matches("_s").trim_end_matches("_ms").to_owned();
    let joined = field.trim_start_matches('/').replace('/', "_");
    group != at && (own == name || unit(own) == name || joined == name || unit(&joined) == name)
}

/// Converts a name to snake case: `firstMessage` and `first-message` become `first_message`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.push(if letter == '-' || letter == ' ' { '_' } else { letter.to_ascii_lowercase() });
    }
    snake
}
