//! The picture of a switch in the README: a terminal with the real output of the commands.
//!
//! If `UPDATE_PICTURE=1` is set in the environment, the test writes the picture instead of comparing it.

use std::{fmt::Write as _, fs, path::Path};

use tempfile::TempDir;

use crate::{
    guides::{Gateway, tools},
    harness::command,
};

/// The commands of the picture.
const COMMANDS: [&str; 5] = [
    "switchboard apply -f agents/",
    "switchboard agents list",
    "switchboard parity --to autocalls",
    "switchboard move --to autocalls --yes",
    "switchboard agents list",
];

/// The ids in the picture, which replace the generated ids of the same prefix.
const IDS: [&str; 2] = ["agt_01kd4xq7cme5jr1c9zv0w8s3tf", "mig_01kkcvb8q0e9w8d2m7a3r5x6tz"];

/// The number of characters of a line, after which the picture breaks it.
const COLUMNS: usize = 112;

#[test]
fn the_picture_shows_what_the_commands_print() {
    let folder = TempDir::new().unwrap();
    let tools = tools(&folder);
    assert!(command(&["init"], folder.path()).output().unwrap().status.success());
    let gateway = Gateway::start(&[], folder.path());
    let mut lines = Vec::new();
    for typed in COMMANDS {
        let output = gateway.shell(typed, folder.path(), &tools).output().unwrap();
        assert!(output.status.success(), "{typed}: {output:?}");
        lines.push((true, format!("$ {typed}")));
        let printed = String::from_utf8(output.stdout).unwrap();
        lines.extend(printed.lines().flat_map(broken).map(|line| (false, line)));
    }
    let drawn = draw(&lines);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/switch.svg");
    if std::env::var_os("UPDATE_PICTURE").is_some() {
        return fs::write(file, drawn).unwrap();
    }
    let shown = fs::read_to_string(file).unwrap_or_default();
    assert_eq!(
        shown, drawn,
        "docs/switch.svg: run this test with UPDATE_PICTURE=1, then look at the picture"
    );
}

/// Replaces the ids of a line, and breaks the line between words.
fn broken(line: &str) -> Vec<String> {
    let mut line = line.to_owned();
    for id in IDS {
        if let Some(start) = line.find(&id[..4]) {
            line.replace_range(start..start + id.len(), id);
        }
    }
    let mut lines = Vec::new();
    while line.chars().count() > COLUMNS {
        let end = line.char_indices().nth(COLUMNS).map_or(line.len(), |(end, _)| end);
        let end = line[..end].rfind(' ').unwrap_or(end);
        let rest = line.split_off(end);
        lines.push(std::mem::replace(&mut line, format!("   {rest}")));
    }
    lines.push(line);
    lines
}

fn draw(lines: &[(bool, String)]) -> String {
    let (width, height) = (COLUMNS * 8 + 32, lines.len() * 20 + 36);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         aria-label=\"A terminal: an agent moves from qcall to autocalls\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>\n\
         <g font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"13\" xml:space=\"preserve\">\n"
    );
    for (index, (is_typed, line)) in lines.iter().enumerate() {
        let (colour, y) = (if *is_typed { "#7ee787" } else { "#e6edf3" }, index * 20 + 32);
        let text = line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        writeln!(svg, "<text x=\"16\" y=\"{y}\" fill=\"{colour}\">{text}</text>").unwrap();
    }
    svg + "</g>\n</svg>\n"
}
