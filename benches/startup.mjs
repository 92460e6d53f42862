// From nothing to the first finding: in a new process, and in a page of a new browser.

import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../tools/steps.mjs";
import { median } from "./measure.mjs";
import { CHROMIUM, CHROMIUM_FLAGS } from "../tools/chromium.mjs";

/** Milliseconds of `node script`, of `node` with nothing to do, and their difference. */
export function processStart(rounds) {
  const time = (...args) => {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return performance.now() - start;
  };
  const script = join(root, "benches/first-finding.mjs");
  const runs = Array.from({ length: rounds }, () => ({ empty: time("--eval", ""), full: time(script) }));
  return { empty: median(runs.map((run) => run.empty)), full: median(runs.map((run) => run.full)) };
}

/** Seconds and peak memory of a new process that validates (or only parses) the file. */
export function peakMemory(file, mode = "validate") {
  const script = join(root, "benches/peak-memory.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--max-old-space-size=8192", script, file, mode], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr.slice(0, 500));
  return JSON.parse(stdout);
}

const PAGE = `<!doctype html><title>start</title><script type="module">
import { Engine } from "/dist/browser.js";
const engine = await Engine.load({ packs: ["r4"] });
const outcome = engine.validate('{"resourceType":"Patient","birthdate":"1990-01-01"}');
globalThis.found = outcome.issue[0].severity === "error" ? performance.now() : NaN;
</script>`;


const TYPES = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };

/** Milliseconds from the start of the navigation to the first finding, cold cache; none without Chromium. */
export async function pageStart(rounds) {
  const { chromium } = await import("playwright-core");
  let browser;
  try {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
  } catch {
    return undefined;
  }
  const server = await serve();
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/index.html`);
    times.push(await page.waitForFunction(() => globalThis.found, undefined, { timeout: 20_000 }).then((handle) => handle.jsonValue()));
    await context.close();
  }
  await browser.close();
  server.close();
  return { first: times[0], median: median(times) };
}

function serve() {
  const server = createServer((request, response) => {
    const path = request.url === "/index.html" ? undefined : request.url;
    try {
      const body = path === undefined ? PAGE : readFileSync(join(root, path));
      response.writeHead(200, { "content-type": TYPES[(path ?? ".html").split(".").pop()] ?? "application/octet-stream" });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
