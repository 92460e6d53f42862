#!/usr/bin/env node
// Fills `fuzz/corpus/` with small examples of the specification, one of each resource type and size:
// fuzzing from real resources reaches the rules at once. Run it once, after `npm run build`, before
// `cargo +nightly fuzz run`.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Engine } from "../dist/node.js";

const LARGEST = 6_000;
const PER_TYPE = 4;

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const examples = path("../node_modules/hl7.fhir.r4.examples/");
const targets = ["json", "validate"].map((name) => path(`corpus/${name}/`));
const xml = path("corpus/xml/");
for (const target of [...targets, xml]) mkdirSync(target, { recursive: true });
const engine = await Engine.load({ packs: ["r4"] });

const taken = new Map();
for (const name of readdirSync(examples).sort()) {
  const type = name.split("-")[0];
  const count = taken.get(type) ?? 0;
  const bytes = readFileSync(examples + name);
  if (!name.endsWith(".json") || name === "package.json" || bytes.length > LARGEST || count === PER_TYPE) continue;
  taken.set(type, count + 1);
  const compact = JSON.stringify(JSON.parse(bytes));
  for (const target of targets) writeFileSync(target + name, compact);
  writeFileSync(xml + name.replace(/json$/, "xml"), engine.toXml(bytes));
}
console.log(`${taken.size} resource types in fuzz/corpus`);
