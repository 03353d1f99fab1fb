//! Confirmation by the user before a command changes something.

use std::io::{BufRead as _, IsTerminal as _, Write as _, stderr, stdin};

use anyhow::bail;

use super::Printable;

/// Asks the user a question on standard error. Returns true if the answer is `y`, `Y` or `yes`.
///
/// # Errors
/// If standard input or standard error is not a terminal, or cannot be used.
pub fn confirm(question: &str) -> anyhow::Result<bool> {
    if !stdin().is_terminal() || !stderr().is_terminal() {
        bail!("not a terminal: pass --yes to continue without confirmation");
    }
    let mut to = Printable(anstream::AutoStream::auto(stderr().lock()));
    write!(to, "{question} [y/N] ")?;
    to.flush()?;
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
