// Packs the package as it is published, installs it into a fresh folder for every runtime and bundler, and
// runs one suite (suite.mjs) in each. Looks at the tarball itself and at its types as well.
//
//     node pkg-tests/run.mjs [name...]

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure, main, root, run, say, step } from "../tools/steps.mjs";
import { hasChromium } from "../tools/setup.mjs";
import { closeBrowser } from "./browser.mjs";
import { checkCommandLine, checkTarball, checkTypes } from "./checks.mjs";
import { runtimes } from "./runtimes.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const EXAMPLES = ["patient.json", "patient-broken.json"];

await main(async () => {
  await installTools();
  const work = mkdtempSync(join(tmpdir(), "fhirkiln-"));
  try {
    const { failed } = await runAll(work, process.argv.slice(2));
    if (failed > 0) throw new Failure(`${failed} of the package tests failed.`);
  } finally {
    await closeBrowser();
    rmSync(work, { recursive: true });
  }
});

async function runAll(work, wanted) {
  const { tarball, installed } = pack(work);
  const checks = [
    ["tarball", () => checkTarball(tarball)],
    ["command-line", () => checkCommandLine(installed)],
    ["types", () => checkTypes(tarball, fresh(work, installed, { name: "types" }))],
    ...runtimes.map((runtime) => [runtime.name, () => inRuntime(runtime, fresh(work, installed, runtime))]),
  ];
  const outcomes = new Map();
  const count = { passed: 0, failed: 0 };
  for (const [name, check] of checks) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const start = Date.now();
    const { results, outcomes: text } = await check().catch((error) => ({
      results: [{ name: "runs", error: error.message }],
    }));
    if (text !== undefined) outcomes.set(text, [...(outcomes.get(text) ?? []), name]);
    const failures = results.filter(({ error }) => error !== undefined);
    for (const { name: what, error } of failures) console.log(`     ${what}: ${error.split("\n    at ")[0]}`);
    const passed = results.length - failures.length;
    console.log(
      `${failures.length === 0 ? "ok  " : "FAIL"} ${name}: ${passed} of ${results.length} (${Date.now() - start} ms)`,
    );
    count.passed += passed;
    count.failed += failures.length;
  }
  if (outcomes.size > 1) {
    console.log(
      `FAIL outcomes differ between ${[...outcomes.values()].map((names) => names.join(", ")).join(" and ")}`,
    );
    count.failed += 1;
  }
  console.log(`package tests: ${count.passed} passed, ${count.failed} failed`);
  return count;
}

/** What was written for this runtime, beside the installed package, the suite and its inputs. */
function fresh(work, installed, { name, fixtures = [name] }) {
  const folder = join(work, name);
  cpSync(installed, folder, { recursive: true });
  for (const fixture of fixtures) cpSync(join(here, "fixtures", fixture), folder, { recursive: true });
  cpSync(join(here, "suite.mjs"), join(folder, "suite.mjs"));
  const inputs = Object.fromEntries(
    EXAMPLES.map((file) => [file, readFileSync(join(root, "examples", file), "utf8")]),
  );
  writeFileSync(join(folder, "inputs.mjs"), `export const inputs = ${JSON.stringify(inputs)};\n`);
  return folder;
}

async function inRuntime(runtime, folder) {
  if (runtime.browser && !hasChromium()) throw new Error("not run: Chromium is not here");
  return runtime.run(folder);
}

function pack(work) {
  const folder = join(work, "installed");
  mkdirSync(folder);
  run("npm", ["pack", "--silent", "--pack-destination", work], { quiet: true });
  const tarball = join(
    work,
    readdirSync(work).find((file) => file.endsWith(".tgz")),
  );
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  run("npm", ["install", "--silent", "--prefer-offline", "--no-audit", "--no-fund", tarball], {
    cwd: folder,
    quiet: true,
  });
  return { tarball, installed: folder };
}

async function installTools() {
  const inputs = ["pkg-tests/package-lock.json"];
  const outputs = ["pkg-tests/node_modules/.package-lock.json"];
  await step("Runtimes and bundlers for the package tests (about 550 MB)", { inputs, outputs }, () => {
    run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: here,
      advice: "If a download failed, look at the network and try again.",
    });
    // Bun's package is a placeholder until its script has put the binary in its place.
    run("node", ["install.js"], { cwd: join(here, "node_modules/bun") });
  });
  say("Packing and installing the package");
}
