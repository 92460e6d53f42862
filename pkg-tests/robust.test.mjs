// What nothing may do to the WebAssembly build: give a wrong answer after a trap, trap on any input, or keep
// memory after `free`. Run with `node --expose-gc --test`. `FUZZ_SECONDS` (20) bounds the fuzzing, and
// `FUZZ_SEED` (1) chooses its inputs.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import binaryen from "binaryen";
import { Engine, FhirkilnError } from "../dist/slim.js";
import { mutate, random } from "./mutate.mjs";

const root = new URL("../", import.meta.url);
const wasm = readFileSync(new URL("dist/fhirkiln.wasm", root));
const pack = readFileSync(new URL("packs/r4.pack", root));
const examples = readdirSync(new URL("examples/", root)).filter((name) => name.endsWith(".json"));
const inputs = examples.map((name) => readFileSync(new URL(`examples/${name}`, root)));
const known = readFileSync(new URL("examples/patient-broken.json", root));

/** The module, changed so that a call of this export traps. */
function trapping(name) {
  const module = binaryen.readBinary(wasm);
  const { value } = Array.from({ length: module.getNumExports() }, (_, i) =>
    binaryen.getExportInfo(module.getExportByIndex(i)),
  ).find((e) => e.name === name);
  binaryen.Function(module.getFunction(value)).body = module.unreachable();
  return module.emitBinary();
}

function isInternal(error) {
  assert.ok(error instanceof FhirkilnError);
  assert.equal(error.code, "internal");
  assert.ok(error.cause instanceof WebAssembly.RuntimeError);
  return true;
}

test("after a trap, an engine and those derived from it answer as before", async () => {
  const engine = await Engine.load({ wasm: trapping("wasmengine_isValid"), packs: [pack] });
  const derived = await engine.with({ resources: [] });
  const expected = engine.validate(known);
  for (let i = 0; i < 3; i++) {
    assert.throws(() => engine.isValid(known), isInternal);
    assert.deepEqual(derived.validate(known), expected);
    assert.throws(() => derived.isValid(known), isInternal);
    assert.deepEqual(engine.validate(known), expected);
  }
  assert.throws(() => engine.isValid(known), isInternal);
  engine.free();
  assert.deepEqual(derived.validate(known), expected);
  const late = await derived.with({});
  assert.deepEqual(late.validate(known), expected);
});

test("after a trap, resources and expressions give what they gave before", async () => {
  const engine = await Engine.load({ wasm: trapping("wasmengine_isValid"), packs: [pack] });
  const bytes = new Uint8Array(known);
  const resource = engine.parse(bytes);
  const expression = engine.compile("descendants().count()");
  const expected = expression.evaluate(resource);
  bytes.fill(0);
  for (let i = 0; i < 3; i++) {
    assert.throws(() => engine.isValid(resource), isInternal);
    assert.deepEqual(expression.evaluate(resource), expected);
    assert.deepEqual(engine.validate(resource), engine.validate(known));
  }
});

test("a trap while an engine is derived spoils neither", async () => {
  const engine = await Engine.load({ wasm, packs: [pack] });
  const expected = engine.validate(known);
  await assert.rejects(engine.with({ packs: [pack.subarray(0, 1000)] }), { code: "pack-damaged" });
  await assert.rejects(engine.with({ packages: [new Uint8Array(10)] }), { code: "package-damaged" });
  await assert.rejects(engine.with({ resources: ["{"] }), { code: "resource-damaged" });
  assert.deepEqual(engine.validate(known), expected);
});

test("an input that no memory can hold is refused, and the next one is not", async () => {
  const engine = await Engine.load({ wasm, packs: [pack] });
  const expected = engine.validate(known);
  const huge = new Uint8Array(2 ** 32 - 2 ** 17); // zero pages: the runtime does not touch them
  assert.throws(() => engine.validate(huge), { code: "internal" });
  assert.deepEqual(engine.validate(known), expected);
});

test("freeing an engine gives its memory back", async () => {
  const entry = Array.from({ length: 10_000 }, (_, index) => ({
    fullUrl: `urn:uuid:00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    resource: JSON.parse(readFileSync(new URL("examples/patient.json", root))),
  }));
  const bundle = JSON.stringify({ resourceType: "Bundle", type: "collection", entry });
  const round = async () => {
    const engine = await Engine.load({ wasm, packs: [pack] });
    assert.equal(engine.isValid(bundle), true);
    engine.free();
  };
  const settled = async () => {
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 10)).then(global.gc);
    return process.memoryUsage().rss / 1e6;
  };
  await round();
  const first = await settled();
  for (let i = 0; i < 15; i++) await round();
  const last = await settled();
  assert.ok(
    last < first + 200,
    `${first.toFixed(0)} MB after one engine, ${last.toFixed(0)} MB after sixteen`,
  );
});

test("no input traps, and none changes the answer to the next", async () => {
  const seconds = Number(process.env.FUZZ_SECONDS ?? 20);
  const seed = Number(process.env.FUZZ_SEED ?? 1);
  const engine = await Engine.load({ wasm, packs: [pack] });
  const expected = engine.validate(known);
  const end = Date.now() + seconds * 1000;
  let count = 0;
  for (const next = random(seed); count < 500 || Date.now() < end; count++) {
    const input = mutate(next, inputs);
    const told = () =>
      `input ${count} of seed ${seed}: ${Buffer.from(input).toString("base64").slice(0, 4000)}`;
    try {
      const outcome = engine.validate(input);
      const bad = outcome.issue.some(({ severity }) => severity === "error" || severity === "fatal");
      assert.equal(engine.isValid(input), !bad);
    } catch (error) {
      throw new Error(told(), { cause: error });
    }
    if (count % 100 === 0) assert.deepEqual(engine.validate(known), expected, told());
  }
  assert.deepEqual(engine.validate(known), expected);
  console.log(`${count} inputs`);
});
