// FHIRPath beside fhirpath.js, in one process: compiled expressions, on a resource that is parsed already, values
// as JavaScript has them. `node benches/fhirpath.mjs` measures and prints; `npm run bench` writes it down, too.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { isMain, main, root, run, say } from "../tools/steps.mjs";
import { table } from "./table.mjs";

const require = createRequire(import.meta.url);
const CASES = join(root, "benches/fhirpath-cases.json");
const FOLDER = join(root, "node_modules/hl7.fhir.r4.examples");
const PACK = join(root, "packs/r4.pack");
/**
 * Milliseconds of a round: contenders take turns, and the fastest round of each counts. Short, so that some are not
 * disturbed even where much else runs.
 */
const ROUND = 10;

/** The section of RESULTS.md. */
export async function fhirpath({ rounds = 30 } = {}) {
  say("FHIRPath, native (compiles it, the first time)");
  const answer = run("cargo", ["bench", "--quiet", "--bench", "evaluate", "--", CASES, FOLDER, PACK], { quiet: true });
  const native = answer.trim().split("\n").map(Number);
  say("FHIRPath beside fhirpath.js");
  const { Engine } = await import("../dist/node.js");
  const engine = await Engine.load({ packs: ["r4"] });
  const cases = JSON.parse(readFileSync(CASES, "utf8"));
  const results = cases.map((one, index) => ({ ...one, native: native[index], ...measure(engine, one, rounds) }));
  engine.free();
  return report(results);
}

function measure(engine, { input, expression }, rounds) {
  const text = readFileSync(join(FOLDER, input), "utf8");
  const object = JSON.parse(text);
  const compiled = require("fhirpath").compile(expression, require("fhirpath/fhir-context/r4"), { traceFn: () => {} });
  const variables = { resource: object };
  const theirs = (object) => compiled(object, variables);
  const ours = engine.compile(expression);
  const resource = engine.parse(text);
  check(ours.values(resource), theirs(object), expression);
  const contenders = {
    theirs: () => theirs(object),
    values: () => ours.values(resource),
    evaluate: () => ours.evaluate(resource),
  };
  const best = Object.fromEntries(Object.keys(contenders).map((name) => [name, 0]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(contenders)) best[name] = Math.max(best[name], perSecond(work));
  }
  resource.free();
  ours.free();
  return best;
}

/** Both give the same, or the comparison means nothing. */
function check(ours, theirs, expression) {
  const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
  if (a !== b) throw new Error(`${expression}: ${a.slice(0, 200)} but ${b.slice(0, 200)}`);
}

function perSecond(work) {
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  for (; elapsed < ROUND; elapsed = performance.now() - start) {
    for (let i = 0; i < 20; i++) work();
    count += 20;
  }
  return (count / elapsed) * 1000;
}

function report(results) {
  const number = (value) => Math.round(value / 1000).toLocaleString("en");
  const times = (value) => `${value.toFixed(1)} x`;
  const mean = (name) => Math.exp(results.reduce((sum, one) => sum + Math.log(one[name] / one.theirs), 0) / results.length);
  const rows = results.map(({ name, theirs, values, evaluate, native }) => [
    name,
    number(theirs),
    number(values),
    number(evaluate),
    number(native),
    times(values / theirs),
    times(native / theirs),
  ]);
  const last = ["geometric mean", "", "", times(mean("evaluate")), "", times(mean("values")), times(mean("native"))];
  const head = ["thousand evaluations/s", "fhirpath.js", "`values`", "`evaluate`", "native", "`values`", "native"];
  const { version } = require("fhirpath/package.json");
  return `Compiled expressions on a parsed resource, fhirpath.js ${version} in the same process. \`values\` gives what it
gives; \`evaluate\` also the type, path, line and column of each item. The cases: \`benches/fhirpath-cases.json\`.

${table(head, [...rows, last])}`;
}

if (isMain(import.meta)) await main(async () => console.log(await fhirpath()));
