// The examples against the profiles, as an app team would test its own: `node --test` in this folder, where the npm
// package is installed. Each file in examples/valid must have no finding at all, each in examples/invalid those that
// examples/expected.json lists.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Engine } from "fhirkiln";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const list = (folder) => readdirSync(new URL(folder, import.meta.url)).map((name) => [name, read(folder + name)]);

const base = await Engine.load({ packs: ["r4"] });
const engine = await base.with({ resources: list("profiles/").map(([, text]) => text) });

/** Findings as `code expression`. */
const findings = (text) =>
  engine.validate(text).issue.map((it) => [it.details.coding[0].code, ...(it.expression ?? [])].join(" "));

for (const [name, text] of list("examples/valid/")) {
  test(`${name} is valid`, () => assert.deepEqual(findings(text), ["all-ok"]));
}

const expected = JSON.parse(read("examples/expected.json"));
for (const [name, text] of list("examples/invalid/")) {
  test(`${name} is not valid`, () => assert.deepEqual(findings(text), expected[name]));
}

for (const [name, text] of list("profiles/").filter(([, text]) => text.includes("StructureDefinition"))) {
  test(`${name} has a sound differential`, () => assert.deepEqual(engine.snapshot(text).messages, []));
}
