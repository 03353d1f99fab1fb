//! Confirmation by the user before a command changes something.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _, stderr, stdin};

use super::Printable;

/// Asks the user a question on standard error. Returns true if the answer is `y`, `Y` or `yes`. If standard input or
/// standard error is not a terminal, there is no user to confirm: writes how to continue, and returns false.
///
/// # Errors
/// If standard input or standard error cannot be used.
pub fn confirm(question: &str) -> io::Result<bool> {
    let mut to = Printable(anstream::AutoStream::auto(stderr().lock()));
    if !stdin().is_terminal() || !stderr().is_terminal() {
        writeln!(
            to,
            "not confirmed, because this is not a terminal: pass --yes to continue without confirmation"
        )?;
        return Ok(false);
    }
    write!(to, "{question} [y/N] ")?;
    to.flush()?;
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
