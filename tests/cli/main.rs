//! The command line as people use it: `sessions.md` holds commands with what they print, and this runs
//! them with the native binary. `npm.test.mjs` runs the same file with the npm package.

mod sessions;

use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where commands run.
fn inputs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/inputs")
}

fn fhirkiln(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fhirkiln"));
    command.args(arguments).current_dir(inputs()).env_remove("FHIRKILN_PACKS");
    command
}

/// False where the pack is not built, which fails where `FHIRKILN_REQUIRE_SUITES` is set.
fn has_pack() -> bool {
    let is_built = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs/r4.pack").is_file();
    let required = std::env::var_os("FHIRKILN_REQUIRE_SUITES").is_some();
    assert!(is_built || !required, "packs/r4.pack is not built: `npm run build` builds it");
    is_built
}

#[test]
fn sessions_print_what_they_say() {
    if has_pack() {
        sessions::check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/sessions.md"));
    }
}

#[test]
fn sarif_follows_its_standard() {
    if !has_pack() {
        return;
    }
    let arguments = ["validate", "--format", "sarif", "broken.json", "export", "nowhere.json"];
    let output = fhirkiln(&arguments).output().expect("the binary runs");
    let log: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let run = &log["runs"][0];
    assert_eq!([&log["version"], &run["columnKind"]], ["2.1.0", "utf16CodeUnits"]);
    let rules = run["tool"]["driver"]["rules"].as_array().expect("it has rules");
    let results = run["results"].as_array().expect("it has results");
    assert!(results.len() > 3);
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("it is an index") as usize;
        assert_eq!(result["ruleId"], rules[index]["id"]);
        assert!(result["message"]["text"].is_string());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().expect("it has a URI");
        assert!(["broken.json", "export/a.ndjson"].contains(&uri), "{uri}");
        let [line, column, end_line, end_column] =
            ["startLine", "startColumn", "endLine", "endColumn"]
                .map(|name| place["region"][name].as_u64().expect("it is a number"));
        assert!((1, 1) <= (line, column) && (line, column) <= (end_line, end_column));
    }
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(
        invocation["toolExecutionNotifications"][0]["message"]["text"],
        "Cannot read `nowhere.json`: there is no such file"
    );
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn lines_of_a_pipe_are_reported_as_they_arrive() {
    if !has_pack() {
        return;
    }
    let mut child = fhirkiln(&["validate", "-", "--ndjson", "--format", "ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stdin = child.stdin.take().expect("it is piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut answer = [0; 16];
    for _ in 0..3 {
        stdin.write_all(b"{\"resourceType\":\"Patient\"}\n").expect("it reads");
        stdout.read_exact(&mut answer).expect("it answers");
        std::io::BufRead::skip_until(&mut stdout, b'\n').expect("it answers a line");
    }
    drop(stdin);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    if !has_pack() {
        return;
    }
    let mut child = fhirkiln(&["validate", "-", "--ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("it is piped");
    // Fails as soon as the child has ended.
    while stdin.write_all(b"{\"resourceType\":\"Nothing\"}\n").is_ok() {}
    let mut said = String::new();
    let mut stderr = child.stderr.take().expect("it is piped");
    stderr.read_to_string(&mut said).expect("it is text");
    assert_eq!((said.as_str(), child.wait().expect("it ends").code()), ("", Some(1)));
}
