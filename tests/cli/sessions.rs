//! Runs the commands of a Markdown file and compares what they print. In a block marked `console`, each
//! line that begins with `$ ` is a command; below it stand its standard output, its standard error with
//! `! ` before each line, and `[exit N]`.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;

use crate::{fhirkiln, inputs};

/// Runs all commands; rewrites the file and fails where something else is printed.
#[track_caller]
pub(crate) fn check(path: &Path) {
    let expected = std::fs::read_to_string(path).expect("the sessions are here");
    let mut actual = String::new();
    let mut is_console = false;
    for line in expected.lines() {
        if line.starts_with("```") {
            is_console = line == "```console";
        }
        let command = line.strip_prefix("$ ").filter(|_| is_console);
        if !is_console || line == "```console" || command.is_some() {
            actual.extend([line, "\n"]);
        }
        actual.push_str(&command.map(run).unwrap_or_default());
    }
    if actual == expected {
        return;
    }
    let differs = |(old, new): &(&str, &str)| old != new;
    let first = expected.lines().zip(actual.lines()).find(differs);
    std::fs::write(path, &actual).expect("the sessions can be written");
    panic!("{} is rewritten: look at its diff, then commit it; first {first:#?}", path.display());
}

/// What a command prints, as the file has it.
fn run(command: &str) -> String {
    let (command, stdin) = command.split_once(" < ").unwrap_or((command, ""));
    let words: Vec<&str> = command.split(' ').skip(1).map(|word| word.trim_matches('\'')).collect();
    let stdin = match stdin {
        "" => Stdio::null(),
        file => File::open(inputs().join(file)).expect("the input is here").into(),
    };
    let output = fhirkiln(&words).stdin(stdin).output().expect("the binary runs");
    let mut text = String::from_utf8(output.stdout).expect("it prints UTF-8");
    let code = output.status.code().expect("it is not killed");
    let said = String::from_utf8(output.stderr).expect("it prints UTF-8");
    // The words for wrong arguments come from the library that reads them, which differs in npm.
    if !said.contains("'--help'") {
        text.extend(said.lines().map(|line| format!("! {line}\n")));
    }
    // What follows must begin a line.
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text + &format!("[exit {code}]\n")
}
