// The command line of the npm package against `sessions.md`, the examples that the native one is tested with
// (main.rs), and against the bytes that the native one prints.
//
//     node --test tests/cli/npm.test.mjs      after `npm run build`

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const cwd = join(here, "inputs");
const npm = [process.execPath, join(root, "dist/cli.js")];
// Built by the build, which makes packs with it.
const native = [join(root, "target/release/fhirkiln")];
const { FHIRKILN_PACKS: _, ...env } = process.env;

/** Runs a command of the sessions; gives what the sessions would say of it. */
function run(command) {
  const [words, stdin] = command.split(" < ");
  const args = words.split(" ").slice(1).map((word) => word.replace(/^'|'$/g, ""));
  const { stdout, stderr, code } = runProgram(npm, args, stdin);
  const said = stderr.includes("'--help'") ? "" : stderr.replace(/^(?=.)/gm, "! ");
  return `$ ${command}\n${ended(stdout)}${ended(said)}[exit ${code}]\n`;
}

const ended = (text) => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

function runProgram([program, ...first], args, stdin) {
  const input = stdin === undefined ? "ignore" : openSync(join(cwd, stdin));
  const result = spawnSync(program, [...first, ...args], { cwd, env, stdio: [input, "pipe", "pipe"], encoding: "utf8" });
  return { stdout: result.stdout, stderr: result.stderr, code: result.status };
}

const sessions = readFileSync(join(here, "sessions.md"), "utf8");
for (const [, block] of sessions.matchAll(/^```console\n(.*?)^```$/gms)) {
  for (const [expected, command] of block.matchAll(/^\$ (.*)\n(?:(?!\$ ).*\n)*/gm)) {
    test(command, () => assert.equal(run(command), expected));
  }
}

for (const options of ["--format sarif", "--format json", "--color always", "--format sarif --mask-values"]) {
  test(`prints the bytes of the native one with ${options}`, { skip: !existsSync(native[0]) && "no native build" }, () => {
    const args = ["validate", "broken.json", "export", "hostile.json", "nowhere.json", ...options.split(" ")];
    assert.deepEqual(runProgram(npm, args), runProgram(native, args));
  });
}

const programs = { npm, native };
for (const [name, program] of Object.entries(programs)) {
  test(`format writes files below a folder and in their place, ${name}`, { skip: !existsSync(program[0]) && "no native build" }, () => {
    const folder = mkdtempSync(join(tmpdir(), "fhirkiln-"));
    const read = (path) => readFileSync(join(folder, path), "utf8");
    try {
      const converted = runProgram(program, ["format", "export/nested", "commented.xml", "--to", "xml", "--out", folder]);
      assert.deepEqual([converted.stdout, converted.code], [`${join(folder, "b.xml")}\n${join(folder, "commented.xml")}\n`, 0]);
      assert.match(read("b.xml"), /^<Patient xmlns="http:\/\/hl7.org\/fhir">\n  <id value="anna"\/>\n/);
      assert.deepEqual(runProgram(program, ["format", folder, "--write"]), { stdout: "", stderr: "", code: 0 });
      const back = runProgram(program, ["format", join(folder, "b.xml"), "--to", "json", "--write"]);
      assert.equal(back.stdout, `${join(folder, "b.json")}\n`);
      assert.deepEqual(JSON.parse(read("b.json")), JSON.parse(readFileSync(join(cwd, "valid.json"), "utf8")));
      const twice = runProgram(program, ["format", folder, "--to", "xml", "--write"]);
      assert.deepEqual([twice.code, /another file was written/.test(twice.stderr)], [3, true]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test("reports the lines of a pipe as they arrive", { timeout: 60_000 }, async () => {
  const [program, ...args] = [...npm, "validate", "-", "--ndjson", "--format", "ndjson"];
  const child = spawn(program, args, { cwd, env, stdio: ["pipe", "pipe", "inherit"] });
  for (let round = 0; round < 3; round++) {
    child.stdin.write('{"resourceType":"Patient"}\n');
    const answer = await new Promise((resolve) => child.stdout.once("data", resolve));
    assert.match(answer.toString(), /^\{.*"all-ok".*\}\n$/);
  }
  child.stdin.end();
  assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 0);
});

test("ends quietly when its output is closed", { timeout: 60_000 }, async () => {
  const [program, ...args] = [...npm, "validate", "-", "--ndjson"];
  const child = spawn(program, args, { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  child.stdin.on("error", () => {}); // It has stopped reading.
  child.stdout.destroy();
  const writing = setInterval(() => child.stdin.write('{"resourceType":"Nothing"}\n'.repeat(100)), 10);
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearInterval(writing);
  assert.deepEqual({ said, code }, { said: "", code: 1 });
});
