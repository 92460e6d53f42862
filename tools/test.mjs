// Runs everything that can be tested on this machine, in an order in which the quick and basic comes first,
// and ends with one line that counts it. A suite that cannot run, or does not say what it ran, has failed.
//
//     npm test [word...]      only suites whose name has one of the words

import { spawn } from "node:child_process";
import { build } from "./build.mjs";
import { setupChromium } from "./setup.mjs";
import { isMain, main, root, say } from "./steps.mjs";
import { installPage, packForPage } from "./page.mjs";

const WASM = ["--target", "wasm32-unknown-unknown"];
const DENY = ["--", "--deny", "warnings"];
const CHROMIUM = { WASM_BINDGEN_USE_BROWSER: "1", CHROMEDRIVER: "chromedriver" };

/** A suite is a command; `counts` says that its output tells how many tests passed and failed. */
const suites = [
  { name: "Rust format", command: ["cargo", "fmt", "--check"] },
  {
    name: "JavaScript format",
    command: ["prettier", "--check", "--log-level=warn", "js", "tools", "pkg-tests"],
  },
  { name: "Rust lint", command: ["cargo", "clippy", "--all-targets", "--all-features", ...DENY] },
  {
    name: "Rust lint for WebAssembly",
    command: ["cargo", "clippy", ...WASM, "--lib", "--test", "web", ...DENY],
  },
  {
    name: "Rust tests",
    command: ["cargo", "test", "--all-features", "--no-fail-fast"],
    env: { FHIRKILN_REQUIRE_SUITES: "1" },
    counts: true,
  },
  { name: "WebAssembly tests in Node", command: ["cargo", "test", ...WASM, "--test", "web"], counts: true },
  {
    name: "WebAssembly tests in Chromium",
    command: ["cargo", "test", ...WASM, "--test", "web"],
    env: CHROMIUM,
    chromium: true,
    counts: true,
  },
  {
    name: "Command line of the npm package",
    command: ["node", "--test", "tests/cli/npm.test.mjs"],
    counts: true,
  },
  {
    name: "Our own profiles, as an app team tests its own",
    command: ["node", "--test", "profiles/portal-intake/test.mjs"],
    counts: true,
  },
  {
    name: "Loading, traps and fuzzing of the WebAssembly build",
    command: ["node", "--expose-gc", "--test", "pkg-tests/load.test.mjs", "pkg-tests/robust.test.mjs"],
    counts: true,
  },
  { name: "Package on every runtime", command: ["node", "pkg-tests/run.mjs"], counts: true },
  {
    name: "Page in Chromium",
    command: ["npm", "--prefix", "www", "test"],
    before: preparePage,
    chromium: true,
    counts: true,
  },
];

if (isMain(import.meta)) await main(() => test(process.argv.slice(2)));

async function test(words) {
  await build();
  const hasChromium = setupChromium();
  const total = { passed: 0, failed: 0 };
  const summary = [];
  for (const suite of suites) {
    if (words.length > 0 && !words.some((word) => suite.name.toLowerCase().includes(word.toLowerCase())))
      continue;
    const start = Date.now();
    say(suite.name);
    const { passed, failed, note } =
      suite.chromium && !hasChromium
        ? { passed: 0, failed: 1, note: "not run: no Chromium" }
        : await runSuite(suite);
    total.passed += passed;
    total.failed += failed;
    const seconds = ((Date.now() - start) / 1000).toFixed(0);
    summary.push(
      `${failed === 0 ? "ok  " : "FAIL"} ${suite.name}: ${passed} of ${passed + failed}, ${seconds} s${note ? ` (${note})` : ""}`,
    );
  }
  console.log(`\n${summary.join("\n")}\n\n${total.passed} passed, ${total.failed} failed`);
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
}

async function runSuite({ command: [command, ...args], env, before, counts }) {
  try {
    await before?.();
  } catch (error) {
    return { passed: 0, failed: 1, note: error.message };
  }
  const { output, status } = await tee(command, args, env);
  if (!counts) return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  const { passed, failed } = countTests(output);
  if (status === 0 && passed === 0) return { passed: 0, failed: 1, note: "no test ran" };
  // Ended badly without saying that a test failed: something else went wrong.
  return status === 0 || failed > 0 ? { passed, failed } : { passed, failed: 1, note: "ended early" };
}

/** Adds up what the test runners of cargo, the package and Node say. */
function countTests(output) {
  const count = (cargo, node) => {
    const line = new RegExp(`^(?:test result|package tests): .*?(\\d+) ${cargo}|^[#ℹ] ${node} (\\d+)`, "gm");
    return [...output.matchAll(line)].reduce((sum, [, a, b]) => sum + Number(a ?? b), 0);
  };
  return { passed: count("passed", "pass"), failed: count("failed", "fail") };
}

/** Runs a command, shows its output and keeps it. */
function tee(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (stream) => (chunk) => {
      output += chunk;
      stream.write(chunk);
    };
    child.stdout.on("data", keep(process.stdout));
    child.stderr.on("data", keep(process.stderr));
    child.on("error", reject);
    child.on("close", (status) => resolve({ output, status }));
  });
}

async function preparePage() {
  await installPage();
  packForPage();
}
