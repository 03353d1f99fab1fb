//! The file names of exported agents.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

/// The maximum number of characters that a file name takes from an external reference.
const MAX_NAME_CHARS: usize = 100;

/// Returns the file names of agents with these external references, without extension.
///
/// The name is the external reference itself if the reference has at most 100 characters, consists only of ASCII
/// letters, digits, `.`, `_` and `-`, and does not begin with `.` or `-`. Otherwise, `_` replaces the characters that
/// are not permitted, the name is cut after 100 characters, and a hash is appended that keeps names distinct.
/// References that differ only in case also get a hash.
pub fn names<'a>(identities: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let mut alike: HashMap<String, usize> = HashMap::new();
    for identity in identities.clone().filter(|identity| safe(identity) == *identity) {
        *alike.entry(identity.to_lowercase()).or_default() += 1;
    }
    let name = |identity: &str| {
        let safe = safe(identity);
        let is_name = safe == identity && alike.get(&identity.to_lowercase()) == Some(&1);
        if is_name { safe } else { format!("{safe}-{}", hash(identity)) }
    };
    identities.map(name).collect()
}

fn safe(identity: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' };
    let name: String = identity.chars().map(plain).take(MAX_NAME_CHARS).collect();
    // A name must not begin with a dot, because the search for files skips hidden files, nor with a dash, which would
    // look like an option.
    match name.strip_prefix(['.', '-']) {
        Some(rest) => format!("_{rest}"),
        None => name,
    }
}

fn hash(identity: &str) -> String {
    Sha256::digest(identity).iter().take(8).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::names;

    #[test]
    fn a_plain_identity_is_its_own_name() {
        assert_eq!(names(["crm-4711", "CRM.4712_b"].into_iter()), ["crm-4711", "CRM.4712_b"]);
    }

    #[test]
    fn every_identity_has_a_name_of_its_own_on_every_file_system() {
        let long = "x".repeat(255);
        let longer = format!("{}y", "x".repeat(254));
        let identities = ["a/b", "a:b", "a_b", "A_b", "..", ".", "-f", "ü", "é", "a b", &long, &longer, "."];
        let identities: HashSet<_> = identities.into_iter().collect();
        let names: HashSet<_> =
            names(identities.iter().copied()).iter().map(|it| it.to_lowercase()).collect();
        assert_eq!(names.len(), identities.len(), "{names:?}");
        for name in names {
            assert!(name.len() <= 120 && !name.starts_with('.') && !name.starts_with('-'), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)), "{name}");
        }
    }

    #[test]
    fn a_name_does_not_depend_on_other_identities() {
        assert_eq!(names(["a_b"].into_iter())[0], names(["a_b", "a/b"].into_iter())[0]);
        assert_eq!(names(["a/b"].into_iter())[0], names(["a/b", "c", "a_b"].into_iter())[0]);
    }
}
